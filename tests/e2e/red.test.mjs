/* SPDX-License-Identifier: GPL-3.0-or-later */
// Sound that is lost on the way (RFC 2198, redundant audio): a browser that knows it sends each packet's sound once more with
// the next; who loses packets gets it so, who does not know it gets plain sound, and who loses nothing pays nothing.
import assert from 'node:assert/strict';
import { hears, hostMeeting, join } from '../lib/meeting.mjs';
import { startRelay } from '../lib/relay.mjs';
import { readRtp } from '../lib/rtp.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const RELAY = '127.0.0.2';
const RED = 63; // Chromium's payload type
const PACKETS = 150;

/** How much of all sound of the next two seconds the browser had to make up, 0 to 1. */
const concealed = ({ page }) =>
  page.evaluate(async () => {
    const count = async () => {
      const sum = { concealed: 0, all: 0 };
      for (const stat of (await window.testudoTest.connections()[0].getStats()).values()) {
        if (stat.type !== 'inbound-rtp' || stat.kind !== 'audio') continue;
        sum.concealed += stat.concealedSamples - (stat.silentConcealedSamples ?? 0);
        sum.all += stat.totalSamplesReceived;
      }
      return sum;
    };
    const before = await count();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const after = await count();
    return (after.concealed - before.concealed) / Math.max(1, after.all - before.all);
  });

staged('redundant sound goes to who loses packets and knows it, and to nobody else', async (stage) => {
  const server = await stage.server({ mediaAnnounce: RELAY });
  const relay = stage.owns(await startRelay({ listen: RELAY, port: server.mediaPort }));
  const [ada, lena, finn] = await stage.browsers('chromium', 'chromium', 'firefox');
  const host = await hostMeeting(ada, server, 'Ada', { media: 'microphone' });
  const second = await join(lena, host, 'Lena', { media: 'microphone' });
  const third = await join(finn, host, 'Finn', { media: false });
  await Promise.all([hears(host), hears(second), hears(third)]);
  const redundant = (up, clients) =>
    relay.captured.filter(
      (it) => it.up === up && it.kind === 'rtp' && clients.includes(it.client) && readRtp(it.data).type === RED,
    ).length;
  const flows = (up) => {
    const counts = new Map();
    for (const it of relay.captured)
      if (it.up === up && it.kind === 'rtp') counts.set(it.client, (counts.get(it.client) ?? 0) + 1);
    return [...counts].filter(([, packets]) => packets > PACKETS).map(([client]) => client);
  };
  await until('media of all three', () => flows(true).length === 2 && flows(false).length === 3);
  const knowing = flows(true);
  const [other] = flows(false).filter((client) => !knowing.includes(client));
  await until('redundant sound of both', () => knowing.every((client) => redundant(true, [client]) > PACKETS));

  let count = 0;
  relay.filter = ({ up, kind, client }) => !(!up && kind === 'rtp' && knowing.includes(client) && count++ % 7 === 0);
  await until('redundant sound for who loses a seventh', () => redundant(false, knowing) > PACKETS);
  await until('whole sound in spite of that', async () => {
    const share = await concealed(second);
    if (share < 0.05) return true;
    throw new Error(`${(100 * share).toFixed(1)} % made up`);
  });
  await Promise.all([hears(host), hears(second), hears(third)]);
  assert.equal(redundant(false, [other]), 0, 'plain sound for Firefox');
});
