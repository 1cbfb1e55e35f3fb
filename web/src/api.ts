/* SPDX-License-Identifier: GPL-3.0-or-later */
// The requests around one meeting: docs/API.md, section 5.
import { ApiError } from './api/error';
import type { Requests } from './api/lists';
import { KeyError } from './identity/key';
import { count, flag, oneOf, orNull, record, text, type Reader } from './signal/json';
import { role, type Role } from './signal/messages';
import { host, type Host } from './state/host';
import type { Problem } from './state/model';

export { ApiError };

export function openHostLink(api: Requests, token: string): Promise<{ room: string }> {
  return api.request({ method: 'POST', path: '/api/v1/host', body: { token } }, record({ room: text }));
}

/** A meeting as it is for who asks. */
export interface RoomView {
  /** The own one. */
  readonly role: Role;
  /** '' without one. */
  readonly title: string;
  /** The refusal that an entry would have now. */
  readonly why: string | null;
  /** When a ticket is good that is not good now, Unix seconds; 0: not told, or open. */
  readonly from: number;
  readonly until: number;
  readonly needs_name: boolean;
  /** Whether a host has to let one in. */
  readonly waits: boolean;
  /** "high": the server runs with the profile for a bank or a clinic. */
  readonly care: 'usual' | 'high';
  /** null: nobody is there yet, or one may not come in. */
  readonly host: Host | null;
  /** Whether somebody who is in records it. */
  readonly recorded: boolean;
}

/** Who would be refused has no role yet. */
const ownRole: Reader<Role> = (value, path) => (value === 'none' ? 'participant' : role(value, path));

export function lookUpRoom(api: Requests, room: string): Promise<RoomView> {
  const reader = record<RoomView>({
    role: ownRole,
    title: text,
    why: orNull(text),
    from: count,
    until: count,
    needs_name: flag,
    waits: flag,
    care: oneOf('usual', 'high'),
    host: orNull(host),
    recorded: flag,
  });
  return api.request({ method: 'GET', path: `/api/v1/rooms/${room}` }, reader);
}

export interface Entry {
  readonly entry: string;
  readonly codeword: string;
}

export interface EntryRequest {
  readonly name: string;
  /** Back into the place that one had. */
  readonly resume: boolean;
  /** Go on here although the ticket is in use on another device. */
  readonly takeOver: boolean;
}

export function fetchEntry(api: Requests, room: string, request: EntryRequest, signal: AbortSignal): Promise<Entry> {
  const { name, resume, takeOver } = request;
  const body = { name, ...(resume ? { resume } : {}), ...(takeOver ? { take_over: true } : {}) };
  const reader = record<Entry>({ entry: text, codeword: text });
  return api.request({ method: 'POST', path: `/api/v1/rooms/${room}/entry`, body, signal }, reader);
}

const KNOWN_PROBLEMS: readonly Problem[] = [
  'link_used',
  'no_room',
  'bad_name',
  'name_imitates',
  'name_taken',
  'refused',
  'room_full',
  'too_many',
  'bad_origin',
  'server_full',
  'no_key',
  'unreachable',
];

export function problemOf(error: unknown): Problem {
  if (error instanceof KeyError) return 'no_key';
  const code = error instanceof ApiError ? error.code : 'unexpected';
  return KNOWN_PROBLEMS.find((problem) => problem === code) ?? 'unexpected';
}
