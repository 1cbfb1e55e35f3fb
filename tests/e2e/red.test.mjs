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
  const knowing = new Set(relay.clients.keys()); // addresses of the two who know it
  const third = await join(finn, host, 'Finn', { media: 'microphone' });
  await Promise.all([hears(host), hears(second), hears(third)]);
  const redundant = (up, known) =>
    relay.captured.filter(
      (it) => it.up === up && it.kind === 'rtp' && knowing.has(it.client) === known && readRtp(it.data).type === RED,
    ).length;
  await until('redundant sound of Ada and Lena', () => redundant(true, true) > PACKETS);
  let count = 0;
  relay.filter = ({ up, kind, client }) => !(!up && kind === 'rtp' && knowing.has(client) && count++ % 8 === 0);
  await until('redundant sound for who loses an eighth', () => redundant(false, true) > PACKETS);
  await until('whole sound in spite of that', async () => (await concealed(second)) < 0.05);
  await Promise.all([hears(host), hears(second), hears(third)]);
  assert.equal(redundant(false, false), 0, 'plain sound for Firefox');
  assert.equal(redundant(true, false), 0, 'plain sound of Firefox');
});
