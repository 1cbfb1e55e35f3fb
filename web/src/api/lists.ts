/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the requests of docs/API.md have in common: ids, roles, pages of lists.
import type { ApiRequest } from '../identity/client';
import type { Query } from '../identity/proof';
import { flag, listOf, oneOf, record, ShapeError, text, type Reader } from '../signal/json';

/** Whoever sends requests with their proofs. */
export interface Requests {
  request<T>(request: ApiRequest, reader: Reader<T>): Promise<T>;
}

const ID = /^[A-Za-z0-9_-]{22}$/;

/** Ids become parts of paths: nothing else may. */
export const id: Reader<string> = (value, path) => {
  const read = text(value, path);
  if (!ID.test(read)) throw new ShapeError(`${path} is not an id`);
  return read;
};

/** For answers without a body. */
export const nothing: Reader<null> = (value, path) => {
  if (value !== null) throw new ShapeError(`${path} is not empty`);
  return value;
};

/** What somebody is in a room, from the least rights to the most. */
export const ROOM_ROLES = ['viewer', 'participant', 'speaker', 'cohost', 'host'] as const;
export type RoomRole = (typeof ROOM_ROLES)[number];
export const roomRole = oneOf(...ROOM_ROLES);

/** A room, or a series of rooms. */
export interface Place {
  readonly at: 'rooms' | 'series';
  readonly id: string;
}

/** Part of a list. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** Entries that a page of a list shows. */
export const PAGE = 50;

/** The most that the server gives at once. */
export const PAGE_MOST = 200;

export const pageQuery = (offset: number, most = PAGE): Query => [
  ['offset', String(offset)],
  ['most', String(most)],
];

/** `{NAME: [...], "more": ...}`. */
export function listing<T>(name: string, item: Reader<T>): Reader<Listing<T>> {
  const items = record<Record<string, T[]>>({ [name]: listOf(item) });
  const more = record<{ more: boolean }>({ more: flag });
  return (value, path) => ({ items: items(value, path)[name] ?? [], more: more(value, path).more });
}

/** All entries, page by page. `most`: no list is longer; what lies beyond is left out and `more` is true. */
export async function readAll<T>(
  page: (offset: number, most: number) => Promise<Listing<T>>,
  most: number,
): Promise<Listing<T>> {
  const items: T[] = [];
  let more = true;
  while (more && items.length < most) {
    const next = await page(items.length, Math.min(PAGE_MOST, most - items.length));
    items.push(...next.items);
    // A page without entries ends the list, whatever it says.
    more = next.more && next.items.length > 0;
  }
  return { items, more };
}
