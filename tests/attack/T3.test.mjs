/* SPDX-License-Identifier: GPL-3.0-or-later */
// T3: 128 bits where 256 were available. Clients that offer 128-bit suites or profiles only are refused with the
// reason; those that offer both, the weak ones first, get 256 bits. Over UDP (DTLS, SRTP) and over HTTPS.
import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { after, before, test } from 'node:test';
import { offerOf, startCall } from '../lib/bystanders.mjs';

let call, offer;

before(async () => {
  offer = await offerOf('chromium');
  call = await startCall();
});

after(() => call?.stop());

const STRONG_SRTP = 'srtp=SRTP_AEAD_AES_256_GCM';
const STRONG_12 = 'suites=ECDHE-ECDSA-AES256-GCM-SHA384';
const CIPHER = /no cipher with a 256-bit key/;
const PROFILE = /does not offer AES-256 for media/;

const REFUSED = [
  [
    'DTLS 1.2 with AES-128-GCM only',
    ['openssl', 'suites=ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256', STRONG_SRTP],
    CIPHER,
  ],
  ['DTLS 1.3 with TLS_AES_128_GCM_SHA256 only', ['wolfssl', 'suites=TLS13-AES128-GCM-SHA256', STRONG_SRTP], CIPHER],
  ['SRTP with AES-128 and SHA-1 only (0x0001)', ['openssl', STRONG_12, 'srtp=SRTP_AES128_CM_SHA1_80'], PROFILE],
  ['SRTP with AES-128-GCM only (0x0007)', ['openssl', STRONG_12, 'srtp=SRTP_AEAD_AES_128_GCM'], PROFILE],
  [
    'SRTP with 128 bits only, in DTLS 1.3',
    ['wolfssl', 'suites=TLS13-AES256-GCM-SHA384', 'srtp=SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM'],
    PROFILE,
  ],
];

for (const [what, words, reason] of REFUSED) {
  test(`${what}: refused, and the page is told why`, async () => {
    const mallory = await call.mallory();
    await call.undisturbed(async () => {
      await mallory.probe(offer, words);
      const verdict = await mallory.verdict();
      assert.equal(verdict.state, 'failed');
      assert.match(verdict.reason, reason);
    });
    await mallory.leave();
  });
}

const AGREED = [
  [
    'DTLS 1.2, 128 bits preferred',
    [
      'openssl',
      'suites=ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-GCM-SHA384',
      STRONG_SRTP,
    ],
    'DTLS 1.2',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  ],
  [
    'DTLS 1.3, 128 bits preferred',
    ['wolfssl', 'suites=TLS13-AES128-GCM-SHA256:TLS13-AES256-GCM-SHA384', STRONG_SRTP],
    'DTLS 1.3',
    'TLS_AES_256_GCM_SHA384',
  ],
  [
    'as Firefox: no AES-256 in DTLS, but ChaCha20',
    ['wolfssl', 'suites=TLS13-AES128-GCM-SHA256:TLS13-CHACHA20-POLY1305-SHA256', STRONG_SRTP],
    'DTLS 1.3',
    'TLS_CHACHA20_POLY1305_SHA256',
  ],
  [
    '128-bit SRTP profiles preferred',
    ['openssl', STRONG_12, 'srtp=SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM'],
    'DTLS 1.2',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  ],
];

for (const [what, words, dtls, cipher] of AGREED) {
  test(`${what}: 256 bits are agreed, says the server and says the client`, async () => {
    const mallory = await call.mallory();
    const probe = await mallory.probe(offer, words);
    const verdict = await mallory.verdict();
    assert.deepEqual(
      { state: verdict.state, dtls: verdict.dtls, cipher: verdict.cipher, srtp: verdict.srtp },
      { state: 'connected', dtls, cipher, srtp: 'AEAD_AES_256_GCM' },
    );
    const own = await probe.next('dtls');
    assert.equal(own.state, 'established');
    assert.match(own.srtp, /^SRTP_AEAD_AES_256_GCM$/);
    assert.match(own.cipher, /AES256|AES_256|CHACHA20/);
    await mallory.leave();
  });
}

/** A TLS handshake with the HTTPS port: what was negotiated, or the error's code. */
function handshake(options) {
  return new Promise((resolve) => {
    const socket = connect(
      { host: 'localhost', port: call.server.port, servername: 'localhost', rejectUnauthorized: false, ...options },
      () => {
        resolve({ version: socket.getProtocol(), cipher: socket.getCipher().standardName });
        socket.destroy();
      },
    );
    socket.on('error', (error) => resolve({ refused: error.code }));
  });
}

test('HTTPS with TLS_AES_128_GCM_SHA256 only is refused', async () => {
  const { refused } = await handshake({ ciphers: 'TLS_AES_128_GCM_SHA256', minVersion: 'TLSv1.3' });
  assert.equal(refused, 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE');
});

test('HTTPS with older versions is refused, whatever their suites', async () => {
  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2']) {
    const { refused } = await handshake({ ciphers: 'ALL:@SECLEVEL=0', minVersion: version, maxVersion: version });
    assert.equal(refused, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', version);
  }
});

test('HTTPS with both gets 256 bits', async () => {
  for (const ciphers of [
    'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384',
    'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384',
  ]) {
    assert.deepEqual(await handshake({ ciphers }), { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' });
  }
});
