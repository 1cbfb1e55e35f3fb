/* SPDX-License-Identifier: GPL-3.0-or-later */
// The messages of docs/SIGNALLING.md, section 3.
import { eventReaders, stagePlace, type EventOrder, type EventPayloads, type EventWelcome, type StagePlace } from './event_messages';
import { count, flag, listOf, maybe, oneOf, orNull, record, ShapeError, text, type Reader } from './json';

export type Role = 'host' | 'cohost' | 'speaker' | 'participant' | 'viewer';
/** By what the server knows who somebody is. */
export type Verified = 'account' | 'ticket' | 'email' | 'host_link' | 'none';
export type Kind = 'open' | 'members' | 'ticket' | 'event' | 'call';
/** What of a person is switched. */
export type Switch = 'mic' | 'camera' | 'screen';
/** What of a person is seen and heard: the sound of a screen comes and goes with it. */
export type Source = Switch | 'screen_sound';

export const REACTIONS = ['thumbs_up', 'clap', 'heart', 'laugh', 'surprise', 'celebrate'] as const;
export type Reaction = (typeof REACTIONS)[number];
/** What of a person is switched on. */
export type Switches = Readonly<Record<Switch, boolean>>;

/** What a person may send: microphone and camera, the screen, and text. */
export interface May {
  readonly present: boolean;
  readonly share: boolean;
  readonly chat: boolean;
}

export interface Person extends Switches {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly may: May;
  /** When the person came in, Unix seconds; null: not told. */
  readonly since: number | null;
  readonly verified: Verified;
  /** Whether the name is the account's, and not one that was typed at the door. */
  readonly account_name: boolean;
  /** The verified address, for hosts and co-hosts alone. */
  readonly email: string | null;
  /** The screen is shared, but nothing of it is to be seen until its owner has looked at it again. */
  readonly screen_paused: boolean;
  /** The hand is up, and was raised after all hands with a smaller number; null: down. */
  readonly hand: number | null;
  /** Records the meeting in the own browser. */
  readonly recording: boolean;
  /** False while the person's socket is away: dropped, and perhaps about to return. */
  readonly here: boolean;
  /** Where on or behind an event's stage; null: in the audience, or there is no stage. */
  readonly stage?: StagePlace | null;
  /** Onto the stage, and has not answered yet; for hosts and co-hosts. */
  readonly invited?: boolean | null;
}

export interface Knock {
  readonly id: string;
  readonly name: string;
  readonly verified: Verified;
  readonly account_name: boolean;
  readonly email: string | null;
  /** The same network and kind of browser as somebody who was banned: perhaps the same person. */
  readonly looks_banned: boolean;
}

export interface Rules {
  readonly locked: boolean;
  /** Whether others than host and co-hosts may switch on a microphone that is off. */
  readonly unmute_self: boolean;
  /** Whether who knocks waits until somebody lets them in. */
  readonly waiting: boolean;
  readonly post_quantum: boolean;
  /** Who may: everybody from this role on. */
  readonly present: Role;
  readonly share: Role;
  readonly chat: Role;
}

/** What hosts and co-hosts should look at. */
export interface Alert {
  readonly code: string;
  readonly who: string | null;
  /** Somebody who seems to be the same person as `who`. */
  readonly other: string | null;
  readonly text: string;
}

export interface Ban {
  readonly id: string;
  readonly name: string;
}

/** One stay of one person, in the list of who came. Times are Unix seconds; `left` null: still here. */
export interface Stay {
  readonly name: string;
  readonly verified: string;
  readonly email: string | null;
  readonly role: string;
  readonly joined: number;
  readonly left: number | null;
}

export interface Slot {
  readonly mid: string;
  readonly who: string | null;
  readonly source: Source;
}

/** Which simulcast layers of one's own camera and screen somebody watches: bits, from the smallest picture on. And how many bits
 * a second there is room for on the way to the one who watches; 0: no limit. */
export interface Watched {
  readonly camera: number;
  readonly screen: number;
  readonly camera_bps: number;
  readonly screen_bps: number;
}

/** How large the page shows what comes in one slot. */
export interface Shown {
  readonly mid: string;
  /** In pixels of the screen. */
  readonly height: number;
  /** The person keeps it large. */
  readonly pinned: boolean;
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

export interface Welcome extends Partial<EventWelcome> {
  readonly room: string;
  readonly kind: Kind;
  readonly title: string;
  /** In an event those whom all see, and oneself; the others are counted. */
  readonly people: readonly Person[];
  readonly knocking: readonly Knock[];
  readonly speaker: string | null;
  readonly max_video: number;
  /** Somebody records, whom one may not see. */
  readonly recorded?: boolean | null;
  readonly count: number;
  readonly rules: Rules;
}

/** A pass to the TURN server, for minutes; `until` in Unix seconds. */
export interface Relay {
  url: string;
  username: string;
  credential: string;
  until: number;
}

interface Payloads extends EventPayloads {
  hello: { you: string; role: Role; handled: number; state: 'new' | 'waiting' | 'in' };
  waiting: object;
  refused: { code: string; text: string };
  welcome: Welcome;
  people: { people: readonly Person[] };
  joined: { person: Person };
  changed: { person: Person };
  left: { id: string; reason: 'left' | 'lost' | 'removed' | 'viewer' | 'backstage' };
  count: { people: number };
  knock: Knock;
  knock_gone: { id: string };
  chat: {
    from: string;
    name: string;
    role: Role;
    to: string | null;
    to_name: string | null;
    reach: 'all' | 'stage' | 'one';
    text: string;
    time: number;
    id: number | null;
  };
  chat_refused: { id: number; code: string; text: string };
  reaction: { who: string; reaction: Reaction };
  reactions: { counts: Readonly<Partial<Record<Reaction, number>>> };
  recorded: { on: boolean };
  answer: { id: number; sdp: string };
  offer_refused: { id: number; code: string; text: string };
  slots: { slots: readonly Slot[] };
  speaker: { who: string | null };
  layers: Watched;
  /** Whether the connection of somebody in the meeting is so weak that others notice. */
  weakness: { who: string; weak: boolean };
  /** By the clock, while somebody is quiet (T6): in place of `speaker`, and of `changed` where only microphones are. */
  beat: { speaker: string | null; mics: readonly { readonly id: string; readonly on: boolean }[] };
  security: ServerFacts;
  renew: { why: string };
  relay: { server: Relay | null };
  ended: { code: string; text: string };
  error: { code: string; text: string };
  muted: { source: Switch; by: string | null };
  /** A moderator asks for the own screen. */
  share_asked: { by: string };
  share_declined: { who: string };
  room: { kind: Kind; title: string; rules: Rules };
  alert: Alert;
  bans: { bans: readonly Ban[] };
  last_joined: { people: readonly Person[] };
  moderated: { what: string; who: string | null; by: string | null };
  attendance: { from: number; total: number; unlisted: number; people: readonly Stay[] };
}

export type ServerMessage = { [K in keyof Payloads]: { readonly type: K } & Readonly<Payloads[K]> }[keyof Payloads];
export type ServerHello = Extract<ServerMessage, { type: 'hello' }>;

const currentRole = oneOf('host', 'cohost', 'speaker', 'participant', 'viewer');
/** "guest" is what the look-up of a room calls everybody but the host. */
export const role: Reader<Role> = (value, path) => (value === 'guest' ? 'participant' : currentRole(value, path));
const kind = oneOf('open', 'members', 'ticket', 'event', 'call');
const verified = oneOf('account', 'ticket', 'email', 'host_link', 'none');
const rules = record<Rules>({
  locked: flag,
  unmute_self: flag,
  waiting: flag,
  post_quantum: flag,
  present: currentRole,
  share: currentRole,
  chat: currentRole,
});
const switched = oneOf('mic', 'camera', 'screen');
const source = oneOf('mic', 'camera', 'screen', 'screen_sound');

const person = record<Person>({
  id: text,
  name: text,
  role,
  may: record<May>({ present: flag, share: flag, chat: flag }),
  since: maybe(count),
  verified,
  account_name: flag,
  email: orNull(text),
  mic: flag,
  camera: flag,
  screen: flag,
  screen_paused: flag,
  hand: maybe(count),
  recording: flag,
  here: flag,
  stage: maybe(stagePlace),
  invited: maybe(flag),
});
const knock = record<Knock>({
  id: text,
  name: text,
  verified,
  account_name: flag,
  email: orNull(text),
  looks_banned: flag,
});
const event = eventReaders(person);
const reaction = oneOf(...REACTIONS);
const reactionCounts: Reader<Readonly<Partial<Record<Reaction, number>>>> = (value, path) => {
  const counts = record<Record<Reaction, number | null>>({
    thumbs_up: maybe(count),
    clap: maybe(count),
    heart: maybe(count),
    laugh: maybe(count),
    surprise: maybe(count),
    celebrate: maybe(count),
  })(value, path);
  return Object.fromEntries(Object.entries(counts).filter(([, times]) => times !== null));
};
const reasonGiven = record<{ code: string; text: string }>({ code: text, text });

const readers: { [K in keyof Payloads]: Reader<Payloads[K]> } = {
  hello: record<Payloads['hello']>({ you: text, role, handled: count, state: oneOf('new', 'waiting', 'in') }),
  waiting: record<object>({}),
  refused: reasonGiven,
  welcome: record<Welcome>({
    room: text,
    kind,
    title: text,
    people: listOf(person),
    knocking: listOf(knock),
    speaker: orNull(text),
    max_video: count,
    count,
    rules,
    recorded: maybe(flag),
    ...event.welcome,
  }),
  ...event.messages,
  people: record<Payloads['people']>({ people: listOf(person) }),
  joined: record<Payloads['joined']>({ person }),
  changed: record<Payloads['changed']>({ person }),
  left: record<Payloads['left']>({ id: text, reason: oneOf('left', 'lost', 'removed', 'viewer', 'backstage') }),
  count: record<Payloads['count']>({ people: count }),
  knock,
  knock_gone: record<Payloads['knock_gone']>({ id: text }),
  chat: record<Payloads['chat']>({
    from: text,
    name: text,
    role,
    to: orNull(text),
    to_name: orNull(text),
    reach: oneOf('all', 'stage', 'one'),
    text,
    time: count,
    id: orNull(count),
  }),
  chat_refused: record<Payloads['chat_refused']>({ id: count, code: text, text }),
  reaction: record<Payloads['reaction']>({ who: text, reaction }),
  reactions: record<Payloads['reactions']>({ counts: reactionCounts }),
  recorded: record<Payloads['recorded']>({ on: flag }),
  answer: record<Payloads['answer']>({ id: count, sdp: text }),
  offer_refused: record<Payloads['offer_refused']>({ id: count, code: text, text }),
  slots: record<Payloads['slots']>({ slots: listOf(record<Slot>({ mid: text, who: orNull(text), source })) }),
  speaker: record<Payloads['speaker']>({ who: orNull(text) }),
  layers: record<Watched>({ camera: count, screen: count, camera_bps: count, screen_bps: count }),
  weakness: record<Payloads['weakness']>({ who: text, weak: flag }),
  beat: record<Payloads['beat']>({
    speaker: orNull(text),
    mics: listOf(record<{ id: string; on: boolean }>({ id: text, on: flag })),
  }),
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
  relay: record<Payloads['relay']>({
    server: orNull(record<Relay>({ url: text, username: text, credential: text, until: count })),
  }),
  ended: reasonGiven,
  error: reasonGiven,
  share_asked: record<Payloads['share_asked']>({ by: text }),
  share_declined: record<Payloads['share_declined']>({ who: text }),
  muted: record<Payloads['muted']>({ source: switched, by: maybe(text) }),
  room: record<Payloads['room']>({ kind, title: text, rules }),
  alert: record<Alert>({ code: text, who: orNull(text), other: orNull(text), text }),
  bans: record<Payloads['bans']>({ bans: listOf(record<Ban>({ id: text, name: text })) }),
  last_joined: record<Payloads['last_joined']>({ people: listOf(person) }),
  moderated: record<Payloads['moderated']>({ what: text, who: maybe(text), by: maybe(text) }),
  attendance: record<Payloads['attendance']>({
    from: count,
    total: count,
    unlisted: count,
    people: listOf(
      record<Stay>({
        name: text,
        verified: text,
        email: orNull(text),
        role: text,
        joined: count,
        left: maybe(count),
      }),
    ),
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
  | { readonly type: 'mute' | 'stop_video' | 'stop_share' | 'ask_share' | 'remove' | 'ban' | 'send_back'; readonly who: string }
  | { readonly type: 'mute'; readonly all: true }
  | { readonly type: 'unban'; readonly id: string }
  | { readonly type: 'lock'; readonly on: boolean }
  | { readonly type: 'role'; readonly who: string; readonly role: Role }
  | { readonly type: 'policy'; readonly unmute_self: boolean; readonly waiting: boolean }
  | { readonly type: 'stop_everything' }
  | { readonly type: 'lower_hand'; readonly who: string }
  | { readonly type: 'lower_hand'; readonly all: true }
  | { readonly type: 'recording'; readonly on: boolean }
  | EventOrder;

/** What the page says. The number `n` is added when a message leaves (outbox.ts). */
export type ClientMessage =
  | { readonly type: 'hello' }
  | {
      readonly type: 'offer';
      readonly id: number;
      readonly sdp: string;
      readonly sources: Readonly<Record<Source, string | null>>;
      /** Of another RTCPeerConnection than the offers before. */
      readonly anew: boolean;
    }
  | ({ readonly type: 'state'; readonly screen_sound?: boolean; readonly screen_paused?: boolean } & Switches)
  | { readonly type: 'decline_share' }
  /** Asks for a pass to the relay, if there is one. */
  | { readonly type: 'relay' }
  /** All that is on the screen: what is not named is hidden. */
  | { readonly type: 'view'; readonly shown: readonly Shown[] }
  | { readonly type: 'level'; readonly db: number }
  /** In the quiet mode: level and switch by the clock. */
  | { readonly type: 'beat'; readonly db: number; readonly mic: boolean }
  | { readonly type: 'admit' | 'refuse'; readonly who: string }
  | { readonly type: 'admit' | 'refuse'; readonly all: true }
  | { readonly type: 'chat'; readonly id: number; readonly text: string; readonly to?: string }
  | { readonly type: 'hand'; readonly up: boolean }
  | { readonly type: 'reaction'; readonly reaction: Reaction }
  | Order
  | { readonly type: 'attendance'; readonly from: number }
  | { readonly type: 'leave' };
