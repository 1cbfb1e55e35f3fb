/* SPDX-License-Identifier: GPL-3.0-or-later */
// Recordings in a browser, and whether they play.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { press } from './meeting.mjs';
import { until } from './wait.mjs';

const run = promisify(execFile);

/** The host asks, agrees, and it runs. */
export async function startRecording(host) {
  await press(host, 'record');
  await press(host, 'confirm-yes');
  await until('the recording to run', () => host.page.$('[data-own-recording="on"]'), { timeout: 40_000 });
}

export const bytesOf = (page) => page.$eval('[data-own-recording]', (element) => Number(element.dataset.bytes));

/** The recordings that lie in the browser, as files in the folder `place`. */
export async function takeRecordings(page, place, name) {
  const files = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('recordings');
    const found = [];
    const entries = [];
    for await (const entry of folder.values()) entries.push(entry);
    // Their names are the times at which they began.
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const bytes = new Uint8Array(await (await entry.getFile()).arrayBuffer());
      let text = '';
      for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
      found.push(btoa(text));
    }
    return found;
  });
  return Promise.all(files.map(async (text, index) => {
    const file = path.join(place, `${name}-${index}.webm`);
    await writeFile(file, Buffer.from(text, 'base64'));
    return file;
  }));
}

/** The times, in seconds, of the packets or decoded frames of a file: {pictures, sound}. */
async function timesOf(file, entry) {
  const of = async (stream) => {
    const wanted = ['-v', 'error', '-select_streams', stream, '-show_entries', entry, '-of', 'csv=p=0', file];
    const { stdout } = await run('ffprobe', wanted, { maxBuffer: 1 << 26 });
    return stdout.split('\n').map(parseFloat).filter((time) => !Number.isNaN(time));
  };
  return { pictures: await of('v:0'), sound: await of('a:0') };
}

/** Decodes all of a file. */
const decode = (file) => timesOf(file, 'frame=best_effort_timestamp_time');

/** Its last pictures and sound play, and not only lie in it: half a second may be cut off in the middle. */
export async function playsToItsEnd(file) {
  const [played, held] = [await decode(file), await timesOf(file, 'packet=pts_time')];
  for (const kind of ['pictures', 'sound']) {
    assert.ok(played[kind].length > 10, `${played[kind].length} ${kind} play`);
    const [last, end] = [Math.max(...played[kind]), Math.max(...held[kind])];
    assert.ok(last > end - 0.5, `${kind} play up to ${last} s of ${end} s`);
  }
  return played;
}
