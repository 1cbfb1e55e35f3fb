/* SPDX-License-Identifier: GPL-3.0-or-later */
// T6: who is speaking, and when. Somebody on the wire sees every datagram and tries to tell speech from silence: by
// every byte of every header extension of sound, by packet sizes, by packet rates. The people speak in turns of half
// a second, so the truth is known, and what the sniffer sees must have nothing to do with it. (What the mute button
// does to the packet rate is not hidden yet: the mode "don't show when I speak" is to come.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { hears, hostMeeting, join } from '../lib/meeting.mjs';
import { startRelay } from '../lib/relay.mjs';
import { elements, ENCRYPTED, readRtp, TRANSPORT_NUMBER } from '../lib/rtp.mjs';
import { startServer } from '../lib/server.mjs';
import { spiedOn, signallingOf } from '../lib/spy.mjs';
import { until } from '../lib/wait.mjs';

const KINDS = [
  ['Ada', 'chromium', { cryptex: true }],
  ['Ben', 'chromium', {}],
  ['Finn', 'firefox', {}],
];
const TURN_MS = 500,
  TURNS = 16;
const WINDOW_MS = 100; // of the packet rate
const RATE_RELATED = 0.7; // a busy machine sends in bursts; leaving silence out (DTX) would be 0.9 and more
const RELATED = 0.5; // correlation; of nothing with nothing it stays below 0.3 here, of the level with itself it is 1
let server, relay, browsers, people;

/** From then on the page's microphone is loud and silent in turns, and window.turns tells since when: [{at, loud}]. */
function speakInTurns(page) {
  return page.evaluateOnNewDocument((turnMs) => {
    const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    window.turns = [];
    function talker() {
      const context = new AudioContext();
      const voice = new OscillatorNode(context, { type: 'sawtooth', frequency: 190 });
      const vibrato = new OscillatorNode(context, { frequency: 5 });
      const gain = new GainNode(context, { gain: 0 });
      const out = new MediaStreamAudioDestinationNode(context);
      vibrato.connect(new GainNode(context, { gain: 40 })).connect(voice.frequency);
      voice.connect(gain).connect(out);
      voice.start();
      vibrato.start();
      let loud = false;
      setInterval(() => {
        loud = !loud;
        gain.gain.value = loud ? 0.5 : 0;
        window.turns.push({ at: Date.now(), loud });
      }, turnMs);
      return out.stream.getTracks()[0];
    }
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const tracks = constraints.audio ? [talker()] : [];
      if (constraints.video) tracks.push(...(await native({ video: constraints.video })).getTracks());
      return new MediaStream(tracks);
    };
  }, TURN_MS);
}

const talking = (browser) => ({
  ...browser,
  async newPage() {
    const page = await browser.newPage();
    await speakInTurns(page);
    return page;
  },
});

before(async () => {
  server = await startServer({ mediaAnnounce: '127.0.0.2' });
  relay = await startRelay({ port: server.mediaPort });
  browsers = await Promise.all(KINDS.map(([, kind, options]) => openBrowser(kind, options)));
  people = [];
  for (const [i, [name]] of KINDS.entries()) {
    const browser = talking(spiedOn(browsers[i]));
    people.push(i === 0 ? await hostMeeting(browser, server, name) : await join(browser, people[0], name));
    Object.assign(people[i], { cryptex: browsers[i].cryptex, firefox: KINDS[i][1] === 'firefox' });
  }
  for (const person of people) await hears(person);
  relay.captured.length = 0;
  await until("every one's turns", async () => {
    const since = await Promise.all(people.map(({ page }) => page.evaluate(() => window.turns.length)));
    people.forEach((person, i) => {
      person.firstTurn ??= since[i];
    });
    return people.every(({ firstTurn }, i) => since[i] >= firstTurn + TURNS);
  });
  for (const person of people) Object.assign(person, await truthOf(person));
});

after(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await server?.stop();
  relay?.stop();
});

/** When the person spoke, and which SSRCs the microphone's packets had: up to the server, and down to each other. */
async function truthOf(person) {
  const { page } = person;
  return {
    turns: await page.evaluate(() => window.turns),
    ssrc: await page.evaluate(async () => {
      const all = [...(await window.testudoTest.connections()[0].getStats()).values()];
      // A shared screen's sound has a sender of its own, from which nothing comes here.
      const sound = all.filter((stat) => stat.type === 'outbound-rtp' && stat.kind === 'audio' && stat.packetsSent > 0);
      return sound[0]?.ssrc ?? null;
    }),
  };
}

/** 1, 0, or null near a change, where nobody can say which packets belong to it. */
function loudAt({ turns }, at) {
  const turn = turns.findLast((t) => t.at <= at);
  if (!turn || at - turn.at < TURN_MS / 3) return null;
  return turn.loud ? 1 : 0;
}

function correlation(pairs) {
  const mean = (k) => pairs.reduce((sum, pair) => sum + pair[k], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  let xy = 0,
    xx = 0,
    yy = 0;
  for (const [x, y] of pairs) {
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

/** How strongly what `look(packet)` gives goes with the truth. */
function relation(person, packets, look) {
  const pairs = packets
    .map((packet) => [loudAt(person, packet.at), look(packet)])
    .filter(([loud, seen]) => loud !== null && seen !== undefined);
  assert.ok(
    pairs.filter(([loud]) => loud === 1).length > 40 && pairs.filter(([loud]) => loud === 0).length > 40,
    'speech and silence were seen',
  );
  return Math.abs(correlation(pairs));
}

const soundOf = (isOf) =>
  relay.captured
    .filter((datagram) => datagram.kind === 'rtp' && isOf(datagram))
    .map(({ at, data, client, up }) => ({ at, client, up, size: data.length, ...readRtp(data) }));

const sentBy = (person) => soundOf(({ up, data }) => up && data.readUInt32BE(8) === person.ssrc);

/** All streams of Opus that the server sends to anybody, by receiver and SSRC. */
function streamsDown() {
  const streams = new Map();
  const types = new Set(people.flatMap(({ opus }) => opus));
  for (const packet of soundOf(({ up, data }) => !up && types.has(data[1] & 0x7f))) {
    const key = `${packet.client} ${packet.ssrc}`;
    streams.set(key, [...(streams.get(key) ?? []), packet]);
  }
  return [...streams.values()].filter((packets) => packets.length > 150);
}

test('there were speech and silence, and the sniffer would find them in a readable level', async () => {
  for (const person of people) {
    const packets = sentBy(person);
    assert.ok(packets.length > 200, `${person.name}: ${packets.length} packets`);
    const readable = relation(person, packets, ({ at }) => (loudAt(person, at) === 1 ? 20 : 127) + (at % 7));
    assert.ok(readable > 0.9, 'a level in clear would be found');
    const [{ opus, number }] = (await signallingOf(person))
      .filter(({ out, text }) => out && text.includes('"offer"'))
      .map(({ text }) => ({
        opus: [...text.matchAll(/a=rtpmap:(\d+) opus/g)].map((m) => Number(m[1])),
        number: Number(new RegExp(`a=extmap:(\\d+) ${TRANSPORT_NUMBER}`).exec(text)?.[1]),
      }));
    Object.assign(person, { opus, number });
  }
});

test('no byte of a header extension tells speech from silence', () => {
  for (const person of people) {
    for (const packets of [sentBy(person), ...streamsDown()]) {
      for (let i = 0; i < 8; i++) {
        const related = relation(person, packets, ({ body }) => (i < body.length ? body[i] & 0x7f : -1));
        assert.ok(related < RELATED, `byte ${i} of the extension goes with ${person.name}'s speech: ${related}`);
      }
    }
  }
});

test('sound has encrypted header extensions with Cryptex, and without it none that change but the count of packets', () => {
  for (const person of people) {
    const packets = sentBy(person);
    if (person.cryptex) {
      assert.deepEqual([...new Set(packets.map(({ profile }) => ENCRYPTED.includes(profile)))], [true]);
    } else {
      const others = (packet) => elements(packet).filter(({ id }) => id !== person.number);
      const bodies = new Set(packets.map((packet) => JSON.stringify(others(packet))));
      assert.ok(bodies.size <= 2, `${person.name}: ${[...bodies].slice(0, 4)}`); // none, and the mid at the start
    }
  }
});

// Firefox ESR 153 reads no cbr=1 in an answer, so its sound has a variable bit rate: the sizes of its packets do tell.
// Nothing in an SDP changes that; it is said in docs/SECURITY.md, and here for whom it holds.
test('packet sizes are the same in speech and in silence, where the browser can do it', (t) => {
  for (const person of people) {
    const packets = sentBy(person);
    const related = relation(person, packets, ({ size }) => size);
    const sizes = [...new Set(packets.map(({ size }) => size))].sort((a, b) => a - b);
    t.diagnostic(
      `${person.name}: ${sizes.length} sizes, ${sizes[0]} to ${sizes.at(-1)} bytes, related by ${related.toFixed(2)}`,
    );
    if (!person.firefox) assert.equal(sizes.length, 1, `${person.name}: ${sizes}`);
  }
});

test('packet rates are the same in speech and in silence', (t) => {
  for (const person of people) {
    const packets = sentBy(person);
    const start = packets[0].at;
    const windows = Array.from({ length: Math.floor((packets.at(-1).at - start) / WINDOW_MS) }, (_, i) => ({
      at: start + (i + 0.5) * WINDOW_MS,
      count: 0,
    }));
    for (const { at } of packets) {
      const window = windows[Math.floor((at - start) / WINDOW_MS)];
      if (window) window.count += 1;
    }
    const pairs = windows.map(({ at, count }) => [loudAt(person, at), count]).filter(([loud]) => loud !== null);
    const mean = (loud) => {
      const counts = pairs.filter(([l]) => l === loud).map(([, count]) => count);
      return (counts.reduce((sum, count) => sum + count, 0) / counts.length) * (1000 / WINDOW_MS);
    };
    t.diagnostic(`${person.name}: ${mean(1).toFixed(1)} packets a second in speech, ${mean(0).toFixed(1)} in silence`);
    assert.ok(Math.abs(correlation(pairs)) < RATE_RELATED, `${person.name}: ${correlation(pairs)}`);
  }
});
