/* SPDX-License-Identifier: GPL-3.0-or-later */
// An intruder is, or was, in an account (B10): all that helps, in one place.
import { useState } from 'preact/hooks';
import { EMERGENCY_STEPS, putOutIntruders, type EmergencyResult, type EmergencyStep } from '../../api/server';
import { strings } from '../../strings';
import { useSite } from '../context';
import { Check, Problem } from '../forms';
import { AskButton } from '../lists/ask_button';
import { Section } from '../parts';
import { useTask } from '../task';
import { AdminPage } from './admin_page';

const text = strings.admin.emergency;

interface Finished {
  readonly steps: readonly EmergencyStep[];
  readonly result: EmergencyResult;
}

export function EmergencyPage() {
  const [finished, setFinished] = useState<Finished | null>(null);
  return finished === null ? <Steps onFinished={setFinished} /> : <WhatWasDone {...finished} />;
}

function Steps({ onFinished }: { readonly onFinished: (finished: Finished) => void }) {
  const { commands } = useSite();
  const task = useTask();
  const [steps, setSteps] = useState<readonly EmergencyStep[]>(EMERGENCY_STEPS);
  const choose = (step: EmergencyStep, on: boolean) =>
    setSteps(EMERGENCY_STEPS.filter((one) => (one === step ? on : steps.includes(one))));
  const go = () => task.run(async () => onFinished({ steps, result: await putOutIntruders(commands.api, steps) }));
  return (
    <AdminPage at="emergency" name="emergency" title={text.title} lead={text.lead}>
      <Section name="steps" title={text.stepsTitle} tone="danger">
        {EMERGENCY_STEPS.map((step) => (
          <Check
            key={step}
            name={step}
            label={text.steps[step].name}
            hint={text.steps[step].text}
            checked={steps.includes(step)}
            onChange={(on) => choose(step, on)}
          />
        ))}
        <Problem failure={task.failure} />
        <p class="actions">
          {steps.length === 0 ? (
            <span class="hint">{text.none}</span>
          ) : (
            <AskButton
              act="emergency"
              kind="danger"
              icon="hand"
              disabled={task.busy}
              title={text.ask}
              what={<WhatWillHappen steps={steps} />}
              yes={text.go}
              onYes={go}
            >
              {task.busy ? strings.account.busy : text.go}
            </AskButton>
          )}
        </p>
      </Section>
    </AdminPage>
  );
}

function WhatWillHappen({ steps }: { readonly steps: readonly EmergencyStep[] }) {
  return (
    <>
      <p>{text.askWhat}</p>
      <ul>
        {steps.map((step) => (
          <li key={step}>{text.steps[step].name}</li>
        ))}
      </ul>
    </>
  );
}

/** Who has demanded new passwords has demanded their own, too. */
function nextWords({ steps }: Finished): readonly string[] {
  return steps.includes('demand_passwords') ? [text.ownPassword, ...text.next] : text.next;
}

/** Of the steps that were chosen; of the others there is nothing to say. */
function resultWords({ steps, result }: Finished): readonly string[] {
  const { results } = text;
  const words: Readonly<Record<EmergencyStep, string>> = {
    end_sessions: results.ended(result.ended),
    demand_passwords: results.people(result.people),
    revoke_keys: results.keys(result.keys),
    revoke_webhooks: results.webhooks(result.webhooks),
    renew_secrets: results.secrets,
  };
  return steps.map((step) => words[step]);
}

function WhatWasDone(finished: Finished) {
  return (
    <AdminPage at="emergency" name="emergency-done" title={text.doneTitle} lead={text.doneLead}>
      <Section name="done" title={text.resultTitle}>
        <ul class="ticked">
          {resultWords(finished).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      </Section>
      <Section name="next" title={text.nextTitle}>
        <ol class="numbered">
          {nextWords(finished).map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ol>
        <p class="actions">
          <a class="button button-primary" href="/admin/people">
            <span>{text.toPeople}</span>
          </a>
          <a class="button button-plain" href="/admin/log">
            <span>{text.toLog}</span>
          </a>
        </p>
      </Section>
    </AdminPage>
  );
}
