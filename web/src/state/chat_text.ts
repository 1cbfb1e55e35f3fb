/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the page makes of written text: as the server takes it, and the links in it. Text stays text (B3).

export const CHAT_BYTES = 2000;

/** As for names, but for line breaks, and for joiners and variation selectors, which some writing systems and pictures
 * need. */
const HIDDEN = /(?![\n\u200C\u200D\uFE0E\uFE0F])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{DI}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u2800\uFFF0-\uFFFF]/gu;
const JOINER_ALONE = /(^|[\s\u200C\u200D])[\u200C\u200D\uFE0E\uFE0F]+/gu;
const MARKS = /(\p{M}{2})\p{M}+/gu;

/** At most CHAT_BYTES are left; bytesOf says beforehand whether something would be cut. May be empty. */
export function cleanText(typed: string): string {
  const text = visible(typed);
  return bytesOf(text) <= CHAT_BYTES ? text : cut(text);
}

function visible(typed: string): string {
  return typed
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n\u3000]/gu, ' ')
    .replace(HIDDEN, '')
    .replace(JOINER_ALONE, '$1')
    .replace(MARKS, '$1')
    .replace(/^\p{M}+/u, '')
    .trim();
}

export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function cut(text: string): string {
  let kept = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    bytes += bytesOf(segment);
    if (bytes > CHAT_BYTES) break;
    kept += segment;
  }
  return kept.trim();
}

/** A link as it was written, and where it really leads. */
export interface Link {
  readonly written: string;
  readonly href: string;
  /** In ASCII: what the browser will ask for, so that no letter can be taken for another. */
  readonly host: string;
  /** Whether the host was written in other letters than `host` shows. */
  readonly disguised: boolean;
}

const LINK = /(?:https?:\/\/|www\.)[^\s<>"'“”«»]+/giu;
const AFTER = /[.,;:!?)\]}…。、，；：！？）】」』]+$/u;

/** The text in its order, cut at its links. */
export function partsOf(text: string): readonly (string | Link)[] {
  const parts: (string | Link)[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const written = match[0].replace(AFTER, '');
    const link = linkOf(written);
    if (link === null) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(link);
    from = match.index + written.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

function linkOf(written: string): Link | null {
  try {
    const url = new URL(/^www\./i.test(written) ? `https://${written}` : written);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
    // What looks like a name before an @ is no host: it is never shown as one, and never sent.
    url.username = url.password = '';
    const { href, host } = url;
    return { written, href, host, disguised: !written.toLowerCase().includes(host) };
  } catch {
    return null;
  }
}
