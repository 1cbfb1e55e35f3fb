/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNetwork } from '../src/media/network';
import { factsBetween, NarrowWatch, NetworkWatch, weaknessOf, type NetworkCounts } from '../src/state/network';
import { initialState, type State } from '../src/state/model';
import { reduce } from '../src/state/reducer';

const start: NetworkCounts = {
  at: 0,
  sentBytes: 0,
  sentPackets: 0,
  sentFrames: 0,
  sentLost: 0,
  receivedBytes: 0,
  receivedPackets: 0,
  receivedLost: 0,
  freezes: 0,
  delayMs: 20,
  roomBps: null,
  limited: false,
  way: 'udp',
};

/** Two seconds later, with 100 packets each way. */
const later = (before: NetworkCounts, change: Partial<NetworkCounts> = {}): NetworkCounts => ({
  ...before,
  at: before.at + 2000,
  sentBytes: before.sentBytes + 100_000,
  sentPackets: before.sentPackets + 100,
  sentFrames: before.sentFrames + 60,
  receivedBytes: before.receivedBytes + 50_000,
  receivedPackets: before.receivedPackets + 100,
  ...change,
});

const weak = (change: Partial<NetworkCounts>) => weaknessOf(start, later(start, change));

test('figures are what happened between two looks', () => {
  assert.deepEqual(factsBetween(start, later(start, { sentLost: 5, receivedLost: 25 })), {
    upBps: 400_000,
    downBps: 200_000,
    delayMs: 20,
    lossUp: 0.05,
    lossDown: 0.2,
    way: 'udp',
  });
  const nothing = factsBetween(start, { ...start, at: 2000 });
  assert.deepEqual([nothing.upBps, nothing.lossUp, nothing.lossDown], [0, null, null]);
});

test('counts of a slot that went away are no negative figures', () => {
  const facts = factsBetween(later(start), { ...start, at: 4000 });
  assert.deepEqual([facts.upBps, facts.downBps, facts.lossDown], [0, 0, null]);
});

test('what makes a connection weak, and for whom', () => {
  assert.equal(weak({}), 'none');
  assert.equal(weak({ sentLost: 20 }), 'up');
  assert.equal(weak({ delayMs: 900 }), 'up');
  assert.equal(weak({ limited: true, roomBps: 150_000 }), 'up');
  assert.equal(weak({ receivedLost: 20 }), 'down');
  assert.equal(weak({ freezes: 3 }), 'down');
});

test('what every connection does at its beginning is no weakness', () => {
  assert.equal(weak({ limited: true, roomBps: 800_000 }), 'none');
  assert.equal(weak({ limited: true, roomBps: null }), 'none');
  assert.equal(weak({ freezes: 1 }), 'none');
  assert.equal(weak({ sentLost: 2, receivedLost: 2 }), 'none');
});

test('it is said after three looks, and taken back after six', () => {
  const watch = new NetworkWatch();
  let counts = start;
  const look = (change: (before: NetworkCounts) => Partial<NetworkCounts> = () => ({})) => {
    counts = later(counts, change(counts));
    return watch.look(counts);
  };
  const lossy = ({ sentLost }: NetworkCounts) => ({ sentLost: sentLost + 20 });
  watch.look(counts);
  assert.deepEqual([look(lossy), look(lossy), look(), look(lossy), look(lossy)], Array<string>(5).fill('none'));
  assert.equal(look(lossy), 'up');
  assert.deepEqual([1, 2, 3, 4, 5].map(() => look()), Array<string>(5).fill('up'));
  assert.equal(look(), 'none');
  look(lossy);
  watch.reset();
  assert.equal(watch.facts, null);
});

/** What is said after each of these looks. */
function narrows(looks: readonly Partial<NetworkCounts>[]): boolean[] {
  const watch = new NarrowWatch();
  let counts = start;
  watch.look(counts);
  return looks.map((change) => watch.look((counts = later(counts, change))));
}

test('a narrow way up is told after two looks, and until there is room again', () => {
  const [tight, fair, wide] = [{ roomBps: 250_000 }, { roomBps: 500_000 }, { roomBps: 700_000 }];
  assert.deepEqual(narrows([tight, tight, fair, tight, wide]), [false, true, true, true, false]);
  assert.deepEqual(narrows([tight, fair, tight, fair]), [false, false, false, false]);
});

test('a way up that loses is not narrow: words come first there', () => {
  const tight = { roomBps: 250_000 };
  assert.deepEqual(narrows([{ ...tight, sentLost: 3 }, { ...tight, sentLost: 6 }, tight]), [false, false, false]);
  assert.deepEqual(narrows([tight, tight, { ...tight, sentLost: 10 }]), [false, true, false]);
});

test('nor is one without pictures, or of which nothing is told', () => {
  assert.deepEqual(narrows(Array(3).fill({ roomBps: 250_000, sentFrames: 0 })), [false, false, false]);
  assert.deepEqual(narrows([{}, {}, {}]), [false, false, false]);
});

const entry = (type: string, fields: object) => ({ type, ...fields });

test('the entries of Chromium', () => {
  const entries = new Map<string, Record<string, unknown>>([
    ['T', entry('transport', { selectedCandidatePairId: 'P' })],
    ['P', entry('candidate-pair', { localCandidateId: 'L', currentRoundTripTime: 0.031, availableOutgoingBitrate: 900_000 })],
    ['Q', entry('candidate-pair', { localCandidateId: 'M', nominated: true, state: 'succeeded' })],
    ['L', entry('local-candidate', { candidateType: 'host', protocol: 'udp' })],
    ['O1', entry('outbound-rtp', { bytesSent: 1000, packetsSent: 10, qualityLimitationReason: 'bandwidth' })],
    ['O2', entry('outbound-rtp', { bytesSent: 500, packetsSent: 5, framesSent: 2 })],
    ['R', entry('remote-inbound-rtp', { packetsLost: 3, roundTripTime: 0.4 })],
    ['I', entry('inbound-rtp', { bytesReceived: 700, packetsReceived: 7, packetsLost: 1, freezeCount: 2 })],
  ]);
  assert.deepEqual(readNetwork(entries, 5), {
    at: 5,
    sentBytes: 1500,
    sentPackets: 15,
    sentFrames: 2,
    sentLost: 3,
    receivedBytes: 700,
    receivedPackets: 7,
    receivedLost: 1,
    freezes: 2,
    delayMs: 31,
    roomBps: 900_000,
    limited: true,
    way: 'udp',
  });
});

test('the entries of Firefox, which tells less, and other ways', () => {
  const entries = new Map<string, Record<string, unknown>>([
    ['P', entry('candidate-pair', { localCandidateId: 'L', nominated: true, state: 'succeeded' })],
    ['L', entry('local-candidate', { candidateType: 'host', protocol: 'tcp' })],
    ['R', entry('remote-inbound-rtp', { packetsLost: 3, roundTripTime: 0.04 })],
  ]);
  const { delayMs, roomBps, limited, way } = readNetwork(entries, 5);
  assert.deepEqual([delayMs, roomBps, limited, way], [40, null, false, 'tcp']);
  entries.set('L', entry('local-candidate', { candidateType: 'relay', protocol: 'udp' }));
  assert.equal(readNetwork(entries, 5).way, 'relay');
  assert.equal(readNetwork(new Map(), 5).way, null);
});

test('what was read is said again only after it was good meanwhile', () => {
  let state: State = reduce(initialState, { type: 'you', id: 'me', role: 'participant' });
  const tell = (weakness: 'none' | 'up') => (state = reduce(state, { type: 'network', facts: null, weakness }));
  tell('up');
  assert.equal(state.meeting?.network.seen, false);
  state = reduce(state, { type: 'network_seen' });
  tell('up');
  assert.equal(state.meeting?.network.seen, true);
  tell('none');
  tell('up');
  assert.equal(state.meeting?.network.seen, false);
});
