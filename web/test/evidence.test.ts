/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBrowserFacts, type BrowserFacts } from '../src/media/facts';
import type { ServerFacts } from '../src/signal/messages';
import { evidenceOf, summaryOf, type EvidenceId } from '../src/state/evidence';

const server: ServerFacts = {
  state: 'connected',
  reason: null,
  dtls: 'DTLS 1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  group: 'X25519MLKEM768',
  srtp: 'AEAD_AES_256_GCM',
  cryptex_in: true,
  cryptex_out: true,
  fingerprint_server: 'AA:01',
  fingerprint_client: 'BB:02',
  since: 1795420800,
};
const browser: BrowserFacts = {
  dtls: 'DTLS 1.3',
  dtlsCipher: 'TLS_AES_256_GCM_SHA384',
  srtpCipher: 'AEAD_AES_256_GCM',
  connected: true,
  ownFingerprint: 'BB:02',
  serverFingerprint: 'AA:01',
};
const silentBrowser: BrowserFacts = {
  dtls: null,
  dtlsCipher: null,
  srtpCipher: null,
  connected: true,
  ownFingerprint: null,
  serverFingerprint: null,
};

function line(id: EvidenceId, serverFacts: ServerFacts | null, browserFacts: BrowserFacts | null) {
  const found = evidenceOf(serverFacts, browserFacts).find((item) => item.id === id);
  assert.ok(found);
  return found;
}

test('everything as it should be', () => {
  const evidence = evidenceOf(server, browser);
  assert.ok(evidence.every(({ verdict }) => verdict === 'good'));
  assert.equal(summaryOf(server, evidence, true), 'protected');
  assert.equal(summaryOf(server, evidence, false), 'checking');
});

test('without facts nothing is claimed', () => {
  const evidence = evidenceOf(null, null);
  assert.ok(
    evidence.every(({ verdict, value, meaning }) => verdict === 'unknown' && value === null && meaning === 'not_known'),
  );
  assert.equal(summaryOf(null, evidence, true), 'checking');
  const connected = { ...server, dtls: null, cipher: null, group: null, srtp: null };
  assert.equal(summaryOf(connected, evidenceOf(connected, silentBrowser), true), 'incomplete');
});

test('a lost group is visible', () => {
  const stripped = { ...server, group: 'X25519' };
  assert.deepEqual(
    [line('group', stripped, browser).verdict, line('group', stripped, browser).meaning],
    ['fair', 'classical'],
  );
  assert.equal(summaryOf(stripped, evidenceOf(stripped, browser), true), 'protected_classical');
});

test('ChaCha20 is a 256-bit cipher, AES-128 is too little', () => {
  const chacha = 'TLS_CHACHA20_POLY1305_SHA256';
  assert.equal(line('cipher', { ...server, cipher: chacha }, { ...browser, dtlsCipher: chacha }).meaning, 'chacha20');
  assert.equal(line('cipher', { ...server, cipher: 'TLS_AES_128_GCM_SHA256' }, silentBrowser).verdict, 'bad');
  assert.equal(line('srtp', { ...server, srtp: 'AEAD_AES_128_GCM' }, silentBrowser).verdict, 'bad');
});

test('what browser and server report differently is a problem, whichever it is', () => {
  for (const [id, change] of [
    ['dtls', { dtls: 'DTLS 1.2' }],
    ['cipher', { dtlsCipher: 'TLS_AES_128_GCM_SHA256' }],
    ['srtp', { srtpCipher: 'AES_CM_128_HMAC_SHA1_80' }],
    ['server_certificate', { serverFingerprint: 'AA:02' }],
    ['own_certificate', { ownFingerprint: 'BB:03' }],
  ] as const) {
    const facts = { ...browser, ...change };
    assert.deepEqual([line(id, server, facts).verdict, line(id, server, facts).witness], ['bad', 'differ'], id);
    assert.equal(summaryOf(server, evidenceOf(server, facts), true), 'problem');
  }
  assert.equal(line('srtp', { ...server, srtp: 'SRTP_AEAD_AES_256_GCM' }, browser).verdict, 'good');
});

test('a certificate that only one side names is not called the same', () => {
  assert.equal(line('server_certificate', server, silentBrowser).verdict, 'unknown');
});

test('header encryption follows what was seen on the wire', () => {
  const seen = (inward: boolean | null, outward: boolean | null) =>
    line('headers', { ...server, cryptex_in: inward, cryptex_out: outward }, browser).meaning;
  assert.deepEqual(
    [seen(true, true), seen(true, false), seen(false, false), seen(null, false)],
    ['headers_on', 'headers_partly', 'headers_off', 'not_known'],
  );
});

test('the browser’s report is read from its statistics', () => {
  const entries = new Map<string, Readonly<Record<string, unknown>>>([
    [
      'T',
      {
        type: 'transport',
        tlsVersion: 'FEFC',
        dtlsCipher: 'TLS_AES_256_GCM_SHA384',
        srtpCipher: 'AEAD_AES_256_GCM',
        localCertificateId: 'L',
        remoteCertificateId: 'R',
      },
    ],
    ['L', { type: 'certificate', fingerprint: 'bb:02', fingerprintAlgorithm: 'sha-256' }],
    ['R', { type: 'certificate', fingerprint: 'aa:01', fingerprintAlgorithm: 'sha-256' }],
  ]);
  assert.deepEqual(readBrowserFacts(entries, '', '', true), browser);
  const described = readBrowserFacts(
    new Map(),
    'a=fingerprint:sha-256 BB:02\r\n',
    'a=fingerprint:sha-256 AA:01\r\n',
    true,
  );
  assert.deepEqual(described, { ...silentBrowser, ownFingerprint: 'BB:02', serverFingerprint: 'AA:01' });
});
