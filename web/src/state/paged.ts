/* SPDX-License-Identifier: GPL-3.0-or-later */
// One page of a list that the server holds, and the way to its neighbours.
import { PAGE, type Listing } from '../api/lists';

export interface Paged<T> {
  readonly offset: number;
  /** What is shown: null before the first answer. */
  readonly page: Listing<T> | null;
  /** The number of the request that is under way; later ones make its answer worthless. 0: none. */
  readonly asked: number;
  /** Why the last request failed. */
  readonly problem: unknown;
}

export const emptyPaged: Paged<never> = { offset: 0, page: null, asked: 0, problem: null };

export type PagedAction<T> =
  | { readonly type: 'asked'; readonly number: number }
  | { readonly type: 'came'; readonly number: number; readonly offset: number; readonly page: Listing<T> }
  | { readonly type: 'failed'; readonly number: number; readonly problem: unknown }
  | { readonly type: 'item'; readonly is: (item: T) => boolean; readonly becomes: T | null };

export function reducePaged<T>(state: Paged<T>, action: PagedAction<T>): Paged<T> {
  switch (action.type) {
    case 'asked':
      return { ...state, asked: action.number, problem: null };
    case 'came':
      if (action.number !== state.asked) return state;
      return { offset: action.offset, page: action.page, asked: 0, problem: null };
    case 'failed':
      if (action.number !== state.asked) return state;
      return { ...state, asked: 0, problem: action.problem };
    case 'item':
      return state.page === null ? state : { ...state, page: withItem(state.page, action.is, action.becomes) };
  }
}

/** One entry has changed, or (null) is gone: the others stay where they are. */
function withItem<T>(page: Listing<T>, is: (item: T) => boolean, becomes: T | null): Listing<T> {
  const items = page.items.flatMap((item) => (is(item) ? (becomes === null ? [] : [becomes]) : [item]));
  return { ...page, items };
}

/** Where the neighbouring pages begin; null: there is none. */
export function neighbours({ offset, page }: Paged<unknown>): { before: number | null; after: number | null } {
  return {
    before: offset > 0 ? Math.max(0, offset - PAGE) : null,
    after: page?.more === true ? offset + page.items.length : null,
  };
}
