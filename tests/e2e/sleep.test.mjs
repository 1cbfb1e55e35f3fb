/* SPDX-License-Identifier: GPL-3.0-or-later */
// A browser that sleeps for 40 s, as a computer does with its lid closed: none of its processes runs. By then the server
// has given its socket and its media up. When it wakes the call is back without a click, in the same place.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { hears, hostMeeting, join, received, seesMoving, seesNames } from '../lib/meeting.mjs';
import { childrenOf } from '../lib/server.mjs';
import { staged } from '../lib/stage.mjs';

const ASLEEP_MS = 40_000;

/** Stops all processes of a browser; gives what lets them go on. */
async function sleep({ browser }) {
  const asleep = [browser.process().pid];
  for (const pid of asleep) {
    process.kill(pid, 'SIGSTOP');
    asleep.push(...(await childrenOf(pid)).map((child) => child.pid));
  }
  assert.ok(asleep.length > 2, 'a browser has several processes');
  return () => asleep.forEach((pid) => process.kill(pid, 'SIGCONT'));
}

staged('who slept for 40 s is back without a click, in Chromium and in Firefox', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, ...sleepers] = await stage.browsers('chromium', 'chromium+cryptex', 'firefox');
  const host = await hostMeeting(hostBrowser, server);
  const guests = [await join(sleepers[0], host, 'Carla Chromium'), await join(sleepers[1], host, 'Fritz Firefox')];
  const people = [host, ...guests];
  const allMove = () =>
    Promise.all(
      people.map(async (person) => {
        for (const other of people) if (other !== person) await seesMoving(person, other.name);
        await hears(person);
      }),
    );
  await allMove();

  const wakers = await Promise.all(sleepers.map(sleep));
  try {
    await pause(ASLEEP_MS);
    const before = await received(host);
    await pause(700);
    assert.equal((await received(host)).frames, before.frames, 'nothing comes of who sleeps');
  } finally {
    for (const wake of wakers) wake();
  }
  const woke = Date.now();
  const back = guests.map(async ({ name }) => {
    await seesMoving(host, name);
    return `${name} ${Date.now() - woke} ms`;
  });
  console.log(`# back after their sleep: ${(await Promise.all(back)).join(', ')}`);
  await allMove();
  const names = people.map(({ name }) => name);
  for (const person of people) await seesNames(person, names);
});
