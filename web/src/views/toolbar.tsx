/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { DeviceKind } from '../media/devices';
import type { PanelName } from '../state/model';
import { onlyWatches, peopleIn } from '../state/rights';
import { strings } from '../strings';
import { cls } from './basics';
import type { ViewProps } from './commands';
import { Icon, type IconName } from './icons';

export const SHORTCUTS: Readonly<Record<string, DeviceKind>> = { m: 'mic', v: 'camera' };

interface ToolProps {
  readonly act: string;
  readonly icon: IconName;
  readonly label: string;
  readonly short: string;
  readonly tone?: 'off' | 'danger';
  readonly pressed?: boolean;
  readonly badge?: number;
  readonly shortcut?: string | undefined;
  readonly onClick: () => void;
}

function Tool({ act, icon, label, short, tone, pressed, badge = 0, shortcut, onClick }: ToolProps) {
  const title = shortcut === undefined ? label : `${label} (${strings.meeting.shortcut(shortcut)})`;
  return (
    <button
      type="button"
      class={cls('tool', tone !== undefined && `tool-${tone}`)}
      data-act={act}
      aria-label={label}
      title={title}
      aria-expanded={pressed}
      aria-keyshortcuts={shortcut}
      onClick={onClick}
    >
      <span class="tool-face">
        <Icon name={icon} />
      </span>
      <span class="tool-name">{short}</span> {badge > 0 && <span class="badge">{badge}</span>}
    </button>
  );
}

export function DeviceToggle({
  kind,
  state,
  commands,
  shortcut,
}: ViewProps & { readonly kind: DeviceKind; readonly shortcut?: string | undefined }) {
  const on = state.own[kind];
  const text = strings.meeting;
  const labels = kind === 'mic' ? ([text.unmute, text.mute] as const) : ([text.cameraOn, text.cameraOff] as const);
  const icons: readonly [IconName, IconName] = kind === 'mic' ? ['mic_off', 'mic'] : ['camera_off', 'camera'];
  return (
    <Tool
      act={kind}
      icon={icons[Number(on) as 0 | 1]}
      label={labels[Number(on) as 0 | 1]}
      short={kind === 'camera' ? text.cameraShort : on ? text.muteShort : text.unmuteShort}
      {...(on ? {} : { tone: 'off' as const })}
      shortcut={shortcut}
      onClick={() => commands.toggle(kind)}
    />
  );
}

export function Toolbar({ state, commands }: ViewProps) {
  const text = strings.meeting;
  const count = state.meeting === null ? 0 : peopleIn(state.meeting);
  const panelTool = (panel: PanelName, icon: IconName, label: string, short: string, badge = 0) => {
    const open = state.panel === panel;
    return (
      <Tool
        act={panel}
        icon={icon}
        label={label}
        short={short}
        badge={badge}
        pressed={open}
        onClick={() => commands.showPanel(open ? null : panel)}
      />
    );
  };
  return (
    <section class="toolbar" aria-label={text.controls}>
      {!onlyWatches(state) && (
        <>
          <DeviceToggle kind="mic" state={state} commands={commands} shortcut={state.shortcuts ? 'm' : undefined} />
          <DeviceToggle kind="camera" state={state} commands={commands} shortcut={state.shortcuts ? 'v' : undefined} />
        </>
      )}
      {panelTool('people', 'people', text.people(count), text.peopleShort, count)}
      {panelTool('invite', 'invite', strings.invite.title, text.invite)}
      {panelTool('settings', 'settings', text.settings, text.settings)}
      <Tool
        act="leave"
        icon="leave"
        tone="danger"
        label={text.leaveLong}
        short={text.leave}
        onClick={() => commands.leave()}
      />
    </section>
  );
}
