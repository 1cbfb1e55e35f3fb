/* SPDX-License-Identifier: GPL-3.0-or-later */
// A meeting by keys alone, as on a television; full screen; the list of keys; what a small bar keeps in "More".
import assert from 'node:assert/strict';
import { comeIn, crowdedMeeting } from '../lib/crowd.mjs';
import { resize } from '../lib/pages.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 320, height: 568 };
const TELEVISION = { width: 1920, height: 1080 };

const focusedAct = ({ page }) =>
  page.evaluate(() => {
    const { activeElement: focused } = document;
    return focused.closest('.tile') ? 'tile' : (focused.dataset.act ?? focused.tagName);
  });

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: a television: arrow keys alone reach every tile, every tool and what is in a panel`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const { address } = await crowdedMeeting(stage, server, 5);
    const tessa = await comeIn(browser, address, 'Tessa TV', { media: false, size: TELEVISION });
    const { page } = tessa;
    const keys = async (...names) => {
      for (const name of names) await page.keyboard.press(name);
    };
    await until('seven tiles', async () => (await page.$$('.tile[data-source]')).length === 7);

    // From nowhere, the first arrow leads to a tile; the ring around it can be seen.
    await keys('ArrowDown');
    assert.equal(await focusedAct(tessa), 'tile');
    assert.notEqual(await page.$eval('.tile:focus-within', (tile) => getComputedStyle(tile, '::after').boxShadow), 'none');
    const reached = new Set();
    const note = async () =>
      reached.add(await page.evaluate(() => document.activeElement.closest('.tile')?.dataset.person ?? null));
    for (let row = 0; row < 3; row++) {
      for (let step = 0; step < 8; step++) {
        await note();
        await keys(row % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
      }
      await note();
      await keys('ArrowDown');
    }
    reached.delete(null);
    assert.equal(reached.size, 7, 'all tiles were reached');

    // Below the tiles are the tools; Enter opens a panel, arrows go on in it, Escape leads back.
    for (let i = 0; i < 8 && (await focusedAct(tessa)) === 'tile'; i++) await keys('ArrowDown');
    for (let i = 0; i < 12 && (await focusedAct(tessa)) !== 'view'; i++) await keys('ArrowLeft');
    for (let i = 0; i < 12 && (await focusedAct(tessa)) !== 'view'; i++) await keys('ArrowRight');
    assert.equal(await focusedAct(tessa), 'view');
    await keys('Enter');
    await page.waitForSelector('[data-panel="view"]');
    const inPanel = () => page.evaluate(() => document.activeElement.closest('.panel') !== null);
    await until('the focus in the panel', inPanel);
    for (let i = 0; i < 8 && !(await page.evaluate(() => document.activeElement.name === 'layout')); i++)
      await keys('ArrowDown');
    await keys('ArrowDown', 'ArrowUp');
    assert.ok(await inPanel(), 'arrows stay in the panel');
    await keys('Escape');
    await until('the focus back', async () => (await focusedAct(tessa)) === 'view');

    // Enter on a tile keeps it large.
    await keys('ArrowUp');
    assert.equal(await focusedAct(tessa), 'tile');
    for (let i = 0; i < 4 && (await page.evaluate(() => document.activeElement.dataset.act)) !== 'pin'; i++)
      await keys('ArrowLeft');
    await keys('Enter');
    await until('a large tile', () => page.$('.tile.is-big'));
    assert.equal(await focusedAct(tessa), 'tile', 'the focus stays at it');

    // Seen from across the room: letters half as large again where nothing points.
    const size = await page.evaluate(() => ({
      points: matchMedia('(hover: none) and (pointer: none)').matches,
      letters: Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
    }));
    if (size.points) assert.equal(size.letters, 24);
  });

for (const kind of ['chromium', 'firefox'])
  staged(`${kind}: full screen of the meeting and of one tile, the list of keys, and what is in "More"`, async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser(kind);
    const { address } = await crowdedMeeting(stage, server, 2);
    const fred = await comeIn(browser, address, 'Fred Full', { media: false, size: DESK });
    const { page } = fred;
    const full = () =>
      page.evaluate(() => {
        const { fullscreenElement: element } = document;
        return element === null ? 'none' : element === document.documentElement ? 'page' : element.dataset.person;
      });
    const fills = (what) => until(`full screen: ${what}`, async () => (await full()) === what);

    await page.keyboard.press('f');
    await fills('page');
    await page.waitForSelector('[data-act="full-screen"][aria-label="Leave full screen"]');
    await page.keyboard.press('f');
    await fills('none');
    const someone = await page.$eval('.tile', (tile) => tile.dataset.person);
    await page.hover('.tile');
    await page.click('.tile [data-act="full-screen-tile"]');
    await fills(someone);
    await page.click('.tile [data-act="full-screen-tile"]');
    await fills('none');

    await page.keyboard.press('?');
    await page.waitForSelector('[data-dialog="keys"]');
    const keys = await page.$$eval('[data-dialog="keys"] kbd', (all) => all.map(({ textContent }) => textContent));
    for (const key of ['M', 'V', 'F', '?', 'Space, held down']) assert.ok(keys.includes(key), `${key} of ${keys.join()}`);
    await page.keyboard.press('Escape');
    await until('the list closed', async () => (await page.$('[data-dialog="keys"]')) === null);

    await resize(page, PHONE);
    const visible = (act) => page.$eval(`[data-act="${act}"]`, (tool) => tool.checkVisibility());
    await until('the settings in the menu', async () => !(await visible('settings')));
    await page.click('[data-act="more"]');
    await until('the menu', () => visible('settings'));
    await until('the focus in it', () => page.evaluate(() => document.activeElement.classList.contains('more-tool')));
    await page.keyboard.press('Escape');
    await until('the menu closed', async () => !(await visible('settings')));
    await until('the focus on "More"', async () => (await focusedAct(fred)) === 'more');
    await page.click('[data-act="more"]');
    await page.click('[data-act="settings"]');
    await page.waitForSelector('[data-panel="settings"]');
    await until('the menu closed by what was chosen', async () => !(await visible('settings')));
    await page.keyboard.press('Escape');
    await until('the focus back', async () => (await focusedAct(fred)) === 'more');
  });
