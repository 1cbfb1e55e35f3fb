/* SPDX-License-Identifier: GPL-3.0-or-later */
// Impaired networks for real browsers: the emulator of tests/link makes network namespaces that reach each other through it
// alone. Leg 0 is the test itself with its server; browsers are opened on the other legs (openBrowser's option `leg`).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeAuthority } from './authority.mjs';
import { noteLeftover } from './leftovers.mjs';
import { isInside, runInside, whyNotInside } from './network.mjs';
import { BUILD } from './server.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The emulator is built with the C tests; the release build may be without them. */
function emulatorPath() {
  const builds = [BUILD, ...['build/test-gcc', 'build/bench'].map((name) => path.join(ROOT, name))];
  const found = builds.map((build) => path.join(build, 'tests/link/link')).find(existsSync);
  if (!found) throw new Error('the link emulator is not built; ninja -C build/test-gcc');
  return found;
}

/**
 * Starts the emulator with so many legs: {legs: [{address, network}], set(leg, way, settings), cut(leg, way, ms),
 * stats(), stop()}. `way` is "up", "down" or "both"; settings and counters are those of tests/link/command.h.
 */
export async function startLink(legs) {
  const child = spawn(emulatorPath(), [String(legs)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const forget = noteLeftover(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  let complaint = '';
  child.stderr.on('data', (data) => {
    complaint += data;
  });
  child.stdin.on('error', () => {});
  const waiting = [];
  const answer = () =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line)));
  ended.then(() => waiting.forEach(({ reject }) => reject(new Error(`the link emulator ended: ${complaint}`))));

  const first = await answer();
  const command = async (...words) => {
    const answered = answer();
    child.stdin.write(`${words.join(' ')}\n`);
    const result = await answered;
    assert.equal(result.error, undefined, words.join(' '));
    return result;
  };
  return {
    legs: first.legs,
    set: (leg, way, settings = {}) =>
      command('set', leg, way, ...Object.entries(settings).map(([name, value]) => `${name}=${Number(value)}`)),
    cut: (leg, way, ms) => command('cut', leg, way, ms),
    stats: () => command('stats'),
    async stop() {
      child.stdin.end();
      await ended;
      forget();
    },
  };
}

/** Options for startServer: a server on leg 0 that others can reach, so with the profile for production and a certificate. */
export async function reachableServer() {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-link-'));
  noteLeftover(() => rmSync(folder, { recursive: true, force: true }));
  const host = '10.77.0.1';
  const { cert, key } = await (await makeAuthority(folder)).certificate(`IP:${host}`);
  const [certificate, certificateKey] = ['certificate.pem', 'key.pem'].map((name) => path.join(folder, name));
  await writeFile(certificate, cert);
  await writeFile(certificateKey, key, { mode: 0o600 });
  const args = ['--profile', 'production', '--https_listen', host];
  return {
    host,
    mediaListen: host,
    args: [...args, '--certificate', certificate, '--certificate_key', certificateKey],
  };
}

/** Why this account can make no such networks here; null if it can. */
const whyNotHere = () => whyNotInside(emulatorPath(), ['2']);

/** A program (import.meta.url) whose `run` needs links: it runs once more, inside. Says so where that is not allowed. */
export async function mainOnLinks(file, run) {
  if (isInside()) return run();
  const reason = await whyNotHere();
  if (reason !== null) return console.log(`skipped: this account may not make networks with a TUN device: ${reason}`);
  const { code } = await runInside(file, process.argv.slice(2), { onOutput: (data) => process.stdout.write(data) });
  process.exitCode = code ?? 1;
  return undefined;
}

/** A test whose tests run in a network of their own: `file` is the test file (import.meta.url), `define` has them. */
export function onLinks(name, file, define) {
  if (isInside()) return define();
  return test(name, async (t) => {
    const reason = await whyNotHere();
    if (reason !== null) return t.skip(`this account may not make networks with a TUN device: ${reason}`);
    const { code, output } = await runInside(file, []);
    assert.equal(code, 0, output);
    return undefined;
  });
}
