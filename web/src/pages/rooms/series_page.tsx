/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { readAll } from '../../api/lists';
import { listRooms, listSeries, makeSeries, type Room, type Series } from '../../api/rooms';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Field, Form } from '../forms';
import { BackLink } from '../lists/back_link';
import { Day } from '../lists/times';
import { isAdministrator } from '../model';
import { List, Row, Section, WhenLoaded } from '../parts';
import { Page, PageHeading } from '../shell';
import { useList, useLoaded, useTask } from '../task';
import { TicketsPart } from '../tickets/tickets_part';
import { RoomFacts } from './room_facts';

const text = strings.rooms.series;

export function SeriesPage() {
  const { commands } = useSite();
  const series = useList((offset) => listSeries(commands.api, offset, { all: false }));
  return (
    <Page name="series" title={text.title} form="top">
      <BackLink href="/rooms">{text.back}</BackLink>
      <PageHeading title={text.title} lead={text.lead} />
      <MakeSeries onMade={({ id }) => commands.go(`/series/${id}`)} />
      <Section name="series" title={text.mine}>
        <List
          list={series}
          label={text.mine}
          empty={text.none}
          item={({ id, title, created }) => (
            <Row key={id} title={<a href={`/series/${id}`}>{title}</a>}>
              {text.since} <Day at={created} />
            </Row>
          )}
        />
      </Section>
    </Page>
  );
}

function MakeSeries({ onMade }: { readonly onMade: (series: Series) => void }) {
  const { commands } = useSite();
  const task = useTask();
  const [title, setTitle] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const make = async () => {
    const cleaned = title.trim();
    setWrong(cleaned === '' ? text.nameMissing : null);
    if (cleaned !== '') onMade(await makeSeries(commands.api, cleaned));
  };
  return (
    <Section name="make-series" title={text.makeTitle}>
      <Form task={task} act="series-make" submit={text.make} onSubmit={make}>
        <Field name="series-title" label={text.name} value={title} error={wrong} onChange={setTitle} />
      </Form>
    </Section>
  );
}

/** Series and rooms that are looked through for one. */
const LOOKED_THROUGH = 1000;

interface Found {
  readonly series: Series | null;
  readonly rooms: readonly Room[];
}

export function OneSeriesPage({ id }: { readonly id: string }) {
  const { site, commands } = useSite();
  const { api } = commands;
  const all = isAdministrator(site);
  // The contract has no request for one series: it is looked for among those that one may see.
  const found = useLoaded<Found>(async () => {
    const [series, rooms] = await Promise.all([
      readAll((offset, most) => listSeries(api, offset, { all, most }), LOOKED_THROUGH),
      readAll((offset, most) => listRooms(api, offset, { all, most }), LOOKED_THROUGH),
    ]);
    return {
      series: series.items.find((one) => one.id === id) ?? null,
      rooms: rooms.items.filter((room) => room.series === id),
    };
  }, id);
  return (
    <Page name="one-series" title={found.value?.series?.title ?? text.title} form="desk">
      <BackLink href="/series">{text.backToAll}</BackLink>
      <WhenLoaded of={found}>
        {({ series, rooms }) =>
          series === null ? (
            <PageHeading title={text.notFound} />
          ) : (
            <>
              <PageHeading title={series.title} />
              <SeriesRooms rooms={rooms} />
              <TicketsPart place={{ at: 'series', id }} />
            </>
          )
        }
      </WhenLoaded>
    </Page>
  );
}

function SeriesRooms({ rooms }: { readonly rooms: readonly Room[] }) {
  return (
    <Section name="series-rooms" title={text.rooms}>
      {rooms.length === 0 && <p class="empty">{text.noRooms}</p>}
      <ul class="rows">
        {rooms.map((room) => (
          <Row key={room.id} title={<a href={`/rooms/${room.id}`}>{room.title}</a>}>
            <RoomFacts room={room} />
          </Row>
        ))}
      </ul>
    </Section>
  );
}
