/* SPDX-License-Identifier: GPL-3.0-or-later */
// Forms and files of the pages for rooms, tickets and administrators.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Room, RoomStay } from '../src/api/rooms';
import type { Ticket } from '../src/api/tickets';
import { roomAttendanceCsv } from '../src/state/attendance';
import * as form from '../src/state/room_form';
import * as tickets from '../src/state/ticket_form';
import { strings } from '../src/strings';
import { LOG_KINDS, logSentence } from '../src/state/log_sentence';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const NOW = 1_800_000_000;

// --- rooms ---

const room: Room = {
  id: ID,
  kind: 'open',
  title: 'Algebra',
  series: null,
  policy: form.defaultPolicy('open'),
  owner: null,
  created: NOW,
  closed: 0,
  live: 0,
  address: `https://meet.example.org/m/${ID}`,
};

test('another kind of room brings its defaults, and keeps what was changed by hand', () => {
  const draft = { ...form.newDraft, policy: { ...form.newDraft.policy, post_quantum: true, chat: 'host' as const } };
  const members = form.withKind(draft, 'members');
  assert.equal(members.policy.guests, false);
  assert.equal(members.policy.post_quantum, true);
  assert.equal(members.policy.chat, 'host');
  const event = form.withKind(members, 'event');
  assert.equal(event.policy.present, 'speaker');
  assert.equal(event.policy.guests, true);
  assert.equal(event.policy.chat, 'host');
});

test('no kind of room gets a setting that it can’t have', () => {
  const withPolicy = (kind: 'open' | 'event', change: object) => ({
    ...form.newDraft,
    kind,
    policy: { ...form.defaultPolicy(kind), ...change },
  });
  const open = withPolicy('event', { guests: true, guests_verified: false });
  assert.equal(form.withKind(open, 'members').policy.guests, false);
  assert.equal(form.withKind(withPolicy('open', { share: 'cohost' }), 'event').policy.share, 'cohost');
  const wide = { present: 'participant', share: 'participant' };
  assert.equal(form.withKind(withPolicy('event', wide), 'open').policy.present, 'participant');
  assert.equal(form.withKind({ ...withPolicy('event', wide), kind: 'ticket' }, 'event').policy.share, 'speaker');
  assert.deepEqual(form.presentingRoles('event'), ['speaker', 'cohost', 'host']);
  assert.deepEqual(form.presentingRoles('open'), ['participant', 'speaker', 'cohost', 'host']);
});

test('only what was changed is sent', () => {
  const draft = form.draftOf(room);
  assert.equal(form.changeOfDraft(room, draft), null);
  assert.equal(form.changeOfDraft(room, { ...draft, title: ' Algebra ' }), null);
  const policy = { ...draft.policy, locked: true };
  assert.deepEqual(form.changeOfDraft(room, { ...draft, policy }), { policy: { locked: true } });
  assert.deepEqual(form.changeOfDraft(room, { ...draft, title: 'B', series: ID }), { title: 'B', series: ID });
  const kept = { ...draft.policy, unmute_self: false };
  const event = form.withKind({ ...draft, policy: kept }, 'event');
  assert.deepEqual(form.changeOfDraft({ ...room, policy: kept }, event), { kind: 'event', policy: event.policy });
  assert.equal(event.policy.unmute_self, false);
});

test('a draft says what is wrong with it', () => {
  const draft = { ...form.newDraft, title: 'Żółw' };
  const withPolicy = (change: object) => ({ ...draft, policy: { ...draft.policy, ...change } });
  assert.equal(form.problemOfDraft(draft), null);
  assert.equal(form.problemOfDraft({ ...draft, title: '  ' }), 'title_missing');
  assert.equal(form.problemOfDraft({ ...draft, title: 'ż'.repeat(61) }), 'title_long');
  assert.equal(form.problemOfDraft(withPolicy({ most: 1 })), 'most_wrong');
  assert.equal(form.problemOfDraft(withPolicy({ most: NaN })), 'most_wrong');
  assert.equal(form.problemOfDraft(withPolicy({ invited: 9000 })), 'invited_wrong');
  assert.deepEqual(form.roomOfDraft({ ...draft, title: ' Żółw ' }).title, 'Żółw');
});

// --- tickets ---

const ticket: Ticket = {
  id: ID,
  room: ID,
  series: null,
  title: 'Algebra',
  email: 'Ana@example.org',
  role: 'participant',
  from: 0,
  until: 0,
  revoked: 0,
  created: NOW - 100,
  in_use: false,
  reference: 'Order 17',
  issuer: 'webhook:Shop',
};

test('a ticket stands as its dates and its use say', () => {
  const standing = (change: Partial<Ticket>) => tickets.standingOf({ ...ticket, ...change }, NOW);
  assert.equal(standing({}), 'ready');
  assert.equal(standing({ from: NOW + 1 }), 'early');
  assert.equal(standing({ until: NOW }), 'over');
  assert.equal(standing({ in_use: true }), 'in_use');
  assert.equal(standing({ revoked: NOW, in_use: true }), 'revoked');
});

test('tickets are found by person, order and issuer', () => {
  const other = { ...ticket, email: 'b@example.com', reference: '', issuer: 'console' };
  const found = (wanted: string) => tickets.foundTickets([ticket, other], wanted).length;
  assert.deepEqual(['', 'ana', 'order', 'SHOP', 'example', 'nobody'].map(found), [2, 1, 1, 1, 2, 0]);
});

test('a ticket that is typed has an address and an end after its beginning', () => {
  const draft = { ...tickets.newTicketDraft, email: ' ana@example.org ' };
  assert.equal(tickets.problemOfTicket(draft), null);
  for (const email of ['', 'ana', 'ana@', 'a b@example.org', '@example.org', 'ana@example'])
    assert.equal(tickets.problemOfTicket({ ...draft, email }), 'email_wrong', email);
  const window = (from: string, until: string) => tickets.problemOfTicket({ ...draft, from, until });
  assert.equal(window('2026-12-01T18:00', '2026-12-01T18:00'), 'window_wrong');
  assert.equal(window('2026-12-01T18:00', '2026-12-01T18:01'), null);
  assert.equal(window('', '2026-12-01T18:01'), null);
  assert.equal(window('x', ''), 'time_wrong');
  const sent = tickets.ticketOfDraft({ ...draft, from: '2026-12-01T18:00', reference: '  ' });
  assert.deepEqual(sent, {
    email: 'ana@example.org',
    role: 'participant',
    from: new Date(2026, 11, 1, 18).getTime() / 1000,
    until: 0,
  });
});

// --- the log ---

test('the log speaks in sentences, and leaves out nothing that it does not know', () => {
  const say = (kind: string, actor: string, subject: string) =>
    logSentence({ number: 1, time: NOW, kind, actor, subject, detail: '' });
  assert.equal(say('ticket_revoked', 'ana@b.c', 'bea@b.c'), 'ana@b.c revoked a ticket of bea@b.c.');
  assert.equal(say('session_ended', 'a@b.c', 'a@b.c'), 'a@b.c ended a session of their own.');
  assert.equal(say('ticket_issued', 'webhook:<b>', 'a@b.c'), 'The webhook “<b>” issued a ticket to a@b.c.');
  assert.equal(say('room_made', 'cli', 'Choir'), 'Somebody at the command line made the room “Choir”.');
  assert.equal(say('toString', 'key:Shop', 'x'), 'The key “Shop”: toString, x.');
  assert.equal(say('wholly_new', 'constructor', ''), 'constructor: wholly new.');
  for (const [kind] of LOG_KINDS) assert.ok(!say(kind, 'a@b.c', 'x').includes(`: ${kind.replaceAll('_', ' ')}`), kind);
});

// --- attendance ---

test('no cell of the attendance file can become a formula', () => {
  const evil = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1', '"=1"', '=HYPERLINK("http://x")'];
  const stays: RoomStay[] = evil.map((text) => ({
    name: text,
    email: text,
    verified: text,
    role: text,
    joined: NOW,
    left: 0,
  }));
  const [, ...lines] = roomAttendanceCsv(stays, strings.attendance.words).split('\r\n"');
  assert.equal(lines.length, evil.length);
  for (const line of lines)
    for (const cell of `"${line}`.split(/(?<="),(?=")/)) assert.match(cell, /^"(?!\s*[=+\-@\t\r＝])/u, cell);
});
