/* SPDX-License-Identifier: GPL-3.0-or-later */
// Networks that do not let everything through: the call comes up all the same, and goes the way that is left.
import assert from 'node:assert/strict';
import { hears, hostMeeting, join, seesMoving } from '../lib/meeting.mjs';
import { pathOf } from '../lib/path.mjs';
import { startProxy } from '../lib/proxy.mjs';
import { staged } from '../lib/stage.mjs';

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
