/* SPDX-License-Identifier: GPL-3.0-or-later */
// Stands between the encoder of the microphone and the network: every packet leaves with one size (media/quiet.ts).
import { paddedTo, silenceOf } from '../media/opus_padding';
import type { QuietCounts, QuietOptions } from '../media/quiet_counts';

interface Encoded {
  data: ArrayBuffer;
}

interface TransformEvent extends Event {
  readonly transformer: {
    readonly readable: ReadableStream<Encoded>;
    readonly writable: WritableStream<Encoded>;
    readonly options: QuietOptions;
  };
}

const REPORT_MS = 500;

self.addEventListener('rtctransform', (event) => {
  const { readable, writable, options } = (event as TransformEvent).transformer;
  const counts: { -readonly [K in keyof QuietCounts]: QuietCounts[K] } = { packets: 0, replaced: 0, largest: 0 };
  const timer = setInterval(() => options.port.postMessage({ ...counts }), REPORT_MS);
  const transform = new TransformStream<Encoded, Encoded>({
    transform(frame, controller) {
      const packet = new Uint8Array(frame.data);
      // What does not fit is never sent as it is: a moment of silence tells nothing.
      const padded = paddedTo(options.size, packet);
      counts.packets++;
      counts.replaced += padded === null ? 1 : 0;
      counts.largest = Math.max(counts.largest, packet.length);
      frame.data = (padded ?? silenceOf(options.size)).slice().buffer as ArrayBuffer;
      controller.enqueue(frame);
    },
  });
  readable
    .pipeThrough(transform)
    .pipeTo(writable)
    .catch(() => undefined)
    .finally(() => clearInterval(timer));
});
