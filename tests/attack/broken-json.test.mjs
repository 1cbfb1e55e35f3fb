/* SPDX-License-Identifier: GPL-3.0-or-later */
// Broken input to signalling: a bad message ends its own socket with the reason in words; nobody else's call is
// touched.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { Browser, request, sealFrame } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

let server, host, room;
before(async () => {
  server = await startServer();
  host = new Browser(server.origin);
  room = await host.host((await server.hostLink()).split('#')[1]);
  const witness = await host.join(room, 'Hanna');
  witness.send('hello');
  await witness.next('welcome');
});
after(() => server?.stop());

let guests = 0;
async function guestSocket() {
  guests += 1;
  const socket = await new Browser(server.origin).join(room, `Mallory ${guests}`);
  socket.send('hello');
  await socket.next('waiting');
  return socket;
}

const nested = (depth) => `{"type":"leave","n":2,"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;

const BROKEN = {
  'no JSON': 'leave',
  'an array': '[{"type":"leave","n":2}]',
  'two objects': '{"type":"leave","n":2}{"type":"leave","n":3}',
  'a key twice': '{"type":"leave","n":2,"n":2}',
  'no type': '{"n":2}',
  'an unknown type': '{"type":"become_host","n":2}',
  "the server's type": '{"type":"welcome","n":2}',
  'an unknown field': '{"type":"leave","n":2,"x":1}',
  'a missing n': '{"type":"leave"}',
  'n as a text': '{"type":"leave","n":"2"}',
  'n as a fraction': '{"type":"leave","n":2.0}',
  'n beyond what is exact': '{"type":"leave","n":9007199254740993}',
  'n beyond 64 bits': '{"type":"leave","n":184467440737095516160}',
  'excess depth': nested(8),
  'absurd depth': nested(50000),
  'broken UTF-8': Buffer.from([...Buffer.from('{"type":"'), 0xc0, 0xaf, ...Buffer.from('","n":2}')]),
  'a lone surrogate': '{"type":"\\ud800","n":2}',
  'a NUL': '{"type":"leave\\u0000","n":2}',
  'a prototype': '{"type":"leave","n":2,"__proto__":{"role":"host"}}',
};

for (const [name, text] of Object.entries(BROKEN)) {
  test(`${name} ends the socket with a reason`, async () => {
    const socket = await guestSocket();
    socket.sent += 1;
    socket.socket.send(sealFrame(socket.keys.client, socket.sent, text));
    const { code, reason } = await socket.closed;
    assert.equal(code, 4000);
    assert.ok(reason.length > 0);
  });
}

test('a text frame ends the socket', async () => {
  const socket = await guestSocket();
  socket.socket.send('{"type":"leave","n":2}');
  assert.deepEqual(await socket.closed, { code: 4000, reason: 'a text frame' });
});

test('a message larger than the largest, in one piece or in many, ends the socket', async () => {
  for (const fragments of [1, 64]) {
    const socket = await guestSocket();
    const piece = Buffer.alloc(300 * 1024 / fragments);
    for (let i = 1; i <= fragments; i += 1) socket.socket.send(piece, { binary: true, fin: i === fragments });
    assert.equal((await socket.closed).code, 4000);
  }
});

test('a message in many pieces is one message', async () => {
  const socket = await guestSocket();
  socket.sent += 1;
  const frame = sealFrame(socket.keys.client, socket.sent, '{"type":"leave","n":2}');
  for (let i = 0; i < frame.length; i += 1) {
    socket.socket.send(frame.subarray(i, i + 1), { binary: true, fin: i === frame.length - 1 });
  }
  assert.equal((await socket.closed).code, 1000);
});

test('a flood of messages ends the socket', async () => {
  const socket = await host.join(room, 'Hanna', true);
  socket.send('hello');
  await socket.next('welcome');
  for (let i = 0; i < 1000; i += 1) socket.send('level', { db: 1 });
  assert.deepEqual(await socket.closed, { code: 4000, reason: 'too many messages' });
});

test('broken requests get problem details with a stable code', async () => {
  const stranger = new Browser(server.origin);
  const post = (body, headers = {}) => stranger.request('POST', '/api/v1/host', { body, headers });
  assert.equal((await post('{')).json.code, 'bad_json');
  assert.equal((await post('{"token":"a","token":"b"}')).json.code, 'bad_json');
  assert.equal((await post('[]')).json.code, 'bad_json');
  assert.equal((await post(nested(8))).json.code, 'bad_json');
  assert.equal((await post('{"token":1}')).json.code, 'bad_request');
  assert.equal((await post('{"token":"x"}', { 'content-type': 'text/plain' })).json.code, 'bad_content_type');
  const large = await post('x'.repeat(16385));
  assert.equal(large.status, 413);
  assert.equal(large.headers['content-type'], 'application/problem+json');
  assert.deepEqual(Object.keys(large.json).sort(), ['code', 'detail', 'status', 'title', 'type']);
});

test('after all of that the host still has a place in the meeting, and is heard', async () => {
  // Whoever comes back at once after a flood is still too fast.
  await until('the host to be heard', async () => {
    const again = await host.join(room, 'Hanna', true);
    again.send('hello');
    await again.next('welcome');
    again.send('state', { mic: true, camera: false, screen: false });
    again.send('admit', { who: 'AAAAAAAA' });
    return (await again.next('error')).code === 'not_waiting';
  });
});
