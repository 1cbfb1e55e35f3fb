/* SPDX-License-Identifier: GPL-3.0-or-later */
// The few things that the page reads from, takes out of or puts elsewhere in session descriptions, as text. Nothing is ever added.

/** Lines of an offer that name an address or a port of this computer, and what stands there instead (null: nothing). */
const ADDRESS_LINES: readonly (readonly [RegExp, string | null])[] = [
  [/^a=(candidate:|end-of-candidates).*/, null],
  [/^c=IN .*/, 'c=IN IP4 0.0.0.0'],
  [/^a=rtcp:.*/, 'a=rtcp:9 IN IP4 0.0.0.0'],
  [/^(m=(?:audio|video)) [1-9]\d* /, '$1 9 '],
];

function withoutAddress(line: string): string[] {
  const rule = ADDRESS_LINES.find(([pattern]) => pattern.test(line));
  if (rule === undefined) return [line];
  const [pattern, instead] = rule;
  return instead === null ? [] : [line.replace(pattern, instead)];
}

/** The offer as the server gets it. The server learns a page's address from its packets; nobody else ever does (T9). A
 * rejected section keeps its port 0, which is not an address but a meaning. */
export function withoutAddresses(sdp: string): string {
  return sdp.split('\r\n').flatMap(withoutAddress).join('\r\n');
}

/** Whether a description has encrypted packet headers (RFC 9335, section 4). */
export function hasCryptex(sdp: string): boolean {
  return sdp.split(/\r?\n/).includes('a=cryptex');
}

/** The SHA-256 fingerprint of a description as upper-case hex with colons, or null. */
export function fingerprintOf(sdp: string): string | null {
  const match = /^a=fingerprint:sha-256 ([0-9a-f:]+)\s*$/im.exec(sdp);
  return match?.[1]?.toUpperCase() ?? null;
}

/** An answer by which this section's sound is sent once: the redundant form (RFC 2198) stays agreed, and is the last choice. */
export function soundOnce(answer: string, mid: string): string {
  const sections = answer.split(/^(?=m=)/m);
  return sections.map((section) => (section.includes(`\r\na=mid:${mid}\r\n`) ? redundantLast(section) : section)).join('');
}

function redundantLast(section: string): string {
  const type = /^a=rtpmap:(\d+) red\//im.exec(section)?.[1];
  return type === undefined ? section : section.replace(new RegExp(`^(m=audio \\S+ \\S+) ${type}( .+)`), `$1$2 ${type}`);
}
