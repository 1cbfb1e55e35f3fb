/* SPDX-License-Identifier: GPL-3.0-or-later */
// The own recording of one stay in a meeting: kept on this device, begun only after the server has told everybody (B8).
import { Recorder, RecordingError, canRecord, type RecordingProblem } from '../media/recorder';
import type { RecordedTile } from '../media/composition';
import { keptRecordings, openKept } from '../media/disk';
import type { State } from '../state/model';
import { initials } from '../state/names';
import type { OwnRecording } from '../state/recording';
import type { Action } from '../state/reducer';
import { selfOf } from '../state/rights';
import type { Store } from '../state/store';
import { tilesOf } from '../state/tiles';
import { strings } from '../strings';
import { saveBlob } from './download';

/** What the conference gives. */
export interface RecordingSources {
  readonly say: (on: boolean) => void;
  readonly microphone: () => MediaStreamTrack | null;
}

export class OwnRecorder {
  readonly #store: Store<State, Action>;
  readonly #sources: RecordingSources;
  #recorder: Recorder | null = null;
  #sound: readonly MediaStream[] = [];

  constructor(store: Store<State, Action>, sources: RecordingSources) {
    this.#store = store;
    this.#sources = sources;
  }

  ask(): void {
    if (this.#state.status === 'off')
      this.#change(canRecord() ? { status: 'asking', problem: null } : { problem: 'unsupported' });
  }

  dismiss(): void {
    if (this.#state.status === 'asking') this.#change({ status: 'off' });
    else if (this.#state.status === 'off') this.#change({ problem: null });
  }

  /** In the handler of a click. Whether it can be kept is found out first: nobody is told of what cannot be. */
  async start(): Promise<void> {
    if (this.#state.status !== 'asking') return;
    const recorder = new Recorder({
      tiles: () => tilesFor(this.#store.get()),
      onWritten: (bytes) => this.#change({ bytes }),
      onLowRoom: () => this.#change({ lowRoom: true }),
      onProblem: (problem) => void this.#over(problem),
    });
    this.#recorder = recorder;
    this.#change({ status: 'preparing', bytes: 0, lowRoom: false, problem: null });
    try {
      await recorder.prepare(new Date());
    } catch (error) {
      await recorder.end();
      return this.#over(error instanceof RecordingError ? error.problem : 'failed');
    }
    if (this.#recorder !== recorder) return;
    this.#change({ status: 'telling' });
    this.#sources.say(true);
  }

  /** The server's word about oneself: it has told everybody, or the right to record has ended. */
  heard(): void {
    const { meeting } = this.#store.get();
    const recording = meeting === null ? false : (selfOf(meeting)?.recording ?? false);
    if (recording && this.#state.status === 'telling') {
      this.follow();
      this.#recorder?.begin();
      this.#change({ status: 'on' });
    } else if (!recording && this.#state.status === 'on') {
      void this.stop();
    }
  }

  hear(sound: readonly MediaStream[]): void {
    this.#sound = sound;
    this.follow();
  }

  /** The own microphone may be another one, or off. */
  follow(): void {
    this.#recorder?.mix(this.#sound, this.#sources.microphone());
  }

  /** Ends it and saves the file. `told` false: the stay is over, and nobody is left to be told. */
  async stop(told: boolean = true): Promise<void> {
    const recorder = this.#recorder;
    if (recorder === null || this.#state.status === 'ending') return;
    const begun = this.#state.status === 'on';
    this.#change({ status: 'ending' });
    await recorder.end();
    if (told) this.#sources.say(false);
    this.#recorder = null;
    this.#change({ status: 'off', kept: await keptRecordings() });
    if (begun && recorder.name !== null) await saveRecording(recorder.name);
  }

  async #over(problem: RecordingProblem): Promise<void> {
    const { status } = this.#state;
    this.#recorder = null;
    if (status === 'on' || status === 'telling') this.#sources.say(false);
    this.#change({ status: 'off', problem, kept: await keptRecordings() });
  }

  get #state(): OwnRecording {
    return this.#store.get().recording;
  }

  #change(change: Partial<OwnRecording>): void {
    this.#store.dispatch({ type: 'recording', change });
  }
}

/** Gives the person the file; it stays on this device until the person deletes it. */
export async function saveRecording(name: string): Promise<void> {
  const file = await openKept(name);
  if (file !== null) saveBlob(name, file);
}

function tilesFor({ meeting, own }: State): readonly RecordedTile[] {
  if (meeting === null) return [];
  return tilesOf(meeting, own).map(({ key, person, source, stream, speaking }) => ({
    key,
    name: source === 'screen' ? strings.meeting.screenOf(person.name) : person.name,
    initials: initials(person.name),
    stream,
    isScreen: source === 'screen',
    speaking,
  }));
}
