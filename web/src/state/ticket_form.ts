/* SPDX-License-Identifier: GPL-3.0-or-later */
// Tickets while they are typed, searched and shown.
import type { RoomRole } from '../api/lists';
import type { NewTicket, Ticket } from '../api/tickets';
import { looksLikeAddress } from './address';

/** What a ticket can make of somebody. */
export const TICKET_ROLES = ['viewer', 'participant', 'speaker'] as const satisfies readonly RoomRole[];

/** `from` and `until` as date fields write them: local time, "2026-12-01T18:00", or ''. */
export interface TicketDraft {
  readonly email: string;
  readonly role: RoomRole;
  readonly from: string;
  readonly until: string;
  readonly reference: string;
}

export const newTicketDraft: TicketDraft = { email: '', role: 'participant', from: '', until: '', reference: '' };

export type TicketProblem = 'email_wrong' | 'time_wrong' | 'window_wrong';

/** Unix seconds of a date field; 0 for an empty one, null for none that a clock can show. */
export function secondsOf(local: string): number | null {
  if (local === '') return 0;
  const milliseconds = new Date(local).getTime();
  return Number.isNaN(milliseconds) || milliseconds <= 0 ? null : Math.floor(milliseconds / 1000);
}

export function problemOfTicket({ email, from, until }: TicketDraft): TicketProblem | null {
  if (!looksLikeAddress(email)) return 'email_wrong';
  const [start, end] = [secondsOf(from), secondsOf(until)];
  if (start === null || end === null) return 'time_wrong';
  return end !== 0 && end <= start ? 'window_wrong' : null;
}

export function ticketOfDraft({ email, role, from, until, reference }: TicketDraft): NewTicket {
  const cleaned = reference.trim();
  return {
    email: email.trim(),
    role,
    from: secondsOf(from) ?? 0,
    until: secondsOf(until) ?? 0,
    ...(cleaned === '' ? {} : { reference: cleaned }),
  };
}

export type TicketStanding = 'revoked' | 'in_use' | 'over' | 'early' | 'ready';

/** What a ticket is good for at this moment. */
export function standingOf(ticket: Ticket, nowSeconds: number): TicketStanding {
  if (ticket.revoked !== 0) return 'revoked';
  if (ticket.in_use) return 'in_use';
  if (ticket.until !== 0 && ticket.until <= nowSeconds) return 'over';
  return ticket.from > nowSeconds ? 'early' : 'ready';
}

export function foundTickets(tickets: readonly Ticket[], wanted: string): readonly Ticket[] {
  const part = wanted.trim().toLocaleLowerCase();
  if (part === '') return tickets;
  return tickets.filter(({ email, reference, issuer }) =>
    [email, reference, issuer].some((text) => text.toLocaleLowerCase().includes(part)),
  );
}
