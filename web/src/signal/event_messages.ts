/* SPDX-License-Identifier: GPL-3.0-or-later */
// The messages of docs/SIGNALLING.md that concern an event: its broadcast, its stage and its question box.
import { count, listOf, maybe, oneOf, orNull, record, text, type Reader } from './json';
import type { Person } from './messages';

/** On the stage of a running broadcast; in the green room and to be on it when it begins; or in the green room. */
export type StagePlace = 'live' | 'ready' | 'green';
export type BroadcastState = 'before' | 'live' | 'over';

export interface Broadcast {
  readonly state: BroadcastState;
  /** Unix seconds; null: it has not begun yet. */
  readonly since: number | null;
}

export interface Question {
  readonly id: number;
  /** For hosts and co-hosts: the id of who asked, while in. */
  readonly who: string | null;
  readonly name: string;
  readonly text: string;
  readonly state: 'open' | 'answered' | 'dismissed';
  /** Unix seconds. */
  readonly asked: number;
  /** Null: not on the list that all vote on. */
  readonly votes: number | null;
}

export interface EventWelcome {
  readonly broadcast: Broadcast | null;
  /** The question that all see. */
  readonly shown: Question | null;
  /** Those that all vote on. */
  readonly listed: readonly Question[] | null;
}

export interface EventPayloads {
  broadcast: { broadcast: Broadcast; people: readonly Person[] };
  invited: { by: string | null };
  invitation: { who: string; answer: 'accepted' | 'declined' | 'expired' | 'failed' };
  questions: { questions: readonly Question[] };
  question: { question: Question };
  question_gone: { id: number };
  asked: { question: Question };
  shown: { question: Question | null };
  listed: { questions: readonly Question[] };
  votes: { votes: readonly Votes[] };
}

export interface Votes {
  readonly id: number;
  readonly votes: number;
}

/** What the page says about an event: `stage`, `invite`, `broadcast` and `question` are for hosts and co-hosts. */
export type EventOrder =
  | { readonly type: 'broadcast'; readonly on: boolean }
  | { readonly type: 'stage' | 'invite'; readonly who: string; readonly on: boolean }
  | { readonly type: 'question'; readonly id: number; readonly act: QuestionAct }
  | { readonly type: 'invitation'; readonly accept: boolean }
  | { readonly type: 'step_down' }
  | { readonly type: 'ask'; readonly text: string }
  | { readonly type: 'vote'; readonly id: number; readonly on: boolean };

export type QuestionAct = 'answered' | 'open' | 'dismiss' | 'show' | 'hide' | 'list' | 'unlist';

export const stagePlace = oneOf('live', 'ready', 'green');

const broadcast = record<Broadcast>({ state: oneOf('before', 'live', 'over'), since: orNull(count) });
const question = record<Question>({
  id: count,
  who: orNull(text),
  name: text,
  text,
  state: oneOf('open', 'answered', 'dismissed'),
  asked: count,
  votes: maybe(count),
});

interface EventReaders {
  readonly welcome: { readonly [K in keyof EventWelcome]: Reader<EventWelcome[K]> };
  readonly messages: { readonly [K in keyof EventPayloads]: Reader<EventPayloads[K]> };
}

export function eventReaders(person: Reader<Person>): EventReaders {
  return {
    welcome: { broadcast: maybe(broadcast), shown: maybe(question), listed: maybe(listOf(question)) },
    messages: {
      broadcast: record<EventPayloads['broadcast']>({ broadcast, people: listOf(person) }),
      invited: record<EventPayloads['invited']>({ by: orNull(text) }),
      invitation: record<EventPayloads['invitation']>({
        who: text,
        answer: oneOf('accepted', 'declined', 'expired', 'failed'),
      }),
      questions: record<EventPayloads['questions']>({ questions: listOf(question) }),
      question: record<EventPayloads['question']>({ question }),
      question_gone: record<EventPayloads['question_gone']>({ id: count }),
      asked: record<EventPayloads['asked']>({ question }),
      shown: record<EventPayloads['shown']>({ question: orNull(question) }),
      listed: record<EventPayloads['listed']>({ questions: listOf(question) }),
      votes: record<EventPayloads['votes']>({ votes: listOf(record<Votes>({ id: count, votes: count })) }),
    },
  };
}
