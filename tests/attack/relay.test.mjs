/* SPDX-License-Identifier: GPL-3.0-or-later */
// The relay for closed networks (docs/TURN.md), attacked by somebody with a valid pass: a real coturn, with the
// configuration that `testudo turn config` writes and behind the rules of `testudo turn firewall`, must reach our media
// ports and nothing else. In a network of its own with addresses of many kinds, each of which listens.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { hasCoturn, startCoturn } from '../lib/coturn.mjs';
import { inOwnNetwork } from '../lib/network.mjs';
import { TurnClient, passOf } from '../lib/turn.mjs';
import { until } from '../lib/wait.mjs';

const MEDIA = '203.0.113.2',
  MEDIA_6 = '2001:db8::2',
  RELAY = '203.0.113.3',
  RELAY_6 = '2001:db8::3',
  MEDIA_PORT = 8500,
  WEB_PORT = 8443;
const ELSEWHERE = ['198.51.100.9', '10.1.2.3', '192.168.1.1', '169.254.169.254', '100.64.0.1'];
const ELSEWHERE_6 = ['2001:db8:5::9', 'fd00::9'];
const NETWORK = [
  'ip link set lo up',
  'ip link add testudo0 type veth peer name testudo1',
  ...[MEDIA, RELAY, ...ELSEWHERE].map((ip) => `ip addr add ${ip}/32 dev testudo0`),
  ...[MEDIA_6, RELAY_6, ...ELSEWHERE_6].map((ip) => `ip addr add ${ip}/128 dev testudo0 nodad`),
  'ip link set testudo0 up',
  'ip link set testudo1 up',
  'ip route add default dev testudo0',
];

const now = () => Math.floor(Date.now() / 1000);
let relay, relay6;

function testsInside() {
  const arrived = [];
  const listening = [];

  async function listen(ip, port) {
    const socket = dgram.createSocket(net.isIPv6(ip) ? 'udp6' : 'udp4');
    await new Promise((resolve, reject) => socket.once('error', reject).bind(port, ip, resolve));
    socket.on('message', (data) => arrived.push(`${ip}:${port} ${data}`));
    listening.push(socket);
    if (port === MEDIA_PORT) return;
    const server = net.createServer((connection) => {
      arrived.push(`${ip}:${port} over TCP`);
      connection.destroy();
    });
    await new Promise((resolve, reject) => server.once('error', reject).listen(port, ip, resolve));
    listening.push(server);
  }

  before(async () => {
    const options = { port: 5349, media: [MEDIA, MEDIA_6], mediaPort: MEDIA_PORT };
    [relay, relay6] = await Promise.all(
      [RELAY, RELAY_6].map((ip) => startCoturn({ ...options, host: ip })),
    );
    for (const ip of [MEDIA, MEDIA_6]) for (const port of [MEDIA_PORT, WEB_PORT]) await listen(ip, port);
    for (const ip of ['127.0.0.1', '::1', RELAY, RELAY_6, ...ELSEWHERE, ...ELSEWHERE_6]) await listen(ip, WEB_PORT);
  });
  after(async () => {
    for (const one of listening) one.close();
    await Promise.all([relay?.stop(), relay6?.stop()]);
  });

  const host = (which) => (which === relay6 ? RELAY_6 : RELAY);
  const login = (which, stay) => passOf(which.secret, now() + 300, stay);
  let stays = 0;
  const open = (which, more = {}) =>
    TurnClient.open({ host: host(which), port: which.port, login: login(which, `stay${++stays}`), ...more });

  /** Datagrams to each target, by every way that there is; the code of each refusal. */
  async function tryAll(which, family, targets) {
    const client = await open(which);
    assert.equal((await client.allocate({ family })).code, 0);
    const codes = [];
    let channel = 0x4000;
    for (const ip of targets) {
      const permitted = await client.permit(ip);
      const bound = await client.bind(ip, WEB_PORT, ++channel);
      client.send(ip, WEB_PORT, `to ${ip}`);
      codes.push(`${ip} ${permitted.code} ${bound.code}`);
    }
    client.close();
    return codes;
  }

  const refused = (codes) => codes.filter((line) => !/ (403|443) (403|443)$/.test(line));

  test('what it is for works: a media port, by IPv4 and IPv6', async () => {
    for (const [which, family, ip] of [[relay, 1, MEDIA], [relay6, 2, MEDIA_6]]) {
      const client = await open(which);
      assert.equal(client.protocol, 'TLSv1.3');
      assert.equal((await client.allocate({ family })).code, 0);
      assert.equal((await client.permit(ip)).code, 0);
      client.send(ip, MEDIA_PORT, 'hello');
      await until('the datagram', () => arrived.includes(`${ip}:${MEDIA_PORT} hello`));
      client.close();
    }
    arrived.length = 0;
  });

  test('with a valid pass: nothing else over IPv4', async () => {
    const codes = await tryAll(relay, 1, [
      ...['127.0.0.1', '127.1.2.3', '0.0.0.0', '255.255.255.255', '224.0.0.1', RELAY, ...ELSEWHERE],
      ...['::1', '::ffff:127.0.0.1', `::ffff:${MEDIA}`, '::ffff:10.1.2.3', MEDIA_6],
    ]);
    assert.deepEqual(refused(codes), [], codes.join('\n'));
    assert.deepEqual(arrived, []);
  });

  test('with a valid pass: nothing else over IPv6, in any form', async () => {
    const codes = await tryAll(relay6, 2, [
      ...['::1', '::', 'fe80::1', 'ff02::1', RELAY_6, ...ELSEWHERE_6],
      ...['::ffff:127.0.0.1', '::127.0.0.1', '::ffff:10.1.2.3', `::ffff:${MEDIA}`, `::ffff:${RELAY}`],
      ...['64:ff9b::127.0.0.1', '2002:7f00:1::', '::ffff:0:127.0.0.1', '127.0.0.1', '10.1.2.3', MEDIA],
    ]);
    assert.deepEqual(refused(codes), [], codes.join('\n'));
    assert.deepEqual(arrived, []);
  });

  test('no connections over TCP', async () => {
    const client = await open(relay);
    assert.equal((await client.allocate({ transport: 6 })).code, 442);
    assert.notEqual((await client.connect(MEDIA, WEB_PORT)).code, 0);
    client.close();
    assert.deepEqual(arrived, []);
  });

  test('expired, forged, altered and absent passes', async () => {
    const good = login(relay);
    const passes = {
      expired: passOf(relay.secret, now() - 1),
      'signed with another secret': passOf('f'.repeat(64), now() + 300),
      'with a later end': { ...good, username: `${now() + 90_000}:abcdefgh` },
      "somebody else's": { ...good, username: good.username.replace('abcdefgh', 'hgfedcba') },
      'without a time': passOf(relay.secret, '', 'abcdefgh'),
      none: { username: '', credential: '' },
    };
    for (const [name, pass] of Object.entries(passes)) {
      const client = await open(relay, { login: pass });
      const { ok, code } = await client.allocate();
      assert.ok(!ok && (code === 401 || code === 400 || code === -1), `${name}: ${code}`);
      client.close();
    }
  });

  test('one pass is good for a few allocations', async () => {
    const codes = [];
    const clients = await Promise.all(Array.from({ length: 12 }, () => open(relay, { login: login(relay, 'greedy') })));
    for (const client of clients) codes.push((await client.allocate()).code);
    assert.ok(codes.filter((code) => code === 0).length <= 8 && codes.includes(486), codes.join());
    for (const client of clients) client.close();
  });

  test('TLS 1.3 or nothing: no older version, nothing in clear, no UDP', async () => {
    await assert.rejects(open(relay, { maxVersion: 'TLSv1.2' }));
    const plain = await open(relay, { plain: true });
    const silence = new Promise((resolve) => setTimeout(resolve, 1500, 'silence'));
    const answer = await Promise.race([plain.allocate(), silence]);
    assert.ok(answer === 'silence' || answer.code === -1, JSON.stringify(answer));
    plain.close();
    const udp = dgram.createSocket('udp4');
    let answered = false;
    udp.on('message', () => {
      answered = true;
    });
    udp.send(Buffer.from('000100002112a442000102030405060708090a0b', 'hex'), relay.port, RELAY);
    await new Promise((resolve) => setTimeout(resolve, 300));
    udp.close();
    assert.equal(answered, false);
  });

  /** A client with an allocation that may send to this address. */
  async function permitted(which, ip) {
    const client = await open(which);
    assert.equal((await client.allocate()).code, 0);
    assert.equal((await client.permit(ip)).code, 0, ip);
    return client;
  }

  /** What has arrived when all that was sent before has: somebody else's datagram for media comes after it. */
  async function arrivals(which, clients) {
    const last = await permitted(which, MEDIA);
    last.send(MEDIA, MEDIA_PORT, 'the last');
    await until('the last datagram', () => arrived.includes(`${MEDIA}:${MEDIA_PORT} the last`));
    for (const client of [...clients, last]) client.close();
    return arrived.splice(0);
  }

  const hold = (which) => spawnSync('nft', ['-f', '-'], { input: which.firewall, encoding: 'utf8' });

  test("other ports of the media address: coturn's configuration cannot tell, the firewall does", async () => {
    const attack = async () => {
      arrived.length = 0;
      const client = await permitted(relay, MEDIA);
      client.send(MEDIA, WEB_PORT, 'to the web process');
      return (await arrivals(relay, [client])).includes(`${MEDIA}:${WEB_PORT} to the web process`);
    };
    assert.equal(await attack(), true, 'without the firewall it arrives: the documents say so');
    const { status, stderr } = hold(relay);
    assert.equal(status, 0, stderr);
    assert.equal(await attack(), false, 'the rules let it through');
  });

  test('behind the firewall a coturn that would relay anywhere reaches nothing but media', async () => {
    const change = (text) => text.replace(/^denied-peer-ip=.*\n/gm, '');
    spawnSync('nft', ['delete', 'table', 'inet', 'testudo_turn']);
    const loose = await startCoturn({ host: RELAY, port: 5350, media: [MEDIA], mediaPort: MEDIA_PORT, change });
    try {
      const attack = async () => {
        arrived.length = 0;
        const clients = [];
        for (const ip of [...ELSEWHERE, RELAY]) {
          clients.push(await permitted(loose, ip));
          clients.at(-1).send(ip, WEB_PORT, 'anything');
        }
        return (await arrivals(loose, clients)).length - 1;
      };
      assert.equal(await attack(), ELSEWHERE.length + 1, 'without the firewall it relays anywhere');
      assert.equal(hold(loose).status, 0);
      assert.equal(await attack(), 0);
    } finally {
      await loose.stop();
    }
  });
}

if (!hasCoturn) test('the relay', (t) => t.skip('coturn is not installed'));
else inOwnNetwork(import.meta.url, 'a relay in a network of its own', NETWORK, testsInside, { rootOnly: true });
