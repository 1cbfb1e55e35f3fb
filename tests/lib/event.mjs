/* SPDX-License-Identifier: GPL-3.0-or-later */
// People of an event in real browsers: its host, who signs in, and its viewers.
import { PASSWORD } from './accounts.mjs';
import { enterLobby, openPage, press, waitForScreen } from './meeting.mjs';
import { fill, onScreen, pressOn } from './pages.mjs';

/** The account of `email` comes in with camera and microphone. `options`: see openPage. */
export async function hostEvent(browser, address, { email, name, ...options }) {
  const { origin, pathname } = new URL(address);
  const page = await openPage(browser, options);
  await page.goto(`${origin}/signin#${pathname}`);
  await fill(page, 'email', email);
  await pressOn(page, 'next');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'sign-in');
  await onScreen(page, 'lobby');
  await press({ page }, 'agree-both');
  await page.waitForSelector('.preview video', { timeout: 20_000 });
  await pressOn(page, 'join');
  await waitForScreen(page, 'meeting');
  return { page, name };
}

export async function watchEvent(browser, address, name) {
  const page = await openPage(browser);
  await page.goto(address);
  await enterLobby(page, name, { media: false });
  await waitForScreen(page, 'meeting');
  return { page, name };
}

/** The host begins the broadcast. */
export async function goLive(host) {
  await press(host, 'broadcast-start');
  await press(host, 'confirm-yes');
  await host.page.waitForSelector('[data-mark="broadcast"][data-state="live"]', { timeout: 20_000 });
}
