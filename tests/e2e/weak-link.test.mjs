/* SPDX-License-Identifier: GPL-3.0-or-later */
// Four people, one of them behind a link of 200 kbit/s that loses every tenth packet in both directions: the other three
// don't notice. What counts are parts of what was sent, so that a busy machine, which sends less, is no failure.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { onLinks, reachableServer, startLink } from '../lib/link.mjs';
import { hears, hostMeeting, join, received, seesMoving, seesNames } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { receivedOf, sentByCamera } from '../lib/streams.mjs';

const CAST = [
  { name: 'Ada', kind: 'chromium', devices: { colour: [200, 60, 60], hz: 500 } },
  { name: 'Ben', kind: 'firefox', devices: { colour: [60, 180, 60], hz: 900 } },
  { name: 'Cleo', kind: 'chromium', devices: { colour: [60, 60, 200], hz: 1300 } },
  { name: 'Wim', kind: 'chromium', devices: { colour: [190, 180, 60], hz: 1700 } },
];
const WEAK_LEG = CAST.length;
const WEAK = { rate_kbps: 200, queue_ms: 300, delay_ms: 50, loss: 0.1 };
const WATCH_MS = 8000;
const DELIVERED = 0.85; // of the frames that were sent in the time; a few are under way at its ends
const KEYFRAMES_A_SECOND = 0.5; // which the weak one may cost the others; one costs as much as ten other frames

async function gather(stage, link) {
  const server = await stage.server(await reachableServer());
  const people = [];
  for (const [i, role] of CAST.entries()) {
    const browser = await stage.browser(role.kind, { leg: link.legs[i + 1] });
    people.push(
      i === 0 ? await hostMeeting(browser, server, role.name, role) : await join(browser, people[0], role.name, role),
    );
  }
  return people;
}

/** The pairs of these people: who looks at whom. */
const pairsOf = (people) =>
  people.flatMap((viewer) => people.filter((p) => p !== viewer).map((sender) => ({ viewer, sender })));

const countAll = async (people) => ({
  sent: await Promise.all(people.map(sentByCamera)),
  got: await Promise.all(pairsOf(people).map(({ viewer, sender }) => receivedOf(viewer, sender.name))),
});

/** Of each pair the part of the sent frames that was shown, and the keyframes that each sent a second. */
async function watch(people) {
  const before = await countAll(people);
  await pause(WATCH_MS);
  const after = await countAll(people);
  const grown = (kind, i, what) => after[kind][i][what] - before[kind][i][what];
  return {
    delivered: pairsOf(people).map(({ viewer, sender }, i) => ({
      who: `${sender.name} at ${viewer.name}`,
      part: grown('got', i, 'frames') / grown('sent', people.indexOf(sender), 'frames'),
    })),
    keyframes: people.map(({ name }, i) => ({ name, a_second: (grown('sent', i, 'keyframes') * 1000) / WATCH_MS })),
  };
}

function tests() {
  staged("three people in a call don't notice the bad link of the fourth, who comes back when it is mended", async (stage) => {
    const link = stage.owns(await startLink(CAST.length + 1));
    const people = await gather(stage, link);
    const weak = people.at(-1);
    const others = people.slice(0, -1);
    for (const person of people) await seesNames(person, CAST.map(({ name }) => name));
    await Promise.all(pairsOf(people).map(({ viewer, sender }) => seesMoving(viewer, sender.name)));

    await link.set(WEAK_LEG, 'both', WEAK);
    const { delivered, keyframes } = await watch(others);
    console.log(`# ${delivered.map(({ who, part }) => `${who}: ${(100 * part).toFixed(0)} %`).join(', ')}`);
    console.log(`# keyframes a second: ${keyframes.map((k) => `${k.name} ${k.a_second.toFixed(1)}`).join(', ')}`);
    for (const { who, part } of delivered) assert.ok(part > DELIVERED, `${who}: ${(100 * part).toFixed(0)} % of the frames`);
    for (const { name, a_second: rate } of keyframes)
      assert.ok(rate <= KEYFRAMES_A_SECOND, `${name} sends ${rate} keyframes a second`);
    const sound = (await received(weak)).audioPackets;
    await hears(weak);
    assert.ok((await received(weak)).audioPackets > sound, 'the one behind the weak link still hears the others');

    await link.set(WEAK_LEG, 'both');
    await Promise.all(pairsOf(people).map(({ viewer, sender }) => seesMoving(viewer, sender.name)));
  });
}

onLinks('four people, one behind a bad link', import.meta.url, tests);
