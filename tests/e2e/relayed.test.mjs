/* SPDX-License-Identifier: GPL-3.0-or-later */
// A network that lets only TLS to the relay through (docs/TURN.md): the call comes up over a real coturn. In a network
// of its own, because a relay never reaches loopback addresses. All of it takes 1280 bytes and no more, the least that
// IPv6 asks for (RFC 8200): also between relay and server, where a datagram of the browser's size goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RELAY_NAME, hasCoturn, startCoturn } from '../lib/coturn.mjs';
import { hears, hostMeeting, join, seesMoving } from '../lib/meeting.mjs';
import { inOwnNetwork, piecesMade } from '../lib/network.mjs';
import { pathOf } from '../lib/path.mjs';
import { staged } from '../lib/stage.mjs';
import { freePort } from '../lib/server.mjs';

const MEDIA = '10.77.0.2',
  RELAY = '10.77.0.3';
// All of it is there before a browser starts: at a change, also an IPv6 address that comes a second later, Chromium
// gives up what it loads.
const NETWORK = [
  'ip link set lo up mtu 1280', // all goes over it, whatever its address
  'ip link add testudo0 type veth peer name testudo1',
  ...['testudo0', 'testudo1'].map((end) => `ip link set ${end} addrgenmode none up`),
  ...[MEDIA, RELAY].map((ip) => `ip addr add ${ip}/24 dev testudo0`),
  'ip route add default via 10.77.0.1',
  'for i in $(seq 100); do ip link show testudo0 | grep -q "state UP" && break; sleep 0.1; done',
];

// Who knows the relay's name, and takes its certificate (Firefox does by itself here).
const CHROMIUM = { flags: ['--ignore-certificate-errors', `--host-resolver-rules=MAP ${RELAY_NAME} ${RELAY}`] };
const FIREFOX = { prefs: { 'media.peerconnection.ice.loopback': false, 'network.dns.forceResolve': RELAY } };

/** A page that no direct way leads out of. */
const onlyRelay = (page) =>
  page.evaluateOnNewDocument(() => {
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration) {
        super({ ...configuration, iceTransportPolicy: 'relay' });
      }
    };
  });

function testsInside() {
  staged('with the relay as the only way Chromium and Firefox meet over it', async (stage) => {
    const mediaPort = await freePort();
    const relay = stage.owns(await startCoturn({ host: RELAY, port: 5349, media: [MEDIA], mediaPort }));
    const args = ['--turn_url', relay.url, '--turn_secret_file', relay.secretFile];
    const server = await stage.server({ mediaListen: MEDIA, mediaPort, args });
    const prepare = onlyRelay;
    const host = await hostMeeting(await stage.browser('chromium+cryptex', CHROMIUM), server, 'Hanna Host', { prepare });
    const guest = await join(await stage.browser('firefox', FIREFOX), host, 'Fritz Firefox', { prepare });
    await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
    for (const person of [host, guest]) {
      assert.match(await pathOf(person), /^udp relay /, person.name);
      // What is told of the relay is told to who is in, and names nobody's address.
      assert.doesNotMatch(await person.page.content(), new RegExp(relay.secret));
    }
    const pieces = piecesMade();
    console.log(`# longer datagrams were cut into ${pieces} pieces`);
    assert.ok(pieces < 40, 'longer datagrams than those of a handshake'); // which the browser makes shorter then
  });
}

if (!hasCoturn) test('the relay', (t) => t.skip('coturn is not installed'));
else inOwnNetwork(import.meta.url, 'over a relay, in a network of its own', NETWORK, testsInside, { rootOnly: true });
