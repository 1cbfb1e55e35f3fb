/* SPDX-License-Identifier: GPL-3.0-or-later */
import { levelOf, SILENCE_DB } from './loudness';

/** Samples that a reading looks at: a third of a second at 48 kHz, so that a reader at 4 Hz misses no word. */
const WINDOW = 16384;

/** Measures how loud a microphone is. Nothing of the sound is kept. */
export class LevelMeter {
  #context: AudioContext | null = null;
  #input: MediaStreamAudioSourceNode | null = null;
  #analyser: AnalyserNode | null = null;
  #samples = new Float32Array(WINDOW);

  /** To be called from a click, before the microphone opens: browsers start sound for a click only, and Firefox opens
   * an AudioContext beside a microphone only where there is a loudspeaker. */
  prepare(): AudioContext {
    this.#context ??= new AudioContext();
    void this.#context.resume();
    return this.#context;
  }

  listen(track: MediaStreamTrack): void {
    const context = this.prepare();
    this.#input?.disconnect();
    this.#analyser ??= new AnalyserNode(context, { fftSize: WINDOW, smoothingTimeConstant: 0 });
    this.#input = context.createMediaStreamSource(new MediaStream([track]));
    this.#input.connect(this.#analyser);
  }

  /** The level of the last moment in -dBov; SILENCE_DB when nothing is listened to. `part` 1 is the whole window, less
   * is livelier. */
  read(part: number = 1): number {
    if (this.#analyser === null || this.#input === null) return SILENCE_DB;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return levelOf(this.#samples.subarray(Math.floor(WINDOW * (1 - part))));
  }

  stop(): void {
    this.#input?.disconnect();
    this.#input = null;
    this.#analyser = null;
    void this.#context?.close();
    this.#context = null;
  }
}
