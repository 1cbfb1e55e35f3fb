/* SPDX-License-Identifier: GPL-3.0-or-later */
// Every text of the pages for rooms, series and tickets.
import type { RoomRole } from '../api/lists';
import type { RoomKind } from '../api/rooms';
import type { DraftProblem } from '../state/room_form';
import type { TicketProblem, TicketStanding } from '../state/ticket_form';

const kinds: Readonly<Record<RoomKind, { readonly name: string; readonly text: string }>> = {
  open: {
    name: 'Open, with waiting room',
    text: 'Everybody who has the link can knock. You let people in, one by one or all.',
  },
  members: {
    name: 'Members only',
    text: 'Only people whose e-mail address you list come in. For others the link is worthless.',
  },
  ticket: {
    name: 'With tickets',
    text:
      'For paid lessons: a ticket belongs to one person, on one device at a time. A link that is passed on lets ' +
      'nobody in.',
  },
  event: {
    name: 'Event',
    text: 'A few speakers, many viewers who see and hear. Chat is open to all unless you say otherwise.',
  },
};

const roles: Readonly<Record<RoomRole, string>> = {
  viewer: 'Viewer',
  participant: 'Participant',
  speaker: 'Speaker',
  cohost: 'Co-host',
  host: 'Host',
};

const draftProblems: Readonly<Record<DraftProblem, string>> = {
  title_missing: 'Give the room a name.',
  title_long: 'This name is too long. About 100 letters are the most.',
  most_wrong: 'How many people at most? Enter a number from 2 to 8192.',
  invited_wrong: 'How many are invited? Enter a number up to 8192, or 0 if you don’t want to say.',
};

const ticketProblems: Readonly<Record<TicketProblem, string>> = {
  email_wrong: 'Enter the e-mail address of the person, such as ana@example.org.',
  time_wrong: 'Enter date and time, or leave them empty.',
  window_wrong: 'The end must be later than the beginning.',
};

const standings: Readonly<Record<TicketStanding, string>> = {
  ready: 'Valid',
  early: 'Not yet valid',
  in_use: 'In use now',
  over: 'Over',
  revoked: 'Revoked',
};

const count = (number: number, one: string, many: string) => (number === 1 ? `1 ${one}` : `${number} ${many}`);

export const rooms = {
  kinds,
  roles,
  draftProblems,
  ticketProblems,

  mine: {
    title: 'My rooms',
    lead: 'A room keeps its address and its rules. You decide who may come in.',
    make: 'New room',
    series: 'Series',
    none: 'You have no room yet. Make one: it needs a name, and everything else has good settings already.',
    live: (people: number) => (people === 0 ? 'Nobody is in' : count(people, 'person is in', 'people are in')),
    closed: 'Closed',
    locked: 'Locked',
    enter: 'Open',
    enterNamed: (title: string) => `Open ${title}`,
    copy: 'Copy link',
    noOwner: 'Nobody',
    list: 'Rooms',
  },

  make: {
    title: 'A new room',
    name: 'Name of the room',
    nameHint: 'Everybody who comes sees it.',
    kind: 'Who may come in?',
    more: 'More settings',
    moreHint: 'They suit the kind of room, and you can change them later.',
    yes: 'Make the room',
  },

  policy: {
    mayTitle: 'What people may do',
    present: 'Microphone and camera',
    share: 'Share the screen',
    chat: 'Write in the chat',
    from: {
      viewer: 'Everybody, viewers too',
      participant: 'All but viewers',
      speaker: 'Speakers and hosts',
      cohost: 'Hosts and co-hosts',
      host: 'Hosts only',
    } satisfies Readonly<Record<RoomRole, string>>,
    unmute_self: 'People may switch their microphone and camera on again after a host has muted them',
    whoTitle: 'Who may come',
    guests: 'Guests may come: people without an account on this server',
    guests_verified: 'Guests must have a verified e-mail address',
    guestsVerifiedHint: 'They get a code by e-mail and enter it before they knock.',
    waiting_room: 'Waiting room: who comes waits until a host lets them in',
    two_factors: 'People with an account must have shown two factors',
    twoFactorsHint: 'Such as a password and a code from an app. A stolen password alone lets nobody in.',
    post_quantum: 'Only connections that resist quantum computers',
    postQuantumHint:
      'Whoever records the traffic today can’t decrypt it later with a quantum computer. Browsers that can’t do this ' +
      'are not let in.',
    locked: 'Locked: nobody new comes in',
    manyTitle: 'How many',
    most: 'People at most',
    invited: 'How many are invited',
    invitedHint: 'When more come, the hosts are told. 0: not said.',
    series: 'Part of a series',
    noSeries: 'None: the room stands alone',
    otherSeries: 'A series of somebody else',
    seriesHint: 'Tickets of the series open this room, too.',
  },

  room: {
    back: 'My rooms',
    tabs: {
      settings: 'Settings',
      members: 'Members',
      tickets: 'Tickets',
      bans: 'Banned',
      attendance: 'Who came',
    },
    tabsLabel: 'Parts of this room',
    enter: 'Open the room',
    closedText: 'This room is closed: nobody can come in.',
    saved: 'Saved. It holds at once, also for who is in.',
    nothingChanged: 'Nothing was changed.',
    endTitle: 'Close or delete',
    closeText:
      'Close the room when it is not needed: nobody can come in, its tickets and lists stay. You can open it again.',
    close: 'Close the room',
    reopen: 'Open the room again',
    closeAsk: (title: string) => `Close “${title}”?`,
    closeWhat: 'Who is in is put out at once, and nobody can come in until you open it again.',
    deleteText:
      'Delete the room when it is never needed again. Its link, members, tickets and lists are gone for good.',
    delete: 'Delete the room',
    deleteAsk: (title: string) => `Delete “${title}” for good?`,
    deleteWhat:
      'Who is in is put out at once. Its link, members, tickets, bans and the list of who came are gone. Nobody can ' +
      'bring them back.',
    deleteYes: 'Delete for good',
  },

  members: {
    title: 'Members',
    lead: {
      open: 'These people have a role from the beginning: for example, a co-host who helps to let others in.',
      members: 'Only these people come in. Each shows their e-mail address by signing in or by a code.',
      ticket: 'These people come in without a ticket: for example, a second teacher.',
      event: 'These people are the speakers and helpers of the event. All others are viewers.',
    } satisfies Readonly<Record<RoomKind, string>>,
    email: 'E-mail address',
    role: 'Role',
    roleOf: (email: string) => `Role of ${email}`,
    add: 'Add',
    remove: 'Remove',
    removeNamed: (email: string) => `Remove ${email}`,
    removeAsk: (email: string) => `Remove ${email}?`,
    removeWhat: {
      open: 'From the next time on, this person comes in without the role. A host or co-host who is in is out at once.',
      members: 'If this person is in, they are out at once. They can’t come in any more.',
      ticket: 'If this person is in, they are out at once. To come in again they need a ticket.',
      event: 'From the next time on, this person is a viewer. A host or co-host who is in is out at once.',
    } satisfies Readonly<Record<RoomKind, string>>,
    none: 'No members yet.',
    changed: (email: string, role: string) => `${email}: ${role}, from the next time they come in.`,
    slash: 'An address with a slash can’t be a member here. Use another address of this person.',
    rolesTitle: 'What the roles mean',
    rolesText: {
      host: 'Everything, also co-hosts.',
      cohost: 'Lets people in, mutes, removes and bans.',
      speaker: 'Speaks and shows in events and lessons.',
      participant: 'Takes part, as far as the settings of the room allow.',
      viewer: 'Sees and hears.',
    } satisfies Readonly<Record<RoomRole, string>>,
  },

  tickets: {
    title: 'Tickets',
    lead:
      'A ticket belongs to one person, who shows the address by signing in or by a code. It is not a link: nobody ' +
      'can pass it on.',
    noMail:
      'This server sends no e-mail, so nobody can get a code: with a ticket come in only people who sign in with an ' +
      'account whose address is verified. Who runs the server can give it a mail server.',
    notUsed: 'This room is not of the kind “With tickets”: people come in without one.',
    issueTitle: 'Issue a ticket',
    email: 'E-mail address of the person',
    role: 'Comes as',
    more: 'Time and order number',
    from: 'Valid from',
    until: 'Valid until',
    windowHint: 'In the time of your own clock. Empty: no limit on this side.',
    reference: 'Order number',
    referenceHint: 'Of your shop, if you want. One number gives one ticket only.',
    issue: 'Issue the ticket',
    issued: (email: string) => `${email} has a ticket. If this server sends e-mail, it has told them.`,
    wasRevoked: 'This order number had a ticket, and it is revoked. Nothing was issued: choose another number.',
    importTitle: 'Import a list (CSV)',
    importText:
      'For a whole course: a table with the column “email” and, as you like, role, from, until and reference. A time is ' +
      'written as 2026-12-01T18:00+01:00. If one line is wrong, nothing is imported. Nobody is told by e-mail: send the ' +
      'link of the room yourself.',
    file: 'File with the list',
    import: 'Import',
    imported: (issued: number, known: number) =>
      `${count(issued, 'ticket was issued', 'tickets were issued')}.` +
      (known === 0 ? '' : ` ${count(known, 'was there before, and stays', 'were there before, and stay')}.`),
    noFile: 'Choose a file first.',
    tooLarge: 'This file is larger than 256 kilobytes. Cut it into several ones.',
    notText: 'This file is not a text in UTF-8. Save it as “CSV UTF-8” and choose it again.',
    sample: 'Save a sample',
    sampleName: 'tickets-sample.csv',
    sampleRows: [
      ['email', 'role', 'from', 'until', 'reference'],
      ['ana@example.org', 'participant', '', '', 'order-1001'],
      ['jose.maria@example.org', 'speaker', '', '', 'order-1002'],
    ],
    listTitle: 'Issued tickets',
    search: 'Search by address, order number or issuer',
    found: (found: number) => `${count(found, 'ticket', 'tickets')} found.`,
    foundPart: (searched: number) => `Only the newest ${searched} tickets were searched.`,
    columns: { person: 'Person', role: 'Comes as', window: 'Valid', standing: 'State', origin: 'Issued by' },
    standings,
    always: 'Without limit',
    fromOnly: (from: string) => `From ${from}`,
    untilOnly: (until: string) => `Until ${until}`,
    fromUntil: (from: string, until: string) => `${from} to ${until}`,
    issuers: { console: 'On this page', cli: 'On the command line' } as Readonly<Record<string, string>>,
    byKey: (name: string) => `Key “${name}”`,
    byWebhook: (name: string) => `Webhook “${name}”`,
    revoke: 'Revoke',
    revokeNamed: (email: string) => `Revoke the ticket of ${email}`,
    revokeAsk: (email: string) => `Revoke the ticket of ${email}?`,
    revokeWhat: 'The ticket is worthless at once. If this person is in by it, they are out within a second.',
    revoked: (email: string) => `The ticket of ${email} is revoked.`,
    none: 'No tickets yet.',
    noneFound: 'No ticket was found.',
  },

  bans: {
    title: 'Banned',
    lead: 'These people can’t come in, under any name, until you lift the ban.',
    columns: { name: 'Name', email: 'E-mail', time: 'Since' },
    lift: 'Lift the ban',
    liftNamed: (name: string) => `Lift the ban of ${name}`,
    lifted: (name: string) => `${name} may come again.`,
    none: 'Nobody is banned.',
    noEmail: 'Not verified',
  },

  attendance: {
    title: 'Who came',
    lead: 'Everybody who was in this room, and how each was verified.',
    columns: { name: 'Name', email: 'E-mail', verified: 'Verified', role: 'Role', joined: 'Came', left: 'Left' },
    fileColumns: ['Name', 'E-mail', 'Verified', 'Role', 'Joined (UTC)', 'Left (UTC)'],
    verified: {
      account: 'By account',
      email: 'By e-mail code',
      ticket: 'By ticket',
      host_link: 'By host link',
      none: 'Not verified',
    } as Readonly<Record<string, string>>,
    stillIn: 'Still in',
    save: 'Save as a file (CSV)',
    saving: 'Reading the list…',
    cut: (lines: number) => `The file has the first ${lines} lines. The list is longer.`,
    none: 'Nobody was here yet.',
  },

  series: {
    title: 'Series',
    lead: 'A series joins rooms, such as the lessons of a course. A ticket of the series opens each of them.',
    back: 'My rooms',
    backToAll: 'Series',
    name: 'Name of the series',
    make: 'Make the series',
    none: 'You have no series yet.',
    mine: 'My series',
    makeTitle: 'A new series',
    since: 'Since',
    rooms: 'Rooms of this series',
    noRooms: 'No room belongs to it yet. Open the settings of a room and choose this series there.',
    notFound: 'There is no such series.',
    nameMissing: 'Give the series a name.',
  },
} as const;
