/* SPDX-License-Identifier: GPL-3.0-or-later */
// A shop: what its payment provider sends to a webhook (docs/API.md, section 8).
import { createHmac } from 'node:crypto';
import { request } from './signal-client.mjs';

export const nowS = () => Math.floor(Date.now() / 1000);

/** The header that signs `body` with the secret at this time. */
export function signatureOf(secret, body, time = nowS()) {
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}

/** Sends a text under a signature, as it is. */
export function post(url, body, signature) {
  const { origin, pathname } = new URL(url);
  return request(origin, 'POST', pathname, { body, headers: { origin: null, 'testudo-signature': signature } });
}

/** Sends an event, well signed. `hook` is the answer to POST /api/v1/webhooks. */
export function send({ url, secret }, event) {
  const body = JSON.stringify(event);
  return post(url, body, signatureOf(secret, body));
}
