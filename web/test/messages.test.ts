/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShapeError } from '../src/signal/json';
import { readServerMessage } from '../src/signal/messages';

const person = {
  id: 'p1a2b3c4',
  name: '<b>Ana</b>',
  role: 'host',
  verified: 'host_link',
  mic: true,
  camera: false,
  screen: false,
  here: true,
};
const read = (message: unknown) => readServerMessage(JSON.stringify(message));

test('messages of the contract are read as they are', () => {
  const messages = [
    { type: 'hello', you: 'p1a2b3c4', role: 'guest', handled: 0, state: 'new' },
    { type: 'waiting' },
    { type: 'welcome', room: 'r', people: [person], knocking: [{ id: 'k', name: 'K' }], speaker: null, max_video: 24 },
    { type: 'joined', person },
    { type: 'left', id: 'p1a2b3c4', reason: 'lost' },
    {
      type: 'slots',
      slots: [
        { mid: '3', who: null, source: 'mic' },
        { mid: '6', who: 'p1a2b3c4', source: 'camera' },
      ],
    },
    { type: 'answer', id: 1, sdp: 'v=0\r\n' },
  ];
  for (const message of messages) assert.deepEqual(read(message), message);
});

test('facts that are missing are null', () => {
  const facts = read({ type: 'security', state: 'connecting', reason: null });
  assert.ok(facts.type === 'security');
  assert.deepEqual([facts.dtls, facts.cryptex_in, facts.since, facts.fingerprint_server], [null, null, null, null]);
});

test('fields that the page does not know are dropped', () => {
  assert.deepEqual(read({ type: 'knock', id: 'k', name: 'K', address: '192.0.2.1' }), {
    type: 'knock',
    id: 'k',
    name: 'K',
  });
});

test('anything else is refused', () => {
  const wrong: unknown[] = [
    null,
    [],
    'hello',
    {},
    { type: 7 },
    { type: 'unknown' },
    { type: 'constructor' },
    { type: '__proto__' },
    { type: 'hello', you: 'p', role: 'admin', handled: 0, state: 'new' },
    { type: 'hello', you: 'p', role: 'host', handled: -1, state: 'new' },
    { type: 'hello', you: 'p', role: 'host', handled: 0.5, state: 'new' },
    { type: 'welcome', room: 'r', people: {}, knocking: [], speaker: null, max_video: 24 },
    { type: 'joined', person: { ...person, mic: 'yes' } },
    { type: 'slots', slots: [{ mid: 3, who: null, source: 'mic' }] },
    { type: 'left', id: 'p', reason: 'bored' },
  ];
  for (const message of wrong) assert.throws(() => read(message), ShapeError, JSON.stringify(message));
  assert.throws(() => readServerMessage('{"type":"waiting"'), ShapeError);
});
