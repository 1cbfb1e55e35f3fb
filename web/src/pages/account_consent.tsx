/* SPDX-License-Identifier: GPL-3.0-or-later */
// When this page asks for camera and microphone, and what was agreed to: kept in this browser alone (B9).
import { useState } from 'preact/hooks';
import { loadConsent, saveConsent } from '../app/consent_store';
import { askFrom, forget, type Consent } from '../state/consent';
import { strings } from '../strings';
import { AskField, RememberedList } from '../views/consent';
import { Section } from './parts';

export function ConsentSection({ owner }: { readonly owner: string }) {
  const text = strings.care.consent;
  const [consent, setConsent] = useState(() => loadConsent(owner));
  const set = (next: Consent) => {
    saveConsent(owner, next);
    setConsent(next);
  };
  return (
    <Section title={text.title} name="consent" lead={text.lead}>
      <AskField value={consent.ask} onChoose={(ask) => set(askFrom(consent, ask))} />
      <RememberedList consent={consent} onForget={(key) => set(forget(consent, key))} />
    </Section>
  );
}
