/* SPDX-License-Identifier: GPL-3.0-or-later */
// Real OpenID providers (npm oidc-provider) over TLS, and a person's browser there.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import https from 'node:https';
import Provider from 'oidc-provider';

export const CLIENT = 'testudo';
export const SECRET = 'a+secret:of/the-client';

export const KEY_KINDS = { RS256: ['rsa', { modulusLength: 2048 }], PS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }], ES384: ['ec', { namedCurve: 'P-384' }] };

/** Names are told in the token itself, as Google and Apple do. */
function makeProvider(issuer, redirect, algorithm, kid, claimsOf) {
  const { privateKey } = generateKeyPairSync(...KEY_KINDS[algorithm]);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey; // the provider itself must have RS256
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  const keys = [jwk, { ...other.export({ format: 'jwk' }), kid: `${kid}-other`, alg: 'RS256', use: 'sig' }];
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [redirect], id_token_signed_response_alg: algorithm }],
    jwks: { keys: algorithm === 'RS256' ? [jwk] : keys },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'ES384', 'HS256'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['a key for tests'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id) }),
  });
  provider.on('server_error', (_, error) => { throw error; });
  return { handle: provider.callback(), publicKey: createPublicKey(privateKey) };
}

/** Lets `change` alter the body of an answer before it leaves. */
function alterAnswer(response, change) {
  const end = response.end.bind(response);
  response.end = (body) => {
    const altered = Buffer.from(change(String(body)));
    response.setHeader('content-length', altered.length);
    return end(altered);
  };
}

/**
 * { issuer, server, use(algorithm, kid), publicKey, redirect, verified, change }. After a new `redirect` call use().
 * `verified`: what it says of addresses. `change` (a function or undefined) alters the bodies of its token answers;
 * `tokenHost`: where its metadata say that tokens are to be had.
 */
export async function startProvider(certificate, redirect) {
  const it = { algorithm: 'RS256', kid: 'first', redirect, verified: true };
  const claimsOf = (id) => ({ sub: id, email: `${id}@example.org`, email_verified: it.verified, name: `The ${id}` });
  it.server = https.createServer(certificate, (request, response) => {
    if (it.change !== undefined && request.url === '/token') alterAnswer(response, it.change);
    if (it.tokenHost !== undefined && request.url === '/.well-known/openid-configuration')
      alterAnswer(response, (text) => text.replace(`${it.issuer}/token`, `https://${it.tokenHost}/token`));
    it.handle(request, response);
  });
  await new Promise((resolve) => it.server.listen(0, '127.0.0.1', resolve));
  it.issuer = `https://127.0.0.1:${it.server.address().port}`;
  it.use = (algorithm, kid) =>
    Object.assign(it, { algorithm, kid }, makeProvider(it.issuer, it.redirect, algorithm, kid, claimsOf));
  it.use('RS256', 'first');
  return it;
}

/** One request, trusting the authority `ca`. */
export function send(method, url, { ca, headers = {}, body = '' } = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, ca, headers: { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) } });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => { text += part; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
    });
    request.end(body);
  });
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** A person's browser at the provider: signs in, agrees, and is led back. Gives what the address brings along. */
export async function visit(url, login, ca) {
  const jar = new Map();
  let next = { method: 'GET', url, body: '' };
  for (let hops = 0; hops < 12; hops += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await send(next.method, next.url, { ca, body: next.body, headers: { cookie, ...(next.body && FORM) } });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/);
      jar.set(name, value);
    }
    if (answer.headers.location) {
      const to = new URL(answer.headers.location, next.url);
      if (to.origin !== new URL(url).origin) return to.search.slice(1);
      next = { method: 'GET', url: to.href, body: '' };
      continue;
    }
    const prompt = answer.body.match(/name="prompt" value="(\w+)"/)?.[1];
    assert.ok(prompt, `${answer.status} ${answer.body}`);
    const action = answer.body.match(/<form[^>]* action="([^"]+)"/)[1];
    next = { method: 'POST', url: new URL(action, next.url).href, body: `prompt=${prompt}&login=${login}&password=x` };
  }
  throw new Error('the provider leads in circles');
}

