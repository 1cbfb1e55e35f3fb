/* SPDX-License-Identifier: GPL-3.0-or-later */
// T5: the SRTP key is intercepted on its way. Keys in the SDP (SDES, MIKEY) are refused, also beside a fingerprint; a
// certificate other than the announced one is refused; a man in the middle who ends DTLS on both sides gets the keys
// of neither.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { offerOf, startCall } from '../lib/bystanders.mjs';
import { Tool, readAnswer } from '../lib/native.mjs';

const FRONT = '127.0.0.2',
  BACK = '127.0.0.3';
let call, offer, mitm;

before(async () => {
  offer = await offerOf('chromium');
  call = await startCall({ mediaAnnounce: FRONT });
});

after(async () => {
  await mitm?.stop();
  await call?.stop();
});

const SDES = 'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:32';
const SDES_256 =
  'a=crypto:1 AEAD_AES_256_GCM inline:b3JkaW5hcnlhbmRub3RhdGFsbHNlY3JldGtleXRoYXRhbnlvbmVjYW5yZWFkMDAwMQ==';
const MIKEY = 'a=key-mgmt:mikey AQAFgM0XflABAAAAAAAAAAAAAAsAyONQ6gAAAAAJ';
const inSections = (line) => (sdp) => sdp.replace(/^(m=audio.*\r?\n)/m, `$1${line}\r\n`);
const inSession = (line) => (sdp) => sdp.replace(/^(a=group:.*\r?\n)/m, `${line}\r\n$1`);
const withoutFingerprint = (sdp) => sdp.replace(/^a=(fingerprint|setup):.*\r?\n/gm, '');

const REFUSED = [
  ['SDES beside the fingerprint', inSections(SDES), 'sdes'],
  ['SDES with 256 bits beside the fingerprint', inSections(SDES_256), 'sdes'],
  ['SDES for the whole session', inSession(SDES), 'sdes'],
  ['SDES in the last section only', (sdp) => `${sdp}${SDES}\r\n`, 'sdes'],
  ['MIKEY beside the fingerprint', inSections(MIKEY), 'sdes'],
  ['SDES only', (sdp) => inSections(SDES)(withoutFingerprint(sdp)), 'sdes'],
  [
    'SDES only, as SRTP without DTLS',
    (sdp) => inSections(SDES)(withoutFingerprint(sdp)).replace(/UDP\/TLS\/RTP\/SAVPF/g, 'RTP/SAVPF'),
    'no_dtls',
  ],
  [
    "two fingerprints, of which one could be anybody's",
    (sdp) => sdp.replace(/^(m=video[^]*?a=fingerprint:sha-256 )../m, '$100'),
    'fingerprints_differ',
  ],
];

for (const [what, change, code] of REFUSED) {
  test(`an offer with ${what} is refused as ${code}`, async () => {
    const mallory = await call.mallory();
    await call.undisturbed(async () => {
      assert.notEqual(change(offer), offer);
      const reply = await mallory.offer(change(offer));
      assert.deepEqual({ type: reply.type, code: reply.code }, { type: 'offer_refused', code });
    });
    await mallory.leave();
  });
}

test('no answer holds a key', () => {
  for (const person of [call.alice, call.bob]) assert.doesNotMatch(person.answer, /a=crypto|inline:|key-mgmt/);
});

test('a certificate that is not the announced one is refused, and the page is told', async () => {
  const mallory = await call.mallory();
  await call.undisturbed(async () => {
    await mallory.connect(['mic', 'camera', 'wrong-fingerprint']);
    const verdict = await mallory.verdict();
    assert.equal(verdict.state, 'failed');
    assert.match(verdict.reason, /certificate is not the one that it announced/);
  });
  assert.notEqual((await mallory.stats()).state, 'connected');
  await mallory.leave();
});

test('the fingerprint of somebody else, who is in the call, does not help either', async () => {
  const mallory = await call.mallory();
  await call.undisturbed(async () => {
    const words = ['openssl', 'suites=ECDHE-ECDSA-AES256-GCM-SHA384', 'srtp=SRTP_AEAD_AES_256_GCM'];
    const alices = readAnswer(call.alice.answer).fingerprint; // the server's own towards Alice
    await mallory.probe(offer, words, { fingerprint: alices });
    const verdict = await mallory.verdict();
    assert.equal(verdict.state, 'failed');
    assert.match(verdict.reason, /certificate is not the one that it announced/);
  });
  await mallory.leave();
});

test('who ends DTLS in the middle, towards both sides, gets the keys of neither', async () => {
  mitm = new Tool('mitm', [`${FRONT}:${call.server.mediaPort}`, `${BACK}:0`, `127.0.0.1:${call.server.mediaPort}`]);
  const carol = await call.mallory();
  await call.undisturbed(async () => {
    await carol.connect(['mic', 'camera'], {
      through: `${FRONT}:${call.server.mediaPort}`,
      beforeAnswer: async (sdp, answer) => {
        mitm.command('expect', readAnswer(sdp).fingerprint, readAnswer(answer).fingerprint);
        await mitm.next('expecting');
      },
    });
    const verdict = await carol.verdict();
    assert.equal(verdict.state, 'failed');
    assert.match(verdict.reason, /certificate is not the one that it announced/);
  });
  await carol.media.next('state', ({ state }) => state === 'ended');
  const towardsServer = await mitm.next('side', ({ side, state }) => side === 'server' && state !== 'handshaking');
  const towardsClient = await mitm.next('side', ({ side, state }) => side === 'client' && state !== 'handshaking');
  assert.equal(towardsClient.state, 'failed', JSON.stringify(towardsClient));
  assert.notEqual(towardsServer.state, 'established');
  assert.deepEqual(
    mitm.events.filter(({ event }) => event === 'media'),
    [],
  );
  await carol.leave();
});
