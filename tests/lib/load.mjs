/* SPDX-License-Identifier: GPL-3.0-or-later */
// `testudo load entry` against a server of a test or benchmark.
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PASSWORD, invited } from './accounts.mjs';
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
  return run(server, room, 'entry', ['--people', people, '--from', from, '--addresses', addresses, ...args], show);
}

let invitedBefore = 0;

/**
 * Invites `n` speakers of a room, of whom the first is the account of `owner`; resolves to the file that names them for
 * `testudo load event`.
 */
export async function nameSpeakers(server, owner, room, n) {
  const emails = [(await owner.ask('GET', '/api/v1/me')).email];
  for (let i = 1; i < n; i++) {
    const email = `speaker${++invitedBefore}@school.example`;
    await invited(owner, email, `Speaker Number ${invitedBefore}`);
    await owner.ask('PUT', `/api/v1/rooms/${room}/members/${email}`, { role: 'speaker' }, 204);
    emails.push(email);
  }
  const file = path.join(server.data, `speakers-${room}.txt`);
  await writeFile(file, emails.map((email) => `${email} ${PASSWORD}\n`).join(''), { mode: 0o600 });
  return file;
}

/** Speakers and viewers with media, as loadEntry; without `speakers` (and with --run) further viewers alone. `heard` gets
 * what the tool says, as it says it. */
export async function loadEvent(server, room, options) {
  const { speakers, viewers, from = '127.1.0.1', addresses = viewers, args = [], show = false, heard } = options;
  const given = [...(speakers ? ['--speakers', speakers] : []), '--viewers', viewers, '--from', from,
    '--addresses', addresses, ...args];
  return run(server, room, 'event', given, show, heard);
}

async function run(server, room, what, args, show, heard = () => undefined) {
  const json = path.join(server.data, `load-${Math.random()}.json`);
  const given = ['--server', server.pid, '--json', json, '--trust', path.join(server.data, 'certificate.pem'), ...args];
  const words = ['load', what, `${server.origin}/m/${room}`, ...given.map(String)];
  const child = spawn(path.join(BUILD, 'src/cli/testudo'), words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const forget = noteLeftover(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of ['stdout', 'stderr']) {
    child[stream].on('data', (data) => {
      output += data;
      heard(String(data));
      if (show) process[stream].write(data);
    });
  }
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  forget();
  const report = JSON.parse(await readFile(json, 'utf8').catch(() => 'null'));
  await rm(json, { force: true });
  return { code, report, output };
}
