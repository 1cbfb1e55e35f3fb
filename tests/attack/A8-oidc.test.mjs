/* SPDX-License-Identifier: GPL-3.0-or-later */
// A8: sign-in by OpenID Connect with real providers over TLS (two of them, so that they can be mixed up), and a thief
// who has whatever passes through a browser: answers, codes, states and tokens of others.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeAuthority } from '../lib/authority.mjs';
import { Tool } from '../lib/native.mjs';
import { CLIENT, FORM, KEY_KINDS, SECRET, send, startProvider, visit as visitProvider } from '../lib/oidc.mjs';

const REDIRECT = ['https://meet.example.org/signed-in/a', 'https://meet.example.org/signed-in/b'];

let folder, ca, driver;
const providers = [];
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'testudo-oidc-'));
  const authority = await makeAuthority(folder);
  ca = await readFile(authority.file, 'utf8');
  for (const redirect of REDIRECT) providers.push(await startProvider(await authority.certificate('IP:127.0.0.1'), redirect));
  await restart();
});
after(async () => {
  await driver?.stop();
  for (const { server } of providers) {
    server.closeAllConnections();
    server.close();
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** A person's browser at the provider; gives what the address brings along. */
const visit = (url, login) => visitProvider(url, login, ca);

const call = (what) => {
  driver.command(JSON.stringify(what));
  return driver.next('step');
};

async function restart() {
  await driver?.stop();
  driver = new Tool('oidc_driver', []);
  driver.command(JSON.stringify({ do: 'open', providers: providers.map(({ issuer }, i) => (
    { issuer, client_id: CLIENT, client_secret: SECRET, redirect_uri: REDIRECT[i] })) }));
  assert.equal((await driver.next('open')).error, 0);
}

/** Does what the step wants until it wants nothing more; `change` may tamper with answers on their way. */
async function follow(step, change = (answer) => answer) {
  while (step.kind === 'fetch') {
    const headers = { ...(step.authorization && { authorization: step.authorization }), ...(step.body && FORM) };
    const { status, body } = change(await send(step.method, step.url, { ca, headers, body: step.body }), step);
    step = await call({ do: 'feed', task: step.task, status, body });
  }
  return step;
}

async function begin({ provider = 0, browser = 1 } = {}) {
  const step = await follow(await call({ do: 'begin', provider, browser }));
  assert.equal(step.kind, 'redirect', JSON.stringify(step));
  return step.url;
}

async function comeBack(parameters, { provider = 0, browser = 1, change } = {}) {
  return follow(await call({ do: 'callback', provider, browser, parameters }), change);
}

async function signIn({ login = 'ann', change, ...where } = {}) {
  return comeBack(await visit(await begin(where), login), { ...where, change });
}

const refusedAs = (step, code) => assert.deepEqual(step, { event: 'step', kind: 'failed', code });

for (const algorithm of Object.keys(KEY_KINDS)) {
  test(`a person signs in, with ${algorithm}`, async () => {
    providers[0].use(algorithm, `key-${algorithm}`);
    await restart();
    assert.deepEqual(await signIn(), { event: 'step', kind: 'identity', issuer: providers[0].issuer, subject: 'ann',
      email: 'ann@example.org', verified: true, name: 'The ann' });
  });
}

test('new keys of the provider are found by themselves', async () => {
  providers[0].use('ES256', 'before');
  await restart();
  assert.equal((await signIn()).kind, 'identity');
  providers[0].use('ES256', 'after');
  assert.equal((await signIn()).kind, 'identity');
});

/** The answer with another id_token in it. */
const tamper = (make) => (answer, { url }) => {
  if (!url.endsWith('/token')) return answer;
  const body = JSON.parse(answer.body);
  const [header, payload, signature] = body.id_token.split('.');
  const read = (part) => JSON.parse(Buffer.from(part, 'base64url'));
  body.id_token = make({ header: read(header), payload: read(payload), signature, raw: `${header}.${payload}` });
  return { ...answer, body: JSON.stringify(body) };
};
const write = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

const FORGERIES = {
  'unsigned (alg none)': [({ header, payload }) => `${write({ ...header, alg: 'none' })}.${write(payload)}.`, 'oidc_bad_algorithm'],
  'its signature taken off': [({ raw }) => `${raw}.`, 'oidc_bad_signature'],
  'another person in it': [({ header, payload, signature }) => `${write(header)}.${write({ ...payload, sub: 'bob' })}.${signature}`,
    'oidc_bad_signature'],
  'HMAC with the public key as secret': [({ header, payload }) => {
    const text = `${write({ ...header, alg: 'HS256' })}.${write(payload)}`;
    const secret = providers[0].publicKey.export({ type: 'spki', format: 'pem' });
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }, 'oidc_bad_algorithm'],
  'HMAC with the client secret': [({ header, payload }) => {
    const text = `${write({ ...header, alg: 'HS256' })}.${write(payload)}`;
    return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
  }, 'oidc_bad_algorithm'],
  'something after it': [({ raw, signature }) => `${raw}.${signature}.e30`, 'oidc_bad_token'],
};
for (const [name, [make, code]] of Object.entries(FORGERIES)) {
  test(`a forged token is refused: ${name}`, async () => refusedAs(await signIn({ change: tamper(make) }), code));
}

test('a good token of an earlier sign-in is refused (nonce)', async () => {
  let earlier;
  assert.equal((await signIn({ change: tamper(({ raw, signature }) => { earlier = `${raw}.${signature}`; return earlier; }) })).kind, 'identity');
  refusedAs(await signIn({ change: tamper(() => earlier) }), 'oidc_wrong_nonce');
});

test('a good token of the other provider is refused', async () => {
  let others;
  const keep = tamper(({ raw, signature }) => { others = `${raw}.${signature}`; return others; });
  assert.equal((await signIn({ provider: 1, change: keep })).kind, 'identity');
  assert.match((await signIn({ change: tamper(() => others) })).code, /^oidc_(unknown_key|bad_signature|bad_algorithm|wrong_issuer)$/);
});

test('mix-up: the answer of one provider is not taken for the other', async () => {
  const [urlA, urlB] = [await begin(), await begin({ provider: 1 })];
  const stateOf = (url) => new URL(url).searchParams.get('state');
  const answerB = new URLSearchParams(await visit(urlB, 'mallory'));
  assert.equal(answerB.get('iss'), providers[1].issuer);
  answerB.set('state', stateOf(urlA)); // the thief's code with the state of the person's sign-in at A
  refusedAs(await comeBack(answerB.toString()), 'oidc_mix_up');
  const answerA = await visit(await begin(), 'ann');
  refusedAs(await comeBack(answerA, { provider: 1 }), 'oidc_mix_up');
  const withoutIssuer = new URLSearchParams(await visit(await begin(), 'ann'));
  withoutIssuer.delete('iss');
  refusedAs(await comeBack(withoutIssuer.toString()), 'oidc_mix_up');
});

test('a stolen answer is worthless in another browser, and to its owner after that', async () => {
  const answer = await visit(await begin(), 'ann');
  refusedAs(await comeBack(answer, { browser: 2 }), 'oidc_other_browser');
  refusedAs(await comeBack(answer), 'oidc_unknown_state');
});

test("a stolen code in the thief's own sign-in is refused by the provider (PKCE)", async () => {
  const stolen = new URLSearchParams(await visit(await begin(), 'ann'));
  const own = new URLSearchParams(await visit(await begin({ browser: 2 }), 'mallory'));
  own.set('code', stolen.get('code'));
  refusedAs(await comeBack(own.toString(), { browser: 2 }), 'oidc_token_refused');
});

test('an answer counts once', async () => {
  const answer = await visit(await begin(), 'ann');
  assert.equal((await comeBack(answer)).kind, 'identity');
  refusedAs(await comeBack(answer), 'oidc_unknown_state');
});

test('an answer without a state, with a made-up one, and after ten minutes', async () => {
  const answer = new URLSearchParams(await visit(await begin(), 'ann'));
  const late = answer.toString();
  answer.set('state', 'A'.repeat(43));
  refusedAs(await comeBack(answer.toString()), 'oidc_unknown_state');
  answer.delete('state');
  refusedAs(await comeBack(answer.toString()), 'oidc_bad_callback');
  driver.command(JSON.stringify({ do: 'later', seconds: 601 }));
  refusedAs(await comeBack(late), 'oidc_unknown_state');
});

test('providers in clear text are not taken', async () => {
  const clear = new Tool('oidc_driver', []);
  clear.command(JSON.stringify({ do: 'open', providers: [{ issuer: providers[0].issuer.replace('https', 'http'), client_id: CLIENT,
    client_secret: SECRET, redirect_uri: REDIRECT[0] }] }));
  assert.notEqual((await clear.next('open')).error, 0);
  await clear.stop();
});
