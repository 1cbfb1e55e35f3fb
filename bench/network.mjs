/* SPDX-License-Identifier: GPL-3.0-or-later */
// A call over bad links: two real Chromiums, one of them behind a link that is impaired in both directions, directly with
// each other and through Testudo, one after the other, with the same film in the camera.
//   node bench/network.mjs [--only NAME]… [--rounds 1] [--seconds 20] [--settle 15] [--size 640x360] [--smoke]
// Prints a table: what the one behind the link receives ("down") and what the other receives of them ("up").
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from '../tests/lib/browsers.mjs';
import { mainOnLinks, startLink } from '../tests/lib/link.mjs';
import { direct, testudo } from './network/calls.mjs';
import { writeFilm } from './network/picture.mjs';
import { timeUntil, watch } from './network/stats.mjs';

// Each way; a delay of 100 ms is a round trip of 200.
const CONDITIONS = {
  none: {},
  'loss-2': { loss: 0.02 },
  'loss-10': { loss: 0.1 },
  'delay-100': { delay_ms: 100 },
  'delay-300': { delay_ms: 300 },
  'rate-300k': { rate_kbps: 300, queue_ms: 300, delay_ms: 20 },
  'rate-1M': { rate_kbps: 1000, queue_ms: 300, delay_ms: 20 },
  'rate-5M': { rate_kbps: 5000, queue_ms: 300, delay_ms: 20 },
  'drop-10s': { delay_ms: 20, cut_s: 10 },
  'drop-30s': { delay_ms: 20, cut_s: 30 },
};
const BY_ITSELF = Object.keys(CONDITIONS).filter((name) => name !== 'drop-30s');
const FAR = 2; // the leg of the one with the bad link
const CALLS = { direct, testudo };
const WAYS = ['up', 'down']; // what the near page receives came up from the far one

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    settle: { type: 'string', default: '15' },
    size: { type: 'string', default: '640x360' },
    smoke: { type: 'boolean', default: false },
  },
});

const sleep = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

/** Takes the link away in the middle of the call: how long the picture is away beyond that, each way. */
async function cutAndCome({ pages }, link, seconds) {
  const before = await watch(pages, 5);
  await link.cut(FAR, 'both', seconds * 1000);
  await sleep(seconds);
  const end = performance.now();
  const moving = (now, then) => now.frames - then.frames > 10;
  const whole = (k) => (now, then) =>
    (now.bytes - then.bytes) * 8 / (now.at - then.at) > 0.8 * before[k].kbps && moving(now, then);
  return Promise.all(
    pages.map(async (page, k) => ({
      picture: await timeUntil(page, end, 60, moving),
      whole: await timeUntil(page, end, 60, whole(k)),
    })),
  );
}

async function measure(open, browsers, link, { cut_s: cut, ...settings }, height) {
  await link.set(FAR, 'both', settings);
  await link.stats();
  const call = await open(browsers);
  try {
    const full = await Promise.all(
      call.pages.map((page) => timeUntil(page, call.begun, Number(options.settle), (now) => now.height >= height)),
    );
    const settled = (performance.now() - call.begun) / 1000;
    await sleep(Math.max(0, Number(options.settle) - settled));
    const back = cut ? await cutAndCome(call, link, cut) : [];
    const rows = await watch(call.pages, Number(options.seconds));
    const { late_max_us: late } = await link.stats();
    return rows.map((row, i) => ({ ...row, full: full[i], ...back[i], late }));
  } finally {
    await call.close();
    await link.set(FAR, 'both');
  }
}

const inTime = (seconds) => (Number.isFinite(seconds) ? seconds.toFixed(1) : 'never');
const COLUMNS = [
  ['kbit/s', (r) => r.kbps.toFixed(0)],
  ['frames/s', (r) => r.fps.toFixed(1)],
  ['height', (r) => r.height.toFixed(0)],
  ['QP', (r) => r.qp.toFixed(0)],
  ['freezes', (r) => `${r.freezes} (${r.frozen.toFixed(1)} s)`],
  ['sound concealed', (r) => `${(100 * r.concealed).toFixed(2)} %`],
  ['buffered', (r) => `${(1000 * r.buffered).toFixed(0)} ms`],
  ['full size after', (r) => `${inTime(r.full)} s`],
  ['after the drop', (r) => (r.picture === undefined ? '' : `${inTime(r.picture)}, ${inTime(r.whole)} s`)],
  ['codec', (r) => (r.codec ?? '').replace('video/', '')],
  ['late', (r) => `${(r.late / 1000).toFixed(1)} ms`],
];
const line = (cells) => console.log(`| ${cells.join(' | ')} |`);

function printRow(name, way, kind, row, reference) {
  const percent = (key) => (reference ? ` (${((100 * row[key]) / reference[key]).toFixed(0)} %)` : '');
  const cells = COLUMNS.map(([, text]) => text(row));
  cells[0] += percent('kbps');
  cells[1] += percent('fps');
  line([name, way, kind, ...cells]);
}

async function compare(name, browsers, link, height) {
  const results = {};
  for (const [kind, open] of Object.entries(CALLS))
    results[kind] = await measure(open, browsers, link, CONDITIONS[name], height);
  WAYS.forEach((way, i) => {
    printRow(name, way, 'direct', results.direct[i]);
    printRow(name, way, 'Testudo', results.testudo[i], results.direct[i]);
  });
}

async function run() {
  const names = options.smoke ? ['rate-1M'] : (options.only ?? BY_ITSELF);
  if (options.smoke) Object.assign(options, { seconds: '2', settle: '2', rounds: '1' });
  const [width, height] = options.size.split('x').map(Number);
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-film-'));
  const film = path.join(folder, 'film.y4m');
  await writeFilm(film, width, height);
  const link = await startLink(3);
  const flags = [`--use-file-for-fake-video-capture=${film}`];
  const browsers = [];
  try {
    for (const leg of [1, FAR]) browsers.push(await openBrowser('chromium', { leg: link.legs[leg], flags }));
    line(['link', 'way', 'call', ...COLUMNS.map(([title]) => title)]);
    line(Array.from({ length: COLUMNS.length + 3 }, () => '---'));
    for (let round = 0; round < Number(options.rounds); round++)
      for (const name of names) await compare(name, browsers, link, height);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await link.stop();
    await rm(folder, { recursive: true });
  }
}

await mainOnLinks(import.meta.url, run);
