/* SPDX-License-Identifier: GPL-3.0-or-later */
// Further ways to sign in: codes by SMS, accounts of other sites.
import { useState } from 'preact/hooks';
import { removeIssuer, removePhone, setPhone, tryPhone } from '../api/account';
import { askProvider, type Provider } from '../api/session';
import { leaveForProvider } from '../app/provider';
import { strings } from '../strings';
import { Button } from '../views/basics';
import { Confirm } from '../views/confirm';
import { Done, type AccountProps } from './account_page';
import { useSite } from './context';
import { CancelButton, Field, Form, Problem, TaskButton } from './forms';
import { Row, Section } from './parts';
import { digitsOf } from './signin_model';
import { useTask } from './task';

export function PhoneSection({ me, offer, changed }: AccountProps) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [done, setDone] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const removing = useTask();
  const remove = async () => {
    await removePhone(commands.api);
    setDone(false);
    changed();
  };
  const confirmed = () => {
    setSentTo(null);
    setDone(true);
    changed();
  };
  return (
    <Section title={text.phoneTitle} name="phone" lead={text.phoneLead}>
      {me.phone !== '' && (
        <ul class="rows">
          <Row
            icon="phone"
            title={me.phone}
            actions={
              <Button act="remove-phone" label={text.removeOf(me.phone)} onClick={() => setLeaving(true)}>
                {text.remove}
              </Button>
            }
          />
        </ul>
      )}
      <Problem failure={removing.failure} />
      {offer.ways.sms && me.phone === '' && sentTo === null && <NumberForm onSent={setSentTo} />}
      {sentTo !== null && <NumberCodeForm phone={sentTo} onConfirmed={confirmed} onCancel={() => setSentTo(null)} />}
      <Done words={done ? text.phoneDone : ''} />
      {leaving && (
        <Confirm
          title={text.phoneRemoveTitle}
          yes={text.remove}
          onYes={() => removing.run(remove)}
          onClose={() => setLeaving(false)}
        >
          <p>{text.phoneRemoveText}</p>
        </Confirm>
      )}
    </Section>
  );
}

function NumberForm({ onSent }: { readonly onSent: (phone: string) => void }) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [phone, setNumber] = useState('');
  const task = useTask();
  const submit = async () => {
    const number = phone.replace(/[\s()./-]/g, '');
    await tryPhone(commands.api, number);
    onSent(number);
  };
  return (
    <Form
      task={task}
      act="send-sms"
      kind="plain"
      submit={text.phoneSend}
      onSubmit={submit}
      shownByFields={['bad_phone']}
    >
      <Field
        label={text.phone}
        name="phone"
        type="tel"
        value={phone}
        onChange={setNumber}
        hint={text.phoneHint}
        error={task.failure?.code === 'bad_phone' ? task.failure.text : null}
        input={{ autocomplete: 'tel', maxLength: 24, dir: 'ltr' }}
      />
    </Form>
  );
}

interface NumberCodeProps {
  readonly phone: string;
  readonly onConfirmed: () => void;
  readonly onCancel: () => void;
}

function NumberCodeForm({ phone, onConfirmed, onCancel }: NumberCodeProps) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [code, setCode] = useState('');
  const task = useTask();
  const submit = async () => {
    await setPhone(commands.api, phone, digitsOf(code));
    onConfirmed();
  };
  return (
    <Form
      task={task}
      act="confirm-phone"
      submit={text.phoneConfirm}
      onSubmit={submit}
      shownByFields={['wrong_code']}
      beside={<CancelButton onCancel={onCancel} />}
    >
      <p role="status">{text.phoneSent(phone)}</p>
      <Field
        label={text.phoneCode}
        name="code"
        value={code}
        onChange={setCode}
        hint={strings.account.signIn.codeAdvice}
        error={task.failure?.code === 'wrong_code' ? task.failure.text : null}
        input={{ autocomplete: 'one-time-code', inputMode: 'numeric', dir: 'ltr', maxLength: 12 }}
      />
    </Form>
  );
}

export function ProvidersSection({ me, offer, changed }: AccountProps) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [leaving, setLeaving] = useState<Provider | null>(null);
  const task = useTask();
  const others = offer.ways.oidc.filter(({ id }) => !me.issuers.some((issuer) => issuer.id === id));
  // The factor is asked for here: the provider sends the browser back to a page that could not.
  const connect = (provider: string) => async () => {
    if (await commands.confirm()) leaveForProvider(await askProvider(commands.openApi, provider), '/account');
  };
  const disconnect = (provider: Provider) => async () => {
    await removeIssuer(commands.api, provider.id);
    changed();
  };
  return (
    <Section title={text.providersTitle} name="providers" lead={text.providersLead}>
      <ul class="rows">
        {me.issuers.map((issuer) => (
          <Row
            key={issuer.id}
            title={issuer.name}
            mark={text.connected}
            actions={
              <Button act="disconnect" label={text.disconnectTitle(issuer.name)} onClick={() => setLeaving(issuer)}>
                {text.disconnect}
              </Button>
            }
          />
        ))}
        {others.map(({ id, name }) => (
          <Row
            key={id}
            title={name}
            actions={
              <TaskButton task={task} act={`connect-${id}`} label={text.connectOf(name)} work={connect(id)}>
                {text.connect}
              </TaskButton>
            }
          />
        ))}
      </ul>
      <Problem failure={task.failure} />
      {leaving !== null && (
        <Confirm
          title={text.disconnectTitle(leaving.name)}
          yes={text.disconnect}
          onYes={() => task.run(disconnect(leaving))}
          onClose={() => setLeaving(null)}
        >
          <p>{text.disconnectText}</p>
        </Confirm>
      )}
    </Section>
  );
}
