/* SPDX-License-Identifier: GPL-3.0-or-later */
// For whom camera and microphone are asked for, and how often (B9).
import { useId } from 'preact/hooks';
import { agreedBefore, ASK, otherOf, type Agreed, type Ask, type Consent } from '../state/consent';
import type { State } from '../state/model';
import { isolated } from '../state/names';
import { strings } from '../strings';
import { locale } from '../strings/languages';
import { Button } from './basics';
import type { ViewProps } from './commands';

export const dayOf = (ms: number): string => new Date(ms).toLocaleDateString(locale, { dateStyle: 'long' });

/** The sentence that names who will see and hear, above every button that opens a device. */
export function WhoSees({ state }: { readonly state: State }) {
  const text = strings.care.consent;
  const other = otherOf(state);
  const said = other === 'own' ? text.own : other === null ? text.nobody : text.who[other.verified](isolated(other.name));
  return (
    <>
      <div role="alert">{state.consentGone !== null && <p class="problem">{state.consentGone}</p>}</div>
      <p class="consent-who" data-consent={other === null || other === 'own' ? (other ?? 'nobody') : other.verified} dir="auto">
        {said}
      </p>
    </>
  );
}

/** What was agreed to before and need not be explained again; null: it is to be. */
export function rememberedIn(state: State, needs: { readonly mic: boolean; readonly camera: boolean }): Agreed | null {
  const before = agreedBefore(state.consent, otherOf(state), state.door.highCare);
  return before !== null && (!needs.mic || before.mic) && (!needs.camera || before.camera) ? before : null;
}

/** How often the person wants to be asked. */
export function AskChoice({ state, commands }: ViewProps) {
  if (state.door.highCare) return <p class="hint">{strings.care.consent.askForced}</p>;
  return <AskField value={state.consent.ask} onChoose={(ask) => commands.setAsk(ask)} />;
}

export function AskField({ value, onChoose }: { readonly value: Ask; readonly onChoose: (ask: Ask) => void }) {
  const text = strings.care.consent;
  const hint = useId();
  return (
    <label class="field ask-field">
      <span class="field-label">{text.askLabel}</span>
      <select
        class="input"
        data-ask={value}
        aria-describedby={hint}
        value={value}
        onChange={(event) => onChoose(ASK.find((ask) => ask === event.currentTarget.value) ?? 'each_call')}
      >
        {ASK.map((ask) => (
          <option key={ask} value={ask}>
            {text.asks[ask]}
          </option>
        ))}
      </select>
      <span class="hint" id={hint}>
        {text.askHint}
      </span>
    </label>
  );
}

interface RememberedProps {
  readonly consent: Consent;
  readonly onForget: (key: string) => void;
}

/** What this browser remembers, to look at and to take back. */
export function RememberedList({ consent, onForget }: RememberedProps) {
  const text = strings.care.consent;
  if (consent.ask === 'each_call') return <p class="hint">{text.nobodyYet}</p>;
  if (consent.agreed.length === 0) return <p class="hint">{text.noneYet}</p>;
  return (
    <ul class="remembered" aria-label={text.rememberedTitle}>
      {consent.agreed.map((one) => {
        const name = one.name !== '' ? one.name : one.key === 'own' ? text.ownMeetings : text.everybody;
        return (
          <li key={one.key}>
            <span>
              <bdi>{name}</bdi> <span class="hint">{text.agreedOn(dayOf(one.at))}</span>
            </span>
            <Button act="forget" kind="quiet" label={text.forgetName(isolated(name))} onClick={() => onForget(one.key)}>
              {text.forget}
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
