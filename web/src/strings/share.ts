/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read when a screen is shared.
import type { Doubt, Freeze, Picked, ShareProblem, Surface } from '../state/share';

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const surfaces: Readonly<Record<Surface, { readonly name: string; readonly advice: string }>> = {
  tab: {
    name: 'One tab of this browser',
    advice: 'The safest choice: nothing else can get into the picture, and its sound can be shared.',
  },
  window: {
    name: 'One window',
    advice: 'All that this program shows, its other documents and messages included. Close what is not for others.',
  },
  whole: {
    name: 'The whole screen',
    advice: 'Everything that appears on it: messages that pop up, e-mail, passwords that you type in plain sight.',
  },
};

const showing: Readonly<Record<Picked, string>> = {
  tab: 'You are showing a tab',
  window: 'You are showing a window',
  whole: 'You are showing your whole screen',
  unknown: 'You are showing your screen or a window',
};

const showingWithSound: Readonly<Record<Picked, string>> = {
  tab: 'You are showing a tab, with its sound',
  window: 'You are showing a window, with its sound',
  whole: 'You are showing your whole screen, with the computer’s sound',
  unknown: 'You are showing your screen or a window, with sound',
};

const picked: Readonly<Record<Picked, string>> = {
  tab: 'You picked a tab.',
  window: 'You picked a window.',
  whole: 'You picked the whole screen.',
  unknown: 'Your browser does not tell what you picked. Look at the picture: is it what you meant?',
};

const problems: Readonly<Record<ShareProblem, string>> = {
  denied:
    'Nothing is shared: you said no, or the browser may not record the screen. On a Mac, allow it in System Settings under ' +
    'Privacy & Security.',
  no_gesture: 'Something tried to share your screen without a click of yours. Nothing was shared.',
  unexpected: 'The browser could not share that. Choose again.',
  whole_forbidden:
    'That is the whole screen, or as large as it, and this server does not allow to share it. Nothing was shared. Pick a tab, ' +
    'or a window that does not fill the screen.',
};

const doubts: Readonly<Record<Doubt, { readonly title: string; readonly text: string }>> = {
  whole_instead: {
    title: 'This is your whole screen',
    text:
      'You chose something smaller before, but then picked the whole screen. Others would see everything that appears ' +
      'on it. Nobody sees it yet.',
  },
  looks_whole: {
    title: 'This looks like your whole screen',
    text:
      'Your browser does not tell what you picked, but the picture is as large as your screen. Others would see ' +
      'everything that appears on it. Nobody sees it yet.',
  },
};

const frozen: Readonly<Record<Freeze, string>> = {
  person: 'Paused by you. Others see nothing of it.',
  window: 'Paused: something opened another window from this page. Others see nothing of it. Look at the picture first.',
  surface: 'Paused: what you show has changed. Others see nothing of it. Look at the picture first.',
  picture: 'Paused: the browser gave no picture for a moment. Others see nothing of it. Look at the picture first.',
};

export const share = {
  start: 'Share your screen',
  startShort: 'Share',
  stop: 'Stop sharing',
  stopShort: 'Stop',
  mayNot: 'The host lets nobody share a screen for now.',

  chooseTitle: 'What do you want to show?',
  reminder: 'Everybody in the meeting sees it, with all that appears in it, and could take a picture of it.',
  surfaces,
  surfaceLabel: 'What to show',
  sound: 'Share its sound, too',
  soundNot: {
    tab: 'This browser shares no sound.',
    window: 'This browser shares no sound of windows.',
    whole: 'This browser shares no sound of the whole screen: others would hear themselves.',
  },
  wholeNever: 'This server takes special care: the whole screen is not shared here.',
  cancel: 'Cancel',
  pick: 'Go on',
  pickHint: 'Your browser asks next what exactly. Nobody sees anything before you have looked at it.',
  takeBack: 'You can stop at any time, by “Stop sharing” here or in the browser’s own bar. Nothing is remembered.',

  sureTitle: 'Really the whole screen?',
  sureText:
    'Others will see everything: every window that you open, every message that pops up, everything that you type. A tab or ' +
    'a window is enough nearly always.',
  sureAdvice: 'Before you go on: switch notifications off, and close mail, chats and whatever is private.',
  sureNo: 'Show less',
  sureYes: 'The whole screen',

  pickingTitle: 'Your browser asks',
  pickingText: 'Pick what you want to show in the browser’s own question. Nobody sees it yet.',

  previewTitle: 'Nobody sees this yet',
  previewText: 'Look at it: is there anything that is not for the others?',
  preview: 'What you picked',
  picked,
  withSound: 'With sound.',
  withoutSound: 'Without sound.',
  again: 'Pick something else',
  live: 'Show it to all',
  doubts,
  acceptDoubt: 'I mean the whole screen',

  bar: 'What you are showing',
  showing,
  showingWithSound,
  pause: 'Pause',
  goOn: 'Go on',
  moving: 'It is a film: smooth rather than sharp',
  frozen,
  ended: 'Your screen is no longer shared',
  problems,

  pausedTile: 'Paused',
  paused: (name: string) => `${name} has paused the screen`,

  askedTitle: (name: string) => `${name} asks you to share your screen`,
  askedText: 'You decide. If you agree, you choose what to show, and look at it before anybody sees it.',
  askedYes: 'Choose what to show',
  askedNo: 'No',
  declined: (name: string) => `${name} does not want to share a screen`,

  evidence: {
    title: 'Your screen',
    screen: {
      label: 'What others see of it',
      values: {
        not_shared: 'Nothing',
        shared_before: 'Nothing any more',
        part_shared: 'One tab or window',
        whole_shared: 'The whole screen',
        not_told: 'What you picked: this browser does not say what that is',
        held: 'Nothing for the moment: it is paused',
        refused: 'Nothing: something tried to share it without you, and was refused',
      },
      counts: (live: number, held: number) =>
        `In this meeting it was shown ${times(live)}, and this page held it back ${times(held)}.`,
      meaning: 'It is shown only after you have looked at it, and held back when this page opens a window or what you picked changes.',
    },
    requests: {
      label: 'Requests for your screen',
      value: (count: number) => (count === 0 ? 'None so far' : count === 1 ? 'One, of a host' : `${count}, all of hosts`),
      meaning: 'Only a host who is in this meeting can ask, with the name and how it was verified. A link can neither ask nor share.',
    },
  },
} as const;
