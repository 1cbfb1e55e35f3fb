/* SPDX-License-Identifier: GPL-3.0-or-later */
// The tickets of a room or series.
import { useEffect, useState } from 'preact/hooks';
import { readAll, type Listing, type Place } from '../../api/lists';
import { listTickets, revokeTicket, type Ticket } from '../../api/tickets';
import { foundTickets } from '../../state/ticket_form';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Outcome, useDeed } from '../lists/deed';
import { SearchForm } from '../lists/search_form';
import { Banner, Section } from '../parts';
import { useList } from '../task';
import { ImportTickets } from './import_tickets';
import { IssueTicket } from './issue_ticket';
import { TicketTable } from './ticket_table';

const text = strings.rooms.tickets;

/** So many are looked through for one. */
const SEARCHED = 5000;

/** Without mail there are no codes, by which people without an account show that a ticket is theirs. */
function NoMail() {
  const { site, commands } = useSite();
  useEffect(() => {
    void commands.learnOffer().catch(() => undefined); // it is a hint: the page is whole without it
  }, []);
  if (site.offer?.ways.email !== false) return null;
  return (
    <Banner tone="warn">
      <p data-hint="no-mail">{text.noMail}</p>
    </Banner>
  );
}

export function TicketsPart({ place }: { readonly place: Place }) {
  const { api } = useSite().commands;
  const [wanted, setWanted] = useState('');
  const [cut, setCut] = useState(false);
  const deed = useDeed();
  const load = async (offset: number): Promise<Listing<Ticket>> => {
    if (wanted === '') return listTickets(api, place, offset);
    // The contract has no search: all are read and looked through here.
    const all = await readAll((from, most) => listTickets(api, place, from, most), SEARCHED);
    setCut(all.more);
    return { items: foundTickets(all.items, wanted), more: false };
  };
  const tickets = useList(load, `${place.id} ${wanted}`);
  const revoke = ({ id, email }: Ticket) =>
    deed.run(async () => {
      await revokeTicket(api, id);
      tickets.reload();
      return text.revoked(email);
    });
  return (
    <>
      <p class="section-lead">{text.lead}</p>
      <NoMail />
      <div class="two-cards">
        <IssueTicket place={place} onIssued={tickets.reload} />
        <ImportTickets place={place} onImported={tickets.reload} />
      </div>
      <Section name="tickets" title={text.listTitle}>
        <SearchForm name="ticket-search" label={text.search} searched={wanted} onSearch={setWanted} />
        {cut && wanted !== '' && <p class="hint">{text.foundPart(SEARCHED)}</p>}
        <Outcome of={deed} />
        <TicketTable list={tickets} empty={wanted === '' ? text.none : text.noneFound} deed={deed} onRevoke={revoke} />
      </Section>
    </>
  );
}
