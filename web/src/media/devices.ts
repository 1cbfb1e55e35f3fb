/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own microphone and camera. The browser is asked only for what the person has agreed to (A9); a camera that is off
// is really off, its light too; after stop() nothing is on (B6). Nothing opens without an act of the person (B9).
import type { Device, DeviceProblem, OwnMedia } from '../state/model';
import { NoGesture, openDevices, takeGesture, type Gesture } from './gesture';
import { LevelMeter } from './meter';

export type DeviceKind = 'mic' | 'camera';

export interface DeviceEvents {
  readonly onChange: (change: Partial<OwnMedia>) => void;
  /** The track to send from now on; null: none. */
  readonly onTrack: (kind: DeviceKind, track: MediaStreamTrack | null) => void;
  /** A device went away while it was in use. */
  readonly onLost: (kind: DeviceKind) => void;
}

type Chosen = Readonly<Record<DeviceKind, string | null>>;

const MIC: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30, max: 30 },
};

function constraintsFor(kinds: readonly DeviceKind[], chosen: Chosen): MediaStreamConstraints {
  const one = (kind: DeviceKind, base: MediaTrackConstraints) => {
    const id = chosen[kind];
    return kinds.includes(kind) && { ...base, ...(id === null ? {} : { deviceId: { exact: id } }) };
  };
  return { audio: one('mic', MIC), video: one('camera', CAMERA) };
}

// The names of getUserMedia's errors (W3C mediacapture-streams, section 10.2).
function problemOf(error: unknown): DeviceProblem {
  if (error instanceof NoGesture) return 'no_gesture';
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none_found';
  return name === 'NotReadableError' || name === 'AbortError' ? 'in_use' : 'unexpected';
}

const devicesOf = (all: readonly MediaDeviceInfo[], kind: MediaDeviceKind): Device[] =>
  all
    .filter((info) => info.kind === kind && info.deviceId !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));

export class OwnDevices {
  readonly meter = new LevelMeter();
  readonly #events: DeviceEvents;
  readonly #tracks: Record<DeviceKind, MediaStreamTrack | null> = { mic: null, camera: null };
  readonly #chosen: Record<DeviceKind, string | null> = { mic: null, camera: null };
  readonly #over = new AbortController();
  /** The act by which what is open was opened: another device may take its place without a further one. */
  #gesture: Gesture | null = null;
  // One request at a time: browsers answer two prompts at once badly.
  #queue: Promise<void> = Promise.resolve();

  constructor(events: DeviceEvents) {
    this.#events = events;
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#list(), { signal: this.#over.signal });
  }

  track(kind: DeviceKind): MediaStreamTrack | null {
    return this.#tracks[kind];
  }

  /** The person has read why, and agrees: opens what was agreed to, with one question of the browser. */
  agree(wanted: Readonly<Record<DeviceKind, boolean>>): Promise<void> {
    const kinds = (['mic', 'camera'] as const).filter((kind) => wanted[kind]);
    if (!this.#acted(kinds)) return Promise.resolve();
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
    this.#chosen[kind] = id;
    this.#events.onChange(kind === 'mic' ? { micId: id } : { cameraId: id });
    return this.#enqueue(async () => {
      const before = this.#tracks[kind];
      if (before === null) return;
      const { enabled } = before;
      this.#close(kind);
      await this.#openAll([kind], enabled);
    });
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
      const stream = await openDevices(this.#gesture, constraintsFor(kinds, this.#chosen));
      for (const track of stream.getTracks()) {
        if (this.#over.signal.aborted) track.stop();
        else this.#take(track.kind === 'audio' ? 'mic' : 'camera', track, enabled);
      }
    } catch (error) {
      // One that is missing or busy must not cost the other; who said no is not asked again.
      if (kinds.length > 1 && problemOf(error) !== 'denied')
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

  #take(kind: DeviceKind, track: MediaStreamTrack, enabled: boolean): void {
    this.#close(kind);
    this.#tracks[kind] = track;
    track.enabled = enabled;
    track.onended = () => {
      this.#close(kind);
      this.#events.onLost(kind);
    };
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

  /** Names of devices are known only once one of them may be used. */
  async #list(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    if (this.#over.signal.aborted) return;
    this.#events.onChange({ mics: devicesOf(all, 'audioinput'), cameras: devicesOf(all, 'videoinput') });
  }
}
