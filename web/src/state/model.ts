/* SPDX-License-Identifier: GPL-3.0-or-later */
// All that a view can show. Plain values; media streams are passed through and never looked into.
import type { Alert, Ban, Kind, Knock, Person, Role, Rules, ServerFacts, Slot, Switch } from '../signal/messages';
import type { BrowserFacts } from '../media/facts';
import { NO_CONSENT, type Consent } from './consent';
import type { EventState } from './event';
import type { QuietFacts } from './quiet';
import type { Network } from './network';
import { NO_SHARE, type Share } from './share';
import type { ShareCounts } from './share_evidence';
import { NO_RECORDING, type OwnRecording } from './recording';
import { NO_TALK, type Talk } from './talk';
import { NO_DOOR, type Door, type Refusal } from './door';
import { DEFAULTS, type Preferences } from './preferences';

/** Why a page can't go on, or a step failed. Each has a text in src/strings. */
export type Problem =
  | 'unknown_page'
  | 'link_missing'
  | 'link_used'
  | 'no_room'
  | 'bad_name'
  | 'name_imitates'
  | 'name_taken'
  | 'refused'
  | 'room_full'
  | 'too_many'
  | 'bad_origin'
  | 'server_full'
  /** This browser keeps no key, so that it can't have a session. */
  | 'no_key'
  | 'unreachable'
  | 'unsupported'
  | 'unexpected';

export type Ending =
  | 'left'
  | 'refused'
  | 'removed'
  | 'banned'
  | 'locked'
  | 'host_ended'
  | 'server_stopping'
  | 'replaced'
  | 'no_room'
  | 'room_full'
  | 'room_closed'
  | 'call_over'
  | 'session_ended'
  | 'ticket_revoked'
  | 'taken_over'
  | 'not_a_member'
  | 'post_quantum_needed'
  | 'not_trusted'
  | 'broken';

export type Screen =
  | { readonly at: 'opening' }
  | { readonly at: 'problem'; readonly problem: Problem }
  /** The meeting does not take one as one comes. */
  | { readonly at: 'door'; readonly refusal: Refusal }
  | { readonly at: 'lobby'; readonly entering: boolean; readonly problem: Problem | null }
  /** The server has no room at the moment; the page goes in by itself when there is. */
  | { readonly at: 'full' }
  | { readonly at: 'waiting'; readonly sentBack: boolean }
  | { readonly at: 'meeting' }
  | { readonly at: 'over'; readonly why: Ending };

/** What the browser said when it was asked for a device. */
export type DeviceProblem = 'denied' | 'denied_by_system' | 'none_found' | 'in_use' | 'no_gesture' | 'unexpected';

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface OfferedDevice {
  readonly label: string;
  /** A headset is both. */
  readonly mic: string | null;
  readonly speaker: string | null;
  readonly camera: string | null;
}

export interface OwnMedia {
  /** What the person agreed to after reading why: the browser is asked for nothing else (A9). */
  readonly micAgreed: boolean;
  readonly cameraAgreed: boolean;
  readonly asking: boolean;
  readonly mic: boolean;
  readonly camera: boolean;
  readonly micProblem: DeviceProblem | null;
  readonly cameraProblem: DeviceProblem | null;
  readonly mics: readonly Device[];
  readonly cameras: readonly Device[];
  /** Loudspeakers; none where the browser leaves that choice to the system. */
  readonly speakers: readonly Device[];
  readonly micId: string | null;
  readonly cameraId: string | null;
  /** Whether the camera that is on can blur what is behind the person. */
  readonly canBlur: boolean;
  /** A device that was plugged in during the meeting, until the person has said whether to use it. */
  readonly offered: OfferedDevice | null;
  /** The camera's picture, while it is on. */
  readonly picture: MediaStream | null;
}

export interface Notice {
  readonly id: number;
  readonly text: string;
  /** For screen readers only: the eye sees it elsewhere. */
  readonly spokenOnly: boolean;
}

/** The way to the server: 'away' while the page tries to return. */
export type Link = 'opening' | 'open' | 'away';
/** 'blocked': several tries in a row came to nothing. */
export type MediaLink = 'none' | 'connecting' | 'connected' | 'away' | 'blocked' | 'refused';

export type PanelName = 'people' | 'connection' | 'invite' | 'security' | 'settings' | 'view' | 'stage' | 'questions' | 'chat';

export interface Silenced {
  readonly source: Switch;
  /** The name of who did it; null: the rules of the meeting. */
  readonly by: string | null;
}

export interface Meeting {
  readonly you: string;
  readonly kind: Kind;
  /** Empty: it has none. */
  readonly title: string;
  /** All who are in; the audience of an event hears of those on the stage and of itself. */
  readonly people: readonly Person[];
  /** How many are in, those who are not in `people` included. */
  readonly count: number;
  /** What the host has not looked at yet. */
  readonly alerts: readonly Alert[];
  readonly knocking: readonly Knock[];
  readonly rules: Rules;
  readonly bans: readonly Ban[];
  /** Who came last, after "stop everything", until the host has looked. */
  readonly lastJoined: readonly Person[] | null;
  /** What a host has switched off here and was not looked at yet. */
  readonly silenced: Silenced | null;
  /** The broadcast and the question box of an event. */
  readonly event: EventState;
  /** The moderator who asks for the own screen, until it is answered. */
  readonly shareAsked: string | null;
  readonly shareCounts: ShareCounts;
  readonly speaker: string | null;
  /** Ids of those whose connection is weak. */
  readonly weak: readonly string[];
  readonly maxVideo: number;
  readonly slots: readonly Slot[];
  /** The stream of each slot, by mid. */
  readonly streams: ReadonlyMap<string, MediaStream>;
  /** No pictures of others are got: for who has little room, or does not want to look. */
  readonly soundOnly: boolean;
  readonly media: MediaLink;
  /** The server's words when it could not take the media connection. */
  readonly mediaRefusal: string | null;
  /** The browser waits for a click before it plays sound. */
  readonly soundBlocked: boolean;
  readonly serverFacts: ServerFacts | null;
  readonly browserFacts: BrowserFacts | null;
  readonly quietFacts: QuietFacts | null;
  readonly network: Network;
}

export interface State {
  readonly screen: Screen;
  readonly room: string | null;
  readonly door: Door;
  readonly role: Role | null;
  readonly name: string;
  readonly own: OwnMedia;
  /** What this person agreed to before, in this browser. */
  readonly consent: Consent;
  /** Why what was agreed to for this meeting counts no more; null: it does. */
  readonly consentGone: string | null;
  readonly share: Share;
  readonly link: Link;
  readonly meeting: Meeting | null;
  readonly talk: Talk;
  readonly recording: OwnRecording;
  readonly panel: PanelName | null;
  readonly preferences: Preferences;
  /** The key of the tile that the person keeps large. */
  readonly pinned: string | null;
  /** A picture stands in front of other windows. */
  readonly pip: boolean;
  /** The list of keyboard shortcuts is open. */
  readonly keysShown: boolean;
  readonly notices: readonly Notice[];
}

/** What holds until the server has said otherwise. */
export const initialRules: Rules = {
  locked: false,
  unmute_self: true,
  waiting: true,
  post_quantum: false,
  present: 'participant',
  share: 'participant',
  chat: 'participant',
};

export const initialOwnMedia: OwnMedia = {
  micAgreed: false,
  cameraAgreed: false,
  asking: false,
  mic: false,
  camera: false,
  micProblem: null,
  cameraProblem: null,
  mics: [],
  cameras: [],
  speakers: [],
  micId: null,
  cameraId: null,
  canBlur: false,
  offered: null,
  picture: null,
};

export const initialState: State = {
  screen: { at: 'opening' },
  room: null,
  door: NO_DOOR,
  role: null,
  name: '',
  own: initialOwnMedia,
  consent: NO_CONSENT,
  consentGone: null,
  share: NO_SHARE,
  link: 'opening',
  meeting: null,
  talk: NO_TALK,
  recording: NO_RECORDING,
  panel: null,
  preferences: DEFAULTS,
  pinned: null,
  pip: false,
  keysShown: false,
  notices: [],
};
