/* SPDX-License-Identifier: GPL-3.0-or-later */
// When a meeting does not take somebody as they come: why, as whom they came, and what they can do about it.
import { useState } from 'preact/hooks';
import { signInPath } from '../app/route';
import { useSite } from '../pages/context';
import { CancelButton } from '../pages/forms';
import { accountOf } from '../pages/model';
import { WithOffer } from '../pages/offer';
import { Dialog, longWhen } from '../pages/parts';
import { SignInFlow } from '../pages/signin_flow';
import type { Purpose } from '../pages/signin_model';
import { useTask } from '../pages/task';
import type { DoorCode, Refusal } from '../state/door';
import { strings } from '../strings';
import { Button } from './basics';
import type { Commands, ViewProps } from './commands';
import { MessagePage } from './message_page';

export function DoorPage({ state, commands, refusal }: ViewProps & { readonly refusal: Refusal }) {
  const { title, text } = strings.account.door[refusal.code];
  return (
    <MessagePage name={`door ${refusal.code}`} title={title} text={text}>
      {state.door.title !== '' && (
        <p class="door-room">
          {strings.account.doorRoom} <bdi>{state.door.title}</bdi>
        </p>
      )}
      <Times refusal={refusal} />
      <Identity />
      <div class="actions">
        <WhatToDo code={refusal.code} commands={commands} />
        <a class="button button-quiet" href="/">
          <span>{strings.toStart}</span>
        </a>
      </div>
    </MessagePage>
  );
}

function Times({ refusal: { code, from, until } }: { readonly refusal: Refusal }) {
  const text = strings.account.doorTimes;
  if (code === 'ticket_early' && from !== null) return <p class="door-time">{text.from(longWhen(from))}</p>;
  if (code === 'ticket_over' && until !== null) return <p class="door-time">{text.until(longWhen(until))}</p>;
  return null;
}

/** As whom one comes in, or would. */
export function Identity() {
  const { site } = useSite();
  const text = strings.account.identity;
  const account = accountOf(site);
  const email = site.session?.email ?? '';
  if (account !== null)
    return (
      <p class="identity" data-identity="account">
        {text.account} <bdi>{account.name}</bdi>, <bdi>{account.email}</bdi>
      </p>
    );
  return (
    <p class="identity" data-identity={email === '' ? 'guest' : 'email'}>
      {email === '' ? text.guest : <>{text.email} <bdi>{email}</bdi></>}
    </p>
  );
}

/** What helps against each refusal. */
const HELP: Readonly<Record<DoorCode, readonly Help[]>> = {
  room_closed: [],
  sign_in_first: ['sign_in'],
  verify_email_first: ['verify', 'sign_in'],
  second_factor_first: ['second', 'account'],
  must_first: ['account'],
  not_a_member: ['sign_in'],
  ticket_of_other: ['sign_in', 'verify'],
  ticket_early: ['again'],
  ticket_over: [],
  ticket_revoked: [],
  ticket_in_use: ['take_over'],
};

type Help = 'sign_in' | 'verify' | 'second' | 'account' | 'again' | 'take_over';

function WhatToDo({ code, commands }: { readonly code: DoorCode; readonly commands: Commands }) {
  return (
    <>
      {HELP[code].map((help, index) => (
        <HelpButton key={help} help={help} kind={index === 0 ? 'primary' : 'plain'} commands={commands} />
      ))}
    </>
  );
}

interface HelpProps {
  readonly help: Help;
  readonly kind: 'primary' | 'plain';
  readonly commands: Commands;
}

function HelpButton({ help, kind, commands }: HelpProps) {
  const text = strings.account.help;
  switch (help) {
    case 'sign_in':
      return <SignInHelp kind={kind} />;
    case 'verify':
      return <VerifyButton kind={kind} onDone={() => commands.joinAgain()} />;
    case 'second':
      return <FlowButton kind={kind} purpose="second" act="second" onDone={() => commands.joinAgain()} />;
    case 'account':
      return (
        <a class={`button button-${kind}`} data-act="to-account" href="/account">
          <span>{text.account}</span>
        </a>
      );
    case 'again':
      return (
        <Button act="again" kind={kind} onClick={() => commands.joinAgain()}>
          {strings.tryAgain}
        </Button>
      );
    case 'take_over':
      return (
        <Button act="take-over" kind={kind} onClick={() => commands.takeOver()}>
          {text.take_over}
        </Button>
      );
  }
}

/** Who is signed in as somebody whom the meeting does not take signs out first. */
function SignInHelp({ kind }: { readonly kind: 'primary' | 'plain' }) {
  const { site, commands } = useSite();
  const task = useTask();
  const path = signInPath(location.pathname);
  const change = async () => {
    await commands.signOut();
    commands.go(path);
  };
  if (accountOf(site) !== null)
    return (
      <Button act="sign-in-other" kind={kind} disabled={task.busy} onClick={() => task.run(change)}>
        {strings.account.help.other}
      </Button>
    );
  return (
    <a class={`button button-${kind}`} data-act="sign-in" href={path}>
      <span>{strings.account.nav.signIn}</span>
    </a>
  );
}

/** For guests alone: an account's address is verified, or it would be none. */
export function VerifyButton({
  kind,
  onDone,
}: {
  readonly kind: 'primary' | 'plain' | 'quiet';
  readonly onDone: () => void;
}) {
  const { site } = useSite();
  if (accountOf(site) !== null || site.offer?.ways.email === false) return null;
  return <FlowButton kind={kind} purpose="verify" act="verify" onDone={onDone} />;
}

interface FlowButtonProps {
  readonly kind: 'primary' | 'plain' | 'quiet';
  readonly purpose: Extract<Purpose, 'verify' | 'second'>;
  readonly act: string;
  readonly onDone: () => void;
}

/** Shows in a dialog who one is, and stays on the page meanwhile. */
function FlowButton({ kind, purpose, act, onDone }: FlowButtonProps) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const done = () => {
    close();
    onDone();
  };
  return (
    <>
      <Button act={act} kind={kind} onClick={() => setOpen(true)}>
        {strings.account.help[purpose]}
      </Button>
      {open && (
        <Dialog name={purpose} title={strings.account.help[purpose]} onClose={close}>
          <WithOffer>
            {(offer) => <SignInFlow purpose={purpose} offer={offer} back={location.pathname} onDone={done} />}
          </WithOffer>
          <p class="actions">
            <CancelButton onCancel={close} />
          </p>
        </Dialog>
      )}
    </>
  );
}
