/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the page makes of people's names.

export const NAME_BYTES = 96;
/** Control and format characters, fillers, variation selectors, the empty Braille cell: two names that differ only in
 * these look the same. */
const INVISIBLE = /[\p{C}\p{DI}\p{Zl}\p{Zp}\u2800]/gu;
/** Colours that a person without a picture may get (styles/tile.css). */
export const HUES = 8;

/** A name as the server takes it: NFC, one space between words, nothing invisible or that turns the direction of text;
 * cut at a whole character to NAME_BYTES of UTF-8. May be empty. */
export function cleanName(typed: string): string {
  const visible = typed.normalize('NFC').replace(/\s+/gu, ' ').replace(INVISIBLE, '').trim();
  const encoder = new TextEncoder();
  let name = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(visible)) {
    bytes += encoder.encode(segment).length;
    if (bytes > NAME_BYTES) break;
    name += segment;
  }
  return name.trim();
}

/** A name within a sentence: one in another direction of writing does not turn the sentence around. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

/** One or two characters for a person without a picture. */
export function initials(name: string): string {
  const words = name.split(/[\s.·-]+/u).filter((word) => /[\p{L}\p{N}\p{Emoji}]/u.test(word));
  const first = words[0];
  if (first === undefined) return '?';
  const last = words.length > 1 ? words.at(-1) : undefined;
  return [first, last]
    .map((word) => (word === undefined ? '' : firstGrapheme(word)))
    .join('')
    .toLocaleUpperCase();
}

function firstGrapheme(word: string): string {
  const [head] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(word);
  return head?.segment ?? '';
}

/** The same number in [0, HUES) for the same id, on every screen. */
export function hueOf(id: string): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % HUES;
}
