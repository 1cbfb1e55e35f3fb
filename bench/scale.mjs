/* SPDX-License-Identifier: GPL-3.0-or-later */
// How far this machine carries an event, in what viewers may see of it: what each size costs the server's processes and
// the people that are played beside them, what was full first, and what 5000 viewers need, by a straight line through
// it.
//   node bench/scale.mjs [--only light,speaker ...] [--sizes 500,1000] [--seconds 10] [--each 40] [--processes 1]
//   node bench/scale.mjs --smoke
// `each`: how many viewers come in a second. Without --sizes each layout has its own.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../tests/lib/load.mjs';
import { startServer } from '../tests/lib/server.mjs';

const { values: given } = parseArgs({ options: {
  only: { type: 'string' },
  sizes: { type: 'string' },
  seconds: { type: 'string', default: '10' },
  each: { type: 'string', default: '40' },
  speakers: { type: 'string', default: '25' },
  processes: { type: 'string', default: '1' },
  smoke: { type: 'boolean', default: false },
} });

// What a viewer sees, from what costs least to what costs most.
const LAYOUTS = {
  idle: { what: 'a small picture twice a second', sizes: [1000, 5000],
    args: ['--pictures', 1, '--voices', 0, '--frames', 2] },
  sound: { what: 'one voice', sizes: [1000, 5000], args: ['--pictures', 0, '--voices', 1] },
  slow: { what: 'one voice, one small picture 10 times a second', sizes: [5000],
    args: ['--pictures', 1, '--voices', 1, '--frames', 10] },
  light: { what: 'one voice, one small picture', sizes: [500, 1000, 2000, 5000],
    args: ['--pictures', 1, '--voices', 1] },
  speaker: { what: 'three voices, a large picture and 8 small ones', sizes: [200, 500, 1000],
    args: ['--pictures', 9, '--view', 'speaker'] },
  grid: { what: 'three voices, 25 small pictures, every 10 s one of them large or small again', sizes: [100, 200, 400],
    args: ['--pictures', 25, '--change', 10] },
};
const AIM = 5000;
const FULL = 0.9;
const cores = os.availableParallelism();
const chosen = given.only?.split(',') ?? (given.smoke ? ['light', 'speaker'] : Object.keys(LAYOUTS));
const seconds = given.smoke ? 2 : Number(given.seconds);
const speakers = given.smoke ? 3 : Number(given.speakers);
const mediaProcesses = Number(given.processes);

/** What was full, and so decided how many could watch. */
function limitOf(run) {
  if (run.media > FULL * mediaProcesses) return 'media';
  if (run.people > FULL) return 'the people\'s only thread';
  if (run.media + run.web + run.people > FULL * cores) return 'all cores';
  return run.report.good ? '' : 'none: others had the cores';
}

async function measure(layout, viewers) {
  const server = await startServer({ mediaProcesses, args: ['--media_busy', '95'] });
  try {
    const owner = await firstAdministrator(server);
    const room = await openEvent(owner);
    const named = await nameSpeakers(server, owner, room, speakers);
    const args = ['--sizes', 3, '--frames', 30, ...LAYOUTS[layout].args, '--over', viewers / Number(given.each),
      '--stay', seconds, '--patience', 60];
    const { report, output } = await loadEvent(server, room, { speakers: named, viewers, args });
    if (report === null) throw new Error(output);
    const { steady, flowing } = report.media;
    return { layout, viewers, watching: flowing, report, output,
      packets: steady.packets / steady.seconds, sends: steady.groups / steady.seconds,
      media: steady.media_cpu_s / steady.seconds, web: steady.web_cpu_s / steady.seconds,
      people: steady.people_cpu_s / steady.seconds,
      mediaKib: steady.media_grown / 1024 / flowing,
      webKib: steady.web_grown / 1024 / flowing };
  } finally {
    await server.stop();
  }
}

const us = (s) => `${(s * 1e6).toFixed(s < 1e-5 ? 2 : 0)} us`;
const percent = (share) => `${(100 * share).toFixed(0)} %`;
const round = (n) => n.toLocaleString('en', { maximumFractionDigits: 0 });

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);

function head(...cells) {
  row(...cells);
  console.log(`|${'---|'.repeat(cells.length)}`);
}

function tell(run) {
  const { steady, video_delay: video, audio_delay: audio, lost, stills } = run.report.media;
  const delay = video.n > 0 ? video : audio;
  const verdict = run.output.match(/This server (holds|does NOT hold) this event(?:: (.*)\.)?/);
  row(run.layout, run.viewers, run.watching - speakers, round(run.packets), percent(run.media), percent(run.web),
    percent(run.people), round(steady.packets / steady.media_cpu_s),
    delay.median_ms.toFixed(1), delay.p99_ms.toFixed(1), lost, stills,
    run.mediaKib.toFixed(1), run.webKib.toFixed(1), limitOf(run), verdict?.[2] ?? 'holds');
}

const REST = 0.15; // of what a send costs, each further packet in it: bench_forward

/** What a viewer gets: sends, and as many more as its further packets cost. */
const sendsTo = ({ packets, sends, watching }) => (sends + REST * (packets - sends)) / watching;

/** cost = viewer + sends x send, so that the errors are small as shares of what was measured. */
function fit(runs) {
  let [ww, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0];
  for (const run of runs) {
    const [x, y] = [sendsTo(run), run.media / run.watching];
    const w = 1 / (y * y);
    [ww, wx, wxx, wy, wxy] = [ww + w, wx + w * x, wxx + w * x * x, wy + w * y, wxy + w * x * y];
  }
  const send = (ww * wxy - wx * wy) / (ww * wxx - wx * wx);
  return { send, viewer: (wy - send * wx) / ww };
}

function tellModel(runs) {
  const { viewer, send } = fit(runs);
  const web = runs.reduce((sum, run) => sum + run.web / run.watching, 0) / runs.length;
  console.log(`\nEach second a viewer costs ${us(viewer)}, each send to him ${us(send)}, each further packet of it ` +
    `${us(REST * send)} of a media process; of the web process a viewer costs ${us(web)}.\n`);
  head('layout', 'viewers', 'packets/s to each', 'sends/s', 'cores of media: calculated', 'measured', '');
  for (const run of runs) {
    const cost = (viewer + send * sendsTo(run)) * run.watching;
    row(run.layout, run.viewers, round(run.packets / run.watching), round(run.sends / run.watching), cost.toFixed(3),
      run.media.toFixed(3), percent(cost / run.media));
  }
  console.log();
  head(`${AIM} viewers, ${speakers} speakers`, 'packets/s to each', 'Gbit/s', 'cores: media', 'web');
  for (const layout of new Set(runs.map((run) => run.layout))) {
    const run = runs.filter((r) => r.layout === layout).at(-1);
    const last = run.report.media.seconds.slice(-3);
    const bits = 8 * last.reduce((sum, s) => sum + s.bytes, 0) / last.length / run.watching;
    row(LAYOUTS[layout].what, round(run.packets / run.watching), (AIM * bits / 1e9).toFixed(2),
      (AIM * (viewer + send * sendsTo(run))).toFixed(1), (AIM * web).toFixed(1));
  }
}

console.log(`${cores} cores; ${speakers} speakers with three sizes of their camera; ` +
  `media processes: ${mediaProcesses}\n`);
head('what each sees', 'viewers', 'with media', 'packets/s', 'core: media', 'web', 'people', 'packets/CPU-s of media',
  'on the way, ms: median', '99 %', 'lost', 'stills', 'KiB each: media', 'web', 'full', 'verdict');
const sizes = given.smoke ? [8] : given.sizes?.split(',').map(Number);
const runs = [];
for (const layout of chosen)
  for (const viewers of sizes ?? LAYOUTS[layout].sizes) {
    const run = await measure(layout, viewers);
    tell(run);
    runs.push(run);
  }
if (new Set(chosen).size > 1) tellModel(runs.filter((run) => run.watching > 0));
process.exit(0);
