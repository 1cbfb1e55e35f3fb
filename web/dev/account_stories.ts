/* SPDX-License-Identifier: GPL-3.0-or-later */
// Pages about who one is.
import { guest } from '../test/guest';
import { administrator, member, type PageStory, type Step } from './page_story';

const address: readonly Step[] = [{ type: ['email', 'ana.horvat@example.org'] }, { press: 'next' }];

const second = { ...guest, pending: { second: ['totp', 'recovery', 'passkey'] } } as const;

const ID = 'AAAAAAAAAAAAAAAAAAAAA';
const TOKEN = `${ID}A`;
const NOW = Math.floor(Date.now() / 1000);
const DAY = 86_400;

const me = {
  id: `${ID}A`,
  email: 'ana.horvat@example.org',
  email_verified: true,
  name: 'Ana Horvat',
  phone: '',
  language: 'en',
  role: 'member',
  two_factors: false,
  two_factors_demanded: false,
  has_password: true,
  has_totp: false,
  recovery_left: 0,
  passkeys: [],
  issuers: [],
  created: NOW - 200 * DAY,
} as const;

const safeMe = {
  ...me,
  phone: '+385912345678',
  two_factors: true,
  has_totp: true,
  recovery_left: 9,
  passkeys: [
    { id: `${ID}B`, label: 'MacBook in the studio', created: NOW - 190 * DAY, used: NOW - 1800 },
    { id: `${ID}C`, label: 'Sicherheitsschlüssel, der im Tresor der Kanzlei Hohenlohe liegt', created: NOW - 9 * DAY, used: 0 },
  ],
  issuers: [{ id: 'google', name: 'Google' }],
} as const;

function sessionOf(letter: string, device: string, used: number, change: object = {}): object {
  const times = { created: NOW - 3 * DAY, used: NOW - used };
  return { id: `${ID}${letter}`, this: false, device, same_network: true, factors: ['password'], ...times, ...change };
}

const sessions = {
  sessions: [
    sessionOf('A', 'Firefox on Linux', 5, { this: true }),
    sessionOf('B', 'Safari on iPhone', 7200),
    sessionOf('C', 'Chrome on Windows', 6 * DAY, { same_network: false, created: NOW - 13 * DAY }),
  ],
  more: true,
};

/** Looks like a code and is none. */
const fakeQr = Array.from({ length: 33 }, (_, y) =>
  Array.from({ length: 33 }, (_, x) => (((x * 7 + y * 13 + x * y) % 5) % 2 === 0 ? '1' : '0')).join(''),
);

const codes = Array.from({ length: 10 }, (_, n) => `k7mq-0x3t-9wzd-h2n${n}`);

const ticketOf = (letter: string, title: string, change: object = {}): object => ({
  id: `${ID}${letter}`,
  room: `${ID}${letter}`,
  series: null,
  title,
  email: 'ana.horvat@example.org',
  role: 'participant',
  from: NOW - DAY,
  until: NOW + DAY,
  revoked: 0,
  created: NOW - 9 * DAY,
  in_use: false,
  reference: '',
  issuer: '',
  ...change,
});

const tickets = {
  tickets: [
    ticketOf('A', 'Algebra II, Thursdays'),
    ticketOf('B', 'Kammermusik für Anfänger und Wiedereinsteiger', { from: NOW + DAY, until: 0 }),
    ticketOf('C', 'History of Dubrovnik', { from: NOW - 9 * DAY, until: NOW - 2 * DAY }),
  ],
  more: false,
};

const account = (about: object, more: object = {}): PageStory => ({
  path: '/account',
  site: { session: member },
  answers: {
    'GET /api/v1/me': about,
    'GET /api/v1/me/sessions': sessions,
    'GET /api/v1/me/tickets': about === safeMe ? tickets : { tickets: [], more: false },
    ...more,
  },
});

const totp = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: 'otpauth://totp/x', qr: fakeQr };

const welcomeSteps: readonly Step[] = [{ press: 'open-link' }];
const invited = { ...member, must: ['set_password'] } as const;

export const accountStories: Readonly<Record<string, PageStory>> = {
  start: { path: '/' },
  'start-account': { path: '/', site: { session: administrator } },
  'unknown-page': { path: '/nothing/here' },
  signin: { path: '/signin' },
  'signin-ended': { path: '/signin', site: { word: 'copied' } },
  'signin-ways': { path: '/signin', steps: address },
  'signin-wrong': {
    path: '/signin',
    answers: { 'POST /api/v1/session/password': { refused: 401, code: 'wrong_password' } },
    steps: [...address, { type: ['password', 'wrong'] }, { press: 'sign-in' }],
  },
  'signin-wait': {
    path: '/signin',
    answers: { 'POST /api/v1/session/password': { refused: 429, code: 'wait', retry_after: 40 } },
    steps: [...address, { type: ['password', 'wrong'] }, { press: 'sign-in' }],
  },
  'signin-code': {
    path: '/signin',
    answers: { 'POST /api/v1/session/email': null },
    steps: [...address, { press: 'code-email' }],
  },
  'signin-second': { path: '/signin', site: { session: second } },
  'signin-verified': {
    path: '/signin',
    answers: {
      'POST /api/v1/session/email': null,
      'POST /api/v1/session/email/code': { ...guest, email: 'ana.horvat@example.org' },
    },
    steps: [...address, { press: 'code-email' }, { type: ['code', '12345678'] }, { press: 'confirm-code' }],
  },
  must: { path: '/rooms', site: { session: { ...member, must: ['second_factor'] } } },
  locked: { path: '/', site: { session: { ...member, locked: true }, asking: 'locked' } },
  confirm: { ...account(me), site: { session: member, asking: 'confirm' } },
  account: account(me),
  'account-safe': account(safeMe),
  'account-must': { ...account(me), site: { session: { ...member, must: ['second_factor'] } } },
  'account-notices': {
    ...account(me),
    site: {
      session: { ...member, notices: 2 },
      notices: [
        { id: `${ID}A`, time: NOW - 600, kind: 'new_device', text: 'You signed in from a new device: Chrome on Windows.' },
        {
          id: `${ID}B`,
          time: NOW - 2 * DAY,
          kind: 'cookie_copied',
          text: 'Somebody used a copy of your session, without its key. It was refused, and the session was ended.',
        },
      ],
    },
  },
  'account-password-weak': {
    ...account(me, {
      'PUT /api/v1/me/password': {
        refused: 400,
        code: 'weak_password',
        detail: 'This is one of the passwords that are tried first: choose other words.',
      },
    }),
    steps: [{ type: ['password', 'password1234'] }, { press: 'set-password' }],
  },
  'account-totp': { ...account(me, { 'POST /api/v1/me/totp': totp }), steps: [{ press: 'begin-totp' }] },
  'account-recovery': {
    ...account(me, { 'POST /api/v1/me/totp': totp, 'PUT /api/v1/me/totp': { recovery: codes } }),
    steps: [{ press: 'begin-totp' }, { type: ['totp', '123456'] }, { press: 'set-totp' }],
  },
  'account-unreachable': account({ refused: 503, code: 'unreachable' }),
  welcome: { path: `/welcome#${TOKEN}` },
  'welcome-bad': { path: '/welcome' },
  'welcome-used': {
    path: `/welcome#${TOKEN}`,
    answers: { 'POST /api/v1/session/link': { refused: 410, code: 'link_used' } },
    steps: welcomeSteps,
  },
  'welcome-account': {
    path: `/welcome#${TOKEN}`,
    answers: { 'POST /api/v1/session/link': invited },
    steps: welcomeSteps,
  },
  'welcome-ready': {
    path: `/welcome#${TOKEN}`,
    answers: { 'POST /api/v1/session/link': invited, 'PUT /api/v1/me/password': null },
    steps: [...welcomeSteps, { type: ['password', 'four words nobody knows'] }, { press: 'save-account' }],
  },
  setup: { path: `/setup#${TOKEN}` },
  'setup-used': {
    path: `/setup#${TOKEN}`,
    answers: { 'POST /api/v1/administrator': { refused: 410, code: 'link_used' } },
    steps: [{ type: ['email', 'ana@example.org'] }, { press: 'become-administrator' }],
  },
  'oidc-denied': {
    path: '/oidc/google?error=access_denied',
    answers: {
      'POST /api/v1/session/oidc/callback': { refused: 401, code: 'provider_refused', reason: 'oidc_denied' },
    },
  },
  'oidc-link-first': {
    path: '/oidc/google?code=x',
    answers: { 'POST /api/v1/session/oidc/callback': { refused: 409, code: 'link_first' } },
  },
};
