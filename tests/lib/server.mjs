/* SPDX-License-Identifier: GPL-3.0-or-later */
// Starts the real `testudo serve` for a test: on loopback, on ports of its own, with a data folder of its own.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteLeftover } from './leftovers.mjs';
import { until } from './wait.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The build that is tested: TESTUDO_BUILD, such as build/test-gcc (with sanitizers), else the release build. */
export const BUILD = path.resolve(ROOT, process.env.TESTUDO_BUILD ?? 'build/release');

// Browsers refuse to fetch from the ports of other well-known services: none is above 11000. From 32768 on the system gives
// ports to whoever asks for any: browsers, which may have it before the server that it was found for.
const FIRST_PORT = 11_000;
const LAST_PORT = 32_767;

function isFree(port) {
  const tcp = new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  const udp = new Promise((resolve) => {
    const probe = createSocket('udp4');
    probe.once('error', () => probe.close(() => resolve(false)));
    probe.bind(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  return Promise.all([tcp, udp]).then((free) => free.every(Boolean));
}

/** A port that nobody has, neither for TCP nor for UDP. */
export async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

/** The children of a process: [{pid, name}]. */
export async function childrenOf(pid) {
  const children = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => null);
    const fields = stat?.match(/^\d+ \((.*)\) \S (\d+)/);
    if (fields && Number(fields[2]) === pid) children.push({ pid: Number(entry), name: fields[1] });
  }
  return children;
}

function commandLine(
  { port, origin, mediaPort, data },
  { mediaProcesses = 1, mediaListen = '127.0.0.1', mediaAnnounce, args = [] },
) {
  return [
    'serve',
    '--https_port',
    String(port),
    '--origin',
    origin,
    '--media_port',
    String(mediaPort),
    '--data',
    data,
    '--media_processes',
    String(mediaProcesses),
    ...(mediaListen ? ['--media_listen', mediaListen] : []),
    ...(mediaAnnounce ? ['--media_announce', mediaAnnounce] : []),
    ...args,
  ];
}

/**
 * Options: `mediaProcesses` (1), `mediaListen` (127.0.0.1; null: what the program does by itself), `mediaAnnounce` (an
 * address, such as a relay's), `mediaPort` (a free one), `host` and `publicPort` (in the origin, if it is not localhost or
 * a proxy stands before the server), `args` (more options of the command line), `env`. Returns {origin, port, mediaPort, pid, data, output(),
 * hostLink(), setupLink(), children(name), exited, stop()}. hostLink() waits for a host link that was not given out by it
 * before, setupLink() for the link that makes the first administrator. `data` may be that of an earlier server (option
 * `data`), whose stop() then leaves it.
 */
export async function startServer(options = {}) {
  const data = options.data ?? (await mkdtemp(path.join(tmpdir(), 'testudo-data-')));
  const port = await freePort();
  const mediaPort = options.mediaPort ?? (await freePort());
  const origin = `https://${options.host ?? 'localhost'}:${options.publicPort ?? port}`;
  const child = spawn(path.join(BUILD, 'src/cli/testudo'), commandLine({ port, origin, mediaPort, data }, options), {
    cwd: data,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const folders = [data, `${data}-keys`];
  const forgetData = noteLeftover(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  const forgetProcess = noteLeftover(() => child.kill('SIGTERM'));
  let text = '';
  child.stdout.on('data', (d) => {
    text += d;
  });
  child.stderr.on('data', (d) => {
    text += d;
  });
  let ended = false;
  const exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      ended = true;
      forgetProcess();
      resolve({ code, signal });
    });
  });

  const linkOf = (page, given) =>
    until(`a link to /${page} from the server at ${origin}`, () => {
      if (ended) throw new Error(`the server ended:\n${text}`);
      const all = [...text.matchAll(new RegExp(`https://\\S+/${page}#[\\w-]{22}`, 'g'))].map((m) => m[0]);
      const link = all.find((l) => !given.has(l));
      if (link) given.add(link);
      return link;
    });
  const given = new Set();
  return {
    origin,
    port,
    mediaPort,
    pid: child.pid,
    data,
    exited,
    output: () => text,
    hostLink: () => linkOf('host', given),
    setupLink: () => linkOf('setup', new Set()),
    children: async (name) => (await childrenOf(child.pid)).filter((c) => c.name.includes(name)),
    async stop() {
      if (!ended) child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      const result = await exited;
      clearTimeout(timer);
      if (!options.data) for (const folder of folders) await rm(folder, { recursive: true, force: true });
      forgetData();
      return result;
    },
  };
}
