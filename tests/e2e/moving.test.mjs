/* SPDX-License-Identifier: GPL-3.0-or-later */
// A media process was away while people came, so that another one serves all of them. When it is back, viewers move to it, a few
// at a time, until both serve as many; everybody gets everything. (A12)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { figuresAt, killAndHold } from '../lib/comes-back.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../lib/load.mjs';
import { freePort, startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const HOME = 0;
const AWAY = 1;

test('viewers are evened out again when a process is back', { timeout: 120_000 }, async (t) => {
  const port = await freePort();
  const server = await startServer({ mediaProcesses: 2, args: ['--metrics_port', String(port)] });
  t.after(() => server.stop());
  const figures = () => figuresAt(port);
  const owner = await firstAdministrator(server);
  const room = await openEvent(owner);
  const speakers = await nameSpeakers(server, owner, room, 2);
  const comesBack = await killAndHold(server, AWAY);
  t.after(comesBack);
  const playing = loadEvent(server, room, { speakers, viewers: 38,
    args: ['--pictures', 2, '--frames', 10, '--packets', 1, '--verify', 1, '--over', 3, '--stay', 32] });
  await until('all to be served by one', async () => (await figures()).people[HOME] === 40, { timeout: 40_000 });
  comesBack();
  await until('both to serve as many', async () => {
    const { people } = await figures();
    return people[HOME] + people[AWAY] === 40 && people[AWAY] >= 18;
  }, { timeout: 40_000 });

  const { report, output } = await playing;
  const { people, media } = report;
  assert.equal(people.in, 40, output);
  assert.equal(media.flowing, 40, output);
  assert.equal(media.without_picture + media.foreign + media.wrong_key, 0, output);
  // Nobody has moved twice or back, and nothing has broken.
  const { moved, renewed } = await figures();
  assert.ok(moved >= 18 && moved <= 20, `${moved} moved`);
  assert.deepEqual([media.renewals.asked, media.renewals.moved, renewed], [0, moved, 0], output);
  t.diagnostic(JSON.stringify(media.renewals.back));
});
