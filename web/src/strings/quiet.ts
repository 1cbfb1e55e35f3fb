/* SPDX-License-Identifier: GPL-3.0-or-later */
// "Don't show when I speak": the setting, and its line in the security panel.
import type { QuietMeaning } from '../state/quiet';

interface Line {
  readonly value: string;
  readonly meaning: string;
}

const lines: Readonly<Record<QuietMeaning, Line>> = {
  off: {
    value: 'Off',
    meaning:
      'Somebody on the network who cannot hear you may still see from your packets when you are muted, and in some ' +
      'browsers when you speak. The settings have a switch that hides it.',
  },
  impossible: {
    value: 'Not possible in this browser',
    meaning: 'You asked to hide when you speak, but this browser does not let the page do it. Another browser may.',
  },
  waiting: {
    value: 'On, nothing sent yet',
    meaning: 'As soon as your microphone is in use, its packets will all have one size.',
  },
  working: {
    value: 'On',
    meaning:
      'Every packet of your microphone has had one size since this connection began, in speech, in silence and muted. ' +
      'The page and your browser have both counted them.',
  },
  cut: {
    value: 'On, with gaps',
    meaning:
      'Every packet of your microphone has had one size. Some did not fit into it and were sent as silence instead, so ' +
      'your voice may have gaps.',
  },
  broken: {
    value: 'Not working',
    meaning: 'You asked to hide when you speak, but packets of other sizes have left your browser.',
  },
};

export const quiet = {
  title: 'Don’t show when you speak',
  setting: 'Hide from the network when I speak',
  hint:
    'Your microphone sends as much in silence and while muted as in speech, so that nobody on the way can tell them ' +
    'apart. It needs more data: about 50 MB an hour. Others in the meeting see and hear you as always, up to a second ' +
    'later.',
  advised: 'This server takes special care, and advises to switch this on.',
  impossible: 'This browser does not let the page do it.',
  label: 'When you speak',
  lines,
} as const;
