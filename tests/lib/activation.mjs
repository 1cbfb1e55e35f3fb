/* SPDX-License-Identifier: GPL-3.0-or-later */
// What makes a test's click an act of a person, as capture demands it (B9).

/**
 * To be called just before a click by script. Chromium takes each call of puppeteer's for an act of its own. Firefox does so
 * when a call that is one follows a call that is none, and puppeteer makes only calls that are: without this, the first
 * of a page would be the last, and forgotten after five seconds.
 */
export async function actAnew(page) {
  const realm = page.mainFrame().mainRealm?.().realm;
  await realm?.callFunction?.('() => {}', false);
}
