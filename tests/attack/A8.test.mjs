/* SPDX-License-Identifier: GPL-3.0-or-later */
// A8: stolen and guessed passwords, codes and second factors; and whether the server tells who has an account.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { PASSWORD, signIn } from '../lib/accounts.mjs';
import { makeAuthority } from '../lib/authority.mjs';
import { codeIn, openMailbox } from '../lib/mailbox.mjs';
import { newPerson, nextTotpCode, setUpApp } from '../lib/people.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';

let folder, hostLink, mailbox, server;
const PEOPLE = 12;
const known = Array.from({ length: PEOPLE }, (_, i) => `person${i}@school.example`);
const unknown = Array.from({ length: PEOPLE }, (_, i) => `nobody${i}@school.example`);
const browsers = [];

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'testudo-A8-'));
  mailbox = await openMailbox(folder, await makeAuthority(folder));
  server = await startServer({ args: [...mailbox.args, '--sign_up', 'open'] });
  hostLink = await server.hostLink();
  // Each from a network of its own, as people are.
  for (const [i, email] of known.entries())
    browsers.push(await newPerson(server, mailbox, email, { phone: `+491511234560${String(i).padStart(2, '0')}`, localAddress: `127.1.${i}.1` }));
});
after(async () => {
  await server?.stop();
  await mailbox?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const stranger = (network) => new Browser(server.origin, { localAddress: `127.${network}.1` });
const post = (browser, what, body) => browser.request('POST', `/api/v1/session/${what}`, { body });
const tryPassword = (browser, email, password = 'falsch geraten') => post(browser, 'password', { email, password });

function refused(answer, status, code) {
  assert.equal(answer.json?.code, code, answer.text);
  assert.equal(answer.status, status);
}

// --- does anything tell who has an account? ---

/** What an answer says, without what is new in each. */
function contentOf({ status, headers, text }) {
  const { date: _, 'testudo-nonce': nonce, ...rest } = headers;
  return { status, text, headers: { ...rest, nonce: nonce?.length } };
}

const WAYS = {
  'a wrong password': (browser, email) => tryPassword(browser, email),
  'a code by e-mail': (browser, email) => post(browser, 'email', { email }),
  'a wrong e-mail code': (browser, email) => post(browser, 'email/code', { email, code: '00000000' }),
  'a code by SMS': (browser, email) => post(browser, 'sms', { email }),
  'a wrong SMS code': (browser, email) => post(browser, 'sms/code', { email, code: '000000' }),
};

test('no answer tells whether an account exists', async () => {
  const browser = stranger('2.0');
  for (const [name, ask] of Object.entries(WAYS)) {
    const here = contentOf(await ask(browser, known[0]));
    assert.deepEqual(contentOf(await ask(browser, unknown[0])), here, name);
    assert.ok(here.status === 202 || here.status === 401, name);
  }
});

test('an SMS goes to the number of the account and to nobody else', async () => {
  assert.ok(mailbox.messages.every(({ to }) => to.startsWith('+491511234560')), JSON.stringify(mailbox.messages));
  await mailbox.messageTo('+49151123456000'); // the one of the test before
});

/** The time of one request in ms; the session is there already. */
async function timeOf(ask, browser, email) {
  const begun = process.hrtime.bigint();
  const { status } = await ask(browser, email);
  const ms = Number(process.hrtime.bigint() - begun) / 1e6;
  assert.ok(status === 202 || status === 401, `${email}: ${status}`);
  return ms;
}

/** How often a time of one list is longer than one of the other: 0.5 when nothing can be told by them. */
function excess(a, b) {
  let longer = 0;
  for (const x of a) for (const y of b) longer += x > y ? 1 : x === y ? 0.5 : 0;
  return longer / (a.length * b.length);
}

/** Known and unknown addresses in turn, so that whatever else the machine does meets both alike. */
async function compareTimes(ask, rounds, network) {
  const times = { known: [], unknown: [] };
  for (let round = 0; round < rounds; round += 1) {
    const browser = stranger(`${network}.${round}`);
    await browser.begin();
    await browser.request('GET', '/api/v1/session');
    for (let i = 0; i < PEOPLE; i += 1) {
      const order = (round + i) % 2 === 0 ? ['known', 'unknown'] : ['unknown', 'known'];
      for (const kind of order) times[kind].push(await timeOf(ask, browser, (kind === 'known' ? known : unknown)[i]));
    }
  }
  return excess(times.known, times.unknown);
}

/** So far from a half it is by chance less than once in a hundred thousand runs (Mann and Whitney's U: a standard deviation is
 * sqrt((2n + 1) / (12 n n)). */
const tells = (share, n) => Math.abs(share - 0.5) > 4.5 * Math.sqrt((2 * n + 1) / (12 * n * n));

test('the comparison of times finds a difference where there is one', () => {
  const a = Array.from({ length: 24 }, (_, i) => 300 + i), b = Array.from({ length: 24 }, (_, i) => 1 + i);
  assert.ok(tells(excess(a, b), 24));
  assert.ok(!tells(excess(a, a), 24));
});

test('no time tells whether an account exists: passwords', async () => {
  const share = await compareTimes(WAYS['a wrong password'], 1, 3);
  assert.ok(Math.abs(share - 0.5) < 0.5, `known addresses take always ${share > 0.5 ? 'longer' : 'less'}`);
});

for (const [name, rounds, network] of [['a code by e-mail', 6, 4], ['a wrong e-mail code', 6, 5], ['a code by SMS', 3, 6]]) {
  test(`no time tells whether an account exists: ${name}`, async () => {
    const share = await compareTimes(WAYS[name], rounds, network);
    assert.ok(!tells(share, rounds * PEOPLE), `${name}: a known address takes longer in ${Math.round(share * 100)} of 100 comparisons`);
  });
}

// --- guessing ---

test("guessing at one account is slowed, and does not keep its owner's device out", async () => {
  const thief = stranger('7.0');
  const answers = [];
  for (let i = 0; i < 5; i += 1) answers.push(await tryPassword(thief, known[1]));
  refused(answers[0], 401, 'wrong_password');
  refused(answers.at(-1), 429, 'wait');
  assert.equal(answers.at(-1).json.gate, 'pair');
  assert.ok(Number(answers.at(-1).headers['retry-after']) >= 1);
  const again = new Browser(server.origin, { localAddress: '127.7.0.1' }); // in the thief's own network
  again.jar.set('__Host-testudo-device', browsers[1].jar.get('__Host-testudo-device'));
  assert.equal((await signIn(again, known[1])).kind, 'account');
});

/** The answers; whoever waits for too long on a busy machine has none. */
const allOf = async (requests) =>
  (await Promise.allSettled(requests)).filter(({ status }) => status === 'fulfilled').map(({ value }) => value);

test('a botnet gets no further than a budget, and the owner of the account comes in all the same', async () => {
  const bots = Array.from({ length: 60 }, (_, i) => stranger(`8.${i}`));
  const answers = await allOf(bots.map((bot) => tryPassword(bot, known[2])));
  const gates = new Set(answers.filter(({ status }) => status === 429).map(({ json }) => json.gate));
  assert.ok(gates.has('account') || gates.has('server'), `${[...gates]}`);
  const again = new Browser(server.origin, { localAddress: '127.9.9.1' });
  again.jar.set('__Host-testudo-device', browsers[2].jar.get('__Host-testudo-device'));
  assert.equal((await signIn(again, known[2])).kind, 'account');
});

test('spraying one password over many accounts ends soon', async () => {
  const thieves = Array.from({ length: 120 }, () => stranger('10.0'));
  const answers = await allOf(thieves.map((thief, i) => tryPassword(thief, `pupil${i}@school.example`, 'sommer2026')));
  const slowed = answers.filter(({ status }) => status === 429);
  assert.ok(slowed.length >= 20);
  for (const answer of slowed) assert.ok(['prefix', 'server'].includes(answer.json.gate), answer.text);
});

test("a device token of one's own account opens no gate of another's", async () => {
  const thief = stranger('11.0');
  thief.jar.set('__Host-testudo-device', browsers[0].jar.get('__Host-testudo-device'));
  let answer;
  for (let i = 0; i < 5; i += 1) answer = await tryPassword(thief, known[3]);
  refused(answer, 429, 'wait');
});

// --- codes ---

async function askForCode(browser, email) {
  mailbox.forget();
  await browser.ask('POST', '/api/v1/session/email', { email }, 202);
  return codeIn(await mailbox.mailTo(email, ({ text }) => text.startsWith('Your code')));
}
const showCode = (browser, email, code) => post(browser, 'email/code', { email, code });

test('a code has five tries', async () => {
  const thief = stranger('12.0');
  const code = await askForCode(thief, 'fresh1@school.example');
  const wrong = code === '11111111' ? '22222222' : '11111111';
  for (let i = 0; i < 4; i += 1) refused(await showCode(thief, 'fresh1@school.example', wrong), 401, 'wrong_code');
  refused(await showCode(thief, 'fresh1@school.example', wrong), 401, 'code_used_up');
  refused(await showCode(thief, 'fresh1@school.example', code), 401, 'code_used_up');
});

test('a code counts once, and in the browser that asked for it', async () => {
  const owner = stranger('13.0'), thief = stranger('14.0');
  const code = await askForCode(owner, known[4]);
  refused(await showCode(thief, known[4], code), 401, 'code_used_up');
  // Even with the owner's cookie: the key is another one. That ends the session.
  const copy = stranger('14.0');
  copy.jar.set('__Host-testudo', owner.jar.get('__Host-testudo'));
  refused(await showCode(copy, known[4], code), 401, 'cookie_copied');
  const next = stranger('15.0');
  const fresh = await askForCode(next, known[4]);
  assert.equal((await showCode(next, known[4], fresh)).json.kind, 'account');
  refused(await showCode(next, known[4], fresh), 401, 'code_used_up');
});

test('a code of one address opens no other', async () => {
  const thief = stranger('16.0');
  const code = await askForCode(thief, 'mallory@evil.example');
  refused(await showCode(thief, known[5], code), 401, 'code_used_up');
});

test("a mailbox cannot be filled with codes", async () => {
  const before = mailbox.mails.filter(({ to }) => to === known[6]).length;
  const answers = [];
  for (let i = 0; i < 6; i += 1) answers.push(await post(stranger('17.0'), 'email', { email: known[6] }));
  assert.ok(answers.some(({ status }) => status === 429));
  assert.ok(mailbox.mails.filter(({ to }) => to === known[6]).length - before <= 3);
});

// --- second factors ---

test('who has the password alone does not get in; codes of the app and recovery codes count once', async () => {
  const owner = browsers[7];
  await signIn(owner, known[7]); // shows it anew: the step-up may have grown old
  const { secret, code: used, recovery } = await setUpApp(owner);
  const [first, second] = [stranger('18.0'), stranger('19.0')];
  assert.deepEqual((await signIn(first, known[7])).pending, { second: ['totp', 'recovery'] });
  assert.deepEqual((await signIn(second, known[7])).pending, { second: ['totp', 'recovery'] });
  refused(await first.request('GET', '/api/v1/me'), 401, 'sign_in_first');
  refused(await post(first, 'totp', { code: used }), 401, 'wrong_code'); // it has set the app up
  const code = await nextTotpCode(secret);
  assert.equal((await post(first, 'totp', { code })).json.kind, 'account');
  refused(await post(second, 'totp', { code }), 401, 'wrong_code'); // over the shoulder
  assert.equal((await post(second, 'recovery', { code: recovery[0].toUpperCase() })).json.kind, 'account');
  const third = stranger('20.0');
  await signIn(third, known[7]);
  refused(await post(third, 'recovery', { code: recovery[0] }), 401, 'wrong_code');
  await mailbox.mailTo(known[7], ({ text }) => text.includes('recovery codes was used'));
});

test('a second factor without the first, and of another browser', async () => {
  refused(await post(stranger('21.0'), 'totp', { code: '123456' }), 409, 'no_first_factor');
  refused(await post(stranger('21.0'), 'recovery', { code: 'aaaa-aaaa-aaaa-aaaa' }), 409, 'no_first_factor');
});

test('a new device is told to the owner, in the product and by mail', async () => {
  const elsewhere = stranger('22.0');
  await signIn(elsewhere, known[8]);
  await mailbox.mailTo(known[8], ({ text }) => text.includes('was not used on before'));
  const { notices } = await browsers[8].ask('GET', '/api/v1/me/notices');
  assert.ok(notices.some(({ kind }) => kind === 'new_device'));
  const { sessions } = await browsers[8].ask('GET', '/api/v1/me/sessions');
  const other = sessions.find((session) => !session.this && !session.same_network);
  await browsers[8].ask('DELETE', `/api/v1/me/sessions/${other.id}`, undefined, 204);
  refused(await elsewhere.request('GET', '/api/v1/me'), 401, 'no_session');
});

test('a new password ends the sessions of whoever has used the old one', async () => {
  const thief = stranger('23.0');
  await signIn(thief, known[9]);
  await signIn(browsers[9], known[9]);
  await browsers[9].ask('PUT', '/api/v1/me/password', { password: 'drei wale singen leise' }, 204);
  refused(await thief.request('GET', '/api/v1/me'), 401, 'no_session');
  refused(await tryPassword(stranger('24.0'), known[9], PASSWORD), 401, 'wrong_password');
});

test('signing in during a meeting ends nothing, and the cookie before it is worth nothing', async () => {
  const guest = stranger('25.0');
  const room = await guest.host(hostLink.split('#')[1]);
  const socket = await guest.join(room, 'Hanna');
  socket.send('hello');
  await socket.next('welcome');
  const before = guest.sessionCookie;
  assert.equal((await showCode(guest, known[10], await askForCode(guest, known[10]))).json.kind, 'account');
  assert.notEqual(guest.sessionCookie, before);
  await guest.entry(room, 'Hanna', true); // the place in the meeting is still this browser's
  assert.equal(socket.socket.readyState, 1);
  const copy = stranger('25.0');
  copy.jar.set('__Host-testudo', before.split('=')[1]);
  refused(await copy.request('GET', '/api/v1/session'), 401, 'no_session');
  await socket.close();
});
