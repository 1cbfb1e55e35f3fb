/* SPDX-License-Identifier: GPL-3.0-or-later */
// The messages of docs/SIGNALLING.md, section 3.
import { count, flag, listOf, maybe, oneOf, orNull, record, ShapeError, text, type Reader } from './json';

export type Role = 'host' | 'cohost' | 'participant' | 'viewer';
export type Verified = 'host_link' | 'none';
export type Source = 'mic' | 'camera' | 'screen';
/** What of a person is switched on. */
export type Switches = Readonly<Record<Source, boolean>>;

/** What a person may send: microphone and camera, and the screen. */
export interface May {
  readonly present: boolean;
  readonly share: boolean;
}

export interface Person extends Switches {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly may: May;
  /** When the person came in, Unix seconds; null: not told. */
  readonly since: number | null;
  readonly verified: Verified;
  /** False while the person's socket is away: dropped, and perhaps about to return. */
  readonly here: boolean;
}

export interface Knock {
  readonly id: string;
  readonly name: string;
}

export interface Rules {
  readonly locked: boolean;
  /** Whether others than host and co-hosts may switch on a microphone that is off. */
  readonly unmute_self: boolean;
  /** Whether who knocks waits until somebody lets them in. */
  readonly waiting: boolean;
}

export interface Ban {
  readonly id: string;
  readonly name: string;
}

/** One stay of one person, in the list of who came. Times are Unix seconds; `left` null: still here. */
export interface Stay {
  readonly name: string;
  readonly verified: string;
  readonly role: string;
  readonly joined: number;
  readonly left: number | null;
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
  /** null: a server without such rules. */
  readonly rules: Rules | null;
}

interface Payloads {
  hello: { you: string; role: Role; handled: number; state: 'new' | 'waiting' | 'in' };
  waiting: object;
  refused: { code: string; text: string };
  welcome: Welcome;
  joined: { person: Person };
  changed: { person: Person };
  left: { id: string; reason: 'left' | 'lost' | 'removed' };
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
  muted: { source: Source; by: string | null };
  room: Rules;
  bans: { bans: readonly Ban[] };
  last_joined: { people: readonly Person[] };
  moderated: { what: string; who: string | null; by: string | null };
  attendance: { from: number; total: number; unlisted: number; people: readonly Stay[] };
}

export type ServerMessage = { [K in keyof Payloads]: { readonly type: K } & Readonly<Payloads[K]> }[keyof Payloads];
export type ServerHello = Extract<ServerMessage, { type: 'hello' }>;

const currentRole = oneOf('host', 'cohost', 'participant', 'viewer');
/** "guest" is what servers without roles call a participant. */
export const role: Reader<Role> = (value, path) => (value === 'guest' ? 'participant' : currentRole(value, path));
const rules = record<Rules>({ locked: flag, unmute_self: flag, waiting: flag });
const source = oneOf('mic', 'camera', 'screen');

const may = maybe(record<May>({ present: flag, share: flag }));
const writtenPerson = record<Omit<Person, 'may'> & { may: May | null }>({
  id: text,
  name: text,
  role,
  may,
  since: maybe(count),
  verified: oneOf('host_link', 'none'),
  mic: flag,
  camera: flag,
  screen: flag,
  here: flag,
});
/** A server without roles says nothing of rights: then everybody may send. */
const person: Reader<Person> = (value, path) => {
  const read = writtenPerson(value, path);
  return { ...read, may: read.may ?? { present: true, share: true } };
};
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
    rules: maybe(rules),
  }),
  joined: record<Payloads['joined']>({ person }),
  changed: record<Payloads['changed']>({ person }),
  left: record<Payloads['left']>({ id: text, reason: oneOf('left', 'lost', 'removed') }),
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
  muted: record<Payloads['muted']>({ source, by: maybe(text) }),
  room: rules,
  bans: record<Payloads['bans']>({ bans: listOf(record<Ban>({ id: text, name: text })) }),
  last_joined: record<Payloads['last_joined']>({ people: listOf(person) }),
  moderated: record<Payloads['moderated']>({ what: text, who: maybe(text), by: maybe(text) }),
  attendance: record<Payloads['attendance']>({
    from: count,
    total: count,
    unlisted: count,
    people: listOf(record<Stay>({ name: text, verified: text, role: text, joined: count, left: maybe(count) })),
  }),
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

/** What hosts and co-hosts may order. */
export type Order =
  | { readonly type: 'mute' | 'stop_video' | 'stop_share' | 'remove' | 'ban' | 'send_back'; readonly who: string }
  | { readonly type: 'mute'; readonly all: true }
  | { readonly type: 'unban'; readonly id: string }
  | { readonly type: 'lock'; readonly on: boolean }
  | { readonly type: 'role'; readonly who: string; readonly role: Role }
  | { readonly type: 'policy'; readonly unmute_self: boolean; readonly waiting: boolean }
  | { readonly type: 'stop_everything' };

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
  | Order
  | { readonly type: 'attendance'; readonly from: number }
  | { readonly type: 'leave' };
