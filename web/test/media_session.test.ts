/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { MediaSession } from '../src/media/session';
import type { ClientMessage } from '../src/signal/messages';
import type { MediaLink } from '../src/state/model';
import { FakePeer, FakeTime, installWindow, settle } from './fakes';

type OfferMessage = Extract<ClientMessage, { type: 'offer' }>;

let time: FakeTime;
let session: MediaSession;
let anew = 0;
let network: 'there' | 'away';
let reach: () => void;
let asked = 0;
let saidAnswered = 0;
const offers: OfferMessage[] = [];
const states: MediaLink[] = [];
const told: string[] = [];

beforeEach(() => {
  time = new FakeTime();
  installWindow(time);
  FakePeer.install();
  offers.length = states.length = told.length = anew = asked = saidAnswered = 0;
  network = 'there';
  session = new MediaSession({
    send: (offer) => offers.push(offer),
    askRelay: () => asked++,
    onState: (media) => states.push(media),
    onAnew: () => anew++,
    onStreams: () => undefined,
    trackOf: () => null,
    isQuiet: () => false,
    format: () => 'usual',
    onAnswered: () => saidAnswered++,
    onTold: (message) => told.push(message.type),
    untilReachable: (stop) =>
      new Promise((resolve) => {
        stop.addEventListener('abort', () => resolve('stopped'));
        if (network === 'there') resolve('at once');
        else reach = () => resolve('after a while');
      }),
  });
});

const nameOf = (offer: OfferMessage | undefined) => /s=(\S+)/.exec(offer?.sdp ?? '')?.[1];
/** The server answers the last offer. */
const answer = (sdp: string = 'v=0\r\n') => session.answered(offers.at(-1)?.id ?? 0, sdp);
const sent = () => offers.map((offer) => [offer.id, nameOf(offer)]);
const peer = (number: number) => FakePeer.all[number - 1] ?? assert.fail(`no connection ${number}`);

async function connect(): Promise<void> {
  session.signalOpened();
  session.fit(2, 1, 24);
  await settle();
  answer();
  await settle();
  peer(1).become('connected');
}

const RED = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\na=mid:0\r\na=rtpmap:63 red/48000/2\r\n';
const ONCE = RED.replace('63 111', '111 63');
const taken = () => peer(1).remoteDescription?.sdp;
const micBps = () => peer(1).transceivers[0]?.parameters.encodings[0]?.maxBitrate;

test('nothing is offered before the welcome', async () => {
  session.restart();
  await settle();
  assert.deepEqual([offers.length, FakePeer.all.length], [0, 0]);
});

test('the first offer has fixed slots and names its sources', async () => {
  await connect();
  assert.deepEqual(sent(), [[1, '1.1']]);
  assert.deepEqual(offers[0]?.sources, { mic: '0', camera: '1', screen: '2', screen_sound: '3' });
  assert.deepEqual(
    peer(1).transceivers.map(({ direction }) => direction),
    [...Array<string>(4).fill('sendonly'), ...Array<string>(4).fill('recvonly'), ...Array<string>(4).fill('recvonly')],
  );
  assert.deepEqual(states, ['connecting', 'connected']);
});

test('more cameras than slots: one more offer on the same connection, after the answer', async () => {
  session.signalOpened();
  await settle();
  session.fit(8, 7, 24);
  session.fit(9, 8, 24);
  await settle();
  assert.deepEqual(sent(), [[1, '1.1']]);
  answer();
  await settle();
  assert.deepEqual(sent(), [
    [1, '1.1'],
    [2, '1.2'],
  ]);
  assert.equal(peer(1).transceivers.length, 8 + 9);
  answer();
  session.fit(5, 4, 24);
  await settle();
  assert.equal(offers.length, 2);
});

test('an answer that was lost with the socket is asked for again, under the next id', async () => {
  session.signalOpened();
  await settle();
  session.signalLost();
  session.signalOpened();
  await settle();
  assert.deepEqual(sent(), [
    [1, '1.1'],
    [2, '1.1'],
  ]);
  answer();
  await settle();
  assert.equal(peer(1).signalingState, 'stable');
});

test('a drop of the socket alone leaves a working connection as it is', async () => {
  await connect();
  session.signalLost();
  session.signalOpened();
  await settle();
  assert.deepEqual([offers.length, FakePeer.all.length], [1, 1]);
});

test('renew makes a new connection at once, and says so; late answers to the old one are dropped', async () => {
  await connect();
  session.fit(8, 7, 24);
  await settle();
  session.restart();
  await settle();
  assert.deepEqual(sent(), [
    [1, '1.1'],
    [2, '1.2'],
    [3, '2.1'],
  ]);
  assert.deepEqual(
    offers.map(({ anew }) => anew),
    [true, false, true],
  );
  assert.equal(peer(1).signalingState, 'closed');
  session.answered(2, 'late');
  await settle();
  assert.equal(peer(2).remoteDescription, null);
  session.answered(3, 'right');
  await settle();
  assert.equal(peer(2).remoteDescription?.sdp, 'right');
});

test('an offer that was never answered, because its connection was replaced, takes nothing from the next', async () => {
  await connect();
  session.fit(8, 7, 24);
  await settle();
  session.restart();
  await settle();
  answer('right');
  await settle();
  assert.equal(peer(2).remoteDescription?.sdp, 'right');
});

test('a late refusal of what was given up does not end the next connection', async () => {
  await connect();
  session.fit(8, 7, 24);
  await settle();
  session.restart();
  await settle();
  session.refused(2, 'late');
  answer();
  await settle();
  assert.deepEqual([peer(2).signalingState, states.includes('refused')], ['stable', false]);
});

test('two renewals in a row leave one connection, and no timer that would tear it down', async () => {
  session.signalOpened();
  session.restart();
  session.restart();
  await settle();
  const alive = FakePeer.all.filter(({ signalingState }) => signalingState !== 'closed');
  assert.equal(alive.length, 1);
  session.restart();
  session.restart();
  await settle();
  for (const { id } of [...offers]) session.answered(id, String(id));
  await settle();
  FakePeer.all.at(-1)?.become('connected');
  const connections = FakePeer.all.length;
  await time.pass(60_000);
  assert.equal(FakePeer.all.length, connections);
});

test('a connection that is replaced while it is being made is no failure', async () => {
  session.signalOpened();
  while (FakePeer.all[0]?.onconnectionstatechange == null) await Promise.resolve();
  session.restart();
  await settle();
  assert.deepEqual(
    [sent().at(-1), states],
    [
      [offers.length, '2.1'],
      ['connecting', 'connecting'],
    ],
  );
});

test('tries in vain are told as what they are, until one succeeds', async () => {
  await connect();
  peer(1).become('disconnected');
  await time.pass(1000 + 5000 + 2 * 12_000 + 1000);
  assert.deepEqual(states.slice(2), ['away', 'away', 'blocked', 'blocked']);
  FakePeer.all.at(-1)!.become('connected');
  assert.equal(states.at(-1), 'connected');
  await time.pass(60_000);
  FakePeer.all.at(-1)!.become('disconnected');
  assert.equal(states.at(-1), 'away');
});

test('a lost connection begins ICE anew after a moment, and is replaced when that is of no use', async () => {
  await connect();
  peer(1).become('disconnected');
  await time.pass(500);
  peer(1).become('connected');
  await time.pass(60_000);
  assert.deepEqual([FakePeer.all.length, offers.length], [1, 1], 'one that returns by itself is left alone');
  peer(1).become('disconnected');
  await time.pass(1500);
  assert.deepEqual([sent().at(-1), offers.at(-1)?.anew, peer(1).iceRestarts], [[2, '1.2'], false, 1]);
  peer(1).become('failed');
  await time.pass(5000);
  assert.deepEqual(sent().at(-1), [3, '2.1']);
  assert.deepEqual(states, ['connecting', 'connected', 'away', 'connected', 'away', 'away', 'away']);
});

test('while the network is away a connection is kept; it is replaced if it does not return with it', async () => {
  await connect();
  network = 'away';
  peer(1).become('disconnected');
  await time.pass(20_000);
  assert.equal(peer(1).signalingState, 'stable', 'kept');
  reach();
  await time.pass(1000);
  peer(1).become('connected');
  await time.pass(60_000);
  assert.equal(FakePeer.all.length, 1, 'it came back by itself');

  peer(1).become('disconnected');
  await time.pass(20_000);
  peer(1).become('failed');
  await time.pass(20_000);
  assert.equal(FakePeer.all.length, 1, 'nobody to offer to');
  reach();
  await time.pass(2000);
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[2, '1.2'], 1]);
  await time.pass(5000);
  assert.deepEqual(sent().at(-1), [3, '2.1']);
});

test('a socket that is back before the media gives it a moment, and no more', async () => {
  await connect();
  network = 'away';
  peer(1).become('disconnected');
  session.signalLost();
  await time.pass(10_000);
  session.signalOpened();
  await time.pass(1000);
  assert.equal(offers.length, 1);
  await time.pass(1000);
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[2, '1.2'], 1]);
});

test('ICE anew that works keeps the connection', async () => {
  await connect();
  peer(1).become('disconnected');
  await time.pass(1500);
  answer();
  await settle();
  peer(1).become('connected');
  await time.pass(60_000);
  assert.deepEqual([FakePeer.all.length, peer(1).iceRestarts, states.at(-1)], [1, 1, 'connected']);
  peer(1).become('failed');
  await time.pass(100);
  assert.equal(peer(1).iceRestarts, 2, 'a later loss is met in the same way');
});

test('another network: ICE begins anew when the socket is back, after the answer of an offer that is under way', async () => {
  session.wayChanged();
  await connect();
  session.fit(8, 7, 24);
  await settle();
  session.wayChanged();
  session.signalLost();
  session.signalOpened();
  await settle();
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[3, '1.2'], 0]);
  answer();
  await settle();
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[4, '1.3'], 1]);
});

test('what another network has left whole is not replaced; if it breaks later that is met as before', async () => {
  await connect();
  session.wayChanged();
  session.signalOpened();
  await settle();
  answer();
  await time.pass(60_000);
  assert.deepEqual([FakePeer.all.length, offers.length, peer(1).iceRestarts], [1, 2, 1]);
  session.signalLost();
  session.signalOpened();
  await time.pass(5000);
  assert.equal(offers.length, 2, 'the way is not new any more');
  peer(1).become('disconnected');
  await time.pass(1500);
  assert.equal(peer(1).iceRestarts, 2);
});

const PASS = { url: 'turns:turn.example.org:443?transport=tcp', username: '1:a', credential: 'c', until: 1 };
const SERVER = [{ urls: PASS.url, username: PASS.username, credential: PASS.credential }];

test('where the direct ways do not work the relay is asked for, and joins in', async () => {
  session.signalOpened();
  await settle();
  answer();
  await time.pass(2500);
  assert.deepEqual([asked, peer(1).getConfiguration().iceServers], [0, []]);
  await time.pass(1000);
  assert.equal(asked, 1);
  session.relayed(PASS);
  await settle();
  assert.deepEqual([sent().at(-1), peer(2).getConfiguration().iceServers], [[2, '2.1'], SERVER]);
  answer();
  await settle();
  peer(2).become('connected');
  session.restart();
  await settle();
  assert.deepEqual(peer(3).getConfiguration().iceServers, SERVER, 'the next connection has it from the start');
  await time.pass(10_000);
  assert.equal(asked, 1);
});

test('when ICE works and the handshake does not, ICE is not begun anew: the connection is replaced', async () => {
  await connect();
  peer(1).become('failed');
  peer(1).iceConnectionState = 'connected';
  await time.pass(2000);
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[2, '2.1'], 0]);
});

test('a pass that comes when a direct way was just found is kept for the next connection', async () => {
  session.signalOpened();
  await settle();
  answer();
  await time.pass(3500);
  assert.equal(asked, 1);
  peer(1).iceConnectionState = 'connected';
  session.relayed(PASS);
  await settle();
  assert.equal(FakePeer.all.length, 1);
  session.restart();
  await settle();
  assert.deepEqual(peer(2).getConfiguration().iceServers, SERVER);
});

test('a connection that fails before it ever worked is replaced, without ICE anew', async () => {
  session.signalOpened();
  await settle();
  answer();
  await time.pass(1000);
  peer(1).become('failed');
  await time.pass(1000);
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[2, '2.1'], 0]);
  await time.pass(1500);
  assert.equal(asked, 1, 'connections that fail soon need the relay as much');
  answer();
  await settle();
  session.signalLost();
  peer(2).become('failed');
  session.wayChanged();
  session.signalOpened();
  await settle();
  assert.deepEqual([sent().at(-1), peer(2).iceRestarts], [[3, '3.1'], 0]);
});

test('who is connected asks for no relay; a server without one changes nothing', async () => {
  await connect();
  await time.pass(60_000);
  assert.equal(asked, 0);
  peer(1).become('disconnected');
  await time.pass(1000 + 5000 + 3500);
  assert.equal(asked, 1);
  const offered = offers.length;
  session.relayed(null);
  await settle();
  assert.equal(offers.length, offered);
});

test('while the socket is away nothing is offered; the broken connection begins ICE anew when it is back', async () => {
  await connect();
  session.signalLost();
  peer(1).become('failed');
  await time.pass(60_000);
  assert.equal(FakePeer.all.length, 1);
  session.signalOpened();
  await settle();
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[2, '1.2'], 1]);
});

test('a connection that is never made, its time over without a socket, is replaced when that is back', async () => {
  session.signalOpened();
  await settle();
  answer();
  await settle();
  session.signalLost();
  await time.pass(13_000);
  assert.equal(FakePeer.all.length, 1);
  session.signalOpened();
  await settle();
  assert.deepEqual(sent().at(-1), [2, '2.1']);
});

test('a connection that is never made is tried again, ever more slowly', async () => {
  session.signalOpened();
  await settle();
  await time.pass(13_000);
  assert.deepEqual(sent().at(-1), [2, '2.1']);
});

test('a refused offer stops, and says why', async () => {
  session.signalOpened();
  await settle();
  session.refused(1, 'no fingerprint');
  await time.pass(60_000);
  assert.deepEqual([FakePeer.all.length, states.at(-1), peer(1).signalingState], [1, 'refused', 'closed']);
});

test('after stop nothing is left and nothing comes back', async () => {
  await connect();
  session.stop();
  session.restart();
  await time.pass(60_000);
  assert.deepEqual([FakePeer.all.length, peer(1).signalingState], [1, 'closed']);
});

test('sent back to the waiting room: no connection is left or tried, and the next welcome begins anew', async () => {
  await connect();
  session.pause();
  session.fit(5, 4, 24);
  await time.pass(60_000);
  assert.equal(peer(1).connectionState, 'closed');
  assert.deepEqual([FakePeer.all.length, offers.length], [1, 1]);
  session.signalOpened();
  await settle();
  assert.deepEqual(sent().at(-1), [2, '2.1']);
});

test('sent back while a connection is being made: it is not used', async () => {
  session.signalOpened();
  await Promise.resolve();
  await Promise.resolve();
  session.pause();
  await settle();
  assert.equal(offers.length, 0);
  assert.ok(FakePeer.all.every(({ connectionState }) => connectionState === 'closed'));
});

test('a step that a closed connection leaves unfinished does not hold up the next connection', async () => {
  await connect();
  session.setTrack('mic', null);
  await Promise.resolve();
  session.restart();
  await settle();
  assert.deepEqual(sent().at(-1), [2, '2.1']);
});

test('a narrow way up: sound is sent once and in fewer bits, without a word to the server, until there is room', async () => {
  session.signalOpened();
  await settle();
  answer(RED);
  await settle();
  peer(1).become('connected');
  assert.deepEqual([taken(), micBps()], [RED, 48_000]);
  session.spareSound(true);
  await settle();
  assert.deepEqual([taken(), micBps(), offers.length], [ONCE, 32_000, 1]);
  session.fit(8, 7, 24);
  await settle();
  session.spareSound(false);
  await settle();
  assert.deepEqual([taken(), micBps(), offers.length], [ONCE, 48_000, 2]);
  answer(RED);
  await settle();
  assert.equal(taken(), RED);
});

test('where the one other person has little room sound takes fewer bits, and goes as it did', async () => {
  await connect();
  const layers = (camera_bps: number) => session.layers({ camera: 1, screen: 0, camera_bps, screen_bps: 0 });
  const said: (number | undefined)[] = [];
  for (const bps of [350_000, 200_000, 350_000, 900_000, 0]) {
    layers(bps);
    await settle();
    said.push(micBps());
  }
  assert.deepEqual([said, offers.length], [[48_000, 32_000, 32_000, 48_000, 48_000], 1]);
});

const thePeer = (number: number) => peer(number) as unknown as RTCPeerConnection;
const PICTURE = { packetsReceived: 20, framesDecoded: 2 };
const slots = { type: 'slots', slots: [] } as const;

/** The server has asked for a move, and answered the offer of it. */
async function beginMove(): Promise<void> {
  await connect();
  session.move();
  await settle();
  answer();
  await settle();
}

async function look(times = 1): Promise<void> {
  for (let i = 0; i < times; i++) {
    await time.pass(50);
    await settle();
  }
}

test('a move keeps the connection until the next one has pictures', async () => {
  await beginMove();
  assert.deepEqual(sent(), [[1, '1.1'], [2, '2.1']]);
  assert.deepEqual(offers.map((offer) => offer.anew), [true, true]);
  assert.deepEqual([session.connection === thePeer(1), anew], [true, 1]);
  assert.equal(session.keeps(slots), true);
  peer(2).become('connected');
  await look();
  peer(2).video = [PICTURE, { packetsReceived: 3, framesDecoded: 0 }];
  await look(3);
  assert.deepEqual([session.connection === thePeer(1), told], [true, []]);
  peer(2).video = [PICTURE, PICTURE];
  await look();
  assert.deepEqual([session.connection === thePeer(2), peer(1).connectionState, anew], [true, 'closed', 2]);
  assert.deepEqual(told, ['slots']);
  assert.equal(session.keeps(slots), false);
  assert.deepEqual(states, ['connecting', 'connected', 'connected']);
});

test('without pictures a move ends after a while', async () => {
  await beginMove();
  peer(2).become('connected');
  await look(99);
  assert.equal(session.connection, thePeer(1));
  await look(2);
  assert.equal(session.connection, thePeer(2));
});

test('a browser that does not say what it shows holds no move up, and what it says late is of no use', async () => {
  await beginMove();
  let say: (stats: Map<string, object>) => void = () => assert.fail('nobody has asked');
  peer(2).getStats = () => new Promise((resolve) => (say = resolve));
  peer(2).become('connected');
  await time.pass(3000);
  peer(2).become('disconnected');
  peer(2).become('connected');
  await time.pass(1999);
  assert.equal(session.connection, thePeer(1));
  await time.pass(1);
  assert.deepEqual([session.connection === thePeer(2), anew], [true, 2]);
  say(new Map([['0', { type: 'inbound-rtp', kind: 'video', ...PICTURE }]]));
  await time.pass(10_000);
  assert.deepEqual([session.connection === thePeer(2), peer(2).connectionState, anew], [true, 'connected', 2]);
});

/** A move that has brought another connection, just now. */
async function move(): Promise<void> {
  await beginMove();
  peer(2).become('connected');
  peer(2).video = [PICTURE];
  await look();
  assert.equal(session.connection, thePeer(2));
}

test('what is shown of a moved connection is said when it can have been drawn, whatever is answered before', async () => {
  await move();
  session.fit(9, 8, 24);
  await settle();
  answer();
  await time.pass(499);
  assert.deepEqual([peer(2).signalingState, offers.length, saidAnswered], ['stable', 3, 1]);
  await time.pass(1);
  assert.equal(saidAnswered, 2);
  session.fit(14, 13, 24);
  await settle();
  answer();
  await settle();
  assert.equal(saidAnswered, 3, 'from then on at each answer');
});

test('of a moved connection that is given up before it was drawn nothing is said', async () => {
  await move();
  session.restart();
  await time.pass(5000);
  assert.equal(saidAnswered, 1);
  answer();
  await settle();
  assert.equal(saidAnswered, 2);
});

test('what is said before the answer is of the present connection', async () => {
  await connect();
  session.move();
  await settle();
  assert.equal(session.keeps(slots), false);
});

test('during a move nothing else is offered, and what there is to offer follows', async () => {
  await beginMove();
  session.fit(9, 8, 24);
  await settle();
  assert.equal(offers.length, 2);
  peer(2).become('connected');
  peer(2).video = [PICTURE];
  await look();
  assert.deepEqual(sent().slice(2), [[3, '2.2']]);
  assert.equal(offers[2]?.anew, false);
});

for (const [what, fail] of [
  ['connects too late', () => time.pass(20_000)],
  ['fails', () => peer(2).become('failed')],
  ['is refused', () => session.refused(2, 'full')],
] as const)
  test(`a move that ${what} is followed by a new connection`, async () => {
    await beginMove();
    await fail();
    await settle();
    assert.deepEqual([peer(1).connectionState, peer(2).connectionState], ['closed', 'closed']);
    assert.deepEqual(sent().at(-1), [3, '3.1']);
    assert.equal(offers.at(-1)?.anew, true);
  });

test('a move has time to connect', async () => {
  await beginMove();
  await time.pass(19_999);
  assert.deepEqual([session.connection === thePeer(1), peer(2).signalingState], [true, 'stable']);
});

test('an offer that is ready only after a move has begun is not sent', async () => {
  await connect();
  let ready: (offer: { sdp: string }) => void = () => assert.fail('no offer is being made');
  peer(1).createOffer = () => new Promise((resolve) => (ready = resolve));
  session.fit(9, 8, 24);
  await settle();
  session.move();
  await settle();
  ready({ sdp: 'v=0\r\ns=late\r\n' });
  await settle();
  assert.deepEqual(sent(), [[1, '1.1'], [2, '2.1']]);
  answer();
  peer(2).become('connected');
  peer(2).video = [PICTURE];
  await look();
  assert.deepEqual([session.connection === thePeer(2), offers.length], [true, 2], 'it has the slots already');
});

/** A move for which there is no certificate yet. The result says that there will be none. */
async function beginMoveInVain(): Promise<() => Promise<void>> {
  let lose = (): void => assert.fail('nobody has asked for a certificate');
  FakePeer.generateCertificate = () =>
    new Promise((_, reject) => {
      lose = () => reject(new Error('no certificate'));
    });
  session.move();
  await settle();
  return async () => {
    FakePeer.generateCertificate = () => Promise.resolve({});
    lose();
    await settle();
  };
}

test('a move that fails before it is offered leaves the connection, and what has waited is offered on that', async () => {
  await connect();
  const fail = await beginMoveInVain();
  session.fit(9, 8, 24);
  await settle();
  assert.equal(offers.length, 1);
  await fail();
  assert.deepEqual([session.connection === thePeer(1), FakePeer.all.length, anew], [true, 1, 1]);
  assert.deepEqual([sent().at(-1), offers.at(-1)?.anew], [[2, '1.2'], false]);
  answer();
  await settle();
  session.move();
  await settle();
  assert.deepEqual(sent().at(-1), [3, '2.1'], 'the next move may succeed');
});

test('a move whose offer cannot be made leaves the connection, too', async () => {
  await connect();
  session.move();
  while (FakePeer.all.length < 2) await Promise.resolve();
  peer(2).createOffer = () => Promise.reject(new Error('no offer'));
  await time.pass(60_000);
  assert.deepEqual([session.connection === thePeer(1), peer(2).connectionState], [true, 'closed']);
  assert.deepEqual([offers.length, FakePeer.all.length, states.at(-1)], [1, 2, 'connected']);
});

test('ICE that was to begin anew during a move does so when that has failed before it was offered', async () => {
  await connect();
  const fail = await beginMoveInVain();
  session.wayChanged();
  session.signalOpened();
  await fail();
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[2, '1.2'], 1]);
});

test('a connection that was lost during a move which was never offered is met as any loss', async () => {
  await connect();
  const fail = await beginMoveInVain();
  peer(1).become('disconnected');
  assert.equal(states.at(-1), 'connected');
  await fail();
  assert.equal(states.at(-1), 'away');
  await time.pass(1000);
  assert.deepEqual([sent().at(-1), peer(1).iceRestarts], [[2, '1.2'], 1]);
});

test('a move that fails before it is offered, with an offer left unsent: a new connection', async () => {
  await connect();
  let ready: (offer: { sdp: string }) => void = () => assert.fail('no offer is being made');
  peer(1).createOffer = () => new Promise((resolve) => (ready = resolve));
  session.fit(9, 8, 24);
  await settle();
  const fail = await beginMoveInVain();
  ready({ sdp: 'v=0\r\n' });
  await settle();
  await fail();
  assert.deepEqual([peer(1).connectionState, sent().at(-1)], ['closed', [2, '2.1']]);
});

test('a move of which the server may have heard is no more after a drop', async () => {
  await beginMove();
  session.signalLost();
  assert.deepEqual([peer(2).connectionState, session.connection === thePeer(1)], ['closed', true]);
  session.signalOpened();
  await settle();
  assert.deepEqual(sent().at(-1), [3, '3.1']);
  assert.equal(offers.at(-1)?.anew, true);
});

test('who has an offer under way, or no connection, does not move', async () => {
  session.move();
  session.signalOpened();
  session.fit(2, 1, 24);
  await settle();
  session.move();
  await settle();
  assert.equal(offers.length, 1);
});

test('another wish for a new connection ends a move', async () => {
  await beginMove();
  session.restart();
  await settle();
  assert.deepEqual([peer(1).connectionState, peer(2).connectionState], ['closed', 'closed']);
  assert.deepEqual(sent().at(-1), [3, '3.1']);
});
