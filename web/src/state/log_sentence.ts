/* SPDX-License-Identifier: GPL-3.0-or-later */
// An event of the log as a sentence.
import type { LogEvent } from '../api/server';
import { strings } from '../strings';
import { known } from '../strings/known';

const KEY = 'key:';
const WEBHOOK = 'webhook:';

function actorWords(actor: string): string {
  const { log } = strings;
  if (actor.startsWith(KEY)) return log.key(actor.slice(KEY.length));
  if (actor.startsWith(WEBHOOK)) return log.webhook(actor.slice(WEBHOOK.length));
  return known(log.actors, actor);
}

/** For choosing one kind. */
export const LOG_KINDS: readonly (readonly [kind: string, words: string])[] = Object.entries(strings.log.names);

/** A kind without a sentence is shown as it is written: nothing of a log may be left out. */
export function logSentence({ kind, actor, subject }: LogEvent): string {
  const { sentences, plain, plainWith } = strings.log;
  const who = actorWords(actor);
  if (Object.hasOwn(sentences, kind)) return sentences[kind as keyof typeof sentences](who, subject);
  const words = kind.replaceAll('_', ' ');
  return subject === '' || subject === actor ? plain(who, words) : plainWith(who, words, subject);
}
