/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read in and around a meeting.
import { care } from './care';
import type { DeviceProblem, Ending, Problem } from '../state/model';
import type { DoorEvidenceId, DoorMeaning } from '../state/door_evidence';
import type { EvidenceId, Meaning, Summary, Verdict, Witness } from '../state/evidence';

interface Message {
  readonly title: string;
  readonly text: string;
}

const product = 'Testudo';

const problems: Readonly<Record<Problem, Message>> = {
  unknown_page: {
    title: 'There is nothing here',
    text: 'This address leads to no page. Please check the link that you were given, all of it.',
  },
  link_missing: {
    title: 'This host link is not complete',
    text: 'Part of the address is missing. Copy the whole link from the place where the server printed it.',
  },
  link_used: {
    title: 'This host link was used already',
    text:
      'A host link works once, so that nobody else can take your meeting. The server prints the next one when ' +
      'one was used. If you opened it in this browser before, use the address of the meeting instead.',
  },
  no_room: {
    title: 'There is no such meeting',
    text: 'It may be over, or the link is not complete. Ask the person who invited you for the link again.',
  },
  bad_name: {
    title: 'Please enter your name',
    text: 'Enter the name that others will see: up to about 90 letters, all of one writing system.',
  },
  name_imitates: {
    title: 'Please enter another name',
    text: 'This name looks like a role, such as host or support. Enter the name that people know you by.',
  },
  name_taken: {
    title: 'This name is taken',
    text:
      'Somebody with this name, or one that looks like it, is in the meeting already. Add your surname or a ' +
      'number.',
  },
  refused: { title: 'You were not let in', text: 'The host did not let you in.' },
  room_full: {
    title: 'The meeting is full',
    text: 'There is no place left at the moment. Try again when somebody has left.',
  },
  too_many: { title: 'Too many attempts', text: 'The server got many requests at once. Wait a minute and try again.' },
  bad_origin: {
    title: 'This is not the server’s own address',
    text: 'The server is reached by another address than it knows. Ask whoever runs it to check its settings.',
  },
  server_full: {
    title: 'The server is full',
    text: 'It has no place for more visitors at the moment. Try again in some minutes.',
  },
  no_key: {
    title: 'This browser keeps no key',
    text:
      'To keep others from taking your place, this page makes a key and leaves it with your browser. Yours refuses, ' +
      'as some do in private windows or with storage switched off. Use a normal window, or another browser.',
  },
  unreachable: {
    title: 'The server can’t be reached',
    text: 'Check your connection to the network and try again.',
  },
  unsupported: {
    title: 'This browser can’t join meetings',
    text:
      'It lacks something that meetings need. A current Firefox, Chrome, Edge or Safari has it all. The address ' +
      'must begin with https.',
  },
  unexpected: {
    title: 'Something went wrong',
    text: 'The server gave an answer that this page does not know. Load the page again.',
  },
};

const endings: Readonly<Record<Ending, Message>> = {
  left: { title: 'You left the meeting', text: 'Your camera and microphone are off.' },
  refused: {
    title: 'The host did not let you in',
    text: 'Nobody saw or heard you. Your camera and microphone are off.',
  },
  removed: {
    title: 'You were removed from the meeting',
    text:
      'A host removed you. Your camera and microphone are off. If you think it was a mistake, talk to the host. You ' +
      'can also ask to join again.',
  },
  banned: {
    title: 'You can’t join this meeting',
    text:
      'A host banned you from it. Your camera and microphone are off. If you think it was a mistake, ask the host, by ' +
      'mail or phone, to lift the ban.',
  },
  locked: {
    title: 'This meeting is locked',
    text:
      'Nobody new can come in at the moment. Ask the host, by mail or phone, to unlock it, then try again.',
  },
  host_ended: { title: 'The meeting is over', text: 'The host ended it. Your camera and microphone are off.' },
  server_stopping: {
    title: 'The meeting is over',
    text: 'The server is being stopped. Your camera and microphone are off.',
  },
  replaced: {
    title: 'You are in this meeting in another window',
    text: 'The meeting goes on there. Here, your camera and microphone are off.',
  },
  no_room: {
    title: 'The meeting is over',
    text: 'It ended while your connection was away. Your camera and microphone are off.',
  },
  room_full: {
    title: 'The meeting is full',
    text:
      'The last place was taken a moment ago. Your camera and microphone are off. Try again when somebody has left.',
  },
  room_closed: {
    title: 'This meeting was closed',
    text: 'Whoever runs it has closed its room. Your camera and microphone are off.',
  },
  call_over: {
    title: 'The call is over',
    text: 'Your camera and microphone are off.',
  },
  session_ended: {
    title: 'You were signed out',
    text:
      'Your session was ended, here or from another device. Your camera and microphone are off. If it was not you, ' +
      'sign in and look at your list of sessions.',
  },
  ticket_revoked: {
    title: 'Your ticket is no longer valid',
    text: 'It was taken back while you were in. Your camera and microphone are off. Ask whoever gave it to you.',
  },
  taken_over: {
    title: 'You went on on another device',
    text:
      'A ticket is for one device at a time. The meeting goes on there; here, your camera and microphone are off. ' +
      'If it was not you, tell whoever gave you the ticket.',
  },
  not_a_member: {
    title: 'Your role here has changed',
    text:
      'You were taken off the list of this meeting’s members, or have a lower role in it now. Your camera and ' +
      'microphone are off. You can try to come in again. If you think it was a mistake, ask whoever invited you.',
  },
  post_quantum_needed: {
    title: 'This meeting needs a newer browser',
    text:
      'It demands encryption that future quantum computers can’t break, and your browser does not offer it, or ' +
      'something on the way removed it. Nothing was sent. Update your browser, or use another one or another network.',
  },
  not_trusted: {
    title: 'This connection was not safe',
    text:
      'The server could not prove that it is the one which let you in, or somebody on the way changed what it said. ' +
      'The page stopped at once and sent nothing more. Try another network.',
  },
  broken: {
    title: 'The connection was lost',
    text: 'The page could not return to the meeting. Your camera and microphone are off.',
  },
};

const deviceProblems: Readonly<Record<'mic' | 'camera', Readonly<Record<DeviceProblem, string>>>> = {
  mic: {
    denied: 'The browser may not use your microphone.',
    denied_by_system: 'Your computer or phone keeps the microphone from this browser.',
    none_found: 'No microphone was found.',
    in_use: 'Your microphone can’t be used. Perhaps another program uses it.',
    no_gesture: 'Something tried to switch your microphone on without a click of yours. It stayed off.',
    unexpected: 'Your microphone could not be switched on.',
  },
  camera: {
    denied: 'The browser may not use your camera.',
    denied_by_system: 'Your computer or phone keeps the camera from this browser.',
    none_found: 'No camera was found.',
    in_use: 'Your camera can’t be used. Perhaps another program uses it.',
    no_gesture: 'Something tried to switch your camera on without a click of yours. It stayed off.',
    unexpected: 'Your camera could not be switched on.',
  },
};

const summaries: Readonly<Record<Summary, Message>> = {
  protected: {
    title: 'Your connection is well protected',
    text:
      'Sound and pictures are encrypted with 256-bit keys. The keys were agreed in a way that future quantum ' +
      'computers can’t undo either.',
  },
  protected_classical: {
    title: 'Encrypted, but not with the best',
    text: 'Sound and pictures are encrypted. Something below is weaker than it could be: see the marked lines.',
  },
  checking: { title: 'Connecting…', text: 'The facts appear as soon as your media connection stands.' },
  incomplete: {
    title: 'Encrypted, not all is known',
    text: 'Your media connection stands, but some facts are not known yet.',
  },
  problem: {
    title: 'Something is wrong',
    text:
      'At least one fact below is not as it must be. Don’t say anything confidential, and tell whoever runs the ' +
      'server.',
  },
  failed: { title: 'No media connection', text: 'The connection for sound and pictures could not be made.' },
};

const evidenceLabels: Readonly<Record<EvidenceId, string>> = {
  dtls: 'Secure connection',
  cipher: 'Cipher of the connection',
  group: 'Agreement of keys',
  srtp: 'Cipher of sound and pictures',
  headers: 'Packet headers',
  server_certificate: 'Certificate of the server',
  own_certificate: 'Certificate of your browser',
  since: 'In place since',
};

const meanings: Readonly<Record<Meaning, string>> = {
  dtls13: 'The newest version of the protocol that protects the connection.',
  dtls12: 'An older version of the protocol. It is still safe with the cipher below, but the newest is better.',
  dtls_old: 'A version of the protocol that must not be used any more.',
  aes256: 'AES with a 256-bit key, the largest there is. It protects the exchange of keys.',
  chacha20: 'Also a 256-bit key. Your browser has no AES with 256 bits for this step; this cipher is as strong.',
  cipher_weak: 'Weaker than the 256 bits that are always expected here.',
  post_quantum:
    'Your key was agreed by two methods at once. One of them resists future quantum computers, so recording today ' +
    'to decrypt later does not help.',
  classical:
    'Strong today. Somebody who records the traffic now could decrypt it once there are large quantum computers.',
  srtp256: 'Every packet of sound and picture is sealed with AES and a 256-bit key, made for this connection alone.',
  srtp_weak: 'Weaker than the 256 bits that are always expected here.',
  headers_on: 'Encrypted both ways. Somebody on the network can’t read from the packets who speaks.',
  headers_partly: 'Encrypted packets were seen in one direction so far.',
  headers_off:
    'Your browser doesn’t encrypt them yet. Packet headers can be read by someone on the network: they don’t hold ' +
    'sound or pictures; the loudness is never in them. With some browsers, such as Firefox, the size of packets can ' +
    'hint at when somebody speaks.',
  certificate_same:
    'Your browser and the server name the same certificate: nobody stands between them. It was made for this ' +
    'connection and is thrown away after it.',
  certificate_alone: 'Only one side has named this certificate so far, so it could not be compared.',
  since: 'When this media connection was made. New keys are made for every connection.',
  differs: 'Your browser and the server report different things. This must not happen.',
  not_known: 'Neither your browser nor the server has told this.',
};

const witnesses: Readonly<Record<Witness, string>> = {
  both: 'Your browser and the server agree on this.',
  browser: 'Reported by your browser.',
  server: 'Told by the server; your browser doesn’t report it.',
  differ: 'Your browser / the server.',
  nobody: '',
};

const verdicts: Readonly<Record<Verdict, string>> = {
  good: 'As it should be',
  fair: 'Could be better',
  bad: 'Not as it must be',
  unknown: 'Not known',
};

const doorLabels: Readonly<Record<DoorEvidenceId, string>> = {
  care: care.high.label,
  door: 'Who gets in',
  people: 'Who is here',
  sign_in: 'Who you are',
  session: 'Your session',
};

interface DoorText {
  readonly value: (known: number, of: number, at: string) => string;
  readonly meaning: string;
}

const door: Readonly<Record<DoorMeaning, DoorText>> = {
  door_locked: { value: () => 'Nobody new', meaning: 'The meeting is locked. Only people who have a place get back in.' },
  door_waiting: {
    value: () => 'Whom a host lets in',
    meaning: 'Everybody else waits before the door, and neither sees nor hears anything. A link alone opens nothing.',
  },
  door_members: {
    value: () => 'Members alone',
    meaning: 'The server checks at every entry whether somebody is a member. A copied link is worth nothing.',
  },
  door_tickets: {
    value: () => 'People with a ticket',
    meaning:
      'A ticket belongs to one person and works on one device at a time. The server checks it at every entry, so a ' +
      'copied link is worth nothing.',
  },
  door_open: {
    value: () => 'Everybody with the link',
    meaning: 'Nobody waits before the door. A host can switch the waiting room on, or lock the meeting.',
  },
  door_call: {
    value: () => 'You two',
    meaning:
      'One of you has called, and the other has accepted. Before that nothing was connected and no device was opened, ' +
      'on either side. To everybody else this meeting does not exist.',
  },
  care_high: { value: () => care.high.on, meaning: care.high.meaning },
  care_broken: { value: () => care.high.broken, meaning: care.high.brokenMeaning },
  all_known: {
    value: (known, of) => (of === 1 ? 'You alone' : `All ${known} are known`),
    meaning: 'The server knows each person by an account, a ticket, a checked e-mail address or the host link.',
  },
  some_unknown: {
    value: (known, of) => `${known} of ${of} are known`,
    meaning: 'The others are guests: they have typed a name, and nobody has checked it. The list of people marks them.',
  },
  two_factors: {
    value: () => 'Signed in with two proofs',
    meaning: 'Whoever learns your password alone cannot come in as you.',
  },
  one_factor: {
    value: () => 'Signed in with one proof',
    meaning: 'A second proof, such as a passkey or an app with codes, protects you if your password is stolen.',
  },
  guest_verified: {
    value: () => 'A guest with a checked e-mail address',
    meaning: 'A code that was sent to your address has come back from this browser.',
  },
  guest: {
    value: () => 'A guest, not verified',
    meaning: 'The others see your name with the words “not verified”.',
  },
  session_proven: {
    value: (known, _of, at) => `${known} requests proven, the last at ${at}`,
    meaning:
      'Each was signed with a key that cannot leave this browser, and works once. A copy of your cookie opens nothing; ' +
      'its first use ends the session, and you are told.',
  },
  session_unproven: { value: () => 'Not known', meaning: 'This page has not proven a request to the server yet.' },
};

const roleWords = {
  host: 'Host',
  cohost: 'Co-host',
  speaker: 'Speaker',
  participant: 'Participant',
  viewer: 'Viewer',
} as const;
const verifiedWords = {
  account: 'signed in',
  ticket: 'has a ticket',
  email: 'verified e-mail',
  host_link: 'came by host link',
  none: 'not verified',
} as const;

export const meeting = {
  product,
  tryAgain: 'Try again',
  toStart: 'To the start page',
  close: 'Close',
  opening: 'One moment…',
  problems,
  endings,

  start: {
    title: 'Meetings under your own shield',
    lead:
      'Testudo is video meetings on your own server. What is said in a meeting passes through that server alone, ' +
      'encrypted with 256-bit keys.',
    howTitle: 'How to get in',
    invited: 'You were invited: open the link that the host sent you.',
    host:
      'You are the host: open the host link that the server printed when it started. It opens a new meeting and ' +
      'works once.',
    points: [
      { title: 'Nobody comes in unseen', text: 'Guests knock. The host lets them in, one by one or all.' },
      {
        title: 'Encrypted with 256 bits',
        text:
          'Keys are made for each call and thrown away after it. Current browsers agree on them so that quantum ' +
          'computers can’t undo it.',
      },
      { title: 'Proof instead of promises', text: 'In every meeting a panel shows what protects it at this moment.' },
    ],
  },

  lobby: {
    titles: { host: 'Your meeting is ready', knocks: 'Ready to join?', straight: 'Ready to join?' },
    leads: {
      host: 'You are the host. You can let people in, mute them and remove them.',
      knocks: 'The host sees your name and lets you in. Nobody sees or hears you before.',
      straight: 'You come in at once, without waiting for the host.',
    },
    name: 'Your name',
    nameHint: 'Others see this name.',
    join: { host: 'Start the meeting', knocks: 'Ask to join', straight: 'Join' },
    entering: 'Joining…',
    without: 'You can join without camera and microphone, too.',
  },

  permission: {
    title: 'Your camera and microphone',
    leads: {
      both: 'Camera and microphone are off. Your browser will ask you before this page may use them.',
      mic: 'Your microphone is off. Your browser will ask you before this page may use it.',
      camera: 'Your camera is off. Your browser will ask you before this page may use it.',
    },
    mic: 'Microphone: so that others hear you.',
    camera: 'Camera: so that others see you.',
    revoke: 'Each can be switched off with one click, and you can take the permission back at any time.',
    both: 'Use camera and microphone',
    micOnly: 'Microphone only',
    cameraOnly: 'Camera only',
    useMic: 'Use the microphone',
    useCamera: 'Use the camera',
    asking: 'Please answer the browser’s question.',
    problems: deviceProblems,
  },

  devices: {
    mic: 'Microphone',
    camera: 'Camera',
    unnamed: (kind: string, number: number) => `${kind} ${number}`,
    level: 'Loudness of your microphone',
    levelMuted: 'Your microphone is muted.',
    levelHint: 'Say something: the bar moves.',
    cameraOff: 'Your camera is off',
    preview: 'Your own picture',
  },

  full: {
    title: 'This server is full at the moment',
    text: 'Stay on this page: you are let in automatically as soon as there is room. Those who are in are not disturbed.',
    retryNow: 'Try now',
    leave: 'Do not wait',
  },

  waiting: {
    title: 'You knocked',
    text: 'Your knock was shown to the host. You come in as soon as you are let in.',
    nobody: 'Nobody sees or hears you until then.',
    leave: 'Leave the waiting room',
    backTitle: 'You are back in the waiting room',
    backText: 'A host sent you back. You come in again as soon as you are let in.',
  },

  meeting: {
    title: 'Meeting',
    controls: 'Meeting controls',
    stage: 'People in the meeting',
    mute: 'Mute microphone',
    unmute: 'Unmute microphone',
    cameraOff: 'Turn camera off',
    cameraOn: 'Turn camera on',
    muteShort: 'Mute',
    unmuteShort: 'Unmute',
    cameraShort: 'Camera',
    leave: 'Leave',
    leaveLong: 'Leave the meeting',
    people: (count: number) => `People: ${count} in the meeting`,
    peopleShort: 'People',
    invite: 'Invite',
    security: 'Security',
    securityLong: 'Security: what protects this meeting',
    settings: 'Settings',
    more: 'More controls',
    moreNew: (count: number) => `More: ${count} new`,
    moreShort: 'More',
    shortcut: (key: string) => `key ${key.toUpperCase()}`,
    you: 'You',
    muted: 'microphone off',
    away: 'Connection lost, may return',
    awayShort: 'Away',
    speaking: 'speaking',
    screenOf: (name: string) => `Screen of ${name}`,
    connecting: 'Connecting sound and pictures…',
    linkAway: 'The connection was lost. Returning by itself…',
    mediaAway: 'Sound and pictures were lost. Returning by themselves…',
    mediaBlocked:
      'Sound and pictures don’t get through, after several tries. Your network may block them, or something on the way ' +
      'changes what is sent: then nothing is sent at all, rather than with weaker protection. Try another network.',
    mediaRefused: 'The server could not take your sound and pictures.',
    soundBlocked: 'Your browser waits for a click before it plays sound.',
    hear: 'Click to hear',
    retryNow: 'Try now',
    count: (people: number) => people.toLocaleString('en'),
    countLong: (people: number) => `${people.toLocaleString('en')} people are here`,
    locked: 'Locked',
    lockedLong: 'This meeting is locked: nobody new can come in.',
    silenced: {
      mic: (by: string) => `${by} switched your microphone off.`,
      camera: (by: string) => `${by} switched your camera off.`,
      screen: (by: string) => `${by} stopped the sharing of your screen.`,
    },
    silencedByRules: {
      mic: 'The host keeps microphones off for now. Yours is off.',
      camera: 'The host keeps cameras off for now. Yours is off.',
      screen: 'The host lets nobody share a screen for now.',
    },
    heldOff: {
      mic: 'The host keeps microphones off for now.',
      camera: 'The host keeps cameras off for now.',
    },
    understood: 'OK',
  },

  knocks: {
    title: (count: number) => (count === 1 ? 'Somebody is knocking' : `${count} people are knocking`),
    hint: 'Anybody can type any name. Let in only whom you expect.',
    looksBanned: 'Same network and browser as somebody who was banned',
    admit: 'Let in',
    admitName: (name: string) => `Let in ${name}`,
    refuse: 'Refuse',
    refuseName: (name: string) => `Refuse ${name}`,
    admitAll: 'Let all in',
    nobody: 'Nobody of that name knocks.',
    ban: 'Ban',
    banName: (name: string) => `Ban ${name}`,
    refuseAll: 'Refuse all',
  },

  alerts: {
    twice: {
      same_account: (who: string, other: string) => `${who} and ${other} are signed in to the same account.`,
      same_ticket: (who: string, other: string) => `${who} and ${other} came with the same ticket.`,
      same_email: (who: string, other: string) => `${who} and ${other} have the same verified e-mail address.`,
    },
    more: (count: number) => (count === 1 ? 'There is 1 more alert.' : `There are ${count} more alerts.`),
    look: 'Look at the list',
  },

  search: {
    label: 'Search by name',
    shown: (shown: number, of: number) => `Showing ${shown} of ${of}.`,
  },

  people: {
    title: 'People',
    nobody: 'Nobody of that name is in the meeting.',
    inMeeting: (count: number) => `In the meeting: ${count.toLocaleString('en')}`,
    audience: 'You see those whom all can see. The others watch, like you.',
    knocking: 'Knocking',
    roles: roleWords,
    you: 'you',
    actions: (name: string) => `Actions for ${name}`,
    acts: {
      write: 'Write to this person alone',
      mute: 'Mute',
      stop_video: 'Stop camera',
      ask_share: 'Ask for the screen',
      stop_share: 'Stop sharing',
      make_cohost: 'Make co-host',
      make_speaker: 'Make speaker',
      make_participant: 'Make participant',
      make_viewer: 'Make viewer',
      send_back: 'Back to waiting room',
      remove: 'Remove',
      ban: 'Ban',
    },
    actOn: (act: string, name: string) => `${act}: ${name}`,
    verified: verifiedWords,
    otherName: 'signed in, under another name',
    micOn: 'Microphone on',
    micOff: 'Microphone off',
    cameraOn: 'Camera on',
    cameraOff: 'Camera off',
    away: 'connection lost',
  },

  confirm: {
    cancel: 'Cancel',
    remove: {
      title: (name: string) => `Remove ${name}?`,
      text: 'This person is out of the meeting at once, and may knock again.',
      yes: 'Remove',
    },
    ban: {
      title: (name: string) => `Ban ${name}?`,
      text:
        'This person is out of the meeting at once and can’t come back with this browser, account or e-mail address, ' +
        'under any name. You can lift the ban under “Banned”.',
      yes: 'Ban',
    },
    stop: {
      title: 'Stop everything?',
      text: 'For when somebody disturbs the meeting. At once:',
      points: [
        'All microphones, cameras and shared screens are switched off, except the host’s and yours.',
        'The meeting is locked: nobody new comes in.',
        'Nobody can switch them on again until you allow it.',
      ],
      after: 'Then you see who came last, and can remove or ban them.',
      yes: 'Stop everything',
    },
  },

  tools: {
    title: 'Host tools',
    muteAll: 'Mute all',
    lock: 'Lock meeting',
    unlock: 'Unlock meeting',
    attendance: 'Attendance list',
    stop: 'Stop everything',
    lastTitle: 'Who came last',
    lastText: 'Everything is off and the meeting is locked. If one of these disturbed it:',
    lastNobody: 'Nobody else is here.',
    cameAt: (time: string) => `came at ${time}`,
    done: 'Done',
    rulesTitle: 'Rules of this meeting',
    unmute: 'People may switch on their own microphone and camera',
    waiting: 'Who knocks waits until let in',
    bansTitle: (count: number) => `Banned: ${count}`,
    unban: 'Lift ban',
    unbanName: (name: string) => `Lift the ban of ${name}`,
  },

  attendance: {
    fileName: (now: Date) => `attendance-${now.toISOString().slice(0, 10)}.csv`,
    words: {
      columns: ['Name', 'Verified', 'E-mail', 'Role', 'Joined (UTC)', 'Left (UTC)'],
      verified: (verified: string) =>
        Object.hasOwn(verifiedWords, verified) ? verifiedWords[verified as keyof typeof verifiedWords] : verified,
      role: (role: string) => (Object.hasOwn(roleWords, role) ? roleWords[role as keyof typeof roleWords] : role),
    },
    more: (count: number) => `The list is full: ${count} later entries are not in it.`,
  },

  invite: {
    title: 'Invite others',
    alone: 'Nobody else is here yet',
    aloneText: 'Send this link to the people you want to meet.',
    /** By the kind of the room, and where that leaves it open by whether people wait. */
    who: {
      knocks: 'Whoever has this link can knock. The host decides who comes in.',
      straight: 'People come straight in with this link, without knocking.',
      members: 'Only people on the list of the room’s members come in with this link.',
      ticket: 'Only people with a ticket or on the list of the room’s members come in with this link.',
    },
    link: 'Link to this meeting',
    copy: 'Copy link',
    copied: 'Copied',
    copyFailed: 'The link is marked: copy it with your keyboard or menu.',
  },

  security: {
    title: 'Security',
    live: 'Read from the live connection, not written here beforehand.',
    summaries,
    labels: evidenceLabels,
    meanings,
    witnesses,
    verdicts,
    values: { on: 'Encrypted', off: 'Not encrypted', partly: 'Partly encrypted' } as Readonly<Record<string, string>>,
    notKnown: 'Not known',
    serverTitle: 'Who can see and hear the meeting',
    serverText:
      'The people in it, and the server of your host. In this version the server can open sound and pictures, ' +
      'because it passes them on. ' +
      'So trust whoever runs it.',
    failedReason: (reason: string) => `The server says: ${reason}`,
    doorTitle: 'Who comes in',
    doorLabels,
    door,
  },

  settings: {
    title: 'Settings',
    viewer: 'Here you see and hear; your camera and microphone are not used.',
    devicesTitle: 'Microphone and camera',
    keysTitle: 'Keyboard',
    shortcuts: 'Keyboard shortcuts',
    shortcutsHint: 'Single keys, such as M for the microphone and V for the camera.',
    revokeTitle: 'Permissions',
  },

  notices: {
    joined: (name: string) => `${name} joined`,
    left: (name: string) => `${name} left`,
    lost: (name: string) => `${name} lost the connection`,
    knocks: (name: string) => `${name} is knocking`,
    deviceLost: (device: string) =>
      `${device}: the device was unplugged or taken by another program. It is off now. Plug it in again, or choose another ` +
      'one in the settings.',
    label: 'Notices',
    you: 'You',
    somebody: 'Somebody',
    everybody: 'everybody',
    moderated: {
      mute: (by: string, who: string) => `${by} muted ${who}`,
      stop_video: (by: string, who: string) => `${by} stopped the camera of ${who}`,
      stop_share: (by: string, who: string) => `${by} stopped the screen of ${who}`,
      remove: (by: string, who: string) => `${by} removed ${who}`,
      ban: (by: string, who: string) => `${by} banned ${who}`,
      send_back: (by: string, who: string) => `${by} sent ${who} back to the waiting room`,
      stop_everything: (by: string, _who: string) => `${by} stopped everything`,
    },
    role: {
      host: (name: string) => `${name} is the host now`,
      cohost: (name: string) => `${name} is a co-host now`,
      speaker: (name: string) => `${name} is a speaker now`,
      participant: (name: string) => `${name} is a participant now`,
      viewer: (name: string) => `${name} is a viewer now`,
    },
    ownRole: {
      host: 'You are the host now',
      cohost: 'You are a co-host now: you can let people in, mute and remove',
      speaker: 'You are a speaker now: you may be seen and heard',
      participant: 'You are a participant now',
      viewer: 'You are a viewer now: you see and hear, your camera and microphone are not used',
    },
    locked: 'The meeting is locked now',
    unlocked: 'The meeting is open again',
  },

  over: {
    again: 'Join again',
  },
} as const;
