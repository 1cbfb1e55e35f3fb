/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { ROOM_ROLES, type RoomRole } from '../../api/lists';
import { listMembers, removeMember, setMember, type Member, type Room } from '../../api/rooms';
import { looksLikeAddress } from '../../state/address';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Choice, Field, Form } from '../forms';
import { AskButton } from '../lists/ask_button';
import { Done, Outcome, useDeed, type Deed } from '../lists/deed';
import { TableList } from '../lists/table';
import { Section } from '../parts';
import { useList, useTask, type PartedList } from '../task';

const text = strings.rooms.members;
const { roles } = strings.rooms;
const ROLES = ROOM_ROLES.toReversed();
const CHOICES = ROLES.map((role) => [role, roles[role]] as const);

export function MembersPart({ room }: { readonly room: Room }) {
  const { commands } = useSite();
  const members = useList((offset) => listMembers(commands.api, room.id, offset), room.id);
  const deed = useDeed();
  return (
    <Section name="members" title={text.title} lead={text.lead[room.kind]}>
      <AddMember room={room} onAdded={members.reload} />
      <RolesText />
      <Outcome of={deed} />
      <MemberTable room={room} members={members} deed={deed} />
    </Section>
  );
}

function RolesText() {
  return (
    <details class="more">
      <summary>{text.rolesTitle}</summary>
      <dl class="pairs">
        {ROLES.map((role) => (
          <div key={role}>
            <dt>{roles[role]}</dt>
            <dd>{text.rolesText[role]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** An address with a slash can't stand in a path. */
function problemOfAddress(email: string): string | null {
  if (!looksLikeAddress(email)) return strings.rooms.ticketProblems.email_wrong;
  return email.includes('/') ? text.slash : null;
}

function AddMember({ room, onAdded }: { readonly room: Room; readonly onAdded: () => void }) {
  const { commands } = useSite();
  const task = useTask();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<RoomRole>(room.kind === 'event' ? 'speaker' : 'participant');
  const [wrong, setWrong] = useState<string | null>(null);
  const [done, setDone] = useState('');
  const add = async () => {
    const member = { email: email.trim(), role };
    const problem = problemOfAddress(member.email);
    setWrong(problem);
    setDone('');
    if (problem !== null) return;
    await setMember(commands.api, room.id, member);
    setEmail('');
    setDone(text.changed(member.email, roles[role]));
    onAdded();
  };
  return (
    <Form task={task} act="member-add" submit={text.add} onSubmit={add} beside={<Done words={done} />}>
      <div class="fields-two">
        <Field name="member-email" type="email" label={text.email} value={email} error={wrong} onChange={setEmail} />
        <Choice<RoomRole> name="member-role" label={text.role} value={role} choices={CHOICES} onChange={setRole} />
      </div>
    </Form>
  );
}

interface MemberTableProps {
  readonly room: Room;
  readonly members: PartedList<Member>;
  readonly deed: Deed;
}

function MemberTable({ room, members, deed }: MemberTableProps) {
  const { commands } = useSite();
  const give = ({ email }: Member, role: RoomRole) =>
    deed.run(async () => {
      await setMember(commands.api, room.id, { email, role });
      members.change((before) => before.map((member) => (member.email === email ? { email, role } : member)));
      return text.changed(email, roles[role]);
    });
  const remove = ({ email }: Member) =>
    deed.run(async () => {
      await removeMember(commands.api, room.id, email);
      members.change((before) => before.filter((member) => member.email !== email));
    });
  return (
    <TableList
      list={members}
      label={text.title}
      empty={text.none}
      keyOf={({ email }) => email}
      columns={[
        { name: text.email, cell: ({ email }) => <bdi class="cell-name">{email}</bdi> },
        {
          name: text.role,
          cell: (member) => <RoleSelect member={member} onChange={(role) => give(member, role)} />,
        },
        {
          name: '',
          cell: (member) => (
            <AskButton
              act="member-remove"
              label={text.removeNamed(member.email)}
              title={text.removeAsk(member.email)}
              what={text.removeWhat[room.kind]}
              yes={text.remove}
              disabled={deed.busy}
              onYes={() => remove(member)}
            >
              {text.remove}
            </AskButton>
          ),
        },
      ]}
    />
  );
}

interface RoleSelectProps {
  readonly member: Member;
  readonly onChange: (role: RoomRole) => void;
}

/** In a table, where the column has the label. */
function RoleSelect({ member, onChange }: RoleSelectProps) {
  return (
    <select
      class="input select select-small"
      data-act="member-change"
      aria-label={text.roleOf(member.email)}
      value={member.role}
      onChange={(event) => {
        const chosen = ROLES.find((role) => role === event.currentTarget.value);
        // What is shown is what holds at the server: its answer moves the choice.
        event.currentTarget.value = member.role;
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      {CHOICES.map(([role, words]) => (
        <option key={role} value={role}>
          {words}
        </option>
      ))}
    </select>
  );
}
