/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the own role allows, so that the page offers nothing that the server would refuse. The server decides.
import type { Kind, Person, Role, Rules } from '../signal/messages';
import type { Meeting, State } from './model';

/** What a host can do to one person. */
export type PersonAct =
  | 'write'
  | 'mute'
  | 'stop_video'
  | 'stop_share'
  | 'ask_share'
  | 'make_cohost'
  | 'make_speaker'
  | 'make_participant'
  | 'make_viewer'
  | 'send_back'
  | 'remove'
  | 'ban';

const RANK: Readonly<Record<Role, number>> = { viewer: 0, participant: 1, speaker: 2, cohost: 3, host: 4 };

const reaches = (role: Role, from: Role): boolean => RANK[role] >= RANK[from];

export function selfOf(meeting: Meeting): Person | undefined {
  return meeting.people.find(({ id }) => id === meeting.you);
}

/** Raised hands, the earliest first. */
export function handsOf(meeting: Meeting): readonly Person[] {
  return meeting.people.filter(({ hand }) => hand !== null).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
}

/** From 1; null: the hand is down. */
export function placeOfHand(meeting: Meeting, person: Person): number | null {
  return person.hand === null ? null : handsOf(meeting).findIndex(({ id }) => id === person.id) + 1;
}

export function recordersOf(meeting: Meeting): readonly Person[] {
  return meeting.people.filter(({ recording }) => recording);
}

export function mayModerate(meeting: Meeting): boolean {
  const role = selfOf(meeting)?.role;
  return role === 'host' || role === 'cohost';
}

/** Whether this person is one of many who only watch: an event's audience is counted, not listed. */
export function isAudience(meeting: Meeting, person: Person): boolean {
  return meeting.kind === 'event' && person.role === 'viewer';
}

/** How many are in. Moderators of an event see all; the others are told the number. */
export function peopleIn(meeting: Meeting): number {
  return meeting.kind === 'event' && !mayModerate(meeting) ? meeting.count : meeting.people.length;
}

/** Whether the rules leave the own role no microphone and camera at all: then the page uses no device. */
export function onlyWatches({ role, meeting }: State): boolean {
  if (role === null) return false;
  return role === 'viewer' || (meeting !== null && !reaches(role, meeting.rules.present));
}

/** Whether the rules, as they are now, let the own screen be shared. */
export function mayShare(meeting: Meeting | null): boolean {
  return meeting !== null && (selfOf(meeting)?.may.share ?? false);
}

/** Who asks for the own screen: somebody who is still here and still may ask. Who may not share is asked nothing. */
export function askerOf(meeting: Meeting): Person | null {
  const asker = meeting.people.find(({ id }) => id === meeting.shareAsked);
  return asker !== undefined && RANK[asker.role] >= RANK.cohost && mayShare(meeting) ? asker : null;
}

/** Whether the own device may be switched on now. */
export function maySwitchOn(meeting: Meeting, kind: 'mic' | 'camera'): boolean {
  const present = selfOf(meeting)?.may.present ?? true;
  return present && (kind === 'camera' || mayModerate(meeting) || meeting.rules.unmute_self);
}

/** What `self` may do to `other`: nobody to the host, a co-host to another only what stops media. */
export function actsOn(self: Person, other: Person, rules: Rules, kind: Kind = 'open'): PersonAct[] {
  if (RANK[self.role] < RANK.cohost || other.role === 'host' || self.id === other.id) return [];
  const above = RANK[self.role] > RANK[other.role];
  const acts: readonly (PersonAct | false)[] = [
    other.mic && 'mute',
    other.camera && 'stop_video',
    other.screen && 'stop_share',
    !other.screen && other.may.share && 'ask_share',
    ...(above ? actsFromAbove(self, other, rules, kind) : []),
  ];
  return acts.filter((act) => act !== false);
}

function actsFromAbove(self: Person, other: Person, rules: Rules, kind: Kind): readonly (PersonAct | false)[] {
  // Roles that differ in nothing here are not offered.
  const publishes = (role: Role) => reaches(role, rules.present) || reaches(role, rules.share);
  const speakersDiffer = !reaches('participant', rules.present) || !reaches('participant', rules.share);
  const participantsDiffer = kind !== 'event' || publishes('participant');
  return [
    self.role === 'host' && other.role !== 'cohost' && 'make_cohost',
    speakersDiffer && other.role !== 'speaker' && 'make_speaker',
    participantsDiffer && other.role !== 'participant' && 'make_participant',
    other.role !== 'viewer' && 'make_viewer',
    rules.waiting && 'send_back',
    'remove',
    'ban',
  ];
}
