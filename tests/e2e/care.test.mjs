/* SPDX-License-Identifier: GPL-3.0-or-later */
// The profile for a bank or a clinic (care = high) in real browsers: guests show who they are and wait, everybody is asked
// before each call, no moderator lowers anything, and the whole screen is not shown (A9, A10, B9).
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeAuthority } from '../lib/authority.mjs';
import { codeIn, openMailbox } from '../lib/mailbox.mjs';
import {
  admit,
  enterLobby,
  hostMeeting,
  openPage,
  press,
  screenOf,
  securityOf,
  seesNames,
  waitForScreen,
} from '../lib/meeting.mjs';
import { fill, onScreen, pressOn, seesWords } from '../lib/pages.mjs';
import { pickScreen, sendsScreen, shareAt, useMadeUpScreen } from '../lib/share.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const EMAIL = 'vera@elsewhere.example';

async function clinic(stage) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-care-'));
  stage.owns({ stop: () => rm(folder, { recursive: true, force: true }) });
  const mailbox = stage.owns(await openMailbox(folder, await makeAuthority(folder)));
  return { mailbox, server: await stage.server({ args: [...mailbox.args, '--care', 'high'] }) };
}

/**
 * With special care nobody is in a call without post-quantum keys. True if this browser has them; else it is seen to be
 * refused in the clinic, in words, and there is nothing more to try with it.
 */
async function isGoodEnough(stage, browser, clinicServer) {
  const probe = await hostMeeting(browser, await stage.server(), 'Petra Probe', { media: false });
  const group = await until('the key exchange', async () => {
    const { value } = (await securityOf(probe)).group ?? {};
    return /X25519|256/.test(value) ? value : null;
  });
  await press(probe, 'leave');
  if (/MLKEM/.test(group)) return true;
  console.log(`# this ${browser.kind} offers no post-quantum key exchange for media`);
  const page = await openPage(browser);
  await page.goto(await clinicServer.hostLink());
  await enterLobby(page, 'Dr. Hanna Host', { media: false });
  await seesWords(page, 'This meeting needs a newer browser');
  return false;
}

/** What a browser remembers of somebody who has agreed once and for all. */
const agreedOnce = (page) =>
  page.evaluateOnNewDocument(() => {
    const agreed = [{ key: 'once', name: '', mic: true, camera: true, at: 1790000000000 }];
    localStorage.setItem('testudo-consent', JSON.stringify({ owner: '', ask: 'once', agreed }));
  });

/** Whether the page takes what was agreed to before for an answer. */
async function isRemembered(page) {
  await page.waitForSelector('[data-act="agree-both"]', { timeout: 20_000 });
  return (await page.$('[data-consent-before]')) !== null;
}

async function verify(page, mailbox) {
  await pressOn(page, 'verify');
  await fill(page, 'email', EMAIL);
  await pressOn(page, 'next');
  await fill(page, 'code', codeIn(await mailbox.mailTo(EMAIL, ({ text }) => text.startsWith('Your code'))));
  await pressOn(page, 'confirm-code');
}

async function showsCare(person) {
  await press(person, 'security');
  await person.page.waitForSelector('[data-evidence="care"][data-verdict="good"]', { timeout: 20_000 });
  await press(person, 'close-panel');
}

/** The rule's mark follows the server's word, so what is answered is waited for: the other rule, sent after it, has changed. */
async function triesToOpenTheDoor(host) {
  await press(host, 'people');
  const isOn = (act) => host.page.$eval(`[data-act="${act}"]`, (box) => box.checked);
  await host.page.waitForSelector('[data-act="rule-waiting"]', { timeout: 20_000 });
  const before = await isOn('rule-unmute');
  assert.equal(await isOn('rule-waiting'), true);
  await press(host, 'rule-waiting');
  await press(host, 'rule-unmute');
  await until('the server’s answer', async () => (await isOn('rule-unmute')) !== before);
  assert.equal(await isOn('rule-waiting'), true, 'the waiting room stays on');
  await press(host, 'close-panel');
}

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: with special care one verifies, waits, is asked each time, and no moderator opens the door`, async (stage) => {
    const { server, mailbox } = await clinic(stage);
    const browser = await stage.browser(kind);
    if (!(await isGoodEnough(stage, browser, server))) return;
    const host = await hostMeeting(browser, server, 'Dr. Hanna Host', { media: false });
    await showsCare(host);

    const page = await openPage(await stage.browser(kind));
    const guest = { page, name: 'Vera Visitor' };
    await agreedOnce(page);
    await page.goto(host.address);
    await onScreen(page, 'door verify_email_first');
    assert.equal(await page.$('#name'), null, 'nobody comes in unknown');
    await verify(page, mailbox);
    await onScreen(page, 'lobby');
    await page.waitForSelector('[data-care="high"]', { timeout: 20_000 });
    assert.equal(await isRemembered(page), false, 'asked, although it was agreed to before');
    await seesWords(page, 'asks before each call');
    assert.equal(await page.$('[data-ask]'), null, 'and there is no choice to be asked less');
    await enterLobby(page, guest.name, { media: false });
    await waitForScreen(page, 'waiting');

    await triesToOpenTheDoor(host);
    assert.equal(await screenOf(page), 'waiting');
    await admit(host, guest);
    await waitForScreen(page, 'meeting');
    await seesNames(host, [host.name, guest.name]);
    await showsCare(guest);
  });

staged('what a browser remembers is an answer on a server without special care', async (stage) => {
  const server = await stage.server();
  const page = await openPage(await stage.browser('chromium'));
  await agreedOnce(page);
  await page.goto(await server.hostLink());
  await waitForScreen(page, 'lobby');
  assert.equal(await isRemembered(page), true);
});

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: with special care the whole screen is neither offered nor taken; a window is`, async (stage) => {
    const { server } = await clinic(stage);
    const browser = await stage.browser(kind);
    if (!(await isGoodEnough(stage, browser, server))) return;
    const prepared = {
      ...browser,
      newPage: async () => {
        const page = await browser.newPage();
        await useMadeUpScreen(page, { colour: [200, 40, 40], hz: 440, surface: 'monitor' });
        return page;
      },
    };
    const host = await hostMeeting(prepared, server, 'Dr. Hanna Host', { media: false });
    await press(host, 'share');
    await shareAt(host, 'choosing');
    const offered = await host.page.$$eval('[name="share-surface"]', (all) => all.map(({ value }) => value));
    assert.deepEqual(offered.includes('whole'), false);
    assert.ok(offered.includes('window'));
    await host.page.$eval('[name="share-surface"][value="window"]', (input) => input.click());
    await press(host, 'share-pick');
    await host.page.waitForSelector('[data-problem="whole_forbidden"]', { timeout: 20_000 });
    const states = await host.page.evaluate(() => window.madeUpScreens.tracks.map(({ readyState }) => readyState));
    assert.deepEqual(states, ['ended'], 'what was picked has ended');
    assert.equal(await sendsScreen(host), false);
    await press(host, 'share-cancel');

    await host.page.evaluate(() => window.madeUpScreens.change('window'));
    await pickScreen(host, { surface: 'window' });
    await press(host, 'share-live');
    await shareAt(host, 'live');
  });
