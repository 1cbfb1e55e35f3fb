/* SPDX-License-Identifier: GPL-3.0-or-later */
// A recording when the disk runs full, and while its tab is in the background.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hostMeeting, press } from '../lib/meeting.mjs';
import { bytesOf, playsToItsEnd, startRecording, takeRecordings } from '../lib/recordings.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const someBytes = (page, bytes) =>
  until(`${bytes} bytes on the disk`, async () => (await bytesOf(page)) > bytes, { timeout: 120_000 });

async function inFolder(what) {
  const place = await mkdtemp(path.join(tmpdir(), 'testudo-record-'));
  try {
    await what(place);
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

staged('a disk that runs full: a clear word, and what was recorded until then plays', async (stage) => {
  const server = await stage.server();
  const host = await hostMeeting(await stage.browser('chromium'), server);
  await startRecording(host);
  await someBytes(host.page, 200_000);
  const disk = await host.page.createCDPSession();
  const { usage } = await host.page.evaluate(() => navigator.storage.estimate());
  await disk.send('Storage.overrideQuotaForOrigin', { origin: server.origin, quotaSize: usage });
  await until('the word about it', () =>
    host.page.evaluate(() => document.body.innerText.includes('The disk is full: the recording has ended.')), { timeout: 120_000 });
  await host.page.waitForSelector('[data-own-recording="off"]', { timeout: 30_000 }).catch(() => undefined);
  assert.equal(await host.page.$('[data-mark="recording"]'), null, 'nobody is told any more that it is recorded');
  await inFolder(async (place) => {
    const [file] = await takeRecordings(host.page, place, 'full');
    await playsToItsEnd(file);
  });
});

staged('in the background the recording goes on, with its pictures', async (stage) => {
  const server = await stage.server();
  const browser = await stage.browser('chromium');
  const host = await hostMeeting(browser, server);
  await startRecording(host);
  await someBytes(host.page, 1);
  const other = await browser.newPage();
  await other.bringToFront();
  await until('the page to be hidden', () => host.page.evaluate(() => document.visibilityState === 'hidden'));
  const before = await bytesOf(host.page);
  await someBytes(host.page, before + 400_000);
  await host.page.bringToFront();
  await press(host, 'record');
  await host.page.waitForSelector('[data-own-recording="off"]', { timeout: 30_000 });
  await inFolder(async (place) => {
    const [file] = await takeRecordings(host.page, place, 'background');
    const { pictures } = await playsToItsEnd(file);
    const gaps = pictures.slice(1).map((at, i) => at - pictures[i]);
    assert.ok(Math.max(...gaps) < 3, `no picture for ${Math.max(...gaps)} s`);
  });
});
