/* SPDX-License-Identifier: GPL-3.0-or-later */
// People with accounts, for tests that are not about how they get one.
import { Browser } from './signal-client.mjs';

export const PASSWORD = 'vier pferde laufen bergauf';

/** The server's first administrator, signed in: a Browser. */
export async function firstAdministrator(server, { email = 'admin@school.example', name = 'Ada Admin', ...options } = {}) {
  const browser = new Browser(server.origin, options);
  const token = (await server.setupLink()).split('#')[1];
  await browser.ask('POST', '/api/v1/administrator', { token, email, name, password: PASSWORD }, 201);
  return browser;
}

/** Signs a browser in by password. */
export async function signIn(browser, email, password = PASSWORD) {
  return browser.ask('POST', '/api/v1/session/password', { email, password });
}

/** Somebody whom an administrator has invited, in by the one-time link and with PASSWORD: { browser, person }. */
export async function invited(admin, email, name = email.split('@')[0], options = {}) {
  const { person, link } = await admin.ask('POST', '/api/v1/people', { email, name }, 201);
  const browser = new Browser(admin.origin, options);
  await browser.ask('POST', '/api/v1/session/link', { token: link.split('#')[1] });
  await browser.ask('PUT', '/api/v1/me/password', { password: PASSWORD }, 204);
  return { person, browser };
}

/** Another browser of somebody with PASSWORD, signed in. */
export async function anotherBrowser(origin, email, options = {}) {
  const browser = new Browser(origin, options);
  await signIn(browser, email);
  return browser;
}
