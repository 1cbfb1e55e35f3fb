/* SPDX-License-Identifier: GPL-3.0-or-later */
// How the state changes: a pure function of the state before and what happened.
import type { BrowserFacts } from '../media/facts';
import type { Alert, Knock, Person, Role, ServerMessage, Welcome } from '../signal/messages';
import type { Door } from './door';
import { NO_EVENT, reduceEvent, withVote } from './event';
import type { Share } from './share';
import { counted, NOTHING_SHARED } from './share_evidence';
import type { Consent } from './consent';
import {
  initialRules,
  type Link,
  type MediaLink,
  type Meeting,
  type Notice,
  type OwnMedia,
  type PanelName,
  type Screen,
  type State,
} from './model';
import { NO_NETWORK, type NetworkFacts, type Weakness } from './network';
import type { Preferences } from './preferences';
import type { QuietFacts } from './quiet';
import { selfOf } from './rights';
import type { OwnRecording } from './recording';
import { hearTalk, NO_TALK, reduceTalk, type TalkAction } from './talk';

export type Action =
  | TalkAction
  | { readonly type: 'go'; readonly screen: Screen }
  | { readonly type: 'room_found'; readonly room: string; readonly role: Role }
  | { readonly type: 'door'; readonly door: Door }
  | { readonly type: 'name_typed'; readonly name: string }
  | { readonly type: 'consent'; readonly consent: Consent; readonly gone: string | null }
  | { readonly type: 'own'; readonly change: Partial<OwnMedia> }
  | { readonly type: 'share'; readonly share: Share }
  | { readonly type: 'recording'; readonly change: Partial<OwnRecording> }
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'server'; readonly message: ServerMessage }
  | { readonly type: 'you'; readonly id: string; readonly role: Role }
  | { readonly type: 'media'; readonly media: MediaLink; readonly refusal?: string }
  | { readonly type: 'media_anew' }
  | { readonly type: 'streams'; readonly streams: ReadonlyMap<string, MediaStream> }
  | { readonly type: 'sound_only'; readonly on: boolean }
  | { readonly type: 'sound_blocked'; readonly blocked: boolean }
  | { readonly type: 'browser_facts'; readonly facts: BrowserFacts | null }
  | { readonly type: 'quiet_facts'; readonly facts: QuietFacts | null }
  | { readonly type: 'network'; readonly facts: NetworkFacts | null; readonly weakness: Weakness }
  | { readonly type: 'network_seen' }
  /** The host has looked at who came last, or the person at what was switched off. */
  | { readonly type: 'seen'; readonly what: 'lastJoined' | 'silenced' | 'alerts' | 'shareAsked' }
  | { readonly type: 'panel'; readonly panel: PanelName | null }
  | { readonly type: 'prefer'; readonly change: Partial<Preferences> }
  | { readonly type: 'pin'; readonly tile: string | null }
  | { readonly type: 'pip'; readonly open: boolean }
  | { readonly type: 'voted'; readonly id: number; readonly on: boolean }
  | { readonly type: 'keys'; readonly shown: boolean }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'notice_over'; readonly id: number };

/** Notices that are visible at once; a crowd that comes in replaces the oldest. */
const NOTICES_SHOWN = 3;

/** More at once nobody reads; the latest are kept. */
const ALERTS_KEPT = 20;

/** What belongs to one media connection: nothing of an earlier one may be shown for the next. */
const NO_MEDIA_YET: Pick<Meeting, 'slots' | 'streams' | 'serverFacts' | 'browserFacts' | 'quietFacts' | 'network'> = {
  slots: [],
  streams: new Map(),
  serverFacts: null,
  browserFacts: null,
  quietFacts: null,
  network: NO_NETWORK,
};

export function reduce(state: State, action: Action): State {
  return withTalk(state, isOfTalk(action) ? state : reduceState(state, action), action);
}

const isOfTalk = (action: Action): action is TalkAction => action.type.startsWith('talk_');

/** What was said belongs to one stay in the meeting. */
function withTalk(before: State, state: State, action: Action): State {
  const talk = before.meeting?.you !== state.meeting?.you ? NO_TALK : talkAfter(state, action);
  return talk === state.talk ? state : { ...state, talk };
}

function talkAfter({ talk, panel }: State, action: Action): State['talk'] {
  if (isOfTalk(action)) return reduceTalk(talk, action);
  switch (action.type) {
    case 'server':
      return action.message.type === 'waiting' ? NO_TALK : hearTalk(talk, action.message, panel === 'chat');
    case 'panel':
      return action.panel === 'chat' && talk.unread > 0 ? { ...talk, unread: 0 } : talk;
    case 'link':
      return action.link === 'away' ? { ...talk, interrupted: true } : talk;
    default:
      return talk;
  }
}

function reduceState(state: State, action: Exclude<Action, TalkAction>): State {
  switch (action.type) {
    case 'go':
      return enterScreen(state, action.screen);
    case 'room_found':
      return { ...state, room: action.room, role: action.role };
    case 'door':
      return { ...state, door: action.door };
    case 'name_typed':
      return { ...state, name: action.name };
    case 'consent':
      return { ...state, consent: action.consent, consentGone: action.gone };
    case 'own':
      return switchedOn({ ...state, own: { ...state.own, ...action.change } });
    case 'share':
      return withShare(state, action.share);
    case 'recording':
      return { ...state, recording: { ...state.recording, ...action.change } };
    case 'link':
      return { ...state, link: action.link };
    case 'you':
      return { ...state, role: action.role, meeting: withYou(state.meeting, action.id) };
    case 'server':
      return reduceServer(state, action.message);
    case 'media':
      return inMeeting(state, { media: action.media, mediaRefusal: action.refusal ?? null });
    case 'media_anew':
      return inMeeting(state, NO_MEDIA_YET);
    case 'streams':
      return inMeeting(state, { streams: action.streams });
    case 'sound_only':
      return inMeeting(state, { soundOnly: action.on });
    case 'sound_blocked':
      return inMeeting(state, { soundBlocked: action.blocked });
    case 'browser_facts':
      return inMeeting(state, { browserFacts: action.facts });
    case 'quiet_facts':
      return inMeeting(state, { quietFacts: action.facts });
    case 'network':
      return withNetwork(state, action.facts, action.weakness);
    case 'network_seen':
      return state.meeting === null ? state : inMeeting(state, { network: { ...state.meeting.network, seen: true } });
    case 'seen':
      return inMeeting(state, action.what === 'alerts' ? { alerts: [] } : { [action.what]: null });
    case 'panel':
      return { ...state, panel: action.panel };
    case 'prefer':
      return { ...state, preferences: { ...state.preferences, ...action.change } };
    case 'pin':
      return { ...state, pinned: action.tile };
    case 'voted':
      return state.meeting === null ? state : inMeeting(state, { event: withVote(state.meeting.event, action.id, action.on) });
    case 'pip':
      return { ...state, pip: action.open };
    case 'keys':
      return { ...state, keysShown: action.shown };
    case 'notice':
      return { ...state, notices: [...state.notices, action.notice].slice(-NOTICES_SHOWN) };
    case 'notice_over':
      return { ...state, notices: state.notices.filter(({ id }) => id !== action.id) };
  }
}

function enterScreen(state: State, screen: Screen): State {
  const same = state.screen.at === screen.at;
  const next = { ...state, screen, panel: same ? state.panel : null };
  return screen.at === 'over' ? { ...next, meeting: null, notices: [], pinned: null, keysShown: false } : next;
}

function inMeeting(state: State, change: Partial<Meeting>): State {
  return state.meeting === null ? state : { ...state, meeting: { ...state.meeting, ...change } };
}

function withShare(state: State, share: Share): State {
  const { meeting, share: before } = state;
  const next = { ...state, share };
  return meeting === null ? next : inMeeting(next, { shareCounts: counted(meeting.shareCounts, before, share) });
}

/** What was read is said again only after it was good meanwhile. */
function withNetwork(state: State, facts: NetworkFacts | null, weakness: Weakness): State {
  const seen = state.meeting?.network.seen === true && weakness !== 'none';
  return inMeeting(state, { network: { facts, weakness, seen } });
}

/** Who has switched on again what a host had switched off needs no word about it any more. */
function switchedOn(state: State): State {
  const source = state.meeting?.silenced?.source;
  const on = (source === 'mic' && state.own.mic) || (source === 'camera' && state.own.camera);
  return on ? inMeeting(state, { silenced: null }) : state;
}

/** The server's hello names the page's own id, before there is a meeting to show. A new id is a new stay. */
function withYou(meeting: Meeting | null, you: string): Meeting {
  if (meeting?.you === you) return meeting;
  return {
    you,
    kind: 'open',
    title: '',
    people: [],
    count: 0,
    alerts: [],
    knocking: [],
    rules: initialRules,
    bans: [],
    lastJoined: null,
    silenced: null,
    event: NO_EVENT,
    shareAsked: null,
    shareCounts: NOTHING_SHARED,
    speaker: null,
    weak: [],
    maxVideo: 0,
    soundOnly: false,
    media: 'none',
    mediaRefusal: null,
    soundBlocked: false,
    ...NO_MEDIA_YET,
  };
}

function reduceServer(state: State, message: ServerMessage): State {
  const { meeting } = state;
  if (meeting === null) return state;
  switch (message.type) {
    case 'waiting':
      return wait(state, meeting);
    case 'welcome':
      return welcome(inEvent(state, meeting, message), message);
    case 'people':
      return inMeeting(state, { people: withPeople(meeting.people, message.people) });
    case 'joined':
    case 'changed':
      return withRole(inMeeting(state, { people: withPerson(meeting.people, message.person) }));
    case 'left':
      return inMeeting(state, {
        people: without(meeting.people, message.id),
        alerts: meeting.alerts.filter(({ who, other }) => who !== message.id && other !== message.id),
        lastJoined: meeting.lastJoined === null ? null : without(meeting.lastJoined, message.id),
        weak: meeting.weak.filter((id) => id !== message.id),
      });
    case 'knock':
      return inMeeting(state, { knocking: withKnock(meeting.knocking, message) });
    case 'knock_gone':
      return inMeeting(state, { knocking: without(meeting.knocking, message.id) });
    case 'room':
      return inMeeting(state, { kind: message.kind, title: message.title, rules: message.rules });
    case 'recorded':
      return { ...state, door: { ...state.door, recorded: message.on } };
    case 'count':
      return inMeeting(state, { count: message.people });
    case 'alert':
      return inMeeting(state, { alerts: withAlert(meeting.alerts, message) });
    case 'bans':
      return inMeeting(state, { bans: message.bans });
    case 'last_joined':
      return inMeeting(state, { lastJoined: message.people });
    case 'muted':
      return inMeeting(state, { silenced: { source: message.source, by: nameOf(meeting, message.by) } });
    case 'share_asked':
      return inMeeting(state, {
        shareAsked: message.by,
        shareCounts: { ...meeting.shareCounts, asked: meeting.shareCounts.asked + 1 },
      });
    case 'slots':
      return inMeeting(state, { slots: message.slots });
    case 'speaker':
      return inMeeting(state, { speaker: message.who });
    case 'weakness':
      return inMeeting(state, { weak: withWeak(meeting, message) });
    case 'beat':
      return beaten(state, message);
    case 'security':
      return inMeeting(state, { serverFacts: message });
    case 'broadcast':
      return inMeeting(inEvent(state, meeting, message), { people: onStage(meeting, message.people) });
    default:
      return inEvent(state, meeting, message);
  }
}

function withWeak({ weak, people }: Meeting, { who, weak: on }: Extract<ServerMessage, { type: 'weakness' }>): readonly string[] {
  const others = weak.filter((id) => id !== who);
  return on && people.some(({ id }) => id === who) ? [...others, who] : others;
}

/** What concerns an event alone (event.ts). */
function inEvent(state: State, meeting: Meeting, message: ServerMessage): State {
  const event = reduceEvent(meeting.event, message);
  return event === meeting.event ? state : inMeeting(state, { event });
}

/** Whom a viewer sees: those on the stage, and himself. */
function onStage(meeting: Meeting, people: readonly Person[]): readonly Person[] {
  return withPeople(people, meeting.people.filter(({ id }) => id === meeting.you));
}

/** The whole state: what moderators are alerted to follows anew, too. */
/** Who speaks, and whose microphones are on, where somebody is quiet. */
function beaten(state: State, { speaker, mics }: Extract<ServerMessage, { type: 'beat' }>): State {
  const on = new Map(mics.map(({ id, on: switched }) => [id, switched]));
  const people = (state.meeting?.people ?? []).map((person) => {
    const mic = on.get(person.id) ?? person.mic;
    return mic === person.mic ? person : { ...person, mic };
  });
  return inMeeting(state, { speaker, people });
}

function welcome(from: State, { kind, title, people, knocking, speaker, max_video, count, rules, recorded }: Welcome): State {
  const state = { ...from, door: { ...from.door, recorded: recorded ?? false } };
  const told = { kind, title, people, knocking, speaker, count, rules, maxVideo: max_video, alerts: [], weak: [] };
  return withRole(enterScreen(inMeeting(state, told), { at: 'meeting' }));
}

/** Back in the waiting room there is no meeting to look at: who was in it is not for those outside. */
function wait(state: State, meeting: Meeting): State {
  const { screen } = state;
  const wasIn = screen.at === 'meeting' && meeting.people.length > 0;
  const outside = { ...state, meeting: withYou(null, meeting.you) };
  return enterScreen(outside, { at: 'waiting', sentBack: wasIn || (screen.at === 'waiting' && screen.sentBack) });
}

/** The own role is what the roster says. */
function withRole(state: State): State {
  const self = state.meeting === null ? undefined : selfOf(state.meeting);
  return self === undefined || self.role === state.role ? state : { ...state, role: self.role };
}

function nameOf(meeting: Meeting, id: string | null): string | null {
  return meeting.people.find((person) => person.id === id)?.name ?? null;
}

function withPerson(people: readonly Person[], person: Person): readonly Person[] {
  const known = people.some(({ id }) => id === person.id);
  return known ? people.map((other) => (other.id === person.id ? person : other)) : [...people, person];
}

/** Each once, with what was said last. */
function withPeople(people: readonly Person[], more: readonly Person[]): readonly Person[] {
  return [...new Map([...people, ...more].map((person) => [person.id, person])).values()];
}

function withKnock(knocking: readonly Knock[], message: Knock & { readonly type: 'knock' }): readonly Knock[] {
  const { type, ...knock } = message;
  return [...without(knocking, knock.id), knock];
}

/** One of a kind about the same person is enough; the latest words count. */
function withAlert(alerts: readonly Alert[], { code, who, other, text }: Alert): readonly Alert[] {
  const others = alerts.filter((alert) => alert.code !== code || alert.who !== who);
  return [...others, { code, who, other, text }].slice(-ALERTS_KEPT);
}

function without<T extends { readonly id: string }>(list: readonly T[], id: string): readonly T[] {
  return list.filter((item) => item.id !== id);
}
