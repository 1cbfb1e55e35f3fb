/* SPDX-License-Identifier: GPL-3.0-or-later */
// What an event has beside other meetings: its broadcast, invitations onto its stage, and its question box.
import type { Broadcast, Question, Votes } from '../signal/event_messages';
import type { Person, ServerMessage } from '../signal/messages';

export interface EventState {
  /** Null: this is no event. */
  readonly broadcast: Broadcast | null;
  /** The name of who invites onto the stage, until that is answered. */
  readonly invitedBy: string | null;
  /** The last name that was there: by whom one came onto the stage. */
  readonly broughtBy: string | null;
  /** All, for hosts and co-hosts, in the order in which they came. */
  readonly questions: readonly Question[];
  /** The own ones. */
  readonly asked: readonly Question[];
  /** The one that all see. */
  readonly shown: Question | null;
  /** Those that all vote on, the most wanted first. */
  readonly listed: readonly Question[];
  /** Of these, by id: what this page has voted for. */
  readonly voted: readonly number[];
}

export const NO_EVENT: EventState = {
  broadcast: null,
  invitedBy: null,
  broughtBy: null,
  questions: [],
  asked: [],
  shown: null,
  listed: [],
  voted: [],
};

export function reduceEvent(event: EventState, message: ServerMessage): EventState {
  switch (message.type) {
    case 'welcome': // The questions are told again behind it.
      return {
        ...withListed(event, message.listed ?? []),
        broadcast: message.broadcast ?? null,
        shown: message.shown ?? null,
        questions: [],
      };
    case 'broadcast':
      return { ...event, broadcast: message.broadcast };
    case 'invited':
      return { ...event, invitedBy: message.by, broughtBy: message.by ?? event.broughtBy };
    case 'questions':
      return { ...event, questions: message.questions };
    case 'question':
      return { ...event, questions: withQuestion(event.questions, message.question) };
    case 'question_gone':
      return { ...event, questions: event.questions.filter(({ id }) => id !== message.id) };
    case 'asked':
      return { ...event, asked: withQuestion(event.asked, message.question) };
    case 'shown':
      return { ...event, shown: message.question };
    case 'listed':
      return withListed(event, message.questions);
    case 'votes':
      return {
        ...event,
        listed: byVotes(withVotes(event.listed, message.votes)),
        questions: withVotes(event.questions, message.votes),
      };
    default:
      return event;
  }
}

/** Of what is no longer on the list the votes are forgotten. */
function withListed(event: EventState, listed: readonly Question[]): EventState {
  return { ...event, listed: byVotes(listed), voted: event.voted.filter((id) => listed.some((one) => one.id === id)) };
}

function withVotes(questions: readonly Question[], votes: readonly Votes[]): readonly Question[] {
  const told = new Map(votes.map(({ id, votes: n }) => [id, n]));
  return questions.map((one) => (told.has(one.id) ? { ...one, votes: told.get(one.id) ?? 0 } : one));
}

/** The most wanted first; those that are not voted on last; else in the order in which they came. */
export function byVotes(questions: readonly Question[]): readonly Question[] {
  return [...questions].sort((a, b) => (b.votes ?? -1) - (a.votes ?? -1));
}

/** What the page itself has just said. */
export function withVote(event: EventState, id: number, on: boolean): EventState {
  const others = event.voted.filter((one) => one !== id);
  return { ...event, voted: on ? [...others, id] : others };
}

function withQuestion(questions: readonly Question[], question: Question): readonly Question[] {
  const known = questions.some(({ id }) => id === question.id);
  return known ? questions.map((other) => (other.id === question.id ? question : other)) : [...questions, question];
}

/** In the green room: seen and heard only there. */
export function isBackstage({ stage }: Person): boolean {
  return stage === 'green' || stage === 'ready';
}

export function openQuestions({ questions }: EventState): number {
  return questions.filter(({ state }) => state === 'open').length;
}

/** One line, as the server takes it. */
export function cleanQuestion(typed: string): string {
  return typed.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** The server's limit, in bytes of UTF-8. */
export const QUESTION_BYTES = 600;

export function isTooLong(question: string): boolean {
  return new TextEncoder().encode(question).length > QUESTION_BYTES;
}
