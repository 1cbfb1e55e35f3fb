/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read on the pages about who one is: signing in, the own account, and the frame of all these pages.
import type { PasskeyProblem } from '../identity/passkey';
import type { Word } from '../pages/model';

const words: Readonly<Record<Word, string>> = {
  ended: 'You are signed out: this session was ended, here or from another device. Sign in again.',
  expired: 'You are signed out, because this session was not used for a long time. Sign in again.',
  copied:
    'You are signed out. This session was used without the key of this browser, as if somebody had copied it. If you ' +
    'did not clear this browser’s data yourself, change your password after signing in.',
  signed_out: 'You are signed out. On a computer of others, close the browser, too.',
  no_storage:
    'This browser keeps no key for this page, so it can’t sign in or join. That happens in some private windows, or ' +
    'when storage is switched off. Use a normal window.',
  no_crypto: 'This browser can’t make a key for this page. The address must begin with https, and the browser be current.',
};

const passkeyProblems: Readonly<Record<PasskeyProblem, string>> = {
  cancelled: 'No passkey was used: the question was closed, or its time was over. You can try again.',
  known: 'This device has a passkey for your account already.',
  unsupported: 'This browser or device can’t use passkeys here.',
};

const refusals = {
  wrong_password: 'The e-mail address and the password don’t belong together.',
  wrong_code: 'This code is not right. Check it, or ask for a new one.',
  code_used_up: 'This code can’t be used any more. Ask for a new one.',
  wrong_passkey: 'This passkey does not open an account here.',
  no_first_factor: 'Too much time has passed. Begin again with your password or a code.',
  other_account: 'You are signed in as somebody else. Sign out first.',
  no_email: 'This server sends no e-mail. Choose another way.',
  no_sms: 'This server sends no SMS. Choose another way.',
  provider_failed: 'The provider can’t be reached at the moment. Choose another way, or try again later.',
  provider_refused: 'The provider did not confirm who you are.',
  link_first: 'An account has this address already. Sign in there, and connect the provider in the account’s settings.',
  link_used: 'This link was used already, or is too old. Each works once.',
  weak_password: 'This password is too easy to guess. Choose a longer one.',
  bad_phone: 'Enter the whole number with the country, such as +385 91 234 5678.',
  bad_name: 'Enter a name: up to about 90 letters, all of one writing system.',
  name_imitates: 'This name looks like a role, such as host or support. Enter the name that people know you by.',
  bad_passkey: 'The server could not accept this passkey. Try another device.',
  known_already: 'It is there already.',
  no_second_factor: 'Set up an authenticator app or a passkey first.',
  still_demanded: 'It is your last second factor, and your account has to have one. Set up another one first.',
  must_first: 'Your account has something to do first. Open “Account”.',
  wait: 'Too many tries. Wait a little, then try again.',
  too_many: 'Too many requests at once. Wait a minute, then try again.',
  not_allowed: 'You may not do that.',
  not_found: 'It is not there any more.',
  no_session: 'Sign in first.',
  session_expired: 'Sign in first.',
  sign_in_first: 'Sign in first.',
  try_again: 'The server could not do it at the moment. Try again.',
  server_full: 'The server has no place for more visitors at the moment. Try again in some minutes.',
  unreachable: 'The server can’t be reached. Check your connection to the network and try again.',
  bad_origin: 'The server is reached by another address than it knows. Ask whoever runs it to check its settings.',
};

export const account = {
  nav: {
    label: 'Main',
    rooms: 'My rooms',
    account: 'Account',
    admin: 'Administration',
    signIn: 'Sign in',
    signOut: 'Sign out',
    start: 'Testudo, to the start page',
  },
  skip: 'Skip to the content',
  busy: 'One moment…',
  more: 'Show more',
  shown: (count: number) => `${count} shown`,
  copy: 'Copy',
  copyFailed: 'It is marked: copy it with your keyboard or menu.',
  shownOnce: 'This is shown now and never again. Keep it in a safe place.',
  understood: 'OK',
  save: 'Save',
  saved: 'Saved.',
  cancel: 'Cancel',
  back: 'Back',
  today: (time: string) => `today at ${time}`,
  waitFor: (seconds: number) =>
    seconds < 90 ? `Again in ${seconds} seconds.` : `Again in ${Math.ceil(seconds / 60)} minutes.`,
  words,
  refusals,
  passkeyProblems,

  must: {
    title: 'One thing first',
    set_password: 'An administrator asks you to set a new password.',
    second_factor: 'Accounts on this server need a second factor, besides the password.',
    lead: 'Until then the rest of your account waits.',
    go: 'To my account',
  },

  notices: {
    label: 'Notices about your account',
    dismiss: 'I have read it',
    check: 'See where I am signed in',
  },

  signIn: {
    title: 'Sign in',
    lead: (host: string) => `Your account on ${host}. Check that the address bar shows this name.`,
    email: 'E-mail address',
    emailWrong: 'Enter your whole e-mail address.',
    next: 'Continue',
    or: 'or',
    passkey: 'Sign in with a passkey',
    passkeyHint: 'A passkey is kept by your phone, computer or security key. You need no password with it.',
    provider: (name: string) => `Continue with ${name}`,
    as: (email: string) => `As ${email}`,
    otherEmail: 'Another address',
    password: 'Password',
    showPassword: 'Show the password',
    submit: 'Sign in',
    otherWays: 'Other ways',
    codeByEmail: 'Send me a code by e-mail',
    codeBySms: 'Send me a code by SMS',
    usePasskey: 'Use a passkey',
    codeTitle: 'Enter the code',
    codeSent: {
      email: (email: string) => `A code of 8 digits is on its way to ${email}. It is good for ten minutes, in this browser.`,
      sms: (email: string) =>
        `If the account of ${email} has a phone number, a code of 6 digits is on its way to it. It is good for ten ` +
        'minutes, in this browser.',
    },
    codeAdvice: 'Nobody from Testudo ever asks you for a code. Enter it here only.',
    code: 'Code',
    confirm: 'Confirm',
    sendAgain: 'Send a new code',
    sentAgain: 'A new code is on its way. The earlier one does not work any more.',
    codeProblem: 'Enter all digits of the code.',
    secondTitle: 'Second step',
    second: {
      totp: {
        lead: 'Open your authenticator app and enter the six digits that it shows for this account.',
        label: 'Code from the app',
        other: 'Use the authenticator app',
      },
      recovery: {
        lead: 'Enter one of the recovery codes that you printed or copied. Each works once.',
        label: 'Recovery code',
        other: 'Use a recovery code',
      },
      passkey: {
        lead: 'Use a passkey that belongs to this account.',
        label: 'Passkey',
        other: 'Use a passkey',
      },
    },
    verifiedTitle: 'Your address is verified',
    verified: (email: string) =>
      `In meetings you are shown with ${email}, and tickets for this address are yours. There is no account for it on ` +
      'this server, and none is needed to join.',
    goOn: 'Go on',
    makeTitle: 'Make an account',
    makeLead: 'Your address gets a code, to make sure that it is yours.',
    make: 'New here? Make an account',
    haveOne: 'I have an account',
    name: 'Your name',
    nameHint: 'Others see this name in meetings.',
    already: (name: string) => `You are signed in as ${name}.`,
    nothing: 'This server offers no way to sign in without an invitation. Ask whoever runs it.',
  },

  factor: {
    confirmTitle: 'Confirm that it is you',
    confirmLead: 'What you are about to do is sensitive. Show once more that it is you; then it goes on by itself.',
    lockedTitle: 'Locked while you were away',
    lockedLead: (name: string) =>
      `This session was not used for half an hour, so it locked itself. Open it again, ${name}, and go on where you were.`,
    lockedAdvice: 'Tip: lock the screen when you leave your computer. Then nobody can use it meanwhile.',
    unlock: 'Open',
  },
} as const;
