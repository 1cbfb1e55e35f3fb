/* SPDX-License-Identifier: GPL-3.0-or-later */
// Four people, one of them behind a link of 200 kbit/s that loses every tenth packet in both directions: the other three
// don't notice, but for the mark that tells them whose connection it is. What counts are parts of what was sent, so that a
// busy machine, which sends less, is no failure.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { onLinks, reachableServer, startLink } from '../lib/link.mjs';
import { hears, hostMeeting, join, received, seesMoving, seesNames, seesTile } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { receivedOf, sentByCamera, voicesOf } from '../lib/streams.mjs';

const CAST = [
  { name: 'Ada', kind: 'chromium', devices: { colour: [200, 60, 60], hz: 500 } },
  { name: 'Ben', kind: 'firefox', devices: { colour: [60, 180, 60], hz: 900 } },
  { name: 'Cleo', kind: 'chromium', devices: { colour: [60, 60, 200], hz: 1300 } },
  { name: 'Wim', kind: 'chromium', devices: { colour: [190, 180, 60], hz: 1700 } },
];
const WEAK_LEG = CAST.length;
const WEAK = { rate_kbps: 200, queue_ms: 300, delay_ms: 50, loss: 0.1 };
const WATCH_MS = 6000;
const DELIVERED = 0.85; // of the frames that were sent in the time; a few are under way at its ends
const AS_BEFORE = 0.9; // of the part that came before, where this machine is too busy to show them all
const MARKED = { timeout: 60_000 }; // seconds of loss, or without, in a row
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
  heard: await Promise.all(people.map(voicesOf)),
});

const waitedMs = (waited, emitted) => (1000 * waited) / Math.max(1, emitted);

/** Of each voice that grew between two looks, what was made up of it; the best first. */
function voicesBetween(before, after) {
  const grown = Object.entries(after).map(([ssrc, now]) => {
    const then = before[ssrc] ?? { samples: 0, concealed: 0, waited: 0, emitted: 0 };
    const of = (what) => now[what] - then[what];
    return { samples: of('samples'), madeUp: of('concealed') / of('samples'), waitedMs: waitedMs(of('waited'), of('emitted')) };
  });
  return grown.filter(({ samples }) => samples > 0).sort((one, other) => one.madeUp - other.madeUp);
}

/** Of each pair the part of the sent frames that was shown, and how long they waited for it; of each person the keyframes that
 * were sent a second, and the voices that came. */
async function watch(people) {
  const before = await countAll(people);
  await pause(WATCH_MS);
  const after = await countAll(people);
  const grown = (kind, i, what) => after[kind][i][what] - before[kind][i][what];
  return {
    pictures: pairsOf(people).map(({ viewer, sender }, i) => ({
      who: `${sender.name} at ${viewer.name}`,
      part: grown('got', i, 'frames') / grown('sent', people.indexOf(sender), 'frames'),
      rate: (grown('got', i, 'frames') * 1000) / WATCH_MS,
      waitedMs: waitedMs(grown('got', i, 'waited'), grown('got', i, 'emitted')),
    })),
    people: people.map(({ name }, i) => ({
      name,
      keyframes: (grown('sent', i, 'keyframes') * 1000) / WATCH_MS,
      voices: voicesBetween(before.heard[i], after.heard[i]),
    })),
  };
}

function print(before, during) {
  const both = (one, other, what, digits, factor = 1) =>
    `${(factor * one[what]).toFixed(digits)} -> ${(factor * other[what]).toFixed(digits)}`;
  before.pictures.forEach((one, i) => {
    const [now, of] = [during.pictures[i], (...args) => both(one, during.pictures[i], ...args)];
    console.log(`# ${now.who}: ${of('rate', 1)} frames/s, of those sent ${of('part', 0, 100)} %, waited ${of('waitedMs', 0)} ms`);
  });
  before.people.forEach((one, i) => {
    const now = during.people[i];
    const voices = (all) => all.map((v) => `${(100 * v.madeUp).toFixed(2)} % (${v.waitedMs.toFixed(0)} ms)`).join(', ');
    console.log(`# ${one.name} hears, made up and waited for: ${voices(one.voices)} -> ${voices(now.voices)}`);
    console.log(`# ${one.name} sends keyframes: ${both(one, now, 'keyframes', 1)} a second`);
  });
}

function tests() {
  staged("three people in a call don't notice the bad link of the fourth, who comes back when it is mended", async (stage) => {
    const link = stage.owns(await startLink(CAST.length + 1));
    const people = await gather(stage, link);
    const weak = people.at(-1);
    const others = people.slice(0, -1);
    for (const person of people) await seesNames(person, CAST.map(({ name }) => name));
    await Promise.all(pairsOf(people).map(({ viewer, sender }) => seesMoving(viewer, sender.name)));

    const before = await watch(others);
    await link.set(WEAK_LEG, 'both', WEAK);
    const during = await watch(others);
    print(before, during);
    during.pictures.forEach(({ who, part }, i) => {
      const least = Math.min(DELIVERED, AS_BEFORE * before.pictures[i].part);
      assert.ok(part > least, `${who}: ${(100 * part).toFixed(0)} % of the frames, at least ${(100 * least).toFixed(0)} % are due`);
    });
    for (const { name, keyframes } of during.people)
      assert.ok(keyframes <= KEYFRAMES_A_SECOND, `${name} sends ${keyframes} keyframes a second`);
    await Promise.all(people.map((person) => seesTile(person, 'Wim', { weak: true }, MARKED)));
    const sound = (await received(weak)).audioPackets;
    await hears(weak);
    assert.ok((await received(weak)).audioPackets > sound, 'the one behind the weak link still hears the others');

    await link.set(WEAK_LEG, 'both');
    // At his own tile, too, his browser's estimate of the way up counts: on a busy machine that takes minutes to rise again.
    await Promise.all(others.map((person) => seesTile(person, 'Wim', { weak: false }, MARKED)));
    await Promise.all(pairsOf(people).map(({ viewer, sender }) => seesMoving(viewer, sender.name)));
  });
}

onLinks('four people, one behind a bad link', import.meta.url, tests);
