/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the others are heard from. Chromium lists loudspeakers; Firefox lists those that the person picked in its own
// question (selectAudioOutput, W3C audio-output); where a browser has neither, the system decides.
import type { Device } from '../state/model';

interface Events {
  readonly players: () => readonly HTMLMediaElement[];
  readonly onLost: (label: string) => void;
  readonly onReturned: (label: string) => void;
  /** The browser would not use it. */
  readonly onFailed: () => void;
}

/** Parts of media elements and devices that not every browser has. */
interface WithSink {
  readonly setSinkId?: (id: string) => Promise<void>;
}
interface WithQuestion {
  readonly selectAudioOutput?: () => Promise<MediaDeviceInfo>;
}

export function canChooseLoudspeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

export function canAskLoudspeaker(): boolean {
  return canChooseLoudspeaker() && 'selectAudioOutput' in (navigator.mediaDevices ?? {});
}

/** The system's own choice. */
const SYSTEM = '';

export class Loudspeaker {
  readonly #events: Events;
  #chosen: Device | null = null;
  /** The chosen one is not there: the system's is heard until it comes back. */
  #away = false;

  constructor(events: Events) {
    this.#events = events;
  }

  choose(id: string | null, label: string = ''): void {
    this.#chosen = id === null ? null : { id, label };
    this.#away = false;
    this.#connectAll();
  }

  /** Asks by the browser's own question, which needs a click. null: nothing was picked. */
  async ask(): Promise<string | null> {
    const devices = navigator.mediaDevices as MediaDevices & WithQuestion;
    try {
      const picked = await devices.selectAudioOutput?.();
      if (picked === undefined) return null;
      this.choose(picked.deviceId, picked.label);
      return picked.deviceId;
    } catch {
      // The question was closed.
      return null;
    }
  }

  /** Which loudspeakers there are now. */
  listed(speakers: readonly Device[]): void {
    const chosen = this.#chosen;
    // Before any permission a browser lists none.
    if (chosen === null || speakers.length === 0) return;
    const found = speakers.find(({ id }) => id === chosen.id);
    if (found !== undefined) this.#chosen = found;
    if ((found === undefined) === this.#away) return;
    this.#away = found === undefined;
    this.#connectAll();
    // One that was remembered from another day and was never there is not missed.
    if (chosen.label === '') return;
    if (this.#away) this.#events.onLost(chosen.label);
    else this.#events.onReturned(chosen.label);
  }

  /** Gives an element that plays something the loudspeaker of now. */
  connect(element: HTMLMediaElement): void {
    void this.#connect(element).then((connected) => {
      if (!connected) void this.#fail();
    });
  }

  /** Two tones from the loudspeaker of now. */
  async test(): Promise<void> {
    const context = new AudioContext();
    const out = new MediaStreamAudioDestinationNode(context);
    const player = new Audio();
    player.srcObject = out.stream;
    try {
      await this.#connect(player);
      await player.play();
      await twoTones(context, out);
    } catch (error) {
      console.error('test sound:', error);
    } finally {
      player.srcObject = null;
      await context.close();
    }
  }

  #connectAll(): void {
    for (const element of this.#events.players()) this.connect(element);
  }

  async #connect(element: HTMLMediaElement & WithSink): Promise<boolean> {
    const id = this.#chosen === null || this.#away ? SYSTEM : this.#chosen.id;
    if (element.setSinkId === undefined || (id === SYSTEM && (element.sinkId ?? SYSTEM) === SYSTEM)) return true;
    try {
      await element.setSinkId(id);
      return true;
    } catch {
      return id === SYSTEM;
    }
  }

  /** It is there no longer, or is another site's: better heard from the wrong one than not at all. */
  async #fail(): Promise<void> {
    if (this.#away) return;
    this.#away = true;
    const named = this.#chosen?.label !== '';
    this.#connectAll();
    if (named) this.#events.onFailed();
  }
}

const TONE_S = 0.45;

function twoTones(context: AudioContext, out: AudioNode): Promise<void> {
  const start = context.currentTime + 0.05;
  const tones = [523.25, 659.25].map((frequency, index) => {
    const at = start + index * TONE_S;
    const tone = new OscillatorNode(context, { frequency });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(0.25, at + 0.03);
    loudness.gain.setTargetAtTime(0, at + TONE_S / 2, 0.06);
    tone.connect(loudness).connect(out);
    tone.start(at);
    tone.stop(at + TONE_S);
    return tone;
  });
  const last = tones.at(-1);
  return new Promise((resolve) => {
    if (last === undefined) resolve();
    else last.onended = () => resolve();
  });
}
