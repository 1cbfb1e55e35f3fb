/* SPDX-License-Identifier: GPL-3.0-or-later */
// Attacks on a server while `testudo load event` plays an event on it, one after the other with calm between them, and
// what the people of the event got in each of these times. Attackers and people share the processors of one machine: so
// the attackers keep to a rate, and what is measured is the server.
import { loadEntry, loadEvent } from './load.mjs';
import { chance, forgedRtp, openStrangers, stunCheck } from './packets.mjs';

const STRANGERS = 20;
const EVERY_MS = 5;
const SETTLE = 1; // seconds of each time that are left out: in them the one before ends
const SLACK = 3; // seconds that an attack may take longer
const LINE = /media of (\d+); .*? (\d+) packets\/s, half within (\S+) ms, 99 % within (\S+) ms, asked again (\d+)/g;
// Wrong ways in that are over at once.
const TRIES = 'no-cookie,no-proof,other-key,used-proof,other-origin,made-up-entry,socket-without-cookie,wrong-frame';

const random = chance(20261129);
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** The first fragment of a browser's ClientHello, but for its contents. */
function hello() {
  const datagram = random.bytes(1200);
  Buffer.from('16fefd0000000000000000', 'hex').copy(datagram);
  datagram.writeUInt16BE(1200 - 13, 11);
  datagram.writeUInt8(1, 13);
  datagram.writeUIntBE(1450, 14, 3);
  datagram.writeUInt16BE(0, 17);
  datagram.writeUIntBE(0, 19, 3);
  datagram.writeUIntBE(1200 - 25, 22, 3);
  return datagram;
}

const rtp = (i) => ({ ssrc: i, sequence: i, timestamp: i, payloadType: random.pick([96, 97, 111, 200, 201, 205]) });
const username = () => `${random.bytes(6).toString('base64')}:abcd`;

const junk = [
  (i) => forgedRtp(rtp(i), random.bytes(200)),
  () => stunCheck({ username: username(), pwd: 'nobody', transaction: random.bytes(12) }),
  () => random.bytes(100),
];

/** Datagrams to the media port, `rate` a second, made beforehand so that the attacker costs little. */
async function flood(server, rate, make, seconds) {
  const strangers = await openStrangers(STRANGERS, 100, server.mediaPort);
  const packets = Array.from({ length: 500 }, (_, i) => make(i));
  const begin = Date.now();
  let sent = 0;
  while (Date.now() < begin + seconds * 1000) {
    for (const due = ((Date.now() - begin) * rate) / 1000; sent < due; sent++)
      void strangers.send(sent, packets[sent % packets.length]);
    await pause(EVERY_MS);
  }
  strangers.close();
  if (strangers.got.length > 0) throw new Error('strangers were answered');
}

const people = (server, room, from, count, args) =>
  loadEntry(server, room, { people: count, from, addresses: 200, args: ['--stay', 0, '--patience', SLACK, ...args] });

/** Each: what it is, and what does it for so many seconds. `udp`: datagrams a second, `tcp`: people a second. */
export const attacksOn = (server, room, { udp, tcp }) => [
  [`${udp} ClientHellos/s`, (s) => flood(server, udp, hello, s)],
  [`${udp} bad packets/s`, (s) => flood(server, udp, (i) => junk[i % junk.length](i), s)],
  [
    `${tcp} forged entries/s`,
    (s) => people(server, room, '127.9.0.1', tcp * s, ['--over', s, '--wrong', 100, '--tries', TRIES]),
  ],
  [
    `${tcp} return at once, again and again`,
    (s) => people(server, room, '127.10.0.1', tcp, ['--over', 1, '--waves', Math.ceil(s / 2)]),
  ],
];

/** The same, of people with media, who come to another event. */
export const crowdOn = (server, room, { speakers, viewers }) => [
  `${viewers} come to another event within a second`,
  (s) => loadEvent(server, room, { speakers, viewers, from: '127.11.0.1',
    args: ['--over', 1, '--stay', Math.max(1, s - SLACK), '--pictures', 1, '--frames', 1, '--packets', 1] }),
];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function figuresOf(seconds) {
  const kept = seconds.slice(SETTLE);
  return {
    packets: mean(kept.map((second) => second.packets)),
    asked: mean(kept.map((second) => second.asked)),
    median: middle(kept.map((second) => second.median)),
    p99: middle(kept.map((second) => second.p99)),
    worst: Math.max(...kept.map((second) => second.p99)),
  };
}

/**
 * Plays an event with `viewers` and the speakers of a file, and the attacks (attacksOn, crowdOn) within it, each for
 * `seconds` with as long a calm before and after. Resolves to {times: [{name, figures}], report, output}: name null is
 * calm.
 */
export async function attackedEvent(server, room, { speakers, viewers, over, seconds, args = [], attacks }) {
  const stay = (2 * attacks.length + 1) * seconds + attacks.length * SLACK + 3;
  const times = [];
  let isComplete, open = null;
  const complete = new Promise((resolve) => { isComplete = resolve; });
  const heard = (text) => {
    for (const [, flowing, packets, median, p99, asked] of text.matchAll(LINE)) {
      if (Number(flowing) > viewers) isComplete();
      open?.push({ packets: Number(packets), asked: Number(asked), median: Number(median), p99: Number(p99) });
    }
  };
  const given = ['--over', over, '--stay', stay, ...args];
  const playing = loadEvent(server, room, { speakers, viewers, heard, args: given });
  await Promise.race([complete, playing]);
  const watch = async (name, work = () => undefined) => {
    const taken = (open = []);
    const done = work(seconds);
    await pause(seconds * 1000);
    open = null;
    times.push({ name, figures: figuresOf(taken) });
    await done;
  };
  await pause(2000);
  await watch(null);
  for (const [name, attack] of attacks) {
    await watch(name, attack);
    await watch(null);
  }
  return { times, ...(await playing) };
}
