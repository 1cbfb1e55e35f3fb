/* SPDX-License-Identifier: GPL-3.0-or-later */
// `testudo serve` with its own defaults, and browsers as people have them: no address named, no preference set but for
// the fake camera. A browser like this offers no loopback address, so the server must be reachable by another of this
// machine's. It runs in a network namespace of its own with one such address, so that what this machine happens to have
// does not count.
import assert from 'node:assert/strict';
import { hears, hostMeeting, join, seesMoving, transportOf } from '../lib/meeting.mjs';
import { inOwnNetwork } from '../lib/network.mjs';
import { staged } from '../lib/stage.mjs';

const ADDRESS = '10.77.0.2';
const NETWORK = [
  'ip link set lo up',
  'ip link add testudo0 type veth peer name testudo1',
  `ip addr add ${ADDRESS}/24 dev testudo0`,
  'ip link set testudo0 up',
  'ip link set testudo1 up',
  'ip route add default via 10.77.0.1',
];

/** A Firefox as it comes: it gathers no loopback candidates. */
const AS_IT_COMES = {
  prefs: {
    'media.peerconnection.ice.loopback': false,
    'permissions.default.camera': 0,
    'permissions.default.microphone': 0,
  },
};

function testsInside() {
  staged('Firefox and Chromium without any setting meet over a server without any setting', async (stage) => {
    const server = await stage.server({ mediaListen: null });
    const hostBrowser = await stage.browser('firefox', AS_IT_COMES);
    const host = await hostMeeting(hostBrowser, server);
    const guest = await join(await stage.browser('chromium'), host, 'Gustav Guest');
    await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
    const { tlsVersion, dtlsState } = await transportOf(host);
    assert.equal(dtlsState, 'connected');
    assert.equal(tlsVersion ?? 'FEFC', 'FEFC'); // older versions of Firefox don't tell
    const remote = await host.page.evaluate(() => window.testudoTest.connections()[0].remoteDescription.sdp);
    assert.match(
      remote,
      new RegExp(`^a=candidate:.* ${ADDRESS.replaceAll('.', '\\.')} `, 'm'),
      'the server names an address that is not a loopback one',
    );
  });
}

inOwnNetwork(
  import.meta.url,
  'in a network of its own: browsers and server with their own defaults reach each other',
  NETWORK,
  testsInside,
);
