/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { focusScreen } from '../../views/basics';

/** What has taken the place of a button: its first field has the focus, and when it goes away, the page has it back. */
export function Fresh({ children }: { readonly children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('input, textarea')?.focus();
    return () => keepFocus(box.current);
  }, []);
  return (
    <div ref={box} class="no-box">
      {children}
    </div>
  );
}

/** For what is about to leave the page, perhaps with the focus inside. */
export function keepFocus(leaving: HTMLElement | null): void {
  if (leaving?.contains(document.activeElement) === true) focusScreen();
}
