/* SPDX-License-Identifier: GPL-3.0-or-later */
// Ways that carry 1280 bytes, with real kernels at both ends, and datagrams of the server that are not to be cut.
// Chromium's way is narrow at its own end: what the server sends too long is lost there, and nobody tells it.
// Firefox's is narrow at the server's end: what is too long does not get out. narrow.test.mjs has links that lose both
// ways; relayed.test.mjs has a narrow way between a relay and the server.
import assert from 'node:assert/strict';
import { reachableServer } from '../lib/link.mjs';
import { hears, hostMeeting, join, seesMoving } from '../lib/meeting.mjs';
import { inOwnNetwork, piecesMade } from '../lib/network.mjs';
import { pathOf } from '../lib/path.mjs';
import { startSite } from '../lib/sites.mjs';
import { staged } from '../lib/stage.mjs';

const NETWORK = ['ip link set lo up', 'ip addr add 10.77.0.1/32 dev lo'];

function testsInside() {
  staged('over ways of 1280 bytes, in Chromium and in Firefox', async (stage) => {
    const sites = [stage.owns(await startSite(1, { mtu: { here: 1500, there: 1280 } }))];
    sites.push(stage.owns(await startSite(2, { mtu: { here: 1280, there: 1500 } })));
    const server = await stage.server(await reachableServer());
    const host = await hostMeeting(await stage.browser('chromium', { leg: sites[0] }), server);
    const guest = await join(await stage.browser('firefox', { leg: sites[1] }), host, 'Fritz Firefox');
    await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
    for (const person of [host, guest]) assert.match(await pathOf(person), /^udp /, person.name);
    const lost = sites.map((site) => site.overlong());
    console.log(`# too long: ${JSON.stringify(lost)}`);
    for (const { down } of lost) assert.equal(down, 0, 'the server sent longer ones');
    assert.equal(piecesMade(), 0, 'the server sent longer ones, which were cut');
    // Of the first flight of a handshake a few may be: the browser makes them shorter then.
    assert.ok(lost[1].up < 20, `Firefox sent ${lost[1].up} longer ones`);
  });
}

inOwnNetwork(import.meta.url, 'narrow ways in a network of its own', NETWORK, testsInside, { rootOnly: true });
