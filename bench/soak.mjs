/* SPDX-License-Identifier: GPL-3.0-or-later */
// An event that goes on while people come and leave: what each process of the server grows by, minute by minute.
//   node bench/soak.mjs [--minutes 20] [--viewers 60] [--crowd 40] [--come 4] [--watch 8] [--speakers 5] [--processes 2]
//   node bench/soak.mjs --smoke
// `viewers` watch all the time. Beside them a crowd comes to another event of the same server, with media, watches for
// `watch` seconds and leaves, again and again; and others come into the first event without media and leave.
import { readdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEntry, loadEvent, nameSpeakers, openEvent } from '../tests/lib/load.mjs';
import { residentBytes } from '../tests/lib/memory.mjs';
import { childrenOf, startServer } from '../tests/lib/server.mjs';

const { values: given } = parseArgs({ options: {
  minutes: { type: 'string', default: '20' },
  viewers: { type: 'string', default: '60' },
  crowd: { type: 'string', default: '40' },
  come: { type: 'string', default: '4' },
  watch: { type: 'string', default: '8' },
  speakers: { type: 'string', default: '5' },
  processes: { type: 'string', default: '2' },
  smoke: { type: 'boolean', default: false },
} });
if (given.smoke) Object.assign(given, { viewers: '8', crowd: '4', speakers: '2', come: '1', watch: '1' });
const [minutes, viewers, crowd, speakers, mediaProcesses] =
  ['minutes', 'viewers', 'crowd', 'speakers', 'processes'].map((name) => Number(given[name]));
const seconds = given.smoke ? 8 : minutes * 60;
const everyMs = given.smoke ? 2000 : 60_000;
const rates = ['--pictures', Math.min(5, speakers), '--frames', 15, '--packets', 1, '--patience', 30];
const short = ['--over', given.come, '--stay', given.watch];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const mib = (bytes) => (bytes / 1024 / 1024).toFixed(2);

/** What it rises by from one sample to the next: the middle of all pairs, which a single peak does not move. */
function slope(values) {
  const rises = values.flatMap((v, i) => values.slice(i + 1).map((later, k) => (later - v) / (k + 1)));
  return rises.sort((a, b) => a - b)[Math.floor(rises.length / 2)] ?? 0;
}

const openFiles = async (pid) => (await readdir(`/proc/${pid}/fd`)).length;

const server = await startServer({ mediaProcesses });
let came = 0, rounds = 0, missed = 0, over = false;
try {
  const owner = await firstAdministrator(server);
  const main = await openEvent(owner);
  const other = await openEvent(owner);
  const stay = await nameSpeakers(server, owner, main, speakers);
  const guests = await nameSpeakers(server, owner, other, 1);
  const event = loadEvent(server, main, { speakers: stay, viewers,
    args: [...rates, '--over', Math.ceil(viewers / 20), '--stay', seconds] });
  void event.then(() => { over = true; });
  const crowds = (async () => {
    for (; !over; rounds++) {
      const [watched, entered] = await Promise.all([
        loadEvent(server, other, { speakers: guests, viewers: crowd, from: '127.11.0.1', args: [...rates, ...short] }),
        loadEntry(server, main, { people: crowd, from: '127.12.0.1', args: short }),
      ]);
      // Whose name is still there, because who left has not been missed yet, is refused: another round comes.
      came += (watched.report?.people.in ?? 0) + (entered.report?.waves[0].in ?? 0);
      if (watched.report === null || entered.report === null) missed++;
      await pause(1000);
    }
  })();

  const children = (await childrenOf(server.pid)).filter(({ name }) => name.startsWith('testudo-'));
  const seen = children.map(() => []);
  const names = children.map(({ name }) => `${name}, MiB`).join(' | ');
  console.log(`| minute | people who came and left | ${names} | open files of them |`);
  console.log(`|---|---|${'---|'.repeat(children.length + 1)}`);
  for (let i = 0; !over; i++) {
    const bytes = await Promise.all(children.map(({ pid }) => residentBytes(pid)));
    const files = await Promise.all(children.map(({ pid }) => openFiles(pid)));
    bytes.forEach((b, k) => seen[k].push(b));
    console.log(`| ${i} | ${came} | ${bytes.map(mib).join(' | ')} | ${files.join(', ')} |`);
    await Promise.race([pause(everyMs), event]);
  }
  await crowds;
  const { report, output } = await event;
  if (report === null) throw new Error(output);
  const { packets, lost, stills, wrong_key: wrong, foreign } = report.media;
  console.log(`\n${rounds} crowds (${missed} not in), ${came} people came and left; who stayed: ${packets} packets, ` +
    `lost ${lost}, pictures that stood still ${stills}, not decrypted or changed ${wrong + foreign}`);
  children.forEach(({ name }, k) => {
    const settled = seen[k].slice(Math.floor(seen[k].length / 2));
    const each = slope(settled) / 1024;
    console.log(`${name} grew in the second half by ${each.toFixed(1)} KiB from one line to the next`);
  });
  if (wrong + foreign > 0 || came === 0) process.exitCode = 1;
} finally {
  over = true;
  await server.stop();
}
