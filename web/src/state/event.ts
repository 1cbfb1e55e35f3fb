/* SPDX-License-Identifier: GPL-3.0-or-later */
// What an event has beside other meetings: its broadcast, invitations onto its stage, and its question box.
import type { Broadcast, Question } from '../signal/event_messages';
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
}

export const NO_EVENT: EventState = {
  broadcast: null,
  invitedBy: null,
  broughtBy: null,
  questions: [],
  asked: [],
  shown: null,
};

export function reduceEvent(event: EventState, message: ServerMessage): EventState {
  switch (message.type) {
    case 'welcome': // The questions are told again behind it.
      return { ...event, broadcast: message.broadcast ?? null, shown: message.shown ?? null, questions: [] };
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
    default:
      return event;
  }
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
