/* SPDX-License-Identifier: GPL-3.0-or-later */
// How long a person waits for pictures: from the click that agrees to the camera to the own preview, and from the host's
// "let in" to the first decoded frame of the host at the guest. The real server and real browsers on this machine, fake cameras.
//   node bench/first-picture.mjs [ROUNDS=10] [HOST=chromium] [GUEST=chromium]
// Prints the median and the largest, in milliseconds.
import { admit, enterLobby, hostMeeting, openPage, press, waitForScreen } from '../tests/lib/meeting.mjs';
import { openBrowser } from '../tests/lib/browsers.mjs';
import { startServer } from '../tests/lib/server.mjs';
import { until } from '../tests/lib/wait.mjs';

const [rounds = '10', hostKind = 'chromium', guestKind = 'chromium'] = process.argv.slice(2);

/** Notes in the page when the first frame of each kind of picture is shown; clocks are this machine's one. */
function watchPictures() {
  window.firstPictures = {};
  const now = () => performance.timeOrigin + performance.now();
  const watch = (video) => {
    if (video.watched) return;
    video.watched = true;
    video.requestVideoFrameCallback(() => {
      const own = video.closest('.preview, [data-own]') !== null;
      window.firstPictures[own ? 'own' : 'other'] ??= now();
    });
  };
  new MutationObserver(() => document.querySelectorAll('video').forEach(watch)).observe(document, {
    childList: true,
    subtree: true,
  });
  document.addEventListener(
    'click',
    (event) => {
      const act = event.target.closest?.('[data-act]')?.dataset.act;
      if (act !== undefined) (window.clicks ??= {})[act] = now();
    },
    true,
  );
}

const seen = (page, what) =>
  until(`a picture (${what})`, () => page.evaluate((name) => window.firstPictures[name], what));
const clicked = (page, act) => page.evaluate((name) => window.clicks[name], act);

async function round(browser, host) {
  const page = await openPage(browser);
  await page.evaluateOnNewDocument(watchPictures);
  await page.goto(host.address);
  const guest = { page, name: 'Gregor Guest' };
  await enterLobby(page, guest.name);
  const preview = (await seen(page, 'own')) - (await clicked(page, 'agree-both'));
  await waitForScreen(page, 'waiting');
  await admit(host, guest);
  const admitted = await clicked(host.page, 'admit');
  const picture = (await seen(page, 'other')) - admitted;
  await press(guest, 'leave');
  await waitForScreen(page, 'over left');
  await page.close();
  return { preview, picture };
}

function line(name, values) {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return `${name}: median ${median.toFixed(0)} ms, largest ${sorted.at(-1).toFixed(0)} ms`;
}

const server = await startServer();
const browsers = await Promise.all([openBrowser(hostKind), openBrowser(guestKind)]);
try {
  const host = await hostMeeting(browsers[0], server);
  await host.page.evaluate(watchPictures);
  const results = [];
  for (let i = 0; i < Number(rounds); i++) results.push(await round(browsers[1], host));
  console.log(`${results.length} rounds, host ${hostKind}, guest ${guestKind}`);
  console.log(line('click to own preview', results.map(({ preview }) => preview)));
  console.log(line('let in to first picture of the host', results.map(({ picture }) => picture)));
} finally {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server.stop();
}
