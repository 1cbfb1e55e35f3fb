/* SPDX-License-Identifier: GPL-3.0-or-later */
import { readAll } from '../../api/lists';
import { listStays, type Room } from '../../api/rooms';
import { saveFile } from '../../app/download';
import { roomAttendanceCsv, type AttendanceWords } from '../../state/attendance';
import { strings } from '../../strings';
import { known } from '../../strings/known';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { Outcome, useDeed } from '../lists/deed';
import { TableList } from '../lists/table';
import { Moment } from '../lists/times';
import { Section } from '../parts';
import { useList } from '../task';

const text = strings.rooms.attendance;

/** More lines than this make no file that a spreadsheet opens gladly. */
const FILE_LINES = 20_000;

const words: AttendanceWords = {
  columns: text.fileColumns,
  verified: (verified) => known(text.verified, verified),
  role: (role) => known(strings.rooms.roles, role),
};

export function AttendancePart({ room }: { readonly room: Room }) {
  const { commands } = useSite();
  const read = (offset: number, most?: number) => listStays(commands.api, room.id, offset, most);
  const stays = useList(read, room.id);
  const deed = useDeed();
  const save = () =>
    deed.run(async () => {
      const { items, more } = await readAll(read, FILE_LINES);
      saveFile(strings.attendance.fileName(new Date()), 'text/csv', roomAttendanceCsv(items, words));
      return more ? text.cut(items.length) : undefined;
    });
  return (
    <Section name="attendance" title={text.title} lead={text.lead}>
      <p class="actions">
        <Button act="attendance-save" icon="download" disabled={deed.busy} onClick={save}>
          {deed.busy ? text.saving : text.save}
        </Button>
      </p>
      <Outcome of={deed} />
      <TableList
        list={stays}
        label={text.title}
        empty={text.none}
        keyOf={({ name, email, joined }) => `${joined} ${email} ${name}`}
        columns={[
          { name: text.columns.name, cell: ({ name }) => <bdi class="cell-name">{name}</bdi> },
          { name: text.columns.email, cell: ({ email }) => (email === '' ? '–' : <bdi>{email}</bdi>) },
          { name: text.columns.verified, cell: ({ verified }) => words.verified(verified) },
          { name: text.columns.role, cell: ({ role }) => words.role(role) },
          { name: text.columns.joined, cell: ({ joined }) => <Moment at={joined} /> },
          { name: text.columns.left, cell: ({ left }) => (left === 0 ? text.stillIn : <Moment at={left} />) },
        ]}
      />
    </Section>
  );
}
