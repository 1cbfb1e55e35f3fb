/* SPDX-License-Identifier: GPL-3.0-or-later */
// The memory of a process, as somebody sees it who has taken over the machine. Needs root.
import { open, readFile } from 'node:fs/promises';

const PIECE = 4 * 1024 * 1024;
const PAGE = 4096;
const SHADOW = 1e12; // bytes of address space that only AddressSanitizer takes

async function pagesOf(pid) {
  return (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ').map(Number);
}

/** Such a process keeps what was freed, and has too much address space to search. */
export async function isSanitized(pid) {
  const [all] = await pagesOf(pid);
  return all * PAGE > SHADOW;
}

/** Bytes in memory. */
export async function residentBytes(pid) {
  const [, resident] = await pagesOf(pid);
  return resident * PAGE;
}

/** The parts that can be read and hold data: [{from, to}]. */
async function areasOf(pid) {
  const lines = (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n');
  return lines
    .map((line) => line.match(/^([0-9a-f]+)-([0-9a-f]+) r..p .*?(\[v\w+\])?$/))
    .filter((m) => m && !m[3])
    .map(([, from, to]) => ({ from: parseInt(from, 16), to: parseInt(to, 16) }));
}

/** How often each of `needles` (Buffers of at least 16 bytes) stands in the memory: one number for each. */
export async function countInMemory(pid, needles) {
  const counts = needles.map(() => 0);
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1;
  const memory = await open(`/proc/${pid}/mem`, 'r');
  const piece = Buffer.alloc(PIECE + overlap);
  for (const { from, to } of await areasOf(pid)) {
    for (let at = from; at < to; at += PIECE) {
      const wanted = Math.min(PIECE + overlap, to - at);
      const { bytesRead } = await memory.read(piece, 0, wanted, at).catch(() => ({ bytesRead: 0 }));
      const seen = piece.subarray(0, bytesRead);
      needles.forEach((needle, i) => {
        for (let found = seen.indexOf(needle); found >= 0 && found < PIECE; found = seen.indexOf(needle, found + 1))
          counts[i] += 1;
      });
    }
  }
  await memory.close();
  return counts;
}
