/* SPDX-License-Identifier: GPL-3.0-or-later */
// Broken STUN, DTLS, RTP, RTCP, SDP, JSON and HTTP, thrown at the running server: the fuzz targets' seeds and
// mutations of them, the same every time. By UDP from strangers, from a checked address, from a connected one, and
// well sealed by a participant with keys; by signalling and HTTP. No process dies, every bad request gets a clear
// error, and Alice and Bob talk on.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { offerOf, startCall } from '../lib/bystanders.mjs';
import { chance, openStrangers } from '../lib/packets.mjs';
import { Browser, request } from '../lib/signal-client.mjs';

const CORPUS = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../fuzz/corpus');
const SEED = 4711;
const LONGEST = 1400; // bytes of a datagram here
const MUTANTS = 40; // of each seed that goes over UDP
const SDP_MUTANTS = 90,
  SDP_A_PERSON = 15; // one person may offer 20 times at once
let call, offer, stopped;

before(async () => {
  offer = await offerOf('chromium');
  call = await startCall();
});

after(async () => {
  if (!stopped) await call?.stop();
});

async function seedsOf(...kinds) {
  const all = [];
  for (const kind of kinds) {
    const folder = path.join(CORPUS, kind);
    for (const name of (await readdir(folder)).sort()) all.push(await readFile(path.join(folder, name)));
  }
  return all;
}

/** A few changes: bits, bytes that often matter, cuts, repetitions, pieces that move. */
function mutate(seed, random) {
  let data = Buffer.from(seed);
  for (let n = 1 + random.below(4); n > 0 && data.length > 0; n--) {
    const at = random.below(data.length),
      length = 1 + random.below(8);
    switch (random.below(6)) {
      case 0:
        data[at] ^= 1 << random.below(8);
        break;
      case 1:
        data[at] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
        break;
      case 2:
        data = data.subarray(0, at);
        break;
      case 3:
        data = Buffer.concat([data.subarray(0, at), random.bytes(length), data.subarray(at)]);
        break;
      case 4:
        data = Buffer.concat([data.subarray(0, at), data.subarray(at + length)]);
        break;
      default:
        data = Buffer.concat([data, data.subarray(at, at + 64 * length)]);
    }
  }
  return data.subarray(0, LONGEST);
}

/** Every seed as it is, and mutations of it. */
function mutantsOf(seeds, count, seed = SEED) {
  const random = chance(seed);
  return seeds.flatMap((data) => [data, ...Array.from({ length: count }, () => mutate(data, random))]);
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 3));

async function throwAll(packets, send) {
  for (const [i, data] of packets.entries()) {
    await send(data, i);
    if (i % 40 === 39) await pause();
  }
}

const fits = ({ length }) => length > 0 && length <= LONGEST;
const datagrams = async () =>
  mutantsOf(await seedsOf('stun', 'dtls', 'rtp', 'rtcp', 'srtp', 'vp8', 'h264'), MUTANTS).filter(fits);
const inHex = (probe) => (data) => probe.command('raw', data.toString('hex'));

test('broken datagrams from strangers', async () => {
  const strangers = await openStrangers(5, 140, call.server.mediaPort);
  await call.undisturbed(async () => throwAll(await datagrams(), (data, i) => strangers.send(i, data)));
  assert.deepEqual(strangers.got, [], 'nobody is answered');
  strangers.close();
});

test('broken datagrams from a checked address, before and instead of DTLS', async () => {
  const mallory = await call.mallory();
  const probe = await mallory.probe(offer, ['none']);
  await probe.next('reachable');
  await call.undisturbed(async () => throwAll(await datagrams(), inHex(probe)));
  const { rtp, rtcp } = await probe.ask('received');
  assert.deepEqual({ rtp, rtcp }, { rtp: 0, rtcp: 0 });
  await mallory.leave();
});

test('broken datagrams from a connected address', async () => {
  const mallory = await call.mallory();
  const probe = await mallory.probe(offer, [
    'openssl',
    'suites=ECDHE-ECDSA-AES256-GCM-SHA384',
    'srtp=SRTP_AEAD_AES_256_GCM',
  ]);
  assert.equal((await mallory.verdict()).state, 'connected');
  await call.undisturbed(async () => throwAll(await datagrams(), inHex(probe)));
  await probe.ask('received'); // it has sent them all
  await mallory.leave();
});

test('broken RTCP, well sealed by a participant', async () => {
  const mallory = await call.mallory();
  await mallory.connect();
  await mallory.connected();
  const packets = mutantsOf(await seedsOf('rtcp'), 300).filter(({ length }) => length >= 8 && length < 1400);
  await call.undisturbed(() => throwAll(packets, (data) => mallory.media.command('rtcp', data.toString('hex'))));
  await mallory.leave();
});

test('broken RTP, header extensions and video payloads, well sealed by a participant', async () => {
  const mallory = await call.mallory();
  await mallory.connect();
  await mallory.connected();
  mallory.media.command('set', 'camera', '0');
  mallory.media.command('set', 'mic', '0');
  const head = (payloadType) => Buffer.from([0x80, payloadType, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const packets = [
    ...(await seedsOf('rtp')),
    ...(await seedsOf('vp8')).map((data) => Buffer.concat([head(96), data])),
    ...(await seedsOf('h264')).map((data) => Buffer.concat([head(96), data])),
    Buffer.concat([head(97), Buffer.alloc(1)]),
  ];
  await call.undisturbed(() =>
    throwAll(
      mutantsOf(packets, 120).filter(({ length }) => length >= 12),
      async (data, i) => mallory.media.command(i % 4 === 0 ? 'mic' : 'camera', data.toString('hex')),
    ),
  );
  await mallory.leave();
});

test('broken SDP: each offer is answered or refused with a code and a sentence', async () => {
  const seeds = await seedsOf('sdp');
  const random = chance(SEED);
  const lines = (text) => text.split('\r\n');
  const mutants = Array.from({ length: SDP_MUTANTS }, (_, i) => {
    const text = lines(seeds[i % seeds.length].toString('latin1'));
    for (let n = 1 + random.below(3); n > 0; n--) {
      const at = random.below(text.length);
      switch (random.below(4)) {
        case 0:
          text.splice(at, 1);
          break;
        case 1:
          text.splice(at, 0, text[random.below(text.length)]);
          break;
        case 2:
          text[at] = mutate(Buffer.from(text[at], 'latin1'), random).toString('latin1');
          break;
        default:
          text[at] = text[at].repeat(1 + random.below(40)).slice(0, 4000);
      }
    }
    return text.join('\r\n').replaceAll('\0', '0'); // JSON with a NUL is no JSON of ours: another test
  });
  const fixed = [
    'v',
    'v=0',
    'v=0\r\n',
    '\r\n'.repeat(500),
    `v=0\r\n${'a=x\r\n'.repeat(20_000)}`,
    `${offer}${'m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n'.repeat(60)}`,
    offer.replace(/\r\n/g, '\n'),
    offer.replace('s=-', `s=${'-'.repeat(3000)}`),
    offer.replace('s=-', 's=\u0001'),
    `\ufeff${offer}`,
  ];
  const all = [...fixed, ...mutants];
  const outcomes = { answer: 0, offer_refused: 0 };
  await call.undisturbed(async () => {
    for (let from = 0; from < all.length; from += SDP_A_PERSON) {
      const mallory = await call.mallory();
      for (const sdp of all.slice(from, from + SDP_A_PERSON)) {
        const reply = await mallory.offer(sdp);
        outcomes[reply.type] += 1;
        if (reply.type === 'answer') continue;
        assert.match(reply.code, /^[a-z][a-z_]+$/);
        assert.match(reply.text, /^[A-Z].*\.$/s);
      }
      await mallory.leave();
    }
  });
  assert.ok(outcomes.offer_refused >= all.length / 3, JSON.stringify(outcomes));
});

const WRONG_JSON = [
  '',
  ' ',
  'null',
  '[]',
  '"hello"',
  '1',
  '{',
  '{}',
  '{"type":1}',
  '{"type":"hello"',
  '{"type":"state","n":"2"}',
  '{"type":"state","type":"leave","n":2,"mic":true,"camera":true,"screen":false}',
  '{"type":"state","n":2,"mic":1,"camera":true,"screen":false}',
  '{"type":"state","n":2,"mic":true,"camera":true}',
  '{"type":"state","n":2,"mic":true,"camera":true,"screen":false,"admin":true}',
  '{"type":"level","n":2,"db":128}',
  '{"type":"level","n":2,"db":-1}',
  '{"type":"level","n":2,"db":1.5}',
  '{"type":"level","n":2,"db":1e400}',
  '{"type":"level","n":18446744073709551618,"db":1}',
  '{"type":"__proto__","n":2}',
  '{"type":"offer","n":2,"id":1,"sdp":"v=0","sources":[]}',
  '{"type":"offer","n":2,"id":1,"sdp":"v=0","sources":{"mic":"0"}}',
  '{"type":"offer","n":2,"id":1,"sdp":"v=\\u0000","sources":{"mic":null,"camera":null,"screen":null}}',
  '{"type":"offer","n":2,"id":4294967296,"sdp":"v=0","sources":{"mic":null,"camera":null,"screen":null}}',
  '{"type":"admit","n":2,"all":true}',
  '{"type":"admit","n":2,"who":"x","all":true}',
  '{"type":"welcome","n":2}',
  '{"type":"leave","n":1}',
  `{"type":"leave","n":2,"x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  `{"type":"${'a'.repeat(100_000)}","n":2}`,
  '{"type":"leave","n":2}{"type":"leave","n":3}',
  '{"type":"le\u0000ave","n":2}',
  '{"type":"\\ud800","n":2}',
  '\ufeff{"type":"leave","n":2}',
  '{"type":"leave","n":2,}',
  "{'type':'leave','n':2}",
];

/** Somebody who says one wrong thing after the other and comes back after each. */
class Offender {
  async #open() {
    this.mallory ??= await call.mallory();
    if (!this.away) return this.mallory.signal;
    const { browser, name } = this.mallory;
    const signal = await browser.join(call.meeting.room, name, true).catch(() => null);
    signal?.send('hello');
    if (signal) return signal;
    this.mallory = await call.mallory(); // the last word gave the place up
    return this.mallory.signal;
  }

  /** Sends the text in a valid frame. Tells how the socket ended: by the server, or by this side after it was taken. */
  async say(text) {
    const signal = await this.#open();
    this.away = true;
    signal.sendRaw(text);
    signal.socket.once('pong', () => signal.close()); // the server's close, if there is one, comes first
    signal.socket.ping();
    return signal.closed;
  }
}

test('broken JSON in a valid frame: the socket ends as a protocol error, and says why', async () => {
  await call.undisturbed(async () => {
    const offender = new Offender();
    for (const text of WRONG_JSON) {
      const { code, reason } = await offender.say(text);
      assert.equal(code, 4000, text.slice(0, 80));
      assert.match(reason, /\w{3}/, text.slice(0, 80));
    }
  });
});

test('mutated JSON: either it is a message after all, or the socket ends with a reason', async () => {
  const mutants = mutantsOf(await seedsOf('json'), 5, SEED + 1).slice(0, 40);
  await call.undisturbed(async () => {
    const offender = new Offender();
    for (const data of mutants) {
      const { code, reason } = await offender.say(data.toString('latin1'));
      assert.ok([4000, 4004, 1000, 1005].includes(code), `${code} after ${data}`);
      if (code === 4000) assert.match(reason, /\w{3}/);
    }
  });
});

const WRONG_BODIES = [
  '',
  '{',
  '[]',
  'null',
  '{"token":1}',
  '{"token":""}',
  '{"token":"AAAAAAAAAAAAAAAAAAAAAA","token":"BBBBBBBBBBBBBBBBBBBBBB"}',
  `{"token":"${'A'.repeat(3000)}"}`,
  '{"token":"AAAAAAAAAAAAAAAAAAAAA="}',
  '{"name":"Mallory","extra":1}',
  '{"name":""}',
  '{"name":"\\u202eevil"}',
  '{"name":"a\\u0000b"}',
  `{"name":"${'x'.repeat(97)}"}`,
  '{"name":["a"]}',
  '{"name":"a","resume":"yes"}',
  `${'['.repeat(2000)}`,
  '\ufeff{}',
  'x'.repeat(16384),
];

test('broken bodies get problem details with a code and a sentence', async () => {
  await call.undisturbed(async () => {
    const stranger = new Browser(call.server.origin, { localAddress: '127.0.0.131' });
    for (const target of ['/api/v1/host', `/api/v1/rooms/${call.meeting.room}/entry`, '/api/v1/session/password']) {
      for (const body of WRONG_BODIES) {
        const answer = await stranger.request('POST', target, { body });
        const what = `${target} ${body.slice(0, 60)}`;
        assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status}`);
        assert.match(answer.headers['content-type'], /^application\/problem\+json/, what);
        assert.match(answer.json.code, /^[a-z][a-z_]+$/, what);
        assert.match(answer.json.detail, /^[A-Z].*\.$/, what);
        assert.equal(answer.json.status, answer.status);
      }
    }
    const tooLong = await request(call.server.origin, 'POST', '/api/v1/host', {
      body: 'x'.repeat(20000),
      localAddress: '127.0.0.131',
    });
    assert.equal(tooLong.status, 413);
  });
});

/** Bytes over TLS; resolves to what came back until the server closed, or until nothing more comes. */
function throwBytes(bytes) {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(
      { host: '127.0.0.1', port: call.server.port, rejectUnauthorized: false, servername: 'localhost' },
      () => socket.write(bytes),
    );
    socket.on('data', (data) => {
      got += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(got));
    socket.setTimeout(1000, () => socket.destroy());
  });
}

test('what is no HTTP gets no success, and no internals are told', async () => {
  const random = chance(SEED + 2);
  const seeds = [
    'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'POST /api/v1/host HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"a":"b"}',
    'GET /signal?entry=AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: localhost\r\n' +
      'Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  ];
  const fixed = [
    '\r\n\r\n',
    'GET',
    'GET /\r\n\r\n',
    `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
    `GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(3000)}\r\n`,
    'GET /../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'POST /api/v1/host HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    'POST /api/v1/host HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n',
    'POST /api/v1/host HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ].map(Buffer.from);
  const all = [...fixed, ...mutantsOf(seeds.map(Buffer.from), 8, SEED + 3), random.bytes(500)];
  await call.undisturbed(async () => {
    assert.match(
      await throwBytes(Buffer.from(seeds[0].replace('localhost', `localhost:${call.server.port}`))),
      /^HTTP\/1\.1 200/,
      'the way in works',
    );
    await Promise.all(
      all.map(async (bytes) => {
        const got = await throwBytes(bytes);
        assert.doesNotMatch(got, /root:|\/src\/|\.c:\d|libwebsockets/i);
        if (fixed.includes(bytes))
          assert.doesNotMatch(got, /^HTTP\/1\.[01] 20[01]/, bytes.toString('latin1').slice(0, 60));
      }),
    );
  });
});

test('all processes are the same as before, and the server still takes people in', async () => {
  const dora = await call.meeting.join('Dora', '127.0.0.14');
  assert.equal((await dora.verdict()).state, 'connected');
  stopped = true;
  const counters = await call.stop(); // fails if a process was restarted
  assert.ok(counters['dropped unknown'] > 400 && counters['dropped stun'] > 300, JSON.stringify(counters));
  assert.doesNotMatch(call.server.output(), /AddressSanitizer|runtime error|died|killed/i);
});
