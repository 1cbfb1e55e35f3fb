/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the web process costs while people are in an event and nothing happens: its CPU time, its memory, its connections.
//   node bench/idle.mjs [PEOPLE=600] [SECONDS=20]
// They come 80 a second; 13 s after the last one the connections of their requests are closed.
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEntry, openEvent } from '../tests/lib/load.mjs';
import { startServer } from '../tests/lib/server.mjs';

const CALM_MS = 13_000;
const [people = 600, seconds = 20] = process.argv.slice(2).map(Number);
const over = Math.ceil(people / 80);

const cpuSeconds = async (pid) => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0]) / 1e9;
const memoryKiB = async (pid) => Number((await readFile(`/proc/${pid}/status`, 'utf8')).match(/VmRSS:\s+(\d+)/)[1]);
const descriptors = async (pid) => (await readdir(`/proc/${pid}/fd`)).length;

const server = await startServer();
try {
  const owner = await firstAdministrator(server);
  const event = await openEvent(owner);
  const [{ pid }] = await server.children('testudo-web');
  const before = { memory: await memoryKiB(pid), descriptors: await descriptors(pid) };
  const args = ['--over', over, '--stay', seconds + 2 * CALM_MS / 1000];
  const done = loadEntry(server, event, { people, args });
  await pause(over * 1000 + CALM_MS);
  const [began, cpu] = [performance.now(), await cpuSeconds(pid)];
  await pause(seconds * 1000);
  const share = (await cpuSeconds(pid) - cpu) / ((performance.now() - began) / 1000);
  const each = (await memoryKiB(pid) - before.memory) / people;
  const held = await descriptors(pid) - before.descriptors;
  const { code } = await done;
  console.log('| people | connections | CPU of the web process, of one core | memory of it for each |');
  console.log('|---|---|---|---|');
  console.log(`| ${people} | ${held} | ${(100 * share).toFixed(2)} % | ${each.toFixed(1)} KiB |`);
  process.exitCode = code;
} finally {
  await server.stop();
}
