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
  screen_paused: false,
  hand: null,
  recording: false,
  here: true,
  may: { present: true, share: false, chat: true },
  account_name: true,
  email: 'ana@example.org',
  since: 1795420800,
  stage: 'ready',
  invited: false,
};
const rules = {
  locked: true,
  unmute_self: false,
  waiting: true,
  post_quantum: false,
  present: 'participant',
  share: 'speaker',
  chat: 'viewer',
};
const knock = { id: 'k', name: 'K', verified: 'ticket', account_name: false, email: null, looks_banned: true };
const welcome = {
  type: 'welcome',
  room: 'r',
  kind: 'event',
  title: 'Lesson',
  people: [person],
  knocking: [knock],
  speaker: null,
  max_video: 24,
  count: 5000,
  rules,
  broadcast: { state: 'before', since: null },
  shown: null,
  listed: [],
  recorded: true,
};
const read = (message: unknown) => readServerMessage(JSON.stringify(message));

test('messages of the contract are read as they are', () => {
  const messages = [
    { type: 'hello', you: 'p1a2b3c4', role: 'viewer', handled: 0, state: 'new' },
    { type: 'waiting' },
    welcome,
    { type: 'joined', person },
    { type: 'joined', person: { ...person, role: 'speaker', verified: 'account', email: null } },
    { type: 'knock', ...knock },
    { type: 'room', kind: 'open', title: '', rules },
    { type: 'count', people: 5000 },
    { type: 'people', people: [person] },
    { type: 'alert', code: 'same_account', who: 'p1', other: 'p2', text: 'Twice.' },
    { type: 'alert', code: 'more_than_invited', who: null, other: null, text: 'Many.' },
    { type: 'left', id: 'p1', reason: 'viewer' },
    { type: 'muted', source: 'mic', by: null },
    { type: 'moderated', what: 'remove', who: 'p1', by: 'p2' },
    { type: 'bans', bans: [{ id: 'b', name: 'B' }] },
    { type: 'last_joined', people: [person] },
    {
      type: 'attendance',
      from: 0,
      total: 1,
      unlisted: 0,
      people: [
        { name: 'Ana', verified: 'none', email: null, role: 'participant', joined: 1795420800, left: null },
      ],
    },
    { type: 'left', id: 'p1a2b3c4', reason: 'lost' },
    {
      type: 'slots',
      slots: [
        { mid: '3', who: null, source: 'mic' },
        { mid: '6', who: 'p1a2b3c4', source: 'camera' },
      ],
    },
    { type: 'broadcast', broadcast: { state: 'live', since: 1795420800 }, people: [person] },
    { type: 'invited', by: 'Ana' },
    { type: 'invitation', who: 'p1', answer: 'declined' },
    { type: 'left', id: 'p1', reason: 'backstage' },
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
  assert.deepEqual(read({ type: 'knock', ...knock, address: '192.0.2.1' }), { type: 'knock', ...knock });
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
    { ...welcome, people: {} },
    { ...welcome, kind: 'party' },
    { ...welcome, count: '5000' },
    { ...welcome, rules: null },
    { type: 'joined', person: { ...person, mic: 'yes' } },
    { type: 'slots', slots: [{ mid: 3, who: null, source: 'mic' }] },
    { type: 'left', id: 'p', reason: 'bored' },
    { type: 'joined', person: { ...person, role: 'king' } },
    { type: 'joined', person: { ...person, may: { present: 1, share: true } } },
    { type: 'joined', person: { ...person, verified: 'by looks' } },
    { type: 'joined', person: { ...person, email: 7 } },
    { type: 'knock', id: 'k', name: 'K' },
    { type: 'knock', ...knock, looks_banned: 'no' },
    { type: 'room', kind: 'open', title: '', rules: { ...rules, share: 'nobody' } },
    { type: 'alert', code: 'x', who: 1, other: null, text: '' },
    { type: 'muted', source: 'everything', by: null },
    { type: 'attendance', from: 0, total: 1, unlisted: 0, people: [{ name: 'Ana' }] },
  ];
  for (const message of wrong) assert.throws(() => read(message), ShapeError, JSON.stringify(message));
  assert.throws(() => readServerMessage('{"type":"waiting"'), ShapeError);
});
