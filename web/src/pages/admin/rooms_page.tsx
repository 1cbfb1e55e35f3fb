/* SPDX-License-Identifier: GPL-3.0-or-later */
import { listRooms, type Room } from '../../api/rooms';
import { strings } from '../../strings';
import { useSite } from '../context';
import { TableList, type Column } from '../lists/table';
import { Day } from '../lists/times';
import { Section } from '../parts';
import { useList } from '../task';
import { AdminPage } from './admin_page';

const text = strings.admin.rooms;
const { kinds, mine } = strings.rooms;

const COLUMNS: readonly Column<Room>[] = [
  {
    name: text.columns.title,
    cell: ({ id, title }) => (
      <a class="cell-link" href={`/rooms/${id}`} data-act="room-settings">
        <bdi class="cell-name">{title}</bdi>
      </a>
    ),
  },
  { name: text.columns.kind, cell: ({ kind }) => kinds[kind].name },
  { name: text.columns.owner, cell: ({ owner }) => (owner === null ? mine.noOwner : <bdi>{owner.name}</bdi>) },
  {
    name: text.columns.live,
    cell: ({ closed, live }) => (closed === 0 ? mine.live(live) : <span class="tag tag-off">{mine.closed}</span>),
  },
  { name: text.columns.created, cell: ({ created }) => <Day at={created} /> },
];

/** Everybody's rooms; what can be done to one is on its own page. */
export function AdminRoomsPage() {
  const { commands } = useSite();
  const rooms = useList((offset) => listRooms(commands.api, offset, { all: true }));
  return (
    <AdminPage at="rooms" name="admin-rooms" title={text.title} lead={text.lead}>
      <Section name="rooms" title={mine.list}>
        <TableList
          list={rooms}
          label={text.title}
          empty={text.none}
          keyOf={({ id }) => id}
          isFaded={({ closed }) => closed !== 0}
          columns={COLUMNS}
        />
      </Section>
    </AdminPage>
  );
}
