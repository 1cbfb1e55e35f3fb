/* SPDX-License-Identifier: GPL-3.0-or-later */
// The door of kept meetings as people meet it in real browsers: as whom one comes, why one is not taken, and what the
// page offers then: signing in, verifying an address, going on here with a ticket (A5, A6).
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstAdministrator, PASSWORD } from '../lib/accounts.mjs';
import { makeAuthority } from '../lib/authority.mjs';
import { codeIn, openMailbox } from '../lib/mailbox.mjs';
import { fill, onScreen, pressOn, seesWords } from '../lib/pages.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const NOBODY_WAITS = { waiting_room: false };
const HOUR = 3600;

/** A server with mail and the first administrator, who makes a room of this kind. */
async function roomOf(stage, kind, policy = NOBODY_WAITS) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-entrance-'));
  stage.owns({ stop: () => rm(folder, { recursive: true, force: true }) });
  const mailbox = stage.owns(await openMailbox(folder, await makeAuthority(folder)));
  const server = await stage.server({ args: mailbox.args });
  const owner = await firstAdministrator(server);
  const { id } = await owner.ask('POST', '/api/v1/rooms', { title: 'Algebra II', kind, policy }, 201);
  const giveTicket = (email, more = {}) => owner.ask('POST', `/api/v1/rooms/${id}/tickets`, { email, ...more }, 201);
  return { server, mailbox, owner, id, address: `${server.origin}/m/${id}`, giveTicket };
}

async function open(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  return page;
}

const identityOn = (page, identity) => page.waitForSelector(`[data-identity="${identity}"]`, { timeout: 20_000 });

/** By the page's own dialog, at the door or in the lobby. */
async function verify(page, mailbox, email) {
  await pressOn(page, 'verify');
  await fill(page, 'email', email);
  await pressOn(page, 'next');
  await fill(page, 'code', codeIn(await mailbox.mailTo(email, ({ text }) => text.startsWith('Your code'))));
  await pressOn(page, 'confirm-code');
}

async function join(page, name) {
  await onScreen(page, 'lobby');
  await fill(page, 'name', name);
  await pressOn(page, 'join');
}

/** An account with PASSWORD, made by its invitation in a browser of its own. */
async function makeAccount({ owner }, browser, email, name) {
  const { link } = await owner.ask('POST', '/api/v1/people', { email, name }, 201);
  const page = await open(browser, link);
  await pressOn(page, 'open-link');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'save-account');
  await onScreen(page, 'ready');
  await pressOn(page, 'sign-out');
  await seesWords(page, 'You are signed out');
  await page.close();
}

staged('a meeting for members: sign in, and one is back at its door; on its list, and in', async (stage) => {
  const room = await roomOf(stage, 'members');
  const browser = await stage.browser('firefox');
  await makeAccount(room, browser, 'mia@school.example', 'Mia Mitglied');
  const page = await open(browser, room.address);
  await page.waitForSelector('[data-screen^="door"]', { timeout: 20_000 });
  await seesWords(page, 'Algebra II');
  await identityOn(page, 'guest');
  await pressOn(page, 'sign-in');
  await fill(page, 'email', 'mia@school.example');
  await pressOn(page, 'next');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'sign-in');
  await onScreen(page, 'door not_a_member');
  assert.equal(await page.evaluate(() => location.href), room.address);
  await identityOn(page, 'account');

  await room.owner.ask('PUT', `/api/v1/rooms/${room.id}/members/mia%40school.example`, { role: 'participant' }, 204);
  await page.reload();
  await onScreen(page, 'lobby');
  await seesWords(page, 'You are signed in as Mia Mitglied');
  assert.equal(await page.$('#name'), null, 'an account comes under its own name');
  await pressOn(page, 'join');
  await onScreen(page, 'meeting');
});

staged('before one comes in, the page says whether a host lets one in: a ticket opens the door of a waiting room', async (stage) => {
  const room = await roomOf(stage, 'ticket', { waiting_room: true });
  await room.giveTicket('tina@elsewhere.example');
  const browser = await stage.browser('chromium');
  const page = await open(browser, room.address);
  await onScreen(page, 'door verify_email_first');
  await verify(page, room.mailbox, 'tina@elsewhere.example');
  await onScreen(page, 'lobby');
  await seesWords(page, 'You come in at once');
  await join(page, 'Tina Ticket');
  await onScreen(page, 'meeting');

  const { id } = await room.owner.ask('POST', '/api/v1/rooms', { title: 'Algebra III', kind: 'open' }, 201);
  const guest = await open(browser, `${room.server.origin}/m/${id}`);
  await onScreen(guest, 'lobby');
  await seesWords(guest, 'Nobody sees or hears you before');
  await join(guest, 'Gert Gast');
  await onScreen(guest, 'waiting');
});

staged('a meeting with tickets: the verified address opens it, on one device at a time; no other does', async (stage) => {
  const room = await roomOf(stage, 'ticket');
  await room.giveTicket('tina@elsewhere.example');
  const [first, second] = await stage.browsers('chromium', 'firefox');
  const laptop = await open(first, room.address);
  await onScreen(laptop, 'door verify_email_first');
  await verify(laptop, room.mailbox, 'tina@elsewhere.example');
  await identityOn(laptop, 'email');
  await join(laptop, 'Tina Ticket');
  await onScreen(laptop, 'meeting');

  const phone = await open(second, room.address);
  await onScreen(phone, 'door verify_email_first');
  await verify(phone, room.mailbox, 'tina@elsewhere.example');
  await join(phone, 'Tina');
  await onScreen(phone, 'door ticket_in_use');
  await pressOn(phone, 'take-over');
  await onScreen(phone, 'meeting');
  await laptop.waitForSelector('[data-screen^="over"]', { timeout: 20_000 });
  await seesWords(laptop, 'another device');

  const thief = await open(await stage.browser('chromium'), room.address);
  await verify(thief, room.mailbox, 'eve@evil.example');
  await onScreen(thief, 'door ticket_of_other');
  assert.equal(await thief.$('#name'), null);
});

staged('who comes too early is told from when the ticket is good', async (stage) => {
  const room = await roomOf(stage, 'ticket');
  const from = Math.floor(Date.now() / 1000) + 3 * HOUR;
  await room.giveTicket('fritz@elsewhere.example', { from, until: from + HOUR });
  const page = await open(await stage.browser('firefox'), room.address);
  await verify(page, room.mailbox, 'fritz@elsewhere.example');
  await onScreen(page, 'door ticket_early');
  const inWords = (time) => new Date(time * 1000).toLocaleString([], { dateStyle: 'full', timeStyle: 'short' });
  await seesWords(page, await page.evaluate(inWords, from));
});

staged('an account finds its tickets, and by them its meetings', async (stage) => {
  const room = await roomOf(stage, 'ticket');
  const browser = await stage.browser('firefox');
  await makeAccount(room, browser, 'tom@school.example', 'Tom Ticket');
  await room.giveTicket('tom@school.example');
  const page = await open(browser, `${room.server.origin}/signin#/account`);
  await fill(page, 'email', 'tom@school.example');
  await pressOn(page, 'next');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'sign-in');
  await seesWords(page, 'Algebra II', '[data-section="tickets"]');
  await pressOn(page, 'to-meeting');
  await onScreen(page, 'lobby');
  await pressOn(page, 'join');
  await onScreen(page, 'meeting');
});

staged('a meeting that asks for two factors sends an account with one to its settings', async (stage) => {
  const room = await roomOf(stage, 'open', { ...NOBODY_WAITS, two_factors: true });
  const browser = await stage.browser('chromium');
  await makeAccount(room, browser, 'otto@school.example', 'Otto Ein');
  const page = await open(browser, `${room.server.origin}/signin#/m/${room.id}`);
  await fill(page, 'email', 'otto@school.example');
  await pressOn(page, 'next');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'sign-in');
  await onScreen(page, 'door second_factor_first');
  await pressOn(page, 'to-account');
  await onScreen(page, 'account');
  await until('the focus on the heading', () => page.evaluate(() => document.activeElement?.textContent === 'Account'));
});
