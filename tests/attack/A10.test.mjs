/* SPDX-License-Identifier: GPL-3.0-or-later */
// A10, screen sharing shows too much: nothing shares a screen, shows more of it or goes on after a pause but an act of the
// person; nothing is sent from the preview; a script that opens a window during a share gets none and freezes it; a surface
// that becomes another one freezes it, too; the whole screen is asked about twice, also when it was picked by mistake.
import assert from 'node:assert/strict';
import { hostMeeting, join, openPage, press } from '../lib/meeting.mjs';
import {
  pickScreen,
  seesNoScreen,
  seesScreenColour,
  seesScreenPaused,
  sendsScreen,
  shareAt,
  useMadeUpScreen,
} from '../lib/share.mjs';
import { staged } from '../lib/stage.mjs';

const SCREEN = { colour: [200, 40, 40], hz: 1100 };
/** Whatever puppeteer evaluates counts as an act of the person for this long in Chromium; in Firefox it can be set. */
const FIREFOX = { prefs: { 'dom.user_activation.transient.timeout': 500 } };

/** A script on the page, told by window.attack what to try. It tries as soon as the person's last act is long past, and
 * tells the console how it went: asking the page by puppeteer would be an act again. */
function lurk() {
  const act = (name) => document.querySelector(`[data-act="${name}"]`);
  const share = () => {
    const { share: at = 'off', frozen = null } = document.querySelector('[data-share]')?.dataset ?? {};
    return { at, frozen };
  };
  const soon = () => new Promise((resolve) => setTimeout(resolve, 200));
  const key = () => window.dispatchEvent(new KeyboardEvent('keydown', { key: 's', bubbles: true }));
  const attacks = {
    async begin() {
      act('share').click();
      await soon();
      const form = document.querySelector('.share-dialog form');
      act('share-pick').click();
      form.requestSubmit();
      await soon();
      await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => null);
      const problem = document.querySelector('[data-problem]')?.dataset.problem ?? null;
      const reached = share();
      act('share-cancel').click();
      await soon();
      key();
      return { ...reached, problem, asked: window.madeUpScreens.asked.length };
    },
    async live() {
      act('share-live').click();
      await soon();
      return share();
    },
    async window() {
      const open = (...given) => {
        try {
          return window.open(...given);
        } catch {
          return null; // Firefox says no like this
        }
      };
      const got = [open('about:blank', '_blank', 'popup'), open('https://bank.example/')];
      await soon();
      const link = document.body.appendChild(document.createElement('a'));
      link.href = '/';
      link.target = '_blank';
      link.click();
      const form = document.body.appendChild(document.createElement('form'));
      form.action = '/';
      form.target = 'elsewhere';
      form.requestSubmit();
      await soon();
      act('share-go-on')?.click();
      await soon();
      return { ...share(), windows: got.filter((opened) => opened !== null).length };
    },
  };
  const timer = setInterval(async () => {
    const { attack } = window;
    if (attack === undefined || navigator.userActivation.isActive) return;
    window.attack = undefined;
    console.log(`lurk: ${JSON.stringify(await attacks[attack]())}`);
  }, 100);
  void timer;
}

/** Has the script try it, and gives what came of it. */
async function attacked(person, what) {
  const told = new Promise((resolve, reject) => {
    const timer = setTimeout(reject, 30_000, new Error(`no end of the attack "${what}"`));
    const hear = (message) => {
      const [, json] = /^lurk: (.*)/.exec(message.text()) ?? [];
      if (json === undefined) return;
      clearTimeout(timer);
      person.page.off('console', hear);
      resolve(JSON.parse(json));
    };
    person.page.on('console', hear);
  });
  await person.page.evaluate((attack) => {
    window.attack = attack;
  }, what);
  return told;
}

async function meet(stage, kind, surface) {
  const server = await stage.server();
  const host = await hostMeeting(await stage.browser('chromium'), server, 'Hanna Host', { media: false });
  const browser = await stage.browser(kind, FIREFOX);
  const guest = await join(
    {
      newPage: async () => {
        const page = await browser.newPage();
        await useMadeUpScreen(page, { ...SCREEN, surface });
        await page.evaluateOnNewDocument(lurk);
        return page;
      },
    },
    host,
    'Gustav Guest',
    { media: false },
  );
  return { browser, host, guest };
}

// What each kind of browser lets one pick, and tells of it.
for (const [kind, wanted, surface] of [
  ['chromium', 'tab', 'browser'],
  ['firefox', 'window', null],
]) {
  staged(`A10: ${kind}: no script shares a screen, and one that opens a window freezes the share`, async (stage) => {
    const { browser, host, guest } = await meet(stage, kind, surface);
    const begun = await attacked(guest, 'begin');
    assert.deepEqual(begun, { at: 'choosing', frozen: null, problem: 'no_gesture', asked: 0 });

    await shareAt(guest, 'choosing'); // the key of the script got that far again
    await press(guest, 'share-cancel');
    await shareAt(guest, null);
    await pickScreen(guest, { surface: wanted });
    assert.equal((await attacked(guest, 'live')).at, 'preview');
    assert.equal(await sendsScreen(guest), false, 'nothing is on a sender in the preview');
    await seesNoScreen(host, guest.name);
    await press(guest, 'share-live');
    await seesScreenColour(host, guest.name, SCREEN.colour);

    const pages = (await browser.browser.pages()).length;
    assert.deepEqual(await attacked(guest, 'window'), { at: 'live', frozen: 'window', windows: 0 });
    assert.equal((await browser.browser.pages()).length, pages, 'no window and no tab was opened');
    assert.equal(await sendsScreen(guest), false, 'nothing is on a sender while it is frozen');
    await seesScreenPaused(host, guest.name);
    await press(guest, 'share-go-on');
    await seesScreenColour(host, guest.name, SCREEN.colour);

    // What is shown becomes the whole screen: frozen at once, and asked about before it goes on.
    await guest.page.evaluate(() => window.madeUpScreens.change('monitor'));
    await shareAt(guest, 'live', { frozen: 'surface' });
    await seesScreenPaused(host, guest.name);
    await press(guest, 'share-go-on');
    await shareAt(guest, 'preview', { doubt: 'whole_instead' });
    assert.equal(await guest.page.$('[data-act="share-live"]'), null, 'it can’t go live before that is answered');
    await seesNoScreen(host, guest.name);

    // Something smaller is chosen, and the whole screen picked: the same question.
    await press(guest, 'share-cancel');
    await shareAt(guest, null);
    await pickScreen(guest, { surface: wanted });
    await shareAt(guest, 'preview', { doubt: 'whole_instead' });
    await press(guest, 'share-accept');
    await shareAt(guest, 'preview', { doubt: null });
    assert.equal(await sendsScreen(guest), false);
    await press(guest, 'share-live');
    await shareAt(guest, 'live', { picked: 'whole' });
    await press(guest, 'share-stop');
    await seesNoScreen(host, guest.name);

    // The whole screen, chosen: a question of ours before the browser's.
    await press(guest, 'share');
    await shareAt(guest, 'choosing');
    await guest.page.$eval('[name="share-surface"][value="whole"]', (input) => input.click());
    const asked = () => guest.page.evaluate(() => window.madeUpScreens.asked.length);
    const before = await asked();
    await press(guest, 'share-pick');
    await shareAt(guest, 'sure');
    assert.equal(await asked(), before, 'the browser is not asked before the second yes');
    await press(guest, 'share-whole');
    await shareAt(guest, 'preview', { doubt: null });
  });
}

staged('A10: chromium: a real tab is looked at, shown, and its capture ends with the share', async (stage) => {
  const server = await stage.server();
  const browser = await stage.browser('chromium');
  const page = await openPage(browser);
  await page.evaluateOnNewDocument(() => {
    window.madeUpScreens = { tracks: [] };
    const native = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getDisplayMedia = async (options) => {
      const stream = await native(options);
      window.madeUpScreens.tracks.push(...stream.getTracks());
      return stream;
    };
  });
  const host = await hostMeeting({ newPage: async () => page }, server, 'Hanna Host', { media: false });
  await pickScreen(host, { surface: 'tab', sound: true });
  await shareAt(host, 'preview');
  assert.equal(await sendsScreen(host), false);
  await press(host, 'share-live');
  await shareAt(host, 'live', { picked: 'tab', frozen: null });
  assert.equal(await sendsScreen(host), true);
  await press(host, 'share-stop');
  const tracks = await page.evaluate(() => window.madeUpScreens.tracks.map(({ kind, readyState }) => `${kind} ${readyState}`));
  assert.deepEqual(tracks.sort(), ['audio ended', 'video ended']);
});
