/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a person does on the pages for accounts, rooms and administrators, for tests. Everything goes through the page
// itself: fields are found by their name, buttons and links by their data-act, rows of lists by their words.
import { PASSWORD } from './accounts.mjs';
import { actAnew } from './activation.mjs';
import { until } from './wait.mjs';

export const wordsOn = (page) => page.evaluate(() => document.body.innerText);

const explained = (page) => async (error) => {
  throw new Error(`${error.message}; the page shows: ${await wordsOn(page).catch(() => 'nothing')}`);
};

/** Waits for a screen by its name (data-screen). */
export const onScreen = (page, name) =>
  until(`the screen "${name}"`, () =>
    page.evaluate((wanted) => document.querySelector('[data-screen]')?.dataset.screen === wanted, name),
  ).catch(explained(page));

export const seesWords = (page, words, selector = 'body') =>
  until(`"${words}" in ${selector}`, () =>
    page.evaluate(
      (wanted, at) => [...document.querySelectorAll(at)].some((element) => element.innerText.includes(wanted)),
      words,
      selector,
    ),
  ).catch(explained(page));

/** Waits until a page has got what it asks the server for. */
export const isComplete = (page) =>
  until('a page with all its lists', () =>
    page.evaluate(
      () =>
        document.querySelector('[data-screen] h1') !== null &&
        document.querySelector('[data-screen="opening"], .loading, [aria-busy="true"]') === null,
    ),
  ).catch(explained(page));

/** Presses the first button or link of this name, in the row (of a table or list) with the words, if they are given. */
export async function pressOn(page, act, row = null) {
  await actAnew(page);
  await until(`"${act}" to press${row === null ? '' : ` beside "${row}"`}`, () =>
    page.evaluate(
      (name, words) => {
        const all = [...document.querySelectorAll(`[data-act="${name}"]`)].filter(
          (element) => words === null || element.closest('tr, li')?.innerText.includes(words),
        );
        const free = all.find((element) => element.getAttribute('aria-disabled') !== 'true');
        // By the element itself: what stands over it would take a click by coordinates away.
        free?.click();
        return free !== undefined;
      },
      act,
      row,
    ),
  ).catch(explained(page));
}

/** Agrees to the question that a dangerous button asks. */
export const agree = (page) => pressOn(page, 'confirm-yes');

export async function fill(page, name, value) {
  await page.waitForSelector(`[name="${name}"]`, { timeout: 20_000 }).catch(explained(page));
  await page.$eval(
    `[name="${name}"]`,
    (field, text) => {
      field.value = text;
      field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input', { bubbles: true }));
    },
    value,
  );
}

/** Switches a box or a choice of several on or off. */
export async function tick(page, selector, on = true) {
  await page.waitForSelector(selector, { timeout: 20_000 }).catch(explained(page));
  await page.$eval(
    selector,
    (box, wanted) => {
      if (box.checked !== wanted) box.click();
    },
    on,
  );
}

export async function choose(page, name, value) {
  await page.waitForSelector(`[name="${name}"] option[value="${value}"]`, { timeout: 20_000 });
  await fill(page, name, value);
}

/** Lays a table into the field for a file. */
export async function lay(page, name, text) {
  await page.waitForSelector(`input[type=file][name="${name}"]`);
  await page.$eval(
    `input[type=file][name="${name}"]`,
    (input, content) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], 'table.csv', { type: 'text/csv' }));
      input.files = transfer.files;
    },
    text,
  );
}

/** The size of the window. An older Firefox takes it, but knows of no orientation of a screen. */
export async function resize(page, size) {
  await page.setViewport(size).catch((error) => {
    if (!error.message.includes('setScreenOrientationOverride')) throw error;
  });
}

/** Signs the browser of a page in, by password. */
export async function signInOn(page, server, email, password = PASSWORD) {
  await page.goto(`${server.origin}/signin`);
  await fill(page, 'email', email);
  await pressOn(page, 'next');
  await fill(page, 'password', password);
  await pressOn(page, 'sign-in');
  await onScreen(page, 'start');
}

/** The server's first administrator, made in a new page of the browser, which is given back. */
export async function becomeAdministrator(browser, server, { email, name = 'Ada Admin' }) {
  const page = await browser.newPage();
  await page.goto(await server.setupLink());
  await fill(page, 'email', email);
  await fill(page, 'name', name);
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'become-administrator');
  await onScreen(page, 'ready');
  return page;
}
