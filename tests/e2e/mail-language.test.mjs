/* SPDX-License-Identifier: GPL-3.0-or-later */
// Mails are in the language of the person: that of the page while nothing else is known, then that of the account, which
// follows what is chosen in the page. Read as a real mail server gets them.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstAdministrator, PASSWORD } from '../lib/accounts.mjs';
import { makeAuthority } from '../lib/authority.mjs';
import { codeIn, openMailbox } from '../lib/mailbox.mjs';
import { fill, onScreen, pressOn } from '../lib/pages.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const ARABIC = /[\u0600-\u06ff]/;
const EMAIL = 'layla@school.example';

async function serverWithMail(stage) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-mail-'));
  stage.owns({ stop: () => rm(folder, { recursive: true, force: true }) });
  const mailbox = stage.owns(await openMailbox(folder, await makeAuthority(folder)));
  return { server: await stage.server({ args: mailbox.args }), mailbox };
}

/** Only ASCII goes over the wire, in short lines; a subject that is not ASCII is in encoded-words (RFC 2047). */
function assertWire({ raw }) {
  assert.doesNotMatch(raw, /[^\x00-\x7f]/); // eslint-disable-line no-control-regex
  assert.ok(raw.split('\r\n').every((line) => line.length <= 78));
  assert.match(raw, /^Content-Type: text\/plain; charset=utf-8\r$/m);
}

function assertArabic(mail) {
  assertWire(mail);
  assert.match(mail.subject, ARABIC);
  assert.match(mail.raw, /^Subject: =\?UTF-8\?B\?/m);
  // Only values are in other letters. A mail program that goes by a line's first letter lays lines of Arabic from the right.
  for (const line of mail.text.split(/\r?\n/).map((each) => each.trim()))
    assert.match(line, /^$|^[^A-Za-z]*[\u0600-\u06ff]|^https:\/\/[\x21-\x7e]*$|^\u2068[\d ]+\u2069$/, line);
}

const messageOf = (mailbox, subject) => mailbox.mailTo(EMAIL, (mail) => subject.test(mail.subject));

staged('mails in Arabic and in English, as the person reads', async (stage) => {
  const { server, mailbox } = await serverWithMail(stage);
  const administrator = await firstAdministrator(server);
  administrator.jar.set('__Host-testudo-language', 'ar');
  const { link } = await administrator.ask('POST', '/api/v1/people', { email: EMAIL, name: 'Layla' }, 201);
  const invitation = await messageOf(mailbox, ARABIC);
  assertArabic(invitation);
  assert.ok(invitation.text.includes(`\n    ${link}\r\n`) || invitation.text.includes(`\n    ${link}\n`));
  assert.match(invitation.text, /\u2068Layla\u2069/);

  // The invited one's browser asks for English: so is the account's language.
  const { browser } = await stage.browser('chromium', { flags: ['--accept-lang=en'] });
  const page = await browser.newPage();
  await page.goto(link);
  await pressOn(page, 'open-link');
  await onScreen(page, 'welcome-account');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'save-account');
  await onScreen(page, 'ready');
  const { people } = await administrator.ask('GET', `/api/v1/people?search=${EMAIL}`);
  const takeFactors = () => administrator.ask('DELETE', `/api/v1/people/${people[0].id}/factors`, undefined, 204);
  await takeFactors();
  const english = await messageOf(mailbox, /^Something happened in your account$/);
  assertWire(english);
  assert.match(english.text, /^An administrator has removed your authenticator app/);

  // Chosen in the page: the page and the mails.
  await page.goto(`${server.origin}/account`);
  await onScreen(page, 'account');
  await page.waitForSelector('[data-act="language"]');
  await page.select('[data-act="language"]', 'ar');
  await until('the page in Arabic', () => page.evaluate(() => document.documentElement.lang === 'ar'));
  await takeFactors();
  assertArabic(await messageOf(mailbox, ARABIC));

  // A code is for whoever sits before the page.
  mailbox.forget();
  const visitor = await (await stage.browser('firefox', { prefs: { 'intl.accept_languages': 'ar' } })).newPage();
  await visitor.goto(`${server.origin}/signin`);
  await fill(visitor, 'email', EMAIL);
  await pressOn(visitor, 'next');
  await pressOn(visitor, 'code-email');
  const code = await messageOf(mailbox, ARABIC);
  assertArabic(code);
  // Copied with all that stands on its line: the page takes the digits.
  await fill(visitor, 'code', code.text.split(/\r?\n/).find((line) => line.includes(codeIn(code).slice(0, 4))));
  await pressOn(visitor, 'confirm-code');
  await onScreen(visitor, 'start');
  assertArabic(await messageOf(mailbox, ARABIC)); // a device that was not used before
});
