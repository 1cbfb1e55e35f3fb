/* SPDX-License-Identifier: GPL-3.0-or-later */
// Calls that come and go, on top of whatever page one is on. A click on "accept" or "call" is one on a sentence that
// names the other person (B9): nothing opens before it, and nothing before both have agreed (T10).
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { ring } from '../app/ringing';
import type { Caller } from '../signal/line_messages';
import type { Incoming, Outgoing } from '../state/calls';
import { strings } from '../strings';
import { Button } from '../views/basics';
import { Icon } from '../views/icons';
import { CallAsk, useCallConsent, WhoHears } from './call_consent';
import { useCalls } from './calls_context';

/** A click or key that was meant for the page below must not answer a call that has just appeared. */
const DEAF_MS = 600;

export function CallDialogs() {
  const { calls } = useCalls();
  const { incoming, outgoing, over } = calls;
  return (
    <>
      {outgoing !== null && <OutgoingDialog key={`out-${outgoing.who.id}`} call={outgoing} />}
      {incoming !== null && <IncomingDialog key={incoming.call} call={incoming} />}
      <div class="call-over" role="status">
        {over !== null && incoming === null && <CallOver />}
      </div>
    </>
  );
}

interface CallDialogProps {
  readonly name: string;
  readonly title: string;
  readonly alert?: boolean;
  readonly onEscape: () => void;
  readonly children: ComponentChildren;
}

/** The focus begins on the heading: no key that is on its way presses a button. */
function CallDialog({ name, title, alert = false, onEscape, children }: CallDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    heading.current?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="confirm dialog call-dialog"
      role={alert ? 'alertdialog' : 'dialog'}
      aria-labelledby={id}
      aria-describedby={`${id}-text`}
      data-dialog={name}
      onCancel={(event) => {
        event.preventDefault();
        onEscape();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <span class="call-mark" aria-hidden="true">
        <Icon name="handset" />
      </span>
      <h2 id={id} ref={heading} tabIndex={-1} dir="auto">
        {title}
      </h2>
      <div id={`${id}-text`} class="call-body">
        {children}
      </div>
    </dialog>
  );
}

/** By what it is known who this is. */
export function HowVerified({ person }: { readonly person: Pick<Caller, 'email' | 'email_verified'> }) {
  const text = strings.calls;
  return (
    <span class="call-verified" data-verified={person.email_verified}>
      <Icon name={person.email_verified ? 'shield_check' : 'shield_alert'} />
      <bdi>{person.email}</bdi>
      <span class="tag">{person.email_verified ? text.verified : text.notVerified}</span>
    </span>
  );
}

function IncomingDialog({ call }: { readonly call: Incoming }) {
  const { line } = useCalls();
  const text = strings.calls.incoming;
  const { from, accepted } = call;
  const consent = useCallConsent(from);
  const since = useRef(performance.now());
  const quiet = useRef<() => void>(() => undefined);
  useEffect(() => {
    quiet.current = ring(text.windowTitle(from.name));
    return () => quiet.current();
  }, []);
  const answer = (act: () => void) => () => {
    if (performance.now() - since.current < DEAF_MS) return;
    quiet.current();
    quiet.current = () => undefined;
    act();
  };
  const accept = (camera: boolean) =>
    answer(() => {
      line.accept({ mic: true, camera });
      consent.remember({ mic: true, camera });
    });
  return (
    <CallDialog name="incoming-call" title={text.title(from.name)} alert onEscape={() => quiet.current()}>
      <HowVerified person={from} />
      <WhoHears consent={consent} first={text.text(from.name)} again={text.again(from.name)} />
      <div class="call-buttons">
        <Button act="accept-call" kind="primary" icon="camera" disabled={accepted} onClick={accept(true)}>
          {accepted ? text.connecting : text.acceptVideo}
        </Button>
        <Button act="accept-audio" icon="mic" disabled={accepted} onClick={accept(false)}>
          {text.acceptAudio}
        </Button>
        <Button act="decline-call" kind="danger" icon="leave" disabled={accepted} onClick={answer(() => line.reject())}>
          {text.decline}
        </Button>
      </div>
      <p class="hint">{text.declineHint}</p>
      <CallAsk consent={consent} />
    </CallDialog>
  );
}

function OutgoingDialog({ call }: { readonly call: Outgoing }) {
  switch (call.phase) {
    case 'asking':
      return <BeforeCall call={call} />;
    case 'dialling':
    case 'ringing':
      return <Calling call={call} />;
    case 'not_answered':
    case 'problem':
      return <NotAnswered call={call} />;
  }
}

function BeforeCall({ call }: { readonly call: Outgoing }) {
  const { line } = useCalls();
  const text = strings.calls.before;
  const { name } = call.who;
  const consent = useCallConsent(call.who);
  const dial = (camera: boolean) => () => {
    line.call({ mic: true, camera });
    consent.remember({ mic: true, camera });
  };
  return (
    <CallDialog key="before" name="before-call" title={text.title(name)} onEscape={() => line.hangUp()}>
      <WhoHears consent={consent} first={text.text(name)} again={text.again(name)} />
      <div class="call-buttons">
        <Button act="call-video" kind="primary" icon="camera" onClick={dial(true)}>
          {text.video}
        </Button>
        <Button act="call-audio" icon="mic" onClick={dial(false)}>
          {text.audio}
        </Button>
        <Button act="call-cancel" kind="quiet" onClick={() => line.hangUp()}>
          {text.cancel}
        </Button>
      </div>
      <CallAsk consent={consent} />
    </CallDialog>
  );
}

function Calling({ call }: { readonly call: Outgoing }) {
  const { line } = useCalls();
  const text = strings.calls.outgoing;
  return (
    <CallDialog key="calling" name="calling" title={text.title(call.who.name)} onEscape={() => line.hangUp()}>
      <p>{text.text}</p>
      <div class="call-waves" aria-hidden="true" />
      <div class="call-buttons">
        <Button act="hang-up" kind="danger" icon="leave" onClick={() => line.hangUp()}>
          {text.hangUp}
        </Button>
      </div>
    </CallDialog>
  );
}

function NotAnswered({ call }: { readonly call: Outgoing }) {
  const { line } = useCalls();
  const text = strings.calls;
  const { name } = call.who;
  const title = call.problem === null ? text.outgoing.notAnsweredTitle(name) : text.problemTitle;
  return (
    <CallDialog key="ended" name="call-ended" title={title} onEscape={() => line.hangUp()}>
      <p data-problem={call.problem ?? undefined}>
        {call.problem === null ? text.outgoing.notAnswered : text.problems[call.problem]}
      </p>
      <div class="call-buttons">
        <Button act="call-again" kind="primary" icon="handset" onClick={() => line.askToCall(call.who)}>
          {text.outgoing.again}
        </Button>
        <Button act="call-close" onClick={() => line.hangUp()}>
          {text.outgoing.close}
        </Button>
      </div>
    </CallDialog>
  );
}

function CallOver() {
  const { calls, line } = useCalls();
  const text = strings.calls.over;
  if (calls.over === null) return null;
  const { name, why } = calls.over;
  const words = why === 'answered' || why === 'missed' ? text[why](name) : text.other(name);
  return (
    <div class="call-toast" data-over={why}>
      <p dir="auto">{words}</p>
      <Button act="call-over-seen" kind="quiet" onClick={() => line.seenOver()}>
        {strings.account.understood}
      </Button>
    </div>
  );
}
