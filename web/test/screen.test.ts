/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own screen: nothing is sent before the person has looked, nothing while it is frozen, and every step that shows more
// needs an act (A10).
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { doubtAbout, isAnotherSurface, maybeWhole, pickedOf, surfacesAllowed, type Share } from '../src/state/share';
import { settle } from './fakes';

class FakeTrack {
  readyState = 'live';
  contentHint = '';
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  readonly #listeners = new Map<string, () => void>();
  constructor(
    readonly kind: 'audio' | 'video',
    public settings: Record<string, unknown> = {},
  ) {}
  getSettings = () => this.settings;
  addEventListener = (type: string, listener: () => void) => void this.#listeners.set(type, listener);
  fire = (type: string) => this.#listeners.get(type)?.();
  applyConstraints = () => Promise.reject(new Error('this source has no other rate'));
  stop = () => {
    this.readyState = 'ended';
  };
}

const fakeStream = (...tracks: FakeTrack[]) => ({
  getTracks: () => tracks,
  getVideoTracks: () => tracks.filter(({ kind }) => kind === 'video'),
  getAudioTracks: () => tracks.filter(({ kind }) => kind === 'audio'),
});

const activation = { isActive: true };
const browser = {
  asked: [] as Record<string, unknown>[],
  answer: async (): Promise<unknown> => fakeStream(),
};
const ticks: (() => void)[] = [];
const openedByScript: string[] = [];
const listeners = new Map<string, (event: object) => void>();
Object.assign(globalThis, {
  MediaStream: class {},
  CaptureController: class {
    setFocusBehavior = () => undefined;
  },
  window: {
    screen: { width: 1920, height: 1080 },
    devicePixelRatio: 1,
    setInterval: (run: () => void) => ticks.push(run),
    clearInterval: () => undefined,
    open: (url: string) => openedByScript.push(url),
    addEventListener: (type: string, listener: (event: object) => void) => void listeners.set(type, listener),
  },
});
Object.defineProperty(globalThis, 'navigator', {
  configurable: true,
  value: {
    userActivation: activation,
    mediaDevices: {
      getSupportedConstraints: () => ({}),
      getDisplayMedia: (options: Record<string, unknown>) => {
        browser.asked.push(options);
        return browser.answer();
      },
    },
  },
});
const { OwnScreen } = await import('../src/media/screen');
const { watchOpenedWindows } = await import('../src/media/opened');
watchOpenedWindows();

let screen: InstanceType<typeof OwnScreen>;
let states: Share[];
let sent: (string | null)[];
let wholeAllowed: boolean;
let picture: FakeTrack;
let sound: FakeTrack;

beforeEach(() => {
  activation.isActive = true;
  browser.asked = [];
  states = [];
  sent = [];
  wholeAllowed = true;
  picture = new FakeTrack('video', { displaySurface: 'browser', deviceId: 'tab-1', width: 1280, height: 720 });
  sound = new FakeTrack('audio');
  browser.answer = async () => fakeStream(picture, sound);
  screen = new OwnScreen({
    mayShowWhole: () => wholeAllowed,
    onChange: (share) => states.push(share),
    onSent: () => sent.push([screen.track('screen'), screen.track('screen_sound')].map((t) => (t ? 1 : 0)).join('')),
    onEnded: () => sent.push('ended'),
  });
});

const at = () => screen.share.at;
const frozen = () => (screen.share.at === 'live' ? screen.share.frozen : 'not live');
const doubt = () => (screen.share.at === 'preview' ? screen.share.doubt : 'no preview');

async function preview(wanted: 'tab' | 'window' = 'tab'): Promise<void> {
  screen.open();
  screen.choose(wanted, true);
  await settle();
  assert.equal(at(), 'preview');
}

async function live(): Promise<void> {
  await preview();
  screen.goLive();
  assert.deepEqual([at(), frozen(), sent.pop()], ['live', null, '11']);
}

test('a tab: our question, the browser’s, a look, and only then is anything sent', async () => {
  await preview();
  assert.deepEqual([screen.track('screen'), screen.track('screen_sound'), sent], [null, null, []]);
  screen.goLive();
  assert.deepEqual(sent, ['11']);
  assert.equal(picture.contentHint, 'detail');
  screen.stop();
  assert.deepEqual([at(), sent, picture.readyState, sound.readyState], ['off', ['11', '00'], 'ended', 'ended']);
});

test('the browser is asked for what was chosen, and not for this page', async () => {
  await preview('window');
  const [options] = browser.asked;
  assert.deepEqual(options?.['video'], { displaySurface: 'window', frameRate: { ideal: 15, max: 30 } });
  assert.equal(options?.['selfBrowserSurface'], 'exclude');
  assert.equal(options?.['surfaceSwitching'], 'exclude');
  assert.equal(options?.['monitorTypeSurfaces'], 'exclude');
  assert.equal(options?.['systemAudio'], 'exclude');
});

test('the whole screen is asked about twice, and without its sound where that would be an echo', async () => {
  picture.settings = { displaySurface: 'monitor' };
  screen.confirmWhole();
  screen.open();
  screen.choose('whole', true);
  assert.deepEqual([at(), browser.asked.length], ['sure', 0]);
  screen.confirmWhole();
  await settle();
  assert.deepEqual([at(), doubt(), browser.asked.length], ['preview', null, 1]);
  assert.equal(browser.asked[0]?.['audio'], false);
});

test('who chose a tab and picked the whole screen is asked again before it can go live', async () => {
  picture.settings = { displaySurface: 'monitor' };
  await preview();
  assert.equal(doubt(), 'whole_instead');
  screen.goLive();
  assert.deepEqual([at(), sent], ['preview', []]);
  screen.acceptDoubt();
  assert.deepEqual([at(), sent], ['preview', []]);
  screen.goLive();
  assert.equal(at(), 'live');
});

const FORBIDDEN: Share = { at: 'choosing', problem: 'whole_forbidden' };

test('with high care the whole screen is not offered, and neither asked for nor shown', async () => {
  assert.deepEqual(surfacesAllowed(['tab', 'window', 'whole'], true), ['tab', 'window']);
  assert.deepEqual(surfacesAllowed(['window', 'whole'], false), ['window', 'whole']);
  wholeAllowed = false;
  screen.open();
  screen.choose('whole', true);
  assert.deepEqual([screen.share, browser.asked.length], [FORBIDDEN, 0]);
  screen.confirmWhole();
  assert.equal(browser.asked.length, 0);
  picture.settings = { displaySurface: 'monitor' };
  screen.choose('tab', true);
  await settle();
  assert.deepEqual([screen.share, sent, picture.readyState, sound.readyState], [FORBIDDEN, [], 'ended', 'ended']);
});

test('with high care a browser that doesn’t tell is believed when the picture is smaller than the screen', async () => {
  wholeAllowed = false;
  picture.settings = { width: 1920, height: 1080 };
  screen.open();
  screen.choose('window', false);
  await settle();
  assert.deepEqual([screen.share, picture.readyState], [FORBIDDEN, 'ended']);
  picture = new FakeTrack('video', { width: 1200, height: 800 });
  screen.choose('window', false);
  await settle();
  assert.equal(at(), 'preview');
  assert.equal(maybeWhole({ displaySurface: 'window', width: 1920, height: 1080 }, { width: 1920, height: 1080 }, 1), false);
});

test('with high care a tab that becomes the whole screen is frozen, and ends instead of going on', async () => {
  wholeAllowed = false;
  await live();
  picture.settings = { ...picture.settings, displaySurface: 'monitor' };
  ticks.at(-1)?.();
  assert.deepEqual([frozen(), sent.pop()], ['surface', '00']);
  screen.goOn();
  assert.deepEqual([screen.share, sent.pop(), picture.readyState], [FORBIDDEN, '00', 'ended']);
});

test('“pick something else” ends what was picked', async () => {
  await preview();
  screen.chooseAgain();
  assert.deepEqual([at(), picture.readyState, sound.readyState], ['choosing', 'ended', 'ended']);
});

test('without an act of the person the browser is not asked, nothing goes live and nothing goes on', async () => {
  activation.isActive = false;
  screen.open();
  screen.choose('tab', true);
  assert.deepEqual(screen.share, { at: 'choosing', problem: 'no_gesture' });
  assert.equal(browser.asked.length, 0);
  activation.isActive = true;
  screen.choose('tab', true);
  await settle();
  activation.isActive = false;
  screen.goLive();
  assert.deepEqual([at(), sent], ['preview', []]);
  activation.isActive = true;
  screen.goLive();
  screen.pause();
  activation.isActive = false;
  screen.goOn();
  assert.equal(frozen(), 'person');
});

test('a “no” to the browser, and an answer that comes after “cancel”', async () => {
  browser.answer = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  screen.open();
  screen.choose('tab', false);
  await settle();
  assert.deepEqual(screen.share, { at: 'choosing', problem: 'denied' });
  let answer: (value: unknown) => void = () => undefined;
  browser.answer = () => new Promise((resolve) => (answer = resolve));
  screen.choose('tab', false);
  screen.stop();
  answer(fakeStream(picture, sound));
  await settle();
  assert.deepEqual([at(), picture.readyState, sound.readyState], ['off', 'ended', 'ended']);
});

test('paused nothing is sent, and it goes on by the person alone', async () => {
  await live();
  screen.pause();
  assert.deepEqual([frozen(), sent.pop()], ['person', '00']);
  assert.equal(picture.readyState, 'live');
  screen.goOn();
  assert.deepEqual([frozen(), sent.pop()], [null, '11']);
});

test('a film is smooth, everything else sharp; a pause changes nothing of it, another surface does', async () => {
  await live();
  assert.equal(picture.contentHint, 'detail');
  screen.setMoving(true);
  assert.deepEqual([picture.contentHint, at(), sent.pop()], ['motion', 'live', '11']);
  screen.pause();
  screen.goOn();
  assert.deepEqual([picture.contentHint, screen.share.at === 'live' && screen.share.moving], ['motion', true]);
  screen.setMoving(false);
  assert.equal(picture.contentHint, 'detail');
  screen.setMoving(true);
  screen.pause();
  picture.settings = { displaySurface: 'monitor', width: 1920, height: 1080 };
  screen.goOn();
  assert.deepEqual([at(), picture.contentHint], ['preview', 'detail']);
});

test('it freezes when a script opens a window, or a link with a target takes the focus', async () => {
  await live();
  window.open('https://bank.example');
  assert.deepEqual([frozen(), sent.pop()], ['window', '00']);
  screen.goOn();
  Object.assign(globalThis, { Element: class {} });
  const link = new Element();
  Object.assign(link, { closest: () => ({ getAttribute: (name: string) => (name === 'target' ? '_blank' : null) }) });
  listeners.get('click')?.({ target: link });
  assert.equal(frozen(), null);
  listeners.get('blur')?.({});
  assert.equal(frozen(), 'window');
});

test('it freezes when the surface is another one, or gives no picture', async () => {
  await live();
  picture.settings = { ...picture.settings, deviceId: 'tab-2' };
  ticks.at(-1)?.();
  assert.deepEqual([frozen(), sent.pop()], ['surface', '00']);
  screen.goOn();
  picture.settings = { ...picture.settings, displaySurface: 'monitor' };
  picture.fire('configurationchange');
  assert.equal(frozen(), 'surface');
  screen.goOn(); // the whole screen, out of a tab: that is asked about, and off for the others until then
  assert.deepEqual([doubt(), sent.pop()], ['whole_instead', '00']);
  screen.acceptDoubt();
  screen.goLive();
  picture.onmute?.();
  assert.equal(frozen(), 'picture');
});

test('the browser’s own “stop” ends it everywhere', async () => {
  await live();
  picture.onended?.();
  assert.deepEqual([at(), sent, sound.readyState], ['off', ['00', 'ended'], 'ended']);
});

test('what was picked, and what speaks against it', () => {
  const full = { width: 1920, height: 1080 };
  assert.equal(pickedOf({ displaySurface: 'browser' }), 'tab');
  assert.equal(pickedOf({}), 'unknown');
  assert.equal(doubtAbout('window', full, full, 1), 'looks_whole');
  assert.equal(doubtAbout('window', { width: 3840, height: 2160 }, full, 2), 'looks_whole');
  assert.equal(doubtAbout('window', { width: 1900, height: 1000 }, full, 1), null);
  assert.equal(doubtAbout('whole', { ...full, displaySurface: 'monitor' }, full, 1), null);
  assert.equal(doubtAbout('tab', { ...full, displaySurface: 'browser' }, full, 1), null);
});

test('a window that is made larger is the same window; an unknown surface of another size may be another', () => {
  const size = { width: 800, height: 600 };
  const larger = { width: 1600, height: 600 };
  assert.equal(isAnotherSurface({ displaySurface: 'window', ...size }, { displaySurface: 'window', ...larger }), false);
  assert.equal(isAnotherSurface({ displaySurface: 'monitor', ...size }, { displaySurface: 'monitor', ...larger }), true);
  assert.equal(isAnotherSurface(size, larger), true);
  assert.equal(isAnotherSurface(size, size), false);
  assert.equal(isAnotherSurface({ displaySurface: 'browser' }, { displaySurface: 'window' }), true);
});
