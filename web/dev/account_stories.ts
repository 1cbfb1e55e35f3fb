/* SPDX-License-Identifier: GPL-3.0-or-later */
// Pages about who one is.
import { administrator, guest, member, type PageStory, type Step } from './page_story';

const address: readonly Step[] = [{ type: ['email', 'ana.horvat@example.org'] }, { press: 'next' }];

const second = { ...guest, pending: { second: ['totp', 'recovery', 'passkey'] } } as const;

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
};
