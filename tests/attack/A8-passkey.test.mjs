/* SPDX-License-Identifier: GPL-3.0-or-later */
// A8: passkeys in a real Chromium with a virtual authenticator: made and used through the pages; and what a thief has of them.
import assert from 'node:assert/strict';
import { X509Certificate, createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { PASSWORD } from '../lib/accounts.mjs';
import { openBrowser } from '../lib/browsers.mjs';
import { becomeAdministrator, fill, pressOn, seesWords } from '../lib/pages.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

const ADMIN = 'admin@school.example';
let server, browser, page, cdp, authenticator;

const AUTHENTICATOR = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
  isUserVerified: true, automaticPresenceSimulation: true };

/** A page with an authenticator of its own: { page, cdp, authenticatorId }. */
async function withAuthenticator(on) {
  const session = await on.createCDPSession();
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options: AUTHENTICATOR });
  return { session, authenticatorId };
}

before(async () => {
  server = await startServer();
  await server.hostLink();
  // Chromium makes no passkeys where the certificate is in doubt: here it is told that this one is right.
  const { publicKey } = new X509Certificate(await readFile(path.join(server.data, 'certificate.pem')));
  const pin = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('base64');
  browser = await openBrowser('chromium', { flags: [`--ignore-certificate-errors-spki-list=${pin}`] });
  page = await becomeAdministrator(browser, server, { email: ADMIN });
  ({ session: cdp, authenticatorId: authenticator } = await withAuthenticator(page));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const credentials = async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId: authenticator })).credentials;
const toBase64Url = (text) => Buffer.from(text, 'base64').toString('base64url');

function refused(answer, code) {
  assert.equal(answer.json?.code, code, answer.text);
}

test('a passkey is made in the account, and signs in without an address', async () => {
  await page.goto(`${server.origin}/account`);
  await pressOn(page, 'new-passkey');
  await fill(page, 'label', 'My laptop');
  await pressOn(page, 'add-passkey');
  await seesWords(page, 'My laptop');
  assert.equal((await credentials()).length, 1);
  await pressOn(page, 'sign-out');
  await seesWords(page, 'You are signed out');
  await page.goto(`${server.origin}/signin`);
  await pressOn(page, 'passkey');
  await until('to be signed in', async () => (await page.evaluate(() => location.pathname)) !== '/signin');
  await page.goto(`${server.origin}/account`);
  await seesWords(page, ADMIN);
});

/** The authenticator's answer to a challenge, asked for by a script on our own page. */
function answerTo(on, challenge, { rpId = 'localhost', userVerification = 'required' } = {}) {
  return on.evaluate(async (text, id, verification) => {
    const bytes = (base64url) => Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const text64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    try {
      const { rawId, response } = await navigator.credentials.get({ publicKey: { challenge: bytes(text), rpId: id, userVerification: verification, timeout: 5000 } });
      return { id: text64(rawId), client_data: text64(response.clientDataJSON), auth_data: text64(response.authenticatorData), signature: text64(response.signature) };
    } catch (error) {
      return { error: error.name };
    }
  }, challenge, rpId, userVerification);
}

const challengeOf = async (person) => (await person.ask('POST', '/api/v1/session/passkey/challenge', {})).challenge;
const show = (person, proof) => person.request('POST', '/api/v1/session/passkey', { body: proof });

test('an answer is good in the session alone that asked, and once', async () => {
  const owner = new Browser(server.origin), thief = new Browser(server.origin);
  const proof = await answerTo(page, await challengeOf(owner));
  await challengeOf(thief); // has one of its own
  refused(await show(thief, proof), 'wrong_passkey');
  assert.equal((await show(owner, proof)).json.kind, 'account');
  refused(await show(owner, proof), 'wrong_passkey');
  refused(await show(thief, proof), 'wrong_passkey');
});

test('an answer that was altered', async () => {
  const thief = new Browser(server.origin);
  const flip = (text, at) => {
    const bytes = Buffer.from(text, 'base64url');
    bytes[at] ^= 1;
    return bytes.toString('base64url');
  };
  const changes = {
    'the signature': (proof) => ({ ...proof, signature: flip(proof.signature, 20) }),
    'the counter': (proof) => ({ ...proof, auth_data: flip(proof.auth_data, 36) }),
    'the flags': (proof) => ({ ...proof, auth_data: flip(proof.auth_data, 32) }),
    'the origin': (proof) => ({ ...proof, client_data: Buffer.from(Buffer.from(proof.client_data, 'base64url').toString().replace('localhost', 'evilhost0')).toString('base64url') }),
    'the name of the passkey': (proof) => ({ ...proof, id: flip(proof.id, 3) }),
  };
  for (const [name, change] of Object.entries(changes)) {
    const answer = await show(thief, change(await answerTo(page, await challengeOf(thief))));
    assert.equal(answer.json?.code, 'wrong_passkey', name);
  }
});

test('a device that has not verified its owner', async () => {
  const thief = new Browser(server.origin);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: false });
  try {
    const challenge = await challengeOf(thief);
    assert.deepEqual(await answerTo(page, challenge), { error: 'NotAllowedError' });
    const proof = await answerTo(page, challenge, { userVerification: 'discouraged' });
    assert.equal(proof.error, undefined);
    refused(await show(thief, proof), 'wrong_passkey');
  } finally {
    await cdp.send('WebAuthn.setUserVerified', { authenticatorId: authenticator, isUserVerified: true });
  }
});

test('a copy of the device is noticed and told, and the passkey of the real one goes on', async () => {
  const [real] = await credentials();
  const context = await browser.browser.createBrowserContext();
  const other = await context.newPage();
  await other.goto(`${server.origin}/signin`);
  const copy = await withAuthenticator(other);
  await copy.session.send('WebAuthn.addCredential', { authenticatorId: copy.authenticatorId,
    credential: { credentialId: real.credentialId, isResidentCredential: true, rpId: 'localhost', privateKey: real.privateKey, userHandle: real.userHandle, signCount: 0 } });
  const thief = new Browser(server.origin), owner = new Browser(server.origin);
  const proof = await answerTo(other, await challengeOf(thief));
  assert.equal(proof.id, toBase64Url(real.credentialId));
  refused(await show(thief, proof), 'wrong_passkey');
  assert.equal((await show(owner, await answerTo(page, await challengeOf(owner)))).json.kind, 'account');
  const { notices } = await owner.ask('GET', '/api/v1/me/notices');
  assert.ok(notices.some(({ kind }) => kind === 'passkey_copied'), JSON.stringify(notices));
  await context.close();
});

test('other sites cannot ask for it, and at a bare address there is none', async () => {
  const context = await browser.browser.createBrowserContext();
  const elsewhere = await context.newPage();
  await withAuthenticator(elsewhere);
  await elsewhere.goto(`https://127.0.0.1:${server.port}/signin`);
  assert.deepEqual(await answerTo(elsewhere, 'A'.repeat(43)), { error: 'SecurityError' });
  const bare = new Browser(`https://127.0.0.1:${server.port}`);
  const answer = await bare.request('POST', '/api/v1/session/passkey/challenge', { body: {} });
  assert.equal(answer.status, 400);
  refused(answer, 'no_passkeys_here');
  await context.close();
});

test('who knows the password alone does not get in where a passkey is the second factor', async () => {
  const thief = new Browser(server.origin), owner = new Browser(server.origin);
  await show(owner, await answerTo(page, await challengeOf(owner)));
  await owner.ask('PATCH', '/api/v1/me', { two_factors: true });
  const session = await thief.ask('POST', '/api/v1/session/password', { email: ADMIN, password: PASSWORD });
  assert.deepEqual(session.pending, { second: ['passkey'] });
  refused(await thief.request('GET', '/api/v1/me'), 'sign_in_first');
  // The owner, in the page: the password, then the passkey.
  await page.goto(`${server.origin}/account`);
  await pressOn(page, 'sign-out');
  await seesWords(page, 'You are signed out');
  await page.goto(`${server.origin}/signin`);
  await fill(page, 'email', ADMIN);
  await pressOn(page, 'next');
  await fill(page, 'password', PASSWORD);
  await pressOn(page, 'sign-in');
  await pressOn(page, 'passkey');
  await until('to be signed in', async () => (await page.evaluate(() => location.pathname)) !== '/signin');
});

test('a made-up passkey', async () => {
  const answer = await new Browser(server.origin).request('POST', '/api/v1/session/passkey', { body: { id: 'AAAA', client_data: 'e30', auth_data: 'AAAA', signature: 'AAAA' } });
  refused(answer, 'wrong_passkey');
  assert.equal((await request(server.origin, 'POST', '/api/v1/session/passkey', { body: {} })).json.code, 'no_session');
});
