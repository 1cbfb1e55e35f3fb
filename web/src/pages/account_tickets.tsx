/* SPDX-License-Identifier: GPL-3.0-or-later */
import { readTickets } from '../api/account';
import type { Ticket } from '../api/tickets';
import { strings } from '../strings';
import { useSite } from './context';
import { List, Row, Section } from './parts';
import { useList } from './task';
import { Standing, windowText } from './tickets/ticket_table';

/** The own tickets (A5), for who has any. */
export function TicketsSection() {
  const { commands } = useSite();
  const text = strings.account.settings;
  const list = useList((offset) => readTickets(commands.api, offset));
  if (list.items === null || list.items.length === 0) return null;
  return (
    <Section title={text.ticketsTitle} name="tickets" lead={text.ticketsLead}>
      <List
        list={list}
        label={text.ticketsTitle}
        empty=""
        item={(ticket) => <TicketRow key={ticket.id} ticket={ticket} />}
      />
    </Section>
  );
}

function TicketRow({ ticket }: { readonly ticket: Ticket }) {
  const { room, title, revoked } = ticket;
  const text = strings.account.settings;
  return (
    <Row
      title={title}
      icon="shield_check"
      {...(room === null || revoked !== 0
        ? {}
        : {
            actions: (
              <a class="button button-plain" data-act="to-meeting" href={`/m/${room}`}>
                <span>{text.toMeeting}</span>
              </a>
            ),
          })}
    >
      {windowText(ticket)} <Standing ticket={ticket} />
    </Row>
  );
}
