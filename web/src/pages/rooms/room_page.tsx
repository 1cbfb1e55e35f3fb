/* SPDX-License-Identifier: GPL-3.0-or-later */
// One room: its settings, members, tickets, bans, and who came.
import { readRoom, type Room } from '../../api/rooms';
import { ROOM_PARTS, type RoomPart } from '../../app/route';
import { strings } from '../../strings';
import { useSite } from '../context';
import { BackLink } from '../lists/back_link';
import { CopyButton, WhenLoaded } from '../parts';
import { Page, PageHeading } from '../shell';
import { useLoaded } from '../task';
import { TicketsPart } from '../tickets/tickets_part';
import { AttendancePart } from './attendance_part';
import { BansPart } from './bans_part';
import { MembersPart } from './members_part';
import { RoomFacts } from './room_facts';
import { SettingsPart } from './settings_part';

interface RoomPageProps {
  readonly id: string;
  readonly part: RoomPart;
}

const text = strings.rooms.room;

export function RoomPage({ id, part }: RoomPageProps) {
  const { commands } = useSite();
  const room = useLoaded(() => readRoom(commands.api, id), id);
  const title = room.value?.title ?? strings.rooms.mine.title;
  return (
    <Page name="room" title={title} form="desk">
      <BackLink href="/rooms">{text.back}</BackLink>
      <WhenLoaded of={room}>
        {(known) => (
          <>
            <PageHeading title={known.title} lead={<RoomFacts room={known} />} />
            <RoomLink room={known} />
            <RoomTabs id={id} part={part} />
            <Part room={known} part={part} onRoom={room.set} />
          </>
        )}
      </WhenLoaded>
    </Page>
  );
}

interface PartProps {
  readonly room: Room;
  readonly part: RoomPart;
  readonly onRoom: (room: Room) => void;
}

function Part({ room, part, onRoom }: PartProps) {
  switch (part) {
    case 'settings':
      return <SettingsPart room={room} onRoom={onRoom} />;
    case 'members':
      return <MembersPart room={room} />;
    case 'tickets':
      return <RoomTickets room={room} />;
    case 'bans':
      return <BansPart room={room} />;
    case 'attendance':
      return <AttendancePart room={room} />;
  }
}

function RoomLink({ room: { id, address, closed } }: { readonly room: Room }) {
  if (closed !== 0) return <p class="note">{text.closedText}</p>;
  return (
    <div class="room-link">
      <p class="room-address">
        <bdi>{address}</bdi>
      </p>
      <CopyButton text={address} act="room-copy" label={strings.rooms.mine.copy} />
      <a class="button button-primary" href={`/m/${id}`} data-act="room-enter">
        <span>{text.enter}</span>
      </a>
    </div>
  );
}

/** The first part has the room's own address. */
const partPath = (id: string, part: RoomPart) => (part === 'settings' ? `/rooms/${id}` : `/rooms/${id}/${part}`);

function RoomTabs({ id, part }: RoomPageProps) {
  return (
    <nav class="tabs" aria-label={text.tabsLabel}>
      {ROOM_PARTS.map((name) => (
        <a
          key={name}
          href={partPath(id, name)}
          aria-current={name === part ? 'page' : undefined}
          data-act={`tab-${name}`}
        >
          {text.tabs[name]}
        </a>
      ))}
    </nav>
  );
}

function RoomTickets({ room }: { readonly room: Room }) {
  return (
    <>
      {room.kind !== 'ticket' && <p class="note">{strings.rooms.tickets.notUsed}</p>}
      <TicketsPart place={{ at: 'rooms', id: room.id }} />
    </>
  );
}
