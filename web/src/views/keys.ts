/* SPDX-License-Identifier: GPL-3.0-or-later */
// What keys do in a meeting: single letters are the tools' shortcuts, Space held down speaks, arrows lead from one thing to
// the next as on a television.
import { useEffect } from 'preact/hooks';
import { nearest, type Direction } from '../layout/spatial';
import { onlyWatches } from '../state/rights';
import type { ViewProps } from './commands';
import type { ToolSpec } from './tool';

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const FOCUSABLE = 'button, a[href], input, select, textarea, [tabindex="0"]';

/** Where keys are for what is written or chosen there. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false;
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

/** Space is a click there. */
function takesSpace(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, input, summary, [role="button"]') !== null;
}

function focusablesIn(root: Element): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => !element.classList.contains('panel-body') && element.checkVisibility(),
  );
}

function goTo(element: HTMLElement): void {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

/** The focus goes to what is nearest on that side; in a panel first to what is in it, and what is longer scrolls. True: it
 * went, or scrolled. */
function move(direction: Direction): boolean {
  const root = document.querySelector('.meeting');
  const from = document.activeElement;
  if (root === null || document.querySelector('dialog[open]') !== null) return false;
  if (from?.classList.contains('panel-body') === true) return false;
  if (from === null || from === document.body || from.classList.contains('screen-heading')) {
    const first = root.querySelector<HTMLElement>('.tile button[tabindex="0"], .toolbar button');
    if (first !== null) goTo(first);
    return first !== null;
  }
  const panel = from.closest('.panel');
  const sideways = direction === 'left' || direction === 'right';
  const seek = (within: Element) => {
    // Into a panel, which stands beside everything, one goes sideways.
    const open = (element: Element) => panel !== null || sideways || element.closest('.panel') === null;
    const others = focusablesIn(within).filter((element) => element !== from && open(element));
    const found = nearest(from.getBoundingClientRect(), others.map((other) => other.getBoundingClientRect()), direction);
    return found === null ? undefined : others[found];
  };
  const inside = panel === null ? undefined : seek(panel);
  if (inside === undefined && panel !== null && !sideways) {
    panel.querySelector('.panel-body')?.scrollBy({ top: direction === 'up' ? -96 : 96 });
    return true;
  }
  const next = inside ?? seek(root);
  if (next !== undefined) goTo(next);
  return next !== undefined;
}

export function useKeys({ state, commands }: ViewProps, tools: readonly ToolSpec[]): void {
  const { preferences, panel } = state;
  const mayTalk = preferences.shortcuts && !onlyWatches(state);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const direction = ARROWS[event.key];
      if (event.key === 'Escape' && panel !== null && !event.repeat) return commands.showPanel(null);
      if (isTyping(event.target)) return;
      if (direction !== undefined && !event.shiftKey) {
        if (move(direction)) event.preventDefault();
      } else if (event.key === ' ' && mayTalk && !takesSpace(event.target)) {
        event.preventDefault();
        if (!event.repeat) commands.talk(true);
      } else if (preferences.shortcuts && !event.repeat) {
        const key = event.key.toLowerCase();
        const tool = tools.find(({ shortcut }) => shortcut === key);
        if (tool === undefined) return;
        event.preventDefault();
        tool.onClick();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [preferences, panel, mayTalk, commands, tools]);
  useEffect(() => {
    const onUp = (event: KeyboardEvent) => {
      if (event.key === ' ') commands.talk(false);
    };
    // The key may come up where this page does not hear it.
    const onAway = () => commands.talk(false);
    window.addEventListener('keyup', onUp);
    window.addEventListener('blur', onAway);
    document.addEventListener('visibilitychange', onAway);
    return () => {
      window.removeEventListener('keyup', onUp);
      window.removeEventListener('blur', onAway);
      document.removeEventListener('visibilitychange', onAway);
    };
  }, [commands]);
}
