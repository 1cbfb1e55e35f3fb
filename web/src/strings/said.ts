/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the server says in words of its own, by its code. The server speaks English: here only other languages put theirs in
// the place of its words, and what they lack is shown as the server has said it.

type Said = Readonly<Record<string, string>>;

export const said: { readonly errors: Said; readonly notices: Said; readonly alerts: Said } = {
  errors: {},
  notices: {},
  alerts: {},
};

/** The words for a code, or else the server's own. */
export function wordsOr(words: Said, code: string, own: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? own) : own;
}
