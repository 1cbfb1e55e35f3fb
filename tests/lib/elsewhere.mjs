/* SPDX-License-Identifier: GPL-3.0-or-later */
// A browser in another network namespace, driven from this one: a script that starts it there, and a way to its debugging
// port, which is on loopback there. The way is a socket in the file system, which namespaces of networks don't divide.
// Run as a program (PORT SOCKET), this file is the other end of that way.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteLeftover } from './leftovers.mjs';

const LOWEST_PORT = 12_000,
  PORTS = 20_000; // below those that systems give out by themselves

function join(one, other) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}

const listening = (server, ...where) =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(...where, () => resolve(server));
  });

/** Listens on a port of loopback that is free here, and hands on to the socket. */
async function listenSomewhere(socket) {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    const server = net.createServer((near) => join(near, net.connect(socket)));
    try {
      await listening(server, port, '127.0.0.1');
      return { server, port };
    } catch (error) {
      if (error.code !== 'EADDRINUSE') throw error;
    }
  }
}

/**
 * {executable, port, close()}: starting `executable` starts `program` in the namespace (`network`: a file as in
 * /proc/PID/ns/net); `port` leads to the same port of loopback there.
 */
export async function elsewhere(network, program) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-elsewhere-'));
  const executable = path.join(folder, 'start');
  const socket = path.join(folder, 'way');
  await writeFile(executable, `#!/bin/sh\nexec nsenter --net=${network} ${program} "$@"\n`, { mode: 0o700 });
  const { server, port } = await listenSomewhere(socket);
  const far = spawn('nsenter', [`--net=${network}`, process.execPath, fileURLToPath(import.meta.url), port, socket], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const forget = noteLeftover(() => {
    far.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  await new Promise((resolve, reject) => {
    far.once('exit', () => reject(new Error(`no program can be started in ${network}`)));
    far.stdout.once('data', resolve);
  });
  return {
    executable,
    port,
    async close() {
      far.kill('SIGKILL');
      server.close();
      await rm(folder, { recursive: true, force: true });
      forget();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port, socket] = process.argv.slice(2);
  await listening(net.createServer((near) => join(near, net.connect(Number(port), '127.0.0.1'))), socket);
  console.log('ready');
}
