/* SPDX-License-Identifier: GPL-3.0-or-later */
// B8: nothing of a call is kept by the server; a recording is made in the host's browser, which everybody is told of, and
// it is on that disk up to its last seconds also when the browser is killed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { enterLobby, hostMeeting, join, openPage, press } from '../lib/meeting.mjs';
import { bytesOf, playsToItsEnd, startRecording, takeRecordings } from '../lib/recordings.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const run = promisify(execFile);
const SECRET = 'Quokka-7391 is the word that nobody keeps';

let server, place;
before(async () => {
  server = await startServer();
  place = await mkdtemp(path.join(tmpdir(), 'testudo-recording-'));
});
after(async () => {
  await server?.stop();
  if (place) await rm(place, { recursive: true, force: true });
});

/** Of the sound, in dB: silence is below -80. */
async function loudnessOf(file) {
  const { stderr } = await run('ffmpeg', ['-hide_banner', '-i', file, '-map', '0:a:0', '-af', 'volumedetect', '-f', 'null', '-']);
  return Number(/max_volume: (-?[\d.]+) dB/.exec(stderr)[1]);
}

async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: false });
  const below = await Promise.all(entries.map((entry) => {
    const full = path.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(full) : entry.isFile() ? [full] : [];
  }));
  return below.flat();
}

/** The recorder gives out a piece each second: when five lie on the disk there are seconds of it. Resolves to its bytes. */
function severalPieces(page) {
  const pieces = new Set();
  return until('several pieces on the disk', async () => {
    const bytes = await bytesOf(page);
    pieces.add(bytes);
    return pieces.size > 5 && bytes > 200_000 && bytes;
  }, { timeout: 120_000 });
}

for (const kind of ['chromium', 'firefox'])
  test(`${kind}: all are told; the file has picture and sound; killed, it plays up to the last seconds`, async () => {
    const profile = await mkdtemp(path.join(tmpdir(), `testudo-kept-${kind}-`));
    let own = await openBrowser(kind, { profile });
    const other = await openBrowser('chromium');
    try {
      const host = await hostMeeting(own, server, 'Hanna Host');
      const guest = await join(other, host, 'Gustav Guest');
      assert.equal(await guest.page.$('[data-act="record"]'), null, 'a guest is offered to record');
      await startRecording(host);
      const told = await until('the word about it', () =>
        guest.page.$eval('[data-recording-word]', (element) => element.innerText));
      assert.match(told, /Hanna Host/);
      await guest.page.waitForSelector('[data-mark="recording"]');
      await host.page.waitForSelector('[data-mark="recording"]');

      // Who comes later sees it before coming in.
      const late = await openPage(other);
      await late.goto(host.address);
      await late.waitForSelector('[data-recorded]');
      await late.close();

      await press(guest, 'chat');
      await guest.page.$eval('textarea[name="chat-text"]', (field, text) => {
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }, SECRET);
      await press(guest, 'chat-send');
      await guest.page.waitForSelector('[data-line="sent"]');

      await severalPieces(host.page);
      await press(host, 'record');
      await host.page.waitForSelector('[data-own-recording="off"]', { timeout: 30_000 });
      await until('the end to be told', async () => (await guest.page.$('[data-mark="recording"]')) === null);
      const [file] = await takeRecordings(host.page, place, `${kind}-whole`);
      const whole = await playsToItsEnd(file);
      assert.ok(whole.sound.length > 40, `${whole.sound.length} packets of sound`);
      assert.ok((await loudnessOf(file)) > -60, 'the recording is silent');

      // Again, and this time the browser is killed.
      await startRecording(host);
      // How far the recorder is behind the clock, more on a busy machine, is the browser's matter: what it gives out counts.
      const written = await severalPieces(host.page);
      await own.kill();
      own = await openBrowser(kind, { profile });
      const page = await openPage(own);
      await page.goto(host.address);
      await page.waitForSelector('[data-kept="2"]', { timeout: 30_000 });
      assert.match(await page.$eval('[data-kept]', (element) => element.innerText), /plays up to its last seconds/);
      const cut = (await takeRecordings(page, place, `${kind}-killed`)).at(-1);
      const { size } = await stat(cut);
      assert.ok(size >= written, `${size} bytes are left of ${written} that were on the disk`);
      await playsToItsEnd(cut);
      await page.$eval('[data-kept] [data-act="recording-delete"]', (button) => button.click());
      await page.$eval('[data-act="confirm-yes"]', (button) => button.click());
      await page.waitForSelector('[data-kept="1"]');
      await enterLobby(page, 'Hanna Host', { media: false });
    } finally {
      await Promise.all([own.close(), other.close()]);
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  });

test('the data folder holds no word and no picture of it', async () => {
  const all = [...(await filesBelow(server.data)), ...(await filesBelow(`${server.data}-keys`).catch(() => []))];
  assert.ok(all.length > 0);
  for (const file of all) {
    const bytes = await readFile(file);
    assert.ok(!bytes.includes(SECRET) && !bytes.includes('Quokka'), `${file} holds what was written`);
    assert.ok(!bytes.includes(Buffer.from('1a45dfa3', 'hex')) && !bytes.includes('OpusHead'), `${file} holds media`);
  }
  assert.ok(!server.output().includes('Quokka'), 'the log holds what was written');
});
