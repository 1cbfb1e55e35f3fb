/* SPDX-License-Identifier: GPL-3.0-or-later */
import { endSession, endSessionsOf } from '../../api/people';
import { strings } from '../../strings';
import { useSite } from '../context';
import { AskButton } from '../lists/ask_button';
import { Table } from '../lists/table';
import { Section } from '../parts';
import type { PersonProps } from './person_page';
import { sessionColumns } from './session_columns';

export function PersonSessions({ person, deed, act }: PersonProps) {
  const { commands } = useSite();
  const text = strings.admin.person;
  const owner = { id: person.id, name: person.name, email: person.email };
  const end = (id: string) => act(() => endSession(commands.api, id), strings.admin.sessions.ended);
  if (person.sessions.length === 0)
    return (
      <Section name="person-sessions" title={text.sessionsTitle}>
        <p class="empty">{text.noSessions}</p>
      </Section>
    );
  return (
    <Section name="person-sessions" title={text.sessionsTitle}>
      <Table
        label={text.sessionsTitle}
        items={person.sessions.map((session) => ({ ...session, person: owner }))}
        keyOf={({ id }) => id}
        columns={sessionColumns({ busy: deed.busy, onEnd: ({ id }) => end(id) })}
      />
      <p class="actions">
        <AskButton
          act="end-all"
          title={text.endAllAsk(person.name)}
          what={text.endAllWhat}
          yes={text.endAll}
          disabled={deed.busy}
          onYes={() => act(() => endSessionsOf(commands.api, person.id), text.endedAll)}
        >
          {text.endAll}
        </AskButton>
      </p>
    </Section>
  );
}
