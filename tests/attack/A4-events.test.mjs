/* SPDX-License-Identifier: GPL-3.0-or-later */
// A4 in events: nobody but those in it gets a packet of the green room or hears who is there; nobody but a moderator
// begins or ends the broadcast or brings anybody onto the stage; nobody gets there uninvited; and the question box takes
// what it should from each, and tells nobody else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { Meeting, Person, allFlows, slotOf } from '../lib/native.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const BOTH = ['mic', 'camera'];
const POLICY = {
  guests: true, guests_verified: false, waiting_room: false, present: 'speaker', share: 'speaker', chat: 'viewer',
};
let server, owner;

before(async () => {
  server = await startServer();
  owner = await firstAdministrator(server, { name: 'Hanna Huber' });
});
after(() => server?.stop());

/** An event whose host is Hanna, without media; whoever enters is a viewer. */
async function startEvent() {
  const meeting = new Meeting(server);
  meeting.room = (await owner.ask('POST', '/api/v1/rooms', { title: 'Concert', kind: 'event', policy: POLICY }, 201)).id;
  meeting.host = await owner.join(meeting.room, 'Hanna Host');
  meeting.host.send('hello');
  await meeting.host.next('welcome');
  return meeting;
}

const hostAsPerson = (meeting) => {
  const host = new Person('Hanna Host', owner, meeting.host, '127.0.0.1', 90);
  host.server = meeting.media;
  meeting.people.push(host);
  return host;
};

const changedTo = (meeting, person, fits) =>
  meeting.host.next('changed', ({ person: told }) => told.id === person.id && fits(told));

async function speakerIn(meeting, name, address) {
  const person = await meeting.enter(name, address);
  meeting.host.send('role', { who: person.id, role: 'speaker' });
  await changedTo(meeting, person, ({ role }) => role === 'speaker');
  await person.signal.next('welcome');
  return person;
}

async function connected(person, words = BOTH) {
  await person.connect(words);
  return person.connected();
}

/** Everybody here goes on to send 100 frames of sound and 20 of picture. */
async function moreOf(...senders) {
  const sent = await Promise.all(senders.map(async (sender) => (await sender.stats()).sent));
  await until('frames of all who send', async () => {
    const now = await Promise.all(senders.map(async (sender) => (await sender.stats()).sent));
    return now.every(({ mic, camera }, i) => mic > sent[i].mic + 100 && camera > sent[i].camera + 20);
  });
  return sent;
}

async function gotNothing(watcher) {
  const { slots, unknown, authFailed } = await watcher.stats();
  assert.ok(slots.length > 0);
  assert.deepEqual(slots.map(({ packets }) => packets), slots.map(() => 0), watcher.name);
  assert.deepEqual({ unknown, authFailed }, { unknown: 0, authFailed: 0 });
}

/** Of what the sender sends after now nothing reaches the watcher. */
async function getsNoMore(watcher, sender) {
  const [sent] = await moreOf(sender);
  for (const [source, video] of [['mic', false], ['camera', true]]) {
    const slot = await slotOf(watcher, sender, video);
    assert.ok(!slot || slot.last <= sent[source], `${source}: ${slot?.last} came, ${sent[source]} was allowed`);
  }
}

test('a viewer gets no packet of the green room and hears of nobody in it; what begins then is what is sent then', async () => {
  const meeting = await startEvent();
  const hanna = hostAsPerson(meeting);
  const mallory = await meeting.enter('Mallory', '127.0.0.12');
  const sven = await speakerIn(meeting, 'Sven Speaker', '127.0.0.11');
  await connected(hanna);
  await connected(sven);
  await connected(mallory); // offers to send, and has slots for what there is to get
  await allFlows([hanna, sven]);
  mallory.signal.send('state', { mic: true, camera: true, screen: true });
  for (const source of ['mic', 'camera', 'screen'])
    assert.equal((await mallory.signal.next('muted', (message) => message.source === source)).by, null);
  sven.signal.send('state', { mic: true, camera: false, screen: false });
  await changedTo(meeting, sven, ({ camera }) => !camera);
  sven.signal.send('state', { mic: true, camera: true, screen: false });
  await changedTo(meeting, sven, ({ camera }) => camera);
  mallory.media.command('key', '0');
  await moreOf(hanna, sven);
  await gotNothing(mallory);
  for (const { id, name } of [hanna, sven])
    assert.ok(!mallory.signal.heard.some((text) => text.includes(id) || text.includes(name)), `${name} was told of`);

  const { sent } = await sven.stats();
  meeting.host.send('broadcast', { on: true });
  assert.equal((await mallory.signal.next('broadcast')).broadcast.state, 'live');
  const [sound, picture] = await until('sound and picture of the stage at Mallory', async () => {
    const slots = await Promise.all([slotOf(mallory, sven, false), slotOf(mallory, sven, true)]);
    return slots.every(Boolean) && slots;
  });
  assert.ok(sound.first >= sent.mic, `sound from ${sound.first} on, ${sent.mic} was the green room's`);
  assert.ok(picture.first >= sent.camera, `a picture from ${picture.first} on, ${sent.camera} was the green room's`);

  meeting.host.send('stage', { who: sven.id, on: false });
  assert.equal((await mallory.signal.next('left')).reason, 'backstage');
  await getsNoMore(mallory, sven);
  assert.ok(await slotOf(mallory, hanna, true));
  meeting.host.send('broadcast', { on: false });
  assert.deepEqual((await mallory.signal.next('broadcast', ({ broadcast }) => broadcast.state === 'over')).people, []);
  await getsNoMore(mallory, hanna);
  await meeting.stop();
});

test('who comes while it runs waits in the green room, and who is made a viewer gets nothing of it any more', async () => {
  const meeting = await startEvent();
  const hanna = await connected(hostAsPerson(meeting));
  meeting.host.send('broadcast', { on: true });
  const watcher = await connected(await meeting.enter('Wanda', '127.0.0.12'), []);
  const sven = await connected(await speakerIn(meeting, 'Sven Speaker', '127.0.0.11'));
  const mallory = await connected(await speakerIn(meeting, 'Mallory', '127.0.0.13'));
  await until('Sven at Mallory, who waits, too', async () => slotOf(mallory, sven, true));
  assert.ok(await until('the stage at Mallory', async () => slotOf(mallory, hanna, true)));
  await until('the stage at Wanda', async () => slotOf(watcher, hanna, true));
  await moreOf(sven, mallory);
  assert.equal(await slotOf(watcher, sven, true), undefined);
  assert.equal(await slotOf(hanna, sven, false), undefined, 'nor do those on the stage hear it');
  meeting.host.send('role', { who: mallory.id, role: 'viewer' });
  await changedTo(meeting, mallory, ({ role }) => role === 'viewer');
  await getsNoMore(mallory, sven); // though the client keeps its connection
  await getsNoMore(sven, mallory);
  await meeting.stop();
});

const ORDERS = {
  broadcast: () => ({ on: true }),
  stage: ({ id }) => ({ who: id, on: true }),
  invite: ({ id }) => ({ who: id, on: true }),
  question: () => ({ id: 1, act: 'show' }),
};

for (const [type, fields] of Object.entries(ORDERS)) {
  test(`"${type}" of a viewer or a speaker ends the own socket and changes nothing`, async () => {
    const meeting = await startEvent();
    const asker = await meeting.enter('Asker', '127.0.0.10');
    asker.signal.send('ask', { text: 'Why?' });
    await meeting.host.next('question');
    const viewer = await meeting.enter('Mallory', '127.0.0.11');
    const speaker = await speakerIn(meeting, 'Sven Speaker', '127.0.0.12');
    for (const { signal, id } of [viewer, speaker]) {
      signal.send(type, fields({ id }));
      assert.equal((await signal.closed).code, 4000);
    }
    const late = await owner.entry(meeting.room, 'Hanna Host', true); // the state is still there to be told
    assert.ok(late.entry);
    const witness = await meeting.enter('Wanda', '127.0.0.13');
    const heard = witness.signal.heard.join();
    assert.match(heard, /"broadcast":\{"state":"before"/);
    assert.match(heard, /"shown":null/);
    await meeting.stop();
  });
}

test('nobody gets onto the stage uninvited, by another’s invitation, or by one that was taken back', async () => {
  const meeting = await startEvent();
  const vera = await meeting.enter('Vera', '127.0.0.11');
  const mallory = await meeting.enter('Mallory', '127.0.0.12');
  const refused = async ({ signal }) => {
    signal.send('invitation', { accept: true });
    assert.equal((await signal.next('error')).code, 'no_invitation');
  };
  await refused(mallory);
  meeting.host.send('invite', { who: vera.id, on: true });
  assert.equal((await vera.signal.next('invited')).by, 'Hanna Host');
  await refused(mallory);
  meeting.host.send('invite', { who: vera.id, on: false });
  assert.equal((await vera.signal.next('invited')).by, null);
  await refused(vera);
  meeting.host.send('stage', { who: mallory.id, on: true });
  assert.equal((await meeting.host.next('error')).code, 'not_invited');
  mallory.signal.send('step_down');
  mallory.signal.send('invitation', { accept: true, who: vera.id });
  assert.deepEqual(await mallory.signal.closed, { code: 4000, reason: 'unknown field' });
  meeting.host.send('invite', { who: vera.id, on: true });
  await vera.signal.next('invited');
  vera.signal.send('invitation', { accept: true });
  assert.equal((await changedTo(meeting, vera, ({ role }) => role === 'speaker')).person.stage, 'ready');
  await meeting.stop();
});

test('the question box: text is data, few from each, and nobody but moderators hears of them', async () => {
  const meeting = await startEvent();
  const wanda = await meeting.enter('Wanda', '127.0.0.13');
  const mallory = await meeting.enter('Mallory', '127.0.0.12');
  const text = '<img src=x onerror=alert(1)> & "\\u003c"';
  mallory.signal.send('ask', { text });
  const { question } = await meeting.host.next('question');
  assert.deepEqual([question.text, question.name, question.who], [text, 'Mallory', mallory.id]);
  mallory.signal.send('ask', { text: 'And?' });
  assert.equal((await mallory.signal.next('error')).code, 'asked_too_soon');
  for (const wrong of ['two\nlines', 'turned\u202e', '\u200b', 'x'.repeat(601)]) {
    mallory.signal.send('ask', { text: wrong });
    assert.equal((await mallory.signal.next('error')).code, 'bad_question', JSON.stringify(wrong));
  }
  mallory.signal.send('ask', { text: 'Why?', name: 'Hanna Host' });
  assert.deepEqual(await mallory.signal.closed, { code: 4000, reason: 'unknown field' });
  // The same browser in a new stay is who it was.
  const again = await mallory.browser.join(meeting.room, 'Nobody Known');
  again.send('hello');
  await again.next('welcome');
  again.send('ask', { text: 'And now?' });
  assert.equal((await again.next('error')).code, 'asked_too_soon');
  assert.ok(!wanda.signal.heard.some((message) => message.includes('onerror')));
  meeting.host.send('question', { id: question.id, act: 'show' });
  const { question: shown } = await wanda.signal.next('shown');
  assert.deepEqual([shown.text, shown.name, shown.who], [text, 'Mallory', null]);
  again.terminate();
  await meeting.stop();
});
