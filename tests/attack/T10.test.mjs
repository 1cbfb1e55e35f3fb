/* SPDX-License-Identifier: GPL-3.0-or-later */
// T10: the address leaks before pick-up. Somebody rings, and the other declines: in real browsers on both sides no
// RTCPeerConnection is made, no device is asked for, and no datagram reaches the media port. Declining leaves no trace.
// Then the same people go through with a call, so that it is seen that the eyes of this test are open.
import assert from 'node:assert/strict';
import { firstAdministrator, invited } from '../lib/accounts.mjs';
import { answer, befriend, callOn, dialogOf, personOn, waitForDialog } from '../lib/calls.mjs';
import { connectionsMade, devicesUsed, waitForScreen } from '../lib/meeting.mjs';
import { pressOn } from '../lib/pages.mjs';
import { startRelay } from '../lib/relay.mjs';
import { staged } from '../lib/stage.mjs';
import { sql } from '../lib/store.mjs';
import { until } from '../lib/wait.mjs';

const RELAY = '127.0.0.2';
const ANN = 'ann@school.example', BOB = 'bob@school.example';

async function scene(stage, [callersBrowser, calledBrowser]) {
  const server = await stage.server({ mediaAnnounce: RELAY, args: ['--log_level', 'debug'] });
  const relay = stage.owns(await startRelay({ listen: RELAY, port: server.mediaPort }));
  const admin = await firstAdministrator(server);
  const ann = await invited(admin, ANN, 'Ann Archer'), bob = await invited(admin, BOB, 'Bob Baker');
  await befriend(ann.browser, bob.browser, BOB);
  const [first, second] = await stage.browsers(callersBrowser, calledBrowser);
  const caller = await personOn(first, server, ANN, 'Ann Archer');
  const called = await personOn(second, server, BOB, 'Bob Baker');
  return { server, relay, caller, called, ann, bob };
}

async function isUntouched(person, relay, when) {
  assert.equal(await connectionsMade(person), 0, `no RTCPeerConnection at ${person.name} ${when}`);
  assert.deepEqual(await devicesUsed(person), { asked: [], tracks: [] }, `no device at ${person.name} ${when}`);
  assert.deepEqual(relay.captured, [], `no datagram ${when}`);
}

for (const browsers of [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
])
  staged(`${browsers[0]} rings, ${browsers[1]} declines: nothing of media on either side before "accept"`, async (stage) => {
    const { server, relay, caller, called, bob } = await scene(stage, browsers);
    const both = [caller, called];

    await callOn(caller, 'Bob Baker');
    await waitForDialog(called, 'incoming-call');
    for (const person of both) await isUntouched(person, relay, 'while it rings');
    await answer(called, 'decline-call');
    assert.equal(await dialogOf(caller), 'calling'); // there it rings on
    await pressOn(caller.page, 'hang-up');
    await until('the caller hung up', async () => (await dialogOf(caller)) === null);
    for (const person of both) await isUntouched(person, relay, 'after it was declined');
    assert.equal((await bob.browser.ask('GET', '/api/v1/me/calls')).missed, 0);
    assert.deepEqual((await sql(server, 'SELECT * FROM missed_call')).rows, []);
    const { rows } = await sql(server, 'SELECT kind, actor, subject, detail FROM log');
    assert.ok(!JSON.stringify(rows).includes('call'), 'no word of it in the log of security events');

    await callOn(caller, 'Bob Baker', 'call-audio');
    await waitForDialog(called, 'incoming-call');
    for (const person of both) await isUntouched(person, relay, 'while it rings again');
    await answer(called, 'accept-audio');
    await Promise.all(both.map(({ page }) => waitForScreen(page, 'meeting')));
    await until('datagrams of both', () => relay.clients.size >= 2 && relay.captured.length > 4);
    for (const person of both) {
      await until(`a connection of ${person.name}`, async () => (await connectionsMade(person)) === 1);
      assert.deepEqual((await devicesUsed(person)).asked, ['audio']);
    }
  });
