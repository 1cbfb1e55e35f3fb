/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useEffect, useRef } from 'preact/hooks';
import { signInPath } from '../app/route';
import { useSite } from '../pages/context';
import { accountOf } from '../pages/model';
import { Page } from '../pages/shell';
import type { Problem } from '../state/model';
import { strings } from '../strings';
import { Button, Picture, ScreenHeading } from './basics';
import type { ViewProps } from './commands';
import { DeviceChoices, needsOf, PermissionRequest } from './device_setup';
import { Identity, VerifyButton } from './door';
import { BrowserNotice } from './browser_notice';
import { HighCare } from './high_care';
import { Icon } from './icons';
import { UnusedNotice } from './permissions';
import { KeptRecordings } from './recording';
import { RecordedNote } from './recorded';
import { DeviceToggle } from './toolbar';

/** How one comes in: as the host, past a host who lets one in, or by oneself. */
type Coming = keyof typeof strings.lobby.leads;

const ABOUT_THE_NAME: readonly Problem[] = ['bad_name', 'name_imitates', 'name_taken'];

export function LobbyPage({
  state,
  commands,
  entering,
  problem,
}: ViewProps & { readonly entering: boolean; readonly problem: Problem | null }) {
  const text = strings.lobby;
  const coming = comingOf(state);
  return (
    <Page name="lobby" form="wide">
      <div class="lobby">
        <div class="lobby-preview">
          <Preview state={state} commands={commands} />
        </div>
        <div class="lobby-form">
          {state.door.title !== '' && (
            <p class="door-room">
              <bdi>{state.door.title}</bdi>
            </p>
          )}
          <ScreenHeading>{text.titles[coming]}</ScreenHeading>
          <p class="lead">{text.leads[coming]}</p>
          <BrowserNotice />
          <UnusedNotice />
          {state.door.highCare && <HighCare />}
          <RecordedNote recorded={state.door.recorded} />
          <ComingAs commands={commands} />
          <form
            class="form"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              commands.join();
            }}
          >
            {state.door.needsName && <NameField state={state} commands={commands} wrong={aboutName(problem)} />}
            <DeviceChoices state={state} commands={commands} />
            <div role="alert">{problem !== null && <p class="problem">{strings.problems[problem].text}</p>}</div>
            <Button kind="primary" act="join" submits disabled={entering}>
              {entering ? text.entering : text.join[coming]}
            </Button>
            {!state.own.micAgreed && !state.own.cameraAgreed && <p class="hint">{text.without}</p>}
          </form>
          <KeptRecordings recording={state.recording} commands={commands} />
        </div>
      </div>
    </Page>
  );
}

function comingOf({ role, door }: ViewProps['state']): Coming {
  if (role === 'host') return 'host';
  return door.waits ? 'knocks' : 'straight';
}

function aboutName(problem: Problem | null): boolean {
  return problem !== null && ABOUT_THE_NAME.includes(problem);
}

/** As whom one comes in; a guest can change that, and comes back here. */
function ComingAs({ commands }: Pick<ViewProps, 'commands'>) {
  const { site } = useSite();
  const guest = site.offer !== null && accountOf(site) === null;
  return (
    <div class="coming-as">
      <Identity />
      {guest && (
        <p class="coming-as-ways">
          <a class="button button-quiet" data-act="sign-in" href={signInPath(location.pathname)}>
            <span>{strings.account.nav.signIn}</span>
          </a>
          {site.session?.email === '' && <VerifyButton kind="quiet" onDone={() => commands.joinAgain()} />}
        </p>
      )}
    </div>
  );
}

function NameField({ state, commands, wrong }: ViewProps & { readonly wrong: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (wrong) input.current?.focus();
  }, [wrong]);
  return (
    <label class="field">
      <span class="field-label">{strings.lobby.name}</span>
      <input
        ref={input}
        class="input"
        id="name"
        name="name"
        dir="auto"
        autocomplete="name"
        autocapitalize="words"
        spellcheck={false}
        maxLength={96}
        enterkeyhint="go"
        aria-describedby="name-hint"
        aria-invalid={wrong}
        value={state.name}
        onInput={(event) => commands.typeName(event.currentTarget.value)}
      />
      <span class="hint" id="name-hint">
        {strings.lobby.nameHint}
      </span>
    </label>
  );
}

/** First the explanation; then the own picture with its switches, and the explanation of what is still missing. */
export function Preview({ state, commands }: ViewProps) {
  const { own } = state;
  const needs = needsOf(own);
  if (own.asking || (needs.mic && needs.camera)) {
    return (
      <section class="preview preview-empty" aria-labelledby="permission-title">
        <h2 id="permission-title">{strings.permission.title}</h2>
        <PermissionRequest state={state} commands={commands} />
      </section>
    );
  }
  return (
    <>
      <section class="preview" aria-label={strings.devices.preview}>
        {own.picture !== null ? (
          <Picture stream={own.picture} mirrored label={strings.devices.preview} />
        ) : (
          <p class="preview-off">
            <Icon name="camera_off" />
            {strings.devices.cameraOff}
          </p>
        )}
        <div class="preview-controls">
          {!needs.mic && <DeviceToggle kind="mic" state={state} commands={commands} />}
          {!needs.camera && <DeviceToggle kind="camera" state={state} commands={commands} />}
        </div>
      </section>
      {(needs.mic || needs.camera) && (
        <div class="preview-rest">
          <PermissionRequest state={state} commands={commands} />
        </div>
      )}
    </>
  );
}
