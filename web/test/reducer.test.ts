/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Knock, Rules, ServerMessage } from '../src/signal/messages';
import { initialRules, initialState, type State } from '../src/state/model';
import { reduce, type Action } from '../src/state/reducer';
import { createStore } from '../src/state/store';
import { tilesOf, videoSourcesOf } from '../src/state/tiles';
import { person } from './person';

const NO_FACTS = {
  type: 'security',
  state: 'connecting',
  reason: null,
  dtls: null,
  cipher: null,
  group: null,
  srtp: null,
  cryptex_in: null,
  cryptex_out: null,
  fingerprint_server: null,
  fingerprint_client: null,
  since: null,
} as const;

const says = (message: ServerMessage): Action => ({ type: 'server', message });
const run = (actions: Action[], from: State = initialState) => actions.reduce(reduce, from);

const welcome = says({
  type: 'welcome',
  room: 'r',
  kind: 'open',
  title: '',
  people: [person('me'), person('ana')],
  knocking: [],
  speaker: null,
  max_video: 24,
  count: 2,
  rules: initialRules,
});
const inMeeting = run([{ type: 'you', id: 'me', role: 'host' }, welcome]);
const meetingOf = (state: State) => {
  assert.ok(state.meeting);
  return state.meeting;
};

test('a guest waits, then is in', () => {
  const waiting = run([{ type: 'you', id: 'me', role: 'participant' }, says({ type: 'waiting' })]);
  assert.equal(waiting.screen.at, 'waiting');
  assert.equal(run([welcome], waiting).screen.at, 'meeting');
});

test('nothing of a meeting is shown before the server said who we are', () => {
  assert.equal(run([welcome]).screen.at, 'opening');
});

test('whose connection is weak: told of people who are there, and of nobody else', () => {
  const tell = (who: string, weak: boolean) => says({ type: 'weakness', who, weak });
  const after = (...actions: Action[]) => meetingOf(run(actions, inMeeting)).weak;
  assert.deepEqual(after(tell('ana', true), tell('ana', true), tell('nobody', true)), ['ana']);
  assert.deepEqual(after(tell('ana', true), tell('ana', false)), []);
  assert.deepEqual(after(tell('ana', true), says({ type: 'left', id: 'ana', reason: 'left' })), []);
  assert.deepEqual(after(tell('ana', true), welcome), []);
});

test('people join, change and leave', () => {
  const joined = run([says({ type: 'joined', person: person('bo') })], inMeeting);
  assert.deepEqual(
    meetingOf(joined).people.map(({ id }) => id),
    ['me', 'ana', 'bo'],
  );
  const changed = run([says({ type: 'changed', person: person('ana', { mic: false }) })], joined);
  assert.deepEqual(
    meetingOf(changed).people.map(({ id, mic }) => [id, mic]),
    [
      ['me', true],
      ['ana', false],
      ['bo', true],
    ],
  );
  const left = run([says({ type: 'left', id: 'ana', reason: 'left' })], changed);
  assert.deepEqual(
    meetingOf(left).people.map(({ id }) => id),
    ['me', 'bo'],
  );
});

test('a knock is shown once and goes when it is answered', () => {
  const knock: Knock = {
    id: 'k',
    name: 'K',
    verified: 'email',
    account_name: false,
    email: 'k@example.org',
    looks_banned: true,
  };
  const knocked = run([says({ type: 'knock', ...knock }), says({ type: 'knock', ...knock })], inMeeting);
  assert.deepEqual(meetingOf(knocked).knocking, [knock]);
  assert.deepEqual(meetingOf(run([says({ type: 'knock_gone', id: 'k' })], knocked)).knocking, []);
});

test('the welcome after a drop replaces the whole state, and an open panel stays open', () => {
  const before = run([{ type: 'panel', panel: 'people' }, says({ type: 'joined', person: person('bo') })], inMeeting);
  const after = run([{ type: 'you', id: 'me', role: 'host' }, welcome], before);
  assert.deepEqual(
    meetingOf(after).people.map(({ id }) => id),
    ['me', 'ana'],
  );
  assert.equal(after.panel, 'people');
});

test('a new stay starts with an empty meeting', () => {
  const slots = says({ type: 'slots', slots: [{ mid: '1', who: 'ana', source: 'camera' }] });
  assert.deepEqual(meetingOf(run([slots, { type: 'you', id: 'other', role: 'participant' }], inMeeting)).slots, []);
});

test('a new media connection forgets the slots and facts of the earlier one', () => {
  const facts = says({ ...NO_FACTS, state: 'connected', dtls: 'DTLS 1.3' });
  const slots = says({ type: 'slots', slots: [{ mid: '6', who: 'ana', source: 'camera' }] });
  const before = run([slots, facts], inMeeting);
  assert.equal(meetingOf(before).serverFacts?.dtls, 'DTLS 1.3');
  const { slots: left, serverFacts, people } = meetingOf(run([{ type: 'media_anew' }], before));
  assert.deepEqual([left, serverFacts, people.length], [[], null, 2]);
});

test('the end forgets the meeting and closes the panel', () => {
  const over = run(
    [
      { type: 'panel', panel: 'security' },
      { type: 'go', screen: { at: 'over', why: 'left' } },
    ],
    inMeeting,
  );
  assert.deepEqual([over.meeting, over.panel, over.notices], [null, null, []]);
});

test('notices of a crowd push out the oldest', () => {
  const notices = [1, 2, 3, 4].map((id): Action => ({
    type: 'notice',
    notice: { id, text: String(id), spokenOnly: false },
  }));
  const crowded = run(notices);
  assert.deepEqual(
    crowded.notices.map(({ id }) => id),
    [2, 3, 4],
  );
  assert.deepEqual(
    run([{ type: 'notice_over', id: 3 }], crowded).notices.map(({ id }) => id),
    [2, 4],
  );
});

test('a tile shows the stream of the slot that holds its person, while the camera is on', () => {
  // Streams are passed through and never looked into.
  const stream = { name: 'stream' } as unknown as MediaStream;
  const filled = run(
    [
      { type: 'streams', streams: new Map([['6', stream]]) },
      says({
        type: 'slots',
        slots: [
          { mid: '6', who: 'ana', source: 'camera' },
          { mid: '7', who: null, source: 'camera' },
        ],
      }),
    ],
    inMeeting,
  );
  const tileOf = (state: State, id: string) =>
    tilesOf(meetingOf(state), state.own).find((tile) => tile.person.id === id);
  assert.equal(tileOf(filled, 'ana')?.stream, stream);
  assert.equal(tileOf(filled, 'me')?.stream, null);
  const off = run([says({ type: 'changed', person: person('ana', { camera: false }) })], filled);
  assert.equal(tileOf(off, 'ana')?.stream, null);
});

test('the own tile is last, screens come first, and only those of others need slots', () => {
  const busy = run(
    [
      says({ type: 'joined', person: person('bo', { screen: true }) }),
      says({ type: 'joined', person: person('cy', { camera: false }) }),
    ],
    inMeeting,
  );
  assert.deepEqual(
    tilesOf(meetingOf(busy), busy.own).map(({ key }) => key),
    ['bo screen', 'ana camera', 'bo camera', 'cy camera', 'me camera'],
  );
  assert.equal(videoSourcesOf(meetingOf(busy)), 3);
});

test('somebody who is muted is not shown as speaking', () => {
  const speaks = run([says({ type: 'speaker', who: 'ana' })], inMeeting);
  const tile = (state: State) => tilesOf(meetingOf(state), state.own).find(({ person: { id } }) => id === 'ana');
  assert.equal(tile(speaks)?.speaking, true);
  assert.equal(tile(run([says({ type: 'changed', person: person('ana', { mic: false }) })], speaks))?.speaking, false);
});

test('the rules of the meeting are those that the server said last', () => {
  assert.equal(meetingOf(inMeeting).rules.locked, false);
  const rules: Rules = { ...initialRules, locked: true, unmute_self: false };
  const locked = run([says({ type: 'room', kind: 'ticket', title: 'Lesson', rules })], inMeeting);
  assert.deepEqual(meetingOf(locked).rules, rules);
  assert.deepEqual([meetingOf(locked).kind, meetingOf(locked).title], ['ticket', 'Lesson']);
});

test('further people of a great event come bit by bit, each once and with what was said last', () => {
  const more = [person('ana', { mic: false }), person('bo')];
  const after = meetingOf(run([says({ type: 'people', people: more })], inMeeting)).people;
  assert.deepEqual(
    after.map(({ id, mic }) => [id, mic]),
    [
      ['me', true],
      ['ana', false],
      ['bo', true],
    ],
  );
});

test('the number of people in an event is what the server said last', () => {
  assert.equal(meetingOf(run([says({ type: 'count', people: 4321 })], inMeeting)).count, 4321);
});

test('an alert stays until it was looked at, one of a kind about the same person, and goes with the person', () => {
  const alert = { type: 'alert', code: 'same_account', who: 'ana', other: 'me', text: 'Twice.' } as const;
  const crowd = { type: 'alert', code: 'more_than_invited', who: null, other: null, text: 'Many.' } as const;
  const alerted = run([says(alert), says(crowd), says(alert)], inMeeting);
  assert.deepEqual(
    meetingOf(alerted).alerts.map(({ code }) => code),
    ['more_than_invited', 'same_account'],
  );
  const left = run([says({ type: 'left', id: 'ana', reason: 'left' })], alerted);
  assert.deepEqual(
    meetingOf(left).alerts.map(({ code }) => code),
    ['more_than_invited'],
  );
  assert.deepEqual(meetingOf(run([{ type: 'seen', what: 'alerts' }], alerted)).alerts, []);
  assert.deepEqual(meetingOf(run([welcome], alerted)).alerts, []); // they are told again after it
});

test('who is muted reads who did it, until it is on again or was looked at', () => {
  const muted = run([says({ type: 'muted', source: 'mic', by: 'ana' })], inMeeting);
  assert.deepEqual(meetingOf(muted).silenced, { source: 'mic', by: 'ANA' });
  assert.deepEqual(meetingOf(run([{ type: 'own', change: { mic: false } }], muted)).silenced?.source, 'mic');
  assert.equal(meetingOf(run([{ type: 'own', change: { mic: true } }], muted)).silenced, null);
  assert.equal(meetingOf(run([{ type: 'seen', what: 'silenced' }], muted)).silenced, null);
  const byRules = run([says({ type: 'muted', source: 'camera', by: null })], inMeeting);
  assert.deepEqual(meetingOf(byRules).silenced, { source: 'camera', by: null });
});

test('the own role follows the roster', () => {
  const viewer = run([says({ type: 'changed', person: person('me', { role: 'viewer' }) })], inMeeting);
  assert.equal(viewer.role, 'viewer');
  assert.equal(run([says({ type: 'changed', person: person('ana', { role: 'viewer' }) })], viewer).role, 'viewer');
});

test('who is sent back sees nobody of the meeting any more, and is told so', () => {
  const back = run([{ type: 'panel', panel: 'people' }, says({ type: 'waiting' })], inMeeting);
  assert.deepEqual([back.screen, back.panel, meetingOf(back).people], [{ at: 'waiting', sentBack: true }, null, []]);
  // The same word after a drop while waiting changes nothing.
  assert.deepEqual(run([says({ type: 'waiting' })], back).screen, { at: 'waiting', sentBack: true });
  const knocked = run([{ type: 'you', id: 'new', role: 'participant' }, says({ type: 'waiting' })], inMeeting);
  assert.deepEqual(knocked.screen, { at: 'waiting', sentBack: false });
});

test('who came last stays in sight until it was looked at, without those who have gone', () => {
  const last = run([says({ type: 'last_joined', people: [person('bo'), person('ana')] })], inMeeting);
  const gone = run([says({ type: 'left', id: 'bo', reason: 'removed' })], last);
  assert.deepEqual(
    meetingOf(gone).lastJoined?.map(({ id }) => id),
    ['ana'],
  );
  assert.equal(meetingOf(run([{ type: 'seen', what: 'lastJoined' }], gone)).lastJoined, null);
});

test('the store tells its listeners of changes only', () => {
  const store = createStore(0, (state: number, add: number) => state + add);
  const seen: number[] = [];
  const stop = store.subscribe(() => seen.push(store.get()));
  store.dispatch(1);
  store.dispatch(0);
  stop();
  store.dispatch(1);
  assert.deepEqual(seen, [1]);
});
