/* SPDX-License-Identifier: GPL-3.0-or-later */
// Four people in one meeting, four real Chromiums, one of them behind a bad link: what the other three receive of each other, in
// turns with that link as good as theirs and bad.
//   node bench/weak-link.mjs [--rounds 3] [--seconds 10] [--smoke]
// Prints for each pair the frames and bits a second without and with, and how far they are apart.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openBrowser } from '../tests/lib/browsers.mjs';
import { mainOnLinks, reachableServer, startLink } from '../tests/lib/link.mjs';
import { hostMeeting, join, seesMoving } from '../tests/lib/meeting.mjs';
import { startServer } from '../tests/lib/server.mjs';
import { receivedOf } from '../tests/lib/streams.mjs';
import { writeFilm } from './network/picture.mjs';

const NAMES = ['Ada', 'Ben', 'Cleo', 'Wim'];
const WEAK_LEG = NAMES.length;
const BAD = { rate_kbps: 300, queue_ms: 300, delay_ms: 50, loss: 0.1 };
const SIZE = [320, 180]; // four browsers on this machine decode twelve pictures
const SETTLE_S = 8;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    smoke: { type: 'boolean', default: false },
  },
});
if (options.smoke) Object.assign(options, { rounds: '1', seconds: '1' });

const pairsOf = (people) =>
  people.flatMap((viewer) => people.filter((p) => p !== viewer).map((sender) => ({ viewer, sender })));

/** {fps, kbps, frozen} of each pair over the time. */
async function watch(pairs, seconds) {
  const count = () => Promise.all(pairs.map(({ viewer, sender }) => receivedOf(viewer, sender.name)));
  const [before, begun] = [await count(), performance.now()];
  await pause(seconds * 1000);
  const after = await count();
  const took = (performance.now() - begun) / 1000;
  return pairs.map((_, i) => ({
    fps: (after[i].frames - before[i].frames) / took,
    kbps: ((after[i].bytes - before[i].bytes) * 8) / 1000 / took,
    frozen: after[i].frozen - before[i].frozen,
  }));
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const line = (cells) => console.log(`| ${cells.join(' | ')} |`);

function print(pairs, good, bad) {
  line(['picture', 'frames/s without, with', 'apart', 'kbit/s without, with', 'apart', 'frozen s without, with']);
  line(Array(6).fill('---'));
  pairs.forEach(({ viewer, sender }, i) => {
    const of = (rounds, what) => mean(rounds.map((round) => round[i][what]));
    const both = (what, digits) => `${of(good, what).toFixed(digits)}, ${of(bad, what).toFixed(digits)}`;
    const apart = (what) => `${(100 * (of(bad, what) / of(good, what) - 1)).toFixed(1)} %`;
    const cells = [both('fps', 1), apart('fps'), both('kbps', 0), apart('kbps'), both('frozen', 1)];
    line([`${sender.name} at ${viewer.name}`, ...cells]);
  });
}

async function compare(people, link) {
  const pairs = pairsOf(people.slice(0, -1));
  const results = { good: [], bad: [] };
  for (let round = 0; round < Number(options.rounds); round++)
    for (const [kind, settings] of Object.entries({ good: {}, bad: BAD })) {
      await link.set(WEAK_LEG, 'both', settings);
      await pause(options.smoke ? 500 : SETTLE_S * 1000);
      results[kind].push(await watch(pairs, Number(options.seconds)));
    }
  print(pairs, results.good, results.bad);
}

async function run() {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-film-'));
  const film = path.join(folder, 'film.y4m');
  await writeFilm(film, ...SIZE);
  const link = await startLink(NAMES.length + 1);
  const server = await startServer(await reachableServer());
  const flags = [`--use-file-for-fake-video-capture=${film}`];
  const browsers = [];
  const people = [];
  try {
    for (const [i, name] of NAMES.entries()) {
      browsers.push(await openBrowser('chromium', { leg: link.legs[i + 1], flags }));
      people.push(i === 0 ? await hostMeeting(browsers[0], server, name) : await join(browsers[i], people[0], name));
    }
    await Promise.all(pairsOf(people).map(({ viewer, sender }) => seesMoving(viewer, sender.name)));
    await compare(people, link);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server.stop();
    await link.stop();
    await rm(folder, { recursive: true });
  }
}

await mainOnLinks(import.meta.url, run);
