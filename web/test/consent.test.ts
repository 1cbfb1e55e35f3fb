/* SPDX-License-Identifier: GPL-3.0-or-later */
// When a person is asked again (B9), and when they are reminded (B6).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agreedBefore, agreedToCall, agreeTo, askFrom, inCall, consentOf, forget, isAnother, NO_CONSENT, otherOf, REMEMBERED, type Consent, type Other,
} from '../src/state/consent';
import { NO_DOOR } from '../src/state/door';
import { noteUse, unusedSince, usedOf } from '../src/state/unused';

const anna: Other = { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Anna', verified: 'account' };
const both = { mic: true, camera: true };
const asking = (ask: Consent['ask']): Consent => askFrom(NO_CONSENT, ask);

test('before each call: nothing is remembered', () => {
  assert.equal(NO_CONSENT.ask, 'each_call');
  assert.equal(agreedBefore(agreeTo(NO_CONSENT, anna, both, 1), anna, false), null);
});

test('before the first call with each person: the same person alone, by the same name and the same proof', () => {
  const consent = agreeTo(asking('each_person'), anna, both, 7);
  assert.equal(agreedBefore(consent, anna, false)?.at, 7);
  assert.equal(agreedBefore(consent, { ...anna, name: 'Anna B' }, false), null, 'a renamed person is asked about again');
  assert.equal(agreedBefore(consent, { ...anna, verified: 'email' }, false), null);
  assert.equal(agreedBefore(consent, { ...anna, id: 'BBBBBBBBBBBBBBBBBBBBBB' }, false), null, 'somebody of the same name');
  assert.equal(agreedBefore(consent, 'own', false), null);
  assert.equal(agreedBefore(consent, anna, true), null, 'a server with special care asks always');
});

test('who cannot be known again is asked about each time', () => {
  const stranger: Other = { id: null, name: 'Anna', verified: 'none' };
  for (const other of [stranger, null]) {
    const consent = agreeTo(asking('each_person'), other, both, 1);
    assert.deepEqual(consent.agreed, []);
    assert.equal(agreedBefore(consent, other, false), null);
  }
});

test('once: for all, from the first agreement after that choice', () => {
  const before = agreeTo(asking('each_person'), anna, both, 1);
  const once = askFrom(before, 'once');
  assert.equal(agreedBefore(once, anna, false), null, 'agreeing for one person is not agreeing for all');
  const agreed = agreeTo(once, null, { mic: true, camera: false }, 2);
  assert.deepEqual(agreedBefore(agreed, anna, false), { key: 'once', name: '', mic: true, camera: false, at: 2 });
  assert.equal(agreedBefore(agreeTo(agreed, anna, { mic: false, camera: true }, 3), 'own', false)?.mic, true);
});

test('calls go by the same choice: by default asked each time, else remembered for that person and that name', () => {
  const ben = { id: 'CCCCCCCCCCCCCCCCCCCCCC', name: 'Ben', email: 'ben@school.example', email_verified: true };
  assert.equal(agreedToCall(agreeTo(NO_CONSENT, inCall(ben), both, 1), ben, false), null);
  const consent = agreeTo(asking('each_person'), inCall(ben), both, 7);
  assert.equal(agreedToCall(consent, ben, false)?.at, 7);
  assert.equal(consent.agreed[0]?.name, 'Ben', 'as it stands in the list of what is remembered');
  assert.equal(agreedToCall(consent, { ...ben, name: 'Benno' }, false), null);
  assert.equal(agreedToCall(consent, { ...ben, id: 'DDDDDDDDDDDDDDDDDDDDDD' }, false), null);
  assert.equal(agreedToCall(consent, ben, true), null, 'a server with special care asks always');
  const once = agreeTo(asking('once'), 'own', both, 8);
  assert.equal(agreedToCall(once, ben, false)?.at, 8, 'one choice for meetings and calls');
});

test('a call with sound alone is no consent to be seen', () => {
  const ben = { id: 'CCCCCCCCCCCCCCCCCCCCCC', name: 'Ben' };
  const heard = agreeTo(asking('each_person'), inCall(ben), { mic: true, camera: false }, 1);
  assert.equal(agreedToCall(heard, ben, false), null);
  assert.equal(agreedToCall(agreeTo(heard, inCall(ben), both, 2), ben, false)?.at, 2);
});

test('what is remembered can be forgotten, and has an end', () => {
  let consent = asking('each_person');
  for (let i = 0; i < REMEMBERED + 5; i++) consent = agreeTo(consent, { ...anna, id: `id-${i}` }, both, i);
  assert.equal(consent.agreed.length, REMEMBERED);
  assert.equal(agreedBefore(consent, { ...anna, id: 'id-0' }, false), null, 'the oldest is forgotten');
  const last = consent.agreed[0];
  assert.ok(last);
  assert.equal(agreedBefore(forget(consent, last.key), { ...anna, id: `id-${REMEMBERED + 4}` }, false), null);
});

test('what the browser kept is read strictly', () => {
  const consent = agreeTo(asking('each_person'), anna, both, 7);
  assert.deepEqual(consentOf(JSON.parse(JSON.stringify(consent))), consent);
  for (const kept of [null, 1, 'once', [], {}, { ask: 'never', agreed: [] }, { ask: 'once', agreed: 'all' }])
    assert.deepEqual(consentOf(kept), NO_CONSENT);
  const odd = { ask: 'once', agreed: [{ key: 'once', name: '', mic: 'yes', camera: true, at: 1 }, null, { key: 1 }] };
  assert.deepEqual(consentOf(odd), asking('once'));
});

test('whom the question names, and when that is somebody else', () => {
  const host = { id: 'A', name: 'Anna', verified: 'account', here: true } as const;
  assert.equal(otherOf({ role: 'host', door: { ...NO_DOOR, host } }), 'own');
  assert.equal(otherOf({ role: 'participant', door: { ...NO_DOOR, host } }), host);
  assert.equal(otherOf({ role: 'participant', door: NO_DOOR }), null);
  assert.equal(isAnother(host, { ...host }), false);
  assert.equal(isAnother(host, { ...host, name: 'Anna B' }), true);
  assert.equal(isAnother(host, null), true);
  assert.equal(isAnother(null, host), false);
  assert.equal(isAnother('own', host), false);
});

const DAY = 86_400_000;

test('a permission that is not used for a month is reminded of, once a month', () => {
  const granted = { mic: true, camera: true };
  const used = noteUse(noteUse(usedOf(null), 'mic', 10 * DAY), 'camera', 20 * DAY);
  assert.equal(unusedSince(used, granted, 49 * DAY), null);
  assert.equal(unusedSince(used, granted, 51 * DAY), 20 * DAY);
  assert.equal(unusedSince(used, { mic: true, camera: false }, 45 * DAY), 10 * DAY, 'of what is still granted');
  assert.equal(unusedSince(used, { mic: false, camera: false }, 99 * DAY), null);
  assert.equal(unusedSince({ ...used, told: 51 * DAY }, granted, 60 * DAY), null);
  assert.equal(unusedSince({ ...used, told: 51 * DAY }, granted, 82 * DAY), 20 * DAY);
  assert.equal(noteUse({ ...used, told: 51 * DAY }, 'mic', 60 * DAY).told, 0);
  for (const kept of [null, 'x', { mic: 'x', camera: -1, told: Infinity }])
    assert.deepEqual(usedOf(kept), { mic: 0, camera: 0, told: 0 });
  assert.equal(unusedSince(usedOf(null), granted, 99 * DAY), null, 'what is not known is not claimed');
});
