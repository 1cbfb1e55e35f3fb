/* SPDX-License-Identifier: GPL-3.0-or-later */
// Contacts, lines and calls (docs/SIGNALLING.md, section 4), by the reference client and on the page.
import { actAnew } from './activation.mjs';
import { SignalSocket } from './signal-client.mjs';
import { watchPage } from './meeting.mjs';
import { pressOn, signInOn } from './pages.mjs';
import { until } from './wait.mjs';

/** Makes two signed-in Browsers contacts, as their pages would; `email` is the second one's address. */
export async function befriend(first, second, email) {
  await first.ask('POST', '/api/v1/me/asks', { email }, 202);
  const { requests } = await second.ask('GET', '/api/v1/me/requests');
  return second.ask('PUT', `/api/v1/me/requests/${requests.at(-1).id}`, {});
}

/** The line of a signed-in Browser, after its first list of presence. Every frame is noted: {at, size, text}. */
export async function openLine(browser) {
  const secrets = await browser.ask('POST', '/api/v1/line', {}, 201);
  const line = new SignalSocket(browser.origin, secrets, browser.cookie);
  line.frames = [];
  line.socket.prependListener('message', (data) => line.frames.push({ at: performance.now(), size: data.length }));
  line.on('message', (message) => Object.assign(line.frames.at(-1), { type: message.type, message }));
  line.say = (type, fields = {}) => line.sendRaw(JSON.stringify({ type, ...fields }));
  await line.opened;
  line.say('hello');
  await line.next('presence');
  return line;
}

/** A watched page on which somebody has signed in and whose line is open. */
export async function personOn(browser, server, email, name) {
  const page = await browser.newPage();
  await watchPage(page);
  const person = { page, name, origin: server.origin };
  await signInOn(page, server, email);
  await goTo(person, '/contacts');
  return person;
}

/** By a link of the page: its line stays. */
export async function goTo({ page }, path) {
  await page.waitForSelector(`.head-nav a[href="${path}"]`, { timeout: 20_000 });
  await page.$eval(`.head-nav a[href="${path}"]`, (link) => link.click());
  await page.waitForSelector('[data-screen="contacts"]', { timeout: 20_000 });
}

export const dialogOf = ({ page }) => page.evaluate(() => document.querySelector('dialog[open]')?.dataset.dialog ?? null);

export const waitForDialog = (person, name) =>
  until(`the dialog ${name} at ${person.name}`, async () => (await dialogOf(person)) === name);

/** Answers a call that rings. A dialog that has just come is deaf for a moment: pressed until it has heard. */
export const answer = ({ page, name }, act) =>
  until(`${act} at ${name}`, async () => {
    await actAnew(page);
    return page.evaluate((wanted) => {
      const dialog = document.querySelector('dialog[open][data-dialog="incoming-call"]');
      const button = dialog?.querySelector(`[data-act="${wanted}"]`);
      if (!button || button.getAttribute('aria-disabled') === 'true') return true;
      button.click();
      return false;
    }, act);
  });

/** Calls from the contacts page; the other's pages ring, if any are there. */
export async function callOn(person, name, how = 'call-video') {
  await pressOn(person.page, 'call', name);
  await waitForDialog(person, 'before-call');
  await pressOn(person.page, how);
  await waitForDialog(person, 'calling');
}
