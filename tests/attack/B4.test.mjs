/* SPDX-License-Identifier: GPL-3.0-or-later */
// B4: the WebSocket's server address is replaced, or somebody sits in the middle of the socket.
//
// The man in the middle here is the strongest there can be: he has the server's own TLS key and sees and changes every
// byte of the socket. What he does not have is the codeword, which never goes over the socket.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { startServer } from '../lib/server.mjs';
import { Browser, SignalSocket, openWebSocket, request, sealFrame, upgradeResult } from '../lib/signal-client.mjs';

let server, host, room, certificate;

before(async () => {
  server = await startServer();
  host = new Browser(server.origin);
  room = await host.host((await server.hostLink()).split('#')[1]);
  const file = (name) => readFile(path.join(server.data, name));
  certificate = { cert: await file('certificate.pem'), key: await file('certificate-key.pem') };
});

after(() => server?.stop());

const FOREIGN_ORIGINS = () => [
  null, '', 'null', '*', 'https://evil.example', `http://localhost:${server.port}`, 'https://localhost',
  `https://localhost:${server.port}.evil.example`, `https://localhost.evil.example:${server.port}`,
  `https://sub.localhost:${server.port}`, `https://localhost:${server.port}/`, `https://LOCALHOST:${server.port}`,
  `https://localhost:${server.port + 1}`, `${server.origin}, https://evil.example`, `wss://localhost:${server.port}`,
];

test('a foreign, null or look-alike origin opens no socket, even with the cookie and a fresh entry', async () => {
  for (const origin of FOREIGN_ORIGINS()) {
    const { entry } = await host.entry(room, 'Hanna');
    const socket = openWebSocket(server.origin, entry, { cookie: host.cookie, headers: { origin } });
    assert.equal(await upgradeResult(socket), 403, `origin ${origin}`);
  }
});

test('a foreign, null or look-alike origin gets no entry and no meeting', async () => {
  for (const origin of FOREIGN_ORIGINS()) {
    const answer = await request(server.origin, 'POST', `/api/v1/rooms/${room}/entry`,
      { headers: { origin }, cookie: host.cookie, body: { name: 'Mallory' } });
    assert.equal(answer.status, 403, `origin ${origin}`);
    assert.equal(answer.json.code, 'bad_origin');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
});

test('no answer lets another origin read it', async () => {
  for (const target of ['/', `/api/v1/rooms/${room}`, '/nothing']) {
    for (const method of ['GET', 'OPTIONS']) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
      const answer = await request(server.origin, method, target, { headers });
      const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
      assert.deepEqual(names, [], `${method} ${target}`);
    }
  }
});

test('an entry without its cookie, or with a wrong one, opens no socket', async () => {
  for (const cookie of [undefined, `__Host-testudo=${randomBytes(32).toString('base64url')}`, '__Host-testudo=']) {
    const { entry } = await host.entry(room, 'Hanna');
    const socket = openWebSocket(server.origin, entry, { cookie });
    assert.equal(await upgradeResult(socket), 403);
  }
});

/** A server at another port with the real server's certificate. `onSocket` gets each WebSocket and its request. */
async function lookAlike(onSocket) {
  const https = createServer(certificate);
  const sockets = new WebSocketServer({ server: https, perMessageDeflate: false, handleProtocols: () => 'testudo.v1' });
  sockets.on('connection', onSocket);
  await new Promise((resolve) => https.listen(0, '127.0.0.1', resolve));
  return {
    url: `wss://localhost:${https.address().port}`,
    stop: () => new Promise((resolve) => {
      for (const client of sockets.clients) client.terminate();
      https.close(resolve);
      https.closeAllConnections?.();
    }),
  };
}

test('a look-alike server that does not know the codeword hears nothing from the client', async () => {
  let heard = 0;
  const fake = await lookAlike((socket) => {
    socket.on('message', () => { heard += 1; });
    const hello = { type: 'hello', you: 'AAAAAAAA', role: 'host', handled: 0, state: 'new', time: 0 };
    socket.send(sealFrame(randomBytes(32), 1, JSON.stringify(hello)));
  });
  try {
    const client = new SignalSocket(server.origin, await host.entry(room, 'Hanna'), host.cookie, { url: fake.url });
    await assert.rejects(client.opened, /wrong tag/);
    await client.closed;
    assert.equal(heard, 0);
  } finally {
    await fake.stop();
  }
});

/**
 * A man in the middle. `tamper` maps one frame of its direction to the frames that go on; the other direction passes.
 * He forwards the browser's cookie and origin, as he would.
 */
async function manInTheMiddle(direction, tamper) {
  const upstreams = [];
  const proxy = await lookAlike((down, req) => {
    const entry = new URL(req.url, 'https://x').searchParams.get('entry');
    const { cookie, origin } = req.headers;
    const up = openWebSocket(server.origin, entry, { cookie, headers: { origin } });
    upstreams.push(up);
    const early = [];
    const toServer = (frame) => (up.readyState === up.OPEN ? up.send(frame) : early.push(frame));
    const forward = (frames, send) => { for (const frame of frames) send(frame); };
    up.on('open', () => forward(early.splice(0), (frame) => up.send(frame)));
    up.on('error', () => down.terminate());
    down.on('message', (frame) => forward(direction === 'client' ? tamper(frame) : [frame], toServer));
    up.on('message', (frame) => forward(direction === 'server' ? tamper(frame) : [frame], (f) => down.send(f)));
    up.on('close', (code, reason) => down.close(code >= 4000 ? code : 1000, reason));
    down.on('close', () => up.terminate());
  });
  return { url: proxy.url, stop: async () => { for (const up of upstreams) up.terminate(); await proxy.stop(); } };
}

const flip = (frame, at) => {
  const altered = Buffer.from(frame);
  altered[at < 0 ? altered.length + at : at] ^= 1;
  return altered;
};

// Each gets the frames one by one, first the hello (number 1), and gives what he sends on.
const ATTACKS = {
  'alters the text': () => { let n = 0; return (f) => (++n === 3 ? [flip(f, -2)] : [f]); },
  'alters the tag': () => { let n = 0; return (f) => (++n === 3 ? [flip(f, 10)] : [f]); },
  'alters the counter': () => { let n = 0; return (f) => (++n === 3 ? [flip(f, 7)] : [f]); },
  'drops a frame': () => { let n = 0; return (f) => (++n === 3 ? [] : [f]); },
  'repeats a frame': () => { let n = 0; return (f) => (++n === 3 ? [f, f] : [f]); },
  'repeats an old frame': () => {
    let n = 0, old;
    return (f) => { n += 1; old ??= f; return n === 3 ? [old, f] : [f]; };
  },
  'swaps two frames': () => {
    let n = 0, held;
    return (f) => {
      n += 1;
      if (n === 3) { held = f; return []; }
      return n === 4 ? [f, held] : [f];
    };
  },
  'adds a frame of his own': () => {
    let n = 0;
    return (f) => (++n === 3 ? [sealFrame(randomBytes(32), 3, '{"type":"leave","n":3}'), f] : [f]);
  },
  'adds an empty frame': () => { let n = 0; return (f) => (++n === 3 ? [Buffer.alloc(0), f] : [f]); },
  'cuts a frame short': () => { let n = 0; return (f) => (++n === 3 ? [f.subarray(0, 20)] : [f]); },
};

const STATES = [true, false, true, false].map((mic) => ({ mic, camera: false, screen: false }));

for (const [name, attack] of Object.entries(ATTACKS)) {
  test(`a man in the middle who ${name} towards the server ends the socket`, async () => {
    const middle = await manInTheMiddle('client', attack());
    try {
      const client = new SignalSocket(server.origin, await host.entry(room, 'Hanna'), host.cookie, { url: middle.url });
      await client.opened;
      client.send('hello');
      await client.next('welcome');
      for (const state of STATES) client.send('state', state);
      assert.equal((await client.closed).code, 4000);
    } finally {
      await middle.stop();
    }
    // At most what came before the attack (hello and one state) was carried out.
    const again = await host.join(room, 'Hanna', true);
    assert.ok(again.hello.handled <= 3, `handled ${again.hello.handled}`);
    again.send('leave');
    await again.closed;
  });

  test(`a man in the middle who ${name} towards the page is noticed by the page`, async () => {
    const middle = await manInTheMiddle('server', attack());
    try {
      const client = new SignalSocket(server.origin, await host.entry(room, 'Hanna'), host.cookie, { url: middle.url });
      const forged = new Promise((resolve) => client.once('forged', resolve));
      await client.opened;
      client.send('hello');
      await client.next('welcome');
      // The list of bans is the frame 3, three knocks are 4, 5 and 6.
      for (const visitor of ['Ada', 'Bea', 'Cleo']) {
        const browser = new Browser(server.origin);
        const socket = await browser.join(room, visitor);
        socket.send('hello');
        await socket.next('waiting');
        socket.send('leave');
        await socket.closed;
      }
      assert.match((await forged).message, /wrong tag|wrong counter|too short/);
      await client.closed;
    } finally {
      await middle.stop();
    }
    const back = await host.join(room, 'Hanna', true);
    back.send('hello');
    await back.next('welcome');
    back.send('leave');
    await back.closed;
  });
}

test('a passive man in the middle changes nothing, so the attacks above were noticed for themselves', async () => {
  const middle = await manInTheMiddle('client', (frame) => [frame]);
  try {
    const client = new SignalSocket(server.origin, await host.entry(room, 'Hanna'), host.cookie, { url: middle.url });
    await client.opened;
    client.send('hello');
    await client.next('welcome');
    for (const state of STATES) client.send('state', state);
    client.send('leave');
    assert.equal((await client.closed).code, 1000);
  } finally {
    await middle.stop();
  }
});

test('the codeword and the entry are in nothing that the server prints', async () => {
  const { entry, codeword } = await host.entry(room, 'Hanna');
  assert.equal(await upgradeResult(openWebSocket(server.origin, entry, { cookie: host.cookie })), 'open');
  for (const secret of [entry, codeword, host.cookie.split('=')[1], room]) assert.ok(!server.output().includes(secret));
});
