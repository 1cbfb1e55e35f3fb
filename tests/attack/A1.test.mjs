/* SPDX-License-Identifier: GPL-3.0-or-later */
// A1: a man in the middle before the call. Nothing but TLS 1.3 with 256-bit ciphers, nothing in clear, nothing resumed
// or sent early.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { startServer } from '../lib/server.mjs';
import { openWebSocket, request, upgradeResult } from '../lib/signal-client.mjs';

let server;
before(async () => {
  server = await startServer();
  await server.hostLink();
});
after(() => server?.stop());

/** Sends bytes over plain TCP; gives all that came back until the server closed. */
function tellInClear(bytes) {
  return new Promise((resolve, reject) => {
    const parts = [];
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (part) => parts.push(part));
    socket.on('error', (error) => (error.code === 'ECONNRESET' ? resolve(Buffer.concat(parts)) : reject(error)));
    socket.on('close', () => resolve(Buffer.concat(parts)));
  });
}

const toServer = () => ({ host: '127.0.0.1', port: server.port, servername: 'localhost', rejectUnauthorized: false });

/** {protocol, cipher, group, sessions} or {error}. */
function handshake(options) {
  return new Promise((resolve) => {
    let sessions = 0;
    const socket = tls.connect({ ...toServer(), ...options });
    socket.on('session', () => { sessions += 1; });
    socket.on('secureConnect', () => {
      // A request and its whole answer, so that tickets sent after the handshake are seen, too.
      socket.write(`GET /nothing HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: close\r\n\r\n`);
      socket.on('data', () => socket.end());
      const result = { protocol: socket.getProtocol(), cipher: socket.getCipher().standardName,
        group: socket.getEphemeralKeyInfo().name, reused: socket.isSessionReused() };
      socket.on('close', () => resolve({ ...result, sessions }));
    });
    socket.on('error', (error) => resolve({ error: error.code ?? error.message }));
  });
}

test('plain http on the port is closed without an answer in clear', async () => {
  for (const path of ['/', '/host', '/api/v1/host']) {
    const answer = await tellInClear(`GET ${path} HTTP/1.1\r\nHost: localhost:${server.port}\r\n\r\n`);
    assert.ok(!answer.includes('HTTP/') && !answer.includes('<'), answer.toString('latin1'));
  }
});

test('a WebSocket in clear (ws:) is refused the same way', async () => {
  const answer = await tellInClear('GET /signal?entry=AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\n'
    + `Host: localhost:${server.port}\r\n`
    + 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n'
    + 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
  assert.ok(!answer.includes('101'), answer.toString('latin1'));
});

test('an ordinary client gets TLS 1.3 with AES-256-GCM and X25519', async () => {
  const result = await handshake({});
  assert.equal(result.protocol, 'TLSv1.3');
  assert.equal(result.cipher, 'TLS_AES_256_GCM_SHA384');
  assert.match(result.group, /X25519/);
});

test('a client that has ChaCha20-Poly1305 alone is served, too', async () => {
  assert.equal((await handshake({ ciphers: 'TLS_CHACHA20_POLY1305_SHA256' })).cipher, 'TLS_CHACHA20_POLY1305_SHA256');
});

for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2']) {
  test(`${version} is refused`, async () => {
    const result = await handshake({ minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' });
    assert.ok(result.error, JSON.stringify(result));
  });
}

test('128-bit ciphers are refused, and never chosen where 256 is offered', async () => {
  for (const ciphers of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_128_CCM_SHA256', 'TLS_AES_128_CCM_8_SHA256']) {
    assert.ok((await handshake({ ciphers })).error, ciphers);
  }
  const both = await handshake({ ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384' });
  assert.equal(both.cipher, 'TLS_AES_256_GCM_SHA384');
});

test('other groups than X25519 and its post-quantum hybrid are refused', async () => {
  for (const ecdhCurve of ['P-256', 'P-384', 'P-521', 'X448']) {
    assert.ok((await handshake({ ecdhCurve })).error, ecdhCurve);
  }
});

test('no session ticket is given, so nothing can be resumed or sent as early data', async () => {
  assert.equal((await handshake({})).sessions, 0);
});

test('HTTP/2 is not spoken, also when a client asks for it in clear text within TLS', async () => {
  const socket = tls.connect({ ...toServer(), ALPNProtocols: ['h2', 'http/1.1'] });
  await new Promise((resolve, reject) => { socket.on('secureConnect', resolve); socket.on('error', reject); });
  assert.equal(socket.alpnProtocol, 'http/1.1');
  const answer = await new Promise((resolve) => {
    let text = '';
    socket.on('data', (part) => { text += part; });
    socket.on('close', () => resolve(text));
    socket.write(`GET / HTTP/1.1\r\nHost: localhost:${server.port}\r\nConnection: Upgrade, HTTP2-Settings\r\n`
      + 'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n');
  });
  assert.ok(!answer.includes('101'), answer);
});

test('every answer asks for HTTPS for two years and forbids all that a page could be abused for', async () => {
  const index = await request(server.origin, 'GET', '/');
  const script = index.text.match(/src="(\/assets\/[^"]+\.js)"/)[1];
  const answers = {
    page: index,
    script: await request(server.origin, 'GET', script),
    'not modified': await request(server.origin, 'GET', '/', { headers: { 'if-none-match': index.headers.etag } }),
    missing: await request(server.origin, 'GET', '/nothing'),
    api: await request(server.origin, 'GET', '/api/v1/rooms/AAAAAAAAAAAAAAAAAAAAAA'),
    'foreign origin': await request(server.origin, 'POST', '/api/v1/host',
      { headers: { origin: 'https://evil.example' }, body: {} }),
    'foreign host': await request(server.origin, 'GET', '/', { headers: { host: 'evil.example' } }),
    'bad method': await request(server.origin, 'DELETE', '/'),
    'too large': await request(server.origin, 'POST', '/api/v1/host', { body: 'x'.repeat(5000) }),
    'broken request line': await request(server.origin, 'GET', '/%00'),
  };
  for (const [name, { headers, status }] of Object.entries(answers)) {
    assert.equal(headers['strict-transport-security'], 'max-age=63072000; includeSubDomains', `${name} (${status})`);
    assert.equal(headers['x-content-type-options'], 'nosniff', name);
    assert.equal(headers['referrer-policy'], 'no-referrer', name);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin', name);
    assert.equal(headers['cross-origin-embedder-policy'], 'require-corp', name);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', name);
    assert.match(headers['permissions-policy'], /camera=\(self\).*geolocation=\(\)/, name);
    const csp = headers['content-security-policy'];
    assert.match(csp, /default-src 'none'.*frame-ancestors 'none'.*require-trusted-types-for 'script'/, name);
    assert.ok(!/unsafe|\*|data:|http:/.test(csp), name);
    assert.equal(headers.server, undefined, name);
  }
});

test('a stripped upgrade (a plain GET to the socket) opens nothing', async () => {
  assert.equal((await request(server.origin, 'GET', '/signal?entry=AAAAAAAAAAAAAAAAAAAAAA')).status, 404);
  assert.equal(await upgradeResult(openWebSocket(server.origin, 'AAAAAAAAAAAAAAAAAAAAAA', { protocols: [] })), 400);
});
