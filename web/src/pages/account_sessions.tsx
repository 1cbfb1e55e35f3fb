/* SPDX-License-Identifier: GPL-3.0-or-later */
// Where one is signed in (B10): ending a session is easy, and asks for no factor.
import { useState } from 'preact/hooks';
import { endOtherSession, endOtherSessions, readSessions } from '../api/account';
import type { DeviceSession } from '../api/people';
import { strings } from '../strings';
import { Button } from '../views/basics';
import { Confirm } from '../views/confirm';
import { Done } from './account_page';
import { useSite } from './context';
import { Problem, TaskButton } from './forms';
import { List, Row, Section, When } from './parts';
import { useList, useTask, type Task } from './task';

export function SessionsSection() {
  const { commands } = useSite();
  const text = strings.account.settings;
  const list = useList((offset) => readSessions(commands.api, offset));
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState('');
  const task = useTask();
  const end = (session: DeviceSession) => async () => {
    await endOtherSession(commands.api, session.id);
    list.change((before) => before.filter(({ id }) => id !== session.id));
    setDone(text.ended);
  };
  const endAll = async () => {
    await endOtherSessions(commands.api);
    list.change((before) => before.filter((session) => session.this));
    setDone(text.endedAll);
  };
  const others = (list.items ?? []).some((session) => !session.this);
  return (
    <Section title={text.sessionsTitle} name="sessions" lead={text.sessionsLead}>
      <List
        list={list}
        label={text.sessionsTitle}
        empty={text.noSessions}
        item={(session) => <SessionRow key={session.id} session={session} task={task} onEnd={end(session)} />}
      />
      <Problem failure={task.failure} />
      {others && (
        <p class="actions">
          <Button act="end-all" kind="warning" disabled={task.busy} onClick={() => setAsking(true)}>
            {text.endAll}
          </Button>
        </p>
      )}
      <Done words={done} />
      {asking && (
        <Confirm
          title={text.endAllTitle}
          yes={text.endAll}
          onYes={() => task.run(endAll)}
          onClose={() => setAsking(false)}
        >
          <p>{text.endAllText}</p>
        </Confirm>
      )}
    </Section>
  );
}

interface SessionRowProps {
  readonly session: DeviceSession;
  readonly task: Task;
  readonly onEnd: () => Promise<void>;
}

function SessionRow({ session, task, onEnd }: SessionRowProps) {
  const text = strings.account.settings;
  const { device, created, used, same_network } = session;
  return (
    <Row
      title={device}
      icon="laptop"
      {...(session.this
        ? { mark: text.thisDevice }
        : {
            actions: (
              <TaskButton task={task} act="end-session" label={text.endOf(device)} work={onEnd}>
                {text.end}
              </TaskButton>
            ),
          })}
    >
      {text.lastUsed} <When at={used} />
      {' · '}
      {text.signedIn} <When at={created} />
      {!session.this && ` · ${same_network ? text.sameNetwork : text.otherNetwork}`}
    </Row>
  );
}
