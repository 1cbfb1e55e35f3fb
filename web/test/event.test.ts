/* SPDX-License-Identifier: GPL-3.0-or-later */
// The state of an event: the broadcast, the green room, invitations and questions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventNewsOf } from '../src/app/event_news';
import type { Question } from '../src/signal/event_messages';
import type { Person, ServerMessage } from '../src/signal/messages';
import { cleanQuestion, isTooLong, openQuestions } from '../src/state/event';
import { initialRules, initialState, type State } from '../src/state/model';
import { reduce, type Action } from '../src/state/reducer';
import { stagePeople } from '../src/state/tiles';
import { person as participant } from './person';

const person = (id: string, change: Partial<Person> = {}): Person =>
  participant(id, { role: 'speaker', stage: 'ready', invited: false, ...change });
const viewer = (id: string, change: Partial<Person> = {}) =>
  person(id, { role: 'viewer', stage: null, mic: false, camera: false, ...change });
const question = (id: number, change: Partial<Question> = {}): Question => ({
  id,
  who: null,
  name: 'Vera',
  text: 'Why?',
  state: 'open',
  asked: 1795420800,
  votes: null,
  ...change,
});
const says = (message: ServerMessage): Action => ({ type: 'server', message });
const run = (actions: Action[], from: State = initialState) => actions.reduce(reduce, from);

function welcome(people: readonly Person[], state: 'before' | 'live' | 'over' = 'before'): Action {
  return says({
    type: 'welcome',
    room: 'r',
    kind: 'event',
    title: '',
    people,
    knocking: [],
    speaker: null,
    max_video: 24,
    count: people.length,
    rules: initialRules,
    broadcast: { state, since: null },
    shown: null,
    listed: [],
    recorded: false,
  });
}

const live = { state: 'live', since: 1795420800 } as const;
const namesOf = (state: State) => (state.meeting === null ? [] : stagePeople(state.meeting).map(({ id }) => id));
const eventOf = (state: State) => {
  assert.ok(state.meeting);
  return state.meeting.event;
};
const asViewer = run([{ type: 'you', id: 'me', role: 'viewer' }, welcome([viewer('me')])]);
const asSpeaker = run([{ type: 'you', id: 'me', role: 'speaker' }, welcome([person('ana'), person('me')])]);

test('a viewer sees nobody before the broadcast, then those on the stage', () => {
  assert.deepEqual(namesOf(asViewer), []);
  const begun = run([says({ type: 'broadcast', broadcast: live, people: [person('ana', { stage: 'live' })] })], asViewer);
  assert.deepEqual(namesOf(begun), ['ana']);
  assert.equal(begun.role, 'viewer');
  assert.deepEqual(begun.meeting?.people.map(({ id }) => id), ['ana', 'me']);
  const over = run([says({ type: 'broadcast', broadcast: { ...live, state: 'over' }, people: [] })], begun);
  assert.deepEqual(namesOf(over), []);
  assert.equal(eventOf(over).broadcast?.state, 'over');
});

test('who is in the green room sees it, who is on the stage does not', () => {
  const people = [person('ana', { stage: 'live' }), person('ben', { stage: 'green' }), viewer('vera')];
  const waiting = run([welcome([...people, person('me', { stage: 'green' })], 'live')], asSpeaker);
  assert.deepEqual(namesOf(waiting), ['ana', 'ben', 'me']);
  const onStage = run([welcome([...people, person('me', { stage: 'live' })], 'live')], asSpeaker);
  assert.deepEqual(namesOf(onStage), ['ana', 'me']);
});

test('an invitation holds until the server says otherwise, and leaves by whom one came', () => {
  const invited = run([says({ type: 'invited', by: 'Hanna' })], asViewer);
  assert.equal(eventOf(invited).invitedBy, 'Hanna');
  assert.equal(eventOf(run([welcome([viewer('me')], 'live')], invited)).invitedBy, 'Hanna');
  const answered = run([says({ type: 'invited', by: null })], invited);
  assert.equal(eventOf(answered).invitedBy, null);
  assert.equal(eventOf(answered).broughtBy, 'Hanna');
});

test('questions come, change and go', () => {
  const told = run(
    [
      says({ type: 'questions', questions: [question(1), question(2)] }),
      says({ type: 'question', question: question(3) }),
      says({ type: 'question', question: question(2, { state: 'answered' }) }),
      says({ type: 'question_gone', id: 1 }),
    ],
    asSpeaker,
  );
  assert.deepEqual(eventOf(told).questions.map(({ id, state }) => `${id} ${state}`), ['2 answered', '3 open']);
  assert.equal(openQuestions(eventOf(told)), 1);
  assert.deepEqual(eventOf(run([welcome([person('me')])], told)).questions, []);
  const asked = run([says({ type: 'asked', question: question(4) }), says({ type: 'shown', question: question(2) })], told);
  assert.deepEqual(eventOf(asked).asked.map(({ id }) => id), [4]);
  assert.equal(eventOf(asked).shown?.id, 2);
  assert.equal(eventOf(run([says({ type: 'shown', question: null })], asked)).shown, null);
});

test('what all vote on: the most wanted first, and what the page has voted for, while it is on the list', () => {
  const listed = [question(1, { votes: 0 }), question(2, { votes: 3 })];
  const told = run([says({ type: 'listed', questions: listed }), { type: 'voted', id: 1, on: true }], asViewer);
  assert.deepEqual(eventOf(told).listed.map(({ id }) => id), [2, 1]);
  assert.deepEqual(eventOf(told).voted, [1]);
  const counted = run([says({ type: 'votes', votes: [{ id: 1, votes: 4 }, { id: 2, votes: 3 }] })], told);
  assert.deepEqual(eventOf(counted).listed.map(({ id, votes }) => `${id}: ${votes}`), ['1: 4', '2: 3']);
  const gone = run([says({ type: 'listed', questions: [question(2, { votes: 3 })] })], counted);
  assert.deepEqual(eventOf(gone).voted, []);
});

test('a question is one line of what the server counts', () => {
  assert.equal(cleanQuestion('  Wann\n\nbeginnt  es?\t'), 'Wann beginnt es?');
  assert.equal(cleanQuestion('Cafe\u0301?'), 'Café?');
  assert.equal(isTooLong('ж'.repeat(300)), false);
  assert.equal(isTooLong('ж'.repeat(301)), true);
});

test('the start of the broadcast is news once, and not for who comes later', () => {
  const begun: ServerMessage = { type: 'broadcast', broadcast: live, people: [] };
  assert.match(eventNewsOf(begun, asViewer.meeting)?.text ?? '', /started/);
  assert.equal(eventNewsOf(begun, run([says(begun)], asViewer).meeting), null);
  const late = run([{ type: 'you', id: 'me', role: 'viewer' }]);
  assert.equal(eventNewsOf({ ...begun, broadcast: live }, late.meeting), null);
});
