/* SPDX-License-Identifier: GPL-3.0-or-later */
// T6, "don't show when I speak". Somebody on the wire sees every datagram and every byte of TLS of everybody, with its time,
// and knows for a part of the time who speaks, is silent or muted. With the mode off that is enough to tell it for the
// rest; with the mode on it is not.
//
// The statistics: each person is, in turns of half a second and in an order of chance, speaking, silent or muted. Of each
// turn the sniffer has features: packets and bytes of the microphone, and bytes of signalling up and down. By each feature
// alone it tries to tell speech from silence and speech from muted: the share of pairs of turns that the feature puts in
// the right order (Mann and Whitney's U) is 0.5 by chance, and how far it is from that is measured in standard deviations.
// More than 4.5 of them come by chance once in 150,000 tries. Apart from chance, sizes and steps of packets must be the same.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import net from 'node:net';
import { openBrowser } from '../lib/browsers.mjs';
import { hears, hostMeeting, join, press, received, securityOf, seesTile } from '../lib/meeting.mjs';
import { chance } from '../lib/packets.mjs';
import { startRelay } from '../lib/relay.mjs';
import { elementIds, readRtp } from '../lib/rtp.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const TURN_MS = 500;
const TURNS = 66;
const TURNS_OPEN = 24;
const BY_CHANCE = 4.5; // standard deviations
const STEP = 960; // of the RTP clock in 20 ms
const ACTS = ['speech', 'silence', 'muted'];

let server, relay, wire, browsers, people, listener;

/** A TCP proxy before the server that notes {at, up, size, client} of all that passes. */
async function startWire() {
  const seen = [];
  let clients = 0;
  const sockets = new Set();
  const state = { seen, port: 0, target: 0 };
  const listening = net.createServer((near) => {
    const client = ++clients;
    const far = net.connect(state.target, '127.0.0.1');
    for (const [one, other, up] of [
      [near, far, true],
      [far, near, false],
    ]) {
      sockets.add(one);
      one.on('data', (data) => {
        seen.push({ at: Date.now(), up, size: data.length, client });
        other.write(data);
      });
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve));
  state.port = listening.address().port;
  state.stop = () => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  };
  return state;
}

/** The page's microphone says what window.act(name) wants; muting is done with the page's own button. */
function actOut(page) {
  return page.evaluateOnNewDocument(() => {
    let gain = null;
    navigator.mediaDevices.getUserMedia = async () => {
      const context = new AudioContext();
      const voice = new OscillatorNode(context, { type: 'sawtooth', frequency: 190 });
      const vibrato = new OscillatorNode(context, { frequency: 5 });
      gain = new GainNode(context, { gain: 0 });
      const out = new MediaStreamAudioDestinationNode(context);
      vibrato.connect(new GainNode(context, { gain: 40 })).connect(voice.frequency);
      voice.connect(gain).connect(out);
      voice.start();
      vibrato.start();
      return out.stream;
    };
    let muted = false;
    window.turns = [];
    window.act = (what) => {
      if ((what === 'muted') !== muted) document.querySelector('[data-act="mic"]').click();
      muted = what === 'muted';
      gain.gain.value = what === 'silence' ? 0 : 0.5; // who is muted may speak all the same
      window.turns.push({ at: Date.now(), what });
    };
    window.perform = (acts, turnMs) =>
      new Promise((resolve) => {
        const row = [...acts];
        const timer = setInterval(() => {
          const next = row.shift();
          if (next !== undefined) return window.act(next);
          clearInterval(timer);
          window.turns.push({ at: Date.now(), what: null });
          return resolve();
        }, turnMs);
      });
  });
}

const acting = (browser) => ({
  ...browser,
  async newPage() {
    const page = await browser.newPage();
    await actOut(page);
    return page;
  },
});

/** Joins with a microphone alone: pictures would be what the sniffer sees most of. */
async function comeIn(browser, name, host) {
  const person = host
    ? await join(acting(browser), host, name, { media: 'microphone' })
    : await hostMeeting(acting(browser), server, name, { media: 'microphone' });
  return Object.assign(person, { kind: browser.kind });
}

const ssrcOf = ({ page }) =>
  page.evaluate(async () => {
    const [sender] = window.testudoTest.connections()[0].getSenders();
    for (const stat of (await sender.getStats()).values()) if (stat.type === 'outbound-rtp') return stat.ssrc;
    return null;
  });

/** The header element that names the media section (RFC 9143, section 15), by its number in the page's own offer. */
const midElement = ({ page }) =>
  page.evaluate(() => {
    const [{ localDescription }] = window.testudoTest.connections();
    return Number(/^a=extmap:(\d+)\S* urn:ietf:params:rtp-hdrext:sdes:mid/m.exec(localDescription.sdp)[1]);
  });

/**
 * Resolves once a stream's packets no longer name their media section. Browsers add that until the server's first report
 * of the stream has come in, however long that takes: it tells how old the stream is, and nothing of who speaks.
 */
async function isKnown(person) {
  const element = await midElement(person);
  await until(`the stream of ${person.name} to be known to the server`, () => {
    const last = relay.captured.findLast(({ up, kind, data }) => up && kind === 'rtp' && readRtp(data).ssrc === person.ssrc);
    return last !== undefined && !elementIds(readRtp(last.data)).includes(element);
  });
}

/** Everybody acts at the same time, each in an order of its own; what was seen meanwhile. */
async function watch(turns, seed) {
  const random = chance(seed);
  for (const person of people) person.ssrc = await until(`sound of ${person.name}`, () => ssrcOf(person));
  for (const person of people) await isKnown(person);
  relay.captured.length = 0;
  wire.seen.length = 0;
  await Promise.all(
    people.map(async (person) => {
      const acts = Array.from({ length: turns }, () => random.pick(ACTS));
      await person.page.evaluate(() => {
        window.turns = [];
      });
      await person.page.evaluate((row, ms) => window.perform(row, ms), acts, TURN_MS);
      person.turns = await person.page.evaluate(() => window.turns);
    }),
  );
  return { sound: soundStreams(), signalling: [...wire.seen] };
}

/** All streams of sound, by client, direction and SSRC: [{key, up, ssrc, packets: [{at, size, sequence, timestamp}]}]. */
function soundStreams() {
  const streams = new Map();
  for (const { at, data, client, up, kind } of relay.captured) {
    if (kind !== 'rtp') continue;
    const { ssrc, sequence, timestamp } = readRtp(data);
    const key = `${client} ${up ? 'up' : 'down'} ${ssrc}`;
    if (!streams.has(key)) streams.set(key, { key, up, ssrc, packets: [] });
    streams.get(key).packets.push({ at, size: data.length, sequence, timestamp });
  }
  return [...streams.values()].filter(({ packets }) => packets.length > 150);
}

const inTurn = (list, turns, i) => list.filter(({ at }) => at >= turns[i].at && at < turns[i + 1].at);
const bytes = (list) => list.reduce((sum, { size }) => sum + size, 0);

/** What the sniffer makes of each turn of a person, by name: [number of each turn]. */
function featuresOf({ turns, ssrc }, { sound, signalling }) {
  const own = sound.filter((stream) => stream.up && stream.ssrc === ssrc).flatMap(({ packets }) => packets);
  const each = (look) => turns.slice(0, -1).map((_, i) => look((list) => inTurn(list, turns, i)));
  const features = {
    'packets up': each((of) => of(own).length),
    'bytes up': each((of) => bytes(of(own))),
    'size of packets up': each((of) => bytes(of(own)) / Math.max(1, of(own).length)),
  };
  for (const { key, packets } of sound.filter(({ up }) => !up)) {
    features[`bytes ${key}`] = each((of) => bytes(of(packets)));
    features[`size of packets ${key}`] = each((of) => bytes(of(packets)) / Math.max(1, of(packets).length));
  }
  for (const client of new Set(signalling.map((it) => it.client)))
    for (const up of [true, false]) {
      const list = signalling.filter((it) => it.client === client && it.up === up);
      if (list.length < 20) continue;
      features[`signalling of ${client} ${up ? 'up' : 'down'}`] = each((of) => bytes(of(list)));
    }
  return features;
}

/** {share, sigmas} of pairs that are in the right order, and how far that is from chance (with ties). */
function order(a, b) {
  let right = 0;
  for (const x of a) for (const y of b) right += x > y ? 1 : x === y ? 0.5 : 0;
  const n = a.length + b.length;
  const counts = new Map();
  for (const value of [...a, ...b]) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ties = [...counts.values()].reduce((sum, t) => sum + (t ** 3 - t), 0);
  const variance = ((a.length * b.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  const share = right / (a.length * b.length);
  return { share, sigmas: variance < 1e-9 ? 0 : Math.abs(right - (a.length * b.length) / 2) / Math.sqrt(variance) };
}

/** The best that the sniffer finds: {what, feature, share, sigmas} for speech against silence and against muted. */
function guesses(person, seen) {
  const found = [];
  const acts = person.turns.slice(0, -1).map(({ what }) => what);
  for (const [feature, values] of Object.entries(featuresOf(person, seen)))
    for (const what of ['silence', 'muted']) {
      const of = (act) => values.filter((_, i) => acts[i] === act);
      found.push({ what, feature, ...order(of('speech'), of(what)) });
    }
  return found.sort((x, y) => y.sigmas - x.sigmas);
}

const told = ({ what, feature, share, sigmas }) =>
  `speech from ${what} by "${feature}": ${share.toFixed(2)} of pairs, ${sigmas.toFixed(1)} standard deviations`;

async function switchQuiet(person) {
  await press(person, 'settings');
  await person.page.waitForSelector('[data-preference="quiet"]', { timeout: 20_000 });
  await person.page.$eval('[data-preference="quiet"]', (box) => box.click());
  await press(person, 'settings');
  await until(`the quiet mode of ${person.name}`, async () => {
    const { quiet } = await securityOf(person);
    if (quiet.verdict === 'good') return true;
    throw new Error(JSON.stringify(quiet));
  });
  await press(person, 'security');
}

before(async () => {
  wire = await startWire();
  server = await startServer({ mediaAnnounce: '127.0.0.2', publicPort: wire.port });
  wire.target = server.port;
  relay = await startRelay({ port: server.mediaPort });
  browsers = await Promise.all(['chromium', 'firefox', 'chromium'].map((kind) => openBrowser(kind)));
  const ada = await comeIn(browsers[0], 'Ada');
  people = [ada, await comeIn(browsers[1], 'Finn', ada)];
  listener = await join(browsers[2], ada, 'Lena', { media: false });
  for (const { page } of people) await page.evaluate(() => window.act('speech'));
  await hears(listener);
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
  relay?.stop();
  wire?.stop();
});

test('with the mode off, the sniffer tells who is muted, and in Firefox who speaks', async (t) => {
  const seen = await watch(TURNS_OPEN, 1);
  for (const person of people) {
    const found = guesses(person, seen);
    const best = (what) => found.find((guess) => guess.what === what);
    for (const what of ['silence', 'muted']) t.diagnostic(`${person.name} (${person.kind}): ${told(best(what))}`);
    if (person.kind === 'firefox') {
      const sizes = found.find(({ what, feature }) => what === 'silence' && feature === 'size of packets up');
      assert.ok(sizes.share > 0.9 || sizes.share < 0.1, told(sizes));
    }
    assert.ok(Math.abs(best('muted').share - 0.5) > 0.3, told(best('muted')));
  }
});

test('with the mode on, the sniffer does no better than chance', async (t) => {
  for (const person of people) await switchQuiet(person);
  const seen = await watch(TURNS, 2);
  for (const person of people) {
    const own = seen.sound.find((stream) => stream.up && stream.ssrc === person.ssrc);
    assert.ok(own.packets.length > (TURNS * TURN_MS) / 30, `${person.name}: ${own.packets.length} packets`);
    const best = guesses(person, seen)[0];
    t.diagnostic(`${person.name} (${person.kind}): best: ${told(best)}`);
    assert.ok(best.sigmas < BY_CHANCE, `${person.name}: ${told(best)}`);
  }
  for (const { key, packets } of seen.sound) {
    const row = [...packets].sort((x, y) => x.sequence - y.sequence);
    const sizes = row.flatMap(({ size }, i) => (size === row[i - 1]?.size ? [] : [`${size} from packet ${i} of ${row.length}`]));
    assert.equal(sizes.length, 1, `${key} has packets of one size: ${sizes.slice(0, 8).join(', ')}`);
    const steps = new Set(
      row.slice(1).flatMap((packet, i) =>
        packet.sequence === row[i].sequence + 1 ? [(packet.timestamp - row[i].timestamp) >>> 0] : [],
      ),
    );
    assert.deepEqual([...steps], [STEP], `${key}: a packet every 20 ms`);
  }
});

test('others hear and see all the same, and hear nothing of who is muted', async () => {
  for (const person of people) await person.page.evaluate(() => window.act('speech'));
  for (const { name } of people) await seesTile(listener, name, { muted: false });
  await hears(listener);
  for (const person of people) await person.page.evaluate(() => window.act('muted'));
  for (const { name } of people) await seesTile(listener, name, { muted: true });
  await until('silence', async () => {
    const { energy, audioPackets } = await received(listener);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const later = await received(listener);
    return later.energy - energy < 1e-6 && later.audioPackets > audioPackets + 50;
  });
});
