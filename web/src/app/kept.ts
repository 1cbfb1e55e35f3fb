/* SPDX-License-Identifier: GPL-3.0-or-later */
// What this page keeps in this browser, and tells no server. A browser that keeps nothing forgets; nothing breaks.

const name = (what: string): string => `testudo-${what}`;

/** null: nothing, or nothing that can be read. */
export function readKept(what: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(name(what)) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

export function keep(what: string, value: unknown): void {
  try {
    localStorage.setItem(name(what), JSON.stringify(value));
  } catch {
    // Storage is off or full: asked again next time.
  }
}
