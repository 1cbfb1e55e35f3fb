/* SPDX-License-Identifier: GPL-3.0-or-later */
// Every text of the administrators' pages.
import type { AccountRole } from '../api/people';
import type { Scope } from '../api/programs';
import type { EmergencyStep } from '../api/server';

const count = (number: number, one: string, many: string) => (number === 1 ? `1 ${one}` : `${number} ${many}`);

const steps: Readonly<Record<EmergencyStep, { readonly name: string; readonly text: string }>> = {
  end_sessions: {
    name: 'End all sessions but this one',
    text: 'Everybody, guests as well, is signed out and out of their meetings within a second. They can sign in again.',
  },
  demand_passwords: {
    name: 'Demand new passwords',
    text:
      'Old passwords open nothing any more, yours neither, and everybody is signed out but you. People come in by a ' +
      'code, a passkey or a link that you make for them, and then choose a new password.',
  },
  revoke_keys: {
    name: 'Revoke all keys of programs',
    text: 'Scripts and shops that use a key stop working until you make new ones.',
  },
  revoke_webhooks: {
    name: 'Revoke all webhooks',
    text: 'Shops can’t issue tickets until you make new ones.',
  },
  renew_secrets: {
    name: 'Renew the server’s secrets',
    text:
      'Those by which it recognises devices: the next sign-in of everybody is announced as one from a new device. The ' +
      'key of the database and that of the certificate stay.',
  },
};

const scopes: Readonly<Record<Scope, string>> = {
  'rooms.read': 'See rooms and their settings',
  'rooms.write': 'Make, change and delete rooms',
  'tickets.read': 'See tickets',
  'tickets.write': 'Issue and revoke tickets',
  'people.read': 'See people and their accounts',
  'people.write': 'Add, change and delete people; never make administrators',
  sessions: 'See and end sessions',
  attendance: 'See who came',
};

const roles: Readonly<Record<AccountRole, string>> = { member: 'Member', administrator: 'Administrator' };

export const admin = {
  never: 'Never',
  acts: 'What can be done',
  done: 'Done',
  search: { go: 'Search', all: 'Show all' },

  title: 'Administration',
  notForYou: { title: 'This is for administrators', text: 'Ask an administrator of this server for what you need.' },
  sectionsLabel: 'Parts of the administration',
  sections: {
    people: { name: 'People', text: 'Who has an account, and what they must do.' },
    rooms: { name: 'Rooms', text: 'All rooms of this server.' },
    tickets: { name: 'Tickets', text: 'Who has a ticket, by room.' },
    sessions: { name: 'Sessions', text: 'Who is signed in, on which device. End one or all.' },
    settings: { name: 'Settings', text: 'How the server is set up, and where to change it.' },
    keys: { name: 'Keys', text: 'For scripts and shops that use the REST API.' },
    webhooks: { name: 'Webhooks', text: 'Shops that issue tickets to who has paid.' },
    messages: { name: 'Messages', text: 'What people wrote by the contact form.' },
    log: { name: 'Log', text: 'What happened, in a form that shows every later change.' },
  },
  overview: 'Overview',

  emergency: {
    title: 'Is somebody in who should not be?',
    short: 'Has somebody got into an account, perhaps yours? One page ends it.',
    open: 'Put them out',
    lead:
      'When an intruder was in an account, do all of this. It takes effect within a second, and your own session ' +
      'stays.',
    stepsTitle: 'What will happen',
    steps,
    go: 'Do it now',
    none: 'Choose at least one.',
    ask: 'Put everybody out who should not be in?',
    askWhat: 'This happens at once and can’t be taken back:',
    doneTitle: 'Done',
    doneLead: 'It is in the log as well.',
    resultTitle: 'What was done',
    results: {
      ended: (number: number) => `${count(number, 'session was', 'sessions were')} ended.`,
      people: (number: number) => `${count(number, 'person', 'people')} must choose a new password.`,
      keys: (number: number) => `${count(number, 'key was', 'keys were')} revoked.`,
      webhooks: (number: number) => `${count(number, 'webhook was', 'webhooks were')} revoked.`,
      secrets: 'The server’s secrets are new.',
    },
    nextTitle: 'What to do next',
    ownPassword: 'Choose a new password of your own, under “Account”: until then these pages wait.',
    next: [
      'Look at the people: demote or disable whoever should not be an administrator.',
      'Read the log: see what was done, by whom, and that nothing in it was changed.',
      'Demand two factors, so that a stolen password alone is worthless.',
    ],
    toPeople: 'To the people',
    toLog: 'To the log',
  },

  people: {
    title: 'People',
    lead: (total: number, administrators: number) =>
      `${count(total, 'account', 'accounts')}, ${count(administrators, 'administrator', 'administrators')} among them.`,
    search: 'Search by name or e-mail address',
    add: 'Add a person',
    addTitle: 'Add a person',
    addText: 'You get a link for this person. Whoever opens it sets a password.',
    name: 'Name',
    email: 'E-mail address',
    role: 'Role',
    roles,
    rolesHint: 'An administrator can change everything on this server.',
    addYes: 'Add and make the link',
    nameMissing: 'Enter the name.',
    known: 'There is an account with this address already.',
    emailWrong: 'Enter the e-mail address, such as ana@example.org.',
    linkTitle: (name: string) => `The link for ${name}`,
    linkText:
      'Whoever opens this link is signed in as this person and sets a password. It works once, ' +
      'within 7 days. Send it in a way that only this person reads.',
    linkMailed: 'It was sent by e-mail as well.',
    linkNotMailed: 'The server has not sent it: give it to this person yourself.',
    link: 'One-time link',
    listTitle: 'Accounts',
    columns: { person: 'Person', role: 'Role', state: 'State', signedIn: 'Last sign-in' },
    states: {
      disabled: 'Disabled',
      must_set_password: 'Must set a password',
      two_factors: 'Two factors',
      not_verified: 'Address not verified',
      fine: 'Active',
    },
    none: 'Nobody was found.',
  },

  person: {
    factsTitle: 'How this person signs in',
    facts: {
      password: 'Password',
      totp: 'Codes from an app',
      passkeys: 'Passkeys',
      email: 'E-mail address',
      signedIn: 'Last signed in',
      created: 'Account since',
    },
    yes: 'Yes',
    no: 'No',
    verified: 'Verified',
    notVerified: 'Not verified',
    name: 'Name',
    changeTitle: 'Name and role',
    demandTitle: 'Demands',
    demandText: 'What this person has to do before anything else works.',
    two_factors: 'Must use two factors',
    twoFactorsHint: 'Such as a password and a code from an app. Whoever has none is asked to set one up.',
    must_set_password: 'Must choose a new password',
    mustSetPasswordHint:
      'For when somebody else may know it. The old one opens nothing any more, and the person is signed out everywhere: ' +
      'a code, a passkey or a new link leads back.',
    sessionsTitle: 'Where this person is signed in',
    noSessions: 'Nowhere at the moment.',
    endAll: 'End all sessions',
    endAllAsk: (name: string) => `End all sessions of ${name}?`,
    endAllWhat: 'This person is signed out everywhere and out of all meetings within a second. They can sign in again.',
    endedAll: 'All sessions of this person are ended.',
    lockedOutTitle: 'When this person is locked out',
    newLink: 'Make a new one-time link',
    newLinkText: 'For who has forgotten the password. The second factor is asked for all the same.',
    newLinkAsk: (name: string) => `Make a new link for ${name}?`,
    newLinkWhat: 'Whoever opens it within 7 days is signed in as this person. An earlier link stops working.',
    removeFactors: 'Remove lost factors',
    removeFactorsText: 'For who has lost the phone or the passkey. Be sure that it is really this person who asks.',
    removeFactorsAsk: (name: string) => `Remove the factors of ${name}?`,
    removeFactorsWhat:
      'Codes from an app, recovery codes and passkeys stop working. The password alone is left until a new factor ' +
      'is set up.',
    removedFactors: 'The lost factors are removed.',
    endTitle: 'Disable or delete',
    disable: 'Disable the account',
    disableText: 'Nobody can sign in with it. It can be enabled again.',
    disableAsk: (name: string) => `Disable the account of ${name}?`,
    disableWhat:
      'This person is signed out and out of all meetings within a second, and can’t sign in. Their keys stop working.',
    enable: 'Enable the account',
    enabled: 'The account is enabled.',
    disabled: 'The account is disabled.',
    delete: 'Delete the account',
    deleteText: 'With passkeys, tickets and sessions. Rooms of this person are closed.',
    deleteAsk: (name: string) => `Delete the account of ${name} for good?`,
    deleteWhat:
      'Its passkeys, tickets and sessions are gone, its rooms are closed and its keys revoked. Nobody can bring it ' +
      'back.',
    deleteYes: 'Delete for good',
    promote: {
      ask: (name: string) => `Make ${name} an administrator?`,
      what: 'Administrators can change everything on this server, and read the log.',
      yes: 'Make administrator',
    },
    demote: {
      ask: (name: string) => `Take administration from ${name}?`,
      what: 'This person is signed out everywhere, and their keys stop working, at once. The account itself stays.',
      yes: 'Make member',
    },
    yourself: 'This is your own account.',
  },

  rooms: {
    title: 'All rooms',
    lead: 'Rooms of everybody on this server.',
    none: 'There is no room yet.',
    columns: { title: 'Room', kind: 'Kind', owner: 'Host', live: 'Now', created: 'Since' },
  },

  tickets: {
    title: 'Tickets',
    choose: 'Which tickets?',
    whose: 'Room or series',
    rooms: 'Rooms',
    series: 'Series',
    nothing: 'Choose…',
    none: 'There is neither a room nor a series yet.',
    cut: (shown: number) => `Only the newest ${shown} are listed here. For others open the room’s own page.`,
  },

  sessions: {
    title: 'Sessions',
    lead: 'Where people are signed in. Ending one takes effect within a second, also in a meeting.',
    listTitle: 'Open sessions',
    columns: { person: 'Person', device: 'Device', used: 'Last used', factors: 'Signed in by' },
    since: 'Since',
    this: 'This is you, here',
    sameNetwork: 'Same network as you',
    otherNetwork: 'Another network',
    factors: {
      password: 'password',
      email: 'code by e-mail',
      sms: 'code by SMS',
      totp: 'code from an app',
      recovery: 'recovery code',
      passkey: 'passkey',
      oidc: 'sign-in elsewhere',
      link: 'one-time link',
    } as Readonly<Record<string, string>>,
    end: 'End',
    endNamed: (device: string, name: string) => `End the session of ${name} on ${device}`,
    endAsk: (name: string) => `End this session of ${name}?`,
    endWhat: (device: string) => `${device}: signed out and out of meetings within a second.`,
    ended: 'The session is ended.',
    endAll: 'End all',
    endAllNamed: (name: string) => `End all sessions of ${name}`,
    nobody: 'Account deleted',
    none: 'Nobody is signed in.',
  },

  settings: {
    title: 'Settings',
    lead: 'How this server is set up. This page only shows it: whoever controls the page can’t weaken the server.',
    listTitle: 'As it is now',
    whereTitle: 'Where to change it',
    where: 'In this file on the server. Then start the server again.',
    whereNone: 'The server was started without a file. Write one, and start the server with “--config” and its name.',
    labels: {
      version: 'Version',
      profile: 'Profile',
      origin: 'Address',
      sign_up: 'Accounts',
      two_factors: 'Two factors',
      care: 'Care',
      mail: 'E-mail',
      sms: 'SMS',
      oidc: 'Sign-in by other providers',
      rooms: 'Meetings now',
      people_in: 'People in meetings now',
      certificate_until: 'Certificate',
    },
    signUp: { invited: 'Only by invitation', open: 'Everybody with an e-mail address may make one' } as Readonly<
      Record<string, string>
    >,
    twoFactors: { choice: 'Everybody may choose', everybody: 'Demanded from everybody' } as Readonly<
      Record<string, string>
    >,
    care: {
      usual: 'Usual: each room has its own rules',
      high: 'High, for a bank or a clinic: all notices, confirmations and demands are raised, in every room',
    } as Readonly<Record<string, string>>,
    profiles: {
      local: 'Local: for trying it out',
      development: 'Development: for working on Testudo, on one machine',
      test: 'Test: started by automated tests, on one machine',
      production: 'Production',
    } as Readonly<Record<string, string>>,
    mailOn: 'Codes and notices are sent by e-mail',
    mailOff: 'Not set up: no codes, no notices by e-mail',
    smsOn: 'Codes are sent by SMS',
    smsOff: 'Not set up',
    noProviders: 'None',
    until: (date: string) => `Valid until ${date}`,
    notKnown: 'Not known',
  },

  keys: {
    title: 'Keys',
    lead: 'A key lets a program use the REST API in your name. Give it only what it needs.',
    make: 'Make a key',
    makeTitle: 'Make a key',
    name: 'What is it for?',
    nameHint: 'Such as “Shop”. It appears in the log.',
    scopesTitle: 'What may the program do?',
    scopes,
    yes: 'Make the key',
    nameMissing: 'Say what the key is for.',
    scopeMissing: 'Choose at least one thing that the program may do.',
    onceTitle: 'Your new key',
    onceText: 'The server keeps only a fingerprint of it: it can’t be shown again. Keep it where you keep passwords.',
    key: 'Key',
    columns: { name: 'Name', scopes: 'May', used: 'Last used', created: 'Since' },
    revoke: 'Revoke',
    revokeNamed: (name: string) => `Revoke the key ${name}`,
    revokeAsk: (name: string) => `Revoke the key “${name}”?`,
    revokeWhat: 'Programs that use it stop working at once. It can’t be taken back; you can make a new key.',
    revoked: 'Revoked',
    revokedNow: (name: string) => `The key “${name}” is revoked.`,
    listTitle: 'All keys',
    none: 'There are no keys.',
  },

  webhooks: {
    title: 'Webhooks',
    lead: 'Your shop tells this server who has paid; the server issues the ticket by itself.',
    make: 'Make a webhook',
    makeTitle: 'Make a webhook',
    name: 'Which shop?',
    nameHint: 'Such as “Our shop, Algebra course”. It appears in the log.',
    place: 'What do its tickets open?',
    anyPlace: 'Each event says its room or series itself',
    yes: 'Make the webhook',
    nameMissing: 'Say which shop it is for.',
    onceTitle: 'Address and secret',
    onceText: 'Enter both in your shop. The secret can’t be shown again.',
    url: 'Address',
    urlHint: 'The address alone opens nothing: every event must be signed with the secret.',
    secret: 'Secret',
    howTitle: 'What your shop sends',
    how: [
      'A POST to the address, with a JSON body: the event’s id, its type, the buyer’s e-mail address and the order number.',
      'The header Testudo-Signature: t=TIME,v1=SIGNATURE. TIME is in Unix seconds; SIGNATURE is the HMAC-SHA-256, in ' +
        'hex, of the time, a full stop and the body, by the secret as it is shown here.',
      'ticket.issue gives the buyer a ticket, ticket.revoke takes back the one of this reference. An event that is sent ' +
        'twice counts once.',
      'A webhook without a room or series needs "room" or "series" with its id in each event. The id of a room is the ' +
        'last part of its link.',
      'The events of a payment provider have another form: a small program of your shop makes this one out of them.',
    ],
    bodyExample:
      '{"id": "evt_1001", "type": "ticket.issue", "email": "ana@example.org", "reference": "order-1001"}',
    columns: { name: 'Name', place: 'Opens', created: 'Since' },
    anyPlaceShort: 'As the event says',
    room: 'One room',
    series: 'One series',
    revoke: 'Revoke',
    revokeNamed: (name: string) => `Revoke the webhook ${name}`,
    revokeAsk: (name: string) => `Revoke the webhook “${name}”?`,
    revokeWhat: 'The shop can’t issue tickets with it any more. Tickets that it has issued stay valid.',
    revoked: 'Revoked',
    revokedNow: (name: string) => `The webhook “${name}” is revoked.`,
    listTitle: 'All webhooks',
    none: 'There are no webhooks.',
  },

  log: {
    title: 'Log',
    lead:
      'What happened on this server, the newest first. Each line is bound to the one before it, so that no line can ' +
      'be changed or removed unseen.',
    filter: 'Show',
    all: 'Everything',
    listTitle: 'Events',
    columns: { what: 'What happened', time: 'When', number: 'Line' },
    check: 'Check that nothing was changed',
    checking: 'Reading every line…',
    whole: (entries: number) =>
      `Nothing was changed: ${count(entries, 'line is', 'lines are')} as they were written.`,
    broken: (at: number) =>
      `Something was changed or removed. The first line that is not as it was written: number ${at}.`,
    brokenNext: 'Take the server off the network and compare with a backup.',
    none: 'No such line.',
  },
} as const;
