/* SPDX-License-Identifier: GPL-3.0-or-later */
// A made-up server for looking at pages: answers by method and path, as docs/API.md has them.
import { ApiError, problemFrom } from '../src/api/error';
import type { Requests } from '../src/api/lists';
import type { ServerOffer, Session } from '../src/api/session';
import type { SiteCommands } from '../src/pages/context';
import { initialSite, reduceSite, type Site, type SiteAction } from '../src/pages/model';
import { createStore, type Store } from '../src/state/store';
import { routeOf } from '../src/app/route';
import { guest } from '../test/guest';

/** What a person does before the picture is taken: presses a button by its data-act, or types into a field by its
 * name. */
export type Step = { readonly press: string } | { readonly type: readonly [name: string, text: string] };

export interface Refusal {
  readonly refused: number;
  readonly code: string;
  readonly detail?: string;
  readonly retry_after?: number;
  readonly reason?: string;
}

export interface PageStory {
  readonly path: string;
  readonly site?: Partial<Site>;
  /** By "METHOD PATH"; a Refusal for one. Without an answer nothing ever comes. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

export const offer: ServerOffer = {
  name: 'Testudo',
  sign_up: 'invited',
  two_factors: 'choice',
  care: 'usual',
  lock: 1800,
  ways: {
    password: true,
    passkey: true,
    email: true,
    sms: true,
    oidc: [
      { id: 'google', name: 'Google' },
      { id: 'apple', name: 'Apple' },
    ],
  },
};

export const member: Session = {
  ...guest,
  kind: 'account',
  email: 'ana.horvat@example.org',
  account: { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Ana Horvat', email: 'ana.horvat@example.org', role: 'member' },
  factors: ['password'],
  confirmed_until: Math.floor(Date.now() / 1000) + 200,
};

export const administrator: Session = {
  ...member,
  account: { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Ana Horvat', email: 'ana.horvat@example.org', role: 'administrator' },
};

function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'refused' in answer;
}

function fakeApi(answers: Readonly<Record<string, unknown>>): Requests {
  return {
    request: (request, reader) => {
      const name = `${request.method} ${request.path}`;
      if (!Object.hasOwn(answers, name)) return new Promise(() => console.log(`no answer for ${name}`));
      const answer = answers[name];
      if (isRefusal(answer)) return Promise.reject(problemFrom(answer, answer.refused));
      try {
        return Promise.resolve(reader(answer, name));
      } catch (error) {
        console.error(String(error));
        return Promise.reject(new ApiError('unexpected'));
      }
    },
  };
}

export function storyStore({ path, site = {} }: PageStory): Store<Site, SiteAction> {
  const url = new URL(path, location.origin);
  const route = routeOf(url.pathname, url.hash, url.search);
  return createStore({ ...initialSite, offer, looked: true, route, ...site }, reduceSite);
}

export function storyCommands({ answers = {} }: PageStory, store: Store<Site, SiteAction>): SiteCommands {
  const api = fakeApi({ 'GET /api/v1/server': offer, ...answers });
  return {
    api,
    openApi: api,
    proofs: () => ({ accepted: 14, lastAt: Date.UTC(2026, 10, 29, 17, 42, 10) }),
    go: (path) => store.dispatch({ type: 'visit', route: routeOf(path) }),
    sessionIs: (session) => store.dispatch({ type: 'session', session, why: null }),
    learnOffer: () => Promise.resolve(),
    refresh: () => Promise.resolve(),
    confirm: () => Promise.resolve(true),
    factorDone: () => store.dispatch({ type: 'ask', why: null }),
    signOut: () => Promise.resolve(store.dispatch({ type: 'session', session: null, why: null })),
    tell: (word) => store.dispatch({ type: 'word', word }),
    dismiss: (id) => store.dispatch({ type: 'notice_gone', id }),
  };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 30));

export async function act(steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const wanted = 'press' in step ? `[data-act="${step.press}"]` : `[name="${step.type[0]}"]`;
    // What is pressed may hang on several answers.
    for (let turns = 0; turns < 20 && (turns === 0 || document.querySelector(wanted) === null); turns++) await turn();
    if ('press' in step) document.querySelector<HTMLElement>(wanted)?.click();
    else type(...step.type);
  }
}

function type(name: string, text: string): void {
  const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[name="${name}"]`);
  if (field === null) return console.error(`no field ${name}`);
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}
