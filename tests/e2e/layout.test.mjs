/* SPDX-License-Identifier: GPL-3.0-or-later */
// How a meeting is looked at: pages of up to 25 pictures, layouts, what is kept large, on desks and phones.
import assert from 'node:assert/strict';
import { comeIn, crowdedMeeting } from '../lib/crowd.mjs';
import { enterLobby, press, waitForScreen } from '../lib/meeting.mjs';
import { resize } from '../lib/pages.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 320, height: 568 };
const LYING_PHONE = { width: 640, height: 320 };

/** Every tile: {name, source, own, big, box}; box: where it stands on the screen. */
const tilesOf = ({ page }) =>
  page.$$eval('.tile[data-source]', (all) =>
    all.map((tile) => {
      const { left, top, right, bottom } = tile.getBoundingClientRect();
      const name = tile.querySelector('.tile-name').textContent;
      const { source, own } = tile.dataset;
      return { name, source, own: own !== undefined, big: tile.classList.contains('is-big'), box: [left, top, right, bottom] };
    }),
  );

const pagesOf = ({ page }) =>
  page.$$eval('[data-pages]', ([pager]) => (pager ? `${pager.dataset.page} of ${pager.dataset.pages}` : 'one'));

const shows = (person, pages, tiles) =>
  until(`page ${pages} with ${tiles} tiles`, async () => {
    const seen = [await pagesOf(person), (await tilesOf(person)).length];
    if (seen[0] === pages && seen[1] === tiles) return true;
    throw new Error(`page ${seen[0]} with ${seen[1]} tiles`);
  });

/** The one tile that is large, or undefined. */
const bigOf = async (person) => (await tilesOf(person)).find(({ big }) => big);
const showsBig = (person, name) =>
  until(`${name ?? 'nobody'} large`, async () => ((await bigOf(person))?.name ?? null) === name);

/** What stands over another tile, outside of the stage, or under the tools. */
const misplaced = ({ page }) =>
  page.evaluate(() => {
    const boxOf = (element) => element.getBoundingClientRect();
    const area = boxOf(document.querySelector('.stage-area'));
    const tiles = [...document.querySelectorAll('.tile')].map((tile) => ({ name: tile.textContent, box: boxOf(tile) }));
    const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const inside = ({ left, top, right, bottom }) =>
      left >= area.left - 1 && top >= area.top - 1 && right <= area.right + 1 && bottom <= area.bottom + 1;
    return [
      ...tiles.filter(({ box }) => !inside(box)).map(({ name }) => `outside: ${name}`),
      ...tiles.flatMap(({ name, box }, i) =>
        tiles.slice(i + 1).filter((other) => over(box, other.box)).map((other) => `${name} over ${other.name}`),
      ),
      ...(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : []),
    ];
  });

/** What is laid out by script stands only after the next frame. */
const standsInOrder = (person) =>
  until('every tile in its place', async () => {
    const wrong = await misplaced(person);
    if (wrong.length === 0) return true;
    throw new Error(wrong.join('; '));
  });

async function prefersLayout(person, layout) {
  await press(person, 'view');
  await person.page.waitForSelector(`input[value="${layout}"]`);
  await person.page.$eval(`input[value="${layout}"]`, (input) => input.click());
  await press(person, 'close-panel');
  await person.page.waitForSelector(`.stage[data-layout="${layout}"]`);
}

const pin = ({ page }, name) =>
  page.$$eval(
    '[data-act="pin"]',
    (all, wanted) => all.find((button) => button.closest('.tile').textContent.includes(wanted)).click(),
    name,
  );

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: 25 pictures on a page and pages beyond, layouts that are remembered, what is kept large`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const { address, guestAt, meeting } = await crowdedMeeting(stage, server, 26);
    const paula = await comeIn(browser, address, 'Paula Page', { media: false, size: DESK });

    // The host, 26 guests and Paula: 28.
    await shows(paula, '1 of 2', 25);
    await standsInOrder(paula);
    assert.ok((await tilesOf(paula)).some(({ own }) => own), 'the own tile is on the first page');
    await press(paula, 'next-page');
    await shows(paula, '2 of 2', 3);
    await press(paula, 'next-page');
    assert.equal(await pagesOf(paula), '2 of 2', 'there is none beyond the last');
    await paula.page.keyboard.press('PageUp');
    await shows(paula, '1 of 2', 25);

    // Who leaves makes the last page go away.
    await press(paula, 'next-page');
    for (const i of [0, 1, 2]) guestAt(i).signal.send('leave');
    await shows(paula, 'one', 25);

    // A screen is large by itself, except in the grid; whoever is kept large stays so.
    const sharer = guestAt(5);
    sharer.signal.send('state', { mic: false, camera: false, screen: true });
    await until('the screen large', async () => (await bigOf(paula))?.source === 'screen');
    await standsInOrder(paula);
    await prefersLayout(paula, 'grid');
    await showsBig(paula, null);
    await pin(paula, 'Guest 9');
    await showsBig(paula, 'Guest 9');
    sharer.signal.send('state', { mic: false, camera: false, screen: false });
    await until('no screen', async () => !(await tilesOf(paula)).some(({ source }) => source === 'screen'));
    await showsBig(paula, 'Guest 9');
    await pin(paula, 'Guest 9');
    await showsBig(paula, null);

    // The layout is this browser's, also after a reload.
    await prefersLayout(paula, 'speaker');
    assert.ok((await bigOf(paula)) && !(await bigOf(paula)).own);
    await paula.page.reload();
    await enterLobby(paula.page, paula.name, { media: false });
    await waitForScreen(paula.page, 'meeting');
    await paula.page.waitForSelector('.stage[data-layout="speaker"]');
    await until('somebody else large', async () => (await bigOf(paula))?.own === false);

    // On phones fewer stand on a page, none outside, and the tools that count are in reach.
    for (const size of [PHONE, LYING_PHONE]) {
      await resize(paula.page, size);
      for (const layout of ['speaker', 'grid']) {
        await prefersLayout(paula, layout);
        await until(`${layout} on ${size.width} pixels`, async () => {
          const wrong = await misplaced(paula);
          if (wrong.length === 0 && (await tilesOf(paula)).length > 3) return true;
          throw new Error(wrong.join('; '));
        });
      }
      await until('the tools that count, and every tool of the bar on the screen', async () => {
        const bar = await paula.page.$$eval('.toolbar > .tool, .more > .tool', (all) =>
          all.map((tool) => {
            const { left, top, right, bottom } = tool.getBoundingClientRect();
            return { act: tool.dataset.act, inside: left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight };
          }),
        );
        if (
          bar.every(({ inside }) => inside) &&
          ['mic', 'camera', 'more', 'leave'].every((wanted) => bar.some(({ act }) => act === wanted))
        )
          return true;
        throw new Error(JSON.stringify(bar));
      });
    }
    assert.ok(meeting.people.length > 0);
  });
