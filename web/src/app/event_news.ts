/* SPDX-License-Identifier: GPL-3.0-or-later */
// What of an event is told in words (see news.ts).
import type { BroadcastState } from '../signal/event_messages';
import type { ServerMessage } from '../signal/messages';
import type { Meeting } from '../state/model';
import { strings } from '../strings';
import type { News } from './news';

export function eventNewsOf(message: ServerMessage, meeting: Meeting | null): News | null {
  if (meeting === null) return null;
  switch (message.type) {
    case 'welcome':
      return ofBroadcast(message.broadcast?.state, meeting);
    case 'broadcast':
      return ofBroadcast(message.broadcast.state, meeting);
    case 'invitation':
      return ofInvitation(message, meeting);
    case 'question':
      return ofQuestion(message.question.id, message.question.name, meeting);
    default:
      return null;
  }
}

/** Who has just come in sees how it is. */
function ofBroadcast(now: BroadcastState | undefined, { event }: Meeting): News | null {
  const before = event.broadcast?.state;
  if (now === undefined || before === undefined || now === before || now === 'before') return null;
  return { text: strings.event.news.broadcast[now], spokenOnly: false };
}

/** That somebody has accepted shows in the person's new role. */
function ofInvitation({ who, answer }: Extract<ServerMessage, { type: 'invitation' }>, meeting: Meeting): News | null {
  const name = meeting.people.find(({ id }) => id === who)?.name ?? strings.notices.somebody;
  return answer === 'accepted' ? null : { text: strings.event.news.invitation[answer](name), spokenOnly: false };
}

function ofQuestion(id: number, name: string, { event }: Meeting): News | null {
  const known = event.questions.some((question) => question.id === id);
  return known ? null : { text: strings.event.news.question(name), spokenOnly: true };
}
