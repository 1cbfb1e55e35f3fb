/* SPDX-License-Identifier: GPL-3.0-or-later */
// A pass to the relay is no licence to fill its machine: somebody with a valid one pushes as much as a real coturn takes, while
// two people are in a call over it. What passes is bounded by the limits that `testudo turn config` writes, and the
// call goes on. In a network of its own, because a relay never reaches loopback addresses.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startCall } from '../lib/bystanders.mjs';
import { hasCoturn, startCoturn } from '../lib/coturn.mjs';
import { inOwnNetwork } from '../lib/network.mjs';
import { freePort } from '../lib/server.mjs';
import { TurnClient, passOf, startRelayedPort } from '../lib/turn.mjs';

const MEDIA = '10.77.0.2',
  RELAY = '10.77.0.3',
  RELAY_PORT = 5349,
  RELAYED = '127.0.0.3';
const NETWORK = [
  'ip link set lo up',
  'ip link add testudo0 type veth peer name testudo1',
  ...[MEDIA, RELAY].map((ip) => `ip addr add ${ip}/24 dev testudo0`),
  'ip link set testudo0 up',
  'ip link set testudo1 up',
];
const SECONDS = 5;
const ONE_PASS = 8; // connections (user-quota)
const ONE_CONNECTION = 2_500_000; // bytes a second (max-bps)
const SOCKET_BYTES = 15_000_000; // what may wait in a socket of who sends
const FLOOD = fileURLToPath(new URL('tool/turn-flood.mjs', import.meta.url));

const run = promisify(execFile);
const nextPass = (relay, stay) => passOf(relay.secret, Math.floor(Date.now() / 1000) + 300, stay);

/** Counts what coturn sends to the media port. */
function countRelayed(mediaPort) {
  const rule = `meta skuid "turnserver" udp dport ${mediaPort} counter;`;
  const chain = `chain output { type filter hook output priority 10; ${rule} }`;
  execFileSync('nft', ['-f', '-'], { input: `table inet testudo_count { ${chain}; }` });
  return () => {
    const listed = execFileSync('nft', ['list', 'table', 'inet', 'testudo_count'], { encoding: 'utf8' });
    return Number(/bytes (\d+)/.exec(listed)[1]);
  };
}

function testsInside() {
  let relay, relayed, call, bytesRelayed;

  before(async () => {
    const [mediaPort, port] = [await freePort(), await freePort()];
    relay = await startCoturn({ host: RELAY, port: RELAY_PORT, media: [MEDIA], mediaPort });
    let stays = 0;
    const open = () =>
      TurnClient.open({ host: RELAY, port: RELAY_PORT, login: nextPass(relay, `guest${++stays}`) });
    relayed = await startRelayedPort({ listen: RELAYED, port, open, peer: { ip: MEDIA, port: mediaPort } });
    bytesRelayed = countRelayed(mediaPort);
    call = await startCall({ mediaListen: MEDIA, mediaPort }, { through: `${RELAYED}:${port}` });
  });
  after(async () => {
    await call?.stop();
    await relayed?.close();
    await relay?.stop();
  });

  const megabits = (bytes, seconds) => `${((8 * bytes) / seconds / 1e6).toFixed(0)} Mbit/s`;
  let stays = 0;

  /** {sent, passed, seconds}: bytes that the relay took, and that passed it, in so long. */
  async function flood() {
    const { username, credential } = nextPass(relay, `mallory${++stays}`);
    const words = [RELAY, RELAY_PORT, username, credential, MEDIA, call.server.mediaPort, SECONDS];
    const before = bytesRelayed();
    const begun = performance.now();
    const { stdout } = await run(process.execPath, [FLOOD, ...words]);
    const seconds = (performance.now() - begun) / 1000;
    const passed = bytesRelayed() - before;
    const { allocations, refused, sent } = JSON.parse(stdout);
    console.log(`# ${allocations} connections, ${refused.length} refused: ${megabits(sent, SECONDS)} taken by the relay`);
    console.log(`# ${megabits(passed, SECONDS)} came through to the media port, those of the call among them`);
    assert.equal(allocations, ONE_PASS);
    assert.deepEqual([...new Set(refused)], [486], 'refused for another reason than the quota');
    return { sent, passed, seconds };
  }

  test("coturn's configuration alone: what is beyond its limits does not reach the media port", async () => {
    const { passed, seconds } = await call.undisturbed(flood, { lost: 100 });
    // It counts whole seconds. A tenth more: headers, and the call.
    const most = 1.1 * ONE_PASS * ONE_CONNECTION * Math.ceil(seconds + 1);
    assert.ok(passed < most, `${passed} of at most ${most} bytes`);
  });

  test('with the firewall the relay takes no more than that, and a call over it goes on', async () => {
    execFileSync('nft', ['-f', '-'], { input: relay.firewall });
    // Half: on a busy machine this test's own part of the relay's work may lose some.
    const { sent, seconds } = await call.undisturbed(flood, { lost: 50 });
    const most = ONE_PASS * (ONE_CONNECTION * (seconds + 1) + SOCKET_BYTES);
    assert.ok(sent < most, `${sent} of at most ${most} bytes`);
  });
}

if (!hasCoturn) test('the relay', (t) => t.skip('coturn is not installed'));
else inOwnNetwork(import.meta.url, 'a flooded relay in a network of its own', NETWORK, testsInside, { rootOnly: true });
