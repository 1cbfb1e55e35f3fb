/* SPDX-License-Identifier: GPL-3.0-or-later */
import { liftBan, listBans, type Room, type RoomBan } from '../../api/rooms';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { Outcome, useDeed } from '../lists/deed';
import { TableList } from '../lists/table';
import { Moment } from '../lists/times';
import { Section } from '../parts';
import { useList } from '../task';

export function BansPart({ room }: { readonly room: Room }) {
  const text = strings.rooms.bans;
  const { commands } = useSite();
  const bans = useList((offset) => listBans(commands.api, room.id, offset), room.id);
  const deed = useDeed();
  const lift = ({ id, name }: RoomBan) =>
    deed.run(async () => {
      await liftBan(commands.api, room.id, id);
      bans.change((before) => before.filter((ban) => ban.id !== id));
      return text.lifted(name);
    });
  return (
    <Section name="bans" title={text.title} lead={text.lead}>
      <Outcome of={deed} />
      <TableList
        list={bans}
        label={text.title}
        empty={text.none}
        keyOf={({ id }) => id}
        columns={[
          { name: text.columns.name, cell: ({ name }) => <bdi class="cell-name">{name}</bdi> },
          { name: text.columns.email, cell: ({ email }) => (email === '' ? text.noEmail : <bdi>{email}</bdi>) },
          { name: text.columns.time, cell: ({ time }) => <Moment at={time} /> },
          {
            name: '',
            cell: (ban) => (
              <Button act="ban-lift" label={text.liftNamed(ban.name)} disabled={deed.busy} onClick={() => lift(ban)}>
                {text.lift}
              </Button>
            ),
          },
        ]}
      />
    </Section>
  );
}
