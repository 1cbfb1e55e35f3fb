/* SPDX-License-Identifier: GPL-3.0-or-later */
// The same viewers, in C, at Janus and at Testudo, one after the other in one run: packets that reach them for each
// second of the server's CPU time. A source has 30 pictures of two packets and 50 sound packets a second.
//   node bench/janus.mjs [--room] [--publishers N=1] [--loops N=1] [--alone] [VIEWERS=600] [SECONDS=10]
// --room: Janus's VideoRoom, with so many publishers who come by WebRTC, each seen and heard by everybody; else its
//   streaming plug-in, which gets plain RTP from beside it.
// --loops: Janus's event loops; 0: a thread for each connection, its default.
// --alone: without Janus, to compare two builds of Testudo (TESTUDO_BUILD) by turns.
// Needs Debian's package janus.
import { parseArgs } from 'node:util';
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../tests/lib/load.mjs';
import { startServer } from '../tests/lib/server.mjs';
import { measureRoom } from './janus/room.mjs';
import { measureStreaming } from './janus/streaming.mjs';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: {
  room: { type: 'boolean' },
  publishers: { type: 'string', default: '1' },
  loops: { type: 'string', default: '1' },
  alone: { type: 'boolean' },
} });
const [viewers = 600, seconds = 10] = positionals.map(Number);
const publishers = Number(options.publishers);

async function measureTestudo() {
  const server = await startServer();
  try {
    const owner = await firstAdministrator(server);
    const room = await openEvent(owner);
    const speakers = await nameSpeakers(server, owner, room, publishers);
    const args = ['--pictures', publishers, '--over', viewers / 40, '--stay', seconds, '--patience', 60];
    const { report, output } = await loadEvent(server, room, { speakers, viewers, args });
    if (report === null) throw new Error(output);
    const { steady, ...media } = report.media;
    return { ...steady, flowing: media.flowing - publishers, media };
  } finally {
    await server.stop();
  }
}

const row = (name, { flowing, packets, seconds: over, cpu_s: cpu, people_cpu_s: people, media }) => {
  const { median_ms: median, p99_ms: late } = media.video_delay;
  const share = (busy) => `${(100 * busy / over).toFixed(0)} %`;
  console.log(`| ${name} | ${flowing} | ${(packets / over).toFixed(0)} | ${share(cpu)} | ${share(people)} | ` +
    `${(packets / cpu).toFixed(0)} | ${median.toFixed(1)}, ${late.toFixed(1)} | ${media.lost} |`);
  return packets / cpu;
};
console.log('| server | viewers with media | packets a second | CPU | CPU of the people | packets per CPU-second | ' +
  'picture on the way, ms: median, 99 % | lost |');
console.log('|---|---|---|---|---|---|---|---|');
const measureJanus = options.room ? measureRoom : measureStreaming;
const theirs = options.alone ? undefined
  : row('Janus', await measureJanus({ viewers, seconds, publishers, loops: Number(options.loops) }));
const ours = row('Testudo', await measureTestudo());
if (theirs !== undefined) console.log(`\nTestudo: ${(ours / theirs).toFixed(1)} times the packets per CPU-second`);
process.exit(0);
