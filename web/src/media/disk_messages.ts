/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the page and the worker that writes a recording say to each other (workers/disk.ts).
export type ToDisk =
  | { readonly type: 'open'; readonly name: string }
  | { readonly type: 'write'; readonly bytes: ArrayBuffer }
  | { readonly type: 'beat'; readonly milliseconds: number }
  | { readonly type: 'close' };

export type FromDisk =
  | { readonly type: 'opened' }
  /** On the disk by now, all in all. */
  | { readonly type: 'written'; readonly bytes: number }
  | { readonly type: 'beat' }
  | { readonly type: 'closed'; readonly bytes: number }
  /** The name of the browser's error. */
  | { readonly type: 'failed'; readonly reason: string };
