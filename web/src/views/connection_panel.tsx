/* SPDX-License-Identifier: GPL-3.0-or-later */
// How good the own connection is: a mark and a word while it is weak, what helps, and figures for who wants them.
import type { Meeting } from '../state/model';
import type { NetworkFacts } from '../state/network';
import { strings } from '../strings';
import { locale } from '../strings/languages';
import { Button, cls } from './basics';
import type { ViewProps } from './commands';
import { Icon } from './icons';
import { Panel } from './panel';

type MeetingProps = ViewProps & { readonly meeting: Meeting };

/** In the head of the meeting, for as long as it is weak. */
export function WeakMark({ state, commands, meeting }: MeetingProps) {
  if (meeting.network.weakness === 'none') return null;
  const open = state.panel === 'connection';
  const { weakMark } = strings.connection;
  return (
    <button type="button" class="shield-button tone-fair" data-act="connection-mark" aria-expanded={open} aria-label={weakMark}
      title={weakMark} onClick={() => commands.showPanel(open ? null : 'connection')}>
      <Icon name="weak" />
    </button>
  );
}

/** Said once, politely; what the person can do stands beside it. */
export function WeakBanner({ state, commands, meeting }: MeetingProps) {
  const { weakness, seen } = meeting.network;
  const shown = weakness !== 'none' && !seen;
  const text = strings.connection;
  return (
    <div role="status" data-weak={shown ? weakness : undefined}>
      {shown && (
        <div class="meeting-banner">
          <Icon name="weak" />
          <p>{text.weak[weakness]}</p>
          <span class="banner-buttons">
            <Remedies state={state} commands={commands} meeting={meeting} />
            <Button act="weak-seen" onClick={() => commands.seenWeak()}>
              {strings.meeting.understood}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}

function Remedies({ state, commands, meeting }: MeetingProps) {
  const text = strings.connection;
  return (
    <>
      {state.own.camera && (
        <Button act="weak-camera-off" onClick={() => commands.toggle('camera')}>
          {text.cameraOff}
        </Button>
      )}
      {!meeting.soundOnly && (
        <Button act="weak-sound-only" onClick={() => commands.listenOnly(true)}>
          {text.soundOnly}
        </Button>
      )}
    </>
  );
}

/** In sight while it is so: nobody is to wonder where the pictures are. */
export function SoundOnlyBanner({ commands, meeting }: Omit<MeetingProps, 'state'>) {
  const text = strings.connection;
  return (
    <div role="status" data-sound-only={meeting.soundOnly || undefined}>
      {meeting.soundOnly && (
        <div class="meeting-banner">
          <Icon name="sound" />
          <p>{text.soundOnlyOn}</p>
          <span class="banner-buttons">
            <Button act="show-pictures" onClick={() => commands.listenOnly(false)}>
              {text.showPictures}
            </Button>
          </span>
        </div>
      )}
    </div>
  );
}

export function ConnectionPanel({ state, commands, meeting }: MeetingProps) {
  const text = strings.connection;
  const { facts, weakness } = meeting.network;
  const weak = weakness !== 'none';
  return (
    <Panel name="connection" title={text.title} onClose={() => commands.showPanel(null)}>
      <div class={cls('summary', weak ? 'tone-fair' : facts === null ? 'tone-unknown' : 'tone-good')} data-connection={weakness}>
        <Icon name={weak ? 'weak' : facts === null ? 'question' : 'check'} />
        <p>{facts === null ? text.states.unknown : text.states[weakness]}</p>
      </div>
      {weak && <p>{text.help}</p>}
      {weak && state.own.camera && (
        <Button act="panel-camera-off" icon="camera_off" onClick={() => commands.toggle('camera')}>
          {text.cameraOff}
        </Button>
      )}
      <label class="check">
        <input type="checkbox" data-switch="sound-only" checked={meeting.soundOnly}
          onChange={(event) => commands.listenOnly(event.currentTarget.checked)} />
        <span>
          {text.soundOnly}
          <span class="hint">{text.soundOnlyHint}</span>
        </span>
      </label>
      {facts !== null && (
        <section class="panel-section">
          <h3>{text.figures}</h3>
          <Figures facts={facts} />
        </section>
      )}
    </Panel>
  );
}

/** They change all the time: a screen reader reads them when it comes to them. */
function Figures({ facts }: { readonly facts: NetworkFacts }) {
  const text = strings.connection;
  const lines = {
    up: rateText(facts.upBps),
    down: rateText(facts.downBps),
    delay: facts.delayMs === null ? text.notKnown : text.milliseconds(whole(facts.delayMs)),
    lossUp: lossText(facts.lossUp),
    lossDown: lossText(facts.lossDown),
    way: facts.way === null ? text.notKnown : text.ways[facts.way],
  };
  return (
    <dl class="evidence">
      {(Object.keys(lines) as (keyof typeof lines)[]).map((name) => (
        <div key={name} class="fact" data-figure={name}>
          <dt>{text[name]}</dt>
          <dd>
            <p class="fact-value">{lines[name]}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const whole = (value: number): string => Math.round(value).toLocaleString(locale);

function rateText(bps: number): string {
  const { kilobits, megabits } = strings.connection;
  if (bps < 1_000_000) return kilobits(whole(bps / 1000));
  return megabits((bps / 1_000_000).toLocaleString(locale, { maximumFractionDigits: 1 }));
}

function lossText(loss: number | null): string {
  const { notKnown, percent } = strings.connection;
  return loss === null ? notKnown : percent((loss * 100).toLocaleString(locale, { maximumFractionDigits: 1 }));
}
