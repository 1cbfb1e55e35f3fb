/* SPDX-License-Identifier: GPL-3.0-or-later */
// The link emulator with real packets of real programs: what is asked of it is what happens (in virtual time, and more
// exactly: tests/unit/test_link.c).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { onLinks, startLink } from '../lib/link.mjs';
import { until } from '../lib/wait.mjs';

const PORT = 4000;

/** Sends `count` numbered datagrams of `bytes` to leg 0, `perTick` every 10 ms, each with the time. */
const SENDER = `
  const [count, bytes, perTick] = process.argv.slice(1).map(Number);
  const socket = require('node:dgram').createSocket('udp4');
  let sent = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < perTick && sent < count; i++) {
      const data = Buffer.alloc(bytes);
      data.writeUInt32BE(sent++);
      data.writeDoubleBE(Date.now(), 4);
      socket.send(data, ${PORT}, '10.77.0.1');
    }
    if (sent === count) { clearInterval(timer); setTimeout(() => socket.close(), 50); }
  }, 10);`;
/** Sends 300,000 bytes by TCP. */
const TALKER = `require('node:net').connect(${PORT}, '10.77.0.1', function () { this.end('x'.repeat(300000)); });`;

/** Runs Node.js code on a leg, to its end. */
async function runOn(leg, code, ...args) {
  const child = spawn('nsenter', [`--net=${leg.network}`, process.execPath, '-e', code, ...args.map(String)], {
    stdio: 'inherit',
  });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
}

/** What arrives at leg 0 of such a row: [{number, delay, at}]. */
async function arrivals(link, leg, { count, bytes, perTick, wait = 500 }) {
  const got = [];
  const socket = dgram.createSocket('udp4');
  socket.on('message', (data) => {
    const at = Date.now();
    got.push({ number: data.readUInt32BE(0), delay: at - data.readDoubleBE(4), at });
  });
  socket.bind(PORT, '10.77.0.1');
  await once(socket, 'listening');
  await runOn(link.legs[leg], SENDER, count, bytes, perTick);
  let before = -1;
  await until('the last datagram', () => got.length === before || ((before = got.length), false), { every: wait });
  socket.close();
  return got;
}

function near(is, wanted, part, what) {
  assert.ok(Math.abs(is - wanted) <= wanted * part, `${what}: ${is}, wanted ${wanted}`);
}

function tests() {
  let link;
  before(async () => {
    link = await startLink(3);
  });
  after(() => link.stop());

  test('without an impairment nothing is lost, and other legs are as good as this one', async () => {
    const got = await arrivals(link, 1, { count: 300, bytes: 200, perTick: 3 });
    assert.equal(got.length, 300);
    assert.ok(got.every(({ number }, i) => number === i));
  });

  test('loss takes its part of one way, and of no other leg', async () => {
    await link.set(1, 'up', { loss: 0.2 });
    const [lossy, clean] = [
      await arrivals(link, 1, { count: 1000, bytes: 100, perTick: 4 }),
      await arrivals(link, 2, { count: 300, bytes: 100, perTick: 4 }),
    ];
    near(1000 - lossy.length, 200, 0.25, 'lost');
    assert.equal(clean.length, 300);
    const { legs } = await link.stats();
    assert.equal(legs[1].up.lost, 1000 - lossy.length, 'it counts what it loses');
  });

  test('delay is added, and never less than was asked', async () => {
    await link.set(1, 'up', { delay_ms: 200 });
    const delays = (await arrivals(link, 1, { count: 100, bytes: 100, perTick: 1 })).map(({ delay }) => delay);
    assert.equal(delays.length, 100);
    assert.ok(Math.min(...delays) >= 199, `${Math.min(...delays)} ms`); // both clocks count whole milliseconds
    assert.ok(Math.min(...delays) < 400, `${Math.min(...delays)} ms`);
  });

  test('a bottleneck passes its rate, and its queue what fits', async () => {
    await link.set(1, 'up', { rate_kbps: 1000, queue_ms: 300 });
    const got = await arrivals(link, 1, { count: 500, bytes: 972, perTick: 5 }); // with their headers: 4 Mbit/s
    const seconds = (got.at(-1).at - got[0].at) / 1000;
    near(((got.length - 1) * 8) / seconds, 1000, 0.15, 'kbit/s');
    assert.ok(Math.max(...got.map(({ delay }) => delay)) >= 250, 'the queue fills');
    assert.equal((await link.stats()).legs[1].up.queue_full, 500 - got.length);
  });

  test('during an outage nothing passes, and afterwards all', async () => {
    await link.set(1, 'up');
    await link.cut(1, 'up', 1000);
    const during = Date.now();
    const got = await arrivals(link, 1, { count: 200, bytes: 100, perTick: 1, wait: 1200 });
    assert.ok(got.length > 0 && got.length < 200, `${got.length} of 200`);
    assert.ok(got[0].at - during >= 950, 'none before its end');
    assert.equal(got.at(-1).number - got[0].number + 1, got.length, 'all after it');
  });

  test('TCP passes, with loss too', async () => {
    await link.set(1, 'both', { loss: 0.05, delay_ms: 10 });
    const server = net.createServer().listen(PORT, '10.77.0.1');
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const sent = runOn(link.legs[1], TALKER);
    const [socket] = await accepted;
    let bytes = 0;
    for await (const part of socket) bytes += part.length;
    await sent;
    server.close();
    assert.equal(bytes, 300_000);
  });
}

onLinks('the link emulator, in networks of its own', import.meta.url, tests);
