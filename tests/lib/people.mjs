/* SPDX-License-Identifier: GPL-3.0-or-later */
// People who get their accounts as anybody would: by signing up with a code that a mail has brought.
import { createHmac } from 'node:crypto';
import { PASSWORD } from './accounts.mjs';
import { codeIn } from './mailbox.mjs';
import { Browser } from './signal-client.mjs';

/** Shows an e-mail code; gives the session. */
export async function showEmailCode(browser, mailbox, email, more = {}) {
  await browser.ask('POST', '/api/v1/session/email', { email }, 202);
  const code = codeIn(await mailbox.mailTo(email, ({ text }) => text.startsWith('Your code')));
  return browser.ask('POST', '/api/v1/session/email/code', { email, code, ...more });
}

/** A signed-in browser of a new account with PASSWORD; `phone`: with this number, too. */
export async function newPerson(server, mailbox, email, { phone, name = 'Nora Neu', ...options } = {}) {
  const browser = new Browser(server.origin, options);
  await showEmailCode(browser, mailbox, email, { name });
  await browser.ask('PUT', '/api/v1/me/password', { password: PASSWORD }, 204);
  if (phone !== undefined) {
    await browser.ask('POST', '/api/v1/me/phone', { phone }, 202);
    await browser.ask('PUT', '/api/v1/me/phone', { phone, code: codeIn(await mailbox.messageTo(phone)) }, 204);
  }
  return browser;
}

/** The code of an authenticator app (RFC 6238) for a secret in base32. */
export function totpCode(secret, time = Date.now()) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}

/** Sets an authenticator app up: { secret, code, recovery }; `code` is the one that was used for it. */
export async function setUpApp(browser) {
  const { secret } = await browser.ask('POST', '/api/v1/me/totp');
  const code = totpCode(secret);
  const { recovery } = await browser.ask('PUT', '/api/v1/me/totp', { code });
  return { secret, code, recovery };
}

/** Waits for the next code of an app: the present one is used up. */
export async function nextTotpCode(secret) {
  await new Promise((resolve) => setTimeout(resolve, 30_000 - (Date.now() % 30_000) + 50));
  return totpCode(secret);
}
