/* SPDX-License-Identifier: GPL-3.0-or-later */
// Attacks during an event: what its people get with and without them, side by side in one run.
//   node bench/event-attacks.mjs [--viewers 200] [--speakers 5] [--seconds 8] [--udp 3000] [--tcp 20] [--smoke]
// Server, people and attackers share this machine; the rates are the attackers' (datagrams, people a second).
import { parseArgs } from 'node:util';
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { attackedEvent, attacksOn, crowdOn } from '../tests/lib/event-attacks.mjs';
import { nameSpeakers, openEvent } from '../tests/lib/load.mjs';
import { startServer } from '../tests/lib/server.mjs';

const { values: options } = parseArgs({ options: {
  viewers: { type: 'string', default: '200' },
  speakers: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '8' },
  udp: { type: 'string', default: '3000' },
  tcp: { type: 'string', default: '20' },
  smoke: { type: 'boolean', default: false },
} });
if (options.smoke) Object.assign(options, { viewers: '10', speakers: '2', seconds: '3', udp: '500', tcp: '5' });
const NUMBERS = ['viewers', 'speakers', 'seconds', 'udp', 'tcp'];
const [viewers, count, seconds, udp, tcp] = NUMBERS.map((name) => Number(options[name]));

const change = (now, before) => `${now >= before ? '+' : ''}${((100 * (now - before)) / before).toFixed(1)} %`;

const server = await startServer();
try {
  const owner = await firstAdministrator(server);
  const room = await openEvent(owner);
  const speakers = await nameSpeakers(server, owner, room, count);
  const args = ['--pictures', Math.min(count, 5), '--frames', 30, '--packets', 2];
  const before = process.cpuUsage();
  const other = await openEvent(owner);
  const crowd = { speakers: await nameSpeakers(server, owner, other, 1), viewers: 3 * tcp };
  const attacks = [...attacksOn(server, room, { udp, tcp }), crowdOn(server, other, crowd)];
  const { times, report, output } = await attackedEvent(server, room,
    { speakers, viewers, over: Math.ceil(viewers / 40), seconds, args, attacks });
  const { user, system } = process.cpuUsage(before);
  const people = `${viewers} viewers, ${count} speakers`;
  console.log(`| ${people} | packets/s | asked again/s | delay median | 99 % | worst second's 99 % |`);
  console.log('|---|---|---|---|---|---|');
  times.forEach(({ name, figures: f }, i) => {
    const [before, after] = [times[i - 1]?.figures, times[i + 1]?.figures];
    const calm = name === null ? null : (before.packets + after.packets) / 2;
    const packets = `${f.packets.toFixed(0)}${calm === null ? '' : ` (${change(f.packets, calm)})`}`;
    const delays = [f.median, f.p99, f.worst].map((ms) => `${ms} ms`).join(' | ');
    console.log(`| ${name ?? 'calm'} | ${packets} | ${f.asked.toFixed(1)} | ${delays} |`);
  });
  console.log(`attackers of UDP and this script: ${((user + system) / 1e6).toFixed(1)} s of CPU in all`);
  const told = output.split('\n').filter((line) => /^Media of|lost |stood still|This server|while all/.test(line));
  console.log(told.join('\n'));
  // A machine that does other things meanwhile may hold pictures up: no reason for ./test to fail.
  if (report === null || (report.media.stills > 0 && !options.smoke)) process.exitCode = 1;
} finally {
  await server.stop();
}
