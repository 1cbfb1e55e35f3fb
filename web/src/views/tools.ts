/* SPDX-License-Identifier: GPL-3.0-or-later */
// All tools of the meeting, in the order in which they stand. "Leave" and "More" are the toolbar's own, and last.
import { canStayInFront } from '../app/picture_in_front';
import { ALWAYS, MENU } from '../layout/fit';
import type { DeviceKind } from '../media/devices';
import { canShareScreen } from '../media/screen';
import type { PanelName } from '../state/model';
import { mayModerate, mayShare, onlyWatches, peopleIn, selfOf } from '../state/rights';
import { openQuestions } from '../state/event';
import { strings } from '../strings';
import type { ViewProps } from './commands';
import { canFillScreen, toggleFullScreen } from './full_screen';
import type { IconName } from './icons';
import type { ToolSpec } from './tool';

type MaybeTool = ToolSpec | null;

export function toolsOf(view: ViewProps): readonly ToolSpec[] {
  const tools: readonly MaybeTool[] = [
    deviceTool('mic', view),
    deviceTool('camera', view),
    shareTool(view),
    chatTool(view),
    handTool(view),
    reactTool(view),
    stageTool(view),
    questionsTool(view),
    recordTool(view),
    peopleTool(view),
    inviteTool(view),
    viewTool(view),
    connectionTool(view),
    fullScreenTool(),
    inFrontTool(view),
    settingsTool(view),
    keysTool(view),
  ];
  const { shortcuts } = view.state.preferences;
  return tools.filter((tool) => tool !== null).map((tool) => (shortcuts ? tool : { ...tool, shortcut: undefined }));
}

/** The switch of a microphone or camera; none for whoever only watches. */
export function deviceTool(kind: DeviceKind, { state, commands }: ViewProps): MaybeTool {
  if (onlyWatches(state)) return null;
  const on = state.own[kind];
  const text = strings.meeting;
  const labels = kind === 'mic' ? ([text.unmute, text.mute] as const) : ([text.cameraOn, text.cameraOff] as const);
  const icons: readonly [IconName, IconName] = kind === 'mic' ? ['mic_off', 'mic'] : ['camera_off', 'camera'];
  const side = on ? 1 : 0;
  const tool: ToolSpec = {
    act: kind,
    icon: icons[side],
    label: labels[side],
    short: kind === 'camera' ? text.cameraShort : on ? text.muteShort : text.unmuteShort,
    priority: ALWAYS,
    ...(on ? {} : { tone: 'off' as const }),
    shortcut: kind === 'mic' ? 'm' : 'v',
    onClick: () => commands.toggle(kind),
  };
  const holds = kind === 'mic' && state.preferences.pushToTalk && state.screen.at === 'meeting';
  if (!holds) return tool;
  const { talkHold, talkShort } = strings.equipment;
  return { ...tool, label: talkHold, short: talkShort, shortcut: undefined, onHold: (down) => commands.talk(down) };
}

/** One button to begin and to stop; none where this browser can't, or the rules don't let one. */
function shareTool({ state, commands }: ViewProps): MaybeTool {
  const on = state.share.at === 'live';
  if (!on && !(canShareScreen() && mayShare(state.meeting))) return null;
  const text = strings.share;
  return {
    act: 'share',
    icon: 'screen',
    label: on ? text.stop : text.start,
    short: on ? text.stopShort : text.startShort,
    priority: on ? ALWAYS : 80,
    ...(on ? { tone: 'on' as const } : {}),
    shortcut: 's',
    onClick: () => commands.share.toggle(),
  };
}

type PanelToolLook = Pick<ToolSpec, 'icon' | 'label' | 'short' | 'priority' | 'badge'>;

/** A tool that opens and closes a panel. */
export function panelTool(panel: PanelName, look: PanelToolLook, { state, commands }: ViewProps): ToolSpec {
  const expanded = state.panel === panel;
  return { ...look, act: panel, expanded, onClick: () => commands.showPanel(expanded ? null : panel) };
}

function chatTool(view: ViewProps): ToolSpec {
  const { unread } = view.state.talk;
  const text = strings.talk.chat;
  const look = { icon: 'chat', label: text.open(unread), short: text.short, priority: 80, badge: unread } as const;
  return { ...panelTool('chat', look, view), shortcut: 'c' };
}

function handTool({ state: { meeting }, commands }: ViewProps): MaybeTool {
  const self = meeting === null ? undefined : selfOf(meeting);
  if (self === undefined) return null;
  const up = self.hand !== null;
  const text = strings.talk.hand;
  return {
    act: 'hand',
    icon: 'raised_hand',
    shortcut: 'h',
    label: up ? text.lower : text.raise,
    short: text.short,
    priority: 60,
    ...(up ? { tone: 'on' as const } : {}),
    onClick: () => commands.raiseHand(!up),
  };
}

function recordTool({ state: { meeting, recording }, commands }: ViewProps): MaybeTool {
  if (meeting === null || !mayModerate(meeting)) return null;
  const { start, startLong, stop, stopShort } = strings.recording;
  const on = recording.status !== 'off' && recording.status !== 'asking';
  return {
    act: 'record',
    icon: 'record',
    label: on ? stop : startLong,
    short: on ? stopShort : start,
    priority: on ? 90 : MENU,
    ...(on ? { tone: 'on' as const } : {}),
    onClick: () => commands.record(on ? 'stop' : 'ask'),
  };
}

function reactTool({ state: { meeting, talk }, commands }: ViewProps): MaybeTool {
  if (meeting === null || selfOf(meeting)?.may.chat !== true) return null;
  const { title, short } = strings.talk.react;
  const onClick = () => commands.pickReaction(!talk.picking);
  return { act: 'react', icon: 'laugh', label: title, short, priority: 40, expanded: talk.picking, onClick };
}

function peopleTool(view: ViewProps): ToolSpec {
  const text = strings.meeting;
  const badge = view.state.meeting === null ? 0 : peopleIn(view.state.meeting);
  const look = { icon: 'people', label: text.people(badge), short: text.peopleShort, priority: 70, badge } as const;
  return panelTool('people', look, view);
}

/** The stage of an event, for those who run it. */
function stageTool(view: ViewProps): MaybeTool {
  const { meeting } = view.state;
  if (meeting === null || meeting.kind !== 'event' || !mayModerate(meeting)) return null;
  const { title, short } = strings.event.panel;
  return panelTool('stage', { icon: 'stage', label: title, short, priority: 80 }, view);
}

function questionsTool(view: ViewProps): MaybeTool {
  const { meeting } = view.state;
  if (meeting === null || meeting.kind !== 'event') return null;
  const badge = mayModerate(meeting) ? openQuestions(meeting.event) : 0;
  const { tool, short } = strings.event.questions;
  return panelTool('questions', { icon: 'question', label: tool(badge), short, priority: 75, badge }, view);
}

/** A call is for two: its address is of no use to anybody else. */
function inviteTool(view: ViewProps): MaybeTool {
  if (view.state.meeting?.kind === 'call') return null;
  const look = { icon: 'invite', label: strings.invite.title, short: strings.meeting.invite, priority: 30 } as const;
  return panelTool('invite', look, view);
}

function viewTool(view: ViewProps): ToolSpec {
  const { open, title } = strings.layout;
  return panelTool('view', { icon: 'layout', label: open, short: title, priority: 35 }, view);
}

function connectionTool(view: ViewProps): ToolSpec {
  const { open, title } = strings.connection;
  return panelTool('connection', { icon: 'signal', label: open, short: title, priority: MENU }, view);
}

function fullScreenTool(): MaybeTool {
  if (!canFillScreen()) return null;
  const text = strings.layout;
  const full = document.fullscreenElement !== null;
  return {
    act: 'full-screen',
    icon: full ? 'small_screen' : 'full_screen',
    label: full ? text.leaveFullScreen : text.fullScreen,
    short: text.fullScreenShort,
    priority: 15,
    shortcut: 'f',
    onClick: () => toggleFullScreen(),
  };
}

function inFrontTool({ state, commands }: ViewProps): MaybeTool {
  if (!canStayInFront()) return null;
  const text = strings.layout;
  return {
    act: 'pip',
    icon: 'in_front',
    label: state.pip ? text.pipClose : text.pipOpen,
    short: text.pipShort,
    priority: 10,
    shortcut: 'p',
    ...(state.pip ? { tone: 'on' as const } : {}),
    onClick: () => commands.togglePip(),
  };
}

function keysTool({ commands }: ViewProps): ToolSpec {
  const { open } = strings.layout.keys;
  return {
    act: 'keys',
    icon: 'keyboard',
    label: open,
    short: open,
    priority: MENU,
    shortcut: '?',
    onClick: () => commands.showKeys(true),
  };
}

function settingsTool(view: ViewProps): ToolSpec {
  const { settings } = strings.meeting;
  return panelTool('settings', { icon: 'settings', label: settings, short: settings, priority: 20 }, view);
}
