/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import type { Place } from '../../api/lists';
import { strings } from '../../strings';
import { Section, WhenLoaded } from '../parts';
import { TicketsPart } from '../tickets/tickets_part';
import { AdminPage } from './admin_page';
import { PlaceChoice, usePlaces } from './places';

export function AdminTicketsPage() {
  const text = strings.admin.tickets;
  const [place, setPlace] = useState<Place | null>(null);
  const places = usePlaces();
  return (
    <AdminPage at="tickets" name="admin-tickets" title={text.title} lead={strings.rooms.tickets.lead}>
      <Section name="place" title={text.choose}>
        <WhenLoaded of={places}>
          {(known) =>
            known.rooms.length + known.series.length === 0 ? (
              <p class="empty">{text.none}</p>
            ) : (
              <PlaceChoice
                label={text.whose}
                nothing={text.nothing}
                places={known}
                chosen={place}
                onChange={setPlace}
              />
            )
          }
        </WhenLoaded>
      </Section>
      {place !== null && <TicketsPart key={place.id} place={place} />}
    </AdminPage>
  );
}
