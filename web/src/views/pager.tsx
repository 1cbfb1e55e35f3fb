/* SPDX-License-Identifier: GPL-3.0-or-later */
// More pictures than a page of the stage holds: buttons, Page Up and Page Down, or a finger that wipes.
import { useEffect, useRef } from 'preact/hooks';
import { strings } from '../strings';
import { Icon } from './icons';

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

export function Pager({ page, pages, onTurn }: PagerProps) {
  const text = strings.layout;
  const step = (to: number, icon: 'back' | 'forward', label: string) => {
    const possible = to >= 0 && to < pages;
    return (
      <button
        type="button"
        class="icon-button"
        data-act={icon === 'back' ? 'previous-page' : 'next-page'}
        aria-label={label}
        title={label}
        aria-disabled={!possible || undefined}
        onClick={() => possible && onTurn(to)}
      >
        <Icon name={icon} />
      </button>
    );
  };
  return (
    <nav class="pager" aria-label={text.pages}>
      {step(page - 1, 'back', text.previous)}
      <p role="status" data-pages={pages} data-page={page + 1}>
        <span aria-hidden="true">{text.page(page + 1, pages)}</span>
        <span class="visually-hidden">{text.pageLong(page + 1, pages)}</span>
      </p>
      {step(page + 1, 'forward', text.next)}
    </nav>
  );
}

/** How far a finger moves before it turns a page. */
const SWIPE_PX = 56;

/** The keys that turn pages, and the handlers for a finger on the stage. */
export function usePages(page: number, pages: number, onTurn: (page: number) => void) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = event.key === 'PageDown' ? 1 : event.key === 'PageUp' ? -1 : 0;
      const inPanel = event.target instanceof Element && event.target.closest('.panel, dialog, input, select') !== null;
      if (step === 0 || inPanel || page + step < 0 || page + step >= pages) return;
      event.preventDefault();
      onTurn(page + step);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [page, pages, onTurn]);
  const start = useRef<Touch | null>(null);
  return {
    onTouchStart: (event: TouchEvent) => {
      start.current = event.touches.length === 1 ? (event.touches[0] ?? null) : null;
    },
    onTouchEnd: (event: TouchEvent) => {
      const [from, to] = [start.current, event.changedTouches[0]];
      start.current = null;
      if (from === null || to === undefined) return;
      const across = to.clientX - from.clientX;
      if (Math.abs(across) < SWIPE_PX || Math.abs(to.clientY - from.clientY) > Math.abs(across) / 2) return;
      const onwards = document.documentElement.dir === 'rtl' ? across > 0 : across < 0;
      const next = page + (onwards ? 1 : -1);
      if (next >= 0 && next < pages) onTurn(next);
    },
  };
}
