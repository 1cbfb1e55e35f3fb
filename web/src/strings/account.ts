/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read on the pages about who one is: signing in, the own account, and the frame of all these pages.
import type { PasskeyProblem } from '../identity/passkey';
import type { Word } from '../pages/model';
import type { DoorCode } from '../state/door';

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
  no_crypto:
    'This browser can’t make a key for this page. The address must begin with https, and the browser be current.',
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
  still_demanded: 'It is your last second factor, and your account asks for one. Set up another one first.',
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

const door: Readonly<Record<DoorCode, { readonly title: string; readonly text: string }>> = {
  room_closed: {
    title: 'This meeting is closed',
    text: 'Nobody comes in any more. If you expected it to be open, ask the person who invited you.',
  },
  sign_in_first: {
    title: 'Please sign in first',
    text: 'This meeting is for people with an account on this server. Sign in, and you come back here.',
  },
  verify_email_first: {
    title: 'Please verify your e-mail address',
    text:
      'This meeting wants to know your address. You get a code by e-mail and enter it here; no account is needed. If ' +
      'you have a ticket or an invitation, use the address that it was issued to.',
  },
  second_factor_first: {
    title: 'One more step for this meeting',
    text: 'It asks for two factors. Show your second one now, or set one up in your account.',
  },
  must_first: {
    title: 'One thing first',
    text: 'Your account has something to do before it can join: an administrator has asked for it.',
  },
  not_a_member: {
    title: 'This meeting is for its members',
    text:
      'You are not on its list. Ask the person who invited you to add your address, or sign in with the address ' +
      'that was invited.',
  },
  ticket_of_other: {
    title: 'This ticket belongs to someone else',
    text:
      'A ticket is for one person and can’t be passed on. If somebody sent you their link, get a ticket of your own. If ' +
      'it is yours, come with the address that it was issued to.',
  },
  ticket_early: {
    title: 'You are early',
    text: 'Your ticket is right, but it is not good yet. Come back then, by the same link.',
  },
  ticket_over: {
    title: 'Your ticket is over',
    text: 'The time for which it was issued has passed. Ask whoever issued it for a new one.',
  },
  ticket_revoked: {
    title: 'Your ticket was taken back',
    text: 'It does not open this meeting any more. Ask whoever issued it why.',
  },
  ticket_in_use: {
    title: 'Your ticket is in use on another device',
    text:
      'It works on one device at a time. If that is you, you can go on here: the other device is told, and leaves the ' +
      'meeting. If it is not, go on here, and make sure that nobody else reads your e-mail or uses your account.',
  },
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

  start: {
    withAccount: 'You have an account: sign in, and open a meeting from your rooms.',
    rooms: 'To my rooms',
  },

  door,
  doorRoom: 'Meeting:',
  doorTimes: {
    from: (when: string) => `It is good from ${when}, by your clock.`,
    until: (when: string) => `It was good until ${when}.`,
  },
  identity: {
    account: 'You are signed in as',
    email: 'Your verified address:',
    guest: 'You are a guest: others see “not verified” beside your name.',
  },
  help: {
    verify: 'Verify my e-mail address',
    second: 'Show my second factor',
    account: 'To my account',
    other: 'Sign in as somebody else',
    take_over: 'Go on here',
  },

  must: {
    title: 'One thing first',
    set_password: 'An administrator asks you to set a new password.',
    second_factor: 'Your account needs a second factor, besides the password.',
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
      email: (email: string) =>
        `A code of 8 digits is on its way to ${email}. It is good for ten minutes, in this browser.`,
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
    startOver: 'Begin again',
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
      `This session was not used for half an hour, so it locked itself. Open it again, ${name}, and go on where ` +
      'you were.',
    lockedAdvice: 'Tip: lock the screen when you leave your computer. Then nobody can use it meanwhile.',
    unlock: 'Open',
  },

  newPassword: {
    label: 'New password',
    advice: 'At least 12 characters. Three or four words that nobody connects with you are good, and easy to keep.',
    unique: 'Use it nowhere else. A password manager can make and keep it for you.',
    short: (have: number, least: number) => `${have} of at least ${least} characters`,
    long: 'Long enough',
  },

  welcome: {
    title: 'Welcome',
    lead: (server: string) =>
      `This link opens your account on ${server}. It works once, so open it on your own device.`,
    open: 'Go on',
    bad: 'This link is not complete',
    badText: 'Part of the address is missing. Copy the whole link from the message that you got.',
    used: 'This link does not work any more',
    usedText:
      'Each link works once and for a limited time. If you have used it already, sign in. Otherwise ask the person ' +
      'who sent it for a new one.',
    formTitle: 'Your account',
    formLead: (email: string) => `For ${email}. Choose the name that others see, and a password.`,
    submit: 'Save and go on',
    passkeyInstead: 'Use a passkey instead of a password',
    doneTitle: (name: string) => `Hello, ${name}`,
    done: 'You are signed in, and your account is ready.',
    secondAdvice:
      'One more minute makes it much safer: set up an authenticator app, or add a passkey and switch on that a second ' +
      'factor is asked for. Then a stolen password alone opens nothing.',
    toSecurity: 'Make it safer',
    toRooms: 'To my rooms',
  },

  setup: {
    title: 'Set up this server',
    lead: 'You become its first administrator. The link that the server printed works once.',
    bad: 'This link is not complete',
    badText: 'Part of the address is missing. Copy the whole link from the place where the server printed it.',
    used: 'This server has an administrator already',
    usedText:
      'The link works once. If it was not you who used it, stop the server now and look at its log: “testudo log ' +
      'verify” and “testudo user list”.',
    submit: 'Become administrator',
  },

  oidc: {
    failed: 'That did not work',
    reasons: {
      oidc_denied: 'You said no at the provider, or closed its page. Nothing has happened.',
      oidc_unknown_state: 'This sign-in was too old, or was finished before. Begin again.',
      oidc_other_browser: 'This sign-in was begun in another browser. Finish it there, or begin again here.',
      oidc_mix_up:
        'The answer did not come from the provider that was asked. It was not accepted. Begin again, and if this ' +
        'repeats, tell whoever runs the server.',
      oidc_provider_error:
        'The provider ended the sign-in with an error of its own. Try again later, or choose another way.',
      oidc_busy: 'Too many people sign in this way at the moment. Try again in a minute.',
      oidc_unreachable: 'The provider can’t be reached at the moment. Try again later, or choose another way.',
    } as Readonly<Record<string, string>>,
    untrusted: 'The provider’s answer could not be trusted, so it was not accepted. Try again, or choose another way.',
    linkFirst:
      'There is an account with the address that the provider names. So that nobody takes it over this way, sign ' +
      'in to it first, and then connect the provider under “Account”.',
    again: 'Choose another way',
  },

  settings: {
    title: 'Account',
    verified: 'verified',
    notVerified: 'not verified',
    verifyHint:
      'Sign in once with a code that comes by e-mail, and your address is verified. Tickets and invitations to rooms ' +
      'count for a verified address only.',

    nameTitle: 'Name',
    name: 'Your name',
    nameHint: 'Others see it in meetings.',

    passwordTitle: 'Password',
    passwordHas: 'You can sign in with a password. When you change it, all other devices are signed out.',
    passwordNone: 'You sign in without a password. You can set one.',
    passwordSet: 'Set a new password',
    passwordDone: 'The new password holds. All other devices are signed out.',

    passkeysTitle: 'Passkeys',
    passkeysLead:
      'The safest way to sign in: your device shows that it is you, by finger, face or PIN. A passkey can’t be ' +
      'typed into a false page.',
    passkeyNone: 'You have no passkey yet.',
    passkeyAdd: 'Add a passkey',
    passkeyLabel: 'Name for this passkey',
    passkeyLabelHint: 'So that you know later which device it is on.',
    passkeyDefault: 'My device',
    added: 'added',
    neverUsed: 'never used',
    passkeyDone: 'The passkey was added.',
    remove: 'Remove',
    removeOf: (what: string) => `Remove ${what}`,
    passkeyRemoveTitle: (label: string) => `Remove the passkey “${label}”?`,
    passkeyRemoveText: 'It can’t be used to sign in here any more. Delete it on the device, too.',

    secondTitle: 'Second factor',
    secondLead: 'Where a second factor is asked for, a stolen password alone opens nothing.',
    twoFactors: 'Ask for a second factor at every sign-in',
    twoFactorsHint: 'A passkey counts as both factors.',
    twoFactorsNeed: 'First set up an authenticator app or a passkey.',
    twoFactorsEverybody: 'This server asks everybody for it.',
    twoFactorsDemanded: 'Your administrator asks you for it at every sign-in.',
    totpOn: 'Authenticator app: set up',
    totpOff: 'Authenticator app: not set up',
    totpOffHint: 'An app on your phone that shows six digits, new ones every half minute.',
    totpSet: 'Set up',
    totpTitle: 'Set up the authenticator app',
    totpScan: 'Scan this picture with the app:',
    totpQr: 'QR code with the secret for your authenticator app. The same secret stands below as text.',
    totpType: 'Or type this secret into it',
    totpSecretHint: 'Nobody else may see it. It is shown now and never again.',
    totpThen: 'Then enter the six digits that the app shows. That proves that it works.',
    totpCode: 'Code from the app',
    totpConfirm: 'Switch on',
    totpRemoveTitle: 'Remove the authenticator app?',
    totpRemoveText: 'Its codes and your recovery codes stop working at once.',
    recoveryTitle: 'Your recovery codes',
    recoveryLead:
      'If you lose your phone, each of these opens your account once, in place of the code from the app. Print ' +
      'them, or keep them in a password manager. They are shown now and never again.',
    recoveryPrint: 'Print',
    recoveryCopy: 'Copy all',
    recoveryKept: 'I have kept them',
    recoveryLeaveTitle: 'Leave without your recovery codes?',
    recoveryLeaveText: 'They are shown now and never again. If you have not kept them, make new ones later.',
    recoveryLeave: 'Leave',
    recoveryLeft: (count: number) =>
      count === 1 ? 'One recovery code is left' : `${count === 0 ? 'No' : count} recovery codes are left`,
    recoveryNew: 'Make new ones',
    recoveryNewTitle: 'Make new recovery codes?',
    recoveryNewText: 'The earlier ones stop working at once.',

    phoneTitle: 'Phone',
    phoneLead: 'For codes by SMS. A code by SMS is weaker than a passkey: who takes over your number gets it.',
    phone: 'Phone number',
    phoneHint: 'With the country, such as +385 91 234 5678.',
    phoneSend: 'Send a code',
    phoneCode: 'Code from the SMS',
    phoneSent: (phone: string) => `A code of 6 digits was sent to ${phone}.`,
    phoneConfirm: 'Confirm the number',
    phoneDone: 'The number is confirmed.',
    phoneRemoveTitle: 'Remove the number?',
    phoneRemoveText: 'Codes by SMS are no longer possible.',

    providersTitle: 'Other accounts',
    providersLead: 'Sign in here with an account that you have elsewhere.',
    connected: 'connected',
    connect: 'Connect',
    connectOf: (name: string) => `Connect ${name}`,
    disconnect: 'Disconnect',
    disconnectTitle: (name: string) => `Disconnect ${name}?`,
    disconnectText: 'You can no longer sign in with it.',

    ticketsTitle: 'My tickets',
    ticketsLead: 'Each is yours alone, and works on one device at a time.',
    toMeeting: 'To the meeting',

    sessionsTitle: 'Where you are signed in',
    sessionsLead: 'If something here is not yours, end it, and change your password.',
    thisDevice: 'this device',
    sameNetwork: 'same network as now',
    otherNetwork: 'another network',
    lastUsed: 'last used',
    signedIn: 'signed in',
    end: 'End',
    endOf: (device: string) => `End the session of ${device}`,
    endAll: 'End all others',
    endAllTitle: 'End all other sessions?',
    endAllText: 'All other browsers and devices are signed out at once, and leave the meetings that they are in.',
    ended: 'The session was ended.',
    endedAll: 'All other sessions were ended.',
    noSessions: 'None.',

    adviceTitle: 'Good to know',
    advice: [
      'Lock the screen when you leave your computer. This page locks itself after half an hour without you.',
      'Use a password for this account that you use nowhere else.',
      'Programs from unknown places can do all that you can do. Install only what you trust.',
      'Nobody who runs this server ever asks for your password or for a code.',
    ],

    mustTitle: 'One thing first',
  },
} as const;
