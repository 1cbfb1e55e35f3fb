/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a browser believes of its way to the server: its estimate of the path (availableOutgoingBitrate), and what its
// camera's picture has become of it, second by second after the beginning of a meeting on this machine.
//   TESTUDO_BUILD=build/release node bench/upstream.mjs [SECONDS=20] [KIND=chromium ...]
import { hostMeeting, join } from '../tests/lib/meeting.mjs';
import { openBrowser } from '../tests/lib/browsers.mjs';
import { startServer } from '../tests/lib/server.mjs';

const [seconds = '20', ...given] = process.argv.slice(2);
const kinds = given.length > 0 ? given : ['chromium', 'firefox'];
const STEP_S = 2;

/** The sum over all live connections of the page. */
const look = ({ page }) =>
  page.evaluate(async () => {
    const [connection] = window.testudoTest.connections();
    const stats = [...(await connection.getStats()).values()];
    const pair = stats.find((s) => s.type === 'candidate-pair' && s.nominated);
    const camera = stats.find((s) => s.type === 'outbound-rtp' && s.kind === 'video' && s.packetsSent > 0);
    const inbound = stats.filter((s) => s.type === 'inbound-rtp' && s.kind === 'video' && s.framesDecoded > 0);
    return {
      available: pair?.availableOutgoingBitrate ?? null,
      sent: camera?.bytesSent ?? 0,
      height: camera?.frameHeight ?? 0,
      frames: camera?.framesPerSecond ?? 0,
      limited: camera?.qualityLimitationReason ?? '',
      gets: inbound.map((s) => `${s.frameHeight}p ${s.framesPerSecond ?? 0}/s`).join(' '),
    };
  });

const kbit = (bps) => (bps === null ? '-' : String(Math.round(bps / 1000)));

const server = await startServer();
const browsers = await Promise.all(kinds.map((kind) => openBrowser(kind)));
try {
  const host = await hostMeeting(browsers[0], server, 'Ada');
  const people = [host];
  for (const [i, browser] of browsers.slice(1).entries()) people.push(await join(browser, host, `Guest ${i}`));
  console.log('| s | browser | estimate, kbit/s | camera, kbit/s | lines | frames/s | limited by | gets |');
  console.log('|---|---|---|---|---|---|---|---|');
  const before = people.map(() => 0);
  for (let s = STEP_S; s <= Number(seconds); s += STEP_S) {
    await new Promise((resolve) => setTimeout(resolve, STEP_S * 1000));
    for (const [i, person] of people.entries()) {
      const now = await look(person);
      const rate = ((now.sent - before[i]) * 8) / STEP_S;
      before[i] = now.sent;
      console.log(
        `| ${s} | ${kinds[i]} | ${kbit(now.available)} | ${kbit(rate)} | ${now.height} | ${now.frames} | ${now.limited} | ${now.gets} |`,
      );
    }
  }
} finally {
  for (const browser of browsers) await browser.close();
  await server.stop();
}
