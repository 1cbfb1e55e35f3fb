/* SPDX-License-Identifier: GPL-3.0-or-later */
// The log of security events in plain sentences.
import type { LogEvent } from '../api/server';

/** What is written of whoever acts without an account. */
const ACTORS: Readonly<Record<string, string>> = {
  cli: 'Somebody at the command line',
  server: 'The server',
  guest: 'A guest',
  '': 'Somebody',
};

function actorWords(actor: string): string {
  if (actor.startsWith('key:')) return `The key “${actor.slice('key:'.length)}”`;
  if (actor.startsWith('webhook:')) return `The webhook “${actor.slice('webhook:'.length)}”`;
  return Object.hasOwn(ACTORS, actor) ? (ACTORS[actor] ?? actor) : actor;
}

interface Kind {
  readonly name: string;
  /** `who` did it to `whom`; either may be the same. */
  readonly sentence: (who: string, whom: string) => string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  sign_in: { name: 'Signed in', sentence: (who) => `${who} signed in.` },
};

/** For choosing one: its name at the server, and ours. */
export const LOG_KINDS: readonly (readonly [kind: string, words: string])[] = Object.entries(KINDS).map(
  ([kind, { name }]) => [kind, name] as const,
);

/** A kind that is not known here is shown as it is written: nothing of a log may be left out. */
export function logSentence({ kind, actor, subject }: LogEvent): string {
  const words = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  const who = actorWords(actor);
  if (words !== undefined) return words.sentence(who, subject);
  const what = kind.replaceAll('_', ' ');
  return subject === '' || subject === actor ? `${who}: ${what}.` : `${who}: ${what}, ${subject}.`;
}
