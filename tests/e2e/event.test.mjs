/* SPDX-License-Identifier: GPL-3.0-or-later */
// A small event in real browsers: a calm page before it, a green room, an invitation onto the stage, the broadcast, a
// question, a drop in the middle of it, and back.
import assert from 'node:assert/strict';
import { firstAdministrator } from '../lib/accounts.mjs';
import { hostEvent, watchEvent } from '../lib/event.mjs';
import {
  connectionsMade,
  devicesUsed,
  hears,
  press,
  received,
  seesMoving,
  seesNames,
} from '../lib/meeting.mjs';
import { pressOn, seesWords } from '../lib/pages.mjs';
import { startProxy } from '../lib/proxy.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const HOST = 'Hanna Huber';
const EMAIL = 'hanna@hall.example';
const QUESTION = 'Is <b>this</b> bold?';
const POLICY = {
  guests: true, guests_verified: false, waiting_room: false, present: 'speaker', share: 'speaker', chat: 'viewer',
};

async function startEvent(stage) {
  const proxy = stage.owns(await startProxy());
  const server = await stage.server({ publicPort: proxy.port });
  proxy.target = server.port;
  proxy.open = true;
  const owner = await firstAdministrator(server, { email: EMAIL, name: HOST });
  const room = { title: 'Concert', kind: 'event', policy: POLICY };
  const { id } = await owner.ask('POST', '/api/v1/rooms', room, 201);
  return { proxy, server, id, address: `${server.origin}/m/${id}` };
}

const appears = (person, selector) => person.page.waitForSelector(selector, { timeout: 20_000 });
const goes = (person, selector) =>
  until(`${selector} to go at ${person.name}`, async () => (await person.page.$(selector)) === null);
const broadcastIs = (person, state) => appears(person, `[data-mark="broadcast"][data-state="${state}"]`);
const placeIs = (person, place) => appears(person, `[data-place="${place}"]`);
const pressAbout = (person, act, other) => pressOn(person.page, act, other.name);

async function openPanel(person, name) {
  if ((await person.page.$(`[data-panel="${name}"]`)) === null) await press(person, name);
  await appears(person, `[data-panel="${name}"]`);
}

async function confirmed(person, act) {
  await press(person, act);
  await press(person, 'confirm-yes');
}

async function gotNoMedia(person) {
  const { audioPackets, videoPackets } = await received(person);
  assert.deepEqual({ audioPackets, videoPackets }, { audioPackets: 0, videoPackets: 0 }, person.name);
}

staged('an event: green room, invitation, broadcast, a question, a drop, back to the audience', async (stage) => {
  const event = await startEvent(stage);
  const [hostBrowser, guestBrowser, watcherBrowser] = await stage.browsers('chromium+cryptex', 'firefox', 'chromium');
  const host = await hostEvent(hostBrowser, event.address, { email: EMAIL, name: HOST });
  await placeIs(host, 'before');
  const vera = await watchEvent(guestBrowser, event.address, 'Vera Viewer');
  const wanda = await watchEvent(watcherBrowser, event.address, 'Wanda Watcher');
  for (const viewer of [vera, wanda]) {
    await appears(viewer, '[data-event="before"]');
    await broadcastIs(viewer, 'before');
    assert.deepEqual(await viewer.page.$$('[data-source="camera"]'), []);
  }

  // Asked first, by name; and no device before the sentence that says by whom was clicked.
  await openPanel(host, 'stage');
  await pressAbout(host, 'invite-onto-stage', vera);
  await seesWords(vera.page, `${HOST} invites you onto the stage`, '[data-invited]');
  await press(vera, 'invitation-accept');
  await seesWords(vera.page, `${HOST} has invited you onto the stage.`, '[data-event="setup"]');
  assert.deepEqual(await devicesUsed(vera), { asked: [], tracks: [] });
  await press(vera, 'agree-both');
  await placeIs(vera, 'before');
  await Promise.all([seesMoving(host, vera.name), seesMoving(vera, HOST), hears(host), hears(vera)]);
  assert.notEqual(await wanda.page.$('[data-event="before"]'), null, 'who watches sees nothing of it');
  await gotNoMedia(wanda);
  assert.deepEqual(await devicesUsed(wanda), { asked: [], tracks: [] });

  // The start is the host's, after a question that says who will be seen.
  await press(host, 'broadcast-start');
  await seesWords(host.page, vera.name, 'dialog');
  await press(host, 'confirm-yes');
  for (const person of [host, vera, wanda]) await broadcastIs(person, 'live');
  for (const person of [host, vera]) await placeIs(person, 'live');
  await Promise.all([seesMoving(wanda, HOST), seesMoving(wanda, vera.name), hears(wanda)]);
  assert.equal(await connectionsMade(wanda), 1, 'the connection was there before');

  // A question is text, and everybody sees it when the host says so.
  await openPanel(wanda, 'questions');
  await wanda.page.$eval(
    '#question',
    (field, text) => {
      field.value = text;
      field.dispatchEvent(new Event('input', { bubbles: true }));
    },
    QUESTION,
  );
  await pressOn(wanda.page, 'ask');
  await seesWords(wanda.page, QUESTION, '[data-question]');
  await openPanel(host, 'questions');
  // All vote on what the host puts on the list.
  await pressAbout(host, 'question-list', { name: QUESTION });
  await openPanel(vera, 'questions');
  for (const person of [vera, wanda]) {
    await appears(person, '[data-act="question-vote"]');
    await pressAbout(person, 'question-vote', { name: QUESTION });
  }
  await appears(wanda, '[data-list="votes"] [data-votes="2"]');
  await appears(wanda, '[data-act="question-vote"][aria-pressed="true"]');
  await pressAbout(host, 'question-show', { name: QUESTION });
  for (const person of [host, vera, wanda]) await seesWords(person.page, QUESTION, '[data-shown]');
  await pressAbout(host, 'question-answered', { name: QUESTION });
  for (const person of [vera, wanda]) await goes(person, '[data-shown] blockquote');
  await seesWords(wanda.page, 'Answered', '[data-question]');

  // A drop: everybody returns to what it is now.
  event.proxy.cut();
  for (const person of [host, vera, wanda]) await appears(person, '[data-link="away"]');
  event.proxy.open = true;
  for (const person of [host, vera, wanda]) await appears(person, '[data-link="open"]');
  for (const person of [host, vera, wanda]) await broadcastIs(person, 'live');
  await placeIs(vera, 'live');
  await seesNames(wanda, [HOST, vera.name]);

  // Off the stage, back to the audience, and the end.
  await openPanel(host, 'stage');
  await pressAbout(host, 'to-green', vera);
  await placeIs(vera, 'waiting');
  await seesNames(wanda, [HOST]);
  await seesMoving(vera, HOST);
  await confirmed(vera, 'step-down');
  await goes(vera, '[data-place]');
  await until('no device in use at Vera', async () =>
    (await devicesUsed(vera)).tracks.every((track) => track.endsWith('ended')),
  );
  await seesMoving(vera, HOST);
  await confirmed(host, 'broadcast-end');
  for (const viewer of [vera, wanda]) await appears(viewer, '[data-event="over"]');
  await broadcastIs(host, 'over');
});
