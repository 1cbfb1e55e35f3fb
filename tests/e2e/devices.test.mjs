/* SPDX-License-Identifier: GPL-3.0-or-later */
// Devices during a meeting: chosen, plugged in, pulled out and back again, treated, held down to talk. The machine's own
// devices can't be pulled out by a test: the page gets made-up ones, and everything behind them is real.
import assert from 'node:assert/strict';
import { comeIn, crowdedMeeting } from '../lib/crowd.mjs';
import { click, press, seesTile } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** Before the page's own script: a built-in microphone, loudspeaker and camera, and window.testDesk to change that. */
const deskOfDevices = (page) =>
  page.evaluateOnNewDocument(() => {
    const info = (kind, deviceId, label, groupId) => ({ kind, deviceId, label, groupId });
    const own = [
      info('audioinput', 'mic-1', 'Built-in microphone', 'built-in'),
      info('audiooutput', 'speaker-1', 'Built-in speakers', 'built-in'),
      info('videoinput', 'camera-1', 'Built-in camera', 'built-in'),
    ];
    const headset = [
      info('audioinput', 'mic-2', 'Headset', 'usb'),
      info('audiooutput', 'speaker-2', 'Headset', 'usb'),
    ];
    const desk = { asked: [], sinks: [], live: [], present: [...own], applied: [] };
    const { mediaDevices } = navigator;
    const named = (wanted) => wanted?.deviceId?.exact ?? wanted?.deviceId?.ideal;
    function trackOf(kind, track, wanted) {
      const first = desk.present.find((device) => device.kind === kind);
      const device = desk.present.find((other) => other.kind === kind && other.deviceId === named(wanted)) ?? first;
      const settings = { deviceId: device.deviceId, ...wanted };
      track.getSettings = () => ({ ...settings, deviceId: device.deviceId });
      track.getCapabilities = () => ({ deviceId: device.deviceId, backgroundBlur: [false, true] });
      track.applyConstraints = async (constraints) => {
        desk.applied.push(constraints);
        Object.assign(settings, constraints);
      };
      desk.live.push({ id: device.deviceId, track });
      return track;
    }
    function sound() {
      const context = new AudioContext();
      const out = new MediaStreamAudioDestinationNode(context);
      const tone = new OscillatorNode(context, { frequency: 440 });
      tone.connect(new GainNode(context, { gain: 0.2 })).connect(out);
      tone.start();
      return out.stream.getTracks()[0];
    }
    const picture = () => {
      const canvas = document.createElement('canvas');
      canvas.getContext('2d').fillRect(0, 0, 10, 10);
      return canvas.captureStream(5).getTracks()[0];
    };
    mediaDevices.getUserMedia = async ({ audio, video }) => {
      desk.asked.push({ audio, video });
      const missing = [audio, video].some((wanted) => {
        const id = wanted?.deviceId?.exact;
        return id !== undefined && !desk.present.some(({ deviceId }) => deviceId === id);
      });
      if (missing) throw new DOMException('not there', 'OverconstrainedError');
      return new MediaStream([
        ...(audio ? [trackOf('audioinput', sound(), audio)] : []),
        ...(video ? [trackOf('videoinput', picture(), video)] : []),
      ]);
    };
    mediaDevices.enumerateDevices = async () => [...desk.present];
    // This machine has no such loudspeakers.
    HTMLMediaElement.prototype.setSinkId = async function setSinkId(id) {
      desk.sinks.push(id);
    };
    desk.plug = () => {
      desk.present = [...own, ...headset];
      mediaDevices.dispatchEvent(new Event('devicechange'));
    };
    desk.pull = (ids) => {
      desk.present = desk.present.filter(({ deviceId }) => !ids.includes(deviceId));
      for (const { id, track } of desk.live.filter((open) => ids.includes(open.id) && open.track.readyState === 'live')) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
        void id;
      }
      mediaDevices.dispatchEvent(new Event('devicechange'));
    };
    window.testDesk = desk;
  });

const desk = ({ page }, what, ...given) => page.evaluate((name, args) => window.testDesk[name](...args), what, given);

/** The id of the device whose sound is sent now, and whether it sounds: "mic-1 on". */
const sends = ({ page }) =>
  page.evaluate(() => {
    const [connection] = window.testudoTest.connections();
    const track = connection.getSenders().find(({ track: sent }) => sent?.kind === 'audio')?.track;
    const known = window.testDesk.live.find((open) => open.track === track);
    return known === undefined ? 'nothing' : `${known.id} ${track.enabled && track.readyState === 'live' ? 'on' : 'off'}`;
  });

const sendsFrom = (person, wanted) =>
  until(`sound from ${wanted}`, async () => {
    const now = await sends(person);
    if (now === wanted) return true;
    throw new Error(`it comes from ${now}`);
  });

const told = ({ page }, words) =>
  until(`"${words}"`, () => page.evaluate((text) => document.querySelector('.notices').textContent.includes(text), words));

const choose = ({ page }, device, value) =>
  page.$eval(
    `select[data-device="${device}"]`,
    (select, chosen) => {
      select.value = chosen;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    },
    value,
  );

const switchPreference = ({ page }, name) => click(page, `[data-preference="${name}"]`);

async function settings(person) {
  if ((await person.page.$('[data-panel="settings"]')) === null) await press(person, 'settings');
  await person.page.waitForSelector('[data-panel="settings"]');
}

const closePanel = (person) => press(person, 'close-panel');

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: a headset is plugged in, used, pulled out and back again; the conversation goes on`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const { address, meeting } = await crowdedMeeting(stage, server, 1);
    const petra = await comeIn(browser, address, 'Petra Plug', { prepare: deskOfDevices });
    const { page } = petra;
    await until('a connection', () => page.evaluate(() => window.testudoTest.connections().length === 1));
    await sendsFrom(petra, 'mic-1 on');

    // Told, and used only if the person says so.
    await desk(petra, 'plug');
    await page.waitForSelector('[data-offered="Headset"] [data-act="leave-device"]');
    await press(petra, 'leave-device');
    await until('the offer gone', async () => (await page.$('[data-act="leave-device"]')) === null);
    await sendsFrom(petra, 'mic-1 on');
    await desk(petra, 'pull', ['mic-2', 'speaker-2']);
    await desk(petra, 'plug');
    await page.waitForSelector('[data-act="use-device"]');
    await press(petra, 'use-device');
    await sendsFrom(petra, 'mic-2 on');
    assert.equal(await page.evaluate(() => window.testDesk.sinks.at(-1)), 'speaker-2', 'one hears through it, too');

    // Pulled out: the built-in one takes its place, and the others hear on. Plugged in again: it is taken again.
    await desk(petra, 'pull', ['mic-2', 'speaker-2']);
    await sendsFrom(petra, 'mic-1 on');
    await told(petra, 'You speak through “Built-in microphone” now.');
    await desk(petra, 'plug');
    await sendsFrom(petra, 'mic-2 on');
    await told(petra, '“Headset” is back and in use again.');
    assert.equal(await page.$('[data-act="use-device"]'), null, 'what comes back is not asked about');

    // Muted stays muted, whatever takes its place.
    await page.keyboard.press('m');
    await sendsFrom(petra, 'mic-2 off');
    await desk(petra, 'pull', ['mic-2', 'speaker-2']);
    await sendsFrom(petra, 'mic-1 off');

    // A camera that goes away is not replaced by another one, and does not come back on by itself.
    await desk(petra, 'pull', ['camera-1']);
    await until('the camera off', () => page.$('[data-act="camera"][aria-label="Turn camera on"]'));
    await told(petra, 'the device was unplugged');
    await desk(petra, 'plug');
    await told(petra, 'It is off until you switch it on.');
    assert.ok(await page.$('[data-act="camera"][aria-label="Turn camera on"]'));
    assert.ok(meeting.people.length > 0);
  });

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: devices are chosen and treated during the meeting; Space held down speaks; keys can be off`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const { address, meeting } = await crowdedMeeting(stage, server, 1);
    const sam = await comeIn(browser, address, 'Sam Sound', { prepare: deskOfDevices });
    const { page } = sam;
    await until('a connection', () => page.evaluate(() => window.testudoTest.connections().length === 1));
    await desk(sam, 'plug');
    await settings(sam);

    await until('both microphones', () =>
      page.$eval('select[data-device="mic"]', ({ options }) => options.length === 2).catch(() => false));
    await choose(sam, 'mic', 'mic-2');
    await sendsFrom(sam, 'mic-2 on');
    await choose(sam, 'loudspeaker', 'speaker-2');
    await until('the loudspeaker', () => page.evaluate(() => window.testDesk.sinks.at(-1) === 'speaker-2'));
    await press(sam, 'test-sound');
    await until('the words about it', () =>
      page.$eval('[data-section="loudspeaker"] [role="status"]', (words) => words.textContent !== ''));
    const bar = () => page.$eval('.meter-bar', (element) => Number(/scaleX\((.+)\)/.exec(element.style.transform)?.[1]));
    await until('the meter to move', async () => (await bar()) > 0.1);

    // What is changed takes effect at once, and blurring where it is offered.
    await switchPreference(sam, 'noiseSuppression');
    await until('the treatment', () =>
      page.evaluate(() => window.testDesk.applied.some((of) => of.noiseSuppression === false && of.echoCancellation === true)));
    await switchPreference(sam, 'blur');
    await until('the blurring', () => page.evaluate(() => window.testDesk.applied.some((of) => of.backgroundBlur === true)));
    await sendsFrom(sam, 'mic-2 on');

    // Space held down speaks while one is muted, and no longer.
    await closePanel(sam);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('m');
    await sendsFrom(sam, 'mic-2 off');
    await page.keyboard.down(' ');
    await sendsFrom(sam, 'mic-2 on');
    await seesTile(sam, sam.name, { muted: false });
    await page.keyboard.up(' ');
    await sendsFrom(sam, 'mic-2 off');
    // Shorter than a device needs: it is off in the end all the same.
    await page.keyboard.press(' ');
    await sendsFrom(sam, 'mic-2 off');

    // As a mode: the button is held down, too, and a window that goes away lets go.
    await settings(sam);
    await switchPreference(sam, 'pushToTalk');
    await closePanel(sam);
    // The locator waits until the button stands still: closing the panel moves it.
    await page.locator('[data-act="mic"][aria-label="Hold down to speak"]').hover();
    await page.mouse.down();
    await sendsFrom(sam, 'mic-2 on');
    await page.mouse.up();
    await sendsFrom(sam, 'mic-2 off');
    await page.mouse.move(5, 5);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.down(' ');
    await sendsFrom(sam, 'mic-2 on');
    await page.evaluate(() => window.dispatchEvent(new Event('blur')));
    await sendsFrom(sam, 'mic-2 off');
    await page.keyboard.up(' ');

    // Switched off, single keys do nothing.
    await settings(sam);
    await switchPreference(sam, 'shortcuts');
    await closePanel(sam);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('?');
    await page.keyboard.press('v');
    await page.keyboard.press(' ');
    assert.equal(await page.$('[data-dialog="keys"]'), null);
    assert.ok(await page.$('[data-act="camera"][aria-label="Turn camera off"]'), 'the camera is on as before');
    assert.equal(await sends(sam), 'mic-2 off');

    // The next time this browser begins with what was chosen.
    const kept = await page.evaluate(() => JSON.parse(localStorage.getItem('testudo-preferences')));
    const { mic, loudspeaker, noiseSuppression, blur, pushToTalk, shortcuts } = kept;
    assert.deepEqual(
      { mic, loudspeaker, noiseSuppression, blur, pushToTalk, shortcuts },
      { mic: 'mic-2', loudspeaker: 'speaker-2', noiseSuppression: false, blur: true, pushToTalk: true, shortcuts: false },
    );
    assert.ok(meeting.people.length > 0);
  });
