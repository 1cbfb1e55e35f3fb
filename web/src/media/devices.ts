/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own microphone and camera. The browser is asked only for what the person has agreed to (A9); a camera that is off
// is really off, its light too; after stop() nothing is on (B6). Nothing opens without an act of the person (B9).
import type { DeviceProblem, OfferedDevice, OwnMedia } from '../state/model';
import type { Preferences } from '../state/preferences';
import { NoGesture, openDevices, takeGesture, type Gesture } from './gesture';
import { LevelMeter } from './meter';
import { devicesOf, labelOf, pluggedIn, stillThere, type Listed } from './plugged';

export type DeviceKind = 'mic' | 'camera';

export interface DeviceEvents {
  readonly onChange: (change: Partial<OwnMedia>) => void;
  /** The track to send from now on; null: none. */
  readonly onTrack: (kind: DeviceKind, track: MediaStreamTrack | null) => void;
  /** A device went away while it was in use. `label`: its name, `instead`: of the one that took its place. */
  readonly onLost: (kind: DeviceKind, label: string | null, instead: string | null) => void;
  /** The device that went away is back: in use again, or off until it is switched on. */
  readonly onReturned: (label: string, inUse: boolean) => void;
}

/** How the browser treats the sound of the microphone, and the picture of the camera. */
export type Treatment = Pick<Preferences, 'noiseSuppression' | 'echoCancellation' | 'autoGainControl' | 'blur'>;

interface Choice {
  readonly id: string;
  /** Chosen just now, and not only remembered from another day: no other device may stand in for it. */
  readonly exact: boolean;
}

type Chosen = Readonly<Record<DeviceKind, Choice | null>>;

/** `backgroundBlur` (W3C mediacapture-extensions) is offered by Chromium where the system can do it. */
interface Blurring {
  readonly backgroundBlur?: boolean;
}
interface BlurCapability {
  readonly backgroundBlur?: readonly boolean[];
}

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};

function treatmentOfMic({ noiseSuppression, echoCancellation, autoGainControl }: Treatment): MediaTrackConstraints {
  return { noiseSuppression, echoCancellation, autoGainControl };
}

function constraintsFor(kinds: readonly DeviceKind[], chosen: Chosen, treatment: Treatment): MediaStreamConstraints {
  const one = (kind: DeviceKind, base: MediaTrackConstraints) => {
    const choice = chosen[kind];
    const device = choice === null ? {} : { deviceId: { [choice.exact ? 'exact' : 'ideal']: choice.id } };
    return kinds.includes(kind) && { ...base, ...device };
  };
  return { audio: one('mic', treatmentOfMic(treatment)), video: one('camera', CAMERA) };
}

function blurringOf(track: MediaStreamTrack): readonly boolean[] {
  const capabilities = (track.getCapabilities?.() ?? {}) as BlurCapability;
  return capabilities.backgroundBlur ?? [];
}

// The names of getUserMedia's errors (W3C mediacapture-streams, section 10.2).
function problemOf(error: unknown): DeviceProblem {
  if (error instanceof NoGesture) return 'no_gesture';
  const name = error instanceof DOMException ? error.name : '';
  // The browser would, but the system under it does not let it.
  if (name === 'NotAllowedError' && /system/i.test(String((error as DOMException).message))) return 'denied_by_system';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none_found';
  return name === 'NotReadableError' || name === 'AbortError' ? 'in_use' : 'unexpected';
}

const REFUSALS: readonly DeviceProblem[] = ['denied', 'no_gesture'];

export class OwnDevices {
  readonly meter = new LevelMeter();
  readonly #events: DeviceEvents;
  readonly #tracks: Record<DeviceKind, MediaStreamTrack | null> = { mic: null, camera: null };
  readonly #chosen: Record<DeviceKind, Choice | null>;
  /** The device that went away while it was in use: it is taken again when it comes back. */
  readonly #lost: Record<DeviceKind, string | null> = { mic: null, camera: null };
  #treatment: Treatment;
  #offered: OfferedDevice | null = null;
  #listed: readonly Listed[] = [];
  readonly #over = new AbortController();
  /** The act by which what is open was opened: another device may take its place without a further one. */
  #gesture: Gesture | null = null;
  // One request at a time: browsers answer two prompts at once badly.
  #queue: Promise<void> = Promise.resolve();

  constructor(events: DeviceEvents, preferences: Treatment & Pick<Preferences, 'mic' | 'camera'>) {
    const { mic, camera } = preferences;
    const remembered = (id: string | null): Choice | null => (id === null ? null : { id, exact: false });
    this.#events = events;
    this.#treatment = preferences;
    this.#chosen = { mic: remembered(mic), camera: remembered(camera) };
    const { signal } = this.#over;
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#enqueue(() => this.#changed()), { signal });
  }

  /** The name of a device that is or was listed. */
  labelOf(id: string | null): string | null {
    return labelOf(this.#listed, id);
  }

  track(kind: DeviceKind): MediaStreamTrack | null {
    return this.#tracks[kind];
  }

  /** The person has read why, and agrees: opens what was agreed to, with one question of the browser. */
  agree(wanted: Readonly<Record<DeviceKind, boolean>>, act: Gesture | null = null): Promise<void> {
    const kinds = (['mic', 'camera'] as const).filter((kind) => wanted[kind]);
    if (act !== null) this.#gesture = act;
    else if (!this.#acted(kinds)) return Promise.resolve();
    if (wanted.mic) this.meter.prepare();
    this.#events.onChange({
      asking: true,
      ...(wanted.mic ? { micAgreed: true, micProblem: null } : {}),
      ...(wanted.camera ? { cameraAgreed: true, cameraProblem: null } : {}),
    });
    return this.#enqueue(async () => {
      await this.#openAll(kinds);
      await this.#list();
      this.#events.onChange({ asking: false });
    });
  }

  /** Muting keeps the microphone open but silent, so that the first word after it isn't lost. */
  setMic(on: boolean): Promise<void> {
    if (on && this.#tracks.mic === null && !this.#acted(['mic'])) return Promise.resolve();
    return this.#enqueue(async () => {
      const track = this.#tracks.mic;
      if (track === null) return on ? this.#openAll(['mic']) : undefined;
      track.enabled = on;
      this.#events.onChange({ mic: on });
    });
  }

  setCamera(on: boolean): Promise<void> {
    if (on && this.#tracks.camera === null && !this.#acted(['camera'])) return Promise.resolve();
    return this.#enqueue(async () => {
      if (!on) this.#close('camera');
      else if (this.#tracks.camera === null) await this.#openAll(['camera']);
    });
  }

  choose(kind: DeviceKind, id: string): Promise<void> {
    this.#chosen[kind] = { id, exact: true };
    this.#lost[kind] = null;
    // Chosen in the list: the question about it is answered.
    if (this.#offered?.[kind] === id) this.#offer(null);
    this.#events.onChange(kind === 'mic' ? { micId: id } : { cameraId: id });
    return this.#enqueue(() => this.#reopen(kind));
  }

  /** Changes how the browser treats sound and picture, of what is open at once. */
  treat(treatment: Treatment): Promise<void> {
    this.#treatment = treatment;
    return this.#enqueue(async () => {
      const { mic, camera } = this.#tracks;
      if (mic !== null && !(await applied(mic, treatmentOfMic(treatment)))) await this.#reopen('mic');
      if (camera !== null) await this.#blur(camera);
    });
  }

  /** What was plugged in is used, or left. Gives what it was. */
  answerOffer(use: boolean): OfferedDevice | null {
    const offered = this.#offered;
    this.#offer(null);
    if (offered === null || !use) return null;
    if (offered.mic !== null) void this.choose('mic', offered.mic);
    if (offered.camera !== null) void this.choose('camera', offered.camera);
    return offered;
  }

  /** Both devices are closed, not only silent: whoever only watches uses none. They can be opened again. */
  release(): Promise<void> {
    return this.#enqueue(async () => {
      this.#close('mic');
      this.#close('camera');
    });
  }

  /** Everything off, for good. */
  stop(): void {
    this.#over.abort();
    this.#close('mic');
    this.#close('camera');
    this.meter.stop();
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(task).catch((error: unknown) => console.error('devices:', error));
    return this.#queue;
  }

  /** Whether the person has just acted; if not, it is said, and nothing opens. */
  #acted(kinds: readonly DeviceKind[]): boolean {
    try {
      this.#gesture = takeGesture();
      return true;
    } catch (error) {
      for (const kind of kinds) this.#fail(kind, problemOf(error));
      return false;
    }
  }

  async #openAll(kinds: readonly DeviceKind[], enabled: boolean = true): Promise<void> {
    if (this.#over.signal.aborted || kinds.length === 0) return;
    try {
      if (this.#gesture === null) throw new NoGesture();
      const stream = await openDevices(this.#gesture, constraintsFor(kinds, this.#chosen, this.#treatment));
      for (const track of stream.getTracks()) {
        if (this.#over.signal.aborted) track.stop();
        else await this.#take(track.kind === 'audio' ? 'mic' : 'camera', track, enabled);
      }
    } catch (error) {
      // One that is missing or busy must not cost the other; who said no is not asked again.
      if (kinds.length > 1 && !REFUSALS.includes(problemOf(error)))
        for (const kind of kinds) await this.#openAll([kind], enabled);
      else for (const kind of kinds) this.#fail(kind, problemOf(error));
    }
  }

  #fail(kind: DeviceKind, problem: DeviceProblem): void {
    if (problem === 'none_found') this.#chosen[kind] = null;
    this.#events.onChange(
      kind === 'mic' ? { mic: false, micProblem: problem } : { camera: false, cameraProblem: problem },
    );
  }

  async #take(kind: DeviceKind, track: MediaStreamTrack, enabled: boolean): Promise<void> {
    this.#close(kind);
    this.#tracks[kind] = track;
    track.enabled = enabled;
    track.onended = () => void this.#enqueue(() => this.#gone(kind, track));
    // Before anybody sees the picture.
    if (kind === 'camera') await this.#blur(track);
    if (this.#tracks[kind] !== track) return;
    const id = track.getSettings().deviceId ?? null;
    if (kind === 'mic') {
      this.meter.listen(track);
      this.#events.onChange({ mic: enabled, micProblem: null, micId: id });
    } else {
      this.#events.onChange({ camera: true, cameraProblem: null, cameraId: id, picture: new MediaStream([track]) });
    }
    this.#events.onTrack(kind, track);
  }

  #close(kind: DeviceKind): void {
    const track = this.#tracks[kind];
    if (track === null) return;
    track.onended = null;
    track.stop();
    this.#tracks[kind] = null;
    this.#events.onTrack(kind, null);
    this.#events.onChange(kind === 'mic' ? { mic: false } : { camera: false, picture: null });
  }

  async #reopen(kind: DeviceKind): Promise<void> {
    const before = this.#tracks[kind];
    if (before === null) return;
    const { enabled } = before;
    this.#close(kind);
    await this.#openAll([kind], enabled);
  }

  async #blur(track: MediaStreamTrack): Promise<void> {
    const offered = blurringOf(track);
    const { blur } = this.#treatment;
    this.#events.onChange({ canBlur: offered.includes(true) });
    if (!offered.includes(blur)) return;
    await track.applyConstraints({ ...CAMERA, backgroundBlur: blur } as MediaTrackConstraints & Blurring).catch(
      (error: unknown) => console.error('blur:', error),
    );
  }

  /** The device in use went away. Another microphone takes its place, so that the conversation goes on. Another camera
   * does not: it may look at what nobody meant to show. */
  async #gone(kind: DeviceKind, track: MediaStreamTrack): Promise<void> {
    if (this.#tracks[kind] !== track) return;
    const { enabled } = track;
    const id = track.getSettings().deviceId ?? null;
    const label = this.#nameOf(track);
    this.#close(kind);
    this.#chosen[kind] = null;
    this.#lost[kind] = id;
    await this.#list();
    const others = this.#listed.some((info) => info.kind === 'audioinput' && info.deviceId !== id);
    if (kind === 'mic' && others) await this.#openAll(['mic'], enabled);
    const instead = this.#tracks[kind];
    this.#events.onLost(kind, label, instead === null ? null : this.#nameOf(instead));
  }

  /** As the lists call it; a track's own label is the same in most browsers, and the only one when it is gone. */
  #nameOf(track: MediaStreamTrack): string {
    return this.labelOf(track.getSettings().deviceId ?? null) ?? track.label;
  }

  /** Something was plugged in or pulled out. */
  async #changed(): Promise<void> {
    const before = this.#listed;
    await this.#list();
    if (this.#over.signal.aborted) return;
    if (this.#offered !== null && !stillThere(this.#offered, this.#listed)) this.#offer(null);
    const back = [await this.#takeBack('mic'), await this.#takeBack('camera')].filter((id) => id !== null);
    const offered = pluggedIn(before, this.#listed);
    const usesSome = this.#tracks.mic !== null || this.#tracks.camera !== null;
    if (offered === null || !usesSome) return;
    if (![offered.mic, offered.camera].some((id) => id !== null && back.includes(id))) this.#offer(offered);
  }

  #offer(offered: OfferedDevice | null): void {
    this.#offered = offered;
    this.#events.onChange({ offered });
  }

  /** Who pulled a headset out and puts it in again means to go on with it. What went off by that does not go on by itself. */
  async #takeBack(kind: DeviceKind): Promise<string | null> {
    const id = this.#lost[kind];
    const label = this.labelOf(id);
    if (id === null || label === null) return null;
    this.#lost[kind] = null;
    this.#chosen[kind] = { id, exact: false };
    const inUse = this.#tracks[kind] !== null;
    if (inUse) await this.#reopen(kind);
    this.#events.onReturned(label, inUse);
    return id;
  }

  /** Names of devices are known only once one of them may be used. */
  async #list(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    if (this.#over.signal.aborted) return;
    this.#listed = all;
    this.#events.onChange({
      mics: devicesOf(all, 'audioinput'),
      cameras: devicesOf(all, 'videoinput'),
      speakers: devicesOf(all, 'audiooutput'),
    });
  }
}

/** Whether the track does now what was asked: some browsers can't change it while the device is open. */
async function applied(track: MediaStreamTrack, wanted: MediaTrackConstraints): Promise<boolean> {
  try {
    await track.applyConstraints(wanted);
  } catch {
    return false;
  }
  const settings = track.getSettings() as Record<string, unknown>;
  return Object.entries(wanted).every(([name, value]) => settings[name] === undefined || settings[name] === value);
}
