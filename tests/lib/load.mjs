/* SPDX-License-Identifier: GPL-3.0-or-later */
// `testudo load entry` against a server of a test or benchmark.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { noteLeftover } from './leftovers.mjs';
import { BUILD } from './server.mjs';

/** An event of the account of `browser`, which everybody may enter as a viewer; `policy` has what is different. */
export async function openEvent(browser, policy = {}) {
  const wanted = { guests: true, guests_verified: false, waiting_room: false, most: 8000, ...policy };
  return (await browser.ask('POST', '/api/v1/rooms', { title: 'Keynote', kind: 'event', policy: wanted }, 201)).id;
}

/**
 * People at loopback addresses of their own, from `from` on. Resolves to {code, report, output}; `report` is the tool's
 * JSON.
 */
export async function loadEntry(server, room, options) {
  const { people, from = '127.1.0.1', addresses = people, args = [], show = false } = options;
  const json = path.join(server.data, `load-${Math.random()}.json`);
  const given = ['--people', people, '--from', from, '--addresses', addresses, '--server', server.pid, '--json', json,
    '--trust', path.join(server.data, 'certificate.pem'), ...args];
  const words = ['load', 'entry', `${server.origin}/m/${room}`, ...given.map(String)];
  const child = spawn(path.join(BUILD, 'src/cli/testudo'), words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const forget = noteLeftover(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of ['stdout', 'stderr']) {
    child[stream].on('data', (data) => {
      output += data;
      if (show) process[stream].write(data);
    });
  }
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  forget();
  const report = JSON.parse(await readFile(json, 'utf8').catch(() => 'null'));
  await rm(json, { force: true });
  return { code, report, output };
}
