/* SPDX-License-Identifier: GPL-3.0-or-later */
// A person whose machine or network is gone says no word of it: the others see it all the same, and who only says nothing
// stays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Meeting } from '../lib/native.mjs';
import { startServer } from '../lib/server.mjs';

const GONE_WITHIN_MS = 25_000; /* asked after 5 to 10 s, and given up 5 s later; the machine may be busy */

let server;
let meeting;
before(async () => {
  server = await startServer();
  meeting = await Meeting.start(server);
});
after(async () => {
  await meeting?.stop();
  await server?.stop();
});

test('who vanishes is seen to be away, and who is silent stays', { timeout: 60_000 }, async () => {
  const still = await meeting.enter('Sam Still', '127.0.1.1');
  const gone = await meeting.enter('Vera Vanished', '127.0.1.2');
  const pings = [];
  still.signal.socket.on('ping', () => pings.push(Date.now()));
  let stillIsIn = true;
  still.signal.end.then(() => { stillIsIn = false; });
  gone.signal.socket.pause(); /* her system still acknowledges what comes; she reads and answers nothing */
  const { person } = await meeting.host.next('changed', (m) => m.person.id === gone.id && !m.person.here, GONE_WITHIN_MS);
  assert.equal(person.name, 'Vera Vanished');
  assert.ok(pings.length >= 1, 'who is there was asked, too');
  assert.ok(stillIsIn, 'and stays');
  const second = await meeting.enter('Nina New', '127.0.1.3'); /* of whom the silent one is told */
  assert.equal((await still.signal.next('joined', (m) => m.person.id === second.id)).person.name, 'Nina New');
});
