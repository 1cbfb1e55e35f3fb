/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read of contacts and calls.

export const calls = {
  nav: 'Contacts',
  navMissed: (n: number) => (n === 1 ? '1 missed call' : `${n} missed calls`),
  title: 'Contacts',
  lead: 'People on this server whom you can call, and who can call you. Both of you have agreed to it.',
  verified: 'address verified',
  notVerified: 'address not verified',
  presence: { here: 'Here now', busy: 'In a meeting', away: 'Away' },
  presenceUnknown: 'Does not show whether they are here',

  contactsTitle: 'Your contacts',
  contactsEmpty: 'Nobody yet. Ask somebody below, or send them a link.',
  call: 'Call',
  callName: (name: string) => `Call ${name}`,
  more: 'More',
  moreName: (name: string) => `More for ${name}`,
  hide: 'Hide from this person whether I am here',
  hidden: 'You do not show this person whether you are here.',
  remove: 'Remove',
  removeTitle: (name: string) => `Remove ${name} from your contacts?`,
  removeText: 'You are no longer contacts, for both of you. To call each other again, one of you has to ask.',
  block: 'Block',
  blockTitle: (name: string) => `Block ${name}?`,
  blockText:
    'Calls of this person no longer reach you, and they no longer see whether you are here. They are not told: for ' +
    'them it is as if you did not answer.',

  requestsTitle: 'Who asks to be your contact',
  requestsLead: 'Accept only people whom you know. Whoever is declined is not told.',
  accept: 'Accept',
  acceptName: (name: string) => `Accept ${name} as a contact`,
  decline: 'Decline',
  declineName: (name: string) => `Decline ${name}`,
  accepted: (name: string) => `${name} is your contact now.`,
  declined: 'Declined. Nobody is told.',

  missedTitle: 'Missed calls',
  missedLead: 'Kept for 30 days.',
  callBack: 'Call back',
  forget: 'Remove from the list',
  forgetAll: 'Clear the list',
  notContact: 'No contact of yours any more',

  addTitle: 'Add a contact',
  addLead: 'Ask by e-mail address. You see no answer until they accept: nobody is told whether an address has an account.',
  email: 'E-mail address',
  ask: 'Ask',
  asked: 'Asked. If somebody here has this address, they see it on their contacts page.',
  asksTitle: 'Asked, not accepted yet',
  askedWhen: 'Asked',
  withdraw: 'Take back',
  withdrawName: (email: string) => `Take back the request to ${email}`,
  linkTitle: 'Or send a link',
  linkLead: 'Whoever opens it first and is signed in here becomes your contact. It works once, for a week.',
  makeLink: 'Make a link',
  link: 'Link for one person',

  blockedTitle: 'Blocked',
  unblock: 'Unblock',
  unblockName: (name: string) => `Unblock ${name}`,

  showTitle: 'What others see of you',
  show: 'Show my contacts whether I am here',
  showHint:
    'Off unless you switch it on. Contacts then see “here now”, “in a meeting” or “away”, and nothing else; you can ' +
    'hide it from single people. While it is off, nobody can tell whether you are away, busy or do not want to answer.',

  linkPage: {
    title: (name: string) => `Become a contact of ${name}?`,
    text: 'You can then call each other. You can remove or block each other at any time.',
    yes: 'Become contacts',
    no: 'Not now',
    own: 'This is your own link. Send it to the person that it is for.',
    used: 'This link was used already, or is too old. Ask for a new one.',
  },

  incoming: {
    title: (name: string) => `${name} is calling you`,
    windowTitle: (name: string) => `☎ ${name} is calling`,
    text: (name: string) =>
      `Nothing is open yet. If you accept, this page opens what you choose, and ${name} hears and sees you. Your browser may ask first.`,
    again: (name: string) => `If you accept, ${name} hears and sees you by what you choose here.`,
    acceptVideo: 'Accept with camera',
    acceptAudio: 'Accept with microphone only',
    decline: 'Decline',
    declineHint: 'If you decline, it goes on ringing there. Nobody is told.',
    connecting: 'Connecting …',
  },
  before: {
    title: (name: string) => `Call ${name}?`,
    text: (name: string) =>
      `If ${name} accepts, this page opens what you choose here, and ${name} hears and sees you. Until then nothing is opened or sent.`,
    again: (name: string) => `If ${name} accepts, you are heard and seen there by what you choose here.`,
    video: 'Call with camera',
    audio: 'Call with microphone only',
    cancel: 'Cancel',
  },
  outgoing: {
    title: (name: string) => `Calling ${name} …`,
    text: 'Camera and microphone are still off.',
    hangUp: 'Hang up',
    notAnsweredTitle: (name: string) => `${name} does not answer`,
    notAnswered:
      'Nobody is told why: they may be away, in another meeting, or not free to talk. You can try again later.',
    again: 'Call again',
    close: 'Close',
  },
  problems: {
    not_a_contact: 'You are no longer contacts. Ask this person again on your contacts page.',
    already_calling: 'You are calling somebody already, here or on another device.',
    too_many_calls: 'You have called often in a short time. Wait a minute, then try again.',
    call_over: 'This call is over.',
    server_full: 'The server has no place for another call at the moment. Try again in some minutes.',
    no_line: 'The connection to the server was interrupted. Try again in a moment.',
  },
  problemTitle: 'The call did not work',
  connecting: 'Connecting your call …',
  connectingText: 'The other person has accepted, and is on the way in.',
  over: {
    answered: (name: string) => `The call of ${name} was answered on another device.`,
    missed: (name: string) => `You missed a call of ${name}.`,
    other: (name: string) => `The call of ${name} is over.`,
  },
} as const;
