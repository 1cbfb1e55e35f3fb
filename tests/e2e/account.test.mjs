/* SPDX-License-Identifier: GPL-3.0-or-later */
// Who one is, in real browsers with a real mail server: the first administrator, an invitation, password and
// authenticator app, a code by e-mail, a passkey, and where one is signed in (A3, A8, B10).
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstAdministrator, PASSWORD } from '../lib/accounts.mjs';
import { makeAuthority } from '../lib/authority.mjs';
import { codeIn, openMailbox } from '../lib/mailbox.mjs';
import { hostMeeting, screenOf } from '../lib/meeting.mjs';
import { fill as fillOn, onScreen, pressOn, wordsOn } from '../lib/pages.mjs';
import { nextTotpCode, totpCode } from '../lib/people.mjs';
import { staged } from '../lib/stage.mjs';
import { sql } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

const NEW_PASSWORD = 'sieben enten tanzen leise';

/** A person at a fresh page of the browser. */
async function visit(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  return { page, origin: new URL(address).origin };
}

const fill = ({ page }, name, text) => fillOn(page, name, text);
const press = ({ page }, act) => pressOn(page, act);
const textOf = ({ page }) => wordsOn(page);
const addressOf = ({ page }) => page.evaluate(() => location.href);
const reads = (person, pattern) => until(`the words ${pattern}`, async () => pattern.test(await textOf(person)));
const shows = ({ page }, selector) => page.waitForSelector(selector, { timeout: 20_000 });
const at = ({ page }, screen) => onScreen(page, screen);

const sectionOfFocus = ({ page }) =>
  page.evaluate(() => document.activeElement?.closest('[data-section]')?.dataset.section ?? null);

async function goTo(person, place) {
  await person.page.goto(`${person.origin}${place}`);
}

async function typeAddress(person, email) {
  await fill(person, 'email', email);
  await press(person, 'next');
  await shows(person, '[data-act="other-email"]');
}

async function signInByPassword(person, email, password) {
  await goTo(person, '/signin#/account');
  await typeAddress(person, email);
  await fill(person, 'password', password);
  await press(person, 'sign-in');
}

async function signOut(person) {
  await press(person, 'sign-out');
  await shows(person, '[data-word="signed_out"]');
}

/** A server that can send mail, and its first administrator. */
async function serverWithMail(stage) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-account-'));
  stage.owns({ stop: () => rm(folder, { recursive: true, force: true }) });
  const mailbox = stage.owns(await openMailbox(folder, await makeAuthority(folder)));
  const server = await stage.server({ args: mailbox.args });
  return { server, mailbox, administrator: await firstAdministrator(server) };
}

const invite = async (administrator, email, name) =>
  (await administrator.ask('POST', '/api/v1/people', { email, name }, 201)).link;

/** Opens the invitation and sets a password: signed in. */
async function accept(browser, link, password = PASSWORD) {
  const person = await visit(browser, link);
  await press(person, 'open-link');
  await at(person, 'welcome-account');
  await fill(person, 'password', password);
  await press(person, 'save-account');
  await at(person, 'ready');
  return person;
}

staged('the first administrator sets up the server with the printed link, which works once', async (stage) => {
  const server = await stage.server();
  const [browser, other] = await stage.browsers('chromium', 'firefox');
  const link = await server.setupLink();
  const person = await visit(browser, link);
  await at(person, 'setup');
  assert.equal(await addressOf(person), `${server.origin}/setup`, 'the token is no longer in the address');
  assert.equal(await person.page.evaluate(() => history.length <= 2), true);
  await fill(person, 'email', 'ada@school.example');
  await fill(person, 'name', 'Ada Admin');
  await fill(person, 'password', 'password1234');
  await press(person, 'become-administrator');
  await reads(person, /tried first: choose other words/);
  await fill(person, 'password', PASSWORD);
  await press(person, 'become-administrator');
  await at(person, 'ready');
  await reads(person, /Hello, Ada Admin[\s\S]*You are signed in/);
  assert.match(await textOf(person), /Administration/);

  const late = await visit(other, link);
  await at(late, 'setup');
  await fill(late, 'email', 'eve@evil.example');
  await fill(late, 'name', 'Eve');
  await fill(late, 'password', NEW_PASSWORD);
  await press(late, 'become-administrator');
  await reads(late, /has an administrator already/);

  await signOut(person);
  await signInByPassword(person, 'ada@school.example', 'not the right one');
  await shows(person, '[data-problem="wrong_password"]');
  await fill(person, 'password', PASSWORD);
  await press(person, 'sign-in');
  await at(person, 'account');
  assert.equal(await addressOf(person), `${server.origin}/account`);
});

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: an invitation, a password, an authenticator app; both are asked for, each code counts once`, async (stage) => {
    const { server, administrator } = await serverWithMail(stage);
    const browser = await stage.browser(kind);
    const link = await invite(administrator, 'nora@school.example', 'Nora Neu');
    const person = await accept(browser, link);
    assert.equal(await addressOf(person), `${server.origin}/welcome`, 'the token is no longer in the address');

    const again = await visit(browser, link);
    await press(again, 'open-link');
    await reads(again, /This link does not work any more/);
    await again.page.close();

    await press(person, 'to-account');
    await at(person, 'account');
    await reads(person, /this device/);
    assert.equal(await person.page.$('[data-notice]'), null, 'the first password is no news to who has just set it');
    const beginning = await shows(person, '[data-act="begin-totp"]');
    await beginning.focus();
    await beginning.press('Enter');
    const shown = await shows(person, '.totp-secret code');
    assert.equal(await sectionOfFocus(person), 'second', 'the focus stays where the button was that is gone');
    const secret = (await shown.evaluate((code) => code.textContent)).replaceAll(' ', '');
    const first = totpCode(secret);
    await fill(person, 'totp', first);
    await press(person, 'set-totp');
    await shows(person, '.recovery-codes');
    const recovery = await person.page.$$eval('.recovery-codes code', (codes) => codes.map((code) => code.textContent));
    assert.equal(new Set(recovery).size, 10);
    await person.page.evaluate(() => history.back());
    await shows(person, '[data-act="confirm-no"]');
    await press(person, 'confirm-no');
    assert.equal(await person.page.$$eval('.recovery-codes code', (codes) => codes.length), 10, 'Back left the codes');
    await press(person, 'kept-recovery');
    await reads(person, /10 recovery codes are left/);
    assert.ok(!(await textOf(person)).includes(recovery[0]), 'the codes are shown once');

    await signOut(person);
    await signInByPassword(person, 'nora@school.example', PASSWORD);
    await fill(person, 'totp', first);
    await press(person, 'confirm-second');
    await shows(person, '[data-problem="wrong_code"]');
    assert.equal(await screenOf(person.page), 'signin', 'the code that set the app up signs nobody in');
    await person.page.reload();
    await fill(person, 'totp', await nextTotpCode(secret));
    await press(person, 'confirm-second');
    await at(person, 'account');

    await signOut(person);
    await signInByPassword(person, 'nora@school.example', PASSWORD);
    await press(person, 'second-recovery');
    await fill(person, 'recovery', recovery[0].toUpperCase());
    await press(person, 'confirm-second');
    await at(person, 'account');
    await reads(person, /9 recovery codes are left/);
  });

staged('a code by e-mail or SMS signs in; who has no account is verified by it, and stays at the door', async (stage) => {
  const { server, mailbox, administrator } = await serverWithMail(stage);
  const [browser, guestBrowser] = await stage.browsers('chromium', 'firefox');
  const code = async (email) => codeIn(await mailbox.mailTo(email, ({ text }) => text.startsWith('Your code')));
  const person = await accept(browser, await invite(administrator, 'emil@school.example', 'Emil Post'));
  await signOut(person);
  await goTo(person, '/signin#/account');
  await typeAddress(person, 'Emil@School.example');
  await press(person, 'code-email');
  await fill(person, 'code', '0000 0000');
  await press(person, 'confirm-code');
  await shows(person, '[data-problem="wrong_code"]');
  await fill(person, 'code', await code('emil@school.example'));
  await press(person, 'confirm-code');
  await at(person, 'account');

  await fill(person, 'phone', '+49 151 1234-5678');
  await press(person, 'send-sms');
  await fill(person, 'code', codeIn(await mailbox.messageTo('+4915112345678')));
  await press(person, 'confirm-phone');
  await reads(person, /The number is confirmed/);
  await signOut(person);
  await goTo(person, '/signin#/account');
  await typeAddress(person, 'emil@school.example');
  await press(person, 'code-sms');
  await fill(person, 'code', codeIn(await mailbox.messageTo('+4915112345678')));
  await press(person, 'confirm-code');
  await at(person, 'account');
  await signOut(person);

  const host = await hostMeeting(browser, server, 'Hanna Host', { media: false });
  const guest = await visit(guestBrowser, host.address);
  await at(guest, 'lobby');
  await shows(guest, '[data-identity="guest"]');
  await press(guest, 'verify');
  await fill(guest, 'email', 'gast@elsewhere.example');
  await press(guest, 'next');
  await fill(guest, 'code', await code('gast@elsewhere.example'));
  await press(guest, 'confirm-code');
  await shows(guest, '[data-identity="email"]');
  assert.match(await textOf(guest), /gast@elsewhere\.example/);
  assert.equal(await screenOf(guest.page), 'lobby');
});

/** A device of the person that keeps passkeys, without anybody having to touch it. */
async function addAuthenticator(page) {
  const devtools = await page.createCDPSession();
  await devtools.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
  return { verifies: (isUserVerified) => devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }) };
}

staged('a passkey instead of a password: it signs in without an address, and not without its owner', async (stage) => {
  const { server, administrator } = await serverWithMail(stage);
  const browser = await stage.browser('chromium');
  const person = await visit(browser, await invite(administrator, 'pia@school.example', 'Pia Schlüssel'));
  const authenticator = await addAuthenticator(person.page);
  await press(person, 'open-link');
  await at(person, 'welcome-account');
  await press(person, 'passkey-instead');
  await at(person, 'ready');
  await press(person, 'to-account');
  await reads(person, /My device/);
  await signOut(person);

  await goTo(person, '/signin#/account');
  await authenticator.verifies(false);
  await press(person, 'passkey');
  await shows(person, '[data-problem="cancelled"]');
  await authenticator.verifies(true);
  await press(person, 'passkey');
  await at(person, 'account');
  assert.equal(await addressOf(person), `${server.origin}/account`);
  await reads(person, /pia@school\.example/);
});

staged('where one is signed in: a second device is announced and ended, and its page is told so', async (stage) => {
  const { administrator } = await serverWithMail(stage);
  const [browser, second] = await stage.browsers('chromium', 'firefox');
  const person = await accept(browser, await invite(administrator, 'sara@school.example', 'Sara Sitzung'));
  const elsewhere = await visit(second, person.origin);
  await signInByPassword(elsewhere, 'sara@school.example', PASSWORD);
  await at(elsewhere, 'account');

  await goTo(person, '/account');
  await shows(person, '[data-notice="new_device"]');
  await shows(person, '[data-act="end-session"]');
  assert.match(await textOf(person), /Firefox on Linux[\s\S]*(same|another) network/);
  await press(person, 'end-session');
  await reads(person, /The session was ended/);
  await until('one session alone', async () => (await person.page.$('[data-act="end-session"]')) === null);

  // Its page hears of it by the line on which calls would ring, without doing anything.
  await shows(elsewhere, '[data-word="ended"]');
  await at(elsewhere, 'signin');

  await person.page.$eval('.banner:has([data-notice="new_device"]) [data-act="dismiss"]', (button) => button.click());
  await until('the notice to go', async () => (await person.page.$('[data-notice="new_device"]')) === null);
  await goTo(person, '/account');
  await reads(person, /this device/);
  assert.equal(await person.page.$('[data-notice="new_device"]'), null, 'a notice that was read does not come back');
});

staged('something sensitive asks for a factor first, and then goes on by itself', async (stage) => {
  const { server, administrator } = await serverWithMail(stage);
  const browser = await stage.browser('chromium');
  const person = await accept(browser, await invite(administrator, 'paul@school.example', 'Paul Pass'));
  await sql(server, 'UPDATE session SET confirmed_s = confirmed_s - 301');
  await press(person, 'to-account');
  await at(person, 'account');
  await fill(person, 'password', NEW_PASSWORD);
  await press(person, 'set-password');
  await shows(person, '[data-dialog="confirm"]');
  await press(person, 'cancel');
  await until('the question to go', async () => (await person.page.$('[data-dialog]')) === null);
  assert.doesNotMatch(await textOf(person), /The new password holds/);

  await press(person, 'set-password');
  await answerFactor(person, 'confirm', 'not the right one');
  await shows(person, '[data-dialog="confirm"] [data-problem="wrong_password"]');
  await answerFactor(person, 'confirm', PASSWORD);
  await reads(person, /The new password holds/);

  await signOut(person);
  await signInByPassword(person, 'paul@school.example', PASSWORD);
  await shows(person, '[data-problem="wrong_password"]');
  await fill(person, 'password', NEW_PASSWORD);
  await press(person, 'sign-in');
  await at(person, 'account');
});

async function answerFactor(person, dialog, password) {
  const inDialog = (part) => `[data-dialog="${dialog}"] ${part}`;
  const [field, button] = [inDialog('input[name="password"]'), inDialog('[data-act="sign-in"]')];
  await shows(person, field);
  await person.page.$eval(
    field,
    (input, value) => {
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    password,
  );
  await until('the button', () => person.page.$eval(button, (element) => !element.hasAttribute('aria-disabled')));
  await person.page.$eval(button, (element) => element.click());
}

staged('a session that nobody used for half an hour covers the page until its owner is back (T12)', async (stage) => {
  const { server, administrator } = await serverWithMail(stage);
  const browser = await stage.browser('firefox');
  const person = await accept(browser, await invite(administrator, 'lena@school.example', 'Lena Lang'));
  await sql(server, 'UPDATE session SET used_s = used_s - 1801');
  await press(person, 'to-account');
  await shows(person, '[data-dialog="locked"]');
  assert.doesNotMatch(await textOf(person), /Where you are signed in/);
  await person.page.keyboard.press('Escape');
  await shows(person, '[data-dialog="locked"]');
  await person.page.reload();
  await answerFactor(person, 'locked', PASSWORD);
  await reads(person, /Where you are signed in/);
  assert.equal(await person.page.$('[data-dialog]'), null);

  await sql(server, 'UPDATE session SET used_s = used_s - 43201');
  await fill(person, 'name', 'Lena');
  await press(person, 'save-name');
  await shows(person, '[data-word="expired"]');
  await at(person, 'signin');
});
