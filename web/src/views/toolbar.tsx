/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { RefObject, TargetedPointerEvent } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ALWAYS, fitTools, placesIn } from '../layout/fit';
import type { DeviceKind } from '../media/devices';
import { strings } from '../strings';
import { cls } from './basics';
import type { ViewProps } from './commands';
import { Icon } from './icons';
import type { ToolSpec } from './tool';
import { deviceTool } from './tools';

interface ToolbarProps extends Pick<ViewProps, 'commands'> {
  readonly tools: readonly ToolSpec[];
}

export function Toolbar({ tools, commands }: ToolbarProps) {
  const text = strings.meeting;
  const bar = useRef<HTMLElement>(null);
  const places = usePlaces(bar);
  const leave: ToolSpec = {
    act: 'leave',
    icon: 'leave',
    tone: 'danger',
    label: text.leaveLong,
    short: text.leave,
    priority: ALWAYS,
    onClick: () => commands.leave(),
  };
  const fitting = fitTools([...tools, leave], places);
  const inBar = fitting.bar.filter((tool) => tool !== leave);
  return (
    <section ref={bar} class="toolbar" aria-label={text.controls}>
      {inBar.map((tool) => (
        <ToolButton key={tool.act} tool={tool} />
      ))}
      {fitting.menu.length > 0 && <MoreMenu key="more" tools={fitting.menu} />}
      <ToolButton key="leave" tool={leave} />
    </section>
  );
}

/** How many tools the bar has room for, along the way in which they stand; all have the size of the first one. */
function usePlaces(bar: RefObject<HTMLElement>): number {
  const [places, setPlaces] = useState(Infinity);
  useLayoutEffect(() => {
    const element = bar.current;
    if (element === null) return undefined;
    const measure = () => {
      const tool = element.querySelector('.tool')?.getBoundingClientRect();
      if (tool === undefined) return;
      const style = getComputedStyle(element);
      const number = (value: string) => Number.parseFloat(value) || 0;
      const upright = style.flexDirection === 'column';
      const padding = upright
        ? number(style.paddingTop) + number(style.paddingBottom)
        : number(style.paddingLeft) + number(style.paddingRight);
      const length = (upright ? element.clientHeight : element.clientWidth) - padding;
      const gap = number(upright ? style.rowGap : style.columnGap);
      setPlaces(placesIn(length, upright ? tool.height : tool.width, gap));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return places;
}

const titleOf = ({ label, shortcut }: ToolSpec): string =>
  shortcut === undefined ? label : `${label} (${strings.meeting.shortcut(shortcut)})`;

const isPress = ({ key }: KeyboardEvent): boolean => key === ' ' || key === 'Enter';

/**
 * Down while a finger, a mouse button or a key is. What takes the pointer or the focus away lets go; a button that moves
 * away below the pointer, or a finger that slips, does not.
 */
function holding(onHold: (down: boolean) => void) {
  const down = () => onHold(true);
  const up = () => onHold(false);
  return {
    onPointerDown: ({ currentTarget, pointerId }: TargetedPointerEvent<HTMLButtonElement>) => {
      currentTarget.setPointerCapture(pointerId);
      down();
    },
    onPointerUp: up,
    onPointerLeave: up,
    onPointerCancel: up,
    onBlur: up,
    onContextMenu: (event: Event) => event.preventDefault(),
    onKeyDown: (event: KeyboardEvent) => {
      if (isPress(event) && !event.repeat) down();
    },
    onKeyUp: (event: KeyboardEvent) => {
      if (isPress(event)) up();
    },
  };
}

export function ToolButton({ tool }: { readonly tool: ToolSpec }) {
  const { act, icon, label, short, tone, expanded, pressed, badge = 0, shortcut, onHold, onClick } = tool;
  return (
    <button
      type="button"
      {...(onHold === undefined ? { onClick } : holding(onHold))}
      class={cls('tool', tone !== undefined && `tool-${tone}`)}
      data-act={act}
      aria-label={label}
      title={titleOf(tool)}
      aria-expanded={expanded}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
    >
      <span class="tool-face">
        <Icon name={icon} />
      </span>
      <span class="tool-name">{short}</span> {badge > 0 && <span class="badge">{badge}</span>}
    </button>
  );
}

/** The switch alone, where there is no bar: below the own picture in the lobby. */
export function DeviceToggle({ kind, state, commands }: ViewProps & { readonly kind: DeviceKind }) {
  const tool = deviceTool(kind, { state, commands });
  return tool === null ? null : <ToolButton tool={{ ...tool, shortcut: undefined }} />;
}

/** What the bar has no room for. Buttons in a list, not an ARIA menu: each is what it would be in the bar. */
function MoreMenu({ tools }: { readonly tools: readonly ToolSpec[] }) {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  const id = useId();
  const text = strings.meeting;
  const close = (focus: boolean) => {
    setOpen(false);
    if (focus) ref.current?.querySelector<HTMLElement>('[data-act="more"]')?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    ref.current?.querySelector<HTMLElement>('.more-tool')?.focus();
    const onOutside = (event: Event) => {
      if (event.target instanceof Node && ref.current?.contains(event.target) === false) close(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close(true);
    };
    document.addEventListener('pointerdown', onOutside);
    document.addEventListener('focusin', onOutside);
    document.addEventListener('keydown', onKey, { capture: true });
    return () => {
      document.removeEventListener('pointerdown', onOutside);
      document.removeEventListener('focusin', onOutside);
      document.removeEventListener('keydown', onKey, { capture: true });
    };
  }, [open]);
  const badge = tools.reduce((sum, { act, badge: news = 0 }) => sum + (act === 'people' ? 0 : news), 0);
  const toggle: ToolSpec = {
    act: 'more',
    icon: 'more',
    label: badge > 0 ? text.moreNew(badge) : text.more,
    short: text.moreShort,
    priority: ALWAYS,
    expanded: open,
    badge,
    onClick: () => setOpen(!open),
  };
  return (
    <div ref={ref} class="more">
      <ToolButton tool={toggle} />
      {/* Closed it stays on the page: hidden from all, and what a tool holds is not lost. */}
      <ul id={id} class="more-list" hidden={!open} aria-label={text.more}>
        {tools.map((tool) => (
          <li key={tool.act}>
            <MoreTool tool={tool} onDone={() => close(true)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function MoreTool({ tool, onDone }: { readonly tool: ToolSpec; readonly onDone: () => void }) {
  const { act, icon, label, tone, expanded, pressed, badge = 0, shortcut, onClick } = tool;
  return (
    <button
      type="button"
      class={cls('more-tool', tone !== undefined && `tool-${tone}`)}
      data-act={act}
      aria-expanded={expanded}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      onClick={() => {
        // First back to "More": a panel gives the focus back to where it was.
        onDone();
        onClick();
      }}
    >
      <Icon name={icon} />
      <span class="more-name">{label}</span>
      {badge > 0 && act !== 'people' && <span class="badge">{badge}</span>}
    </button>
  );
}
