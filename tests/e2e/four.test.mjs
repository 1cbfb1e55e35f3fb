/* SPDX-License-Identifier: GPL-3.0-or-later */
// Four people in two Chromiums and two Firefoxes, with and without header encryption. Each has a colour and a tone of
// its own, so that a picture on the wrong tile, or a voice in the wrong place, does not go unnoticed.
import assert from 'node:assert/strict';
import { hearsExactly } from '../lib/devices.mjs';
import {
  hostMeeting,
  join,
  press,
  seesColour,
  seesNames,
  seesTile,
  transportOf,
  waitForScreen,
} from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';

const CAST = [
  { name: 'Carla', kind: 'chromium+cryptex', devices: { colour: [200, 60, 60], hz: 500 } },
  { name: 'Chris', kind: 'chromium', devices: { colour: [60, 180, 60], hz: 900 } },
  { name: 'Fatima', kind: 'firefox', devices: { colour: [60, 60, 200], hz: 1300 } },
  { name: 'Felix', kind: 'firefox', devices: { colour: [190, 180, 60], hz: 1700 } },
];
const TONES = CAST.map(({ devices }) => devices.hz);
const others = (people, person) => people.filter((other) => other !== person);
const tonesOf = (people) => people.map(({ devices }) => devices.hz);
const everyone = (people, check) => Promise.all(people.map(check));

/** Everybody in one meeting: [{page, name, devices}], the host first. */
async function gather(stage) {
  const server = await stage.server();
  const [hostBrowser, ...browsers] = await stage.browsers(...CAST.map(({ kind }) => kind));
  const [hostRole, ...roles] = CAST;
  const host = await hostMeeting(hostBrowser, server, hostRole.name, hostRole);
  const guests = [];
  for (const [i, role] of roles.entries()) guests.push(await join(browsers[i], host, role.name, role));
  const cryptex = hostBrowser.cryptex;
  return [host, ...guests].map((person, i) => ({ ...person, devices: CAST[i].devices, cryptex: i === 0 && cryptex }));
}

const hearsPeople = (person, speaking) => hearsExactly(person, tonesOf(speaking), TONES);

async function seesAndHearsAll(people) {
  await everyone(people, async (person) => {
    await seesNames(
      person,
      people.map(({ name }) => name),
    );
    for (const other of others(people, person)) await seesColour(person, other.name, other.devices.colour);
    await hearsPeople(person, others(people, person));
  });
}

staged(
  'four people see and hear each other, each on the right tile; switches, the speaker, and leaving reach everybody',
  async (stage) => {
    const people = await gather(stage);
    const [carla, chris, fatima, felix] = people;
    const about = (who, marks) => everyone(others(people, who), (person) => seesTile(person, who.name, marks));

    await seesAndHearsAll(people);
    const headers = await everyone(people, async (person) => (await transportOf(person)).cryptex[1]);
    assert.deepEqual(headers, [carla.cryptex, false, false, false], "header encryption is each connection's own");

    // Muted: marked, and silent for everybody else; the others are still heard.
    await press(fatima, 'mic');
    await about(fatima, { muted: true });
    await everyone([carla, chris, felix], (person) => hearsPeople(person, others([carla, chris, felix], person)));
    await press(fatima, 'mic');
    await about(fatima, { muted: false });
    await everyone([carla, chris, felix], (person) => hearsPeople(person, others(people, person)));

    // The camera off and on.
    await press(chris, 'camera');
    await about(chris, { picture: false });
    await press(chris, 'camera');
    await everyone(others(people, chris), (person) => seesColour(person, 'Chris', chris.devices.colour));

    // Whoever alone makes a sound is the speaker, whether the level comes in packets (Carla) or by signalling.
    for (const person of people) await setMic(person, false);
    for (const speaker of [chris, carla, felix]) {
      for (const silent of others([chris, carla, felix], speaker)) await setMic(silent, false);
      await setMic(speaker, true);
      await everyone(people, (person) => seesTile(person, speaker.name, { speaking: true }));
      await everyone(people, (person) => hearsPeople(person, person === speaker ? [] : [speaker]));
    }

    // Leaving.
    await press(chris, 'leave');
    await waitForScreen(chris.page, 'over left');
    const rest = others(people, chris);
    await everyone(rest, (person) =>
      seesNames(
        person,
        rest.map(({ name }) => name),
      ),
    );
    for (const person of [carla, fatima]) await setMic(person, true);
    await seesAndHearsAll(rest);
  },
);

async function setMic(person, on) {
  const { muted } = await seesTile(person, person.name, {});
  if (muted === on) await press(person, 'mic');
  await seesTile(person, person.name, { muted: !on });
}
