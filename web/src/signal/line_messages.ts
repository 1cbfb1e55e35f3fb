/* SPDX-License-Identifier: GPL-3.0-or-later */
// The messages of docs/SIGNALLING.md, section 4: presence and calls.
import { count, flag, listOf, oneOf, record, ShapeError, text, type Reader } from './json';

/** What contacts are told of a person who allows it. */
export type Presence = 'here' | 'busy' | 'away';

export interface Caller {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly email_verified: boolean;
}

interface Payloads {
  hello: { time: number };
  presence: { people: { who: string; state: Presence }[] };
  state: { who: string; state: Presence };
  news: { of: 'contacts' | 'missed' };
  ring: { call: string; from: Caller };
  ring_over: { call: string; why: 'answered' | 'declined' | 'missed' };
  ringing: { call: string; who: string; seconds: number };
  not_answered: { call: string };
  go: { call: string; room: string };
  error: { code: string };
  ended: object;
}

type Type = keyof Payloads;
export type LineMessage = { [T in Type]: { readonly type: T } & Readonly<Payloads[T]> }[Type];

export type LineCommand =
  | { readonly type: 'hello' }
  | { readonly type: 'ring'; readonly who: string }
  | { readonly type: 'cancel' | 'accept' | 'reject'; readonly call: string };

const ID = /^[A-Za-z0-9_-]{22}$/;
/** Ids become parts of addresses. */
const id: Reader<string> = (value, path) => {
  const read = text(value, path);
  if (!ID.test(read)) throw new ShapeError(`${path} is not an id`);
  return read;
};

const presence = oneOf('here', 'busy', 'away');

const readers: { readonly [T in Type]: Reader<Payloads[T]> } = {
  hello: record<Payloads['hello']>({ time: count }),
  presence: record<Payloads['presence']>({
    people: listOf(record<{ who: string; state: Presence }>({ who: id, state: presence })),
  }),
  state: record<Payloads['state']>({ who: id, state: presence }),
  news: record<Payloads['news']>({ of: oneOf('contacts', 'missed') }),
  ring: record<Payloads['ring']>({
    call: id,
    from: record<Caller>({ id, name: text, email: text, email_verified: flag }),
  }),
  ring_over: record<Payloads['ring_over']>({ call: id, why: oneOf('answered', 'declined', 'missed') }),
  ringing: record<Payloads['ringing']>({ call: id, who: id, seconds: count }),
  not_answered: record<Payloads['not_answered']>({ call: id }),
  go: record<Payloads['go']>({ call: id, room: id }),
  error: record<Payloads['error']>({ code: text }),
  ended: record<object>({}),
};

/** Throws ShapeError or SyntaxError. */
export function readLineMessage(json: string): LineMessage {
  const value: unknown = JSON.parse(json);
  const { type } = record<{ type: string }>({ type: text })(value, 'message');
  if (!Object.hasOwn(readers, type)) throw new ShapeError(`unknown type ${type}`);
  const known = type as Type;
  return { type: known, ...readers[known](value, type) } as LineMessage;
}
