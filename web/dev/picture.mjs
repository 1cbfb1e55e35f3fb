/* SPDX-License-Identifier: GPL-3.0-or-later */
// Takes the pictures of the documents: a real call of four, with drawn people for cameras, and the pages of a teacher who
// runs the server. The real server, real browsers.
//   TESTUDO_BUILD=build/release node dev/picture.mjs [FOLDER]        (../docs/images)
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { firstAdministrator, PASSWORD } from '../../tests/lib/accounts.mjs';
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

const TITLES = { ticket: 'Algebra II, Thursdays', members: 'Staff meeting', event: 'Open evening', open: 'Consultation hour' };
const LEARNERS = ['mira.costa', 'joao.silva', 'yuki.tanaka', 'lena.fischer', 'omar.haddad', 'ana.horvat'];

/** The first administrator, who makes a few rooms and issues tickets for one of them. Gives {page, room}. */
async function teacher() {
  const owner = await firstAdministrator(server, { email: 'luka.horvat@school.example', name: 'Luka Horvat' });
  const rooms = {};
  for (const [kind, title] of Object.entries(TITLES))
    rooms[kind] = await owner.ask('POST', '/api/v1/rooms', { title, kind }, 201);
  for (const [i, who] of LEARNERS.entries())
    await owner.ask(
      'POST',
      `/api/v1/rooms/${rooms.ticket.id}/tickets`,
      { email: `${who}@example.org`, from: 1796112000, until: 1798531200, reference: `2026-${1041 + i}` },
      201,
    );
  const context = await browser.browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800, deviceScaleFactor: 1.25 });
  await page.goto(`${server.origin}/signin`);
  await signInAtPage(page, 'luka.horvat@school.example');
  return { page, room: rooms.ticket.id };
}

async function signInAtPage(page, email) {
  const press = async (act) => page.$eval(`[data-act="${act}"]`, (element) => element.click());
  await page.waitForSelector('input[name="email"]');
  await page.type('input[name="email"]', email);
  await press('next');
  await page.waitForSelector('input[name="password"]');
  await page.type('input[name="password"]', PASSWORD);
  await press('sign-in');
  await page.waitForSelector('[data-act="dismiss"]'); // that a new device was used
  await press('dismiss');
  await page.waitForFunction(() => document.querySelector('[data-act="dismiss"]') === null);
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

  const { page, room } = await teacher();
  await page.setViewport({ width: 1280, height: 1300, deviceScaleFactor: 1.25 });
  await page.goto(`${server.origin}/rooms/${room}/tickets`);
  await page.waitForFunction((wanted) => document.body.innerText.includes(wanted), {}, LEARNERS[0]);
  await page.screenshot({ path: join(folder, 'tickets.png') });
  await page.setViewport({ width: 1280, height: 800, deviceScaleFactor: 1.25 });
  await page.goto(`${server.origin}/admin`);
  await page.waitForSelector('[data-act="to-emergency"]');
  await page.screenshot({ path: join(folder, 'administration.png') });
} finally {
  await browser.close();
  await server.stop();
}
