/* SPDX-License-Identifier: GPL-3.0-or-later */
// A12, attacks during an event: floods of ClientHellos, of bad packets, of forged entries, and people who return all at
// once, again and again. Who watches gets what is sent, all the same. (With figures: bench/event-attacks.mjs.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { attackedEvent, attacksOn } from '../lib/event-attacks.mjs';
import { nameSpeakers, openEvent } from '../lib/load.mjs';
import { startServer } from '../lib/server.mjs';

const VIEWERS = 50;
const SPEAKERS = 3;
const MOVED = 0.05; // of what arrives a second

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

test('an event under attack', { timeout: 150_000 }, async () => {
  const owner = await firstAdministrator(server);
  const room = await openEvent(owner);
  const speakers = await nameSpeakers(server, owner, room, SPEAKERS);
  const { times, report, output } = await attackedEvent(server, room, { speakers, viewers: VIEWERS, over: 3, seconds: 5,
    args: ['--pictures', SPEAKERS, '--frames', 15, '--packets', 1],
    attacks: attacksOn(server, room, { udp: 1000, tcp: 10 }) });
  const { people, media } = report;
  assert.equal(people.in, VIEWERS + SPEAKERS, output);
  assert.equal(media.flowing, VIEWERS + SPEAKERS, output);
  assert.equal(media.without_picture + media.foreign + media.wrong_key, 0, output);
  assert.ok(media.lost < media.packets / 1000, output);
  // All that is made in these seconds arrives: a busy machine makes it late, but not less.
  const sum = (wanted) => {
    const all = times.filter(({ name }) => (name !== null) === wanted).map(({ figures }) => figures.packets);
    return all.reduce((total, one) => total + one, 0) / all.length;
  };
  assert.ok(Math.abs(sum(true) / sum(false) - 1) < MOVED, JSON.stringify(times));
  assert.equal((await server.children('media')).length, 1);
  assert.doesNotMatch(server.output(), /was killed|ended with code/);
});
