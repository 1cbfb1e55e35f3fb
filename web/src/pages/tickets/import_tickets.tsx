/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useId, useRef, useState } from 'preact/hooks';
import type { Place } from '../../api/lists';
import { importTickets } from '../../api/tickets';
import { saveFile } from '../../app/download';
import { csvFile } from '../../state/attendance';
import { strings } from '../../strings';
import { Button } from '../../views/basics';
import { useSite } from '../context';
import { Form } from '../forms';
import { Done } from '../lists/deed';
import { Section } from '../parts';
import { useTask } from '../task';

const text = strings.rooms.tickets;

/** What the server takes. */
const FILE_BYTES = 256 * 1024;

interface ImportTicketsProps {
  readonly place: Place;
  readonly onImported: () => void;
}

/** A list for a whole course. A line that is wrong is named by the server, and then nothing was imported. */
export function ImportTickets({ place, onImported }: ImportTicketsProps) {
  const { commands } = useSite();
  const input = useRef<HTMLInputElement>(null);
  const task = useTask();
  const [wrong, setWrong] = useState<string | null>(null);
  const [done, setDone] = useState('');
  const start = async () => {
    const read = await tableOf(input.current?.files?.[0]);
    setWrong('problem' in read ? read.problem : null);
    setDone('');
    if ('problem' in read) return;
    const { issued, known } = await importTickets(commands.api, place, read.csv);
    if (input.current !== null) input.current.value = '';
    setDone(text.imported(issued, known));
    onImported();
  };
  return (
    <Section name="import-tickets" title={text.importTitle} lead={text.importText}>
      <Form
        task={task}
        act="ticket-import"
        submit={text.import}
        onSubmit={start}
        beside={
          <Button act="ticket-sample" kind="quiet" icon="download" onClick={saveSample}>
            {text.sample}
          </Button>
        }
      >
        <FileField input={input} wrong={wrong} />
      </Form>
      <Done words={done} />
    </Section>
  );
}

interface FileFieldProps {
  readonly input: preact.RefObject<HTMLInputElement>;
  readonly wrong: string | null;
}

function FileField({ input, wrong }: FileFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {text.file}
      </label>
      <input
        id={id}
        ref={input}
        class="input file"
        type="file"
        accept=".csv,text/csv"
        name="ticket-file"
        aria-invalid={wrong !== null}
        aria-describedby={`${id}-error`}
      />
      <span class="field-error" id={`${id}-error`} role="alert">
        {wrong}
      </span>
    </div>
  );
}

function saveSample(): void {
  saveFile(text.sampleName, 'text/csv', csvFile(text.sampleRows));
}

/** The mark that spreadsheets put in front of UTF-8 is left out by the decoder. */
async function tableOf(file: File | undefined): Promise<{ readonly csv: string } | { readonly problem: string }> {
  if (file === undefined) return { problem: text.noFile };
  if (file.size > FILE_BYTES) return { problem: text.tooLarge };
  try {
    return { csv: new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()) };
  } catch {
    return { problem: text.notText };
  }
}
