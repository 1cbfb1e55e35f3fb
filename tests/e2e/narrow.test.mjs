/* SPDX-License-Identifier: GPL-3.0-or-later */
// A link that carries no more than the least that IPv6 asks for (1280 bytes, RFC 8200), and whose router does not say
// so: longer datagrams are lost. The call comes up in Chromium and in Firefox, and no packet of media is too long.
import assert from 'node:assert/strict';
import { onLinks, reachableServer, startLink } from '../lib/link.mjs';
import { hears, hostMeeting, join, seesMoving } from '../lib/meeting.mjs';
import { pathOf } from '../lib/path.mjs';
import { staged } from '../lib/stage.mjs';

// These links are of IPv4, whose header is shorter by 20 bytes than that of IPv6: what fits here fits there, too.
const NARROW = { longest: 1280 - 20 };

function tests() {
  staged('over a link of 1280 bytes that does not tell what it loses', async (stage) => {
    const link = stage.owns(await startLink(3));
    const server = await stage.server(await reachableServer());
    for (const leg of [1, 2]) await link.set(leg, 'both', NARROW);
    const host = await hostMeeting(await stage.browser('chromium', { leg: link.legs[1] }), server);
    const guest = await join(await stage.browser('firefox', { leg: link.legs[2] }), host, 'Fritz Firefox');
    await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
    for (const person of [host, guest]) assert.match(await pathOf(person), /^udp /, person.name);
    const { legs } = await link.stats();
    for (const [leg, { up, down }] of legs.entries())
      console.log(`# leg ${leg}: ${up.too_long} of ${up.in} too long up, ${down.too_long} of ${down.in} down`);
    // Of the first flights of a handshake a few may be: the browser makes them shorter then.
    for (const { up, down } of legs) assert.ok(up.too_long < 20 && down.too_long === 0, JSON.stringify({ up, down }));
  });
}

onLinks('a narrow link', import.meta.url, tests);
