/* SPDX-License-Identifier: GPL-3.0-or-later */
// A test file or a program that runs itself once more in a network namespace of its own, so that what this machine happens
// to have does not count and nothing leaves it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noteLeftover } from './leftovers.mjs';

const INSIDE = 'TESTUDO_INSIDE';
// Without the marks of the outer test runner, the inner one reports in its own name.
const MARKS = { [INSIDE]: '1', NODE_TEST_CONTEXT: undefined };

/** Whether this is the run within the namespace. */
export const isInside = () => process.env[INSIDE] === '1';

/** Runs a program in a new network namespace: {code, output}. `onOutput` gets what it says as it says it. */
export function inNewNetwork(program, args, { env = {}, onOutput = () => {} } = {}) {
  const rights = process.getuid() === 0 ? [] : ['--user', '--map-root-user'];
  const child = spawn('unshare', [...rights, '--net', program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const forget = noteLeftover(() => child.kill('SIGTERM'));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += data;
      onOutput(data);
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      forget();
      resolve({ code, output });
    });
  });
}

/** Runs a file (import.meta.url) in one; `commands` for the shell make it up before. */
export function runInside(url, args, { commands = [], onOutput } = {}) {
  const all = [...commands, 'exec "$0" "$@"'].join(' && ');
  const words = ['-c', all, process.execPath, fileURLToPath(url), ...args];
  return inNewNetwork('sh', words, { env: MARKS, onOutput });
}

/** Why something cannot be run in a namespace here, as it says it itself; null if it can. */
export async function whyNotInside(program, args) {
  const { code, output } = await inNewNetwork(program, args).catch((error) => ({ code: -1, output: error.message }));
  return code === 0 ? null : output.trim();
}

/** Pieces that the kernel has cut datagrams into that were too long for this network. */
export function piecesMade() {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8').match(/^Ip: .*$/gm).map((line) => line.split(' '));
  const pieces6 = /Ip6FragCreates\s+(\d+)/.exec(readFileSync('/proc/net/snmp6', 'utf8'))[1];
  return Number(values[names.indexOf('FragCreates')]) + Number(pieces6);
}

/** What a run within tells of its own: figures, without the runner's summary. */
const figuresIn = (output) =>
  output.split('\n').filter((line) => /^# (?!Subtest|(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) )/.test(line));

/**
 * Has `testsInside` define the file's tests within a namespace that these shell commands have made up. Where this account
 * may make none, the file is skipped, and says why. `rootOnly`: a root of the namespace alone is not enough.
 */
export function inOwnNetwork(url, name, commands, testsInside, { rootOnly = false } = {}) {
  if (isInside()) return testsInside();
  return test(name, async (t) => {
    if (rootOnly && process.getuid() !== 0) return t.skip('this needs root');
    const reason = await whyNotInside('sh', ['-c', commands.join(' && ')]);
    if (reason !== null) return t.skip(`this account may not make a network namespace: ${reason}`);
    const { code, output } = await runInside(url, [], { commands });
    assert.equal(code, 0, output);
    for (const line of figuresIn(output)) console.log(line);
    return undefined;
  });
}
