/* SPDX-License-Identifier: GPL-3.0-or-later */
// Small screens, keyboards, screen readers, and people whom motion makes ill: the whole way through the product, screen
// by screen.
import assert from 'node:assert/strict';
import {
  admit,
  enterLobby,
  hostMeeting,
  knock,
  openPage,
  press,
  seesMoving,
  seesTile,
  waitForScreen,
} from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const PHONES = [
  { width: 320, height: 568, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 3 },
];
const PANELS = ['security', 'people', 'invite', 'settings', 'view'];
const NEED_NAMES = ['button', 'link', 'textbox', 'combobox', 'checkbox', 'dialog', 'image', 'meter'];
const TARGET_PX = 24; // WCAG 2.2, 2.5.8

const nodesOf = (node) => [node, ...(node.children ?? []).flatMap(nodesOf)];

/**
 * What is wrong with the layout of the page as it is: things wider than the screen, and targets too small for a finger.
 */
const misfits = (page) =>
  page.evaluate((least) => {
    const found = [];
    const { scrollWidth, clientWidth } = document.scrollingElement;
    if (scrollWidth > clientWidth) found.push(`the page scrolls sideways: ${scrollWidth} > ${clientWidth}`);
    for (const element of document.querySelectorAll('button, a, input, select')) {
      const { left, right, width, height } = element.getBoundingClientRect();
      if (width === 0 || !element.checkVisibility()) continue;
      const name = element.getAttribute('aria-label') ?? element.textContent;
      const target = element.closest('label')?.getBoundingClientRect() ?? { width, height };
      if (left < 0 || right > clientWidth + 0.5) found.push(`outside of the screen: ${name}`);
      if (target.width < least || target.height < least) found.push(`too small (${width} x ${height}): ${name}`);
    }
    return found;
  }, TARGET_PX);

/** What a screen reader would miss. */
async function unheard(page) {
  const found = await page.evaluate(() => [
    ...(document.documentElement.lang ? [] : ['the page has no language']),
    ...(document.title ? [] : ['the page has no title']),
    ...(document.querySelectorAll('h1').length === 1
      ? []
      : [`${document.querySelectorAll('h1').length} headings of the first rank`]),
    ...(document.querySelectorAll('main').length === 1 ? [] : ['not exactly one main part']),
    ...[...document.querySelectorAll('[id]')]
      .map(({ id }) => id)
      .filter((id, i, all) => all.indexOf(id) !== i)
      .map((id) => `two elements with the id ${id}`),
    ...[...document.querySelectorAll('[aria-labelledby], [aria-describedby]')]
      .flatMap((element) => [element.getAttribute('aria-labelledby'), element.getAttribute('aria-describedby')])
      .filter((id) => id && !document.getElementById(id))
      .map((id) => `nothing has the id ${id}`),
  ]);
  const tree = await page.accessibility.snapshot({ interestingOnly: false });
  const nameless = nodesOf(tree).filter(({ role, name }) => NEED_NAMES.includes(role) && !name?.trim());
  return [...found, ...nameless.map(({ role }) => `a ${role} without a name`)];
}

/** A frame has been drawn since: what the page lays out by script (which tools go into "More") stands as people see it. */
const drawn = (page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

async function check(page, where) {
  await drawn(page);
  assert.deepEqual(await misfits(page), [], `layout of ${where}`);
  assert.deepEqual(await unheard(page), [], `for screen readers, ${where}`);
}

async function checkPanels(person) {
  for (const panel of PANELS) {
    await press(person, panel);
    await person.page.waitForSelector(`[data-panel="${panel}"]`);
    await check(person.page, `the panel ${panel}`);
    await press(person, 'close-panel');
  }
}

for (const screen of PHONES) {
  staged(
    `a phone of ${screen.width}x${screen.height}: every screen fits, can be touched, and can be heard`,
    async (stage) => {
      const server = await stage.server();
      const [hostBrowser, phone] = await stage.browsers('chromium', 'chromium');
      const host = await hostMeeting(hostBrowser, server);
      const page = await openPage(phone);
      const guest = { page, name: 'Paula with a rather long name on her Phone' };
      await page.setViewport(screen);

      await page.goto(server.origin);
      await waitForScreen(page, 'start');
      await check(page, 'the start page');
      await page.goto(`${server.origin}/m/${'A'.repeat(22)}`);
      await waitForScreen(page, 'problem no_room');
      await check(page, 'the page of a missing meeting');

      await page.goto(host.address);
      await waitForScreen(page, 'lobby');
      await check(page, 'the lobby before the devices');
      await enterLobby(page, guest.name);
      await waitForScreen(page, 'waiting');
      await check(page, 'the waiting room');
      await admit(host, guest);
      await waitForScreen(page, 'meeting');
      await seesMoving(guest, host.name);
      await check(page, 'the meeting');
      await checkPanels(guest);
      await press(guest, 'leave');
      await waitForScreen(page, 'over left');
      await check(page, 'the end');
    },
  );
}

staged('a wide screen: every screen of the host can be heard', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'chromium');
  const host = await hostMeeting(hostBrowser, server);
  await check(host.page, 'the meeting of one');
  await knock(guestBrowser, host.address, 'Gustav Guest', { media: false });
  await host.page.waitForSelector('.knock-name');
  await check(host.page, 'the knock');
  await checkPanels(host);
});

const focused = (page) =>
  page.evaluate(() => {
    const { dataset, id, tagName } = document.activeElement;
    return dataset.act ?? (id || tagName.toLowerCase());
  });

/** Presses Tab until the focus is there; gives what it passed. */
async function tabTo(page, wanted) {
  const passed = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    passed.push(await focused(page));
    if (passed.at(-1) === wanted) {
      const outlined = await page.evaluate(() =>
        [document.activeElement, ...document.activeElement.querySelectorAll('*')].some(
          (element) => getComputedStyle(element).outlineStyle !== 'none',
        ),
      );
      assert.ok(outlined, `the focus on ${wanted} can be seen`);
      return passed;
    }
  }
  throw new Error(`Tab never reaches ${wanted}: ${passed.join(', ')}`);
}

staged('keyboard alone: join, look into a panel, mute, leave, in an order that makes sense', async (stage) => {
  const server = await stage.server();
  const browser = await stage.browser('chromium');
  const page = await openPage(browser);
  const person = { page, name: 'Kim Keys' };
  await page.goto(await server.hostLink());
  await waitForScreen(page, 'lobby');

  await tabTo(page, 'agree-both');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.preview video');
  await tabTo(page, 'name');
  await page.keyboard.type(person.name);
  await tabTo(page, 'join');
  await page.keyboard.press('Enter');
  await waitForScreen(page, 'meeting');

  const order = await tabTo(page, 'leave');
  const tools = ['mic', 'camera', 'people', 'invite', 'settings', 'leave'];
  assert.deepEqual(
    order.filter((act) => tools.includes(act)),
    tools,
  );

  // A panel takes the focus, and gives it back to its button.
  await tabTo(page, 'people');
  await page.keyboard.press('Enter');
  await until('the focus in the panel', () =>
    page.evaluate(() => document.querySelector('[data-panel="people"]')?.contains(document.activeElement)),
  );
  await page.keyboard.press('Escape');
  await until('the focus back', async () => (await focused(page)) === 'people');
  assert.equal(await page.$('[data-panel]'), null);

  await tabTo(page, 'mic');
  await page.keyboard.press('Space');
  await seesTile(person, person.name, { muted: true });
  await page.keyboard.press('m');
  await seesTile(person, person.name, { muted: false });
  await tabTo(page, 'leave');
  await page.keyboard.press('Enter');
  await waitForScreen(page, 'over left');
  assert.equal(await focused(page), 'h1', 'the focus starts at the heading of the new screen');
});

const moving = (page) =>
  page.evaluate(
    () =>
      document.getAnimations().filter((animation) => {
        const { duration, iterations } = animation.effect.getComputedTiming();
        return animation.playState === 'running' && duration * iterations > 1;
      }).length,
  );

staged('whom motion makes ill sees none', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'chromium');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await knock(guestBrowser, host.address, 'Gustav Guest');
  assert.ok((await moving(guest.page)) > 0, 'the waiting room moves for others');
  await guest.page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  await until('the waiting room to be still', async () => (await moving(guest.page)) === 0);
  await admit(host, guest);
  await waitForScreen(guest.page, 'meeting');
  await press(guest, 'security');
  await guest.page.waitForSelector('[data-panel]');
  await until('the meeting to be still', async () => (await moving(guest.page)) === 0);
});
