/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read around the chat, raised hands, reactions and the word of a recording.
import type { Reaction } from '../signal/messages';

const reactions: Readonly<Record<Reaction, string>> = {
  thumbs_up: 'Thumbs up',
  clap: 'Applause',
  heart: 'Heart',
  laugh: 'Laughter',
  surprise: 'Surprise',
  celebrate: 'Celebration',
};

const refusals = {
  not_allowed: 'Not sent: you cannot write in this meeting at the moment.',
  too_fast: 'Not sent: too much is being written. Try again in a few seconds.',
  bad_text: 'Not sent: the text holds characters that cannot be shown to others.',
  not_there: 'Not sent: this person is no longer here.',
  away: 'Not sent: this person’s connection is interrupted. Try again in a moment.',
  other: 'Not sent. Try again.',
} as const;

const roles = { host: 'Host', cohost: 'Co-host', speaker: 'Speaker', participant: '', viewer: '' } as const;

export const talk = {
  chat: {
    title: 'Chat',
    short: 'Chat',
    open: (unread: number) =>
      unread === 0 ? 'Chat' : unread === 1 ? 'Chat, 1 new message' : `Chat, ${unread} new messages`,
    notKept: 'Nothing is stored: who comes in later sees nothing from before, and at the end all of it is gone.',
    empty: 'Nobody has written anything yet.',
    list: 'Messages',
    gap: 'Your connection was interrupted. What others wrote meanwhile is not here.',
    you: 'You',
    roles,
    toYou: 'To you alone',
    toOne: (name: string) => `To ${name} alone`,
    toStage: 'Many are writing: only the stage saw this',
    pending: 'Sending …',
    unsure: 'The connection broke: perhaps this was not sent.',
    refusals,
    again: 'Write again',
    to: 'To',
    everyone: 'Everyone',
    field: 'Message',
    placeholder: 'Write a message',
    send: 'Send',
    left: (bytes: number) => `${bytes} more than fit into one message. The rest would be cut off.`,
    mayNot: 'Only some may write in this meeting at the moment.',
    news: (name: string, text: string) => `${name}: ${text}`,
    newsToYou: (name: string, text: string) => `${name} to you alone: ${text}`,
    link: (host: string) => `Link to ${host}: asks before it leaves the meeting`,
  },
  leaving: {
    title: 'This leaves the meeting',
    text: 'The link was written by somebody in the meeting. It leads to another site, where these protections end:',
    disguised:
      'The name of this site was written in other letters than it has. Letters of other alphabets can look like ours: ' +
      'read the name above.',
    unsafe: 'This address is not encrypted: others on the way can read and change what you see there.',
    whole: 'The whole address',
    copy: 'Copy the link',
    copied: 'The link is copied.',
    notCopied: 'The browser did not allow it. Select the address above and copy it.',
    go: 'Leave and go there',
    stay: 'Stay',
  },
  hand: {
    raise: 'Raise your hand',
    lower: 'Lower your hand',
    short: 'Hand',
    up: 'Hand raised',
    place: (place: number) => `Hand raised, number ${place}`,
    title: (count: number) => (count === 1 ? '1 raised hand' : `${count} raised hands`),
    lowerOf: (name: string) => `Lower the hand of ${name}`,
    lowerOne: 'Lower',
    lowerAll: 'Lower all',
    news: (name: string) => `${name} raised a hand`,
  },
  react: {
    title: 'React',
    short: 'React',
    choose: 'Reactions',
    close: 'Close the reactions',
    names: reactions,
    news: (name: string, reaction: string) => `${name}: ${reaction}`,
    shown: 'Reactions of others',
    many: (count: number, reaction: string) => `${reaction}, ${count} times`,
  },
  recorded: {
    mark: 'Recording',
    by: (names: string) => `${names} is recording this meeting`,
    byMany: (names: string) => `Recording this meeting: ${names}`,
    byYou: 'You are recording this meeting',
    started: (name: string) => `${name} is recording this meeting now`,
    ended: (name: string) => `${name} has stopped recording`,
    startedByYou: 'You are recording now. Everybody was told.',
    endedByYou: 'Your recording has ended',
    banner: (names: string) =>
      `${names} is recording what is seen and heard in this meeting. The recording stays on that person’s device.`,
    unseen: 'A host is recording this event. The recording stays on that person’s device.',
    stay: 'I understand',
    leave: 'Leave',
    lobby: 'This meeting is being recorded by somebody who is in it. Who comes in is on the recording.',
  },
} as const;
