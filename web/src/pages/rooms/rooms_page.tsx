/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { listRooms, type Room } from '../../api/rooms';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { Fresh } from '../lists/fresh';
import { CopyButton, List, Section } from '../parts';
import { Page, PageHeading } from '../shell';
import { useList } from '../task';
import { MakeRoom } from './make_room';
import { RoomFacts } from './room_facts';
import { useSeries } from './series_known';

const text = strings.rooms.mine;

export function RoomsPage() {
  const { commands } = useSite();
  const [making, setMaking] = useState(false);
  const series = useSeries();
  const rooms = useList((offset) => listRooms(commands.api, offset, { all: false }));
  return (
    <Page name="rooms" title={text.title} form="top">
      <PageHeading title={text.title} lead={text.lead} />
      {making ? (
        <Fresh>
          <MakeRoom
            series={series}
            onMade={({ id }) => commands.go(`/rooms/${id}`)}
            onCancel={() => setMaking(false)}
          />
        </Fresh>
      ) : (
        <p class="actions">
          <Button act="new-room" kind="primary" icon="plus" onClick={() => setMaking(true)}>
            {text.make}
          </Button>
          <a class="button button-quiet" href="/series" data-act="to-series">
            <span>{text.series}</span>
          </a>
        </p>
      )}
      <Section name="rooms" title={text.list}>
        <List
          list={rooms}
          label={text.list}
          empty={text.none}
          item={(room) => <RoomRow key={room.id} room={room} />}
        />
      </Section>
    </Page>
  );
}

function RoomRow({ room }: { readonly room: Room }) {
  const { id, title, closed, address } = room;
  return (
    <li class="row" data-room={id}>
      <div class="row-text">
        <p class="row-title">
          <a href={`/rooms/${id}`} data-act="room-settings">
            <bdi>{title}</bdi>
          </a>
        </p>
        <p class="row-more">
          <RoomFacts room={room} />
        </p>
      </div>
      {closed === 0 && (
        <div class="row-actions">
          <CopyButton text={address} act="room-copy" label={text.copy} />
          <a class="button button-plain" href={`/m/${id}`} aria-label={text.enterNamed(title)} data-act="room-enter">
            <span>{text.enter}</span>
          </a>
        </div>
      )}
    </li>
  );
}
