/* SPDX-License-Identifier: GPL-3.0-or-later */
import { useEffect, useState } from 'preact/hooks';

export function canFillScreen(): boolean {
  return document.fullscreenEnabled === true;
}

/** What fills the screen now; null: nothing. */
export function useFullScreen(): Element | null {
  const [element, setElement] = useState<Element | null>(document.fullscreenElement ?? null);
  useEffect(() => {
    const onChange = () => setElement(document.fullscreenElement ?? null);
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, []);
  return element;
}

/** Of the whole page, so that the tools, questions and notices stay in reach, or of one tile. To be called from a click. */
export function toggleFullScreen(element: Element = document.documentElement): void {
  const done = document.fullscreenElement === element ? document.exitFullscreen() : element.requestFullscreen();
  // Refused: the page stays as it is.
  done.catch((error: unknown) => console.error('full screen:', error));
}
