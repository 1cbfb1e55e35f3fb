/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the own role allows, so that the page offers nothing that the server would refuse. The server decides.
import type { Person, Role, Rules } from '../signal/messages';
import type { Meeting } from './model';

/** What a host can do to one person. */
export type PersonAct =
  | 'mute'
  | 'stop_video'
  | 'stop_share'
  | 'make_cohost'
  | 'make_participant'
  | 'make_viewer'
  | 'send_back'
  | 'remove'
  | 'ban';

const RANK: Readonly<Record<Role, number>> = { viewer: 0, participant: 1, cohost: 2, host: 3 };

export function selfOf(meeting: Meeting): Person | undefined {
  return meeting.people.find(({ id }) => id === meeting.you);
}

export function mayModerate(meeting: Meeting): boolean {
  const role = selfOf(meeting)?.role;
  return role === 'host' || role === 'cohost';
}

/** Whether the own device may be switched on now. */
export function maySwitchOn(meeting: Meeting, kind: 'mic' | 'camera'): boolean {
  if (mayModerate(meeting)) return true;
  const present = selfOf(meeting)?.may.present ?? true;
  return present && (kind === 'camera' || meeting.rules.unmute_self);
}

/** What `self` may do to `other`: nobody to the host, a co-host to another only what stops media. */
export function actsOn(self: Person, other: Person, rules: Rules): PersonAct[] {
  if (RANK[self.role] < RANK.cohost || other.role === 'host' || self.id === other.id) return [];
  const above = RANK[self.role] > RANK[other.role];
  const acts: readonly (PersonAct | false)[] = [
    other.mic && 'mute',
    other.camera && 'stop_video',
    other.screen && 'stop_share',
    ...(above ? actsFromAbove(self, other, rules) : []),
  ];
  return acts.filter((act) => act !== false);
}

function actsFromAbove(self: Person, other: Person, rules: Rules): readonly (PersonAct | false)[] {
  return [
    self.role === 'host' && other.role !== 'cohost' && 'make_cohost',
    other.role !== 'participant' && 'make_participant',
    other.role !== 'viewer' && 'make_viewer',
    rules.waiting && 'send_back',
    'remove',
    'ban',
  ];
}
