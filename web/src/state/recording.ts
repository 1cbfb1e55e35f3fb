/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own recording: what it is doing, and what earlier ones have left on this device.
import type { KeptRecording } from '../media/disk';
import type { RecordingProblem } from '../media/recorder';

/** 'asking': the question is open. 'telling': it can be kept, and everybody is being told. */
export type RecordingStatus = 'off' | 'asking' | 'preparing' | 'telling' | 'on' | 'ending';

export interface OwnRecording {
  readonly status: RecordingStatus;
  /** On the disk so far. */
  readonly bytes: number;
  readonly lowRoom: boolean;
  /** Why the last one could not begin, or ended by itself. */
  readonly problem: RecordingProblem | null;
  /** Not deleted yet: saved or not, from this meeting or left by a crash. */
  readonly kept: readonly KeptRecording[];
}

export const NO_RECORDING: OwnRecording = { status: 'off', bytes: 0, lowRoom: false, problem: null, kept: [] };
