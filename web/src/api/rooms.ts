/* SPDX-License-Identifier: GPL-3.0-or-later */
// Rooms that are kept: docs/API.md, section 5.
import { count, flag, oneOf, orNull, record, text, type Reader } from '../signal/json';
import { encodePart, type Query } from '../identity/proof';
import { id, listing, nothing, pageQuery, roomRole, type Listing, type Requests, type RoomRole } from './lists';

export const ROOM_KINDS = ['open', 'members', 'ticket', 'event'] as const;
export type RoomKind = (typeof ROOM_KINDS)[number];

/** What holds in a room. A role: everybody from this one on. */
export interface Policy {
  readonly present: RoomRole;
  readonly share: RoomRole;
  readonly chat: RoomRole;
  readonly unmute_self: boolean;
  readonly guests: boolean;
  readonly guests_verified: boolean;
  readonly waiting_room: boolean;
  readonly two_factors: boolean;
  readonly post_quantum: boolean;
  readonly locked: boolean;
  /** People at once. */
  readonly most: number;
  /** 0: not said. */
  readonly invited: number;
}

export interface Room {
  readonly id: string;
  readonly kind: RoomKind;
  readonly title: string;
  readonly series: string | null;
  readonly policy: Policy;
  readonly owner: { readonly id: string; readonly name: string } | null;
  /** Unix seconds; `closed` 0: open. */
  readonly created: number;
  readonly closed: number;
  /** People who are in it now. */
  readonly live: number;
  readonly address: string;
}

export interface Member {
  readonly email: string;
  readonly role: RoomRole;
}

export interface RoomBan {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly time: number;
}

/** One stay of one person. `left` 0: still in. */
export interface RoomStay {
  readonly name: string;
  readonly email: string;
  readonly verified: string;
  readonly role: string;
  readonly joined: number;
  readonly left: number;
}

export interface Series {
  readonly id: string;
  readonly title: string;
  readonly created: number;
}

const policy: Reader<Policy> = record<Policy>({
  present: roomRole,
  share: roomRole,
  chat: roomRole,
  unmute_self: flag,
  guests: flag,
  guests_verified: flag,
  waiting_room: flag,
  two_factors: flag,
  post_quantum: flag,
  locked: flag,
  most: count,
  invited: count,
});

export const room: Reader<Room> = record<Room>({
  id,
  kind: oneOf(...ROOM_KINDS),
  title: text,
  series: orNull(id),
  policy,
  owner: orNull(record<{ id: string; name: string }>({ id, name: text })),
  created: count,
  closed: count,
  live: count,
  address: text,
});

const member = record<Member>({ email: text, role: roomRole });
const ban = record<RoomBan>({ id, name: text, email: text, time: count });
const stay = record<RoomStay>({ name: text, email: text, verified: text, role: text, joined: count, left: count });
const series = record<Series>({ id, title: text, created: count });

interface Which {
  /** For administrators: everybody's. */
  readonly all: boolean;
  readonly most?: number;
}

const queryOf = (offset: number, { all, most }: Which): Query => [
  ...pageQuery(offset, most),
  ...(all ? ([['all', 'true']] as const) : []),
];

export function listRooms(api: Requests, offset: number, which: Which): Promise<Listing<Room>> {
  const query = queryOf(offset, which);
  return api.request({ method: 'GET', path: '/api/v1/rooms', query }, listing('rooms', room));
}

export interface NewRoom {
  readonly title: string;
  readonly kind: RoomKind;
  readonly policy?: Partial<Policy>;
  readonly series?: string;
}

export function makeRoom(api: Requests, body: NewRoom): Promise<Room> {
  return api.request({ method: 'POST', path: '/api/v1/rooms', body }, room);
}

export function readRoom(api: Requests, roomId: string): Promise<Room> {
  return api.request({ method: 'GET', path: `/api/v1/rooms/${roomId}/settings` }, room);
}

export interface RoomChange {
  readonly title?: string;
  readonly kind?: RoomKind;
  readonly policy?: Partial<Policy>;
  readonly series?: string | null;
  readonly closed?: boolean;
}

export function changeRoom(api: Requests, roomId: string, body: RoomChange): Promise<Room> {
  return api.request({ method: 'PATCH', path: `/api/v1/rooms/${roomId}`, body }, room);
}

export function deleteRoom(api: Requests, roomId: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `/api/v1/rooms/${roomId}` }, nothing);
}

export function listMembers(api: Requests, roomId: string, offset: number): Promise<Listing<Member>> {
  const path = `/api/v1/rooms/${roomId}/members`;
  return api.request({ method: 'GET', path, query: pageQuery(offset) }, listing('members', member));
}

const memberPath = (roomId: string, email: string) => `/api/v1/rooms/${roomId}/members/${encodePart(email)}`;

/** Adds a member, or gives another role. */
export function setMember(api: Requests, roomId: string, { email, role }: Member): Promise<null> {
  return api.request({ method: 'PUT', path: memberPath(roomId, email), body: { role } }, nothing);
}

export function removeMember(api: Requests, roomId: string, email: string): Promise<null> {
  return api.request({ method: 'DELETE', path: memberPath(roomId, email) }, nothing);
}

export function listBans(api: Requests, roomId: string, offset: number): Promise<Listing<RoomBan>> {
  const path = `/api/v1/rooms/${roomId}/bans`;
  return api.request({ method: 'GET', path, query: pageQuery(offset) }, listing('bans', ban));
}

export function liftBan(api: Requests, roomId: string, banId: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `/api/v1/rooms/${roomId}/bans/${banId}` }, nothing);
}

export function listStays(
  api: Requests,
  roomId: string,
  offset: number,
  most?: number,
): Promise<Listing<RoomStay>> {
  const path = `/api/v1/rooms/${roomId}/attendance`;
  return api.request({ method: 'GET', path, query: pageQuery(offset, most) }, listing('stays', stay));
}

export function listSeries(api: Requests, offset: number, which: Which): Promise<Listing<Series>> {
  const query = queryOf(offset, which);
  return api.request({ method: 'GET', path: '/api/v1/series', query }, listing('series', series));
}

export function makeSeries(api: Requests, title: string): Promise<Series> {
  return api.request({ method: 'POST', path: '/api/v1/series', body: { title } }, series);
}
