/* SPDX-License-Identifier: GPL-3.0-or-later */
// Two people write to each other, raise hands and react: Chromium hosts, Firefox is the guest.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { hostMeeting, join, press } from '../lib/meeting.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

let server, chromium, firefox, host, guest;
before(async () => {
  server = await startServer();
  [chromium, firefox] = await Promise.all([openBrowser('chromium'), openBrowser('firefox')]);
  host = await hostMeeting(chromium, server, 'Hanna Host', { media: false });
  guest = await join(firefox, host, 'Gustav Guest', { media: false });
});
after(async () => {
  await Promise.all([chromium?.close(), firefox?.close()]);
  await server?.stop();
});

const opensChat = async (person) => {
  if (!(await person.page.$('[data-panel="chat"]'))) await press(person, 'chat');
  await person.page.waitForSelector('[data-panel="chat"] textarea');
};
const typed = (person, text) =>
  person.page.$eval(
    'textarea[name="chat-text"]',
    (field, value) => {
      field.value = value;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
    text,
  );
const reads = (person, text) =>
  until(`${person.name} reads "${text}"`, () =>
    person.page.$$eval('.chat-line', (all, wanted) => all.some((line) => line.innerText.includes(wanted)), text));

test('a message reaches the other, whose chat is closed: a badge and a notice; then it is read', async () => {
  await opensChat(host);
  await typed(host, 'Good morning,\nGustav');
  await host.page.focus('textarea[name="chat-text"]');
  await host.page.keyboard.press('Enter');
  await until('the server has it', () => host.page.$('[data-line="sent"]'));
  assert.equal(await host.page.$eval('textarea[name="chat-text"]', (field) => field.value), '');
  await until('a badge', () => guest.page.$eval('[data-act="chat"] .badge', (badge) => badge.textContent === '1'));
  assert.match(await guest.page.$eval('[data-act="chat"]', (tool) => tool.ariaLabel), /1 new message/);
  await opensChat(guest);
  await reads(guest, 'Good morning,\nGustav');
  assert.equal(await guest.page.$('[data-act="chat"] .badge'), null);
  assert.match(await guest.page.$eval('[data-panel="chat"]', (panel) => panel.innerText), /Nothing is stored/);
});

test('an answer to the host alone says so on both sides', async () => {
  await guest.page.$eval('select[name="chat-to"]', (select) => {
    select.value = [...select.options].find(({ text }) => text === 'Hanna Host').value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  await typed(guest, 'May I leave earlier?');
  await press(guest, 'chat-send');
  await reads(guest, 'To Hanna Host alone');
  await reads(host, 'To you alone');
});

test('a raised hand shows on the tile and in the list; the host lowers it', async () => {
  await press(guest, 'hand');
  await until('the hand on the tile', () => host.page.$('.tile-hand'));
  await press(host, 'people');
  await host.page.waitForSelector('[data-hands="1"]');
  await press(host, 'lower-hand');
  await until('the hand is down at both', async () =>
    (await host.page.$('.tile-hand')) === null && (await guest.page.$('.tile-hand')) === null);
});

test('a reaction shows for some seconds', async () => {
  await press(guest, 'react');
  await guest.page.waitForSelector('.reaction-bar');
  await press(guest, 'react-heart');
  await until('the heart at the host', () => host.page.$('.tile [data-reaction="heart"]'));
  await until('it goes', async () => (await host.page.$('[data-reaction]')) === null);
  await press(guest, 'react-close');
});

test('whoever comes later sees nothing from before', async () => {
  const late = await join(firefox, host, 'Lena Late', { media: false });
  await opensChat(late);
  await late.page.waitForSelector('.chat-lines');
  assert.equal((await late.page.$$('.chat-line')).length, 0);
});
