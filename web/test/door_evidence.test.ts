/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../src/api/session';
import type { Person, Verified } from '../src/signal/messages';
import { countsAsTwo, doorEvidenceOf, type DoorEvidenceId } from '../src/state/door_evidence';
import { initialRules, type Meeting } from '../src/state/model';
import { guest } from './guest';

const NOTHING_PROVEN = { accepted: 0, lastAt: null };
const person = (verified: Verified) => ({ verified }) as Person;

function meetingOf(change: Partial<Meeting> = {}): Meeting {
  return { kind: 'open', rules: initialRules, people: [person('account')], ...change } as Meeting;
}

function line(id: DoorEvidenceId, meeting: Meeting, session: Session | null = guest, proofs = NOTHING_PROVEN) {
  const found = doorEvidenceOf(meeting, session, proofs, false).find((item) => item.id === id);
  assert.ok(found);
  return [found.verdict, found.meaning, found.known, found.of] as const;
}

test('a session is called proven only when a request was', () => {
  assert.deepEqual(line('session', meetingOf()), ['unknown', 'session_unproven', 0, 0]);
  const [found] = doorEvidenceOf(meetingOf(), guest, { accepted: 3, lastAt: 5 }, false).filter(({ id }) => id === 'session');
  assert.deepEqual([found?.verdict, found?.meaning, found?.known, found?.at], ['good', 'session_proven', 3, 5]);
});

test('two factors are two different ones, or a passkey', () => {
  assert.equal(countsAsTwo(['password']), false);
  assert.equal(countsAsTwo(['totp']), false);
  assert.equal(countsAsTwo(['totp', 'recovery']), false);
  assert.equal(countsAsTwo(['password', 'email']), false);
  assert.equal(countsAsTwo(['email', 'totp']), true);
  assert.equal(countsAsTwo(['passkey']), true);
});

test('how somebody has come in', () => {
  const account: Session = { ...guest, kind: 'account' };
  assert.equal(line('sign_in', meetingOf())[1], 'guest');
  assert.equal(line('sign_in', meetingOf(), { ...guest, email: 'anna@school.example' })[1], 'guest_verified');
  assert.deepEqual(line('sign_in', meetingOf(), { ...account, factors: ['password'] }).slice(0, 2), ['fair', 'one_factor']);
  assert.deepEqual(line('sign_in', meetingOf(), { ...account, factors: ['password', 'totp'] }).slice(0, 2), [
    'good',
    'two_factors',
  ]);
  assert.ok(!doorEvidenceOf(meetingOf(), null, NOTHING_PROVEN, false).some(({ id }) => id === 'sign_in'));
});

test('a door where nobody waits is good only where the server knows who may come', () => {
  const open = { ...initialRules, waiting: false };
  assert.deepEqual(line('door', meetingOf()).slice(0, 2), ['good', 'door_waiting']);
  assert.deepEqual(line('door', meetingOf({ rules: open })).slice(0, 2), ['fair', 'door_open']);
  assert.deepEqual(line('door', meetingOf({ rules: open, kind: 'event' })).slice(0, 2), ['fair', 'door_open']);
  assert.deepEqual(line('door', meetingOf({ rules: open, kind: 'ticket' })).slice(0, 2), ['good', 'door_tickets']);
  assert.deepEqual(line('door', meetingOf({ rules: open, kind: 'members' })).slice(0, 2), ['good', 'door_members']);
  assert.deepEqual(line('door', meetingOf({ rules: { ...open, locked: true } })).slice(0, 2), ['good', 'door_locked']);
});

test('one guest who is not verified is enough to say so', () => {
  const people = [person('account'), person('ticket'), person('none')];
  assert.deepEqual(line('people', meetingOf({ people })), ['fair', 'some_unknown', 2, 3]);
  assert.deepEqual(line('people', meetingOf({ people: people.slice(0, 2) })), ['good', 'all_known', 2, 2]);
});

test('special care is claimed where the rules of this meeting show it, and nowhere else', () => {
  const careOf = (change: Partial<Meeting['rules']>, highCare = true) =>
    doorEvidenceOf(meetingOf({ rules: { ...initialRules, ...change } }), null, NOTHING_PROVEN, highCare).find(({ id }) => id === 'care');
  assert.equal(careOf({ waiting: true, post_quantum: true })?.verdict, 'good');
  assert.equal(careOf({ waiting: true, post_quantum: false })?.meaning, 'care_broken');
  assert.equal(careOf({ waiting: false, post_quantum: true })?.verdict, 'bad');
  assert.equal(careOf({ waiting: true, post_quantum: true }, false), undefined);
  const call = meetingOf({ kind: 'call', rules: { ...initialRules, waiting: false, post_quantum: true } });
  assert.equal(doorEvidenceOf(call, null, NOTHING_PROVEN, true)[0]?.verdict, 'good');
});
