/* SPDX-License-Identifier: GPL-3.0-or-later */
// B3: script in what people type. A corpus of payloads goes into every field that there is: titles, names, references,
// addresses, tables of tickets and their file names, User-Agents, names in a meeting, chat, labels of devices, the contact
// form. Then it is looked at in real Chromium and Firefox, as an administrator, as a host and as a guest: all of it is text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { signIn } from '../lib/accounts.mjs';
import { openBrowser } from '../lib/browsers.mjs';
import { hostMeeting, knock, waitForScreen } from '../lib/meeting.mjs';
import * as pages from '../lib/pages.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { lookOver, NOTHING, PAYLOADS, watchForScripts } from '../lib/xss.mjs';

const ADMIN = 'admin@school.example';
const browsers = {};
const admins = {};
let server, rest, room, seen;

before(async () => {
  server = await startServer();
  browsers.chromium = await openBrowser('chromium');
  browsers.firefox = await openBrowser('firefox');
  admins.chromium = await pages.becomeAdministrator(browsers.chromium, server, { email: ADMIN });
  admins.firefox = await browsers.firefox.newPage();
  await pages.signInOn(admins.firefox, server, ADMIN);
  rest = new Browser(server.origin);
  await signIn(rest, ADMIN);
});
after(async () => {
  for (const browser of Object.values(browsers)) await browser.close();
  await server?.stop();
});

/** Tries a text in a field: 201 or a refusal with a code, never anything else. Whether the server took it. */
async function plant(method, path, body) {
  const { status, json } = await rest.request(method, path, { body });
  assert.ok(status < 300 || (status < 500 && typeof json.code === 'string'), `${status} for ${JSON.stringify(body)}`);
  return status < 300 ? (json ?? {}) : null;
}

test('every field takes a text as text, or refuses it with a reason', async () => {
  const taken = { room: 0, series: 0, person: 0, webhook: 0, key: 0, reference: 0 };
  for (const [index, text] of PAYLOADS.entries()) {
    const made = await plant('POST', '/api/v1/rooms', { title: text, kind: 'ticket' });
    room ??= made?.id;
    taken.room += made !== null;
    taken.series += (await plant('POST', '/api/v1/series', { title: text })) !== null;
    taken.person += (await plant('POST', '/api/v1/people', { email: `x${index}@example.org`, name: text })) !== null;
    await plant('POST', '/api/v1/people', { email: text, name: 'X' });
    taken.webhook += (await plant('POST', '/api/v1/webhooks', { name: text })) !== null;
    taken.key += (await plant('POST', '/api/v1/keys', { name: text, scopes: ['attendance'] })) !== null;
    const ticket = { email: `y${index}@example.org`, reference: text };
    taken.reference += (await plant('POST', `/api/v1/rooms/${room}/tickets`, ticket)) !== null;
  }
  for (const [field, count] of Object.entries(taken)) assert.ok(count >= PAYLOADS.length / 2, `${field}: ${count} taken`);
  await signIn(new Browser(server.origin, { userAgent: PAYLOADS.join(' ') }), ADMIN);
});

async function views() {
  const { people } = await rest.ask('GET', '/api/v1/people?search=x0%40example.org');
  const admin = ['', '/people', '/rooms', '/sessions', '/keys', '/webhooks', '/messages', '/log', '/tickets'];
  admin.push(`/people/${people[0].id}`);
  return ['/rooms', '/series', '/account', ...admin.map((part) => `/admin${part}`),
    ...['', '/members', '/tickets', '/bans', '/attendance'].map((part) => `/rooms/${room}${part}`)];
}

/** Somebody in the same browser who is not signed in. */
const stranger = (kind) => browsers[kind].browser.createBrowserContext();

for (const kind of ['chromium', 'firefox']) {
  test(`${kind}: the contact form, from a guest to the administrator`, async () => {
    const guest = await (await stranger(kind)).newPage();
    const dialogs = await watchForScripts(guest);
    await guest.goto(`${server.origin}/contact`);
    await guest.waitForSelector('[name=contact-name]');
    await pages.fill(guest, 'contact-name', PAYLOADS[0]);
    await pages.fill(guest, 'contact-text', `${kind}\n${PAYLOADS.join('\n')}`);
    await pages.pressOn(guest, 'contact-send');
    await guest.waitForSelector('[data-act=contact-again]');
    const page = admins[kind];
    dialogs.push(...(await watchForScripts(page)));
    await page.goto(`${server.origin}/admin/messages`);
    await pages.seesWords(page, `${kind}\n${PAYLOADS[0]}`);
    for (const at of [guest, page]) {
      const { words, ...found } = await lookOver(at);
      assert.deepEqual(found, NOTHING);
      if (at === page) for (const text of PAYLOADS) assert.ok(words.includes(text), text);
    }
    assert.deepEqual(dialogs, []);
    await guest.close();
  });

  test(`${kind}: the console, the log and all lists show them to the administrator as text`, async () => {
    const page = admins[kind];
    const dialogs = await watchForScripts(page);
    seen = [];
    for (const view of await views()) {
      await page.goto(`${server.origin}${view}`);
      await pages.isComplete(page);
      const { words, ...found } = await lookOver(page);
      assert.deepEqual(found, NOTHING, view);
      if (PAYLOADS.some((text) => words.includes(text))) seen.push(view);
    }
    assert.deepEqual(dialogs, []);
    assert.ok(seen.length >= 8, `as text at ${seen.join(' ')} alone`);
  });

  test(`${kind}: a table of tickets and its file's name`, async () => {
    const page = admins[kind];
    await page.goto(`${server.origin}/rooms/${room}/tickets`);
    await pages.isComplete(page);
    if ((await page.$('input[type=file]')) === null) await pages.pressOn(page, 'import-tickets');
    await page.waitForSelector('input[type=file]');
    await page.$eval('input[type=file]', (input, texts) => {
      const transfer = new DataTransfer();
      const table = `email,reference\n"${texts[0]}","${texts[6].replaceAll('"', '""')}"\n`;
      transfer.items.add(new File([table], `${texts[0].replaceAll('/', '')}.csv`, { type: 'text/csv' }));
      input.files = transfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }, PAYLOADS);
    const { words: _words, ...found } = await lookOver(page);
    assert.deepEqual(found, NOTHING);
  });

  test(`${kind}: names, chat and labels of devices in a meeting, for host and guest`, async () => {
    const other = kind === 'chromium' ? 'firefox' : 'chromium';
    const [hostName, guestName] = [PAYLOADS[0], PAYLOADS[9]];
    const host = await hostMeeting(await stranger(kind), server, hostName, { media: false });
    const guest = await knock(await stranger(other), host.address, guestName, { media: false });
    await host.page.evaluate((text) => {
      const native = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
      const made = ['audioinput', 'videoinput', 'audiooutput'].map((one) =>
        ({ kind: one, deviceId: `x-${one}`, groupId: 'x', label: text }));
      navigator.mediaDevices.enumerateDevices = async () => (await native()).concat(made);
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    }, PAYLOADS[2]);
    await pages.seesWords(host.page, guestName);
    // Named by the text itself in a label: found by its attribute, not by a selector that would have to quote it.
    await host.page.evaluate((label) => {
      [...document.querySelectorAll('[aria-label]')].find((each) => each.getAttribute('aria-label') === label).click();
    }, `Let in ${guestName}`);
    await waitForScreen(guest.page, 'meeting');
    await pages.seesWords(guest.page, hostName);
    for (const act of ['chat', 'people', 'security', 'settings']) {
      for (const { page } of [host, guest]) {
        if ((await page.$(`[data-act="${act}"]`)) === null) continue;
        await page.$eval(`[data-act="${act}"]`, (button) => button.click());
      }
      if (act === 'chat') {
        const all = PAYLOADS.join('\n');
        await pages.fill(host.page, 'chat-text', all);
        await pages.pressOn(host.page, 'chat-send');
        for (const text of PAYLOADS) await pages.seesWords(guest.page, text);
      }
      for (const { page } of [host, guest]) {
        const { words: _words, violations: _violations, ...found } = await lookOver(page);
        assert.deepEqual({ ...found, violations: [] }, NOTHING, act);
      }
    }
    await host.page.close();
    await guest.page.close();
  });
}
