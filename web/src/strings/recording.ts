/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read around a recording in the own browser.
import type { RecordingProblem } from '../media/recorder';

const problems: Readonly<Record<RecordingProblem, string>> = {
  unsupported: 'This browser cannot record. Chromium and Firefox on a computer can.',
  no_storage: 'This browser keeps nothing for this site, as in a private window. Record from an ordinary window.',
  no_room: 'There is too little room on this device: a recording needs at least 200 MB. Free some and try again.',
  disk_full: 'The disk is full: the recording has ended. What was recorded until now is kept.',
  slow: 'The disk is too slow: the recording has ended. What was recorded until now is kept.',
  failed: 'The recording has ended because of an error in the browser. What was recorded until now is kept.',
};

export const recording = {
  start: 'Record',
  startLong: 'Record this meeting on this device',
  stop: 'Stop recording',
  stopShort: 'Stop',
  ask: {
    title: 'Record this meeting?',
    text: [
      'Everybody is told that you record, by your name, and sees a mark until you stop. Who comes later is told, too.',
      'The recording is written to this device and nowhere else: the server gets nothing of it. One hour takes about 700 MB.',
      'Ask people first: in many countries recording somebody without consent is against the law.',
    ],
    yes: 'Record, and tell everybody',
  },
  size: (megabytes: string) => `${megabytes} MB`,
  lowRoom: 'Little room is left on this device. The recording ends when it is full.',
  problems,
  kept: {
    title: 'Recordings on this device',
    text:
      'They lie in the part of the disk that this browser keeps for this site. Save them as files; then delete them here. ' +
      'Who clears the browser’s data loses them.',
    entry: (when: string, size: string) => `${when}, ${size}`,
    save: 'Save as a file',
    delete: 'Delete',
    deleteTitle: 'Delete this recording?',
    deleteText: 'What was not saved as a file before is gone for good.',
    deleteYes: 'Delete',
    crashed: 'One that the browser or the device has cut off plays up to its last seconds.',
  },
} as const;
