/* SPDX-License-Identifier: GPL-3.0-or-later */
// What breaks on the way, and comes back by itself: the socket, the media path, a media process. And what ends for good
// says so.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import {
  admit,
  connectionsMade,
  devicesUsed,
  hears,
  hostMeeting,
  join,
  knock,
  press,
  received,
  seesMoving,
  seesNames,
  seesTile,
  waitForScreen,
} from '../lib/meeting.mjs';
import { startProxy } from '../lib/proxy.mjs';
import { startRelay } from '../lib/relay.mjs';
import { childrenOf } from '../lib/server.mjs';
import { staged } from '../lib/stage.mjs';
import { aSecond, until } from '../lib/wait.mjs';

const attributeOf = (person, name) =>
  person.page.$eval('[data-screen]', (element, attribute) => element.getAttribute(attribute), name);
const waitForLink = (person, link) =>
  until(`the link of ${person.name} to be ${link}`, async () => (await attributeOf(person, 'data-link')) === link);
const bothMove = (one, other) =>
  Promise.all([seesMoving(one, other.name), seesMoving(other, one.name), hears(one), hears(other)]);

/** Ten more decoded pictures on the connection that there is. */
async function framesGrow(person) {
  const { frames } = await received(person);
  await until(`more pictures at ${person.name}`, async () => (await received(person)).frames >= frames + 10);
}

staged(
  'a dropped socket returns by itself: the media goes on meanwhile, and what was done meanwhile is done once',
  async (stage) => {
    const proxy = stage.owns(await startProxy());
    const server = await stage.server({ publicPort: proxy.port });
    proxy.target = server.port;
    const [hostBrowser, guestBrowser, lateBrowser] = await stage.browsers('chromium+cryptex', 'firefox', 'chromium');
    const host = await hostMeeting(hostBrowser, server);
    const guest = await join(guestBrowser, host, 'Gustav Guest');
    await bothMove(host, guest);
    const late = await knock(lateBrowser, host.address, 'Lara Late', { media: false });
    await host.page.waitForSelector('.knock-name');

    proxy.cut();
    await Promise.all([host, guest].map((person) => waitForLink(person, 'away')));
    await Promise.all([framesGrow(host), framesGrow(guest)]);
    await press(guest, 'mic');
    await press(guest, 'camera');
    await admit(host, late);

    proxy.open = true;
    await Promise.all([host, guest].map((person) => waitForLink(person, 'open')));
    await waitForScreen(late.page, 'meeting');
    const names = [host.name, guest.name, late.name];
    await Promise.all([host, guest, late].map((person) => seesNames(person, names)));
    for (const person of [host, late]) await seesTile(person, guest.name, { muted: true, picture: false, away: false });
    assert.equal(await host.page.$('.knock-name'), null, 'the knock was answered once, and is gone');
    assert.deepEqual([await connectionsMade(host), await connectionsMade(guest)], [1, 1], 'media never started anew');

    // Still the same stay: the next command is understood.
    await press(guest, 'camera');
    await seesMoving(host, guest.name);
  },
);

staged(
  'sockets that drop again and again, also in the middle of returning, neither lose nor double anybody',
  async (stage) => {
    const proxy = stage.owns(await startProxy());
    const server = await stage.server({ publicPort: proxy.port });
    proxy.target = server.port;
    const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'chromium+cryptex');
    const host = await hostMeeting(hostBrowser, server);
    const guest = await join(guestBrowser, host, 'Gustav Guest');
    await bothMove(host, guest);
    for (let round = 0; round < 5; round++) {
      proxy.cut();
      await press(guest, 'mic');
      proxy.open = true;
      await until('an attempt to return', () => proxy.connections > 0);
      if (round % 2 === 0) await waitForLink(guest, 'open');
    }
    await Promise.all([host, guest].map((person) => waitForLink(person, 'open')));
    await Promise.all([host, guest].map((person) => seesNames(person, [host.name, guest.name])));
    await seesTile(host, guest.name, { muted: true, away: false });
    assert.deepEqual([await connectionsMade(host), await connectionsMade(guest)], [1, 1]);
    await Promise.all([framesGrow(host), framesGrow(guest)]);
  },
);

for (const [seconds, why] of [
  [6, 'ICE notices'],
  [35, 'both sides have given the connection up'],
]) {
  staged(`media comes back by itself after ${seconds} s without a single datagram (${why})`, async (stage) => {
    const server = await stage.server({ mediaAnnounce: '127.0.0.2' });
    const relay = stage.owns(await startRelay({ port: server.mediaPort }));
    relay.capture = false;
    const [hostBrowser, guestBrowser] = await stage.browsers('chromium+cryptex', 'firefox');
    const host = await hostMeeting(hostBrowser, server);
    const guest = await join(guestBrowser, host, 'Gustav Guest');
    await bothMove(host, guest);

    relay.filter = () => false;
    await pause(seconds * 1000);
    relay.filter = null;
    await bothMove(host, guest);
    for (const person of [host, guest])
      await until(
        `the connection state at ${person.name}`,
        async () => (await attributeOf(person, 'data-media')) === 'connected',
      );
    await Promise.all([host, guest].map((person) => seesNames(person, [host.name, guest.name])));
  });
}

staged('a killed media process: everybody sees and hears again within 5 s, without doing anything', async (stage) => {
  const server = await stage.server();
  const browsers = await stage.browsers('chromium+cryptex', 'chromium', 'firefox');
  const host = await hostMeeting(browsers[0], server, 'Hanna');
  const people = [host, await join(browsers[1], host, 'Gustav'), await join(browsers[2], host, 'Greta')];
  const others = (person) => people.filter((other) => other !== person);
  await Promise.all(
    people.map(async (person) => {
      for (const { name } of others(person)) await seesMoving(person, name);
    }),
  );
  await Promise.all(people.map((person) => hears(person)));

  const [media] = await server.children('media');
  const patience = 5 * (await aSecond());
  const killed = Date.now();
  process.kill(media.pid, 'SIGKILL');
  const times = await Promise.all(
    people.map(async (person) => {
      await until(
        `pictures at ${person.name} over a new connection`,
        async () => {
          if ((await connectionsMade(person)) < 2) return false;
          const { frames, audioPackets } = await received(person);
          return frames > 0 && audioPackets > 0;
        },
        { timeout: patience, every: 50 },
      );
      return `${person.name} ${Date.now() - killed} ms`;
    }),
  );
  console.log(`# back after the kill: ${times.join(', ')}`);
  await Promise.all(
    people.map(async (person) => {
      for (const { name } of others(person)) await seesMoving(person, name);
    }),
  );
  await Promise.all(people.map((person) => hears(person)));
  const [successor] = await server.children('media');
  assert.notEqual(successor.pid, media.pid);
});

async function assertOver(person, screen, text) {
  await waitForScreen(person.page, screen);
  assert.match(await person.page.evaluate(() => document.body.innerText), text);
  const { tracks } = await devicesUsed(person);
  assert.ok(
    tracks.length > 0 && tracks.every((track) => track.endsWith('ended')),
    `the devices of ${person.name}: ${tracks}`,
  );
}

staged('a killed web process: its meetings are over, the pages say so, and a new one can be hosted', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'firefox');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await join(guestBrowser, host, 'Gustav Guest');
  await bothMove(host, guest);
  await server.hostLink(); // the one that the killed process had offered
  const [web] = await server.children('web');
  process.kill(web.pid, 'SIGKILL');
  for (const person of [host, guest]) await assertOver(person, 'over no_room', /The meeting is over/);

  const second = await hostMeeting(hostBrowser, server, 'Hanna again');
  await join(guestBrowser, second, 'Gustav again');
});

staged('a stopped server tells every page, and leaves no process behind', async (stage) => {
  const server = await stage.server({ mediaProcesses: 2 });
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'firefox');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await join(guestBrowser, host, 'Gustav Guest');
  await bothMove(host, guest);
  const children = await childrenOf(server.pid);
  assert.equal(children.length, 3, `web and two media processes: ${JSON.stringify(children)}`);

  process.kill(server.pid, 'SIGTERM');
  for (const person of [host, guest]) await assertOver(person, 'over server_stopping', /The server is being stopped/);
  assert.deepEqual(await server.exited, { code: 0, signal: null });
  for (const { pid } of children) assert.ok(!existsSync(`/proc/${pid}`), `process ${pid} is gone`);
});
