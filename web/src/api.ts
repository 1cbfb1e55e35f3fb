/* SPDX-License-Identifier: GPL-3.0-or-later */
// The few requests of docs/SIGNALLING.md, section 1.
import { ApiError, noValue, problemFrom } from './api/error';
import { record, text, type Reader } from './signal/json';
import { role, type Role } from './signal/messages';
import type { Problem } from './state/model';

export { ApiError };

const TIMEOUT_MS = 8000;

async function call<T>(
  method: 'GET' | 'POST',
  path: string,
  body: object | null,
  reader: Reader<T>,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(method, path, body, signal);
  const value: unknown = await response.json().catch(noValue);
  if (!response.ok) throw problemFrom(value, response.status);
  try {
    return reader(value, 'answer');
  } catch {
    throw new ApiError('unexpected');
  }
}

async function send(method: string, path: string, body: object | null, signal?: AbortSignal): Promise<Response> {
  const request: RequestInit = {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
    ...(body === null ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  };
  try {
    return await fetch(path, request);
  } catch {
    throw new ApiError('unreachable');
  }
}

export function openHostLink(token: string): Promise<{ room: string }> {
  return call('POST', '/api/v1/host', { token }, record({ room: text }));
}

export function lookUpRoom(room: string): Promise<{ role: Role }> {
  return call('GET', `/api/v1/rooms/${room}`, null, record({ role }));
}

export interface Entry {
  readonly entry: string;
  readonly codeword: string;
}

export function fetchEntry(room: string, name: string, resume: boolean, signal: AbortSignal): Promise<Entry> {
  const body = resume ? { name, resume } : { name };
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  return call('POST', `/api/v1/rooms/${room}/entry`, body, record({ entry: text, codeword: text }), limited);
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
  'unreachable',
];

export function problemOf(error: unknown): Problem {
  const code = error instanceof ApiError ? error.code : 'unexpected';
  return KNOWN_PROBLEMS.find((problem) => problem === code) ?? 'unexpected';
}
