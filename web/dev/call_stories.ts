/* SPDX-License-Identifier: GPL-3.0-or-later */
// Contacts and calls.
import type { CallCommands } from '../src/pages/calls_context';
import { initialCalls, reduceCalls, type CallsAction, type CallsState } from '../src/state/calls';
import { createStore, type Store } from '../src/state/store';
import { member, type PageStory } from './page_story';

const ID = 'AAAAAAAAAAAAAAAAAAAAA';
const NOW = Math.floor(Date.now() / 1000);

function person(letter: string, name: string, email: string, more: object = {}): object {
  return { id: `${ID}${letter}`, name, email, email_verified: true, ...more };
}

const contacts = {
  contacts: [
    person('B', 'Amira Haddad', 'amira.haddad@clinic.example', { hidden: false, since: NOW - 900_000 }),
    person('C', 'Bartholomew Featherstonehaugh-Cholmondeley', 'bartholomew.featherstonehaugh@chambers.example', {
      hidden: true,
      since: NOW - 800_000,
    }),
    person('D', 'José Núñez', 'jose@taller.example', { email_verified: false, hidden: false, since: NOW - 70_000 }),
    person('E', 'Noa Levi', 'noa@studio.example', { hidden: false, since: NOW - 7_000 }),
  ],
  more: false,
};

const answers = {
  'GET /api/v1/me/contacts': contacts,
  'GET /api/v1/me/requests': {
    requests: [person('F', 'Ivan Babić', 'ivan.babic@school.example', { who: `${ID}G`, time: NOW - 4000 })],
    more: false,
  },
  'GET /api/v1/me/asks': { asks: [{ id: `${ID}H`, email: 'mirela@school.example', time: NOW - 86_000 }], more: false },
  'GET /api/v1/me/blocks': {
    blocks: [person('I', 'Pushy Seller', 'offers@spam.example', { time: NOW - 100_000 })],
    more: false,
  },
  'GET /api/v1/me/calls': { presence: true, missed: 2 },
  'GET /api/v1/me/calls/missed': {
    missed: [
      person('J', 'Amira Haddad', 'amira.haddad@clinic.example', { who: `${ID}B`, time: NOW - 600 }),
      person('K', 'José Núñez', 'jose@taller.example', { who: `${ID}D`, email_verified: false, time: NOW - 90_000 }),
    ],
    more: false,
  },
  'POST /api/v1/me/contact-links/look': { name: 'Amira Haddad', email: 'amira.haddad@clinic.example', email_verified: true },
};

const empty = {
  'GET /api/v1/me/contacts': { contacts: [], more: false },
  'GET /api/v1/me/requests': { requests: [], more: false },
  'GET /api/v1/me/asks': { asks: [], more: false },
  'GET /api/v1/me/blocks': { blocks: [], more: false },
  'GET /api/v1/me/calls': { presence: false, missed: 0 },
  'GET /api/v1/me/calls/missed': { missed: [], more: false },
};

const page: PageStory = { path: '/contacts', site: { session: member }, answers };

export const callStories: Readonly<Record<string, PageStory>> = {
  contacts: page,
  'contacts-empty': { ...page, answers: empty },
  'contact-link': { ...page, path: `/contacts#${ID}${ID}A` },
  'call-incoming': page,
  'call-before': page,
  'call-ringing': page,
  'call-not-answered': page,
  'call-too-many': page,
  'call-missed': page,
};

const from = { id: `${ID}B`, name: 'Amira Haddad', email: 'amira.haddad@clinic.example', email_verified: true };
const who = { id: `${ID}C`, name: 'Bartholomew Featherstonehaugh-Cholmondeley' };

const quiet: CallsState = {
  ...initialCalls,
  open: true,
  missed: 2,
  presence: new Map([
    [`${ID}B`, 'here'],
    [`${ID}C`, 'busy'],
    [`${ID}E`, 'away'],
  ]),
};

const states: Readonly<Record<string, CallsState>> = {
  'contacts-empty': { ...quiet, missed: 0 },
  'call-incoming': { ...quiet, incoming: { call: `${ID}A`, from, accepted: false } },
  'call-before': { ...quiet, outgoing: { who, phase: 'asking', call: null, problem: null } },
  'call-ringing': { ...quiet, outgoing: { who, phase: 'ringing', call: `${ID}A`, problem: null } },
  'call-not-answered': { ...quiet, outgoing: { who, phase: 'not_answered', call: `${ID}A`, problem: null } },
  'call-too-many': { ...quiet, outgoing: { who, phase: 'problem', call: null, problem: 'too_many_calls' } },
  'call-missed': { ...quiet, over: { name: from.name, why: 'missed' } },
};

export function storyCalls(story: string): { store: Store<CallsState, CallsAction>; commands: CallCommands } {
  const store = createStore(states[story] ?? quiet, reduceCalls);
  const commands: CallCommands = {
    askToCall: (callee) => store.dispatch({ type: 'ask', who: callee }),
    call: () => store.dispatch({ type: 'dial' }),
    hangUp: () => store.dispatch({ type: 'hang_up' }),
    accept: () => store.dispatch({ type: 'accept' }),
    reject: () => store.dispatch({ type: 'reject' }),
    seenOver: () => store.dispatch({ type: 'seen_over' }),
    countMissed: () => Promise.resolve(),
  };
  return { store, commands };
}
