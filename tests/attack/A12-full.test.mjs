/* SPDX-License-Identifier: GPL-3.0-or-later */
// A12, more people than the server can carry: the newest are told so and come in by themselves when there is room; those
// who are in notice nothing. The limit is set low here, so that a few people reach it.
import assert from 'node:assert/strict';
import { firstAdministrator } from '../lib/accounts.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../lib/load.mjs';
import { enterLobby, openPage, waitForScreen } from '../lib/meeting.mjs';
import { seesWords } from '../lib/pages.mjs';
import { freePort } from '../lib/server.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const VIEWERS = 60;
const SPEAKERS = 2;
const FEW = 16; // so many connections are never too many

async function figuresAt(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return (name) => Number(text.match(new RegExp(`^testudo_${name}(?:{[^}]*})? (\\d+)$`, 'm'))?.[1] ?? 0);
}

staged('a full server keeps the newest out, tells them, and lets them in later', async (stage) => {
  const port = await freePort();
  const server = await stage.server({ args: ['--media_busy', '1', '--metrics_port', String(port)] });
  const owner = await firstAdministrator(server);
  const room = await openEvent(owner);
  const speakers = await nameSpeakers(server, owner, room, SPEAKERS);
  const pages = [];
  for (const kind of ['chromium', 'firefox']) {
    const page = await openPage(await stage.browser(kind));
    await page.goto(`${server.origin}/m/${room}`);
    await waitForScreen(page, 'lobby');
    pages.push(page);
  }
  const playing = loadEvent(server, room, { speakers, viewers: VIEWERS,
    args: ['--pictures', SPEAKERS, '--frames', 30, '--verify', 1, '--over', 6, '--stay', 12, '--patience', 6] });
  await until('the server to be full', async () => {
    const figure = await figuresAt(port);
    return figure('media_full') === 1 && figure('shed_total') > 0;
  });

  for (const page of pages) {
    await enterLobby(page, 'Vera Viewer', { media: false });
    await waitForScreen(page, 'full');
    await seesWords(page, 'This server is full at the moment');
  }

  const { report, output } = await playing;
  const { people, media } = report;
  assert.ok(people.in >= FEW, output);
  assert.ok(people.in < VIEWERS + SPEAKERS, output);
  assert.equal(people.reasons.filter(({ right }) => !right).map(({ code }) => code).join(), 'server_busy', output);
  // Who is in has all that is sent, whole.
  assert.equal(media.flowing, people.in, output);
  assert.equal(media.without_picture + media.stills + media.foreign + media.wrong_key, 0, output);
  assert.ok(media.lost < media.packets / 1000, output);

  // All have gone, and nobody clicks on anything.
  for (const page of pages) await waitForScreen(page, 'meeting', { timeout: 40_000 });
  const figure = await figuresAt(port);
  assert.ok(figure('joins_total') >= people.in, output);
  assert.equal(figure('media_full'), 0);
});
