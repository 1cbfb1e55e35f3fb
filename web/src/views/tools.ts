/* SPDX-License-Identifier: GPL-3.0-or-later */
// All tools of the meeting, in the order in which they stand. "Leave" and "More" are the toolbar's own, and last.
import { ALWAYS } from '../layout/fit';
import type { DeviceKind } from '../media/devices';
import type { PanelName } from '../state/model';
import { onlyWatches, peopleIn } from '../state/rights';
import { strings } from '../strings';
import type { ViewProps } from './commands';
import type { IconName } from './icons';
import type { ToolSpec } from './tool';

export const SHORTCUTS: Readonly<Record<string, DeviceKind>> = { m: 'mic', v: 'camera' };

type MaybeTool = ToolSpec | null;

export function toolsOf(view: ViewProps): readonly ToolSpec[] {
  const tools: readonly MaybeTool[] = [
    deviceTool('mic', view),
    deviceTool('camera', view),
    peopleTool(view),
    inviteTool(view),
    settingsTool(view),
  ];
  return tools.filter((tool) => tool !== null);
}

/** The switch of a microphone or camera; none for whoever only watches. */
export function deviceTool(kind: DeviceKind, { state, commands }: ViewProps): MaybeTool {
  if (onlyWatches(state)) return null;
  const on = state.own[kind];
  const text = strings.meeting;
  const labels = kind === 'mic' ? ([text.unmute, text.mute] as const) : ([text.cameraOn, text.cameraOff] as const);
  const icons: readonly [IconName, IconName] = kind === 'mic' ? ['mic_off', 'mic'] : ['camera_off', 'camera'];
  const side = on ? 1 : 0;
  return {
    act: kind,
    icon: icons[side],
    label: labels[side],
    short: kind === 'camera' ? text.cameraShort : on ? text.muteShort : text.unmuteShort,
    priority: ALWAYS,
    ...(on ? {} : { tone: 'off' as const }),
    shortcut: state.shortcuts ? (kind === 'mic' ? 'm' : 'v') : undefined,
    onClick: () => commands.toggle(kind),
  };
}

type PanelToolLook = Pick<ToolSpec, 'icon' | 'label' | 'short' | 'priority' | 'badge'>;

/** A tool that opens and closes a panel. */
export function panelTool(panel: PanelName, look: PanelToolLook, { state, commands }: ViewProps): ToolSpec {
  const expanded = state.panel === panel;
  return { ...look, act: panel, expanded, onClick: () => commands.showPanel(expanded ? null : panel) };
}

function peopleTool(view: ViewProps): ToolSpec {
  const text = strings.meeting;
  const badge = view.state.meeting === null ? 0 : peopleIn(view.state.meeting);
  const look = { icon: 'people', label: text.people(badge), short: text.peopleShort, priority: 70, badge } as const;
  return panelTool('people', look, view);
}

function inviteTool(view: ViewProps): ToolSpec {
  const look = { icon: 'invite', label: strings.invite.title, short: strings.meeting.invite, priority: 30 } as const;
  return panelTool('invite', look, view);
}

function settingsTool(view: ViewProps): ToolSpec {
  const { settings } = strings.meeting;
  return panelTool('settings', { icon: 'settings', label: settings, short: settings, priority: 20 }, view);
}
