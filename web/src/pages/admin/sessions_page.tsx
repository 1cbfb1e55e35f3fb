/* SPDX-License-Identifier: GPL-3.0-or-later */
import { endSession, endSessionsOf, listSessions, type OwnedSession } from '../../api/people';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Outcome, useDeed } from '../lists/deed';
import { TableList } from '../lists/table';
import { Section } from '../parts';
import { useList } from '../task';
import { AdminPage } from './admin_page';
import { ownerColumn, sessionColumns } from './session_columns';

export function SessionsPage() {
  const text = strings.admin.sessions;
  const { commands } = useSite();
  const sessions = useList((offset) => listSessions(commands.api, offset));
  const deed = useDeed();
  const end = ({ id }: OwnedSession) =>
    deed.run(async () => {
      await endSession(commands.api, id);
      sessions.change((before) => before.filter((session) => session.id !== id));
      return text.ended;
    });
  const endAll = (person: NonNullable<OwnedSession['person']>) =>
    deed.run(async () => {
      await endSessionsOf(commands.api, person.id);
      sessions.reload();
      return strings.admin.person.endedAll;
    });
  return (
    <AdminPage at="sessions" name="admin-sessions" title={text.title} lead={text.lead}>
      <Section name="sessions" title={text.listTitle}>
        <Outcome of={deed} />
        <TableList
          list={sessions}
          label={text.title}
          empty={text.none}
          keyOf={({ id }) => id}
          columns={[ownerColumn, ...sessionColumns({ busy: deed.busy, onEnd: end, onEndAll: endAll })]}
        />
      </Section>
    </AdminPage>
  );
}
