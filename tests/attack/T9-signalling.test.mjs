/* SPDX-License-Identifier: GPL-3.0-or-later */
// T9: learning a caller's IP address. Every byte that the other participants receive, and everything that the server prints, is
// searched for where a guest is: his address, and the candidates that he announces against the rules.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';

// All of 127.0.0.0/8 is this machine: each of them has an address of his own.
const HOST_ADDRESS = '127.0.0.21';
const GUEST_ADDRESS = '127.0.0.22';
const PEER_ADDRESS = '127.0.0.23';
const PLANTED = ['192.0.2.77', '2001:db8::77', 'b4f1c0de-0000-4000-8000-00000000cafe.local', '198.51.100.7', '49877'];

let server, room, people;

const collect = (socket) => {
  const received = [];
  socket.on('message', (message) => received.push(JSON.stringify(message)));
  return received;
};

async function arrive(name, localAddress, hostSocket) {
  const browser = new Browser(server.origin, { localAddress });
  const socket = await browser.join(room, name);
  const received = collect(socket);
  socket.send('hello');
  if (hostSocket) hostSocket.send('admit', { who: (await hostSocket.next('knock')).id });
  await socket.next('welcome');
  return { browser, socket, received };
}

/** An offer of a real browser in which the guest announces where he is, in every place that SDP has for it. */
async function tellingOffer() {
  const sdp = await readFile(new URL('../data/sdp/chromium.sdp', import.meta.url), 'utf8');
  const candidates = [
    'a=candidate:1 1 udp 2122260223 192.0.2.77 49877 typ host generation 0',
    'a=candidate:2 1 udp 2122260223 b4f1c0de-0000-4000-8000-00000000cafe.local 49877 typ host',
    'a=candidate:3 1 udp 1686052607 2001:db8::77 49877 typ srflx raddr 198.51.100.7 rport 49877',
    `a=candidate:4 1 udp 2122260223 ${GUEST_ADDRESS} 49877 typ host`,
  ].join('\r\n');
  return sdp.replace(/(a=mid:\S+\r?\n)/, `$1${candidates}\r\n`);
}

before(async () => {
  server = await startServer();
  const browser = new Browser(server.origin, { localAddress: HOST_ADDRESS });
  room = await browser.host((await server.hostLink()).split('#')[1]);
  const socket = await browser.join(room, 'Hanna');
  const received = collect(socket);
  socket.send('hello');
  await socket.next('welcome');
  people = { host: { browser, socket, received } };
  people.peer = await arrive('Petra', PEER_ADDRESS, socket);
  people.guest = await arrive('Gustav', GUEST_ADDRESS, socket);
});

after(() => server?.stop());

const sources = { mic: '0', camera: null, screen: null };

test('the guest does everything that others hear of', async () => {
  const { host, guest } = people;
  const sdp = await tellingOffer();
  guest.socket.send('offer', { id: 1, sdp, sources });
  const answered = await Promise.race([guest.socket.next('answer'), guest.socket.next('offer_refused')]);
  assert.equal(answered.type, 'answer', JSON.stringify(answered));
  host.socket.send('offer', { id: 1, sdp: await readFile(new URL('../data/sdp/chromium.sdp', import.meta.url), 'utf8'), sources });
  await host.socket.next('answer');
  guest.socket.send('state', { mic: true, camera: true, screen: false });
  await host.socket.next('changed');
  guest.socket.send('level', { db: 10 });
  await guest.socket.terminate();
  await host.socket.next('changed', (message) => message.person.name === 'Gustav' && !message.person.here);
  const back = await guest.browser.join(room, 'Gustav', true);
  back.send('hello');
  await back.next('welcome');
  back.send('offer', { id: 2, sdp: 'broken 192.0.2.77', sources });
  await back.next('offer_refused');
  back.send('leave');
  await host.socket.next('left');
});

test('neither the host nor another guest receives anything of where he is', async () => {
  for (const who of ['host', 'peer']) {
    const text = people[who].received.join('\n');
    assert.match(text, /Gustav/);
    for (const secret of [GUEST_ADDRESS, ...PLANTED]) assert.ok(!text.includes(secret), `${who} received ${secret}`);
    assert.ok(!text.includes(who === 'host' ? PEER_ADDRESS : HOST_ADDRESS));
  }
});

test('the answer names the server alone', () => {
  const text = people.guest.received.join('\n');
  const named = [...text.matchAll(/candidate:\S+ \d \S+ \d+ (\S+) (\d+)/g)].map((m) => `${m[1]} ${m[2]}`);
  assert.deepEqual([...new Set(named)], [`127.0.0.1 ${server.mediaPort}`]);
});

test('a refusal does not repeat what was sent', () => {
  for (const secret of PLANTED) assert.ok(!people.guest.received.join('\n').includes(secret));
});

test('the server prints no address of a person', async () => {
  const output = server.output();
  for (const secret of [HOST_ADDRESS, GUEST_ADDRESS, PEER_ADDRESS, ...PLANTED]) assert.ok(!output.includes(secret), secret);
  for (const name of ['Hanna', 'Petra', 'Gustav']) assert.ok(!output.includes(name), name);
});

test('the API answers hold no address', async () => {
  for (const path of [`/api/v1/rooms/${room}`, '/', '/nothing']) {
    const { text, headers } = await people.host.browser.request('GET', path);
    assert.ok(!`${text}${JSON.stringify(headers)}`.includes(HOST_ADDRESS), path);
  }
});
