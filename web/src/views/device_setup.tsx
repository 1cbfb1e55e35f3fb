/* SPDX-License-Identifier: GPL-3.0-or-later */
// Microphone and camera: the explanation before the browser asks, then the choice of devices and the meter.
import { useEffect, useRef } from 'preact/hooks';
import { meterFraction } from '../media/loudness';
import type { DeviceKind } from '../media/devices';
import type { Device, OwnMedia } from '../state/model';
import { strings } from '../strings';
import { Button } from './basics';
import { AskChoice, dayOf, rememberedIn, WhoSees } from './consent';
import { isRefused, RefusedHelp, RevokeSteps } from './permissions';
import type { ViewProps } from './commands';

interface Needs {
  readonly mic: boolean;
  readonly camera: boolean;
}

/** What was not agreed to yet, or could not be opened. */
export function needsOf(own: OwnMedia): Needs {
  return {
    mic: !own.micAgreed || own.micProblem !== null,
    camera: !own.cameraAgreed || own.cameraProblem !== null,
  };
}

export function PermissionRequest({ state, commands }: ViewProps) {
  const { own } = state;
  const { mic, camera } = needsOf(own);
  const text = strings.permission;
  if (own.asking)
    return (
      <p class="permission-asking" role="status">
        {text.asking}
      </p>
    );
  const before = rememberedIn(state, { mic, camera });
  return (
    <div class="permission">
      <WhoSees state={state} />
      {before !== null ? (
        <p data-consent-before={before.at}>{strings.care.consent.before(dayOf(before.at))}</p>
      ) : (
        <>
          <p>{mic && camera ? text.leads.both : mic ? text.leads.mic : text.leads.camera}</p>
          <ul class="permission-reasons">
            {mic && <li>{text.mic}</li>}
            {camera && <li>{text.camera}</li>}
          </ul>
          {!isRefused(own) && (
            <p>
              {text.revoke} <RevokeSteps />
            </p>
          )}
        </>
      )}
      <DeviceProblems own={own} />
      <div class="actions">
        {mic && camera && (
          <Button kind="primary" act="agree-both" onClick={() => commands.agree(true, true)}>
            {text.both}
          </Button>
        )}
        {mic && (
          <Button kind={camera ? 'quiet' : 'plain'} act="agree-mic" onClick={() => commands.agree(true, false)}>
            {camera ? text.micOnly : text.useMic}
          </Button>
        )}
        {camera && (
          <Button kind={mic ? 'quiet' : 'plain'} act="agree-camera" onClick={() => commands.agree(false, true)}>
            {mic ? text.cameraOnly : text.useCamera}
          </Button>
        )}
      </div>
      <AskChoice state={state} commands={commands} />
    </div>
  );
}

export function DeviceProblems({ own }: { readonly own: OwnMedia }) {
  const { problems } = strings.permission;
  return (
    <div role="alert">
      {own.micProblem !== null && <p class="problem">{problems.mic[own.micProblem]}</p>}
      {own.cameraProblem !== null && <p class="problem">{problems.camera[own.cameraProblem]}</p>}
      <RefusedHelp own={own} />
    </div>
  );
}

interface ChoiceProps {
  readonly kind: DeviceKind;
  readonly devices: readonly Device[];
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
}

function DeviceChoice({ kind, devices, chosen, onChoose }: ChoiceProps) {
  const label = strings.devices[kind];
  if (devices.length === 0) return null;
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select
        class="input"
        data-device={kind}
        value={chosen ?? ''}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {devices.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label === '' ? strings.devices.unnamed(label, index + 1) : device.label}
          </option>
        ))}
      </select>
    </label>
  );
}

export function DeviceChoices({ state, commands }: ViewProps) {
  const { own } = state;
  return (
    <div class="devices">
      {own.micAgreed && own.micProblem === null && (
        <div class="device">
          <DeviceChoice
            kind="mic"
            devices={own.mics}
            chosen={own.micId}
            onChoose={(id) => commands.choose('mic', id)}
          />
          <Meter on={own.mic} level={() => commands.level()} />
        </div>
      )}
      {own.cameraAgreed && own.cameraProblem === null && (
        <div class="device">
          <DeviceChoice
            kind="camera"
            devices={own.cameras}
            chosen={own.cameraId}
            onChoose={(id) => commands.choose('camera', id)}
          />
        </div>
      )}
    </div>
  );
}

/** The bar moves with the voice. It is for the eye; screen readers get the hint. */
function Meter({ on, level }: { readonly on: boolean; readonly level: () => number }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let frame = 0;
    let shown = 0;
    const draw = () => {
      const now = on ? meterFraction(level()) : 0;
      shown = Math.max(now, shown * 0.88);
      bar.current?.style.setProperty('transform', `scaleX(${shown.toFixed(3)})`);
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [on]);
  return (
    <div class="meter-line">
      <div class="meter" role="img" aria-label={strings.devices.level}>
        <div ref={bar} class="meter-bar" />
      </div>
      <p class="hint">{on ? strings.devices.levelHint : strings.devices.levelMuted}</p>
    </div>
  );
}
