/* SPDX-License-Identifier: GPL-3.0-or-later */
// B9, a hacked site starts calls by itself: a script on the page, with the browser's permission granted for good, opens
// neither camera nor microphone nor screen without an act of the person, whatever it tries.
import assert from 'node:assert/strict';
import { openPage } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';

/** What the script tries, by itself, as soon as the page asks for consent. It tells the console how each went: whatever
 * puppeteer evaluates in a page counts as an act of the person there. */
function attackByItself() {
  const tries = {
    'the page’s own button': async () => {
      const button = document.querySelector('[data-act="agree-both"]');
      button.click();
      button.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
      button.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    },
    'the browser’s function': () => navigator.mediaDevices.getUserMedia({ audio: true, video: true }),
    'the screen': () => navigator.mediaDevices.getDisplayMedia({ video: true }),
    'the function of the class': () =>
      MediaDevices.prototype.getUserMedia.call(navigator.mediaDevices, { audio: true, video: true }),
    'the first function, brought back': () => {
      delete navigator.mediaDevices.getUserMedia;
      delete MediaDevices.prototype.getUserMedia;
      return navigator.mediaDevices.getUserMedia({ video: true });
    },
    'an activation that is made up': () => {
      Object.defineProperty(navigator, 'userActivation', { value: { isActive: true } });
      return navigator.mediaDevices.getUserMedia({ video: true });
    },
    'the older form': () =>
      new Promise((resolve, reject) => {
        const older = navigator.webkitGetUserMedia ?? navigator.mozGetUserMedia;
        if (older === undefined) throw new Error('this browser has none');
        older.call(navigator, { video: true }, resolve, reject);
        setTimeout(reject, 2000, new Error('no answer'));
      }),
    'the functions of a frame': () => {
      const frame = document.body.appendChild(document.createElement('iframe'));
      const { mediaDevices } = frame.contentWindow.navigator;
      return Promise.race([
        mediaDevices.getUserMedia({ video: true }),
        new Promise((_, reject) => setTimeout(reject, 2000, new Error('no answer'))),
      ]);
    },
    'a frame where nobody looks': () => {
      const shadow = document.body.appendChild(document.createElement('div')).attachShadow({ mode: 'closed' });
      const frame = shadow.appendChild(document.createElement('iframe'));
      return frame.contentWindow.navigator.mediaDevices.getUserMedia({ video: true });
    },
  };
  const observer = new MutationObserver(async () => {
    if (document.querySelector('[data-act="agree-both"]') === null || window.attacks !== undefined) return;
    observer.disconnect();
    window.attacks = [];
    for (const [name, attack] of Object.entries(tries)) {
      let live = 0;
      try {
        const stream = await attack();
        live = stream?.getTracks?.().filter((track) => track.readyState === 'live').length ?? 0;
      } catch {
        /* as it must be */
      }
      window.attacks.push({ name, live });
    }
    console.log(`attacks: ${JSON.stringify(window.attacks)}`);
  });
  observer.observe(document, { childList: true, subtree: true });
}

for (const kind of ['chromium', 'firefox']) {
  staged(`B9: ${kind}: no script opens a camera, a microphone or a screen by itself`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const page = await openPage(browser);
    await page.evaluateOnNewDocument(attackByItself);
    const done = new Promise((resolve, reject) => {
      page.on('console', (message) => {
        const [, told] = /^attacks: (.*)/.exec(message.text()) ?? [];
        if (told) resolve(told);
      });
      setTimeout(reject, 40_000, new Error('the attacks did not end')).unref();
    });
    await page.goto(await server.hostLink());
    const attacks = JSON.parse(await done);
    assert.equal(attacks.length, 9);
    for (const { name, live } of attacks) assert.equal(live, 0, name);
    const { asked, tracks } = await page.evaluate(() => ({
      asked: window.testudoTest.asked,
      tracks: window.testudoTest.tracks.length,
    }));
    assert.deepEqual({ asked, tracks }, { asked: [], tracks: 0 }, 'the browser was not even asked');
    assert.match(await page.evaluate(() => document.body.innerText), /without a click of yours/);
  });
}
