/* SPDX-License-Identifier: GPL-3.0-or-later */
// An event in two media processes, of which first the one that serves viewers alone is killed, and then the one that serves
// all speakers: those who were in it are back by themselves, and nobody else makes a new connection. (A12)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../lib/load.mjs';
import { freePort, startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const VIEWERS = 60;
const SPEAKERS = 3;
const ALL = VIEWERS + SPEAKERS;
const STAY = 20; // seconds, in which two processes die, one after the other
const HOME = 0; // the process that serves the first person, and so all who may speak
const AWAY = 1;

/** What the server says: {people: media connections by process, renewed: those that had to be made anew}. */
async function figuresAt(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const people = {};
  for (const [, process, n] of text.matchAll(/^testudo_media_connections{process="(\d+)"} (\d+)$/gm)) people[process] = Number(n);
  return { people, renewed: Number(text.match(/^testudo_renewals_total (\d+)$/m)[1]) };
}

test('who was in a media process that died is back by himself', { timeout: 120_000 }, async (t) => {
  const port = await freePort();
  const server = await startServer({ mediaProcesses: 2, args: ['--metrics_port', String(port)] });
  t.after(() => server.stop());
  const owner = await firstAdministrator(server);
  const room = await openEvent(owner);
  const speakers = await nameSpeakers(server, owner, room, SPEAKERS);
  let flowing = 0;
  const heard = (text) => {
    for (const [, n] of text.matchAll(/media of (\d+);/g)) flowing = Number(n);
  };
  const playing = loadEvent(server, room, { speakers, viewers: VIEWERS, heard,
    args: ['--pictures', SPEAKERS, '--frames', 10, '--packets', 1, '--verify', 1, '--over', 3, '--stay', STAY] });

  const allFlow = (what, renewed) =>
    until(what, async () => {
      const figures = await figuresAt(port);
      const { people } = figures;
      return figures.renewed === renewed && people[HOME] + people[AWAY] === ALL && flowing === ALL && people;
    }, { timeout: 40_000 });
  const media = await server.children('testudo-media');
  const [home, away] = media.sort((a, b) => a.pid - b.pid);
  const first = await allFlow('everybody to have media', 0);
  assert.ok(first[AWAY] > VIEWERS / 4, `${first[AWAY]} are served away`);

  process.kill(away.pid, 'SIGKILL');
  const second = await allFlow('viewers to be back', first[AWAY]);
  assert.deepEqual(second, first);
  process.kill(home.pid, 'SIGKILL');
  await allFlow('speakers and their viewers to be back', first[AWAY] + second[HOME]);

  const { report, output } = await playing;
  const { people, media: got } = report;
  assert.equal(people.in, ALL, output);
  assert.equal(got.flowing, ALL, output);
  assert.equal(got.without_picture + got.foreign + got.wrong_key, 0, output);
  // Only they made new connections, each once, and no picture of anybody else stood still.
  assert.equal(got.renewals.asked, first[AWAY] + second[HOME], output);
  assert.equal(got.renewals.publishers, SPEAKERS, output);
  assert.equal(got.stills, 0, output);
  assert.match(server.output(), /media 1 was killed by signal 9[^]*media 0 was killed by signal 9/);
  t.diagnostic(JSON.stringify(got.renewals));
});
