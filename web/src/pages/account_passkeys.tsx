/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useState } from 'preact/hooks';
import { addPasskey, newPasskeyChallenge, removePasskey, type Passkey } from '../api/account';
import { hasPasskeys, makePasskey } from '../identity/passkey';
import { strings } from '../strings';
import { Button } from '../views/basics';
import { Confirm } from '../views/confirm';
import { Done, type AccountProps } from './account_page';
import { useSite } from './context';
import { CancelButton, Field, Form, Problem } from './forms';
import { Row, Section, When } from './parts';
import { useTask } from './task';

export function PasskeysSection({ me, changed }: AccountProps) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [leaving, setLeaving] = useState<Passkey | null>(null);
  const [done, setDone] = useState('');
  const removing = useTask();
  const remove = (passkey: Passkey) => {
    removing.run(async () => {
      await removePasskey(commands.api, passkey.id);
      setDone('');
      changed();
    });
  };
  return (
    <Section title={text.passkeysTitle} name="passkeys" lead={text.passkeysLead}>
      {me.passkeys.length === 0 && <p class="empty">{text.passkeyNone}</p>}
      {me.passkeys.length > 0 && (
        <ul class="rows" aria-label={text.passkeysTitle}>
          {me.passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} onRemove={() => setLeaving(passkey)} />
          ))}
        </ul>
      )}
      <Problem failure={removing.failure} />
      {hasPasskeys() && (
        <NewPasskeyForm
          onAdded={() => {
            setDone(text.passkeyDone);
            changed();
          }}
        />
      )}
      <Done words={done} />
      {leaving !== null && (
        <Confirm
          title={text.passkeyRemoveTitle(leaving.label)}
          yes={text.remove}
          onYes={() => remove(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p>{text.passkeyRemoveText}</p>
        </Confirm>
      )}
    </Section>
  );
}

function PasskeyRow({ passkey, onRemove }: { readonly passkey: Passkey; readonly onRemove: () => void }) {
  const text = strings.account.settings;
  const { label, created, used } = passkey;
  return (
    <Row
      title={label}
      icon="key"
      actions={
        <Button act="remove-passkey" label={text.removeOf(label)} onClick={onRemove}>
          {text.remove}
        </Button>
      }
    >
      {text.added} <When at={created} />
      {' · '}
      {used === 0 ? (
        text.neverUsed
      ) : (
        <>
          {text.lastUsed} <When at={used} />
        </>
      )}
    </Row>
  );
}

/** First the name, so that the browser's question is the last thing that happens. */
function NewPasskeyForm({ onAdded }: { readonly onAdded: () => void }) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [open, setOpen] = useState(false);
  const [label, setLabel] = useState<string>(text.passkeyDefault);
  const task = useTask();
  const submit = async () => {
    const made = await makePasskey(await newPasskeyChallenge(commands.api));
    await addPasskey(commands.api, made, label.trim() === '' ? text.passkeyDefault : label.trim());
    setOpen(false);
    setLabel(text.passkeyDefault);
    onAdded();
  };
  if (!open)
    return (
      <p class="actions">
        <Button act="new-passkey" icon="key" onClick={() => setOpen(true)}>
          {text.passkeyAdd}
        </Button>
      </p>
    );
  return (
    <Form
      task={task}
      act="add-passkey"
      submit={text.passkeyAdd}
      onSubmit={submit}
      beside={<CancelButton onCancel={() => setOpen(false)} />}
    >
      <Field
        label={text.passkeyLabel}
        name="label"
        value={label}
        onChange={setLabel}
        hint={text.passkeyLabelHint}
        input={{ maxLength: 48, autofocus: true }}
      />
    </Form>
  );
}
