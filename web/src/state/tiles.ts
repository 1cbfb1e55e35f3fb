/* SPDX-License-Identifier: GPL-3.0-or-later */
// The tiles of the meeting, chosen from the state.
import type { Person, Source } from '../signal/messages';
import type { Meeting, OwnMedia } from './model';
import { isAudience } from './rights';

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

/** Those who may be seen and heard: of an event not its audience. */
export function stagePeople(meeting: Meeting): readonly Person[] {
  return meeting.people.filter((person) => !isAudience(meeting, person));
}

/** Screens first, then people in the order of their coming, the own tile last, where the eye leaves it alone. */
export function tilesOf(meeting: Meeting, own: OwnMedia): Tile[] {
  const people = stagePeople(meeting);
  const others = people.filter(({ id }) => id !== meeting.you);
  const self = people.filter(({ id }) => id === meeting.you);
  const screens = others.flatMap((person) => screenTiles(meeting, person));
  return [...screens, ...[...others, ...self].map((person) => cameraTile(meeting, own, person))];
}

/** Cameras and screens of others that are on: each needs a slot. */
export function videoSourcesOf(meeting: Meeting): number {
  const others = meeting.people.filter(({ id }) => id !== meeting.you);
  return others.reduce((sum, { camera, screen }) => sum + Number(camera) + Number(screen), 0);
}
