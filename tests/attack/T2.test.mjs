/* SPDX-License-Identifier: GPL-3.0-or-later */
// T2: a stolen key opens old calls. After hang-up, the memory of every process of the server is searched for each key
// of that call: master and session keys of SRTP and SRTCP in both directions, their salts, and the master secret of
// DTLS. The client tells what to look for; the search is shown to find the keys while the call is on.
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { offerOf, startCall } from '../lib/bystanders.mjs';
import { countInMemory, isSanitized } from '../lib/memory.mjs';
import { until } from '../lib/wait.mjs';

const SRTP = 'srtp=SRTP_AEAD_AES_256_GCM';
let call, offer, processes, cannot;
const everySecret = []; // of all calls here

before(async () => {
  offer = await offerOf('chromium');
  call = await startCall();
  processes = await call.server.children('testudo');
  if (process.getuid() !== 0) cannot = 'reading another process needs root';
  if (await isSanitized(processes[0].pid)) cannot = 'a build with sanitizers keeps what was freed';
  processes.push({ pid: call.server.pid, name: 'supervisor' });
});

after(() => call?.stop());

/** RFC 3711, section 4.3.3, with AES-256 (RFC 6188) and the 12-byte salts of RFC 7714. */
function derive(key, salt, label, length) {
  const counter = Buffer.alloc(16);
  salt.copy(counter);
  counter[7] ^= label;
  return createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(length));
}

/** What opens a recording of a connection. Salts are no secrets alone, and too short to be sure of. */
function secretsOf(hex) {
  const material = Buffer.from(hex, 'hex');
  const named = {};
  for (const [i, who] of ['client', 'server'].entries()) {
    const key = material.subarray(32 * i, 32 * i + 32),
      salt = material.subarray(64 + 12 * i, 76 + 12 * i);
    named[`${who} master key`] = key;
    named[`${who} SRTP session key`] = derive(key, salt, 0, 32);
    named[`${who} SRTCP session key`] = derive(key, salt, 3, 32);
  }
  if (material.length > 88) named['DTLS master secret'] = material.subarray(88);
  return named;
}

/** Which secrets stand in whose memory: {"name in process": times}. */
async function find(secrets) {
  const found = {};
  for (const { pid, name } of processes) {
    const counts = await countInMemory(pid, Object.values(secrets));
    Object.keys(secrets).forEach((secret, i) => {
      if (counts[i] > 0) found[`${secret} in ${name}`] = counts[i];
    });
  }
  return found;
}

/** A whole call of Mallory's with one of the libraries; how it ends is up to `hangUp`. */
async function callOf(words, hangUp) {
  const mallory = await call.mallory();
  const probe = await mallory.probe(offer, [...words, SRTP]);
  assert.equal((await mallory.verdict()).state, 'connected');
  await probe.next('dtls', ({ state }) => state === 'established');
  const secrets = secretsOf((await probe.ask('keys')).hex);
  everySecret.push(...Object.values(secrets));
  const during = await find(secrets);
  await hangUp(mallory, probe);
  await until('no key of the call in any memory', async () => Object.keys(await find(secrets)).length === 0, {
    timeout: 4000,
    every: 500,
  }).catch(async () => assert.deepEqual(await find(secrets), {}));
  return during;
}

const OPENSSL = ['openssl', 'suites=ECDHE-ECDSA-AES256-GCM-SHA384'];
const WOLFSSL = ['wolfssl', 'suites=TLS13-AES256-GCM-SHA384'];
const leaves = (mallory) => mallory.leave();
const closes = async (mallory, probe) => {
  probe.command('close');
  await mallory.signal.next('renew'); // the server says that the connection has gone
};

for (const [what, words, hangUp] of [
  ['DTLS 1.2, the person leaves', OPENSSL, leaves],
  ['DTLS 1.2, the browser closes the connection', OPENSSL, closes],
  ['DTLS 1.3, the person leaves', WOLFSSL, leaves],
  ['DTLS 1.3, the browser closes the connection', WOLFSSL, closes],
]) {
  test(`after hang-up no process holds a key of the call: ${what}`, async (t) => {
    if (cannot) {
      t.skip(cannot);
      return;
    }
    const during = await callOf(words, hangUp);
    const session = Object.keys(during).filter((name) => name.includes('session key in testudo-media'));
    assert.equal(session.length, 4, `while the call is on, the search finds what it must: ${JSON.stringify(during)}`);
    assert.deepEqual(
      Object.keys(during).filter((name) => name.includes('master key')),
      [],
      'SRTP master keys are wiped as soon as they were used',
    );
    assert.deepEqual(
      Object.keys(during).filter((name) => !name.includes('testudo-media')),
      [],
      'no other process ever has one',
    );
  });
}

/** All files of the server, with what is in them: [{name, bytes}]. */
async function filesOf(folder) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesOf(name)));
    else found.push({ name, bytes: await readFile(name) });
  }
  return found;
}

test('no media key is ever written to disk', async () => {
  const files = [...(await filesOf(call.server.data)), ...(await filesOf(`${call.server.data}-keys`))];
  const kinds = /(certificate(-key)?\.pem|store\/(testudo\.db(-wal|-shm)?|[a-z.]*lock[a-z.]*)|store\.key(\.log-head)?)$/;
  for (const { name } of files) assert.match(name, kinds);
  const holds = (secret) => files.filter(({ bytes }) => bytes.includes(secret)).map(({ name }) => name);
  const own = await readFile(`${call.server.data}-keys/store.key`);
  assert.deepEqual(holds(own), [`${call.server.data}-keys/store.key`], 'the search finds what it must');
  assert.ok(everySecret.length > 0);
  for (const secret of everySecret) assert.deepEqual(holds(secret), []);
});
