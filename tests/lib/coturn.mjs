/* SPDX-License-Identifier: GPL-3.0-or-later */
// A real coturn with the configuration that `testudo turn config` writes, as its own user.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noteLeftover } from './leftovers.mjs';
import { BUILD } from './server.mjs';
import { until } from './wait.mjs';

const USER = 'turnserver';
/** What it is called in its URL and certificate: Firefox takes no TLS relay by an IP address. */
export const RELAY_NAME = 'relay.test';
export const hasCoturn = ['/usr/bin/turnserver', '/usr/local/bin/turnserver'].some(existsSync);

function makeCertificate(folder) {
  const names = `subjectAltName=DNS:${RELAY_NAME}`;
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=relay', '-addext', names, '-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'cert.pem'),
  ], { stdio: 'pipe' });
}

/**
 * Starts it on `host`:`port`, allowed to reach `media` (addresses, as media_listen has them). Returns {url, secret,
 * secretFile, firewall: the rules that hold it to `mediaPort`, port, stop()}.
 */
export async function startCoturn({ host, port, media, mediaPort, change = (text) => text }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-coturn-'));
  const forget = noteLeftover(() => rmSync(folder, { recursive: true, force: true }));
  const secret = execFileSync('openssl', ['rand', '-hex', '32'], { encoding: 'utf8' }).trim();
  const secretFile = path.join(folder, 'secret');
  writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
  makeCertificate(folder);
  const url = `turns:${RELAY_NAME}:${port}?transport=tcp`;
  const testudo = (action, more = []) =>
    execFileSync(path.join(BUILD, 'src/cli/testudo'), [
      'turn', action, '--turn_url', url, '--turn_secret_file', secretFile, '--media_listen', media.join(','),
      '--media_port', String(mediaPort), '--media_processes', '1', '--data', path.join(folder, 'data'), ...more,
    ], { encoding: 'utf8' });
  const files = ['--turn-certificate', path.join(folder, 'cert.pem'), '--turn-key', path.join(folder, 'key.pem')];
  const text = testudo('config', [...files, '--turn-listen', host]);
  writeFileSync(path.join(folder, 'turnserver.conf'), change(text));
  chmodSync(folder, 0o755);
  for (const file of ['cert.pem', 'key.pem', 'turnserver.conf']) chmodSync(path.join(folder, file), 0o644);

  const command = ['turnserver', '-c', path.join(folder, 'turnserver.conf'), '--pidfile=', '--userdb=:memory:'];
  const child = spawn('setpriv', [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const forgetProcess = noteLeftover(() => child.kill('SIGKILL'));
  await until('coturn to listen', async () => {
    if (child.exitCode !== null) throw new Error(`coturn ended:\n${said}`);
    return new Promise((resolve) => {
      const probe = net.connect({ host, port });
      probe.once('connect', () => resolve(probe.destroy() && true));
      probe.once('error', () => resolve(false));
    });
  });
  return {
    url,
    secret,
    secretFile,
    port,
    text,
    firewall: testudo('firewall', ['--turn-listen', host]),
    said: () => said,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
      forgetProcess();
      rmSync(folder, { recursive: true, force: true });
      forget();
    },
  };
}
