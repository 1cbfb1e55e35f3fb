/* SPDX-License-Identifier: GPL-3.0-or-later */
// One-time links: the invitation, the way back in for who is locked out, and the first administrator of a server.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { addPasskey, changeMe, newPasskeyChallenge, setPassword } from '../api/account';
import { makeAdministrator, openLink, type Session } from '../api/session';
import { hasPasskeys, makePasskey } from '../identity/passkey';
import { looksLikeAddress } from '../state/address';
import { strings } from '../strings';
import { ScreenHeading } from '../views/basics';
import { MessagePage } from '../views/message_page';
import { useSite } from './context';
import { Field, Form, Problem, TaskButton } from './forms';
import { accountOf } from './model';
import { NewPassword } from './new_password';
import { WithOffer } from './offer';
import { Page } from './shell';
import { SignInFlow } from './signin_flow';
import { useTask } from './task';

export function WelcomePage({ token }: { readonly token: string | null }) {
  const { site } = useSite();
  const text = strings.account.welcome;
  const [session, setSession] = useState<Session | null>(null);
  const [ready, setReady] = useState(false);
  if (token === null) return <BadLink title={text.bad} text={text.badText} />;
  if (session === null) return <OpenLink token={token} onOpened={setSession} />;
  if (ready) return <Ready />;
  if (site.session?.pending != null) return <SecondFirst onDone={setSession} />;
  return <FillIn onDone={() => setReady(true)} />;
}

function BadLink({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <MessagePage name="bad-link" title={title} text={text}>
      <p class="actions">
        <a class="button button-plain" href="/signin">
          <span>{strings.account.nav.signIn}</span>
        </a>
      </p>
    </MessagePage>
  );
}

interface OpenLinkProps {
  readonly token: string;
  readonly onOpened: (session: Session) => void;
}

/** A click, so that programs which look at links in mails don't use them up. */
function OpenLink({ token, onOpened }: OpenLinkProps) {
  const { site, commands } = useSite();
  const text = strings.account.welcome;
  const task = useTask();
  const open = async () => {
    const session = await openLink(commands.openApi, token);
    commands.sessionIs(session);
    onOpened(session);
  };
  if (task.failure?.code === 'link_used') return <BadLink title={text.used} text={text.usedText} />;
  return (
    <MessagePage name="welcome" title={text.title} text={text.lead(site.offer?.name ?? location.host)}>
      <Problem failure={task.failure} />
      <p class="actions">
        <TaskButton task={task} act="open-link" kind="primary" work={open}>
          {text.open}
        </TaskButton>
      </p>
    </MessagePage>
  );
}

/** Who is locked out by a lost password still has the second factor. */
function SecondFirst({ onDone }: { readonly onDone: (session: Session) => void }) {
  return (
    <Page name="welcome-second" form="steps">
      <WithOffer>{(offer) => <SignInFlow purpose="sign_in" offer={offer} back="/account" onDone={onDone} />}</WithOffer>
    </Page>
  );
}

function FillIn({ onDone }: { readonly onDone: () => void }) {
  const { site, commands } = useSite();
  const text = strings.account.welcome;
  const account = accountOf(site);
  const [name, setName] = useState(account?.name ?? '');
  const [password, setNewPassword] = useState('');
  const task = useTask();
  const saveName = async () => {
    if (name.trim() !== account?.name) await changeMe(commands.api, { name: name.trim() });
  };
  const done = async () => {
    await commands.refresh();
    onDone();
  };
  const submit = async () => {
    await saveName();
    await setPassword(commands.api, password);
    await done();
  };
  const usePasskey = async () => {
    await saveName();
    const made = await makePasskey(await newPasskeyChallenge(commands.api));
    await addPasskey(commands.api, made, strings.account.settings.passkeyDefault);
    await done();
  };
  return (
    <Page name="welcome-account" title={text.formTitle} form="steps">
      <div class="flow">
        <ScreenHeading>{text.formTitle}</ScreenHeading>
        <p class="lead">{text.formLead(account?.email ?? '')}</p>
        <Form task={task} act="save-account" submit={text.submit} onSubmit={submit} shownByFields={FIELD_CODES}>
          <NameField value={name} onChange={setName} code={task.failure?.code ?? ''} />
          <NewPassword value={password} onChange={setNewPassword} failure={task.failure} />
        </Form>
        {hasPasskeys() && (
          <TaskButton task={task} act="passkey-instead" kind="quiet" icon="key" work={usePasskey}>
            {text.passkeyInstead}
          </TaskButton>
        )}
      </div>
    </Page>
  );
}

const NAME_CODES: readonly string[] = ['bad_name', 'name_imitates'];
const FIELD_CODES: readonly string[] = ['weak_password', ...NAME_CODES];

interface NameFieldProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly code: string;
}

export function NameField({ value, onChange, code }: NameFieldProps) {
  const { refusals, settings } = strings.account;
  const error = code === 'bad_name' || code === 'name_imitates' ? refusals[code] : null;
  return (
    <Field
      label={settings.name}
      name="name"
      value={value}
      onChange={onChange}
      hint={settings.nameHint}
      error={error}
      input={{ autocomplete: 'name', autocapitalize: 'words', maxLength: 96 }}
    />
  );
}

/** The account is there; what would make it safer. */
function Ready({ children }: { readonly children?: ComponentChildren }) {
  const { site } = useSite();
  const text = strings.account.welcome;
  return (
    <MessagePage name="ready" title={text.doneTitle(accountOf(site)?.name ?? '')} text={text.done}>
      {children}
      <p>{text.secondAdvice}</p>
      <p class="actions">
        <a class="button button-primary" data-act="to-account" href="/account">
          <span>{text.toSecurity}</span>
        </a>
        <a class="button button-quiet" data-act="to-rooms" href="/rooms">
          <span>{text.toRooms}</span>
        </a>
      </p>
    </MessagePage>
  );
}

export function SetupPage({ token }: { readonly token: string | null }) {
  const { commands } = useSite();
  const text = strings.account.setup;
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setNewPassword] = useState('');
  const [wrongEmail, setWrongEmail] = useState(false);
  const [ready, setReady] = useState(false);
  const task = useTask();
  if (token === null) return <BadLink title={text.bad} text={text.badText} />;
  if (task.failure?.code === 'link_used') return <BadLink title={text.used} text={text.usedText} />;
  if (ready) return <Ready />;
  const submit = async () => {
    setWrongEmail(!looksLikeAddress(email));
    if (!looksLikeAddress(email)) return;
    const about = { token, email: email.trim(), name: name.trim(), password };
    commands.sessionIs(await makeAdministrator(commands.openApi, about));
    setReady(true);
  };
  return (
    <Page name="setup" title={text.title} form="steps">
      <div class="flow">
        <ScreenHeading>{text.title}</ScreenHeading>
        <p class="lead">{text.lead}</p>
        <Form task={task} act="become-administrator" submit={text.submit} onSubmit={submit} shownByFields={FIELD_CODES}>
          <Field
            label={strings.account.signIn.email}
            name="email"
            type="email"
            value={email}
            onChange={setEmail}
            error={wrongEmail ? strings.account.signIn.emailWrong : null}
            input={{ autocomplete: 'username', inputMode: 'email', autocapitalize: 'none', maxLength: 254 }}
          />
          <NameField value={name} onChange={setName} code={task.failure?.code ?? ''} />
          <NewPassword value={password} onChange={setNewPassword} failure={task.failure} />
        </Form>
      </div>
    </Page>
  );
}
