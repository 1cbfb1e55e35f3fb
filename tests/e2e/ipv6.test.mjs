/* SPDX-License-Identifier: GPL-3.0-or-later */
// A network with IPv6 alone: media between Chromium and Firefox goes over it, from one address to another. In a network
// of its own, whose addresses are of the kind that is used within a site (RFC 4193).
import assert from 'node:assert/strict';
import { hears, hostMeeting, join, seesMoving } from '../lib/meeting.mjs';
import { inOwnNetwork } from '../lib/network.mjs';
import { pathOf } from '../lib/path.mjs';
import { staged } from '../lib/stage.mjs';

const MEDIA = 'fd77::1';
// Without waiting for other hosts that might have the same address: until then browsers don't use it.
const NETWORK = [
  'ip link set lo up',
  'ip link add testudo0 type veth peer name testudo1',
  'ip link set testudo0 up',
  'ip link set testudo1 up',
  ...[MEDIA, 'fd77::2'].map((ip) => `ip addr add ${ip}/64 dev testudo0 nodad`),
  'ip route add default via fd77::3 dev testudo0',
];

function testsInside() {
  staged('media over IPv6 alone, in Chromium and in Firefox', async (stage) => {
    const server = await stage.server({ mediaListen: MEDIA });
    // As browsers of people are: they use no address of loopback.
    const firefox = { prefs: { 'media.peerconnection.ice.loopback': false } };
    const host = await hostMeeting(await stage.browser('chromium'), server);
    const guest = await join(await stage.browser('firefox', firefox), host, 'Fritz Firefox');
    await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
    for (const person of [host, guest]) assert.match(await pathOf(person), /^udp host \[?fd77::1\]?:/, person.name);
  });
}

inOwnNetwork(import.meta.url, 'in a network with IPv6 alone', NETWORK, testsInside);
