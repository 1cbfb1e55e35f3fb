/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the page and the worker of the quiet mode tell each other.

export interface QuietOptions {
  /** Of every payload, in bytes. */
  readonly size: number;
  readonly port: MessagePort;
}

/** Since the connection began. */
export interface QuietCounts {
  /** Packets that left, all of the one size. */
  readonly packets: number;
  /** Of these, how many did not fit and left as silence. */
  readonly replaced: number;
  /** The largest that the encoder made, in bytes. */
  readonly largest: number;
}
