/* SPDX-License-Identifier: GPL-3.0-or-later */
import { ApiError, problemOf } from '../api';
import type { SessionEnd } from '../signal/session';
import { NOT_TRUSTED } from '../signal/socket';
import { refusalOf } from '../state/door';
import type { Ending, Screen } from '../state/model';

const ENDING_OF_CODE: Readonly<Record<number, Ending>> = {
  4001: 'replaced',
  4003: 'removed',
  4004: 'host_ended',
  [NOT_TRUSTED]: 'not_trusted',
};

const REFUSALS: Readonly<Record<string, Ending>> = {
  removed_by_host: 'removed',
  banned_by_host: 'banned',
  banned: 'banned',
  locked: 'locked',
  post_quantum_needed: 'post_quantum_needed',
};

const ENDS: Readonly<Record<string, Ending>> = {
  server_stopping: 'server_stopping',
  room_full: 'room_full',
  call_over: 'call_over',
  room_closed: 'room_closed',
  session_ended: 'session_ended',
  ticket_revoked: 'ticket_revoked',
  taken_over: 'taken_over',
  not_a_member: 'not_a_member',
};

/** The screen after a stay that ended. `told` is what the server said before it closed; `wasIn`: there was something to
 * end. */
export function screenAfter(end: SessionEnd, told: Ending | null, wasIn: boolean): Screen {
  if (end.by === 'close') return { at: 'over', why: told ?? ENDING_OF_CODE[end.code] ?? 'broken' };
  const code = end.error instanceof ApiError ? end.error.code : '';
  if (code === 'refused' || code === 'banned' || code === 'locked') return { at: 'over', why: code };
  const refusal = refusalOf(end.error);
  if (refusal !== null) return { at: 'door', refusal };
  if (!wasIn) return { at: 'lobby', entering: false, problem: problemOf(end.error) };
  return { at: 'over', why: code === 'no_room' ? 'no_room' : 'broken' };
}

function known(endings: Readonly<Record<string, Ending>>, code = ''): Ending | undefined {
  return Object.hasOwn(endings, code) ? endings[code] : undefined;
}

/** What a message of the server says about the coming end, if it is one. */
export function endingOf(message: { readonly type: string; readonly code?: string }): Ending | null {
  if (message.type === 'refused') return known(REFUSALS, message.code) ?? 'refused';
  if (message.type === 'ended') return known(ENDS, message.code) ?? 'host_ended';
  return null;
}
