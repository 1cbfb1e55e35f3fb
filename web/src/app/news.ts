/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which messages of the server are told in words, and in which.
import type { Person, ServerMessage } from '../signal/messages';
import type { Meeting } from '../state/model';
import { isolated } from '../state/names';
import { isAudience, mayModerate } from '../state/rights';
import { strings } from '../strings';
import { wordsOr } from '../strings/said';
import { eventNewsOf } from './event_news';

export interface News {
  readonly text: string;
  readonly spokenOnly: boolean;
}

/** Knocks that are told one by one; of a crowd only every so many are. */
const KNOCKS_TOLD = 5;
const KNOCKS_STEP = 50;

const shown = (text: string): News => ({ text, spokenOnly: false });
const spoken = (text: string): News => ({ text, spokenOnly: true });

/** What to tell of a message that has not yet changed the meeting; null: nothing. */
export function newsOf(message: ServerMessage, meeting: Meeting | null): News | null {
  switch (message.type) {
    case 'joined':
      return ofComing(message.person, meeting);
    case 'left':
      return ofLeaving(message, meeting);
    case 'knock':
      return ofKnock(message.name, (meeting?.knocking.length ?? 0) + 1);
    case 'changed':
      return meeting === null ? null : ofChange(message.person, meeting);
    case 'chat':
      return meeting === null ? null : ofChat(message, meeting);
    case 'reaction':
      return meeting === null ? null : ofReaction(message, meeting);
    case 'moderated':
      return meeting === null ? null : ofModeration(message, meeting);
    case 'room':
      return ofLock(message.rules.locked, meeting);
    case 'share_asked':
      return spoken(strings.share.askedTitle(nameOf(meeting, message.by) ?? strings.notices.somebody));
    case 'share_declined':
      return shown(strings.share.declined(nameOf(meeting, message.who) ?? strings.notices.somebody));
    case 'error':
      // The page says it again by itself.
      return message.code === 'view_too_fast' ? null : shown(wordsOr(strings.said.errors, message.code, message.text));
    default:
      return eventNewsOf(message, meeting);
  }
}

const nameOf = (meeting: Meeting | null, id: string) => meeting?.people.find((person) => person.id === id)?.name;

/** Thousands who only watch come and go without a word. */
function ofComing(person: Person, meeting: Meeting | null): News | null {
  return meeting !== null && isAudience(meeting, person) ? null : shown(strings.notices.joined(person.name));
}

function ofLeaving({ id, reason }: Extract<ServerMessage, { type: 'left' }>, meeting: Meeting | null): News | null {
  const person = meeting?.people.find((other) => other.id === id);
  // Who was removed was told of already (moderated).
  if (meeting === null || person === undefined || reason === 'removed' || isAudience(meeting, person)) return null;
  const { notices } = strings;
  const words = { left: notices.left, lost: notices.lost, viewer: notices.role.viewer, backstage: strings.event.news.backstage };
  return shown(words[reason](person.name));
}

function ofKnock(name: string, knocking: number): News | null {
  if (knocking <= KNOCKS_TOLD) return spoken(strings.notices.knocks(name));
  return knocking % KNOCKS_STEP === 0 ? spoken(strings.knocks.title(knocking)) : null;
}

function ofChange(person: Person, meeting: Meeting): News | null {
  const before = meeting.people.find(({ id }) => id === person.id);
  const began = person.recording && before?.recording !== true;
  if (began || (!person.recording && before?.recording === true)) return ofRecording(person, began, meeting);
  return ofRole(person, meeting) ?? ofHand(person, before, meeting);
}

function ofRecording({ id, name }: Person, began: boolean, { you }: Meeting): News {
  const text = strings.talk.recorded;
  if (id === you) return shown(began ? text.startedByYou : text.endedByYou);
  return shown(began ? text.started(isolated(name)) : text.ended(isolated(name)));
}

/** Whoever moderates is to see it; the tile shows it to the others. */
function ofHand(person: Person, before: Person | undefined, meeting: Meeting): News | null {
  if (person.hand === null || (before?.hand ?? null) !== null || person.id === meeting.you) return null;
  const text = strings.talk.hand.news(isolated(person.name));
  return mayModerate(meeting) ? shown(text) : spoken(text);
}

const EXCERPT = 140;

/** In an event only what is for oneself, or from those who lead it. */
function ofChat(message: Extract<ServerMessage, { type: 'chat' }>, meeting: Meeting): News | null {
  if (message.id !== null) return null;
  const { name, role, to, text } = message;
  const leads = role === 'host' || role === 'cohost';
  if (meeting.kind === 'event' && to === null && !leads) return null;
  const words = text.length > EXCERPT ? `${text.slice(0, EXCERPT)} …` : text;
  const { news, newsToYou } = strings.talk.chat;
  return shown((to === null ? news : newsToYou)(isolated(name), isolated(words)));
}

function ofReaction({ who, reaction }: Extract<ServerMessage, { type: 'reaction' }>, meeting: Meeting): News | null {
  const name = nameOf(meeting, who);
  if (who === meeting.you || name === undefined) return null;
  return spoken(strings.talk.react.news(isolated(name), strings.talk.react.names[reaction]));
}

function ofRole(person: Person, meeting: Meeting): News | null {
  // Who was not known before was in the audience of an event.
  const before = meeting.people.find(({ id }) => id === person.id)?.role ?? 'viewer';
  if (before === person.role) return null;
  const { ownRole, role } = strings.notices;
  return shown(person.id === meeting.you ? ownRole[person.role] : role[person.role](person.name));
}

function ofModeration({ what, who, by }: Extract<ServerMessage, { type: 'moderated' }>, meeting: Meeting): News | null {
  // Who is silenced gets a message of its own (muted), and a new role shows in the person (changed).
  const words = Object.hasOwn(strings.notices.moderated, what)
    ? strings.notices.moderated[what as keyof typeof strings.notices.moderated]
    : undefined;
  if (words === undefined || who === meeting.you) return null;
  const { you, somebody, everybody } = strings.notices;
  const doer = by === meeting.you ? you : (nameOf(meeting, by ?? '') ?? somebody);
  return shown(words(doer, who === null ? everybody : (nameOf(meeting, who) ?? somebody)));
}

/** The mark at the top shows it to the eye. */
function ofLock(locked: boolean, meeting: Meeting | null): News | null {
  if (meeting === null || meeting.rules.locked === locked) return null;
  const text = locked ? strings.notices.locked : strings.notices.unlocked;
  return mayModerate(meeting) ? shown(text) : spoken(text);
}
