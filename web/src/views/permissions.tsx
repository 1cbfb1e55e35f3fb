/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the browser has granted or refused, and what to do in this very browser (A9, B6).
import { useEffect, useState } from 'preact/hooks';
import { loadUsed, snoozeUnused } from '../app/consent_store';
import { stepsFor } from '../care/browser';
import { thisBrowser } from '../care/here';
import type { OwnMedia } from '../state/model';
import { unusedSince } from '../state/unused';
import { strings } from '../strings';
import { Button } from './basics';
import { dayOf } from './consent';

/** null: this browser does not tell. */
export interface Granted {
  readonly mic: PermissionState | null;
  readonly camera: PermissionState | null;
}

async function ask(name: string): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({ name: name as PermissionName });
  } catch {
    return null;
  }
}

/** Follows what the browser says while the page shows it; null: not known yet. */
export function useGranted(): Granted | null {
  const [granted, setGranted] = useState<Granted | null>(null);
  useEffect(() => {
    const over = new AbortController();
    void Promise.all([ask('microphone'), ask('camera')]).then(([mic, camera]) => {
      const look = () => {
        if (!over.signal.aborted) setGranted({ mic: mic?.state ?? null, camera: camera?.state ?? null });
      };
      for (const status of [mic, camera]) status?.addEventListener('change', look, { signal: over.signal });
      look();
    });
    return () => over.abort();
  }, []);
  return granted;
}

const revokeSteps = (): string => strings.care.permission.steps.revoke[stepsFor(thisBrowser())];

/** How the permission is taken back in this browser. */
export function RevokeSteps() {
  return <span data-revoke={stepsFor(thisBrowser())}>{revokeSteps()}</span>;
}

const bySystemIn = ({ micProblem, cameraProblem }: OwnMedia): boolean =>
  micProblem === 'denied_by_system' || cameraProblem === 'denied_by_system';

export const isRefused = (own: OwnMedia): boolean =>
  bySystemIn(own) || own.micProblem === 'denied' || own.cameraProblem === 'denied';

/** The way out of a refusal: in the browser, and in the system under it. */
export function RefusedHelp({ own }: { readonly own: OwnMedia }) {
  if (!isRefused(own)) return null;
  const bySystem = bySystemIn(own);
  const { steps, system, policy } = strings.care.permission;
  const browser = thisBrowser();
  return (
    <ul class="refused-help" data-steps={stepsFor(browser)}>
      {!bySystem && <li>{steps.allow[stepsFor(browser)]}</li>}
      <li>{system[browser.system]}</li>
      <li>{policy}</li>
    </ul>
  );
}

/** After a call: what stays granted, and how it is taken back. */
export function StillGranted() {
  const granted = useGranted();
  const text = strings.care.granted;
  if (granted === null) return null;
  const mic = granted.mic === 'granted';
  const camera = granted.camera === 'granted';
  const unknown = granted.mic === null && granted.camera === null;
  const said = mic && camera ? text.both : mic ? text.mic : camera ? text.camera : unknown ? text.unknown : text.none;
  return (
    <section class="still-granted" aria-labelledby="still-granted" data-granted={unknown ? 'unknown' : String(mic || camera)}>
      <h2 id="still-granted">{text.title}</h2>
      <p>{said}</p>
      {(mic || camera || unknown) && (
        <p>
          {text.how} {revokeSteps()}
        </p>
      )}
    </section>
  );
}

/** Where a permission was not used for long: on the first page, and before a meeting. */
export function UnusedNotice() {
  const granted = useGranted();
  const [gone, setGone] = useState(false);
  const text = strings.care.unused;
  const since =
    granted === null || gone
      ? null
      : unusedSince(loadUsed(), { mic: granted.mic === 'granted', camera: granted.camera === 'granted' }, Date.now());
  if (since === null) return null;
  return (
    <section class="care-note" aria-labelledby="unused" data-care="unused">
      <h2 id="unused">{text.title}</h2>
      <p>{text.text(dayOf(since))}</p>
      <p>{revokeSteps()}</p>
      <p class="actions">
        <Button
          act="keep-permission"
          kind="quiet"
          onClick={() => {
            snoozeUnused();
            setGone(true);
          }}
        >
          {text.keep}
        </Button>
      </p>
    </section>
  );
}
