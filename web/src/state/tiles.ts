/* SPDX-License-Identifier: GPL-3.0-or-later */
// The tiles of the meeting, chosen from the state: which there are, which one is large, and what stands on a page.
import type { Person, Source } from '../signal/messages';
import { isBackstage } from './event';
import type { Meeting, OwnMedia, State } from './model';
import type { Layout } from './preferences';
import { isAudience, selfOf } from './rights';

export interface Tile {
  /** Stays the same for the same tile, so that its video element goes on. */
  readonly key: string;
  readonly person: Person;
  readonly source: 'camera' | 'screen';
  readonly own: boolean;
  readonly stream: MediaStream | null;
  readonly speaking: boolean;
}

function streamOf(meeting: Meeting, who: string, source: Source): MediaStream | null {
  if (meeting.soundOnly) return null;
  const slot = meeting.slots.find((item) => item.who === who && item.source === source);
  return slot === undefined ? null : (meeting.streams.get(slot.mid) ?? null);
}

function cameraTile(meeting: Meeting, own: OwnMedia, person: Person): Tile {
  const isOwn = person.id === meeting.you;
  const on = isOwn ? own.camera : person.camera;
  const source = isOwn ? own.picture : streamOf(meeting, person.id, 'camera');
  return {
    key: `${person.id} camera`,
    person,
    source: 'camera',
    own: isOwn,
    stream: on ? source : null,
    speaking: meeting.speaker === person.id && (isOwn ? own.mic : person.mic),
  };
}

function screenTiles(meeting: Meeting, person: Person): Tile[] {
  if (!person.screen || person.id === meeting.you) return [];
  const stream = streamOf(meeting, person.id, 'screen');
  return [{ key: `${person.id} screen`, person, source: 'screen', own: false, stream, speaking: false }];
}

/** Those who may be seen and heard: of an event not its audience; and of the green room only by those who are in it. */
export function stagePeople(meeting: Meeting): readonly Person[] {
  const self = selfOf(meeting);
  const backstage = self !== undefined && isBackstage(self);
  return meeting.people.filter((person) => !isAudience(meeting, person) && (backstage || !isBackstage(person)));
}

/** Screens first, then people in the order of their coming, the own tile last, where the eye leaves it alone. Who hides
 * the own picture still sees it when alone: an empty stage would look broken. */
export function tilesOf(meeting: Meeting, own: OwnMedia, hideOwn: boolean = false): Tile[] {
  const people = stagePeople(meeting);
  const others = people.filter(({ id }) => id !== meeting.you);
  const self = hideOwn && others.length > 0 ? [] : people.filter(({ id }) => id === meeting.you);
  const screens = others.flatMap((person) => screenTiles(meeting, person));
  return [...screens, ...[...others, ...self].map((person) => cameraTile(meeting, own, person))];
}

/** Cameras and screens of others that are on: each needs a slot. */
export function videoSourcesOf(meeting: Meeting): number {
  const others = stagePeople(meeting).filter(({ id }) => id !== meeting.you);
  return others.reduce((sum, { camera, screen }) => sum + Number(camera) + Number(screen), 0);
}

/** The tile that is large: what the person has pinned; else what the layout says. null: all are alike. `lastSpeaker`:
 * the key of who spoke last, oneself not counted. */
export function bigTile(
  tiles: readonly Tile[],
  layout: Layout,
  pinned: string | null,
  lastSpeaker: string | null,
): Tile | null {
  const byKey = (key: string | null) => tiles.find((tile) => tile.key === key);
  const screen = tiles.find(({ source }) => source === 'screen');
  const chosen = byKey(pinned) ?? (layout === 'grid' ? undefined : screen);
  if (chosen !== undefined) return chosen;
  if (layout !== 'speaker' || tiles.length < 2) return null;
  return byKey(lastSpeaker) ?? tiles.find(({ own }) => !own) ?? null;
}

export interface TilePage<T> {
  readonly tiles: readonly T[];
  /** From 0; never beyond the last one. */
  readonly page: number;
  readonly pages: number;
}

/** What stands on a page of so many places. The own tile goes to the end of the first page, where it is looked for. */
export function pageOf<T extends { readonly own: boolean }>(
  tiles: readonly T[],
  places: number,
  page: number,
): TilePage<T> {
  const pages = Math.max(1, Math.ceil(tiles.length / places));
  const at = Math.max(0, Math.min(page, pages - 1));
  const own = pages > 1 ? tiles.filter((tile) => tile.own) : [];
  const others = own.length > 0 ? tiles.filter((tile) => !tile.own) : tiles;
  const ordered = [...others.slice(0, places - own.length), ...own, ...others.slice(places - own.length)];
  return { tiles: ordered.slice(at * places, (at + 1) * places), page: at, pages };
}

/** The picture that stays in front of other windows: of who speaks, or the one that is there already, or any. */
export function frontStream({ meeting, own }: State, shown: MediaStream | null): MediaStream | null {
  if (meeting === null) return null;
  const tiles = tilesOf(meeting, own).filter(({ stream }) => stream !== null);
  const speaker = tiles.find((tile) => tile.speaking && !tile.own);
  const same = tiles.find(({ stream }) => stream === shown);
  return (speaker ?? same ?? tiles.find((tile) => !tile.own) ?? tiles[0])?.stream ?? null;
}
