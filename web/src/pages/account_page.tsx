/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own account: each matter is a section of its own.
import { useState } from 'preact/hooks';
import { changeMe, readMe, setPassword, type Me } from '../api/account';
import type { ServerOffer } from '../api/session';
import { strings } from '../strings';
import { cls } from '../views/basics';
import { ConsentSection } from './account_consent';
import { PasskeysSection } from './account_passkeys';
import { SecondFactorSection } from './account_second';
import { SessionsSection } from './account_sessions';
import { TicketsSection } from './account_tickets';
import { PhoneSection, ProvidersSection } from './account_ways';
import { useSite } from './context';
import { Form } from './forms';
import { NewPassword } from './new_password';
import { WithOffer } from './offer';
import { Banner, Section, WhenLoaded } from './parts';
import { OwnerOfPassword } from './password_field';
import { Page, PageHeading } from './shell';
import { useLoaded, useTask } from './task';
import { NameField } from './welcome_page';

/** What each section works with. */
export interface AccountProps {
  readonly me: Me;
  readonly offer: ServerOffer;
  /** The account is not what it was: it is fetched again, and what the server demands of it. */
  readonly changed: () => void;
}

export function AccountPage() {
  const { site, commands } = useSite();
  const me = useLoaded(() => readMe(commands.api));
  const changed = () => {
    me.reload();
    void commands.refresh();
  };
  return (
    <Page name="account" title={strings.account.settings.title} form="top">
      <PageHeading
        title={strings.account.settings.title}
        {...(me.value === null ? {} : { lead: <Who me={me.value} /> })}
      />
      {me.value?.email_verified === false && site.offer?.ways.email === true && (
        <p class="hint">{strings.account.settings.verifyHint}</p>
      )}
      <Must />
      <WhenLoaded of={me}>
        {(value) => (
          <WithOffer>{(offer) => <Sections me={value} offer={offer} changed={changed} setMe={me.set} />}</WithOffer>
        )}
      </WhenLoaded>
    </Page>
  );
}

function Who({ me }: { readonly me: Me }) {
  const text = strings.account.settings;
  return (
    <>
      <bdi>{me.email}</bdi>{' '}
      <span class={cls('tag', !me.email_verified && 'tag-warn')}>
        {me.email_verified ? text.verified : text.notVerified}
      </span>
    </>
  );
}

/** What an administrator asks for, where it can be done. */
function Must() {
  const must = useSite().site.session?.must ?? [];
  if (must.length === 0) return null;
  return (
    <Banner tone="warn">
      <p>
        <strong>{strings.account.settings.mustTitle}</strong>
      </p>
      {must.map((what) => (
        <p key={what} data-must={what}>
          {strings.account.must[what]}
        </p>
      ))}
    </Banner>
  );
}

function Sections(props: AccountProps & { readonly setMe: (me: Me) => void }) {
  const { site } = useSite();
  const must = site.session?.must ?? [];
  // What is demanded comes first.
  const parts = [
    { must: false, part: <NameSection key="name" {...props} /> },
    { must: must.includes('set_password'), part: <PasswordSection key="password" {...props} /> },
    { must: must.includes('second_factor'), part: <PasskeysSection key="passkeys" {...props} /> },
    { must: must.includes('second_factor'), part: <SecondFactorSection key="second" {...props} /> },
  ];
  return (
    <>
      {parts.filter((entry) => entry.must).map(({ part }) => part)}
      {parts.filter((entry) => !entry.must).map(({ part }) => part)}
      <ConsentSection owner={props.me.id} />
      <TicketsSection />
      <SessionsSection />
      {(props.offer.ways.sms || props.me.phone !== '') && <PhoneSection {...props} />}
      {(props.offer.ways.oidc.length > 0 || props.me.issuers.length > 0) && <ProvidersSection {...props} />}
      <AdviceSection />
    </>
  );
}

function NameSection({ me, setMe }: AccountProps & { readonly setMe: (me: Me) => void }) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [name, setName] = useState(me.name);
  const [saved, setSaved] = useState(false);
  const task = useTask();
  const submit = async () => {
    setSaved(false);
    setMe(await changeMe(commands.api, { name: name.trim() }));
    setSaved(true);
    await commands.refresh();
  };
  return (
    <Section title={text.nameTitle} name="name">
      <Form
        task={task}
        act="save-name"
        kind="plain"
        submit={strings.account.save}
        onSubmit={submit}
        shownByFields={['bad_name', 'name_imitates']}
        beside={<Done words={saved ? strings.account.saved : ''} />}
      >
        <NameField value={name} onChange={setName} code={task.failure?.code ?? ''} />
      </Form>
    </Section>
  );
}

/** Said once something is done; always on the page, so that screen readers watch it. */
export function Done({ words }: { readonly words: string }) {
  return (
    <p class="done" role="status">
      {words}
    </p>
  );
}

function PasswordSection({ me, changed }: AccountProps) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [password, setNew] = useState('');
  const [done, setDone] = useState(false);
  const task = useTask();
  const submit = async () => {
    setDone(false);
    await setPassword(commands.api, password);
    setNew('');
    setDone(true);
    changed();
  };
  return (
    <Section title={text.passwordTitle} name="password" lead={me.has_password ? text.passwordHas : text.passwordNone}>
      <Form
        task={task}
        act="set-password"
        kind="plain"
        submit={text.passwordSet}
        onSubmit={submit}
        shownByFields={['weak_password']}
      >
        <OwnerOfPassword email={me.email} />
        <NewPassword value={password} onChange={setNew} failure={task.failure} />
      </Form>
      <Done words={done ? text.passwordDone : ''} />
    </Section>
  );
}

/** Short, where it matters (T12). */
function AdviceSection() {
  const { adviceTitle, advice } = strings.account.settings;
  return (
    <Section title={adviceTitle} name="advice">
      <ul class="advice">
        {advice.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
    </Section>
  );
}
