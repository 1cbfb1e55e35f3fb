/* SPDX-License-Identifier: GPL-3.0-or-later */
// Whether something on this page opens a window or a tab, or tries to. The page's own code never does, and the sandbox of
// its policy forbids it; what is tried all the same must not end up in front of what is being shared (A10).

/** So long after a link with a target was followed, a lost focus is taken for the window's. */
const FOLLOWED_MS = 3000;

const listeners = new Set<() => void>();
let followedAt = -Infinity;

function tell(): void {
  for (const listener of listeners) listener();
}

/** Called at once whenever a window is opened from here, or was tried to be. */
export function onWindowOpened(listener: () => void): void {
  listeners.add(listener);
}

function opensElsewhere(target: EventTarget | null): boolean {
  const element = target instanceof Element ? target.closest('a, area, form, button, input') : null;
  const where = element?.getAttribute('target') ?? element?.getAttribute('formtarget') ?? '';
  return where !== '' && !/^_(self|parent|top)$/i.test(where);
}

/** To be called once, before anything else runs on the page. */
export function watchOpenedWindows(): void {
  const open = window.open.bind(window);
  const watched = (...given: Parameters<typeof open>) => {
    tell();
    return open(...given);
  };
  Object.defineProperty(window, 'open', { value: watched, writable: false, configurable: false });
  const onFollowed = (event: Event) => {
    if (opensElsewhere(event.target)) followedAt = performance.now();
  };
  for (const type of ['click', 'auxclick', 'submit']) window.addEventListener(type, onFollowed, { capture: true });
  window.addEventListener('blur', () => {
    if (performance.now() - followedAt < FOLLOWED_MS) tell();
  });
}
