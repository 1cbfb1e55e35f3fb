/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read about consent, permissions, browsers and the own computer (A9, B6, B9, B11, T12). Names come isolated.
import type { Steps } from '../care/browser';
import type { Ask } from '../state/consent';
import type { Host } from '../state/host';

const who: Readonly<Record<Host['verified'], (name: string) => string>> = {
  account: (name) => `${name} hosts this meeting, and is known to the server by an account.`,
  ticket: (name) => `${name} hosts this meeting, and is known to the server by a ticket.`,
  email: (name) => `${name} hosts this meeting, and has shown an e-mail address.`,
  host_link: (name) =>
    `Somebody who calls themselves ${name} hosts this meeting, and came by this server’s host link. The name is not verified.`,
  none: (name) => `Somebody who calls themselves ${name} hosts this meeting. Nobody has verified that.`,
};

const asks: Readonly<Record<Ask, string>> = {
  each_call: 'Before each call',
  each_person: 'Before the first call with each person',
  once: 'Only once',
};

const revoke: Readonly<Record<Steps, string>> = {
  chromium:
    'Click the icon left of the address, then the switches beside Camera and Microphone, or “Reset permission”.',
  firefox: 'Click the icon of camera or microphone left of the address, then the × beside what you allowed.',
  safari_mac: 'In the menu Safari choose “Settings for this website”, and set Camera and Microphone to Ask.',
  ios: 'Tap the button beside the address, then “Website Settings”, and set Camera and Microphone to Ask.',
  android_chromium: 'Tap the icon left of the address, then Permissions, and switch Camera and Microphone off.',
  android_firefox: 'Tap the lock left of the address, then Camera or Microphone, so that it says Blocked.',
  samsung:
    'Open the menu, then Settings, Sites and downloads, Site permissions; choose Camera or Microphone and this address.',
  other: 'Look for the icon beside the address, or for “site permissions” in the browser’s settings.',
};

const allow: Readonly<Record<Steps, string>> = {
  chromium:
    'Click the icon left of the address, switch on Camera and Microphone, then load this page again and try once more.',
  firefox:
    'Click the crossed-out icon left of the address, then the × beside “Blocked”, and try once more. The browser asks anew.',
  safari_mac:
    'In the menu Safari choose “Settings for this website”, set Camera and Microphone to Ask, and load this page again.',
  ios:
    'Tap the button beside the address, then “Website Settings”, set Camera and Microphone to Ask, and load this page ' +
    'again.',
  android_chromium:
    'Tap the icon left of the address, then Permissions, switch on Camera and Microphone, and try once more.',
  android_firefox: 'Tap the lock left of the address, then Camera or Microphone so that it says Allowed, and try once more.',
  samsung:
    'Open the menu, then Settings, Sites and downloads, Site permissions, choose Camera or Microphone, and allow this ' +
    'address.',
  other: 'Look for the icon beside the address, or for “site permissions” in the browser’s settings, then try once more.',
};

/** Where the computer or phone itself refuses the whole browser. */
const system = {
  windows:
    'Windows may keep devices from the browser: open Settings, Privacy & security, Camera (and Microphone), and switch ' +
    'on “Let desktop apps access your camera”.',
  mac:
    'macOS may keep devices from the browser: open System Settings, Privacy & Security, Camera (and Microphone), switch ' +
    'on your browser, and start it again.',
  ios: 'The iPhone or iPad may keep devices from the browser: open Settings, the browser’s own page, and switch them on.',
  android:
    'Android may keep devices from the browser: open Settings, Apps, the browser, Permissions, and allow Camera and ' +
    'Microphone.',
  linux: 'If the browser came as a Flatpak or Snap, the system may keep devices from it: look into its permissions there.',
  other: 'The system itself may keep devices from the browser: look into its settings for privacy.',
} as const;

export const care = {
  consent: {
    who,
    own: 'This is your own meeting: those whom you let in see and hear you.',
    nobody: 'The host has not come yet, so this page can’t say who will see you. Agree only if you expect this meeting.',
    before: (day: string) => `You agreed to this on ${day}. Nothing opens before you click.`,
    askLabel: 'Ask me this',
    asks,
    askHint: 'Kept in this browser alone. You can change it here and in your account.',
    askForced: 'This server asks before each call, whatever was agreed to before.',
    changed: (before: string, now: string) =>
      `The host was ${before} when you agreed, and is ${now} now. Camera and microphone are off again. Please look, and ` +
      'agree anew if you wish.',
    changedToNobody: (before: string) =>
      `The host was ${before} when you agreed, and has left. Camera and microphone are off again. Please look, and agree ` +
      'anew if you wish.',
    title: 'Camera and microphone',
    lead: 'When this page asks whether it may use them. The answer is kept in this browser, not on the server.',
    rememberedTitle: 'Agreed to before',
    ownMeetings: 'Your own meetings',
    everybody: 'All meetings',
    agreedOn: (day: string) => `agreed on ${day}`,
    forget: 'Forget',
    forgetName: (name: string) => `Forget the agreement for ${name}`,
    nobodyYet: 'You are asked before each meeting.',
    noneYet: 'Nothing is remembered yet.',
  },

  permission: {
    steps: { revoke, allow },
    system,
    policy: 'If your organisation manages this browser, only its administrators can change that.',
  },

  granted: {
    title: 'What this browser still allows',
    camera: 'This page may open your camera without asking again.',
    mic: 'This page may open your microphone without asking again.',
    both: 'This page may open your camera and microphone without asking again.',
    none: 'Your browser asks again before this page can use your camera or microphone.',
    unknown: 'Your browser does not tell this page what it still allows.',
    how: 'To take it back:',
  },

  unused: {
    title: 'Still allowed, long not used',
    text: (day: string) =>
      `Camera or microphone were last used here on ${day}, and this page may still open them without asking. If you don’t ` +
      'need them soon, take that back:',
    keep: 'Keep it',
  },

  browser: {
    title: {
      outdated: 'Your browser is out of date',
      embedded: 'You are inside another program',
      unknown: 'This browser is not known here',
    },
    outdated: (name: string, version: string) =>
      `${name} ${version} no longer gets all repairs of security, as far as this server knows. Update it: open the menu of ` +
      'the browser, then Help and About.',
    outdatedPhone: (name: string, version: string) =>
      `${name} ${version} no longer gets all repairs of security, as far as this server knows. Update it where you got it: ` +
      'in the store of apps of your phone.',
    outdatedSystem: (name: string, version: string) =>
      `${name} ${version} no longer gets all repairs of security, as far as this server knows. It comes with the system: ` +
      'update that in the settings, under Software Update.',
    embedded: (name: string) =>
      `This page is shown inside ${name}, which can read what you type here and often has no camera. Copy the link, and ` +
      'open it in your browser.',
    embeddedNameless:
      'This page is shown inside another app, which can read what you type here and often has no camera. Copy the link, ' +
      'and open it in your browser.',
    unknown: 'It may work well. But this server can’t tell whether it gets repairs of security. Known to be looked after:',
    makers: 'From the makers themselves, and from nowhere else:',
    listed: (day: string) => `This server’s list of browsers is of ${day}.`,
    listOld: (day: string) =>
      `This server’s list of browsers is of ${day}: too old to rely on. Ask whoever runs the server to update it.`,
    dismiss: 'Go on anyway',
  },

  advice: {
    title: 'For your safety',
    lock: 'When you leave your desk, lock the screen: Windows key and L, or Ctrl, Cmd and Q on a Mac.',
    programs:
      'A meeting here needs no program but your browser. If somebody asks you to install one, or to let them control your ' +
      'computer, it is not for this meeting.',
    passwords: 'Use this password nowhere else, and tell it to nobody: whoever runs this server never asks for it.',
    stolen:
      'If that was not you: change your password, end all other sessions in your account, and look for programs on your ' +
      'computer that you don’t know.',
  },

  high: {
    title: 'This server takes special care',
    lead: 'It runs with the profile for a bank or a clinic:',
    points: [
      'Everybody waits until the host lets them in, and shows who they are.',
      'You are asked before each call, whatever you agreed to before.',
      'Keys are agreed so that future quantum computers can’t undo it, or there is no connection.',
      'A tab or a window can be shared, but never the whole screen.',
      'The settings in the meeting can hide from the network when you speak: better switch that on.',
      'Look around you: who else can see your screen or hear you? Use headphones where you can.',
    ],
    label: 'Special care',
    on: 'On: everything is raised',
    broken: 'On, but not in force',
    meaning:
      'The server demands it in every room, and no host can lower it: people wait, guests are verified, accounts have two ' +
      'factors, and keys are post-quantum. Compared with the rules that are in force in this meeting now.',
    brokenMeaning:
      'The server says that it takes special care, but the rules of this meeting are lower. Tell whoever runs the server.',
  },
} as const;
