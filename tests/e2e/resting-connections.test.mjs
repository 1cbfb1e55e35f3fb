/* SPDX-License-Identifier: GPL-3.0-or-later */
// A connection whose request was answered may bring another one for a while; then it makes room. What it brings in time
// is answered, and half a request holds it no longer.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const REST_MS = 10_000;
const EARLY_MS = 1_500; // the beginning of the rest is known no better from here
const LATE_MS = 15_000; // of a busy machine

/** A connection, what came on it, and when it ended. */
async function call(server) {
  const line = { got: '', endedAt: null };
  line.socket = connect({ port: server.port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false });
  line.socket.setNoDelay(true);
  line.socket.on('data', (data) => { line.got += data; });
  line.socket.on('error', () => undefined);
  line.socket.on('close', () => { line.endedAt = performance.now(); });
  await new Promise((resolve, reject) => { line.socket.once('secureConnect', resolve).once('error', reject); });
  return line;
}

const request = (server) => `GET /api/v1/session HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`;
const answers = (line) => line.got.match(/HTTP\/1\.1 \d+ /g)?.length ?? 0;

async function ask(server, line) {
  const before = answers(line);
  line.socket.write(request(server));
  await until('an answer', () => answers(line) === before + 1);
  return performance.now();
}

const ended = (line) => until('the connection to be closed', () => line.endedAt !== null, { timeout: REST_MS + LATE_MS });

staged('a connection that rests makes room, and one that is used stays', async (stage) => {
  const server = await stage.server();
  await server.setupLink(); // it is up
  const [rests, goesOn, halts] = await Promise.all([call(server), call(server), call(server)]);
  const since = await ask(server, rests);
  await ask(server, goesOn);
  await ask(server, halts);
  await pause(REST_MS / 2);
  const again = await ask(server, goesOn);
  halts.socket.write(request(server).slice(0, 30));

  await ended(rests);
  assert.ok(rests.endedAt - since > REST_MS - EARLY_MS, 'it was closed early');
  await ended(goesOn);
  assert.ok(goesOn.endedAt - again > REST_MS - EARLY_MS, 'the second request did not begin the rest anew');
  await ended(halts);
  assert.equal(answers(halts), 1);
});
