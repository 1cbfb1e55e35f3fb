/* SPDX-License-Identifier: GPL-3.0-or-later */
// Networks that do not let everything through: the call comes up all the same, and goes the way that is left.
import assert from 'node:assert/strict';
import { connectionsMade, hears, hostMeeting, join, received, seesMoving } from '../lib/meeting.mjs';
import { pathOf } from '../lib/path.mjs';
import { startProxy } from '../lib/proxy.mjs';
import { startRelay } from '../lib/relay.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** Of a datagram that IPv6 carries whole over any path: 1280 bytes without the headers. */
const LONGEST_ANYWHERE = 1232;

const bothMove = (one, other) =>
  Promise.all([seesMoving(one, other.name), seesMoving(other, one.name), hears(one), hears(other)]);

staged('without UDP media goes over TCP, in Chromium and in Firefox', async (stage) => {
  const server = await stage.server({ mediaAnnounce: '127.0.0.2' });
  const proxy = stage.owns(await startProxy({ listen: '127.0.0.2', port: server.mediaPort })); // TCP alone
  proxy.target = server.mediaPort;
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium+cryptex', 'firefox');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await join(guestBrowser, host, 'Gustav Guest');
  await bothMove(host, guest);
  for (const person of [host, guest]) assert.match(await pathOf(person), /^tcp /, person.name);
});

staged('with both UDP is used, in Chromium and in Firefox', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'firefox');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await join(guestBrowser, host, 'Gustav Guest');
  await bothMove(host, guest);
  for (const person of [host, guest]) assert.match(await pathOf(person), /^udp /, person.name);
});

// What a change of network looks like: from one moment on nothing of the old addresses gets through, and new ones do.
// All that the server sends meanwhile, handshakes and media, is measured.
staged('another network: media returns over new addresses on the same connection', async (stage) => {
  const server = await stage.server({ mediaAnnounce: '127.0.0.2' });
  const relay = stage.owns(await startRelay({ port: server.mediaPort }));
  relay.capture = false;
  const longest = { up: 0, down: 0 };
  const measure = ({ up, data }) => {
    const way = up ? 'up' : 'down';
    longest[way] = Math.max(longest[way], data.length);
  };
  relay.filter = measure;
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium+cryptex', 'firefox');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await join(guestBrowser, host, 'Gustav Guest');
  await bothMove(host, guest);

  const old = new Set(relay.clients.keys());
  const changed = Date.now();
  relay.filter = (datagram) => {
    measure(datagram);
    return !old.has(datagram.client);
  };
  const back = await Promise.all(
    [host, guest].map(async (person) => {
      const { frames, audioPackets } = await received(person);
      // 25 more: what was still on its way does not count.
      await until(
        `sound and pictures at ${person.name}`,
        async () => {
          const now = await received(person);
          return now.frames > frames + 25 && now.audioPackets > audioPackets + 50;
        },
        { timeout: 30_000, every: 100 },
      );
      return `${person.name} ${Date.now() - changed} ms`;
    }),
  );
  console.log(`# back over another network: ${back.join(', ')}`);
  await bothMove(host, guest);
  assert.deepEqual([await connectionsMade(host), await connectionsMade(guest)], [1, 1], 'no connection was made anew');
  console.log(`# the longest datagrams: ${longest.up} bytes from browsers, ${longest.down} from the server`);
  assert.ok(longest.down > 500 && longest.down <= LONGEST_ANYWHERE, `${longest.down} bytes`);
});
