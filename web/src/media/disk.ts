/* SPDX-License-Identifier: GPL-3.0-or-later */
// A recording's file in the part of the disk that the browser keeps for this site alone. It is written there each second,
// because that is the one place where both browsers write straight to the disk: a file that was chosen in a dialog is
// only put in its place when it is closed, and lost in a crash.
import { startWorker } from '../app/trusted';
import type { FromDisk, ToDisk } from './disk_messages';

const FOLDER = 'recordings';
const NAME = /^testudo-[\w-]+\.webm$/;
/** More than this that waits for the disk: it is too slow. */
const WAITING_BYTES = 64 * 1024 * 1024;

export interface DiskEvents {
  readonly onBeat: () => void;
  readonly onWritten: (bytes: number) => void;
  readonly onFailed: (reason: string) => void;
}

export class DiskFile {
  readonly name: string;
  readonly #worker: Worker;
  readonly #unlock: () => void;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();
  #onClosed: () => void = () => undefined;

  private constructor(name: string, worker: Worker, unlock: () => void) {
    this.name = name;
    this.#worker = worker;
    this.#unlock = unlock;
  }

  /** Rejects with the browser's error where nothing can be kept: in private windows, or when the disk is full. */
  static async open(name: string, events: DiskEvents): Promise<DiskFile> {
    const worker = await startWorker('disk');
    const unlock = await holdLock(name);
    const disk = new DiskFile(name, worker, unlock);
    return new Promise((resolve, reject) => {
      worker.addEventListener('error', () => reject(new Error('the worker did not start')));
      worker.addEventListener('message', ({ data }: MessageEvent<FromDisk>) => {
        if (data.type === 'opened') resolve(disk);
        if (data.type === 'failed') reject(new DOMException('', data.reason));
        disk.#hear(data, events);
      });
      disk.#say({ type: 'open', name });
    });
  }

  /** Pieces come in their order. */
  append(piece: Blob, onFailed: (reason: string) => void): void {
    this.#waiting += piece.size;
    if (this.#waiting > WAITING_BYTES) return onFailed('slow');
    this.#last = this.#last
      .then(async () => {
        const bytes = await piece.arrayBuffer();
        this.#waiting -= piece.size;
        this.#say({ type: 'write', bytes }, [bytes]);
      })
      .catch((error: unknown) => onFailed(String(error)));
  }

  beat(milliseconds: number): void {
    this.#say({ type: 'beat', milliseconds });
  }

  /** After all that was appended. */
  async close(): Promise<void> {
    await this.#last;
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
      this.#say({ type: 'close' });
    });
    this.#worker.terminate();
    this.#unlock();
  }

  #hear(message: FromDisk, events: DiskEvents): void {
    switch (message.type) {
      case 'beat':
        return events.onBeat();
      case 'written':
        return events.onWritten(message.bytes);
      case 'closed':
        return this.#onClosed();
      case 'failed':
        this.#onClosed();
        return events.onFailed(message.reason);
      case 'opened':
        return undefined;
    }
  }

  #say(message: ToDisk, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}

const lockOf = (name: string) => `testudo recording ${name}`;

/** So that another tab does not take a running recording for one that a crash has left. */
function holdLock(name: string): Promise<() => void> {
  return new Promise((resolve) => {
    void navigator.locks.request(lockOf(name), () => new Promise<void>((release) => resolve(release)));
  });
}

/** A recording that is on this device and was not deleted. */
export interface KeptRecording {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when the last piece was written. */
  readonly changed: number;
}

async function folder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER);
  } catch {
    return null; // none was ever made, or this browser keeps nothing
  }
}

interface Iterable {
  values(): AsyncIterableIterator<FileSystemHandle>;
}

/** Those that nobody is writing at this moment. Empty ones are taken away. */
export async function keptRecordings(): Promise<readonly KeptRecording[]> {
  const place = await folder();
  if (place === null) return [];
  const { held = [] } = await navigator.locks.query();
  const locked = new Set(held.map(({ name }) => name));
  const kept: KeptRecording[] = [];
  for await (const entry of (place as unknown as Iterable).values()) {
    if (entry.kind !== 'file' || !NAME.test(entry.name) || locked.has(lockOf(entry.name))) continue;
    const file = await (entry as FileSystemFileHandle).getFile();
    if (file.size === 0) await place.removeEntry(entry.name).catch(() => undefined);
    else kept.push({ name: entry.name, bytes: file.size, changed: file.lastModified });
  }
  return kept.sort((a, b) => a.changed - b.changed);
}

/** The file as it lies on the disk: it is not read into memory. */
export async function openKept(name: string): Promise<File | null> {
  const place = await folder();
  return place === null ? null : (await place.getFileHandle(name)).getFile();
}

export async function deleteKept(name: string): Promise<void> {
  await (await folder())?.removeEntry(name);
}

/** Bytes that the browser would still take; null: it does not say. */
export async function roomLeft(): Promise<number | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined || usage === undefined ? null : quota - usage;
  } catch {
    return null;
  }
}
