/* SPDX-License-Identifier: GPL-3.0-or-later */
// A8: sign-in by OpenID Connect through the whole server, with two real providers; a thief who has whatever passes through a
// browser, and a provider whose answers somebody alters.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeAuthority } from '../lib/authority.mjs';
import { openMailbox } from '../lib/mailbox.mjs';
import { CLIENT, SECRET, startProvider, visit as visitProvider } from '../lib/oidc.mjs';
import { newPerson } from '../lib/people.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

let folder, ca, mailbox, server;
const providers = [];
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'testudo-oidc-product-'));
  const authority = await makeAuthority(folder);
  ca = await readFile(authority.file, 'utf8');
  mailbox = await openMailbox(folder, authority);
  for (let i = 0; i < 2; i += 1) providers.push(await startProvider(await authority.certificate('IP:127.0.0.1,DNS:localhost'), 'https://later.example'));
  const secret = path.join(folder, 'client-secret');
  await writeFile(secret, `${SECRET}\n`, { mode: 0o600 });
  const twice = (text) => `${text}, ${text}`;
  server = await startServer({ args: [...mailbox.args, '--sign_up', 'open',
    '--oidc_issuers', providers.map(({ issuer }) => issuer).join(', '), '--oidc_clients', twice(CLIENT), '--oidc_secret_files', twice(secret)] });
  await server.hostLink();
  const { json } = await request(server.origin, 'GET', '/api/v1/server');
  for (const [i, provider] of providers.entries()) {
    provider.id = json.ways.oidc[i].id;
    provider.redirect = `${server.origin}/oidc/${provider.id}`;
    // Tokens at another host than the issuer's, as Google has them.
    provider.tokenHost = `localhost:${new URL(provider.issuer).port}`;
    provider.use('ES256', `key-${i}`);
  }
});
after(async () => {
  await server?.stop();
  await mailbox?.stop();
  for (const provider of providers) {
    provider.server.closeAllConnections();
    provider.server.close();
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

const visit = (url, login) => visitProvider(url, login, ca);
const leave = async (browser, { id } = providers[0]) =>
  (await browser.ask('POST', '/api/v1/session/oidc', { provider: id })).redirect;
const comeBack = (browser, parameters, { id } = providers[0]) =>
  browser.request('POST', '/api/v1/session/oidc/callback', { body: { provider: id, parameters } });
const signIn = async (browser, login, provider = providers[0]) =>
  comeBack(browser, await visit(await leave(browser, provider), login), provider);

function refused(answer, reason, code = 'provider_refused') {
  assert.equal(answer.json?.code, code, answer.text);
  assert.equal(answer.json.reason, reason);
}

test('the operator is told where the providers lead back to', () => {
  for (const { redirect } of providers) assert.ok(server.output().includes(redirect), server.output());
});

test('a person signs up by a provider, and is the same the next time', async () => {
  const first = await signIn(new Browser(server.origin), 'ann');
  assert.equal(first.json.kind, 'account', first.text);
  assert.equal(first.json.account.email, 'ann@example.org');
  assert.equal(first.json.account.name, 'The ann');
  const again = await signIn(new Browser(server.origin), 'ann');
  assert.equal(again.json.account.id, first.json.account.id);
});

test('a sign-in gives a new cookie', async () => {
  const browser = new Browser(server.origin);
  const parameters = await visit(await leave(browser), 'ann');
  const planted = browser.sessionCookie;
  assert.equal((await comeBack(browser, parameters)).status, 200);
  assert.notEqual(browser.sessionCookie, planted);
  assert.equal((await request(server.origin, 'GET', '/api/v1/session', { cookie: planted })).json.code, 'no_session');
});

test('an address alone opens no account: its owner connects the provider, while the session is fresh', async () => {
  const owner = await newPerson(server, mailbox, 'otto@example.org');
  const thief = new Browser(server.origin);
  refused(await signIn(thief, 'otto'), undefined, 'link_first');
  refused(await signIn(thief, 'otto', providers[1]), undefined, 'link_first');
  assert.equal((await thief.ask('GET', '/api/v1/session')).kind, 'guest');
  assert.equal((await signIn(owner, 'otto')).status, 200);
  const id = (await owner.ask('GET', '/api/v1/me')).id;
  assert.deepEqual((await owner.ask('GET', '/api/v1/me')).issuers.map((issuer) => issuer.id), [providers[0].id]);
  assert.equal((await signIn(new Browser(server.origin), 'otto')).json.account.id, id);
  // The same name at another provider is another person.
  refused(await signIn(new Browser(server.origin), 'otto', providers[1]), undefined, 'link_first');
  await mailbox.mailTo('otto@example.org', ({ text }) => text.includes('was added to your account'));
});

test('what a provider has not verified is worth nothing', async () => {
  providers[1].verified = false;
  try {
    refused(await signIn(new Browser(server.origin), 'eve', providers[1]), 'no_verified_email');
    refused(await signIn(new Browser(server.origin), 'otto', providers[1]), 'no_verified_email');
  } finally {
    providers[1].verified = true;
  }
});

test('a made-up state, none, and an answer that was used', async () => {
  const browser = new Browser(server.origin);
  const parameters = await visit(await leave(browser), 'ann');
  const forged = new URLSearchParams(parameters);
  forged.set('state', 'A'.repeat(43));
  refused(await comeBack(browser, forged.toString()), 'oidc_unknown_state');
  forged.delete('state');
  refused(await comeBack(browser, forged.toString()), 'oidc_bad_callback');
  assert.equal((await comeBack(browser, parameters)).status, 200);
  refused(await comeBack(browser, parameters), 'oidc_unknown_state');
  refused(await comeBack(new Browser(server.origin), parameters), 'oidc_unknown_state');
});

test('a stolen answer is worthless in another browser, and to its owner after that', async () => {
  const owner = new Browser(server.origin), thief = new Browser(server.origin);
  const parameters = await visit(await leave(owner), 'ann');
  refused(await comeBack(thief, parameters), 'oidc_other_browser');
  refused(await comeBack(owner, parameters), 'oidc_unknown_state');
});

test("a victim is not signed in to the thief's account by a link", async () => {
  const thief = new Browser(server.origin), victim = new Browser(server.origin);
  const parameters = await visit(await leave(thief), 'mallory');
  refused(await comeBack(victim, parameters), 'oidc_other_browser');
  assert.equal((await victim.ask('GET', '/api/v1/session')).kind, 'guest');
});

test('mix-up: the answer of one provider is not taken for the other', async () => {
  const browser = new Browser(server.origin);
  const [urlA, urlB] = [await leave(browser), await leave(browser, providers[1])];
  const answerB = new URLSearchParams(await visit(urlB, 'mallory'));
  answerB.set('state', new URL(urlA).searchParams.get('state'));
  refused(await comeBack(browser, answerB.toString()), 'oidc_mix_up');
  refused(await comeBack(browser, await visit(await leave(browser), 'ann'), providers[1]), 'oidc_mix_up');
});

/** The answer with another id_token. */
const tamper = (make) => (text) => {
  const body = JSON.parse(text);
  const [header, payload, signature] = body.id_token.split('.');
  const read = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  return JSON.stringify({ ...body, id_token: make({ header: read(header), payload: read(payload), signature, raw: `${header}.${payload}` }) });
};
const write = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function signInAltered(login, change) {
  providers[0].change = tamper(change);
  try {
    return await signIn(new Browser(server.origin), login);
  } finally {
    providers[0].change = undefined;
  }
}

test('unsigned tokens, altered ones, and those of an earlier sign-in', async () => {
  refused(await signInAltered('mallory', ({ header, payload }) => `${write({ ...header, alg: 'none' })}.${write({ ...payload, sub: 'ann' })}.`), 'oidc_bad_algorithm');
  refused(await signInAltered('mallory', ({ header, payload, signature }) => `${write(header)}.${write({ ...payload, sub: 'ann' })}.${signature}`), 'oidc_bad_signature');
  let earlier;
  assert.equal((await signInAltered('ann', ({ raw, signature }) => { earlier = `${raw}.${signature}`; return earlier; })).status, 200);
  refused(await signInAltered('mallory', () => earlier), 'oidc_wrong_nonce');
});

test('the outbound process is killed between leaving and coming back', async () => {
  const browser = new Browser(server.origin);
  const parameters = await visit(await leave(browser), 'ann');
  const [{ pid }] = await server.children('testudo-outb');
  process.kill(pid, 'SIGKILL');
  await until('another outbound process', async () => (await server.children('testudo-outb')).some((child) => child.pid !== pid));
  // The first tries may come before the new process is connected; the answer of the provider is not used up by them.
  const answer = await until('a sign-in', async () => {
    const tried = await comeBack(browser, parameters);
    return tried.json?.code === 'provider_failed' ? false : tried;
  });
  assert.equal(answer.json.kind, 'account', answer.text);
});

test('a provider that is not there', async () => {
  const answer = await new Browser(server.origin).request('POST', '/api/v1/session/oidc', { body: { provider: 'nobody' } });
  assert.equal(answer.status, 404);
});
