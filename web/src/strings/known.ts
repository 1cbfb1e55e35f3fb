/* SPDX-License-Identifier: GPL-3.0-or-later */

/** Our words for a name of the server's; a name that is new stands for itself. */
export function known(words: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(words, name) ? (words[name] ?? name) : name;
}
