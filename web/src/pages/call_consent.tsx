/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a person agreed to before, and how often they want to be asked, where a call asks (B9). It shortens what is read; the
// click on the sentence with the other's name stays.
import { useState } from 'preact/hooks';
import { loadConsent, saveConsent } from '../app/consent_store';
import type { Callee, Wanted } from '../state/calls';
import { agreedToCall, agreeTo, askFrom, inCall, type Agreed, type Ask, type Consent } from '../state/consent';
import { strings } from '../strings';
import { AskField, dayOf } from '../views/consent';
import { useSite } from './context';
import { accountOf } from './model';

interface CallConsent {
  readonly ask: Ask;
  /** What was agreed to for this person, sound and picture; null: it is to be explained. */
  readonly before: Agreed | null;
  /** The server asks each time, whatever the person has chosen, or has not said whether it does. */
  readonly forced: boolean;
  readonly choose: (ask: Ask) => void;
  /** After the click. */
  readonly remember: (wanted: Wanted) => void;
}

export function useCallConsent(person: Callee): CallConsent {
  const { site } = useSite();
  const owner = accountOf(site)?.id ?? '';
  const forced = site.offer?.care !== 'usual';
  const [consent, setConsent] = useState(() => loadConsent(owner));
  const set = (next: Consent) => {
    saveConsent(owner, next);
    setConsent(next);
  };
  return {
    ask: consent.ask,
    before: agreedToCall(consent, person, forced),
    forced,
    choose: (ask) => set(askFrom(consent, ask)),
    remember: (wanted) => {
      if (!forced) set(agreeTo(consent, inCall(person), wanted, Date.now()));
    },
  };
}

/** `first` explains, `again` is for who has agreed before; both name the other. */
export function WhoHears({ consent, first, again }: { consent: CallConsent; first: string; again: string }) {
  const { before } = consent;
  if (before === null) return <p>{first}</p>;
  return (
    <>
      <p>{again}</p>
      <p class="hint" data-consent-before={before.at}>
        {strings.care.consent.before(dayOf(before.at))}
      </p>
    </>
  );
}

export function CallAsk({ consent }: { readonly consent: CallConsent }) {
  if (consent.forced) return <p class="hint">{strings.care.consent.askForced}</p>;
  return <AskField value={consent.ask} onChoose={consent.choose} />;
}
