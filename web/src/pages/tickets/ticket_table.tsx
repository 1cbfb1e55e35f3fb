/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Ticket } from '../../api/tickets';
import { standingOf, type TicketStanding } from '../../state/ticket_form';
import { strings } from '../../strings';
import { known } from '../../strings/known';
import type { Deed } from '../lists/deed';
import { RevokeButton } from '../lists/revoke_button';
import { TableList } from '../lists/table';
import { momentText } from '../lists/times';
import type { PartedList } from '../task';

const text = strings.rooms.tickets;

interface TicketTableProps {
  readonly list: PartedList<Ticket>;
  readonly empty: string;
  readonly deed: Deed;
  readonly onRevoke: (ticket: Ticket) => void;
}

export function TicketTable({ list, empty, deed, onRevoke }: TicketTableProps) {
  return (
    <TableList
      list={list}
      label={text.listTitle}
      empty={empty}
      keyOf={({ id }) => id}
      isFaded={({ revoked }) => revoked !== 0}
      columns={[
        { name: text.columns.person, cell: ({ email }) => <bdi class="cell-name">{email}</bdi> },
        { name: text.columns.role, cell: ({ role }) => strings.rooms.roles[role] },
        { name: text.columns.window, cell: windowText },
        { name: text.columns.standing, cell: (ticket) => <Standing ticket={ticket} /> },
        { name: text.columns.origin, cell: (ticket) => <Origin ticket={ticket} /> },
        {
          name: '',
          cell: (ticket) =>
            ticket.revoked === 0 && (
              <RevokeButton
                act="ticket-revoke"
                name={ticket.email}
                words={text}
                deed={deed}
                onRevoke={() => onRevoke(ticket)}
              />
            ),
        },
      ]}
    />
  );
}

/** For when it is good, in words. */
export function windowText({ from, until }: Ticket): string {
  if (from === 0) return until === 0 ? text.always : text.untilOnly(momentText(until));
  return until === 0 ? text.fromOnly(momentText(from)) : text.fromUntil(momentText(from), momentText(until));
}

const TAGS: Readonly<Record<TicketStanding, string>> = {
  ready: 'tag tag-plain',
  early: 'tag tag-warn',
  in_use: 'tag',
  over: 'tag tag-off',
  revoked: 'tag tag-off',
};

export function Standing({ ticket }: { readonly ticket: Ticket }) {
  const standing = standingOf(ticket, Date.now() / 1000);
  return (
    <span class={TAGS[standing]} data-standing={standing}>
      {text.standings[standing]}
    </span>
  );
}

function Origin({ ticket: { issuer, reference } }: { readonly ticket: Ticket }) {
  return (
    <>
      <bdi>{issuerText(issuer)}</bdi>
      {reference !== '' && <bdi class="cell-soft">{reference}</bdi>}
    </>
  );
}

function issuerText(issuer: string): string {
  if (issuer.startsWith('key:')) return text.byKey(issuer.slice('key:'.length));
  if (issuer.startsWith('webhook:')) return text.byWebhook(issuer.slice('webhook:'.length));
  return known(text.issuers, issuer);
}
