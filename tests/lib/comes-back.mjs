/* SPDX-License-Identifier: GPL-3.0-or-later */
// A media process that dies, and comes back only when the test says so; and what the server says of its processes.
import { readFileSync } from 'node:fs';

const WITHIN_MS = 20_000;

const childrenOf = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
const factOf = (pid, name) => readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${name}:\\s*(\\S+)`, 'm'))[1];

/** The next child that is none of these, stopped. Looks for it without a pause: it is ready within milliseconds. */
function stopNext(parent, before, end) {
  while (Date.now() < end) {
    const next = childrenOf(parent).find((pid) => !before.has(pid));
    if (next === undefined) continue;
    process.kill(next, 'SIGSTOP');
    while (factOf(next, 'State') !== 'T');
    return next;
  }
  throw new Error('no other media process has begun');
}

/**
 * Kills the media process of this number, and stops the next one before it is ready: it has no sandbox yet. Resolves to a
 * function that lets it go on, and does nothing when called again.
 */
export async function killAndHold(server, number) {
  const media = (await server.children('testudo-media')).sort((a, b) => a.pid - b.pid);
  const before = new Set(childrenOf(server.pid));
  const end = Date.now() + WITHIN_MS;
  let held = media[number].pid;
  do {
    process.kill(held, 'SIGKILL');
    before.add(held);
    held = stopNext(server.pid, before, end);
  } while (factOf(held, 'Seccomp') !== '0');
  return () => {
    if (held !== null) process.kill(held, 'SIGCONT');
    held = null;
  };
}

/** {people: media connections by process, all: people who are in, asked, moved: viewers who were asked to move, and who have, renewed: connections that broke}. */
export async function figuresAt(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const one = (name) => Number(text.match(new RegExp(`^testudo_${name} (\\d+)$`, 'm'))[1]);
  const people = {};
  for (const [, process, n] of text.matchAll(/^testudo_media_connections{process="(\d+)"} (\d+)$/gm)) people[process] = Number(n);
  return { people, all: one('people'), asked: one('moves_asked_total'), moved: one('moves_total'), renewed: one('renewals_total') };
}
