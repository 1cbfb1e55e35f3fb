/* SPDX-License-Identifier: GPL-3.0-or-later */
// Takes the pictures of the documents from a real call of four: the real server, four browsers, drawn people for
// cameras.
//   TESTUDO_BUILD=build/release node dev/picture.mjs [FOLDER]        (../docs/images)
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { openBrowser } from '../../tests/lib/browsers.mjs';
import { startServer } from '../../tests/lib/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, '../../docs/images'));
const NAMES = ['Luka Horvat', 'Ama Mensah', 'Tom Becker', 'Zoë Álvarez'];

/** A script that puts the drawn person in the place of the camera. */
async function cameraScript(index) {
  const code = `import { figureStream } from './figure';
    const native = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const sound = wanted.audio ? await native({ audio: wanted.audio }) : null;
      const picture = wanted.video ? figureStream(${index}) : null;
      return new MediaStream([...(sound?.getAudioTracks() ?? []), ...(picture?.getVideoTracks() ?? [])]);
    };`;
  const result = await build({
    stdin: { contents: code, resolveDir: here, loader: 'ts' },
    bundle: true,
    format: 'iife',
    write: false,
  });
  return result.outputFiles[0].text;
}

async function enter(browser, address, index) {
  const context = await browser.browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800, deviceScaleFactor: 1.25 });
  await page.evaluateOnNewDocument(await cameraScript(index));
  await page.goto(address);
  await page.waitForSelector('[data-act="agree-both"]');
  await page.click('[data-act="agree-both"]');
  await page.waitForSelector('.preview video');
  await page.type('#name', NAMES[index]);
  await page.click('[data-act="join"]');
  return page;
}

const server = await startServer();
const browser = await openBrowser('chromium');
try {
  await mkdir(folder, { recursive: true });
  const host = await enter(browser, await server.hostLink(), 0);
  await host.waitForSelector('[data-screen="meeting"]');
  const guests = [];
  for (const index of [1, 2, 3]) {
    const guest = await enter(browser, host.url(), index);
    guests.push(guest);
    await host.waitForSelector('.knock [data-act="admit"]');
    await host.click('.knock [data-act="admit"]');
    await guest.waitForSelector('[data-screen="meeting"]');
  }
  await guests[1].click('[data-act="mic"]');
  await host.bringToFront();
  await host.waitForFunction(
    () => {
      const videos = [...document.querySelectorAll('.tile video')];
      const sharp = videos.length === 4 && videos.every((video) => video.videoWidth >= 480);
      return sharp && document.querySelector('.notice') === null;
    },
    { timeout: 60_000 },
  );
  await host.evaluate(() => document.querySelector('.screen-heading').focus());
  await host.screenshot({ path: join(folder, 'meeting.png') });
  await host.click('[data-act="security"]');
  await host.waitForSelector('[data-summary="protected"]');
  await host.evaluate(() => document.activeElement?.blur());
  await host.screenshot({ path: join(folder, 'security.png') });
  await host.click('[data-act="close-panel"]');
  await host.setViewport({ width: 390, height: 844, deviceScaleFactor: 1.5 });
  await host.waitForFunction(() => document.querySelector('[data-panel]') === null && innerWidth === 390);
  await host.evaluate(() => document.querySelector('.screen-heading').focus());
  await host.screenshot({ path: join(folder, 'phone.png') });
} finally {
  await browser.close();
  await server.stop();
}
