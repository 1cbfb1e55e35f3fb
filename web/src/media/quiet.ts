/* SPDX-License-Identifier: GPL-3.0-or-later */
// "Don't show when I speak" (T6): while it is on, the packets of the microphone have one size and one rate in speech, in
// silence and muted.
import { startWorker } from '../app/trusted';
import { QUIET_BYTES } from './opus_padding';
import type { QuietCounts, QuietOptions } from './quiet_counts';

interface ScriptTransform {
  new (worker: Worker, options: QuietOptions, transfer: Transferable[]): object;
}

const scriptTransform = (): ScriptTransform | undefined =>
  (globalThis as { RTCRtpScriptTransform?: ScriptTransform }).RTCRtpScriptTransform;

/** Whether this browser lets a page touch encoded sound. */
export const canBeQuiet = (): boolean => scriptTransform() !== undefined;

export class QuietSender {
  #counts: QuietCounts | null = null;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #transform: object;

  /** Rejects when the worker cannot be had. */
  static async open(): Promise<QuietSender> {
    const Transform = scriptTransform();
    if (Transform === undefined) throw new Error('this browser cannot pad sound');
    return new QuietSender(await startWorker('quiet'), Transform);
  }

  private constructor(worker: Worker, Transform: ScriptTransform) {
    const { port1, port2 } = new MessageChannel();
    this.#worker = worker;
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<QuietCounts>) => {
      this.#counts = data;
    };
    this.#transform = new Transform(worker, { size: QUIET_BYTES, port: port2 }, [port2]);
  }

  /** Everything that `sender` ever sends goes through the worker. To be called at once when the sender has been made: Chromium
   * lets what has no transform by then go its own way for good. */
  attach(sender: RTCRtpSender): void {
    Object.assign(sender, { transform: this.#transform });
  }

  /** What went through; null before the worker has told. */
  get counts(): QuietCounts | null {
    return this.#counts;
  }

  close(): void {
    this.#port.close();
    this.#worker.terminate();
  }
}
