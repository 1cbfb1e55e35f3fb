/* SPDX-License-Identifier: GPL-3.0-or-later */
// Calls in real browsers: two people become contacts, one shows that she is here, one rings, and they see and hear each
// other; a call that is declined, missed, called back; a link for one person.
import assert from 'node:assert/strict';
import { firstAdministrator, invited } from '../lib/accounts.mjs';
import { answer, befriend, callOn, dialogOf, goTo, openLine, personOn, waitForDialog } from '../lib/calls.mjs';
import { devicesUsed, hears, press, seesMoving, waitForScreen } from '../lib/meeting.mjs';
import { fill, onScreen, pressOn, seesWords, tick } from '../lib/pages.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const ANN = 'ann@school.example', BOB = 'bob@school.example';

async function school(stage) {
  const server = await stage.server();
  const admin = await firstAdministrator(server);
  const ann = await invited(admin, ANN, 'Ann Archer');
  const bob = await invited(admin, BOB, 'Bob Baker');
  return { server, admin, ann, bob };
}

const presenceOf = ({ page }, name) =>
  page.evaluate(
    (words) =>
      [...document.querySelectorAll('[data-section="contacts"] li')]
        .find((row) => row.innerText.includes(words))
        ?.querySelector('[data-presence]')?.dataset.presence ?? null,
    name,
  );

const showsPresence = (person, name, state) =>
  until(`${name} is "${state}" at ${person.name}`, async () => (await presenceOf(person, name)) === state);

staged('two people become contacts, one calls, and they see and hear each other', async (stage) => {
  const { server } = await school(stage);
  const [chromium, firefox] = await stage.browsers('chromium', 'firefox');
  const ann = await personOn(chromium, server, ANN, 'Ann Archer');
  const bob = await personOn(firefox, server, BOB, 'Bob Baker');

  await fill(ann.page, 'contact-email', BOB);
  await pressOn(ann.page, 'ask');
  await seesWords(bob.page, 'Ann Archer', '[data-section="requests"]'); // without being loaded anew
  await pressOn(bob.page, 'accept-request');
  await seesWords(ann.page, 'Bob Baker', '[data-section="contacts"]');
  assert.equal(await presenceOf(ann, 'Bob Baker'), 'unknown');
  await tick(bob.page, '[name="presence"]');
  await showsPresence(ann, 'Bob Baker', 'here');

  await callOn(ann, 'Bob Baker');
  await waitForDialog(bob, 'incoming-call');
  await seesWords(bob.page, 'Ann Archer is calling you');
  await seesWords(bob.page, ANN, '[data-dialog="incoming-call"]');
  await until('the call in the title', () => bob.page.evaluate(() => document.title.includes('Ann Archer')));
  assert.notEqual(await bob.page.evaluate(() => document.activeElement?.tagName), 'BUTTON');
  await answer(bob, 'accept-call');
  await Promise.all([ann, bob].map(({ page }) => waitForScreen(page, 'meeting')));
  await Promise.all([seesMoving(ann, 'Bob Baker'), seesMoving(bob, 'Ann Archer'), hears(ann), hears(bob)]);

  await press(bob, 'leave');
  await waitForScreen(ann.page, 'over call_over');
  await seesWords(ann.page, 'The call is over');
});

staged('declined, hung up, missed, called back: in Firefox, with a tablet beside it', async (stage) => {
  const { server, ann, bob } = await school(stage);
  await befriend(ann.browser, bob.browser, BOB);
  const firefox = await stage.browser('firefox');
  const annsLine = await openLine(ann.browser);
  const tablet = await openLine(bob.browser);
  const page = await personOn(firefox, server, BOB, 'Bob Baker');
  const ring = async () => {
    annsLine.say('ring', { who: bob.person.id });
    return (await annsLine.next('ringing')).call;
  };

  let call = await ring();
  await tablet.next('ring');
  await waitForDialog(page, 'incoming-call');
  await answer(page, 'decline-call');
  assert.equal((await tablet.next('ring_over')).why, 'declined');
  const heard = annsLine.messages.map(({ type }) => type).filter((type) => type !== 'hello');
  assert.deepEqual(heard, []); // there it rings on
  annsLine.say('cancel', { call });

  call = await ring();
  await waitForDialog(page, 'incoming-call');
  await tablet.next('ring');
  annsLine.say('cancel', { call });
  await tablet.next('ring_over', ({ why }) => why === 'missed');
  await until('the dialog is gone', async () => (await dialogOf(page)) === null);
  await seesWords(page.page, 'You missed a call of Ann Archer');
  await seesWords(page.page, 'Ann Archer', '[data-section="missed"]');
  await page.page.waitForSelector('[data-missed="1"]');

  await pressOn(page.page, 'call-back', 'Ann Archer');
  await waitForDialog(page, 'before-call');
  await pressOn(page.page, 'call-audio');
  const { call: back, from } = await annsLine.next('ring');
  assert.deepEqual(from, { id: bob.person.id, name: 'Bob Baker', email: BOB, email_verified: true });
  await waitForDialog(page, 'calling');
  await pressOn(page.page, 'hang-up');
  assert.equal((await annsLine.next('ring_over')).call, back);
  await until('the dialog is gone', async () => (await dialogOf(page)) === null);

  call = await ring(); // taken on the tablet: the page stops
  await waitForDialog(page, 'incoming-call');
  tablet.say('accept', { call });
  assert.equal((await annsLine.next('go')).room, (await tablet.next('go')).room);
  await seesWords(page.page, 'answered on another device');
  await Promise.all([annsLine.close(), tablet.close()]);
});

staged('a call asks as often as the person has chosen: once agreed to, it explains no more, and still waits for the click', async (stage) => {
  const { server, ann, bob } = await school(stage);
  await befriend(ann.browser, bob.browser, BOB);
  const annsLine = await openLine(ann.browser);
  const page = await personOn(await stage.browser('chromium', { width: 390, height: 844 }), server, BOB, 'Bob Baker');
  const before = () => page.page.$('dialog[open] [data-consent-before]');
  const callAndHangUp = async () => {
    await pressOn(page.page, 'call-video');
    await waitForDialog(page, 'calling');
    await annsLine.next('ring');
    await pressOn(page.page, 'hang-up');
    await until('the dialog is gone', async () => (await dialogOf(page)) === null);
  };
  const askToCall = async () => {
    await pressOn(page.page, 'call', 'Ann Archer');
    await waitForDialog(page, 'before-call');
  };

  await askToCall();
  await callAndHangUp();
  await askToCall();
  assert.equal(await before(), null, 'unless chosen otherwise, each call is explained');
  await page.page.select('dialog[open] [data-ask]', 'each_person');
  await callAndHangUp();

  await askToCall();
  assert.notEqual(await before(), null);
  await seesWords(page.page, 'If Ann Archer accepts', '[data-dialog="before-call"]');
  await pressOn(page.page, 'call-cancel');
  annsLine.say('ring', { who: bob.person.id });
  await waitForDialog(page, 'incoming-call');
  assert.notEqual(await before(), null, 'who calls is the same person');
  await seesWords(page.page, 'If you accept, Ann Archer hears and sees you', '[data-dialog="incoming-call"]');
  assert.deepEqual((await devicesUsed(page)).asked, [], 'nothing opens by itself');
  await answer(page, 'decline-call');
  await annsLine.close();
});

staged('a link for one person, and blocking', async (stage) => {
  const { server, ann, bob } = await school(stage);
  const chromium = await stage.browser('chromium', { width: 390, height: 844 });
  const { link } = await ann.browser.ask('POST', '/api/v1/me/contact-links', {}, 201);
  const person = await personOn(chromium, server, BOB, 'Bob Baker');
  await person.page.goto(link);
  await seesWords(person.page, 'Become a contact of Ann Archer?');
  assert.doesNotMatch(await person.page.evaluate(() => location.href), /#/);
  await pressOn(person.page, 'become-contacts');
  await onScreen(person.page, 'contacts');
  await seesWords(person.page, 'Ann Archer', '[data-section="contacts"]');
  await pressOn(person.page, 'more', 'Ann Archer');
  await pressOn(person.page, 'block', 'Ann Archer');
  await pressOn(person.page, 'confirm-yes');
  await seesWords(person.page, 'Ann Archer', '[data-section="blocked"]');
  const line = await openLine(ann.browser);
  line.say('ring', { who: bob.person.id });
  await line.next('ringing');
  await goTo(person, '/contacts');
  assert.equal(await dialogOf(person), null);
  assert.equal((await bob.browser.ask('GET', '/api/v1/me/calls')).missed, 0);
  await line.close();
});
