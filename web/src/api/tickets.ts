/* SPDX-License-Identifier: GPL-3.0-or-later */
// Tickets, each of one person for one room or series: docs/API.md, section 6.
import { count, flag, orNull, record, text, type Reader } from '../signal/json';
import { id, listing, nothing, pageQuery, roomRole } from './lists';
import type { Listing, Place, Requests, RoomRole } from './lists';

export interface Ticket {
  readonly id: string;
  readonly room: string | null;
  readonly series: string | null;
  /** Of the room or series. */
  readonly title: string;
  readonly email: string;
  readonly role: RoomRole;
  /** Unix seconds; 0: open on this side. */
  readonly from: number;
  readonly until: number;
  /** 0: not revoked. */
  readonly revoked: number;
  readonly created: number;
  /** Whether somebody is in by it now. */
  readonly in_use: boolean;
  readonly reference: string;
  readonly issuer: string;
}

export const ticket: Reader<Ticket> = record<Ticket>({
  id,
  room: orNull(id),
  series: orNull(id),
  title: text,
  email: text,
  role: roomRole,
  from: count,
  until: count,
  revoked: count,
  created: count,
  in_use: flag,
  reference: text,
  issuer: text,
});

const pathOf = (place: Place) => `/api/v1/${place.at}/${place.id}/tickets`;

export function listTickets(api: Requests, place: Place, offset: number, most?: number): Promise<Listing<Ticket>> {
  const query = pageQuery(offset, most);
  return api.request({ method: 'GET', path: pathOf(place), query }, listing('tickets', ticket));
}

export interface NewTicket {
  readonly email: string;
  readonly role?: RoomRole;
  readonly from?: number;
  readonly until?: number;
  readonly reference?: string;
}

export function issueTicket(api: Requests, place: Place, body: NewTicket): Promise<Ticket> {
  return api.request({ method: 'POST', path: pathOf(place), body }, ticket);
}

export interface Imported {
  readonly issued: number;
  /** Issued before, by their reference. */
  readonly known: number;
}

/** All or none: an ApiError 'bad_csv' has the line in its detail. */
export function importTickets(api: Requests, place: Place, csv: string): Promise<Imported> {
  const path = `${pathOf(place)}/import`;
  return api.request({ method: 'POST', path, csv }, record<Imported>({ issued: count, known: count }));
}

export function revokeTicket(api: Requests, ticketId: string): Promise<null> {
  return api.request({ method: 'DELETE', path: `/api/v1/tickets/${ticketId}` }, nothing);
}
