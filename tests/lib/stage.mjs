/* SPDX-License-Identifier: GPL-3.0-or-later */
// The frame of an end-to-end test: whatever it opens is closed when it ends, however it ends, and a failure tells what
// the server said and what every page showed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from './browsers.mjs';
import { startServer } from './server.mjs';

const LAST_LINES = 40;

/** "chromium+cryptex" is a Chromium with header encryption on. */
function openKind(kind, options) {
  const [name, feature] = kind.split('+');
  return openBrowser(name, { ...options, cryptex: feature === 'cryptex' });
}

async function describePage(page) {
  if (page.isClosed()) return 'a page that was closed';
  return page
    .evaluate(() => `${location.pathname}: ${document.body?.innerText.replace(/\s+/g, ' ')}`)
    .catch((error) => `a page: ${error.message}`);
}

export class Stage {
  #closing = [];
  #browsers = [];
  #servers = [];

  /**
   * Has `thing` closed (close() or stop()) at the end of the test; what was opened last is closed first. Returns it.
   */
  owns(thing) {
    this.#closing.push(() => (thing.stop ?? thing.close).call(thing));
    return thing;
  }

  async server(options) {
    const server = await startServer(options);
    this.#servers.push(server);
    return this.owns(server);
  }

  async browser(kind, options) {
    const browser = await openKind(kind, options);
    this.#browsers.push(browser);
    return this.owns(browser);
  }

  /** Several at once. */
  async browsers(...kinds) {
    const opened = await Promise.allSettled(kinds.map((kind) => this.browser(kind)));
    const failed = opened.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    return opened.map(({ value }) => value);
  }

  /** What can be seen of the trouble. */
  async describe() {
    const pages = (await Promise.all(this.#browsers.map(({ browser }) => browser.pages().catch(() => [])))).flat();
    const shown = await Promise.all(pages.map(describePage));
    const said = this.#servers.map((server) => server.output().split('\n').slice(-LAST_LINES).join('\n'));
    return [...shown.map((text) => `page ${text}`), ...said.map((text) => `server:\n${text}`)].join('\n');
  }

  /** Every server must have ended in order, and without a complaint of a sanitizer. */
  async checkServers() {
    for (const server of this.#servers) {
      const { code, signal } = await server.stop();
      assert.deepEqual(
        { code, signal },
        { code: 0, signal: null },
        `the server did not end in order:\n${server.output()}`,
      );
      assert.doesNotMatch(server.output(), /Sanitizer|runtime error/);
    }
  }

  async close() {
    for (let close = this.#closing.pop(); close; close = this.#closing.pop()) {
      try {
        await close();
      } catch (error) {
        console.error(error);
      }
    }
  }
}

async function perform(body) {
  const stage = new Stage();
  try {
    await body(stage);
    await stage.checkServers();
  } catch (error) {
    error.message += `\n${await stage.describe()}`;
    throw error;
  } finally {
    await stage.close();
  }
}

/** A test whose body gets a stage. */
export function staged(name, body) {
  return test(name, () => perform(body));
}
