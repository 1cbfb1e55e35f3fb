/* SPDX-License-Identifier: GPL-3-or-later */

/** Strokes in a square of 24 units. */
const paths = {
  mic: 'M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  mic_off:
    'M9 9v2.5a3 3 0 0 0 4.7 2.47M15 10.5v-4a3 3 0 0 0-5.8-1.05M5.5 11.5a6.5 6.5 0 0 0 10.2 5.33M18.5 11.5c0 .8-.14 1.56-.4 2.27M12 18v3M4 4l16 16',
  camera:
    'M4.5 6.5h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM15.5 10.7l4.6-2.66a.9.9 0 0 1 1.4.78v6.36a.9.9 0 0 1-1.4.78l-4.6-2.66',
  camera_off:
    'M9.5 6.5h4a2 2 0 0 1 2 2v4M15.4 16a2 2 0 0 1-1.9 1.5h-9a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2h1.2M15.5 10.7l4.6-2.66a.9.9 0 0 1 1.4.78v6.36a.9.9 0 0 1-1.4.78M4 4l16 16',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.4-3.2 2.9-5.5 6.5-5.5s6.1 2.3 6.5 5.5M15.5 4.9a3.5 3.5 0 0 1 0 6.2M18 14.6c2 .8 3.2 2.5 3.5 4.9',
  invite:
    'M10 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3.5 19.5c.4-3.2 2.9-5.5 6.5-5.5 2.3 0 4.2.9 5.3 2.5M19 9v6M16 12h6',
  shield: 'M12 3 4.5 5.7v5.6c0 4.6 2.9 8 7.5 9.7 4.6-1.7 7.5-5.1 7.5-9.7V5.7L12 3Z',
  shield_check: 'M12 3 4.5 5.7v5.6c0 4.6 2.9 8 7.5 9.7 4.6-1.7 7.5-5.1 7.5-9.7V5.7L12 3ZM8.6 11.9l2.4 2.4 4.4-4.7',
  shield_alert: 'M12 3 4.5 5.7v5.6c0 4.6 2.9 8 7.5 9.7 4.6-1.7 7.5-5.1 7.5-9.7V5.7L12 3ZM12 8.2v4.3M12 15.7v.1',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  leave:
    'M3.3 14.9c-.9-1.1-.9-2.7.1-3.7C5.6 9.1 8.7 8 12 8s6.4 1.1 8.6 3.2c1 1 1 2.6.1 3.7l-.3.4a1.3 1.3 0 0 1-1.5.4l-2.7-1a1.3 1.3 0 0 1-.8-1.3l.1-1.5a11.5 11.5 0 0 0-7 0l.1 1.5a1.3 1.3 0 0 1-.8 1.3l-2.7 1a1.3 1.3 0 0 1-1.5-.4Z',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  copy: 'M9.5 8.5h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2ZM15.5 8.5v-3a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h2',
  warning: 'M12 4.5 2.8 19.5h18.4L12 4.5ZM12 10.5v4M12 17v.1',
  question: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9.7 9.6a2.4 2.4 0 1 1 3.3 2.5c-.7.3-1 .8-1 1.5M12 16.4v.1',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  lock: 'M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5ZM8 10.5V7.5a4 4 0 0 1 8 0v3',
  lock_open:
    'M6.5 10.5h11a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5ZM8 10.5V7.5a4 4 0 0 1 7.6-1.7',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14',
  hand: 'M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7l5-5ZM12 8v4.5M12 15.7v.1',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5H4ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11',
} as const;

export type IconName = keyof typeof paths;

/** Decoration: what it means stands beside it in words. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

const SHELL_HEART = 'M32 20.8 40.8 25.9V36.1L32 41.2 23.2 36.1V25.9Z';
const SHELL_PLATES = [
  'M34 6.9 52.2 17 42.8 22.4 34 17.3Z',
  'M54.1 20.5 53.5 41.1 44.8 36.1V25.9Z',
  'M51.8 44.7 34 58V44.7L42.8 39.6Z',
  'M30 58 12.2 44.7 21.2 39.6 30 44.7Z',
  'M10.5 41.1 9.9 20.5 19.2 25.9V36.1Z',
  'M11.8 17 30 6.9V17.3L21.2 22.4Z',
] as const;

/** The mark: a tortoise's shell whose plates close into a shield. */
export function Mark() {
  return (
    <svg class="mark" viewBox="6 3 52 58" aria-hidden="true" focusable="false">
      <path class="mark-heart" d={SHELL_HEART} />
      {SHELL_PLATES.map((plate) => (
        <path key={plate} class="mark-plate" d={plate} />
      ))}
    </svg>
  );
}
