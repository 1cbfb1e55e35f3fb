/* SPDX-License-Identifier: GPL-3.0-or-later */
// The messages of docs/SIGNALLING.md, section 3.
import { count, flag, listOf, maybe, oneOf, orNull, record, ShapeError, text, type Reader } from './json';

export type Role = 'host' | 'guest';
export type Verified = 'host_link' | 'none';
export type Source = 'mic' | 'camera' | 'screen';
/** What of a person is switched on. */
export type Switches = Readonly<Record<Source, boolean>>;

export interface Person extends Switches {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly verified: Verified;
  /** False while the person's socket is away: dropped, and perhaps about to return. */
  readonly here: boolean;
}

export interface Knock {
  readonly id: string;
  readonly name: string;
}

export interface Slot {
  readonly mid: string;
  readonly who: string | null;
  readonly source: Source;
}

/** What the server read from the live media connection. A fact that is not known (yet) is null. */
export interface ServerFacts {
  readonly state: 'connecting' | 'connected' | 'failed';
  readonly reason: string | null;
  readonly dtls: string | null;
  readonly cipher: string | null;
  readonly group: string | null;
  readonly srtp: string | null;
  readonly cryptex_in: boolean | null;
  readonly cryptex_out: boolean | null;
  readonly fingerprint_server: string | null;
  readonly fingerprint_client: string | null;
  /** Unix seconds. */
  readonly since: number | null;
}

export interface Welcome {
  readonly room: string;
  readonly people: readonly Person[];
  readonly knocking: readonly Knock[];
  readonly speaker: string | null;
  readonly max_video: number;
}

interface Payloads {
  hello: { you: string; role: Role; handled: number; state: 'new' | 'waiting' | 'in' };
  waiting: object;
  refused: { code: string; text: string };
  welcome: Welcome;
  joined: { person: Person };
  changed: { person: Person };
  left: { id: string; reason: 'left' | 'lost' };
  knock: Knock;
  knock_gone: { id: string };
  answer: { id: number; sdp: string };
  offer_refused: { id: number; code: string; text: string };
  slots: { slots: readonly Slot[] };
  speaker: { who: string | null };
  security: ServerFacts;
  renew: { why: string };
  ended: { code: string; text: string };
  error: { code: string; text: string };
}

export type ServerMessage = { [K in keyof Payloads]: { readonly type: K } & Readonly<Payloads[K]> }[keyof Payloads];
export type ServerHello = Extract<ServerMessage, { type: 'hello' }>;

const role = oneOf('host', 'guest');
const source = oneOf('mic', 'camera', 'screen');

const person: Reader<Person> = record<Person>({
  id: text,
  name: text,
  role,
  verified: oneOf('host_link', 'none'),
  mic: flag,
  camera: flag,
  screen: flag,
  here: flag,
});
const knock: Reader<Knock> = record<Knock>({ id: text, name: text });
const reasonGiven = record<{ code: string; text: string }>({ code: text, text });

const readers: { [K in keyof Payloads]: Reader<Payloads[K]> } = {
  hello: record<Payloads['hello']>({ you: text, role, handled: count, state: oneOf('new', 'waiting', 'in') }),
  waiting: record<object>({}),
  refused: reasonGiven,
  welcome: record<Welcome>({
    room: text,
    people: listOf(person),
    knocking: listOf(knock),
    speaker: orNull(text),
    max_video: count,
  }),
  joined: record<Payloads['joined']>({ person }),
  changed: record<Payloads['changed']>({ person }),
  left: record<Payloads['left']>({ id: text, reason: oneOf('left', 'lost') }),
  knock,
  knock_gone: record<Payloads['knock_gone']>({ id: text }),
  answer: record<Payloads['answer']>({ id: count, sdp: text }),
  offer_refused: record<Payloads['offer_refused']>({ id: count, code: text, text }),
  slots: record<Payloads['slots']>({ slots: listOf(record<Slot>({ mid: text, who: orNull(text), source })) }),
  speaker: record<Payloads['speaker']>({ who: orNull(text) }),
  security: record<ServerFacts>({
    state: oneOf('connecting', 'connected', 'failed'),
    reason: maybe(text),
    dtls: maybe(text),
    cipher: maybe(text),
    group: maybe(text),
    srtp: maybe(text),
    cryptex_in: maybe(flag),
    cryptex_out: maybe(flag),
    fingerprint_server: maybe(text),
    fingerprint_client: maybe(text),
    since: maybe(count),
  }),
  renew: record<Payloads['renew']>({ why: text }),
  ended: reasonGiven,
  error: reasonGiven,
};

function isKnownType(type: string): type is keyof Payloads {
  return Object.hasOwn(readers, type);
}

/** A server's message from the text of an opened frame; ShapeError for anything that the contract doesn't know. */
export function readServerMessage(json: string): ServerMessage {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new ShapeError('not JSON');
  }
  const { type } = record<{ type: string }>({ type: text })(value, 'message');
  if (!isKnownType(type)) throw new ShapeError(`unknown type ${type}`);
  return { type, ...readers[type](value, type) } as ServerMessage;
}

/** What the page says. The number `n` is added when a message leaves (outbox.ts). */
export type ClientMessage =
  | { readonly type: 'hello' }
  | {
      readonly type: 'offer';
      readonly id: number;
      readonly sdp: string;
      readonly sources: Readonly<Record<Source, string | null>>;
    }
  | ({ readonly type: 'state' } & Switches)
  | { readonly type: 'level'; readonly db: number }
  | { readonly type: 'admit' | 'refuse'; readonly who: string }
  | { readonly type: 'admit' | 'refuse'; readonly all: true }
  | { readonly type: 'leave' };
