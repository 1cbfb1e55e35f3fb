/* SPDX-License-Identifier: GPL-3.0-or-later */
// Made-up states for looking at the views.
import type { Host } from '../src/state/host';
import { render } from 'preact';
import type { BrowserFacts } from '../src/media/facts';
import type { BroadcastState, Question } from '../src/signal/event_messages';
import type { Knock, Person, ServerFacts, Slot, Verified } from '../src/signal/messages';
import { initialOwnMedia, initialRules, initialState, type Meeting, type OwnMedia, type State } from '../src/state/model';
import { NO_EVENT, type EventState } from '../src/state/event';
import { reduce, type Action } from '../src/state/reducer';
import { NO_NETWORK, type Weakness } from '../src/state/network';
import { NO_RECORDING } from '../src/state/recording';
import { NO_TALK, type SaidLine, type Talk } from '../src/state/talk';
import { NOTHING_SHARED } from '../src/state/share_evidence';
import { createStore, type Store } from '../src/state/store';
import type { Session } from '../src/api/session';
import { NO_DOOR, type Refusal } from '../src/state/door';
import type { Commands } from '../src/views/commands';
import { Root } from '../src/pages/root';
import { guest } from '../test/guest';
import { accountStories } from './account_stories';
import { adminStories } from './admin_stories';
import { callStories, storyCalls } from './call_stories';
import { contactStories } from './contact_stories';
import { figureStream } from './figure';
import { slidesStream } from './slides';
import { shareStories, storyShare } from './share_stories';
import { act, member, storyCommands, storyStore, type PageStory } from './page_story';

const NAMES = [
  'Ana Horvat',
  'Wolfgang Amadeus von und zu Hohenlohe-Langenburg-Schillingsfürst',
  'نور الهدى بن عبد الله',
  '김민준',
  '王小明',
  'José María Álvarez',
  'Zoë',
  'Priya Raghunathan',
  'Ōkubo Tarō',
  'Žofie Dvořáková',
  'Mohammed Al-Fayed',
  'Lý Thị Hương',
  'Björk Guðmundsdóttir',
  'Олександра Шевченко',
  'Kwame Nkrumah',
  'Siobhán Ní Bhriain',
  'דנה לוי',
  'Étienne Dubois',
  'X',
  'Marta Kowalska-Nowak',
  'Γιώργος Παπαδόπουλος',
  'Sam',
  'Ingrid Sørensen',
  'Chiamaka Okonkwo',
  'Tom O’Leary',
];

const VERIFIED: readonly Verified[] = ['account', 'email', 'ticket', 'none', 'host_link'];

function personAt(index: number): Person {
  return {
    id: `person${String(index).padStart(2, '0')}`,
    name: NAMES[index] ?? `Guest ${index}`,
    role: index === 0 ? 'host' : index === 2 ? 'cohost' : index === 4 ? 'viewer' : 'participant',
    may: { present: index !== 4, share: index !== 4, chat: true },
    since: 1795420800 + 60 * index,
    verified: VERIFIED[index % VERIFIED.length] ?? 'none',
    account_name: index % 2 === 0,
    email: index % VERIFIED.length < 3 ? `person.${index}@students.example.org` : null,
    mic: index % 3 !== 2,
    camera: index % 4 !== 3,
    screen: false,
    screen_paused: false,
    hand: index === 2 ? 4 : index === 7 ? 2 : null,
    recording: false,
    here: index !== 5,
  };
}

const FINGERPRINT = '3B:9F:06:71:0E:AA:52:C4:7D:98:1B:E3:45:60:F2:8C:D7:19:A4:5E:33:08:BB:6F:92:CE:14:7A:D0:85:29:F6';
const FINGERPRINT_OWN =
  'A0:14:5C:D9:EE:02:87:B6:31:4F:C8:73:9A:25:E0:5B:66:F1:0D:82:9C:47:3E:B8:11:DA:64:A7:50:CF:2B:93';

const serverFacts: ServerFacts = {
  state: 'connected',
  reason: null,
  dtls: 'DTLS 1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  group: 'X25519MLKEM768',
  srtp: 'AEAD_AES_256_GCM',
  cryptex_in: false,
  cryptex_out: false,
  fingerprint_server: FINGERPRINT,
  fingerprint_client: FINGERPRINT_OWN,
  since: 1795420800,
};
const browserFacts: BrowserFacts = {
  dtls: 'DTLS 1.3',
  dtlsCipher: 'TLS_AES_256_GCM_SHA384',
  srtpCipher: 'AEAD_AES_256_GCM',
  connected: true,
  ownFingerprint: FINGERPRINT_OWN,
  serverFingerprint: FINGERPRINT,
};

const knocks: Knock[] = [
  {
    id: 'knock001',
    name: 'Ferdinand Magellan',
    verified: 'none',
    account_name: false,
    email: null,
    looks_banned: true,
  },
  {
    id: 'knock002',
    name: 'عبد الرحمن بن عبد العزيز',
    verified: 'email',
    account_name: false,
    email: 'abd.alrahman.bin.abdulaziz@a-rather-long-domain.example.org',
    looks_banned: false,
  },
  {
    id: 'knock003',
    name: 'Wolfgang Amadeus von und zu Hohenlohe-Langenburg',
    verified: 'account',
    account_name: false,
    email: 'w@example.org',
    looks_banned: false,
  },
];

const crowd: Knock[] = Array.from({ length: 500 }, (_, index) => ({
  id: `crowd${index}`,
  name: `${NAMES[index % NAMES.length] ?? ''} ${index + 1}`,
  verified: 'none',
  account_name: false,
  email: null,
  looks_banned: index % 7 === 3,
}));

function ownWith(change: Partial<OwnMedia> = {}): OwnMedia {
  return {
    ...initialOwnMedia,
    micAgreed: true,
    cameraAgreed: true,
    mic: true,
    camera: true,
    micId: 'm1',
    cameraId: 'c1',
    picture: figureStream(0),
    mics: [
      { id: 'm1', label: 'Built-in microphone' },
      { id: 'm2', label: 'USB headset, a rather long name of a device (046d:0a44)' },
    ],
    cameras: [{ id: 'c1', label: 'Integrated camera' }],
    speakers: [
      { id: 's1', label: 'Built-in speakers' },
      { id: 's2', label: 'USB headset, a rather long name of a device (046d:0a44)' },
    ],
    canBlur: true,
    ...change,
  };
}

function meetingOf(count: number, change: Partial<Meeting> = {}): State {
  const people = Array.from({ length: count }, (_, index) => personAt(index));
  const shown = people.slice(1).filter(({ camera }) => camera);
  const slots: Slot[] = shown.map(({ id }, index) => ({ mid: String(index), who: id, source: 'camera' }));
  const streams = new Map(slots.map(({ mid }, index) => [mid, figureStream(index + 1)]));
  const meeting: Meeting = {
    you: 'person00',
    kind: 'open',
    title: '',
    people,
    count,
    alerts: [],
    knocking: [],
    rules: initialRules,
    bans: [],
    lastJoined: null,
    silenced: null,
    event: NO_EVENT,
    shareAsked: null,
    shareCounts: NOTHING_SHARED,
    weak: [],
    speaker: people[1]?.id ?? null,
    maxVideo: 24,
    soundOnly: false,
    slots,
    streams,
    media: 'connected',
    mediaRefusal: null,
    soundBlocked: false,
    serverFacts,
    browserFacts,
    quietFacts: null,
    network: NO_NETWORK,
    ...change,
  };
  return {
    ...initialState,
    screen: { at: 'meeting' },
    room: 'AAAAAAAAAAAAAAAAAAAAAA',
    role: 'host',
    name: 'Ana Horvat',
    own: ownWith(),
    link: 'open',
    meeting,
  };
}

const firefoxFacts = { ...serverFacts, cipher: 'TLS_CHACHA20_POLY1305_SHA256' };
const lobby: State = {
  ...initialState,
  screen: { at: 'lobby', entering: false, problem: null },
  room: 'AAAAAAAAAAAAAAAAAAAAAA',
  role: 'participant',
};

const stories: Readonly<Record<string, () => State>> = {
  ...shareStories(meetingOf, (state) => asParticipant(state, 'participant')),
  opening: () => initialState,
  'link-used': () => ({ ...initialState, screen: { at: 'problem', problem: 'link_used' } }),
  'lobby-first': () => lobby,
  'lobby-host': () => ({ ...lobby, role: 'host', name: 'Ana Horvat', own: ownWith() }),
  'lobby-denied': () => ({
    ...lobby,
    own: ownWith({ mic: false, camera: false, picture: null, micProblem: 'denied', cameraProblem: 'denied' }),
  }),
  'lobby-no-camera': () => ({
    ...lobby,
    own: ownWith({ camera: false, picture: null, cameraProblem: 'none_found', cameras: [] }),
    screen: { at: 'lobby', entering: false, problem: 'bad_name' },
  }),
  waiting: () => ({ ...lobby, screen: { at: 'waiting', sentBack: false }, own: ownWith() }),
  'sent-back': () => ({ ...lobby, screen: { at: 'waiting', sentBack: true }, own: ownWith() }),
  removed: () => ({ ...lobby, screen: { at: 'over', why: 'removed' } }),
  banned: () => ({ ...lobby, screen: { at: 'over', why: 'banned' } }),
  'meeting-locked': () => ({ ...lobby, screen: { at: 'over', why: 'locked' } }),
  refused: () => ({ ...lobby, screen: { at: 'over', why: 'refused' } }),
  left: () => ({ ...lobby, screen: { at: 'over', why: 'left' } }),
  'taken-over': () => ({ ...lobby, screen: { at: 'over', why: 'taken_over' } }),
  'session-ended': () => ({ ...lobby, screen: { at: 'over', why: 'session_ended' } }),
  'ticket-revoked': () => ({ ...lobby, screen: { at: 'over', why: 'ticket_revoked' } }),
  'room-closed': () => ({ ...lobby, screen: { at: 'over', why: 'room_closed' } }),
  'post-quantum': () => ({ ...lobby, screen: { at: 'over', why: 'post_quantum_needed' } }),
  alerts: () => meetingOf(4, {
    title: 'Algebra for beginners, first lesson of the winter term',
    alerts: [
      { code: 'more_than_invited', who: null, other: null, text: '4 people are in, and 3 were invited.' },
      { code: 'same_account', who: 'person02', other: 'person01', text: '' },
    ],
  }),
  'event-host': () => ({ ...event(meetingOf(60)), panel: 'people' }),
  'event-before': () => event(asParticipant(meetingOf(4), 'viewer'), 'before'),
  'event-green-room': () => event(meetingOf(60), 'before'),
  'event-live': () => event(meetingOf(60)),
  'event-stage': () => ({ ...event(meetingOf(60)), panel: 'stage' }),
  'event-questions': () => ({ ...event(meetingOf(60)), panel: 'questions' }),
  'event-ask': () => ({ ...event(asParticipant(meetingOf(4), 'viewer')), panel: 'questions' }),
  'event-invited': () => event(asParticipant(meetingOf(4), 'viewer'), 'live', { invitedBy: NAMES[1] ?? null }),
  'event-setup': () => setUpForStage(event(asParticipant(meetingOf(4), 'viewer'), 'live', { broughtBy: NAMES[1] ?? null })),
  'event-over': () => event(asParticipant(meetingOf(4), 'viewer'), 'over'),
  'event-viewer': () => event(asParticipant(meetingOf(4), 'viewer')),
  'event-viewer-people': () => ({ ...event(asParticipant(meetingOf(4), 'viewer')), panel: 'people' }),
  'meeting-1': () => meetingOf(1),
  'meeting-2': () => meetingOf(2),
  'meeting-4': () => meetingOf(4),
  'meeting-9': () => meetingOf(9),
  'meeting-25': () => meetingOf(25),
  'meeting-40': () => meetingOf(40),
  speaker: () => withView(meetingOf(9), { layout: 'speaker' }),
  'speaker-25': () => withView(meetingOf(25), { layout: 'speaker' }),
  screen: () => presenting(meetingOf(9)),
  'screen-grid': () => withView(presenting(meetingOf(9)), { layout: 'grid' }),
  'screen-25': () => presenting(meetingOf(25)),
  pinned: () => ({ ...meetingOf(9), pinned: 'person03 camera' }),
  'hidden-own': () => withView(meetingOf(4), { hideOwn: true }),
  'panel-view': () => ({ ...meetingOf(4), panel: 'view' }),
  keys: () => ({ ...meetingOf(4), keysShown: true }),
  offered: () => ({
    ...meetingOf(4),
    own: ownWith({ offered: { label: 'USB headset (046d:0a44)', mic: 'm2', speaker: 's2', camera: null } }),
  }),
  'push-to-talk': () => ({ ...withView(meetingOf(4), { pushToTalk: true }), own: ownWith({ mic: false }) }),
  knocks: () => meetingOf(4, { knocking: knocks }),
  'knocks-500': () => meetingOf(4, { knocking: crowd }),
  'panel-knocks-500': () => ({ ...meetingOf(4, { knocking: crowd }), panel: 'people' }),
  muted: () => ({
    ...meetingOf(4, { silenced: { source: 'mic', by: NAMES[1] ?? null } }),
    own: ownWith({ mic: false }),
  }),
  'muted-by-rules': () => asParticipant(meetingOf(4, {
    silenced: { source: 'mic', by: null },
    rules: { ...initialRules, unmute_self: false },
  }), 'participant'),
  viewer: () => asParticipant(meetingOf(9), 'viewer'),
  'viewer-people': () => ({ ...asParticipant(meetingOf(9), 'viewer'), panel: 'people' }),
  'viewer-settings': () => ({ ...asParticipant(meetingOf(4), 'viewer'), panel: 'settings' }),
  tools: () => ({
    ...meetingOf(5, {
      rules: { ...initialRules, locked: true, unmute_self: false },
      bans: [
        { id: 'ban00001', name: 'Ferdinand Magellan' },
        { id: 'ban00002', name: NAMES[1] ?? '' },
      ],
    }),
    panel: 'people',
  }),
  'last-joined': () => ({
    ...meetingOf(9, {
      rules: { ...initialRules, locked: true, unmute_self: false },
      lastJoined: [8, 7, 6, 5, 1].map(personAt),
    }),
    panel: 'people',
    notices: [{ id: 1, text: 'You stopped everything', spokenOnly: false }],
  }),
  away: () => ({
    ...meetingOf(4, { soundBlocked: true }),
    link: 'away',
    notices: [
      { id: 1, text: 'Priya Raghunathan joined', spokenOnly: false },
      { id: 2, text: 'X lost the connection', spokenOnly: false },
    ],
  }),
  chat: () => ({ ...meetingOf(9), panel: 'chat', talk: written() }),
  'chat-empty': () => ({ ...meetingOf(2), panel: 'chat' }),
  unread: () => ({
    ...meetingOf(9),
    talk: {
      ...written(),
      unread: 12,
      picking: true,
      reactions: [
        { key: 1, who: 'person01', reaction: 'clap', count: 1 },
        { key: 2, who: 'person03', reaction: 'heart', count: 1 },
        { key: 3, who: null, reaction: 'thumbs_up', count: 148 },
        { key: 4, who: null, reaction: 'laugh', count: 23 },
      ],
    },
    notices: [{ id: 1, text: 'Zoë: see you at https://example.org', spokenOnly: false }],
  }),
  recorded: () => recordedBy(meetingOf(4), 'person01'),
  recording: () => recordedBy(meetingOf(4), 'person00'),
  'record-ask': () => ({ ...meetingOf(4), recording: { ...NO_RECORDING, status: 'asking' } }),
  'record-full': () => ({ ...meetingOf(4), recording: { ...NO_RECORDING, problem: 'disk_full' } }),
  'lobby-kept': () => ({
    ...lobby,
    recording: { ...NO_RECORDING, kept: [{ name: 'testudo-a.webm', bytes: 734_003_200, changed: 1795420800000 }] },
  }),
  'lobby-recorded': () => ({ ...lobby, door: { ...NO_DOOR, recorded: true } }),
  'panel-people': () => ({ ...meetingOf(9, { knocking: knocks.slice(0, 1) }), panel: 'people' }),
  'people-500': () => ({ ...meetingOf(500), panel: 'people' }),
  'panel-invite': () => ({ ...meetingOf(4), panel: 'invite' }),
  'weak-others': () => meetingOf(4, { weak: ['person01', 'person02'] }),
  'weak-others-25': () => meetingOf(25, { weak: ['person01', 'person02', 'person07'] }),
  'weak-up': () => meetingOf(4, { network: networkWith('up') }),
  'weak-down': () => asParticipant(meetingOf(4, { network: networkWith('down') }), 'viewer'),
  'weak-seen': () => meetingOf(9, { network: { ...networkWith('up'), seen: true } }),
  'sound-only': () => meetingOf(4, { soundOnly: true }),
  'panel-connection': () => ({ ...meetingOf(4, { network: networkWith('none') }), panel: 'connection' }),
  'panel-connection-weak': () => ({ ...meetingOf(4, { network: { ...networkWith('up'), seen: true } }), panel: 'connection' }),
  'panel-security': () => ({ ...meetingOf(4), panel: 'security' }),
  'panel-security-firefox': () => ({
    ...meetingOf(2, {
      serverFacts: firefoxFacts,
      browserFacts: { ...browserFacts, dtls: null, dtlsCipher: null, srtpCipher: null },
    }),
    panel: 'security',
  }),
  'panel-security-bad': () => ({
    ...meetingOf(2, { serverFacts: { ...serverFacts, group: 'X25519', fingerprint_client: FINGERPRINT, since: null } }),
    panel: 'security',
  }),
  'panel-settings': () => ({ ...meetingOf(4), panel: 'settings' }),
  'panel-settings-first': () => ({ ...meetingOf(4), own: initialOwnMedia, panel: 'settings' }),
};

function recordedBy(state: State, who: string): State {
  const { meeting } = state;
  if (meeting === null) return state;
  const people = meeting.people.map((person) => ({ ...person, recording: person.id === who }));
  return { ...state, meeting: { ...meeting, people } };
}

function written(): Talk {
  const line = (key: number, change: Partial<SaidLine>): SaidLine => ({
    kind: 'said',
    key,
    id: null,
    from: 'person01',
    name: NAMES[key % NAMES.length] ?? '',
    role: 'participant',
    to: null,
    reach: 'all',
    text: '',
    time: 1795420800 + 47 * key,
    status: 'sent',
    code: null,
    ...change,
  });
  const own = { id: 1, name: 'Ana Horvat', role: 'host' } as const;
  return {
    ...NO_TALK,
    lines: [
      line(1, { text: 'Good morning, everybody!' }),
      line(2, { role: 'cohost', text: 'صباح الخير، هل تسمعونني؟' }),
      line(3, { ...own, text: 'Good morning. The sheet is at https://school.example/algebra/lesson-1.pdf, page 3.' }),
      line(7, { text: 'And here https://аррӏе.com/login?next=/x\nis what I was sent :-)' }),
      { kind: 'gap', key: 50 },
      line(9, { to: { id: 'person00', name: 'Ana Horvat' }, reach: 'one', text: 'May I leave ten minutes earlier today?' }),
      line(10, { ...own, to: { id: 'person09', name: NAMES[9] ?? '' }, reach: 'one', text: 'Of course.' }),
      line(11, { ...own, text: 'Averylongwordwithoutanyblank'.repeat(5), status: 'refused', code: 'too_fast', time: null }),
      line(12, { ...own, text: 'On its way', status: 'pending', time: null }),
    ],
  };
}

function networkWith(weakness: Weakness): Meeting['network'] {
  const weak = weakness !== 'none';
  return {
    weakness,
    seen: false,
    facts: {
      upBps: weak ? 146_000 : 1_730_000,
      downBps: weak ? 388_000 : 2_410_000,
      delayMs: weak ? 712 : 24,
      lossUp: weak ? 0.113 : 0,
      lossDown: weak ? 0.004 : null,
      way: weak ? 'relay' : 'udp',
    },
  };
}

function withView(state: State, change: Partial<State['preferences']>): State {
  return { ...state, preferences: { ...state.preferences, ...change } };
}

/** The second person shares a screen. */
function presenting(state: State): State {
  const { meeting } = state;
  const who = meeting?.people[1]?.id ?? null;
  if (meeting === null || who === null) return state;
  const people = meeting.people.map((person) => (person.id === who ? { ...person, screen: true } : person));
  const slots: Slot[] = [...meeting.slots, { mid: 'screen', who, source: 'screen' }];
  return { ...state, meeting: { ...meeting, people, slots, streams: new Map([...meeting.streams, ['screen', slidesStream()]]) } };
}

const QUESTIONS: readonly Question[] = [
  'How long will the new hall be closed?',
  'When the organ was last repaired, in 1987, the wind chests were replaced by ones of plywood. Will they be made of oak again, and who pays for it?',
  'هل ستكون التسجيلات متاحة بعد الحفل؟',
  '<b>Will this be bold?</b>',
].map((text, index) => ({
  id: index + 1,
  who: `person${String(index + 10)}`,
  name: NAMES[index + 10] ?? '',
  text,
  state: index === 3 ? 'answered' : 'open',
  asked: 1795420800 + 60 * index,
  votes: [41, null, 7, null][index] ?? null,
}));

/** Just invited, and no device explained yet. */
function setUpForStage(state: State): State {
  const { meeting } = state;
  if (meeting === null) return state;
  const people = meeting.people.map((person) =>
    person.id === meeting.you ? { ...person, role: 'speaker' as const, stage: 'green' as const } : person,
  );
  return { ...state, role: 'speaker', own: initialOwnMedia, meeting: { ...meeting, people } };
}

/** Few on the stage, and thousands who watch. */
function event(state: State, broadcast: BroadcastState = 'live', change: Partial<EventState> = {}): State {
  const { meeting } = state;
  if (meeting === null) return state;
  const live = broadcast === 'live';
  const people = meeting.people.map((person, index) => {
    const role = person.id === meeting.you ? person.role : index === 0 ? 'host' : index < 3 ? 'speaker' : 'viewer';
    const sends = role !== 'viewer';
    const stage = !sends ? null : !live ? 'ready' : index < 2 ? 'live' : 'green';
    const invited = role === 'viewer' && index === 9;
    return { ...person, role, stage, invited, mic: sends && person.mic, camera: sends && person.camera } as const;
  });
  const seen = people.filter(({ id, role, stage }) => state.role !== 'viewer' || id === meeting.you || (role !== 'viewer' && stage === 'live'));
  const told: EventState = {
    ...NO_EVENT,
    broadcast: { state: broadcast, since: broadcast === 'before' ? null : 1795420800 },
    questions: QUESTIONS,
    asked: QUESTIONS.slice(0, 2),
    listed: QUESTIONS.filter(({ votes }) => votes !== null),
    voted: [1],
    shown: live ? (QUESTIONS[1] ?? null) : null,
    ...change,
  };
  const rules = { ...initialRules, present: 'speaker', share: 'speaker', waiting: false } as const;
  const title = 'Concert in the old town hall';
  return { ...state, meeting: { ...meeting, kind: 'event', title, count: 4321, rules, people: seen, event: told } };
}

/** The same meeting as somebody else sees it. */
function asParticipant(state: State, role: 'participant' | 'viewer'): State {
  const { meeting } = state;
  if (meeting === null) return state;
  const others = meeting.people.map((person) => (person.id === 'person03' ? { ...person, role } : person));
  const own = ownWith({ mic: false, camera: false, picture: null });
  return { ...state, role, own, meeting: { ...meeting, you: 'person03', people: others } };
}

function fakeCommands(store: Store<State, Action>): Commands {
  const nothing = () => undefined;
  return {
    typeName: (name) => store.dispatch({ type: 'name_typed', name }),
    join: () => store.dispatch({ type: 'go', screen: { at: 'waiting', sentBack: false } }),
    joinAgain: nothing,
    takeOver: nothing,
    leave: () => store.dispatch({ type: 'go', screen: { at: 'over', why: 'left' } }),
    agree: nothing,
    toggle: (kind) => store.dispatch({ type: 'own', change: { [kind]: !store.get().own[kind] } }),
    choose: nothing,
    level: () => 25 + 15 * Math.sin(Date.now() / 200),
    draft: (draft) => store.dispatch({ type: 'talk_drafted', draft }),
    writeTo: (to) => store.dispatch({ type: 'talk_to', to }),
    write: () => store.dispatch({ type: 'talk_written', you: personAt(0), reader: null }),
    writeAgain: (key) => store.dispatch({ type: 'talk_again', key }),
    raiseHand: nothing,
    pickReaction: (open) => store.dispatch({ type: 'talk_picking', open }),
    react: (reaction) => store.dispatch({ type: 'talk_reaction', shown: { who: 'person00', reaction, count: 1 } }),
    seenRecorders: (ids) => store.dispatch({ type: 'talk_recorders_seen', ids }),
    record: (what) => {
      if (what === 'ask') store.dispatch({ type: 'recording', change: { status: 'asking' } });
      if (what === 'dismiss') store.dispatch({ type: 'recording', change: { status: 'off' } });
    },
    keepRecording: nothing,
    leaveTo: nothing,
    admit: (who) => store.dispatch({ type: 'server', message: { type: 'knock_gone', id: who ?? '' } }),
    refuse: (who) => store.dispatch({ type: 'server', message: { type: 'knock_gone', id: who ?? '' } }),
    setAsk: (ask) => store.dispatch({ type: 'consent', consent: { ask, agreed: [] }, gone: null }),
    order: nothing,
    saveAttendance: nothing,
    seen: (what) => store.dispatch({ type: 'seen', what }),
    share: storyShare(store),
    listenOnly: (on) => store.dispatch({ type: 'sound_only', on }),
    seenWeak: () => store.dispatch({ type: 'network_seen' }),
    hear: nothing,
    retryNow: nothing,
    showPanel: (panel) => store.dispatch({ type: 'panel', panel }),
    talk: nothing,
    chooseLoudspeaker: (loudspeaker) => store.dispatch({ type: 'prefer', change: { loudspeaker } }),
    askLoudspeaker: nothing,
    testLoudspeaker: nothing,
    answerOffer: () => store.dispatch({ type: 'own', change: { offered: null } }),
    prefer: (change) => store.dispatch({ type: 'prefer', change }),
    pin: (tile) => store.dispatch({ type: 'pin', tile }),
    showKeys: (shown) => store.dispatch({ type: 'keys', shown }),
    togglePip: nothing,
    invitation: () => 'https://meet.example.org/m/AAAAAAAAAAAAAAAAAAAAAA',
    copyInvitation: () => Promise.resolve(true),
  };
}

const teacher: Host = { id: 'AAAAAAAAAAAAAAAAAAAAAA', name: 'Marija Kovačević', verified: 'account', here: true };

/** The door of a meeting, as somebody sees it who is or is not signed in. */
const doorStories: Readonly<Record<string, { readonly session: Session; readonly state: State }>> = {
  'lobby-guest': { session: guest, state: inLobby({ needsName: true, waits: true, recorded: false }) },
  'lobby-verified': { session: { ...guest, email: 'ana.horvat@example.org' }, state: { ...lobby, own: ownWith() } },
  'lobby-account': {
    session: member,
    state: { ...inLobby({ needsName: false, waits: false, recorded: false }), name: 'Ana Horvat', own: ownWith() },
  },
  'lobby-consent': { session: guest, state: { ...inLobby({ needsName: true, waits: true }), own: initialOwnMedia } },
  'lobby-refused': {
    session: guest,
    state: {
      ...inLobby({ host: { id: null, name: 'Dr. Ana-Marija Horvat-Kovačević', verified: 'host_link', here: true } }),
      own: { ...initialOwnMedia, micAgreed: true, cameraAgreed: true, micProblem: 'denied', cameraProblem: 'denied' },
    },
  },
  'lobby-care': { session: guest, state: { ...inLobby({ highCare: true }), own: initialOwnMedia } },
  'door-sign-in': { session: guest, state: atDoor({ code: 'sign_in_first' }) },
  'door-verify': { session: guest, state: atDoor({ code: 'verify_email_first' }) },
  'door-second': { session: member, state: atDoor({ code: 'second_factor_first' }) },
  'door-other': { session: member, state: atDoor({ code: 'ticket_of_other' }) },
  'door-early': { session: member, state: atDoor({ code: 'ticket_early', from: 1795543200 }) },
  'door-in-use': { session: member, state: atDoor({ code: 'ticket_in_use' }) },
  'door-member': { session: member, state: atDoor({ code: 'not_a_member' }) },
  'door-closed': { session: guest, state: atDoor({ code: 'room_closed' }) },
};

function inLobby(door: Partial<State['door']>): State {
  return { ...lobby, door: { ...NO_DOOR, title: 'Algebra II, Thursdays', host: teacher, ...door } };
}

function atDoor(refusal: Partial<Refusal> & Pick<Refusal, 'code'>): State {
  return { ...inLobby({ needsName: true, waits: true, recorded: false }), screen: { at: 'door', refusal: { from: null, until: null, ...refusal } } };
}

const pageStories: Readonly<Record<string, PageStory>> = { ...accountStories, ...adminStories, ...callStories, ...contactStories };

const name = new URLSearchParams(location.search).get('story') ?? 'start';
// What there is to see, for gallery.mjs.
document.documentElement.dataset['stories'] = [stories, doorStories, pageStories].flatMap(Object.keys).sort().join(' ');

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren(); // as main.tsx
  const door = doorStories[name];
  const page = pageStories[name] ?? { path: '/m/AAAAAAAAAAAAAAAAAAAAAA', site: { session: door?.session ?? null } };
  const meetingStore = createStore(door?.state ?? stories[name]?.() ?? initialState, reduce);
  const store = storyStore(page);
  const meeting = { store: meetingStore, commands: fakeCommands(meetingStore) };
  const calls = storyCalls(name);
  render(<Root store={store} commands={storyCommands(page, store)} meeting={meeting} calls={calls} />, root);
  void act(page.steps ?? []).then(() => {
    document.documentElement.dataset['shown'] = name;
  });
}
