/* SPDX-License-Identifier: GPL-3.0-or-later */
// Writes a recording to this device's disk as it comes, and gives the beat for its pictures: timers of a page in the
// background stand almost still, those of a worker do not.
import type { FromDisk, ToDisk } from '../media/disk_messages';

const FOLDER = 'recordings';

let file: FileSystemSyncAccessHandle | null = null;
let written = 0;
let beat: ReturnType<typeof setInterval> | null = null;

const say = (message: FromDisk) => self.postMessage(message);

async function open(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const handle = await folder.getFileHandle(name, { create: true });
  file = await handle.createSyncAccessHandle();
  written = file.getSize();
  say({ type: 'opened' });
}

/** What is flushed is there after a crash. A write that did not fit is taken back: what was before it stays playable. */
function write(bytes: ArrayBuffer): void {
  if (file === null) return;
  const count = file.write(bytes, { at: written });
  if (count < bytes.byteLength) {
    file.truncate(written);
    throw new DOMException('not all of it fits', 'QuotaExceededError');
  }
  written += count;
  file.flush();
  say({ type: 'written', bytes: written });
}

function close(): void {
  if (beat !== null) clearInterval(beat);
  beat = null;
  file?.flush();
  file?.close();
  file = null;
  say({ type: 'closed', bytes: written });
}

async function carryOut(order: ToDisk): Promise<void> {
  switch (order.type) {
    case 'open':
      return open(order.name);
    case 'write':
      return write(order.bytes);
    case 'beat':
      beat = setInterval(() => say({ type: 'beat' }), order.milliseconds);
      return undefined;
    case 'close':
      return close();
  }
}

self.addEventListener('message', ({ data }: MessageEvent<ToDisk>) => {
  carryOut(data).catch((error: unknown) => {
    say({ type: 'failed', reason: error instanceof DOMException ? error.name : String(error) });
  });
});
