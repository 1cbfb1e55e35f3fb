/* SPDX-License-Identifier: GPL-3.0-or-later */
// Loudspeaker, sound and picture in the settings, and the question about a device that was plugged in.
import { useEffect, useState } from 'preact/hooks';
import { canAskLoudspeaker, canChooseLoudspeaker } from '../media/loudspeaker';
import { canSend } from '../media/formats';
import { PICTURE_FORMATS } from '../state/preferences';
import { strings } from '../strings';
import { Button } from './basics';
import type { ViewProps } from './commands';
import { Preference } from './preference';

export function LoudspeakerChoice({ state, commands }: ViewProps) {
  const { speakers } = state.own;
  const { loudspeaker } = state.preferences;
  const text = strings.equipment;
  const listed = canChooseLoudspeaker() && speakers.length > 0;
  // Chromium lists what the system uses as a device of its own.
  const devices = speakers.filter(({ id }) => id !== 'default');
  const chosen = devices.some(({ id }) => id === loudspeaker) ? loudspeaker : null;
  return (
    <div class="device">
      {listed && (
        <select
          class="input"
          data-device="loudspeaker"
          aria-label={text.loudspeaker}
          value={chosen ?? ''}
          onChange={({ currentTarget: { value } }) => commands.chooseLoudspeaker(value === '' ? null : value)}
        >
          <option value="">{text.system}</option>
          {devices.map(({ id, label }, index) => (
            <option key={id} value={id}>
              {label === '' ? strings.devices.unnamed(text.loudspeaker, index + 1) : label}
            </option>
          ))}
        </select>
      )}
      {!canChooseLoudspeaker() && <p class="hint">{text.fixed}</p>}
      <div class="actions">
        {canAskLoudspeaker() && (
          <Button act="ask-loudspeaker" onClick={() => commands.askLoudspeaker()}>
            {text.ask}
          </Button>
        )}
        <TestSound commands={commands} />
      </div>
    </div>
  );
}

const TEST_MS = 1500;

function TestSound({ commands }: Pick<ViewProps, 'commands'>) {
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = window.setTimeout(() => setPlaying(false), TEST_MS);
    return () => window.clearTimeout(timer);
  }, [playing]);
  const play = () => {
    setPlaying(true);
    commands.testLoudspeaker();
  };
  return (
    <>
      <Button act="test-sound" icon="sound" disabled={playing} onClick={play}>
        {strings.equipment.test}
      </Button>
      <p class="hint" role="status">
        {playing ? strings.equipment.testing : ''}
      </p>
    </>
  );
}

export function SoundTreatment(view: ViewProps) {
  const text = strings.equipment;
  return (
    <>
      <Preference name="noiseSuppression" text={text.noiseSuppression} hint={text.noiseSuppressionHint} {...view} />
      <Preference name="echoCancellation" text={text.echoCancellation} hint={text.echoCancellationHint} {...view} />
      <Preference name="autoGainControl" text={text.autoGainControl} hint={text.autoGainControlHint} {...view} />
    </>
  );
}

function FormatChoice({ state, commands }: ViewProps) {
  const text = strings.equipment;
  const formats = PICTURE_FORMATS.filter(canSend);
  if (formats.length < 2) return null;
  const choose = (value: string) => commands.prefer({ format: formats.find((format) => format === value) ?? 'usual' });
  return (
    <label class="field">
      <span class="field-label">{text.format}</span>
      <select
        class="input"
        data-preference="format"
        value={state.preferences.format}
        onChange={({ currentTarget: { value } }) => choose(value)}
      >
        {formats.map((format) => (
          <option key={format} value={format}>
            {text.formats[format]}
          </option>
        ))}
      </select>
      <span class="hint">{text.formatHint}</span>
    </label>
  );
}

export function OwnPicture(view: ViewProps) {
  const { own } = view.state;
  const text = strings.equipment;
  return (
    <>
      {own.canBlur && <Preference name="blur" text={text.blur} hint={text.blurHint} {...view} />}
      {!own.canBlur && own.camera && <p class="hint">{text.noBlur}</p>}
      <Preference name="hideOwn" text={strings.layout.hideOwn} hint={strings.layout.hideOwnHint} {...view} />
      <FormatChoice {...view} />
    </>
  );
}
