/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import type { Place } from '../../api/lists';
import { makeWebhook, type WebhookSecret } from '../../api/programs';
import { strings } from '../../strings';
import { useSite } from '../context';
import { CancelButton, Field, Form } from '../forms';
import { Section } from '../parts';
import { useTask } from '../task';
import { PlaceChoice, type Places } from './places';

interface MakeWebhookProps {
  /** null: not known, then every event has to name its room. */
  readonly places: Places | null;
  readonly onMade: (secret: WebhookSecret) => void;
  readonly onCancel: () => void;
}

export function MakeWebhook({ places, onMade, onCancel }: MakeWebhookProps) {
  const { commands } = useSite();
  const text = strings.admin.webhooks;
  const task = useTask();
  const [name, setName] = useState('');
  const [place, setPlace] = useState<Place | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const make = async () => {
    const cleaned = name.trim();
    setWrong(cleaned === '' ? text.nameMissing : null);
    if (cleaned !== '') onMade(await makeWebhook(commands.api, cleaned, place));
  };
  return (
    <Section name="make-webhook" title={text.makeTitle}>
      <Form
        task={task}
        act="make-webhook"
        submit={text.yes}
        onSubmit={make}
        beside={<CancelButton act="webhook-cancel" onCancel={onCancel} />}
      >
        <Field
          name="webhook-name"
          label={text.name}
          hint={text.nameHint}
          value={name}
          error={wrong}
          onChange={setName}
        />
        {places !== null && (
          <PlaceChoice label={text.place} nothing={text.anyPlace} places={places} chosen={place} onChange={setPlace} />
        )}
      </Form>
    </Section>
  );
}
