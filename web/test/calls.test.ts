/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeOf, hasSecret } from '../src/app/route';
import { readLineMessage, type LineMessage } from '../src/signal/line_messages';
import { initialCalls, isOwnCall, reduceCalls, type CallsAction, type CallsState } from '../src/state/calls';

const ID = 'AAAAAAAAAAAAAAAAAAAAA';
const CALL = `${ID}Q`;
const ROOM = `${ID}g`;
const who = { id: `${ID}B`, name: 'Bob' };
const from = { id: `${ID}A`, name: 'Ann', email: 'ann@example.org', email_verified: true };

const after = (...actions: readonly CallsAction[]): CallsState => actions.reduce(reduceCalls, initialCalls);
const heard = (message: LineMessage): CallsAction => ({ type: 'heard', message });
const ringing: readonly CallsAction[] = [
  heard({ type: 'hello', time: 1 }),
  { type: 'ask', who },
  { type: 'dial' },
  heard({ type: 'ringing', call: CALL, who: who.id, seconds: 30 }),
];
const rung: readonly CallsAction[] = [heard({ type: 'ring', call: CALL, from })];

test('messages of the line are read strictly', () => {
  assert.deepEqual(readLineMessage(`{"type":"go","call":"${CALL}","room":"${ROOM}"}`), {
    type: 'go',
    call: CALL,
    room: ROOM,
  });
  assert.equal(readLineMessage('{"type":"ended"}').type, 'ended');
  for (const bad of [
    'no json',
    '[]',
    '{"type":"welcome"}',
    '{"type":"__proto__"}',
    `{"type":"go","call":"${CALL}","room":"../evil"}`,
    `{"type":"state","who":"${ID}A","state":"asleep"}`,
    `{"type":"ring","call":"${CALL}","from":{"id":"${ID}A","name":7,"email":"","email_verified":true}}`,
  ])
    assert.throws(() => readLineMessage(bad), bad);
});

test('a call that is asked for goes from the question to the ringing to no answer', () => {
  assert.equal(after(...ringing.slice(0, 2)).outgoing?.phase, 'asking');
  assert.equal(after(...ringing).outgoing?.phase, 'ringing');
  const other = heard({ type: 'not_answered', call: `${ID}A` });
  assert.equal(after(...ringing, other).outgoing?.phase, 'ringing');
  assert.equal(after(...ringing, heard({ type: 'not_answered', call: CALL })).outgoing?.phase, 'not_answered');
  assert.equal(after(...ringing, { type: 'hang_up' }).outgoing, null);
});

test('only a call that was asked for or accepted here leads into a meeting', () => {
  assert.equal(isOwnCall(after(...ringing), CALL), true);
  assert.equal(isOwnCall(after(...ringing), `${ID}A`), false);
  assert.equal(isOwnCall(after(...ringing, { type: 'hang_up' }), CALL), false);
  assert.equal(isOwnCall(after(...rung), CALL), false);
  assert.equal(isOwnCall(after(...rung, { type: 'accept' }), CALL), true);
  assert.equal(isOwnCall(initialCalls, CALL), false);
});

test('a call that rings is over when it was answered elsewhere, declined or given up', () => {
  const over = (why: 'answered' | 'declined' | 'missed') => after(...rung, heard({ type: 'ring_over', call: CALL, why }));
  assert.deepEqual(over('answered').over, { name: 'Ann', why: 'answered' });
  assert.deepEqual(over('missed').over, { name: 'Ann', why: 'missed' });
  assert.equal(over('declined').over, null);
  assert.equal(over('missed').incoming, null);
  const another = heard({ type: 'ring_over', call: `${ID}A`, why: 'missed' });
  assert.equal(after(...rung, another).incoming?.call, CALL);
});

test('an error answers what was said last', () => {
  const error = heard({ type: 'error', code: 'too_many_calls' });
  assert.equal(after(...ringing.slice(0, 3), error).outgoing?.problem, 'too_many_calls');
  assert.equal(after(...ringing, error).outgoing?.phase, 'ringing');
  const late = heard({ type: 'error', code: 'call_over' });
  assert.deepEqual(after(...rung, { type: 'accept' }, late).over, { name: 'Ann', why: 'call_over' });
  assert.equal(after(...ringing.slice(0, 3), heard({ type: 'error', code: 'new_one' })).outgoing?.problem, 'server_full');
});

test('a line that goes takes its calls and its presence along', () => {
  const state = after(...ringing, heard({ type: 'presence', people: [{ who: who.id, state: 'here' }] }), ...rung);
  const gone = reduceCalls(state, { type: 'line_closed' });
  assert.equal(gone.outgoing?.problem, 'no_line');
  assert.equal(gone.incoming, null);
  assert.equal(gone.presence.size, 0);
  assert.equal(gone.open, false);
});

test('presence is a whole list and its changes', () => {
  const list = heard({ type: 'presence', people: [{ who: who.id, state: 'here' }] });
  const busy = after(list, heard({ type: 'state', who: who.id, state: 'busy' }));
  assert.equal(busy.presence.get(who.id), 'busy');
  assert.equal(reduceCalls(busy, heard({ type: 'presence', people: [] })).presence.size, 0);
});

test('the token of a link leaves the address bar', () => {
  const route = routeOf('/contacts', `#${ID}${ID}A`);
  assert.deepEqual(route, { to: 'contacts', token: `${ID}${ID}A` });
  assert.equal(hasSecret(route), true);
  assert.deepEqual(routeOf('/contacts', '#<b>'), { to: 'contacts', token: null });
});
