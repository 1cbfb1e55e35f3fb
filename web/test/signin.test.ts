/* SPDX-License-Identifier: GPL-3.0-or-later */
// Showing who one is, step by step; what stands at an address; what is said of a session that has ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, problemFrom } from '../src/api/error';
import { session as readSession, type ServerOffer, type Session } from '../src/api/session';
import { NotConfirmed } from '../src/identity/visitor';
import { accountOf, initialSite, isAdministrator, reduceSite, standingOf, type Site } from '../src/pages/model';
import { qrPath } from '../src/pages/qr';
import { beginSignIn, choicesOf, digitsOf, reduceSignIn, type Step } from '../src/pages/signin_model';
import { failureOf } from '../src/pages/task';
import { looksLikeAddress } from '../src/state/address';
import { guest } from './guest';

const account = { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Ana', email: 'ana@example.org', role: 'member' } as const;
const member: Session = { ...guest, kind: 'account', email: account.email, account };
const pending: Session = { ...guest, pending: { second: ['recovery', 'totp'] } };

const stepAfter = (state: ReturnType<typeof beginSignIn>, session: Session): Step =>
  reduceSignIn(state, { type: 'shown', session }).step;

test('who signs in types an address; who confirms or unlocks has one', () => {
  assert.deepEqual(beginSignIn('sign_in', guest).step, { at: 'address', making: false });
  const confirm = beginSignIn('confirm', member);
  assert.deepEqual([confirm.step.at, confirm.email], ['ways', 'ana@example.org']);
  assert.deepEqual(beginSignIn('locked', { ...member, locked: true }).step, { at: 'ways' });
});

test('a session that waits for its second factor goes on there, after a reload, too', () => {
  for (const purpose of ['sign_in', 'confirm', 'locked'] as const) {
    assert.deepEqual(beginSignIn(purpose, pending).step, { at: 'second', by: 'totp' });
    assert.deepEqual(stepAfter(beginSignIn(purpose, member), pending), { at: 'second', by: 'totp' });
  }
  assert.deepEqual(stepAfter(beginSignIn('sign_in', pending), member), { at: 'done' });
});

test('a guest with a verified address is told so, and a lock stays until it is opened', () => {
  const verified = { ...guest, email: 'ana@example.org' };
  assert.deepEqual(stepAfter(beginSignIn('sign_in', guest), verified), { at: 'verified' });
  const locked = { ...member, locked: true };
  assert.deepEqual(stepAfter(beginSignIn('locked', locked), locked), { at: 'ways' });
  assert.deepEqual(stepAfter(beginSignIn('locked', locked), member), { at: 'done' });
});

test('only what leads somewhere is offered', () => {
  const ways = { password: true, passkey: true, email: true, sms: true, oidc: [] };
  const offer: ServerOffer = { name: 'T', sign_up: 'invited', two_factors: 'choice', care: 'usual', lock: 1800, ways };
  assert.deepEqual(choicesOf(offer, null), { password: true, passkey: true, email: true, sms: true });
  const owned = { password: false, passkey: false, phone: false };
  assert.deepEqual(choicesOf(offer, owned), { password: false, passkey: false, email: true, sms: false });
  const poor = { ...offer, ways: { ...ways, email: false, sms: false } };
  assert.deepEqual(choicesOf(poor, null), { password: true, passkey: true, email: false, sms: false });
});

test('addresses and codes as people type them', () => {
  for (const text of ['ana@example.org', ' ana@example.org ', 'ž@š.hr']) assert.ok(looksLikeAddress(text), text);
  for (const text of ['', 'ana', '@', 'ana@', 'a b@c', 'a@b@c', 'a@localhost', `${'a'.repeat(254)}@b`])
    assert.ok(!looksLikeAddress(text), text);
  assert.equal(digitsOf('1234 5678'), '12345678');
  assert.equal(digitsOf('123-456'), '123456');
});

// --- the site ---

const at = (change: Partial<Site>): Site => ({ ...initialSite, looked: true, ...change });

test('the account’s pages stand open to accounts alone', () => {
  const routes = [{ to: 'account' }, { to: 'rooms' }, { to: 'admin', part: 'overview', person: '' }] as const;
  for (const route of routes) {
    assert.equal(standingOf(at({ route, looked: false })), 'opening');
    assert.equal(standingOf(at({ route })), 'sign_in');
    assert.equal(standingOf(at({ route, session: guest })), 'sign_in');
    assert.equal(standingOf(at({ route, session: { ...member, pending: { second: ['totp'] } } })), 'sign_in');
    assert.equal(standingOf(at({ route, session: member })), 'open');
  }
  const must: Session = { ...member, must: ['set_password'] };
  assert.equal(standingOf(at({ route: { to: 'rooms' }, session: must })), 'must');
  assert.equal(standingOf(at({ route: { to: 'account' }, session: must })), 'open');
  assert.equal(standingOf(at({ route: { to: 'start' }, looked: false })), 'open');
});

test('who is signed in, and as what', () => {
  assert.equal(accountOf({ session: null }), null);
  assert.equal(accountOf({ session: guest }), null);
  assert.equal(accountOf({ session: member })?.name, 'Ana');
  assert.ok(!isAdministrator({ session: member }));
  assert.ok(isAdministrator({ session: { ...member, account: { ...account, role: 'administrator' } } }));
});

test('who was signed in is told that it is over, and why; who never was is told nothing', () => {
  const begin = (session: Session | null, why: 'no_session' | 'session_expired' | 'cookie_copied') =>
    reduceSite(at({ session }), { type: 'session', session: guest, why }).word;
  assert.equal(begin(member, 'no_session'), 'ended');
  assert.equal(begin(member, 'session_expired'), 'expired');
  assert.equal(begin(null, 'no_session'), null);
  assert.equal(begin(null, 'cookie_copied'), 'copied');
  const notice = { id: 'n', time: 1, kind: 'new_device', text: 'x' };
  const before = at({ session: member, notices: [notice] });
  const signedOut = reduceSite(before, { type: 'session', session: null, why: null });
  assert.deepEqual(signedOut.notices, [], 'nobody else reads the notices');
});

test('sessions are read strictly', () => {
  assert.deepEqual(readSession(member, 's'), member);
  const { pending: _, ...without } = guest;
  assert.deepEqual(readSession(without, 's'), guest);
  for (const wrong of [{ ...guest, kind: 'king' }, { ...guest, must: ['pay'] }, { ...guest, locked: 1 }])
    assert.throws(() => readSession(wrong, 's'));
});

// --- what went wrong ---

test('failures are in our words, or in the server’s where it says more', () => {
  assert.match(failureOf(new ApiError('wrong_password', 'detail')).text, /don’t belong together/);
  assert.equal(failureOf(new ApiError('weak_password', 'Too short.')).text, 'Too short.');
  assert.equal(failureOf(new ApiError('something_new', 'A plain sentence.')).text, 'A plain sentence.');
  assert.equal(failureOf(new ApiError('constructor')).code, 'constructor');
  assert.notEqual(failureOf(new ApiError('something_new')).text, '');
  assert.equal(failureOf(new NotConfirmed()).code, 'unexpected');
});

test('a wait ends when the server has said', () => {
  const error = problemFrom({ code: 'wait', retry_after: 40, gate: 'pair' }, 429);
  assert.equal(failureOf(error, 1000).until, 41_000);
  assert.equal(failureOf(new ApiError('wait'), 1000).until, null);
  assert.equal(problemFrom({ code: 'provider_refused', reason: 'oidc_denied' }, 401).particulars.reason, 'oidc_denied');
});

test('a QR code is drawn as it was given', () => {
  assert.equal(qrPath(['101', '011', '000']), 'M0 0h1v1h-1zM2 0h1v1h-1zM1 1h2v1h-2z');
});
