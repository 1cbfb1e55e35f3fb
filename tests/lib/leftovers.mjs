/* SPDX-License-Identifier: GPL-3.0-or-later */
// What must not outlive the test process, even one that is interrupted: processes and folders are noted here when they
// are made.
import { constants } from 'node:os';

const undoing = new Set();

/**
 * Notes what undoes something, without waiting for anything. Returns a function that forgets it again: it was undone
 * properly.
 */
export function noteLeftover(undo) {
  undoing.add(undo);
  return () => undoing.delete(undo);
}

function undoAll() {
  for (const undo of [...undoing].reverse()) {
    try {
      undo();
    } catch {
      /* the next one must be undone, too */
    }
  }
  undoing.clear();
}

process.once('exit', undoAll);
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}
