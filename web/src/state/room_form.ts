/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is being typed of a room, and what of it the server is asked for.
import { ROOM_ROLES, type RoomRole } from '../api/lists';
import type { NewRoom, Policy, Room, RoomChange, RoomKind } from '../api/rooms';

/** As the server has it: room_policy_default in src/store/store_rooms.h, policy_problem in src/people/rules.h, and the
 * limits in src/base/limits.h. */
const MEETING_PEOPLE = 25;
export const MOST_PEOPLE = 8192;
export const TITLE_BYTES = 120;

/** What suits each kind. What is shown is what is sent: the server's own defaults never fill a gap. */
export function defaultPolicy(kind: RoomKind): Policy {
  const event = kind === 'event';
  return {
    present: event ? 'speaker' : 'participant',
    share: event || kind === 'ticket' ? 'speaker' : 'participant',
    chat: event ? 'viewer' : 'participant',
    unmute_self: true,
    guests: kind !== 'members',
    guests_verified: event || kind === 'ticket',
    waiting_room: true,
    two_factors: false,
    post_quantum: false,
    locked: false,
    most: event ? MOST_PEOPLE : MEETING_PEOPLE,
    invited: 0,
  };
}

export interface RoomDraft {
  readonly title: string;
  readonly kind: RoomKind;
  readonly policy: Policy;
  readonly series: string | null;
}

export const newDraft: RoomDraft = { title: '', kind: 'open', policy: defaultPolicy('open'), series: null };

export const draftOf = ({ title, kind, policy, series }: Room): RoomDraft => ({ title, kind, policy, series });

/** From which roles on one may be let present and share: viewers never, and in an event few speak to many. */
export function presentingRoles(kind: RoomKind): readonly RoomRole[] {
  return ROOM_ROLES.slice(ROOM_ROLES.indexOf(kind === 'event' ? 'speaker' : 'participant'));
}

/** Whether people without an account or address may come at all. */
export const hasGuests = (kind: RoomKind): boolean => kind !== 'members';

/** Another kind brings what suits it, but for what was changed by hand and is possible there. */
export function withKind(draft: RoomDraft, kind: RoomKind): RoomDraft {
  const usual = defaultPolicy(kind);
  const policy = { ...usual, ...differences(defaultPolicy(draft.kind), draft.policy) };
  const roles = presentingRoles(kind);
  return {
    ...draft,
    kind,
    policy: {
      ...policy,
      present: roles.includes(policy.present) ? policy.present : usual.present,
      share: roles.includes(policy.share) ? policy.share : usual.share,
      guests: policy.guests && hasGuests(kind),
    },
  };
}

/** The fields of `to` that `from` has otherwise. */
export function differences<T extends object>(from: T, to: T): Partial<T> {
  const names = Object.keys(to) as (keyof T)[];
  const changed: Partial<T> = {};
  for (const name of names) if (from[name] !== to[name]) changed[name] = to[name];
  return changed;
}

export type DraftProblem = 'title_missing' | 'title_long' | 'most_wrong' | 'invited_wrong';

export function problemOfDraft({ title, policy }: RoomDraft): DraftProblem | null {
  const cleaned = title.trim();
  if (cleaned === '') return 'title_missing';
  if (new TextEncoder().encode(cleaned).length > TITLE_BYTES) return 'title_long';
  if (!isCount(policy.most, 2)) return 'most_wrong';
  return isCount(policy.invited, 0) ? null : 'invited_wrong';
}

const isCount = (value: number, least: number) => Number.isInteger(value) && value >= least && value <= MOST_PEOPLE;

export function roomOfDraft({ title, kind, policy, series }: RoomDraft): NewRoom {
  return { title: title.trim(), kind, policy, ...(series === null ? {} : { series }) };
}

/** Only what was changed, so that nothing is undone that somebody else changed meanwhile; null: nothing. Another kind
 * brings its own settings at the server: then all that the form shows is sent. */
export function changeOfDraft(room: Room, draft: RoomDraft): RoomChange | null {
  const { policy: changedPolicy, ...others } = differences<RoomDraft>(
    { ...draftOf(room), policy: draft.policy },
    { ...draft, title: draft.title.trim() },
  );
  const policy = draft.kind === room.kind ? differences(room.policy, draft.policy) : draft.policy;
  const change: RoomChange = { ...others, ...(Object.keys(policy).length === 0 ? {} : { policy }) };
  return Object.keys(change).length === 0 ? null : change;
}
