/* SPDX-License-Identifier: GPL-3.0-or-later */

/** Plays the audio slots. Browsers may refuse to play before the page was clicked: then `onBlocked` asks for that
 * click. */
export class SoundOutput {
  readonly #onBlocked: (blocked: boolean) => void;
  readonly #elements = new Map<MediaStream, HTMLAudioElement>();

  readonly #connect: (element: HTMLMediaElement) => void;

  /** `connect`: gives an element its loudspeaker. */
  constructor(onBlocked: (blocked: boolean) => void, connect: (element: HTMLMediaElement) => void) {
    this.#onBlocked = onBlocked;
    this.#connect = connect;
  }

  get elements(): readonly HTMLMediaElement[] {
    return [...this.#elements.values()];
  }

  play(streams: readonly MediaStream[]): void {
    for (const [stream, element] of this.#elements) if (!streams.includes(stream)) this.#drop(stream, element);
    for (const stream of streams) if (!this.#elements.has(stream)) this.#elements.set(stream, this.#elementFor(stream));
    void this.resume();
  }

  async resume(): Promise<void> {
    try {
      await Promise.all([...this.#elements.values()].map((element) => element.play()));
      this.#onBlocked(false);
    } catch (error) {
      // AbortError: the stream was replaced while it started; its successor plays.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#onBlocked(true);
    }
  }

  stop(): void {
    for (const [stream, element] of this.#elements) this.#drop(stream, element);
  }

  #elementFor(stream: MediaStream): HTMLAudioElement {
    const element = document.createElement('audio');
    element.autoplay = true;
    element.srcObject = stream;
    this.#connect(element);
    document.body.append(element);
    return element;
  }

  #drop(stream: MediaStream, element: HTMLAudioElement): void {
    element.srcObject = null;
    element.remove();
    this.#elements.delete(stream);
  }
}
