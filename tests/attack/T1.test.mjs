/* SPDX-License-Identifier: GPL-3.0-or-later */
// T1: data on the wire can be read. A participant who was let in asks for media without encryption, offers DTLS with
// null, weak or CBC suites or of an old version, or sends in clear what should be encrypted. Alice and Bob are in a
// call all the time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { offerOf, startCall } from '../lib/bystanders.mjs';
import { readAnswer } from '../lib/native.mjs';
import { startRelay } from '../lib/relay.mjs';
import { until } from '../lib/wait.mjs';

const RELAY = '127.0.0.2';
let call, offer, relay, counters;

before(async () => {
  offer = await offerOf('chromium');
  call = await startCall({ mediaAnnounce: RELAY });
});

after(async () => {
  if (!counters) await call?.stop();
  relay?.stop();
});

const profile = (name) => (sdp) => sdp.replace(/UDP\/TLS\/RTP\/SAVPF/g, name);
const REFUSED_OFFERS = [
  ['without a fingerprint', (sdp) => sdp.replace(/^a=fingerprint:.*\r?\n/gm, ''), 'no_fingerprint'],
  [
    'with an empty fingerprint',
    (sdp) => sdp.replace(/^a=fingerprint:.*\r?$/gm, 'a=fingerprint:sha-256 \r'),
    'bad_fingerprint',
  ],
  [
    'with a fingerprint by a broken hash only',
    (sdp) => sdp.replace(/fingerprint:sha-256 .*\r?$/gm, `fingerprint:sha-1 ${'AB:'.repeat(19)}AB\r`),
    'fingerprint_hash',
  ],
  ['of plain RTP', profile('RTP/AVP'), 'plain_rtp'],
  ['of plain RTP with feedback', profile('RTP/AVPF'), 'plain_rtp'],
  ['of SRTP without DTLS', profile('RTP/SAVP'), 'no_dtls'],
  ['of SRTP without DTLS, with feedback', profile('RTP/SAVPF'), 'no_dtls'],
  [
    'of plain RTP in one section among encrypted ones',
    (sdp) => sdp.replace(/^m=video 9 UDP\/TLS\/RTP\/SAVPF/m, 'm=video 9 RTP/AVPF'),
    'plain_rtp',
  ],
  ['of RTP over plain TCP', profile('TCP/RTP/AVP'), 'bad_profile'],
  ['of DTLS without its side named', (sdp) => sdp.replace(/^a=setup:.*\r?\n/gm, ''), 'no_setup'],
];

for (const [what, change, code] of REFUSED_OFFERS) {
  test(`an offer ${what} is refused as ${code}`, async () => {
    const mallory = await call.mallory();
    await call.undisturbed(async () => {
      assert.notEqual(change(offer), offer);
      const reply = await mallory.offer(change(offer));
      assert.equal(reply.type, 'offer_refused');
      assert.equal(reply.code, code);
      assert.match(reply.text, /^[A-Z].*\.$/, 'a sentence for people');
      assert.equal((await mallory.offer(offer)).type, 'answer', 'the same browser may do it right');
    });
    await mallory.leave();
  });
}

const STRONG_SRTP = 'srtp=SRTP_AEAD_AES_256_GCM';
const CIPHER = /no cipher with a 256-bit key/;
const REFUSED_CLIENTS = [
  ['null suites', ['openssl', 'suites=ECDHE-ECDSA-NULL-SHA:NULL-SHA256:NULL-SHA', STRONG_SRTP], CIPHER],
  [
    'suites without authentication',
    ['openssl', 'suites=AECDH-AES256-SHA:ADH-AES256-GCM-SHA384:AECDH-NULL-SHA', STRONG_SRTP],
    CIPHER,
  ],
  [
    'CBC suites, 256 bits long',
    ['openssl', 'suites=ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:AES256-SHA256:AES256-SHA', STRONG_SRTP],
    CIPHER,
  ],
  [
    'suites with truncated tags (CCM-8)',
    ['openssl', 'suites=ECDHE-ECDSA-AES256-CCM8:ECDHE-ECDSA-AES128-CCM8', STRONG_SRTP],
    CIPHER,
  ],
  [
    'a key exchange without forward secrecy',
    ['openssl', 'suites=AES256-GCM-SHA384:PSK-AES256-GCM-SHA384:AES256-SHA', STRONG_SRTP],
    CIPHER,
  ],
  [
    'DTLS 1.0',
    ['openssl', 'version=1.0', 'suites=ALL:COMPLEMENTOFALL', STRONG_SRTP],
    /neither DTLS 1\.3 nor DTLS 1\.2/,
  ],
  ['DTLS without SRTP', ['openssl', 'suites=ECDHE-ECDSA-AES256-GCM-SHA384'], /does not offer to encrypt media/],
  [
    'no certificate',
    ['openssl', 'suites=ECDHE-ECDSA-AES256-GCM-SHA384', STRONG_SRTP, 'no-certificate'],
    /showed no certificate/,
  ],
];

for (const [what, words, reason] of REFUSED_CLIENTS) {
  test(`a DTLS client with ${what} is refused, and its page is told why`, async () => {
    const mallory = await call.mallory();
    await call.undisturbed(async () => {
      await mallory.probe(offer, words);
      const verdict = await mallory.verdict();
      assert.equal(verdict.state, 'failed');
      assert.match(verdict.reason, reason);
      const { rtp, rtcp } = await mallory.media.ask('received');
      assert.deepEqual({ rtp, rtcp }, { rtp: 0, rtcp: 0 }, 'no media without keys');
    });
    await mallory.leave();
  });
}

/** RTP (and RTCP) in clear as of this SSRC, with words that can be looked for. */
const OFFERED_SSRC = 2732110569; // the microphone's in tests/data/sdp/chromium.sdp
const SECRET = Buffer.from('in clear, as of old');
function plainRtp(ssrc, sequence, type = 111) {
  const packet = Buffer.alloc(12 + 80);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(type, 1);
  packet.writeUInt16BE(sequence, 2);
  packet.writeUInt32BE(ssrc, 8);
  SECRET.copy(packet, 12);
  return packet;
}

test('RTP in clear from a checked address that has not done DTLS goes nowhere', async () => {
  const mallory = await call.mallory();
  mallory.signal.send('state', { mic: true, camera: true, screen: false });
  const probe = await mallory.probe(offer, ['none']);
  await probe.next('reachable');
  await call.undisturbed(async () => {
    for (let i = 0; i < 200; i++) probe.command('raw', plainRtp(OFFERED_SSRC, i).toString('hex'));
    for (let i = 0; i < 50; i++) probe.command('raw', plainRtp(OFFERED_SSRC, i, 200).toString('hex'));
    const { rtp, rtcp, dtls } = await probe.ask('received');
    assert.deepEqual({ rtp, rtcp, dtls }, { rtp: 0, rtcp: 0, dtls: 0 });
  });
  for (const person of [call.alice, call.bob]) {
    const { slots, broken, authFailed } = await person.stats();
    assert.equal(
      slots.filter(({ packets, video }) => packets > 0 && !video).length,
      1,
      `${person.name} hears one other`,
    );
    assert.deepEqual({ broken, authFailed }, { broken: 0, authFailed: 0 });
  }
  await mallory.leave();
});

test('RTP in clear from the address of a finished handshake, and application data, go nowhere', async () => {
  const mallory = await call.mallory();
  const probe = await mallory.probe(offer, ['openssl', 'suites=ECDHE-ECDSA-AES256-GCM-SHA384', STRONG_SRTP]);
  const verdict = await mallory.verdict();
  assert.equal(verdict.state, 'connected');
  mallory.signal.send('state', { mic: true, camera: true, screen: false });
  await call.undisturbed(async () => {
    for (let i = 0; i < 200; i++) probe.command('raw', plainRtp(OFFERED_SSRC, i).toString('hex'));
    for (let i = 0; i < 50; i++) probe.command('write', `${SECRET}`);
    const clearRecord = Buffer.concat([
      Buffer.from('17fefd000000000000000900', 'hex'),
      Buffer.from([SECRET.length]),
      SECRET,
    ]);
    for (let i = 0; i < 50; i++) probe.command('raw', clearRecord.toString('hex'));
  });
  for (const person of [call.alice, call.bob]) {
    const { slots } = await person.stats();
    assert.equal(
      slots.filter(({ packets, video }) => packets > 0 && !video).length,
      1,
      `${person.name} hears one other`,
    );
  }
  await mallory.leave();
});

test('somebody who reads along on the wire sees nothing of what is said', async () => {
  relay = await startRelay({ listen: RELAY, port: call.server.mediaPort });
  const through = `${RELAY}:${call.server.mediaPort}`;
  const carol = await call.meeting.join('Carol', '127.0.0.13', ['mic', 'camera'], { through });
  assert.deepEqual(readAnswer(carol.answer).candidates, [through]);
  await until(
    'some seconds of the call on the wire',
    () => relay.captured.filter(({ kind }) => kind === 'rtp').length > 500,
  );
  await carol.leave();
  const MARK = Buffer.from('TSIM'); // stands in every payload of the participants (tests/sim/client_send.c)
  for (const { data, kind, up } of relay.captured) {
    assert.notEqual(kind, 'other');
    assert.equal(data.includes(MARK), false, `payload in clear, ${kind}, ${up ? 'to' : 'from'} the server`);
  }
});

test('what was dropped is counted', async () => {
  counters = await call.stop();
  assert.ok(counters['dropped other'] >= 250, `clear media before DTLS: ${counters['dropped other']}`);
  assert.ok(counters['dropped srtp'] >= 200, `clear media after DTLS: ${counters['dropped srtp']}`);
  assert.ok(counters.refused >= REFUSED_OFFERS.length);
  assert.ok(counters.failed >= REFUSED_CLIENTS.length);
});
