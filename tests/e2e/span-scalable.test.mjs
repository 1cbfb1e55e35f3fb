/* SPDX-License-Identifier: GPL-3.0-or-later */
// An event in two media processes whose speaker sends VP9 or AV1 with several sizes in one stream: viewers of both
// processes see it, each in the size at which his page shows it; and all get VP8 once somebody is there, in whichever
// process, who cannot decode that.
import assert from 'node:assert/strict';
import { firstAdministrator } from '../lib/accounts.mjs';
import { goLive, hostEvent, watchEvent } from '../lib/event.mjs';
import { openEvent } from '../lib/load.mjs';
import { seesColour } from '../lib/meeting.mjs';
import { freePort } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { LARGE, SMALL, gets, resize } from '../lib/sizes.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const EMAIL = 'ada@hall.example';
const ADA = { colour: [200, 60, 60], hz: 500, width: 640, height: 360 };
const CROWD = 28; // the first sixteen are served by one process, the others by both; and nobody has a reason to move
const HOME = 0;
const AWAY = 1;

/** Media connections, by process. */
async function connectionsAt(metrics) {
  const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  const lines = text.matchAll(/^testudo_media_connections{process="(\d+)"} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, process, n]) => [process, Number(n)]));
}

const isServed = (metrics, expected) =>
  until(`connections ${JSON.stringify(expected)}`, async () => {
    const seen = await connectionsAt(metrics);
    if (seen[HOME] === expected[HOME] && seen[AWAY] === expected[AWAY]) return seen;
    throw new Error(`there are ${JSON.stringify(seen)}`);
  });

/** People who come in without media, each from an address of his own. */
const crowd = (stage, server, room) =>
  Promise.all(Array.from({ length: CROWD }, async (_, i) => {
    const guest = new Browser(server.origin, { localAddress: `127.1.0.${i + 1}` });
    const socket = stage.owns(await guest.join(room, `Guest ${i + 1}`));
    socket.send('hello');
    await socket.next('welcome');
  }));

/** Ada on stage, Lena where Ada is, a crowd without media, and so Mia in the other process. `body` gets them. */
async function spread(stage, format, body) {
  const metrics = await freePort();
  const server = await stage.server({ mediaProcesses: 2, args: ['--metrics_port', String(metrics)] });
  const owner = await firstAdministrator(server, { email: EMAIL, name: 'Ada' });
  const room = await openEvent(owner);
  const address = `${server.origin}/m/${room}`;
  const [first, second, third] = await stage.browsers('chromium', 'chromium', 'chromium');
  const ada = await hostEvent(first, address, { email: EMAIL, name: 'Ada', devices: ADA, preferences: { format } });
  await goLive(ada);
  const lena = await watchEvent(second, address, 'Lena');
  await crowd(stage, server, room);
  const mia = await watchEvent(third, address, 'Mia');
  await isServed(metrics, { [HOME]: 2, [AWAY]: 1 });
  await body({ address, metrics, ada, lena, mia });
}

/** Both get it; what Mia gets follows what her page shows, and Lena is not concerned. */
async function followsWhatIsShown({ ada, lena, mia }, codec) {
  for (const viewer of [lena, mia]) await viewer.page.setViewport(LARGE);
  const [near, far] = await Promise.all([lena, mia].map((viewer) =>
    gets(viewer, 'a large picture', ({ height }) => height >= 360, ada)));
  assert.deepEqual([near.codec, far.codec], [codec, codec]);
  const steps = [[SMALL, 'a small picture', (height) => height < far.height],
    [LARGE, 'a large picture again', (height) => height === far.height]];
  for (const [window, what, fits] of steps) {
    const before = await resize(mia, window);
    await gets(mia, what, ({ height, frames }) => fits(height) && frames > before + 20, ada);
  }
  await gets(lena, 'what she got before', ({ height, frames, codec: now }) =>
    height === near.height && frames > near.frames + 20 && now === codec, ada);
  for (const viewer of [lena, mia]) await seesColour(viewer, 'Ada', ADA.colour);
}

staged('an event in two processes in AV1: each viewer gets the size that he is shown', (stage) =>
  spread(stage, 'av1', (people) => followsWhatIsShown(people, 'video/AV1')));

staged('an event in two processes in VP9: each viewer gets the size that he is shown; then somebody cannot decode it',
  (stage) => spread(stage, 'vp9', async (people) => {
    await followsWhatIsShown(people, 'video/VP9');
    const { address, metrics, ada, lena, mia } = people;
    const finn = await watchEvent(await stage.browser('firefox'), address, 'Finn');
    await isServed(metrics, { [HOME]: 2, [AWAY]: 2 });
    for (const viewer of [lena, mia])
      await gets(viewer, 'VP8', ({ codec }) => codec === 'video/VP8', ada);
    for (const viewer of [lena, mia, finn]) await seesColour(viewer, 'Ada', ADA.colour);
  }));
