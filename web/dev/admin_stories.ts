/* SPDX-License-Identifier: GPL-3.0-or-later */
// Rooms, tickets and the administrators' pages, with names as people have them and what the ill-disposed type.
import type { RoomRole } from '../src/api/lists';
import type { Account, OwnedSession } from '../src/api/people';
import type { Room, RoomKind } from '../src/api/rooms';
import type { Ticket } from '../src/api/tickets';
import { defaultPolicy } from '../src/state/room_form';
import { administrator, member, type PageStory } from './page_story';

const NOW = Math.floor(Date.now() / 1000);
const [HOUR, DAY] = [3600, 86400];
const idOf = (number: number) => `Id${String(number).padStart(20, '0')}`;
const ROOM = idOf(1);

const PEOPLE: readonly (readonly [name: string, email: string])[] = [
  ['Ana Horvat', 'ana.horvat@example.org'],
  [
    'Wolfgang Amadeus von und zu Hohenlohe-Langenburg-Schillingsfürst',
    'w.hohenlohe-langenburg@sekretariat.universitaet-beispielstadt.example',
  ],
  ['نور الهدى بن عبد الله', 'nour.elhouda@example.com'],
  ['王小明', 'xiaoming.wang@example.cn'],
  ['山田 太郎', 'taro.yamada@example.jp'],
  ['Tom O’Leary', "tom.o'leary@example.ie"],
  ['דנה לוי', 'dana@example.co.il'],
  ['<img src=x onerror=alert(1)>', 'x@example.net'],
];
const personAt = (index: number) => PEOPLE[index % PEOPLE.length] ?? ['', ''];

function room(number: number, title: string, kind: RoomKind, change: Partial<Room> = {}): Room {
  return {
    id: idOf(number),
    kind,
    title,
    series: null,
    policy: defaultPolicy(kind),
    owner: { id: idOf(1), name: personAt(number)[0] },
    created: NOW - number * 9 * DAY,
    closed: 0,
    live: 0,
    address: `https://meet.example.org/m/${idOf(number)}`,
    ...change,
  };
}

const rooms: readonly Room[] = [
  room(1, 'Algebra for the second year: linear maps, eigenvalues and everything that follows from them', 'ticket', {
    live: 17,
    series: idOf(90),
  }),
  room(2, 'Monday’s team meeting', 'members', { live: 1 }),
  room(3, 'اجتماع أولياء الأمور', 'open', { policy: { ...defaultPolicy('open'), locked: true } }),
  room(4, '新製品の発表会', 'event'),
  room(5, 'Choir', 'open', { closed: NOW - DAY }),
];

const series = [
  { id: idOf(90), title: 'Algebra, autumn term', created: NOW - 80 * DAY },
  { id: idOf(91), title: 'Español para principiantes', created: NOW - 10 * DAY },
];

function ticket(number: number, change: Partial<Ticket> = {}): Ticket {
  return {
    id: idOf(number),
    room: ROOM,
    series: null,
    title: 'Algebra',
    email: personAt(number)[1],
    role: 'participant',
    from: 0,
    until: 0,
    revoked: 0,
    created: NOW - DAY,
    in_use: false,
    reference: '',
    issuer: 'console',
    ...change,
  };
}

const tickets: readonly Ticket[] = [
  ticket(1, { in_use: true, issuer: 'webhook:Stripe, Algebra course', reference: 'pi_3OqX2c2eZvKYlo2C0f7hBq' }),
  ticket(2, { from: NOW + DAY, until: NOW + 90 * DAY, issuer: 'key:Shop', reference: '注文 1002' }),
  ticket(3, { role: 'speaker' }),
  ticket(4, { until: NOW - DAY }),
  ticket(5, { revoked: NOW - HOUR, issuer: 'cli', reference: '<script>alert(1)</script>' }),
];

const ROLES: readonly RoomRole[] = ['host', 'cohost', 'speaker', 'participant', 'viewer'];
const members = ROLES.map((role, index) => ({ email: personAt(index)[1], role }));

const bans = [2, 7].map((index) => ({
  id: idOf(index),
  name: personAt(index)[0],
  email: '',
  time: NOW - index * HOUR,
}));

const VERIFIED = ['account', 'email', 'ticket', 'host_link', 'none'];
const stays = PEOPLE.map(([name, email], index) => ({
  name,
  email: index % 3 === 2 ? '' : email,
  verified: VERIFIED[index % 5] ?? 'none',
  role: ROLES[index % 5] ?? 'viewer',
  joined: NOW - index * 700 - HOUR,
  left: index % 4 === 0 ? 0 : NOW - index * 300,
}));

function account(index: number, change: Partial<Account> = {}): Account {
  const [name, email] = personAt(index);
  return {
    id: index === 0 ? 'AAAAAAAAAAAAAAAAAAAAAA' : idOf(index),
    email,
    email_verified: true,
    name,
    role: 'member',
    disabled: false,
    two_factors: false,
    must_set_password: false,
    has_password: true,
    has_totp: index % 2 === 0,
    passkeys: index % 3,
    signed_in: NOW - index * 13 * HOUR,
    created: NOW - 200 * DAY,
    ...change,
  };
}

const people: readonly Account[] = [
  account(0, { role: 'administrator', two_factors: true }),
  account(1),
  account(2, { must_set_password: true }),
  account(3, { role: 'administrator' }),
  account(4, { two_factors: true, must_set_password: true, email_verified: false }),
  account(5, { disabled: true }),
  account(6, { signed_in: 0 }),
  account(7),
];

const DEVICES = ['Firefox on Linux', 'Safari on iPhone', 'Chrome on Windows', 'An unknown device'];
const sessionAt = (index: number) => ({
  id: idOf(index + 50),
  this: index === 0,
  device: DEVICES[index % DEVICES.length] ?? '',
  same_network: index % 2 === 0,
  created: NOW - index * 9 * HOUR - HOUR,
  used: NOW - index * 1900,
  factors: [['password', 'totp'], ['passkey'], ['email'], ['oidc']][index % 4] ?? [],
});
const sessions: readonly OwnedSession[] = PEOPLE.map(([name, email], index) => ({
  ...sessionAt(index),
  person: { id: idOf(index), name, email },
}));

const KINDS: readonly (readonly [kind: string, actor: string, subject: string, detail: string])[] = [
  ['sign_in', 'ana.horvat@example.org', 'ana.horvat@example.org', 'Firefox on Linux'],
  ['sign_in_failed', 'guest', 'nour.elhouda@example.com', ''],
  ['ticket_revoked', 'ana.horvat@example.org', 'x@example.net', 'Algebra'],
  ['ticket_issued', 'webhook:Stripe, Algebra course', 'taro.yamada@example.jp', '新製品の発表会'],
  ['session_ended', 'ana.horvat@example.org', 'dana@example.co.il', 'An unknown device'],
  ['role_changed', 'ana.horvat@example.org', 'xiaoming.wang@example.cn', 'administrator'],
  ['something_new', 'cli', '', '<img src=x onerror=alert(1)>'],
];
const events = KINDS.map(([kind, actor, subject, detail], index) => ({
  number: 4711 - index,
  time: NOW - index * 1300,
  kind,
  actor,
  subject,
  detail,
}));

const settings = {
  version: '0.9.0',
  profile: 'production',
  origin: 'https://meet.example.org',
  sign_up: 'invited',
  two_factors: 'choice',
  mail: true,
  sms: false,
  oidc: [{ id: 'google', name: 'Google' }],
  file: '/etc/testudo/testudo.conf',
  rooms: 5,
  people_in: 18,
  certificate_until: NOW + 61 * DAY,
};

const key = (index: number, change: object = {}) => ({
  id: idOf(index),
  name: ['Shop', 'Attendance for the dean’s office', 'テスト'][index % 3],
  scopes: index % 2 === 0 ? ['tickets.read', 'tickets.write'] : ['attendance'],
  created: NOW - 30 * DAY,
  used: index === 1 ? 0 : NOW - HOUR,
  revoked: 0,
  ...change,
});
const webhooks = [
  { id: idOf(1), name: 'Stripe, Algebra course', room: ROOM, series: null, created: NOW - 20 * DAY, revoked: 0 },
  { id: idOf(2), name: 'PayPal', room: null, series: null, created: NOW - 30 * DAY, revoked: NOW - DAY },
];

const list = (name: string, items: readonly unknown[], more = false) => ({ [name]: items, more });
const own = `/api/v1/rooms/${ROOM}`;
const LINK = `https://meet.example.org/welcome#${'x'.repeat(43)}`;

const answers: Readonly<Record<string, unknown>> = {
  'GET /api/v1/rooms': list('rooms', rooms, true),
  'GET /api/v1/series': list('series', series),
  [`GET ${own}/settings`]: rooms[0],
  [`PATCH ${own}`]: rooms[0],
  [`GET ${own}/members`]: list('members', members),
  [`GET ${own}/tickets`]: list('tickets', tickets, true),
  [`GET ${own}/bans`]: list('bans', bans),
  [`GET ${own}/attendance`]: list('stays', stays),
  [`GET /api/v1/series/${idOf(90)}/tickets`]: list('tickets', tickets),
  'GET /api/v1/people': { people, more: true, total: 1204, administrators: 2 },
  'POST /api/v1/people': { person: account(4), link: LINK, mailed: true },
  [`GET /api/v1/people/${idOf(2)}`]: { ...account(2, { must_set_password: true }), sessions: [1, 2].map(sessionAt) },
  'GET /api/v1/sessions': list('sessions', sessions),
  'GET /api/v1/log': list('events', events, true),
  'POST /api/v1/log/verify': { whole: true, entries: 4711, broken_at: 0, problem: '' },
  'GET /api/v1/settings': settings,
  'GET /api/v1/keys': list('keys', [key(0), key(1), key(2, { revoked: NOW - DAY })]),
  'POST /api/v1/keys': { id: idOf(9), key: `tk_${'k'.repeat(43)}` },
  'GET /api/v1/webhooks': list('webhooks', webhooks),
  'POST /api/v1/webhooks': { id: idOf(9), url: `https://meet.example.org/hooks/${idOf(9)}`, secret: 's'.repeat(43) },
  'GET /api/v1/messages': { messages: [], more: false, unread: 3 },
  'POST /api/v1/emergency': { ended: 41, people: 1204, keys: 2, webhooks: 1 },
};

const asAdministrator = (path: string, rest: Partial<PageStory> = {}): PageStory => ({
  path,
  site: { session: administrator },
  ...rest,
  answers: { ...answers, ...rest.answers },
});
const asMember = (path: string, rest: Partial<PageStory> = {}): PageStory => ({
  ...asAdministrator(path, rest),
  site: { session: member },
});

export const adminStories: Readonly<Record<string, PageStory>> = {
  rooms: asMember('/rooms'),
  'rooms-none': asMember('/rooms', { answers: { 'GET /api/v1/rooms': list('rooms', []) } }),
  'rooms-failed': asMember('/rooms', { answers: { 'GET /api/v1/rooms': { refused: 503, code: 'try_again' } } }),
  'rooms-make': asMember('/rooms', { steps: [{ press: 'new-room' }, { press: 'more-settings' }] }),
  'rooms-make-wrong': asMember('/rooms', { steps: [{ press: 'new-room' }, { press: 'make-room' }] }),
  room: asMember(`/rooms/${ROOM}`),
  'room-close': asMember(`/rooms/${ROOM}`, { steps: [{ press: 'room-close' }] }),
  'room-members': asMember(`/rooms/${ROOM}/members`),
  'room-tickets': asMember(`/rooms/${ROOM}/tickets`),
  'room-revoke': asMember(`/rooms/${ROOM}/tickets`, { steps: [{ press: 'ticket-revoke' }] }),
  'room-bans': asMember(`/rooms/${ROOM}/bans`),
  'room-attendance': asMember(`/rooms/${ROOM}/attendance`),
  series: asMember('/series'),
  'one-series': asMember(`/series/${idOf(90)}`, { answers: { 'GET /api/v1/rooms': list('rooms', rooms) } }),
  'admin-not': asMember('/admin'),
  admin: asAdministrator('/admin'),
  emergency: asAdministrator('/admin/emergency'),
  'emergency-ask': asAdministrator('/admin/emergency', { steps: [{ press: 'emergency' }] }),
  'emergency-done': asAdministrator('/admin/emergency', { steps: [{ press: 'emergency' }, { press: 'confirm-yes' }] }),
  'admin-people': asAdministrator('/admin/people'),
  'admin-add': asAdministrator('/admin/people', { steps: [{ press: 'add-person' }] }),
  'admin-added': asAdministrator('/admin/people', {
    steps: [
      { press: 'add-person' },
      { type: ['person-name', '山田 太郎'] },
      { type: ['person-email', 'taro.yamada@example.jp'] },
      { press: 'add-yes' },
    ],
  }),
  'admin-person': asAdministrator(`/admin/people/${idOf(2)}`),
  'admin-rooms': asAdministrator('/admin/rooms'),
  'admin-tickets': asAdministrator('/admin/tickets', { answers: { 'GET /api/v1/rooms': list('rooms', rooms) } }),
  'admin-sessions': asAdministrator('/admin/sessions'),
  'admin-settings': asAdministrator('/admin/settings'),
  'admin-keys': asAdministrator('/admin/keys'),
  'admin-key-form': asAdministrator('/admin/keys', { steps: [{ press: 'new-key' }] }),
  'admin-webhooks': asAdministrator('/admin/webhooks'),
  'admin-webhook-made': asAdministrator('/admin/webhooks', {
    steps: [{ press: 'new-webhook' }, { type: ['webhook-name', 'Stripe'] }, { press: 'make-webhook' }],
  }),
  'admin-log': asAdministrator('/admin/log', { steps: [{ press: 'verify-log' }] }),
  'admin-log-broken': asAdministrator('/admin/log', {
    answers: {
      'POST /api/v1/log/verify': { whole: false, entries: 4711, broken_at: 4002, problem: 'Line 4002 was changed.' },
    },
    steps: [{ press: 'verify-log' }],
  }),
};
