/* SPDX-License-Identifier: GPL-3.0-or-later */
// The second factor: whether it is asked for, the authenticator app, and the codes for who loses it.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { beginTotp, changeMe, newRecovery, removeTotp, setTotp, type TotpSecret } from '../api/account';
import { holdAgain, holdBack } from '../app/back';
import { strings } from '../strings';
import { Button } from '../views/basics';
import { Confirm } from '../views/confirm';
import type { AccountProps } from './account_page';
import { useSite } from './context';
import { CancelButton, Check, Field, Form, Problem, TaskButton } from './forms';
import { CopyButton, Row, Section } from './parts';
import { QUIET, qrPath } from './qr';
import { digitsOf } from './signin_model';
import { useTask, type Task } from './task';

export function SecondFactorSection(props: AccountProps) {
  const { me, changed } = props;
  const { commands } = useSite();
  const text = strings.account.settings;
  const [secret, setSecret] = useState<TotpSecret | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const task = useTask();
  const show = (made: readonly string[]) => {
    setSecret(null);
    setCodes(made);
    changed();
  };
  return (
    <Section title={text.secondTitle} name="second" lead={text.secondLead}>
      {codes !== null ? (
        <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />
      ) : secret !== null ? (
        <TotpSetup secret={secret} onSet={show} onCancel={() => setSecret(null)} />
      ) : (
        <>
          <ul class="rows">
            <TotpRow {...props} task={task} onBegin={async () => setSecret(await beginTotp(commands.api))} />
            {me.has_totp && <RecoveryRow {...props} task={task} onMade={show} />}
          </ul>
          <Problem failure={task.failure} />
          <Demand {...props} />
        </>
      )}
    </Section>
  );
}

interface RowProps extends AccountProps {
  readonly task: Task;
}

function TotpRow({ me, changed, task, onBegin }: RowProps & { readonly onBegin: () => Promise<void> }) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [leaving, setLeaving] = useState(false);
  const remove = async () => {
    await removeTotp(commands.api);
    changed();
  };
  const actions = me.has_totp ? (
    <Button act="remove-totp" disabled={task.busy} onClick={() => setLeaving(true)}>
      {text.remove}
    </Button>
  ) : (
    <TaskButton task={task} act="begin-totp" work={onBegin}>
      {text.totpSet}
    </TaskButton>
  );
  return (
    <>
      <Row icon="phone" title={me.has_totp ? text.totpOn : text.totpOff} actions={actions}>
        {me.has_totp ? undefined : text.totpOffHint}
      </Row>
      {leaving && (
        <Confirm
          title={text.totpRemoveTitle}
          yes={text.remove}
          onYes={() => task.run(remove)}
          onClose={() => setLeaving(false)}
        >
          <p>{text.totpRemoveText}</p>
        </Confirm>
      )}
    </>
  );
}

function RecoveryRow({ me, task, onMade }: RowProps & { readonly onMade: (codes: readonly string[]) => void }) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Row
        icon="print"
        title={text.recoveryLeft(me.recovery_left)}
        actions={
          <Button act="new-recovery" disabled={task.busy} onClick={() => setAsking(true)}>
            {text.recoveryNew}
          </Button>
        }
      />
      {asking && (
        <Confirm
          title={text.recoveryNewTitle}
          yes={text.recoveryNew}
          onYes={() => task.run(async () => onMade(await newRecovery(commands.api)))}
          onClose={() => setAsking(false)}
        >
          <p>{text.recoveryNewText}</p>
        </Confirm>
      )}
    </>
  );
}

/** Whether every sign-in asks for two. */
function Demand({ me, offer, changed }: AccountProps) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const task = useTask();
  if (offer.two_factors === 'everybody') return <p>{text.twoFactorsEverybody}</p>;
  if (me.two_factors_demanded) return <p>{text.twoFactorsDemanded}</p>;
  const possible = me.has_totp || me.passkeys.length > 0;
  const set = (on: boolean) =>
    task.run(async () => {
      await changeMe(commands.api, { two_factors: on });
      changed();
    });
  return (
    <>
      <Check
        label={text.twoFactors}
        name="two-factors"
        hint={possible ? text.twoFactorsHint : text.twoFactorsNeed}
        checked={me.two_factors}
        disabled={task.busy || (!possible && !me.two_factors)}
        onChange={set}
      />
      <Problem failure={task.failure} />
    </>
  );
}

interface TotpSetupProps {
  readonly secret: TotpSecret;
  readonly onSet: (recovery: readonly string[]) => void;
  readonly onCancel: () => void;
}

function TotpSetup({ secret, onSet, onCancel }: TotpSetupProps) {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [code, setCode] = useState('');
  const task = useTask();
  const wrong = task.failure?.code === 'wrong_code' ? task.failure.text : null;
  return (
    <div class="totp-setup">
      <h3>{text.totpTitle}</h3>
      <p>{text.totpScan}</p>
      <QrCode rows={secret.qr} />
      <p>{text.totpType}:</p>
      <p class="totp-secret">
        <code>{inGroups(secret.secret)}</code>
        <CopyButton text={secret.secret} act="copy-totp" label={strings.account.copy} />
      </p>
      <p class="hint">{text.totpSecretHint}</p>
      <Form
        task={task}
        act="set-totp"
        submit={text.totpConfirm}
        onSubmit={async () => onSet(await setTotp(commands.api, digitsOf(code)))}
        shownByFields={['wrong_code']}
        beside={<CancelButton onCancel={onCancel} />}
      >
        <Field
          label={text.totpCode}
          name="totp"
          value={code}
          onChange={setCode}
          hint={text.totpThen}
          error={wrong}
          input={{ autocomplete: 'one-time-code', inputMode: 'numeric', dir: 'ltr', maxLength: 12 }}
        />
      </Form>
    </div>
  );
}

/** Drawn here, so that the secret goes to nobody else. Dark on light in both schemes: readers want it so. */
function QrCode({ rows }: { readonly rows: readonly string[] }) {
  const size = rows.length + 2 * QUIET;
  return (
    <svg
      class="qr"
      viewBox={`${-QUIET} ${-QUIET} ${size} ${size}`}
      role="img"
      aria-label={strings.account.settings.totpQr}
      shape-rendering="crispEdges"
    >
      <path d={qrPath(rows)} />
    </svg>
  );
}

/** Easier to type in fours. */
function inGroups(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}

/** Where "Back" leads to, in place of an address. */
const BACK = Symbol('back');

/** Who goes away by a link or by "Back" is asked first, here; who closes the page, by the browser. */
function LeaveQuestion() {
  const { commands } = useSite();
  const text = strings.account.settings;
  const [to, setTo] = useState<string | typeof BACK | null>(null);
  const leaves = useRef(false);
  useLayoutEffect(
    () =>
      holdBack(() => {
        if (!leaves.current) setTo(BACK);
        return !leaves.current;
      }),
    [],
  );
  useEffect(() => {
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
      if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin) return;
      // A jump within the page leaves nothing behind.
      if (link.pathname === location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setTo(link.pathname + link.hash);
    };
    window.addEventListener('beforeunload', onUnload);
    document.addEventListener('click', onClick, { capture: true });
    return () => {
      window.removeEventListener('beforeunload', onUnload);
      document.removeEventListener('click', onClick, { capture: true });
    };
  }, []);
  if (to === null) return null;
  return (
    <Confirm
      title={text.recoveryLeaveTitle}
      yes={text.recoveryLeave}
      onYes={() => {
        leaves.current = true;
        if (to === BACK) history.back();
        else commands.go(to);
      }}
      onClose={() => {
        if (to === BACK && !leaves.current) holdAgain();
        setTo(null);
      }}
    >
      <p>{text.recoveryLeaveText}</p>
    </Confirm>
  );
}

function RecoveryCodes({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) {
  const text = strings.account.settings;
  return (
    <div class="recovery" data-secret="recovery">
      <h3>{text.recoveryTitle}</h3>
      <p>{text.recoveryLead}</p>
      <ol class="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <p class="print-only">{location.host}</p>
      <LeaveQuestion />
      <div class="actions">
        <Button act="print-recovery" icon="print" onClick={() => window.print()}>
          {text.recoveryPrint}
        </Button>
        <CopyButton text={codes.join('\n')} act="copy-recovery" label={text.recoveryCopy} />
        <Button act="kept-recovery" kind="primary" onClick={onKept}>
          {text.recoveryKept}
        </Button>
      </div>
    </div>
  );
}
