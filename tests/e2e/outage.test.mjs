/* SPDX-License-Identifier: GPL-3.0-or-later */
// The network of one person is gone for 12 seconds, signalling and media alike, and comes back without a click, in
// Chromium and in Firefox. (30 seconds: bench/network.mjs.)
import { setTimeout as pause } from 'node:timers/promises';
import { onLinks, reachableServer, startLink } from '../lib/link.mjs';
import { hears, hostMeeting, join, received, seesMoving } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const OUTAGE_MS = 12_000;

/** Nothing more is decoded: the outage has reached the picture. */
const standsStill = (person) =>
  until(`the picture at ${person.name} to stand still`, async () => {
    const { frames } = await received(person);
    await pause(700);
    return (await received(person)).frames === frames;
  });

function tests() {
  staged('after an outage of 12 s the call is back without a click, whoever it was', async (stage) => {
    const link = stage.owns(await startLink(3));
    const server = await stage.server(await reachableServer());
    const host = await hostMeeting(await stage.browser('chromium', { leg: link.legs[1] }), server);
    const guest = await join(await stage.browser('firefox', { leg: link.legs[2] }), host, 'Fritz Firefox');
    const bothMove = () =>
      Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
    await bothMove();
    for (const leg of [1, 2]) {
      const end = Date.now() + OUTAGE_MS;
      await link.cut(leg, 'both', OUTAGE_MS);
      await Promise.all([standsStill(host), standsStill(guest)]);
      await pause(Math.max(0, end - Date.now()));
      await bothMove();
    }
  });
}

onLinks('an outage of everything', import.meta.url, tests);
