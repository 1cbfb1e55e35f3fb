/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnDevices } from '../src/media/devices';
import type { Listed } from '../src/media/plugged';
import type { OwnMedia } from '../src/state/model';
import { DEFAULTS } from '../src/state/preferences';
import { settle } from './fakes';

/** A track of a made-up device. */
class FakeTrack {
  readonly kind: string;
  readonly label = '';
  readonly applied: MediaTrackConstraints[] = [];
  readonly #id: string;
  #settings: Record<string, unknown> = {};
  enabled = true;
  readyState = 'live';
  onended: (() => void) | null = null;
  /** Whether the device takes what it is asked for while it is open. */
  obeys = true;

  constructor(kind: string, id: string) {
    this.kind = kind;
    this.#id = id;
  }
  stop(): void {
    this.readyState = 'ended';
  }
  getSettings(): Record<string, unknown> {
    return { ...this.#settings, deviceId: this.#id };
  }
  getCapabilities(): Record<string, unknown> {
    return { backgroundBlur: [false, true] };
  }
  async applyConstraints(wanted: MediaTrackConstraints): Promise<void> {
    this.applied.push(wanted);
    this.#settings = this.obeys ? { ...this.#settings, ...wanted } : { ...this.#settings, noiseSuppression: true };
  }
}

class FakeStream {
  readonly tracks: readonly FakeTrack[];
  constructor(tracks: readonly FakeTrack[]) {
    this.tracks = tracks;
  }
  getTracks(): readonly FakeTrack[] {
    return this.tracks;
  }
}

const info = (kind: MediaDeviceKind, deviceId: string, label: string): Listed => ({ kind, deviceId, label, groupId: label });
const BUILT_IN = [info('audioinput', 'm1', 'Built-in'), info('videoinput', 'c1', 'Camera')];
const HEADSET = info('audioinput', 'm2', 'Headset');

/** A browser with these devices; `open` has every track that it gave. */
function browser() {
  const open: FakeTrack[] = [];
  const asked: MediaStreamConstraints[] = [];
  const world = { listed: [...BUILT_IN] as Listed[], changed: () => undefined as void, acted: true };
  const give = (kind: MediaDeviceKind, wanted: MediaTrackConstraints): FakeTrack => {
    const device = wanted.deviceId as { exact?: string; ideal?: string } | undefined;
    const id = device?.exact ?? device?.ideal;
    const all = world.listed.filter((listed) => listed.kind === kind);
    const found = all.find(({ deviceId }) => deviceId === id) ?? (device?.exact === undefined ? all[0] : undefined);
    if (found === undefined) throw new DOMException('none', 'NotFoundError');
    const track = new FakeTrack(kind === 'audioinput' ? 'audio' : 'video', found.deviceId);
    open.push(track);
    return track;
  };
  const mediaDevices = {
    addEventListener: (_type: string, listener: () => void) => {
      world.changed = listener;
    },
    enumerateDevices: async () => [...world.listed],
    getUserMedia: async (constraints: MediaStreamConstraints) => {
      asked.push(constraints);
      return new FakeStream([
        ...(constraints.audio ? [give('audioinput', constraints.audio as MediaTrackConstraints)] : []),
        ...(constraints.video ? [give('videoinput', constraints.video as MediaTrackConstraints)] : []),
      ]);
    },
  };
  const userActivation = {
    get isActive() {
      return world.acted;
    },
  };
  Object.defineProperty(globalThis, 'navigator', { value: { mediaDevices, userActivation }, configurable: true });
  Object.assign(globalThis, {
    MediaStream: FakeStream,
    AudioContext: class {
      resume = async () => undefined;
      close = async () => undefined;
      createMediaStreamSource = () => ({ connect: () => undefined, disconnect: () => undefined });
    },
    AnalyserNode: class {},
  });
  return { world, open, asked };
}

async function talking() {
  const { world, open, asked } = browser();
  const heard: string[] = [];
  let own: Partial<OwnMedia> = {};
  const devices = new OwnDevices(
    {
      onChange: (change) => {
        own = { ...own, ...change };
      },
      onTrack: () => undefined,
      onLost: (kind, label, instead) => heard.push(`lost ${kind} ${label} ${instead}`),
      onReturned: (label, inUse) => heard.push(`back ${label} ${inUse}`),
    },
    DEFAULTS,
  );
  await devices.agree({ mic: true, camera: true });
  const plug = async (...listed: Listed[]) => {
    world.listed = listed;
    world.changed();
    await settle();
  };
  const gone = async (kind: 'mic' | 'camera') => {
    (devices.track(kind) as unknown as FakeTrack).onended?.();
    await settle();
  };
  const using = (kind: 'mic' | 'camera') => devices.track(kind)?.getSettings().deviceId ?? null;
  return { devices, world, open, asked, heard, plug, gone, using, own: () => own };
}

test('a headset is offered, and used only when the person says so', async () => {
  const { devices, plug, using, own } = await talking();
  await plug(...BUILT_IN, HEADSET);
  assert.equal(own().offered?.label, 'Headset');
  assert.equal(using('mic'), 'm1');
  devices.answerOffer(false);
  assert.equal(own().offered, null);
  await plug(...BUILT_IN);
  await plug(...BUILT_IN, HEADSET);
  assert.equal(devices.answerOffer(true)?.mic, 'm2');
  await settle();
  assert.equal(using('mic'), 'm2');
  devices.stop();
});

test('an offer ends when the device goes away before it was answered', async () => {
  const { devices, plug, own } = await talking();
  await plug(...BUILT_IN, HEADSET);
  await plug(...BUILT_IN);
  assert.equal(own().offered, null);
  assert.equal(devices.answerOffer(true), null);
  devices.stop();
});

test('another microphone takes the place of one that went away, as loud or silent as it was, and gives it back', async () => {
  for (const muted of [false, true]) {
    const { devices, plug, gone, using, heard, own, world } = await talking();
    await plug(...BUILT_IN, HEADSET);
    await devices.choose('mic', 'm2');
    if (muted) await devices.setMic(false);
    world.listed = [...BUILT_IN];
    await gone('mic');
    assert.equal(using('mic'), 'm1');
    assert.equal(devices.track('mic')?.enabled, !muted);
    assert.equal(own().mic, !muted);
    await plug(...BUILT_IN, HEADSET);
    assert.equal(using('mic'), 'm2');
    assert.equal(devices.track('mic')?.enabled, !muted);
    assert.deepEqual(heard, ['lost mic Headset Built-in', 'back Headset true']);
    assert.equal(own().offered ?? null, null, 'what comes back is not offered');
    devices.stop();
  }
});

test('no other camera is switched on by itself, and one that comes back stays off', async () => {
  const { devices, plug, gone, using, heard, own, world } = await talking();
  world.listed = [BUILT_IN[0]!, info('videoinput', 'c2', 'Second camera')];
  await gone('camera');
  assert.equal(using('camera'), null);
  assert.equal(own().camera, false);
  await plug(...BUILT_IN);
  assert.equal(using('camera'), null);
  assert.deepEqual(heard, ['lost camera Camera null', 'back Camera false']);
  await devices.setCamera(true);
  assert.equal(using('camera'), 'c1');
  devices.stop();
});

test('a treatment changes on the open device, or opens it anew where it can’t', async () => {
  const { devices, open, asked } = await talking();
  const [mic, camera] = open;
  await devices.treat({ ...DEFAULTS, noiseSuppression: false, blur: true });
  assert.equal(mic!.applied.at(-1)?.noiseSuppression, false);
  assert.equal((camera!.applied.at(-1) as Record<string, unknown>)['backgroundBlur'], true);
  assert.equal(open.length, 2);
  mic!.obeys = false;
  await devices.treat({ ...DEFAULTS, noiseSuppression: false, echoCancellation: false });
  assert.equal(mic!.readyState, 'ended');
  assert.deepEqual((asked.at(-1)?.audio as MediaTrackConstraints).echoCancellation, false);
  devices.stop();
});

test('a press and its end close together leave the microphone off', async () => {
  const { devices, own } = await talking();
  await devices.setMic(false);
  const [on, off] = [devices.setMic(true), devices.setMic(false)];
  await Promise.all([on, off]);
  assert.equal(own().mic, false);
  assert.equal(devices.track('mic')?.enabled, false);
  devices.stop();
});

test('after the end nothing is on, whatever is plugged in', async () => {
  const { devices, plug, open, heard } = await talking();
  devices.stop();
  await plug(...BUILT_IN, HEADSET);
  assert.ok(open.every(({ readyState }) => readyState === 'ended'));
  assert.deepEqual(heard, []);
});
