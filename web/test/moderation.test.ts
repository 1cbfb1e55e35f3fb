/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the page offers to whom, what it tells, and the files and lists that it makes of people's names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endingOf } from '../src/app/endings';
import { newsOf } from '../src/app/news';
import type { Kind, Knock, Person, Role, Rules, Stay } from '../src/signal/messages';
import { attendanceCsv, csvCell, timeText } from '../src/state/attendance';
import { initialOwnMedia, initialRules, initialState, type Meeting } from '../src/state/model';
import { reduce } from '../src/state/reducer';
import { actsOn, maySwitchOn, onlyWatches, peopleIn } from '../src/state/rights';
import { foundByName } from '../src/state/search';
import { tilesOf } from '../src/state/tiles';
import { strings } from '../src/strings';

const person = (id: string, role: Role, change: Partial<Person> = {}): Person => ({
  id,
  name: id.toUpperCase(),
  role,
  verified: 'none',
  mic: true,
  camera: true,
  screen: true,
  screen_paused: false,
  hand: null,
  recording: false,
  here: true,
  may: { present: role !== 'viewer', share: role !== 'viewer', chat: true },
  account_name: false,
  email: null,
  since: 1,
  ...change,
});

const knock = (id: string): Knock => ({
  id,
  name: id.toUpperCase(),
  verified: 'none',
  account_name: false,
  email: null,
  looks_banned: false,
});

function meetingWith(role: Role, change: Partial<Meeting> = {}): Meeting {
  const { meeting } = reduce(initialState, { type: 'you', id: 'me', role });
  assert.ok(meeting);
  return { ...meeting, people: [person('me', role), person('ana', 'participant')], ...change };
}

const MEDIA = ['mute', 'stop_video', 'stop_share'];

test('a host may do everything to everybody below', () => {
  const host = person('h', 'host');
  assert.deepEqual(actsOn(host, person('p', 'participant'), initialRules), [
    ...MEDIA,
    'make_cohost',
    'make_viewer',
    'send_back',
    'remove',
    'ban',
  ]);
  assert.deepEqual(actsOn(host, person('c', 'cohost'), initialRules), [
    ...MEDIA,
    'make_participant',
    'make_viewer',
    'send_back',
    'remove',
    'ban',
  ]);
});

test('nobody moderates the host or oneself, and a co-host another only in what is sent', () => {
  const cohost = person('c', 'cohost');
  assert.deepEqual(actsOn(cohost, person('h', 'host'), initialRules), []);
  assert.deepEqual(actsOn(cohost, cohost, initialRules), []);
  assert.deepEqual(actsOn(person('h', 'host'), person('h', 'host'), initialRules), []);
  assert.deepEqual(actsOn(cohost, person('d', 'cohost'), initialRules), MEDIA);
  assert.ok(!actsOn(cohost, person('p', 'participant'), initialRules).includes('make_cohost'));
});

test('those below are offered nothing', () => {
  for (const role of ['speaker', 'participant', 'viewer'] as const)
    for (const other of ['host', 'cohost', 'speaker', 'participant', 'viewer'] as const)
      assert.deepEqual(actsOn(person('me', role), person('x', other), initialRules), []);
});

test('only what is on can be switched off, who may share can be asked to, and only with a waiting room is there a way back into it', () => {
  const quiet = person('p', 'participant', { mic: false, camera: false, screen: false });
  const acts = actsOn(person('h', 'host'), quiet, { ...initialRules, waiting: false });
  assert.deepEqual(acts, ['ask_share', 'make_cohost', 'make_viewer', 'remove', 'ban']);
  const viewer = person('p', 'viewer', { screen: false, may: { present: false, share: false, chat: true } });
  assert.ok(!actsOn(person('h', 'host'), viewer, initialRules).includes('ask_share'));
});

test('speakers are made where they may more than participants, and no participants in an event', () => {
  const host = person('h', 'host');
  const rules: Rules = { ...initialRules, present: 'speaker', share: 'speaker' };
  const roles = (other: Role, kind?: Kind) =>
    actsOn(host, person('p', other), rules, kind).filter((act) => act.startsWith('make_'));
  assert.deepEqual(roles('participant'), ['make_cohost', 'make_speaker', 'make_viewer']);
  assert.deepEqual(roles('speaker'), ['make_cohost', 'make_participant', 'make_viewer']);
  assert.deepEqual(roles('viewer', 'event'), ['make_cohost', 'make_speaker']);
  assert.deepEqual(roles('speaker', 'event'), ['make_cohost', 'make_viewer']);
});

test('who may show nothing by the rules uses no device', () => {
  const rules: Rules = { ...initialRules, present: 'speaker' };
  const as = (role: Role | null, change: Partial<Meeting> = {}) =>
    onlyWatches({ ...initialState, role, meeting: role === null ? null : meetingWith(role, change) });
  assert.deepEqual([as(null), as('participant'), as('viewer')], [false, false, true]);
  const ruled = (['participant', 'speaker', 'host'] as const).map((role) => as(role, { rules }));
  assert.deepEqual(ruled, [true, false, false]);
});

test('of an event the audience is counted, and comes and goes without a word', () => {
  const event = (role: Role): Meeting => ({ ...meetingWith(role), kind: 'event', count: 4321 });
  assert.equal(peopleIn(event('viewer')), 4321);
  assert.equal(peopleIn(event('host')), 2);
  assert.equal(newsOf({ type: 'joined', person: person('bo', 'viewer') }, event('host')), null);
  assert.equal(newsOf({ type: 'joined', person: person('bo', 'speaker') }, event('host'))?.text, 'BO joined');
  const watched = { ...event('host'), people: [person('me', 'host'), person('bo', 'viewer')] };
  assert.equal(newsOf({ type: 'left', id: 'bo', reason: 'left' }, watched), null);
  const up = newsOf({ type: 'changed', person: person('bo', 'speaker') }, event('viewer'));
  assert.equal(up?.text, 'BO is a speaker now');
  const down = newsOf({ type: 'left', id: 'ana', reason: 'viewer' }, event('viewer'));
  assert.equal(down?.text, 'ANA is a viewer now');
});

test('the tiles of an event are those of its stage', () => {
  const people = [person('me', 'host'), person('bo', 'speaker'), person('cy', 'viewer'), person('di', 'viewer')];
  const shown = (kind: Kind) =>
    tilesOf({ ...meetingWith('host', { people }), kind }, initialOwnMedia).filter(({ source }) => source === 'camera');
  assert.deepEqual(
    shown('event').map(({ person: { id } }) => id),
    ['bo', 'me'],
  );
  assert.equal(shown('open').length, 4);
});

test('every end has its page', () => {
  const ending = (type: string, code: string) => endingOf({ type, code });
  const ends = ['server_stopping', 'room_full', 'room_closed', 'session_ended', 'ticket_revoked', 'taken_over'];
  for (const code of [...ends, 'not_a_member']) assert.equal(ending('ended', code), code);
  assert.equal(ending('ended', 'something_new'), 'host_ended');
  assert.equal(ending('ended', 'toString'), 'host_ended');
  assert.equal(ending('refused', 'banned'), 'banned');
  assert.equal(ending('refused', 'post_quantum_needed'), 'post_quantum_needed');
  assert.equal(ending('refused', 'constructor'), 'refused');
});

test('the own devices can be switched on as the rules say', () => {
  const held = { rules: { ...initialRules, unmute_self: false } };
  assert.equal(maySwitchOn(meetingWith('participant'), 'mic'), true);
  assert.equal(maySwitchOn(meetingWith('participant', held), 'mic'), false);
  assert.equal(maySwitchOn(meetingWith('participant', held), 'camera'), true);
  assert.equal(maySwitchOn(meetingWith('cohost', held), 'mic'), true);
  const stopped = meetingWith('participant', {
    people: [person('me', 'participant', { may: { present: false, share: false, chat: false } })],
  });
  assert.equal(maySwitchOn(stopped, 'camera'), false);
});

test('everybody reads who did what to whom; who is silenced reads it elsewhere', () => {
  const meeting = meetingWith('host');
  const told = (what: string, who: string | null, by: string) =>
    newsOf({ type: 'moderated', what, who, by }, meeting)?.text;
  assert.equal(told('remove', 'ana', 'me'), 'You removed ANA');
  assert.equal(told('mute', null, 'ana'), 'ANA muted everybody');
  assert.equal(told('mute', 'me', 'ana'), undefined);
  assert.equal(told('toString', 'ana', 'me'), undefined);
  assert.equal(newsOf({ type: 'left', id: 'ana', reason: 'removed' }, meeting), null);
  assert.equal(newsOf({ type: 'left', id: 'ana', reason: 'lost' }, meeting)?.text, 'ANA lost the connection');
  const viewer = newsOf({ type: 'changed', person: person('ana', 'viewer') }, meeting);
  assert.equal(viewer?.text, 'ANA is a viewer now');
  assert.equal(newsOf({ type: 'changed', person: person('ana', 'participant', { mic: false }) }, meeting), null);
});

test('a crowd at the door is not read out one by one', () => {
  const told = (knocking: number) => {
    const before = Array.from({ length: knocking - 1 }, (_, index) => knock(String(index)));
    return newsOf({ type: 'knock', ...knock('kim') }, meetingWith('host', { knocking: before }))?.text ?? null;
  };
  assert.equal(told(1), 'KIM is knocking');
  assert.equal(told(6), null);
  assert.equal(told(50), '50 people are knocking');
});

test('no name becomes a formula in a spreadsheet', () => {
  for (const evil of ['=HYPERLINK("x")', '+1', '-1', '@SUM(A1)', '\tx', '\r=1', '  =1', '\uFF1D1', '\uFF201'])
    assert.equal(csvCell(evil), `"'${evil.replaceAll('"', '""')}"`);
  assert.equal(csvCell('Ana "the boss", Horvat'), '"Ana ""the boss"", Horvat"');
  assert.equal(csvCell('a=b'), '"a=b"');
  assert.equal(csvCell(''), '""');
});

test('the attendance list has a line for each stay', () => {
  const stays: Stay[] = [
    { name: 'Ana, "A"', verified: 'account', email: 'ana@example.org', role: 'host', joined: 1795420800, left: null },
    { name: '=1+1', verified: 'new_kind', email: '+x@y', role: 'viewer', joined: 1795420860, left: 1795420920 },
    { name: 'K', verified: 'none', email: null, role: 'speaker', joined: 1795420860, left: 1795420920 },
  ];
  assert.equal(
    attendanceCsv(stays, strings.attendance.words),
    '\uFEFF"Name","Verified","E-mail","Role","Joined (UTC)","Left (UTC)"\r\n' +
      '"Ana, ""A""","signed in","ana@example.org","Host","2026-11-23 08:00:00",""\r\n' +
      '"\'=1+1","new_kind","\'+x@y","Viewer","2026-11-23 08:01:00","2026-11-23 08:02:00"\r\n' +
      '"K","not verified","","Speaker","2026-11-23 08:01:00","2026-11-23 08:02:00"\r\n',
  );
  assert.match(timeText(Number.MAX_SAFE_INTEGER), /\d/);
});

test('a name is found without accents and capital letters', () => {
  const list = ['Zoë', 'zoey', 'Žofie', 'İpek'].map((name) => ({ name }));
  const found = (wanted: string) => foundByName(list, wanted).map(({ name }) => name);
  assert.deepEqual(found(' ZOE '), ['Zoë', 'zoey']);
  assert.deepEqual(found('zof'), ['Žofie']);
  assert.equal(found('').length, 4);
});
