/* SPDX-License-Identifier: GPL-3.0-or-later */
// The join storm with media: viewers watch an event, then a storm of further ones comes into the same event, each with
// HTTPS, entry, socket, ICE and DTLS 1.3 with X25519MLKEM768. How many are in, how soon their media flows, what it
// costs, what the metrics say meanwhile, and what those who were in before notice of it.
//   node bench/storm.mjs [--people 5000] [--over 30] [--inside 200] [--speakers 2] [--patience 20] [--frames 10]
//     [--processes 1] [--busy 95] [--show]
//   node bench/storm.mjs --smoke
// Who comes sees one small picture, `frames` times a second; `busy`: from how much of a core on a media process puts
// newcomers off, in percent. Server and people share this machine.
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../tests/lib/load.mjs';
import { childrenOf, freePort, startServer } from '../tests/lib/server.mjs';

const { values: given } = parseArgs({ options: {
  people: { type: 'string', default: '5000' },
  over: { type: 'string', default: '30' },
  inside: { type: 'string', default: '200' },
  speakers: { type: 'string', default: '2' },
  patience: { type: 'string', default: '20' },
  frames: { type: 'string', default: '10' },
  processes: { type: 'string', default: '1' },
  busy: { type: 'string', default: '95' },
  show: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
} });
if (given.smoke) Object.assign(given, { people: '30', over: '1', inside: '8', patience: '4' });
const [people, over, inside, speakers, patience, frames, mediaProcesses] =
  ['people', 'over', 'inside', 'speakers', 'patience', 'frames', 'processes'].map((name) => Number(given[name]));
const CALM = given.smoke ? 1 : 8; // seconds
const EVERY_MS = 250;
const RUN = 20261129;
const LINE = /media of (\d+); .*? (\d+) packets\/s, half within (\S+) ms, 99 % within (\S+) ms, asked again (\d+)/g;

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const most = (values) => Math.max(0, ...values);
const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const ms = (value) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

const cpuSeconds = async (pid) => {
  const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '0');
  return Number(text.split(' ')[0]) / 1e9;
};

/** All figures of the metrics port: a name's values, of all processes. */
async function figuresAt(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const found = {};
  for (const [, name, value] of text.matchAll(/^testudo_(\w+)(?:{[^}]*})? (\d+)$/gm))
    (found[name] ??= []).push(Number(value));
  return (name) => found[name] ?? [];
}

const sum = (values) => values.reduce((all, value) => all + value, 0);

/** What was seen from one moment on: CPU of each kind of process, and the metrics, four times a second. */
async function sample(server, port, tool, into) {
  const children = await childrenOf(server.pid);
  const pids = (name) => children.filter((child) => child.name === name).map(({ pid }) => pid);
  const figure = await figuresAt(port);
  const cpu = async (list) => sum(await Promise.all(list.map(cpuSeconds)));
  into.push({ at: performance.now() / 1000, figure,
    web: await cpu(pids('testudo-web')), media: await cpu(pids('testudo-media')), tool: await cpu([tool]) });
}

const port = await freePort();
const server = await startServer({ mediaProcesses,
  args: ['--media_busy', given.busy, '--metrics_port', String(port)] });
try {
  const load = os.loadavg()[0];
  const owner = await firstAdministrator(server);
  const room = await openEvent(owner);
  const named = await nameSpeakers(server, owner, room, speakers);
  const rates = ['--frames', frames, '--packets', 1, '--voices', 0, '--run', RUN];

  const lines = []; // of those who are inside, each second
  let isFull;
  const full = new Promise((resolve) => { isFull = resolve; });
  const heard = (text) => {
    for (const [, flowing, packets, median, p99, asked] of text.matchAll(LINE)) {
      if (Number(flowing) === inside + speakers) isFull();
      lines.push([packets, median, p99, asked].map(Number));
    }
  };
  const stay = 2 * CALM + over + patience + 3;
  const watching = loadEvent(server, room, { speakers: named, viewers: inside, heard,
    args: [...rates, '--pictures', speakers, '--over', Math.ceil(inside / 40), '--stay', stay] });
  await Promise.race([full, watching]);
  await pause(2000);

  lines.length = 0;
  await pause(CALM * 1000);
  const calm = lines.splice(0);
  const before = await figuresAt(port);
  const samples = [];
  const olds = (await childrenOf(process.pid)).map(({ pid }) => pid);
  const coming = loadEvent(server, room, { viewers: people, from: '127.20.0.1',
    args: [...rates, '--pictures', 1, '--over', over, '--patience', patience, '--stay', CALM] });
  let tool, done = false;
  void coming.then(() => { done = true; });
  while (!done) {
    tool ??= (await childrenOf(process.pid)).find(({ pid }) => !olds.includes(pid))?.pid;
    if (tool !== undefined) await sample(server, port, tool, samples);
    await pause(EVERY_MS);
  }
  const { report, output } = await coming;
  if (report === null || given.show) console.log(output);
  const storm = lines.splice(0, lines.length);
  const { report: those, output: theirs } = await watching;
  if (those === null) throw new Error(theirs);

  const { people: came, media } = report;
  const lastIn = Math.min(Math.max(over, came.last_in_s), samples.at(-1).at - samples[0].at);
  const during = samples.filter(({ at }) => at <= samples[0].at + lastIn + 1);
  const took = during.at(-1).at - during[0].at;
  const core = (name) => `${(100 * (during.at(-1)[name] - during[0][name]) / took).toFixed(0)} %`;
  const each = (name) => `${(1000 * (during.at(-1)[name] - during[0][name]) / came.in).toFixed(2)} ms`;
  const highest = (name) => most(samples.flatMap(({ figure }) => figure(name)));
  const top = (name) => most(samples.map(({ figure }) => sum(figure(name))));
  const risen = (name) => sum(samples.at(-1).figure(name)) - sum(before(name));

  console.log(`${os.availableParallelism()} cores, load average ${load.toFixed(1)} before; ` +
    `${inside} viewers inside, ${speakers} speakers, media processes: ${mediaProcesses}\n`);
  row('the storm', `${people} in ${over} s`);
  console.log('|---|---|');
  row('in; with media', `${came.in} of ${people}; ${media.flowing}`);
  row('the last one is in, s', came.last_in_s.toFixed(1));
  row('from the wish to the welcome: median, 95 %, 99 %, ms',
    [came.join.median_ms, came.join.p95_ms, came.join.p99_ms].map(ms).join(', '));
  row('from the wish to media', [media.join.median_ms, media.join.p95_ms, media.join.p99_ms].map(ms).join(', '));
  row('from the wish to a picture',
    [media.picture.median_ms, media.picture.p95_ms, media.picture.p99_ms].map(ms).join(', '));
  row('of one core: web, media, the people who come', ['web', 'media', 'tool'].map(core).join(', '));
  row('CPU for each who came: web, media, the people', ['web', 'media', 'tool'].map(each).join(', '));
  row('told to wait: people; of them in', `${came.people_put_off}; ${came.put_off_in}`);
  row('failed otherwise', came.broken + came.wrongly_refused - (came.people_put_off - came.put_off_in));
  row('metrics: people, media connections at most', `${top('people')}, ${top('media_connections')}`);
  row('metrics: web late at most, media late at most, ms',
    ['web_late_microseconds', 'media_late_microseconds'].map((name) => ms(highest(name) / 1000)).join(', '));
  row('metrics: busiest media process, of a core', `${(highest('media_busy_permille') / 10).toFixed(0)} %`);
  row('metrics: full: web, media', `${highest('web_full')}, ${highest('media_full')}`);
  row('metrics: put off (the people counted)', `${risen('shed_total')} (${came.found_it_full})`);
  row('metrics: joins, handshakes', `${risen('joins_total')}, ${risen('media_handshakes_total')}`);
  console.log();
  row('those inside', 'packets/s', 'on the way: median, ms', '99 % (median second)', '99 % (worst second)',
    'asked again/s');
  console.log('|---|---|---|---|---|---|');
  for (const [name, seconds] of [['before', calm], ['in the storm', storm]]) {
    const of = (i) => seconds.map((second) => second[i]);
    row(name, middle(of(0)), middle(of(1)), middle(of(2)), most(of(2)), middle(of(3)));
  }
  console.log(`\nOf them lost ${those.media.lost} of ${those.media.packets} packets; pictures that stood still: ` +
    `${those.media.stills} (${those.media.still_s.toFixed(1)} s); not decrypted or changed: ` +
    `${those.media.wrong_key + those.media.foreign}; still in: ${those.people.in} of ${inside + speakers}`);
  if (media.failed.length > 0 || came.reasons.length > 0) console.log(JSON.stringify([media.failed, came.reasons]));
  // A machine that does other things meanwhile may hold people up: no reason for ./test to fail.
  const wrong = media.wrong_key + media.foreign + those.media.wrong_key + those.media.foreign;
  if (wrong > 0 || came.in === 0) process.exitCode = 1;
} finally {
  await server.stop();
}
