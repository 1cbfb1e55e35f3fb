/* SPDX-License-Identifier: GPL-3.0-or-later */
// What sslscan and testssl.sh say of the HTTPS port: nobody here wrote them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from '../lib/server.mjs';

const run = promisify(execFile);
const missing = (file) => !existsSync(file) && `${file} is not installed`;

let server, folder;
before(async () => {
  server = await startServer();
  folder = await mkdtemp(path.join(tmpdir(), 'testudo-tls-'));
});
after(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('sslscan: TLS 1.3 alone, 256 bits alone', { skip: missing('/usr/bin/sslscan') }, async () => {
  const { stdout } = await run('sslscan', ['--no-colour', '--ipv4', `localhost:${server.port}`]);
  const state = (name) => new RegExp(`^${name.replace('.', '\\.')} +(\\w+)`, 'm').exec(stdout)?.[1];
  for (const name of ['SSLv2', 'SSLv3', 'TLSv1.0', 'TLSv1.1', 'TLSv1.2']) assert.equal(state(name), 'disabled', name);
  assert.equal(state('TLSv1.3'), 'enabled');
  const lines = [...stdout.matchAll(/^(?:Preferred|Accepted) +(\S+) +(\d+) bits +(\S+)/gm)];
  const ciphers = lines.map((line) => line.slice(1).join(' '));
  assert.deepEqual(ciphers, ['TLSv1.3 256 TLS_AES_256_GCM_SHA384', 'TLSv1.3 256 TLS_CHACHA20_POLY1305_SHA256']);
  assert.ok(!/vulnerable/.test(stdout.replaceAll('not vulnerable', '')));
});

test('testssl.sh: no finding', { skip: missing('/usr/bin/testssl') }, async () => {
  const file = path.join(folder, 'findings.json');
  // Its exit code counts what it could not do, too. What is left out asks the network, or needs a public certificate.
  await run('testssl', ['--quiet', '--color', '0', '--warnings', 'off', '--ip', '127.0.0.1', '--jsonfile', file,
    '--protocols', '--fs', '--vulnerable', '--headers', `localhost:${server.port}`],
  { timeout: 300_000, maxBuffer: 1e7 }).catch((error) => { if (error.killed) throw error; });
  const findings = JSON.parse(await readFile(file, 'utf8'));
  assert.ok(findings.length > 20, 'it has looked');
  const bad = findings.filter(({ severity }) => ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].includes(severity));
  assert.deepEqual(bad.map(({ id, severity, finding }) => `${id} ${severity}: ${finding}`), []);
});
