/* SPDX-License-Identifier: GPL-3.0-or-later */
// A sound card for browsers on machines without one: a PulseAudio server whose only output is silent. Without any,
// Firefox runs no AudioContext, and a page can measure no loudness.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noteLeftover } from './leftovers.mjs';
import { until } from './wait.mjs';

const OPTIONS = [
  '-n',
  '--daemonize=no',
  '--use-pid-file=no',
  '--exit-idle-time=300', // seconds; should nobody be left who could end it
  '--high-priority=no',
  '--realtime=no',
  '--load=module-null-sink',
];

let started = null;

function start() {
  const folder = mkdtempSync(path.join(tmpdir(), 'testudo-sound-'));
  const socket = path.join(folder, 'socket');
  noteLeftover(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(
    'pulseaudio',
    [...OPTIONS, `--load=module-native-protocol-unix socket=${socket} auth-anonymous=1`],
    { env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder }, stdio: 'ignore' },
  );
  const failed = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`pulseaudio ended with ${code}`)));
  });
  failed.catch(() => {
    started = null;
  });
  child.unref();
  noteLeftover(() => child.kill('SIGKILL'));
  return Promise.race([failed, until('the sound server', () => existsSync(socket))]).then(() => ({
    PULSE_SERVER: `unix:${socket}`,
  }));
}

/** The environment in which a browser finds it. One serves all browsers of a test process, and ends with it. */
export function soundEnvironment() {
  started ??= start();
  return started;
}
