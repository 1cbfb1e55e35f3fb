/* SPDX-License-Identifier: GPL-3.0-or-later */
// What people write, and the signs that they give. The page alone keeps it, for as long as the stay lasts: the server
// stores nothing of it (B8).
import type { ClientMessage, Reaction, Role, ServerMessage } from '../signal/messages';
import { cleanText } from './chat_text';

export type ChatMessage = Extract<ServerMessage, { type: 'chat' }>;
export type Reach = ChatMessage['reach'];

/** Of an own message: 'unsure' when the connection broke before the server's answer came. */
export type LineStatus = 'pending' | 'sent' | 'unsure' | 'refused';

export interface SaidLine {
  readonly kind: 'said';
  readonly key: number;
  /** The page's own number of an own message; null: somebody else's. */
  readonly id: number | null;
  readonly from: string;
  readonly name: string;
  readonly role: Role;
  /** To this person alone; null: to all whom `reach` says. */
  readonly to: { readonly id: string; readonly name: string } | null;
  readonly reach: Reach;
  readonly text: string;
  /** Unix seconds; null until the server has said so. */
  readonly time: number | null;
  readonly status: LineStatus;
  /** Why it was refused. */
  readonly code: string | null;
}

/** The connection was away: what was written meanwhile is not here. */
export interface GapLine {
  readonly kind: 'gap';
  readonly key: number;
}

export type Line = SaidLine | GapLine;

/** A reaction while it is shown; `who` null: of `count` people who are not seen. */
export interface ShownReaction {
  readonly key: number;
  readonly who: string | null;
  readonly reaction: Reaction;
  readonly count: number;
}

export interface Talk {
  readonly lines: readonly Line[];
  readonly unread: number;
  readonly draft: string;
  /** To whom the draft is: null: all. */
  readonly to: string | null;
  readonly reactions: readonly ShownReaction[];
  /** The choice of reactions is open. */
  readonly picking: boolean;
  /** Who recorded when the person looked at the word about it. */
  readonly recordersSeen: readonly string[];
  readonly lastKey: number;
  readonly lastId: number;
  readonly interrupted: boolean;
}

export const NO_TALK: Talk = {
  lines: [],
  unread: 0,
  draft: '',
  to: null,
  reactions: [],
  picking: false,
  recordersSeen: [],
  lastKey: 0,
  lastId: 0,
  interrupted: false,
};

/** Older lines go: nobody scrolls up a whole event. */
export const LINES_KEPT = 500;
const REACTIONS_SHOWN = 24;

export type TalkAction =
  | { readonly type: 'talk_drafted'; readonly draft: string }
  | { readonly type: 'talk_to'; readonly to: string | null }
  /** The draft leaves. */
  | { readonly type: 'talk_written'; readonly you: Author; readonly reader: SaidLine['to'] }
  /** A line that was refused goes back to be written again. */
  | { readonly type: 'talk_again'; readonly key: number }
  | { readonly type: 'talk_picking'; readonly open: boolean }
  | { readonly type: 'talk_reaction'; readonly shown: Omit<ShownReaction, 'key'> }
  | { readonly type: 'talk_reaction_over'; readonly key: number }
  | { readonly type: 'talk_recorders_seen'; readonly ids: readonly string[] };

export interface Author {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

function withLine(talk: Talk, line: Omit<SaidLine, 'key'> | Omit<GapLine, 'key'>): Talk {
  const lastKey = talk.lastKey + 1;
  return { ...talk, lastKey, lines: [...talk.lines, { ...line, key: lastKey } as Line].slice(-LINES_KEPT) };
}

function changeLines(talk: Talk, change: (line: SaidLine) => SaidLine): Talk {
  return { ...talk, lines: talk.lines.map((line) => (line.kind === 'said' ? change(line) : line)) };
}

export function reduceTalk(talk: Talk, action: TalkAction): Talk {
  switch (action.type) {
    case 'talk_drafted':
      return { ...talk, draft: action.draft };
    case 'talk_to':
      return { ...talk, to: action.to };
    case 'talk_written':
      return written(talk, action.you, action.reader);
    case 'talk_again':
      return again(talk, action.key);
    case 'talk_picking':
      return { ...talk, picking: action.open };
    case 'talk_reaction': {
      const lastKey = talk.lastKey + 1;
      return { ...talk, lastKey, reactions: [...talk.reactions, { ...action.shown, key: lastKey }].slice(-REACTIONS_SHOWN) };
    }
    case 'talk_reaction_over':
      return { ...talk, reactions: talk.reactions.filter(({ key }) => key !== action.key) };
    case 'talk_recorders_seen':
      return { ...talk, recordersSeen: action.ids };
  }
}

/** What the draft is as a message; null: nothing to say. */
export function messageOf(talk: Talk): Extract<ClientMessage, { type: 'chat' }> | null {
  const text = cleanText(talk.draft);
  const to = talk.to === null ? {} : { to: talk.to };
  return text === '' ? null : { type: 'chat', id: talk.lastId + 1, text, ...to };
}

function written(talk: Talk, you: Author, reader: SaidLine['to']): Talk {
  const message = messageOf(talk);
  if (message === null) return talk;
  const line = {
    kind: 'said',
    id: message.id,
    from: you.id,
    name: you.name,
    role: you.role,
    to: reader,
    reach: reader === null ? 'all' : 'one',
    text: message.text,
    time: null,
    status: 'pending',
    code: null,
  } as const;
  return withLine({ ...talk, draft: '', lastId: message.id }, line);
}

function again(talk: Talk, key: number): Talk {
  const line = talk.lines.find((other) => other.key === key);
  if (line?.kind !== 'said') return talk;
  const draft = talk.draft === '' ? line.text : `${line.text}\n${talk.draft}`;
  return { ...talk, lines: talk.lines.filter((other) => other !== line), draft, to: line.to?.id ?? null };
}

/** What the server's words change. `open`: the person reads along. */
export function hearTalk(talk: Talk, message: ServerMessage, open: boolean): Talk {
  switch (message.type) {
    case 'chat':
      return message.id === null ? heard(talk, message, open) : echoed(talk, message);
    case 'chat_refused':
      return changeLines(talk, (line) =>
        line.id === message.id ? { ...line, status: 'refused', code: message.code } : line,
      );
    case 'welcome':
      return returned(talk);
    case 'left':
      return talk.to === message.id ? { ...talk, to: null } : talk;
    default:
      return talk;
  }
}

function heard(talk: Talk, message: ChatMessage, open: boolean): Talk {
  const { from, name, role, to, to_name, reach, text, time } = message;
  const reader = to === null ? null : { id: to, name: to_name ?? '' };
  const line = { kind: 'said', id: null, from, name, role, to: reader, reach, text, time, status: 'sent' } as const;
  const next = withLine(talk, { ...line, code: null });
  return open ? next : { ...next, unread: talk.unread + 1 };
}

function echoed(talk: Talk, { id, reach, text, time }: ChatMessage): Talk {
  return changeLines(talk, (line) => (line.id === id ? { ...line, reach, text, time, status: 'sent', code: null } : line));
}

/** After a drop: the answers that were on their way are lost, and so is what others wrote. What the server has not got is
 * sent again by the outbox, and its echo comes after this. */
function returned(talk: Talk): Talk {
  if (!talk.interrupted) return talk;
  const unsure = changeLines({ ...talk, interrupted: false }, (line) =>
    line.status === 'pending' ? { ...line, status: 'unsure' } : line,
  );
  return withLine(unsure, { kind: 'gap' });
}
