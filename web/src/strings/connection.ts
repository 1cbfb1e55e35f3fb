/* SPDX-License-Identifier: GPL-3.0-or-later */
// How good the own connection is, and what helps.

export const connection = {
  title: 'Connection',
  open: 'Connection: how good it is',
  weak: {
    up: 'Your connection is weak. Others may see you less sharply.',
    down: 'Your connection is weak. You may see others less sharply.',
  },
  weakMark: 'Weak connection',
  weakNote: 'weak connection',
  states: {
    none: 'Your connection is good enough for this meeting.',
    unknown: 'Nothing is known of your connection yet.',
    up: 'Your connection is weak. Your picture is made smaller until there is room again; your voice comes first.',
    down: 'Your connection is weak. You get smaller pictures until there is room again; voices come first.',
  },
  help: 'A cable or a place nearer to the Wi-Fi helps most. Until then:',
  cameraOff: 'Turn my camera off',
  soundOnly: 'Sound only',
  soundOnlyHint: 'You hear everybody and get no pictures of others. They still see you while your camera is on.',
  soundOnlyOn: 'Sound only: you get no pictures of others.',
  showPictures: 'Show pictures',
  figures: 'Right now',
  up: 'You send',
  down: 'You receive',
  delay: 'To the server and back',
  lossUp: 'Lost on the way there',
  lossDown: 'Lost on the way here',
  way: 'How it flows',
  ways: {
    udp: 'Directly (UDP), the fastest way',
    tcp: 'Over TCP: your network lets nothing faster through',
    relay: 'Through a relay: your network lets nothing else through',
  },
  kilobits: (value: string) => `${value} kbit/s`,
  megabits: (value: string) => `${value} Mbit/s`,
  milliseconds: (value: string) => `${value} ms`,
  percent: (value: string) => `${value} %`,
  notKnown: 'Not known',
} as const;
