/* SPDX-License-Identifier: GPL-3.0-or-later */
// Calls and presence as this page knows them. Nothing here touches a device or a media connection: before a call is
// accepted there are none (T10).
import type { Caller, LineMessage, Presence } from '../signal/line_messages';

export interface Callee {
  readonly id: string;
  readonly name: string;
}

/** What is opened when the other accepts. */
export interface Wanted {
  readonly mic: boolean;
  readonly camera: boolean;
}

export type CallProblem = 'not_a_contact' | 'already_calling' | 'too_many_calls' | 'call_over' | 'server_full' | 'no_line';

export interface Incoming {
  readonly call: string;
  readonly from: Caller;
  /** Accepted here, and on the way into the meeting. */
  readonly accepted: boolean;
}

export interface Outgoing {
  readonly who: Callee;
  /** asking: the person has not said yet what to call with. dialling: asked of the server. */
  readonly phase: 'asking' | 'dialling' | 'ringing' | 'not_answered' | 'problem';
  readonly call: string | null;
  readonly problem: CallProblem | null;
}

export interface CallsState {
  readonly open: boolean;
  /** Of those who tell it; others are not in it. */
  readonly presence: ReadonlyMap<string, Presence>;
  readonly incoming: Incoming | null;
  readonly outgoing: Outgoing | null;
  /** Why the last incoming call is over, to be told once. */
  readonly over: { readonly name: string; readonly why: 'answered' | 'missed' | CallProblem } | null;
  /** How often the lists were said to have changed: pages fetch them again. */
  readonly news: { readonly contacts: number; readonly missed: number };
  /** Missed calls that wait to be seen. */
  readonly missed: number;
}

export const initialCalls: CallsState = {
  open: false,
  presence: new Map(),
  incoming: null,
  outgoing: null,
  over: null,
  news: { contacts: 0, missed: 0 },
  missed: 0,
};

export type CallsAction =
  | { readonly type: 'heard'; readonly message: LineMessage }
  | { readonly type: 'line_closed' }
  | { readonly type: 'ask'; readonly who: Callee }
  | { readonly type: 'dial' }
  | { readonly type: 'hang_up' }
  | { readonly type: 'accept' }
  | { readonly type: 'reject' }
  | { readonly type: 'no_line' }
  | { readonly type: 'seen_over' }
  | { readonly type: 'missed'; readonly count: number };

const PROBLEMS: readonly CallProblem[] = [
  'not_a_contact',
  'already_calling',
  'too_many_calls',
  'call_over',
  'server_full',
];

export function reduceCalls(state: CallsState, action: CallsAction): CallsState {
  switch (action.type) {
    case 'heard':
      return withMessage(state, action.message);
    case 'line_closed':
      return withoutLine(state);
    case 'ask':
      return { ...state, outgoing: { who: action.who, phase: 'asking', call: null, problem: null } };
    case 'dial':
      return state.outgoing === null ? state : { ...state, outgoing: { ...state.outgoing, phase: 'dialling' } };
    case 'no_line':
      return withProblem(state, 'no_line');
    case 'hang_up':
      return { ...state, outgoing: null };
    case 'accept':
      return state.incoming === null ? state : { ...state, incoming: { ...state.incoming, accepted: true } };
    case 'reject':
      return { ...state, incoming: null };
    case 'seen_over':
      return { ...state, over: null };
    case 'missed':
      return { ...state, missed: action.count };
  }
}

/** A line that has gone took its calls along. */
function withoutLine(state: CallsState): CallsState {
  const { outgoing, incoming } = state;
  const rang = outgoing !== null && (outgoing.phase === 'dialling' || outgoing.phase === 'ringing');
  const lost = incoming === null ? state.over : { name: incoming.from.name, why: 'no_line' as const };
  return {
    ...(rang ? withProblem(state, 'no_line') : state),
    open: false,
    presence: new Map(),
    incoming: null,
    over: lost,
  };
}

function withProblem(state: CallsState, problem: CallProblem): CallsState {
  const { outgoing } = state;
  return outgoing === null ? state : { ...state, outgoing: { ...outgoing, phase: 'problem', problem } };
}

function withMessage(state: CallsState, message: LineMessage): CallsState {
  const { incoming, outgoing } = state;
  switch (message.type) {
    case 'hello':
      return { ...state, open: true };
    case 'presence':
      return { ...state, presence: new Map(message.people.map(({ who, state: word }) => [who, word])) };
    case 'state':
      return { ...state, presence: new Map(state.presence).set(message.who, message.state) };
    case 'news':
      return { ...state, news: { ...state.news, [message.of]: state.news[message.of] + 1 } };
    case 'ring':
      return { ...state, over: null, incoming: { call: message.call, from: message.from, accepted: false } };
    case 'ring_over':
      return ringOver(state, message.call, message.why);
    case 'ringing':
      return outgoing?.phase !== 'dialling'
        ? state
        : { ...state, outgoing: { ...outgoing, phase: 'ringing', call: message.call } };
    case 'not_answered':
      return outgoing === null || outgoing.call !== message.call
        ? state
        : { ...state, outgoing: { ...outgoing, phase: 'not_answered' } };
    case 'go':
      return { ...state, incoming: null, outgoing: null, over: null };
    case 'error':
      return withError(state, PROBLEMS.find((code) => code === message.code) ?? 'server_full');
    case 'ended':
      return incoming === null ? state : { ...state, incoming: null };
  }
}

function ringOver(state: CallsState, call: string, why: 'answered' | 'declined' | 'missed'): CallsState {
  const { incoming } = state;
  if (incoming === null || incoming.call !== call) return state;
  const over = why === 'declined' ? null : { name: incoming.from.name, why };
  return { ...state, incoming: null, over };
}

/** An error answers what this page said last. */
function withError(state: CallsState, problem: CallProblem): CallsState {
  const { incoming, outgoing } = state;
  if (incoming?.accepted) return { ...state, incoming: null, over: { name: incoming.from.name, why: problem } };
  return outgoing?.phase === 'dialling' ? withProblem(state, problem) : state;
}

/** Whether a room that the server sends this page to is that of a call which the person has asked for or accepted. */
export function isOwnCall({ incoming, outgoing }: CallsState, call: string): boolean {
  return (incoming?.accepted === true && incoming.call === call) || (outgoing !== null && outgoing.call === call);
}
