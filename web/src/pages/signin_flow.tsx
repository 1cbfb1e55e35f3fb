/* SPDX-License-Identifier: GPL-3.0-or-later */
// Showing who one is, step by step: on the page for signing in, and in the dialogs that ask for a factor.
import type { ComponentChildren } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import {
  askForCode,
  askProvider,
  endSession,
  passkeyChallenge,
  showCode,
  showPassword,
  showPasskey,
  showSecond,
  type CodeBy,
  type Provider,
  type SecondFactor,
  type ServerOffer,
  type Session,
} from '../api/session';
import { leaveForProvider } from '../app/provider';
import { hasPasskeys, usePasskey } from '../identity/passkey';
import { looksLikeAddress } from '../state/address';
import { strings } from '../strings';
import { Button, ScreenHeading } from '../views/basics';
import { useSite } from './context';
import { Field, Form, Problem, TaskButton } from './forms';
import { OwnerOfPassword, PasswordField } from './password_field';
import {
  beginSignIn,
  choicesOf,
  CODE_DIGITS,
  digitsOf,
  reduceSignIn,
  type Owned,
  type Purpose,
  type SignIn,
  type SignInAction,
} from './signin_model';
import { useTask, type Task } from './task';

export interface SignInFlowProps {
  readonly purpose: Purpose;
  readonly offer: ServerOffer;
  /** What the account has, where one is signed in. */
  readonly owned?: Owned | null;
  /** Ways of other sites, which lead away from the page. */
  readonly providers?: readonly Provider[];
  /** Where a provider leads back to. */
  readonly back: string;
  readonly onDone: (session: Session) => void;
  /** What stands above the first step. */
  readonly children?: ComponentChildren;
}

interface StepProps extends SignInFlowProps {
  readonly state: SignIn;
  readonly dispatch: (action: SignInAction) => void;
  readonly task: Task;
  /** Takes the answer to a right factor. */
  readonly shown: (session: Session) => void;
}

export function SignInFlow(props: SignInFlowProps) {
  const { site, commands } = useSite();
  const [state, dispatch] = useReducer(reduceSignIn, beginSignIn(props.purpose, site.session));
  const task = useTask();
  const shown = (session: Session) => {
    commands.sessionIs(session);
    dispatch({ type: 'shown', session });
    if (reduceSignIn(state, { type: 'shown', session }).step.at === 'done') props.onDone(session);
  };
  const changeStep = (action: SignInAction) => {
    task.clear();
    dispatch(action);
  };
  const step = { ...props, state, dispatch: changeStep, task, shown };
  switch (state.step.at) {
    case 'address':
      return <AddressStep key={String(state.step.making)} {...step} making={state.step.making} />;
    case 'ways':
      return <WaysStep {...step} />;
    case 'code':
      return <CodeStep key={state.step.by} {...step} by={state.step.by} />;
    case 'second':
      return <SecondStep key={state.step.by} {...step} by={state.step.by} />;
    case 'verified':
      return <VerifiedStep {...step} />;
    case 'done':
      return <p role="status">{strings.opening}</p>;
  }
}

/** The heading of a step, which takes the focus: on its own page the first heading, in a dialog below the dialog's. */
function StepHeading({ purpose, children }: { readonly purpose: Purpose; readonly children: string }) {
  return purpose === 'sign_in' ? <ScreenHeading>{children}</ScreenHeading> : <h3>{children}</h3>;
}

function AddressStep(props: StepProps & { readonly making: boolean }) {
  const { purpose, state, dispatch, task, offer, making, children } = props;
  const { openApi } = useSite().commands;
  const text = strings.account.signIn;
  const [email, setEmail] = useState(state.email);
  const [name, setName] = useState(state.name);
  const [wrong, setWrong] = useState<'email' | 'name' | null>(null);
  // A code is all that shows an address to be one's own.
  const byCode = making || purpose === 'verify';
  const next = async () => {
    const address = email.trim();
    setWrong(!looksLikeAddress(address) ? 'email' : making && name.trim() === '' ? 'name' : null);
    if (!looksLikeAddress(address) || (making && name.trim() === '')) return;
    dispatch({ type: 'address', email: address, name: making ? name.trim() : '' });
    if (!byCode) return dispatch({ type: 'step', step: { at: 'ways' } });
    await askForCode(openApi, 'email', address);
    dispatch({ type: 'step', step: { at: 'code', by: 'email' } });
  };
  return (
    <Step>
      {purpose === 'sign_in' && <ScreenHeading>{making ? text.makeTitle : text.title}</ScreenHeading>}
      {byCode ? <p class={making ? 'lead' : undefined}>{text.makeLead}</p> : children}
      <Form task={task} act="next" submit={text.next} onSubmit={next}>
        {making && (
          <Field
            label={text.name}
            name="name"
            value={name}
            onChange={setName}
            hint={text.nameHint}
            error={wrong === 'name' ? strings.account.refusals.bad_name : null}
            input={{ autocomplete: 'name', maxLength: 96 }}
          />
        )}
        <Field
          label={text.email}
          name="email"
          type="email"
          value={email}
          onChange={setEmail}
          error={wrong === 'email' ? text.emailWrong : null}
          input={{ autocomplete: 'username', inputMode: 'email', autocapitalize: 'none', maxLength: 254 }}
        />
      </Form>
      {!byCode && <Elsewhere {...props} withPasskey />}
      {purpose === 'sign_in' && offer.sign_up === 'open' && offer.ways.email && (
        <Button
          act={making ? 'have-account' : 'make-account'}
          kind="quiet"
          onClick={() => dispatch({ type: 'step', step: { at: 'address', making: !making } })}
        >
          {making ? text.haveOne : text.make}
        </Button>
      )}
    </Step>
  );
}

/** Ways that need no address: a passkey, and other sites. */
function Elsewhere(props: StepProps & { readonly withPasskey: boolean }) {
  const { offer, providers = offer.ways.oidc, back, withPasskey } = props;
  const { openApi } = useSite().commands;
  const text = strings.account.signIn;
  const task = useTask();
  const passkey = withPasskey && offer.ways.passkey && hasPasskeys();
  if (!passkey && providers.length === 0) return null;
  return (
    <div class="elsewhere">
      <p class="or">
        <span>{text.or}</span>
      </p>
      {passkey && <PasskeyButton {...props} label={text.passkey} hint={text.passkeyHint} />}
      {providers.map(({ id, name }) => (
        <TaskButton
          key={id}
          task={task}
          act={`provider-${id}`}
          work={async () => leaveForProvider(await askProvider(openApi, id), back)}
        >
          {text.provider(name)}
        </TaskButton>
      ))}
      <Problem failure={task.failure} />
    </div>
  );
}

function PasskeyButton({ shown, label, hint }: StepProps & { readonly label: string; readonly hint?: string }) {
  const { openApi } = useSite().commands;
  const task = useTask();
  const use = async () => shown(await showPasskey(openApi, await usePasskey(await passkeyChallenge(openApi))));
  return (
    <div class="passkey-way">
      <TaskButton task={task} act="passkey" icon="key" work={use}>
        {label}
      </TaskButton>
      {hint !== undefined && <p class="hint">{hint}</p>}
      <Problem failure={task.failure} />
    </div>
  );
}

function WaysStep(props: StepProps) {
  const { purpose, state, dispatch, task, offer, owned = null, shown } = props;
  const { openApi } = useSite().commands;
  const text = strings.account.signIn;
  const choices = choicesOf(offer, owned);
  const [password, setPassword] = useState('');
  const sending = useTask();
  const send = (by: CodeBy) => async () => {
    await askForCode(openApi, by, state.email);
    dispatch({ type: 'step', step: { at: 'code', by } });
  };
  const submit = async () => {
    try {
      shown(await showPassword(openApi, state.email, password));
    } finally {
      setPassword('');
    }
  };
  const passkey = choices.passkey && hasPasskeys();
  return (
    <Step>
      {purpose === 'sign_in' && <ScreenHeading>{text.title}</ScreenHeading>}
      <p class="as">
        <bdi>{text.as(state.email)}</bdi>
        {purpose === 'sign_in' && (
          <Button
            act="other-email"
            kind="quiet"
            onClick={() => dispatch({ type: 'step', step: { at: 'address', making: false } })}
          >
            {text.otherEmail}
          </Button>
        )}
      </p>
      {choices.password && (
        <Form task={task} act="sign-in" submit={purpose === 'sign_in' ? text.submit : text.confirm} onSubmit={submit}>
          <OwnerOfPassword email={state.email} />
          <PasswordField
            label={text.password}
            value={password}
            onChange={setPassword}
            autocomplete="current-password"
          />
        </Form>
      )}
      {(choices.email || choices.sms || passkey) && (
        <div class="other-ways">
          {choices.password && (
            <p class="or">
              <span>{text.or}</span>
            </p>
          )}
          {choices.email && (
            <TaskButton task={sending} act="code-email" icon="mail" work={send('email')}>
              {text.codeByEmail}
            </TaskButton>
          )}
          {choices.sms && (
            <TaskButton task={sending} act="code-sms" icon="phone" work={send('sms')}>
              {text.codeBySms}
            </TaskButton>
          )}
          {passkey && <PasskeyButton {...props} label={text.usePasskey} />}
          <Problem failure={sending.failure} />
        </div>
      )}
      {purpose !== 'sign_in' && <Elsewhere {...props} withPasskey={false} />}
    </Step>
  );
}

const recoveryCode = { autocomplete: 'off', dir: 'ltr', maxLength: 40 } as const;
const oneTimeCode = { autocomplete: 'one-time-code', inputMode: 'numeric', dir: 'ltr' } as const;

function CodeStep(props: StepProps & { readonly by: CodeBy }) {
  const { purpose, state, dispatch, task, by, shown } = props;
  const { openApi } = useSite().commands;
  const text = strings.account.signIn;
  const [code, setCode] = useState('');
  const [short, setShort] = useState(false);
  const [again, setAgain] = useState(0);
  const sending = useTask();
  const submit = async () => {
    const digits = digitsOf(code);
    setShort(digits.length !== CODE_DIGITS[by]);
    if (digits.length !== CODE_DIGITS[by]) return;
    shown(await showCode(openApi, by, state.email, digits, state.name === '' ? null : state.name));
  };
  const sendAgain = async () => {
    await askForCode(openApi, by, state.email);
    setCode('');
    task.clear();
    setAgain((before) => before + 1);
  };
  return (
    <Step>
      <StepHeading purpose={purpose}>{text.codeTitle}</StepHeading>
      <p>{text.codeSent[by](state.email)}</p>
      <Form task={task} act="confirm-code" submit={text.confirm} onSubmit={submit}>
        <Field
          label={text.code}
          name="code"
          value={code}
          onChange={setCode}
          hint={text.codeAdvice}
          error={short ? text.codeProblem : null}
          input={{ ...oneTimeCode, maxLength: 16 }}
        />
      </Form>
      <p class="actions">
        <TaskButton task={sending} act="send-again" kind="quiet" work={sendAgain}>
          {text.sendAgain}
        </TaskButton>
        <Button act="back" kind="quiet" onClick={() => dispatch({ type: 'step', step: firstStep(state) })}>
          {strings.account.back}
        </Button>
      </p>
      <p role="status" class="hint">
        {again > 0 ? text.sentAgain : ''}
      </p>
      <Problem failure={sending.failure} />
    </Step>
  );
}

function firstStep({ purpose, name }: SignIn): SignIn['step'] {
  if (purpose === 'verify') return { at: 'address', making: false };
  return name === '' ? { at: 'ways' } : { at: 'address', making: true };
}

function SecondStep(props: StepProps & { readonly by: SecondFactor }) {
  const { purpose, state, dispatch, task, by, shown } = props;
  const { openApi } = useSite().commands;
  const text = strings.account.signIn;
  const [code, setCode] = useState('');
  const others = state.second.filter((factor) => factor !== by && (factor !== 'passkey' || hasPasskeys()));
  const submit = async () => {
    if (by === 'passkey') return;
    shown(await showSecond(openApi, by, by === 'totp' ? digitsOf(code) : code.trim()));
  };
  return (
    <Step>
      <StepHeading purpose={purpose}>{text.secondTitle}</StepHeading>
      <p>{text.second[by].lead}</p>
      {by === 'passkey' ? (
        <PasskeyButton {...props} label={text.usePasskey} />
      ) : (
        <Form task={task} act="confirm-second" submit={text.confirm} onSubmit={submit}>
          <Field
            key={by}
            label={text.second[by].label}
            name={by}
            value={code}
            onChange={setCode}
            input={by === 'totp' ? { ...oneTimeCode, maxLength: 12 } : recoveryCode}
          />
        </Form>
      )}
      <p class="actions">
        {others.map((factor) => (
          <Button
            key={factor}
            act={`second-${factor}`}
            kind="quiet"
            onClick={() => dispatch({ type: 'step', step: { at: 'second', by: factor } })}
          >
            {text.second[factor].other}
          </Button>
        ))}
        {purpose === 'sign_in' && <StartOver {...props} />}
      </p>
    </Step>
  );
}

/** As somebody else: what was shown so far is forgotten, on the server, too. */
function StartOver({ dispatch }: StepProps) {
  const { commands } = useSite();
  const task = useTask();
  const work = async () => {
    await endSession(commands.openApi);
    await commands.refresh();
    dispatch({ type: 'step', step: { at: 'address', making: false } });
  };
  return (
    <TaskButton task={task} act="start-over" kind="quiet" work={work}>
      {strings.account.signIn.startOver}
    </TaskButton>
  );
}

function VerifiedStep({ state, onDone }: StepProps) {
  const { site } = useSite();
  const text = strings.account.signIn;
  const { session } = site;
  return (
    <Step>
      <ScreenHeading>{text.verifiedTitle}</ScreenHeading>
      <p class="lead">{text.verified(session?.email ?? state.email)}</p>
      <p class="actions">
        <Button act="go-on" kind="primary" onClick={() => session !== null && onDone(session)}>
          {text.goOn}
        </Button>
      </p>
    </Step>
  );
}

/** A step, whose first field takes the focus: that is what the person wants to do here, and screen readers say its
 * label after the heading. */
function Step({ children }: { readonly children: ComponentChildren }) {
  const step = useRef<HTMLDivElement>(null);
  useEffect(() => {
    step.current?.querySelector<HTMLElement>('input:not([tabindex="-1"])')?.focus();
  }, []);
  return (
    <div class="flow" ref={step}>
      {children}
    </div>
  );
}
