/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { readLog, verifyLog, type LogEvent, type LogProof } from '../../api/server';
import { strings } from '../../strings';
import { LOG_KINDS, logSentence } from '../../state/log_sentence';
import { useSite } from '../context';
import { Choice, Problem, TaskButton } from '../forms';
import { TableList, type Column } from '../lists/table';
import { Moment } from '../lists/times';
import { Banner, Section } from '../parts';
import { useList, useTask } from '../task';
import { AdminPage } from './admin_page';

const text = strings.admin.log;

const KINDS = [['', text.all] as const, ...LOG_KINDS];

const COLUMNS: readonly Column<LogEvent>[] = [
  { name: text.columns.what, cell: (event) => <What event={event} /> },
  { name: text.columns.time, cell: ({ time }) => <Moment at={time} /> },
  { name: text.columns.number, cell: ({ number }) => number },
];

export function LogPage() {
  const { commands } = useSite();
  const [kind, setKind] = useState('');
  const log = useList((offset) => readLog(commands.api, offset, kind), kind);
  return (
    <AdminPage at="log" name="admin-log" title={text.title} lead={text.lead}>
      <VerifyLog />
      <Section name="log" title={text.listTitle}>
        <div class="narrow-field">
          <Choice name="log-kind" label={text.filter} value={kind} choices={KINDS} onChange={setKind} />
        </div>
        <TableList
          list={log}
          label={text.title}
          empty={text.none}
          keyOf={({ number }) => String(number)}
          columns={COLUMNS}
        />
      </Section>
    </AdminPage>
  );
}

/** Names, devices and details were typed elsewhere: they stay text, and each keeps its own direction. */
function What({ event }: { readonly event: LogEvent }) {
  return (
    <>
      <span class="cell-name" dir="auto" data-kind={event.kind}>
        {logSentence(event)}
      </span>
      {event.detail !== '' && <bdi class="cell-soft">{event.detail}</bdi>}
    </>
  );
}

function VerifyLog() {
  const { commands } = useSite();
  const task = useTask();
  const [proof, setProof] = useState<LogProof | null>(null);
  const verify = async () => {
    setProof(null);
    setProof(await verifyLog(commands.api));
  };
  return (
    <div class="stack">
      <p class="actions">
        <TaskButton act="verify-log" icon="shield_check" task={task} work={verify}>
          {task.busy ? text.checking : text.check}
        </TaskButton>
      </p>
      <div role="status">{proof !== null && <ProofBanner proof={proof} />}</div>
      <Problem failure={task.failure} />
    </div>
  );
}

function ProofBanner({ proof }: { readonly proof: LogProof }) {
  if (proof.whole)
    return (
      <Banner tone="good">
        <p data-proof="whole">{text.whole(proof.entries)}</p>
      </Banner>
    );
  return (
    <Banner tone="danger">
      <p data-proof="broken">{text.broken(proof.broken_at)}</p>
      {proof.problem !== '' && <p dir="auto">{proof.problem}</p>}
      <p>{text.brokenNext}</p>
    </Banner>
  );
}
