/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintOf, hasCryptex, soundOnce, withoutAddresses } from '../src/media/sdp';

const offer = [
  'v=0',
  'o=- 46117 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'm=audio 41234 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 192.0.2.7',
  'a=rtcp:41235 IN IP4 192.0.2.7',
  'a=candidate:1 1 udp 2122260223 192.0.2.7 41234 typ host generation 0',
  'a=candidate:2 1 udp 2122262783 3f1c.local 41236 typ host',
  'a=end-of-candidates',
  'a=ice-ufrag:abcd',
  'a=fingerprint:sha-256 aa:bb:cc:01',
  'a=mid:0',
  'a=rtcp-mux',
  'm=video 0 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP6 2001:db8::7',
  'a=mid:1',
  '',
].join('\r\n');

test('an offer leaves without an address or port of this computer', () => {
  const sent = withoutAddresses(offer);
  for (const secret of ['192.0.2.7', '3f1c.local', '2001:db8', '4123', 'candidate'])
    assert.ok(!sent.includes(secret), secret);
});

test('everything else stays as the browser wrote it', () => {
  const kept = (sdp: string) => sdp.split('\r\n').filter((line) => !/candidate|^c=|^a=rtcp:|^m=audio/.test(line));
  assert.deepEqual(kept(withoutAddresses(offer)), kept(offer));
  assert.match(withoutAddresses(offer), /\r\nm=audio 9 UDP/);
  assert.match(withoutAddresses(offer), /\r\nm=video 0 UDP/);
  assert.match(withoutAddresses(offer), /\r\na=rtcp-mux\r\n/);
  assert.equal(withoutAddresses(withoutAddresses(offer)), withoutAddresses(offer));
});

test('header encryption and fingerprints are found', () => {
  assert.equal(hasCryptex(offer), false);
  assert.equal(hasCryptex(`${offer}a=cryptex\r\n`), true);
  assert.equal(hasCryptex(`${offer}a=cryptexx\r\n`), false);
  assert.equal(fingerprintOf(offer), 'AA:BB:CC:01');
  assert.equal(fingerprintOf(offer.replace('sha-256', 'sha-1')), null);
});

const sound = (mid: string, types: string) =>
  `m=audio 9 UDP/TLS/RTP/SAVPF ${types}\r\na=mid:${mid}\r\na=rtpmap:63 red/48000/2\r\na=rtpmap:111 opus/48000/2\r\n`;

test('sound that is sent once: the redundant form is the last choice of this section, and of no other', () => {
  const answer = (first: string) => `v=0\r\n${sound('0', first)}${sound('10', '63 111')}m=video 9 UDP/TLS/RTP/SAVPF 63 96\r\na=mid:1\r\n`;
  assert.equal(soundOnce(answer('63 111'), '0'), answer('111 63'));
  assert.equal(soundOnce(answer('111 63'), '0'), answer('111 63'));
  assert.equal(soundOnce(answer('63 111'), '1'), answer('63 111'));
  assert.equal(soundOnce(offer, '0'), offer);
});
