/* SPDX-License-Identifier: GPL-3.0-or-later */
// Counts of single streams in a page: what it sends of its camera, and what it receives of one person's.

/** {frames, bytes, keyframes} that the page has sent of its camera so far. */
export const sentByCamera = (person) =>
  person.page.evaluate(async () => {
    const sums = { frames: 0, bytes: 0, keyframes: 0 };
    for (const connection of window.testudoTest.connections())
      for (const stat of (await connection.getStats()).values()) {
        if (stat.type !== 'outbound-rtp' || stat.kind !== 'video') continue;
        sums.frames = Math.max(sums.frames, stat.framesEncoded ?? 0); // of its layers the one with the most
        sums.bytes += stat.bytesSent ?? 0;
        sums.keyframes = Math.max(sums.keyframes, stat.keyFramesEncoded ?? 0);
      }
    return sums;
  });

/** {ssrc: {samples, concealed, waited, emitted}} of each voice that the page gets: samples that were played, those of them that
 * were made up for lost ones, and how long they waited in seconds. */
export const voicesOf = (person) =>
  person.page.evaluate(async () => {
    const voices = {};
    for (const connection of window.testudoTest.connections())
      for (const stat of (await connection.getStats()).values())
        if (stat.type === 'inbound-rtp' && stat.kind === 'audio')
          voices[stat.ssrc] = {
            samples: stat.totalSamplesReceived ?? 0,
            concealed: (stat.concealedSamples ?? 0) - (stat.silentConcealedSamples ?? 0),
            waited: stat.jitterBufferDelay ?? 0,
            emitted: stat.jitterBufferEmittedCount ?? 0,
          };
    return voices;
  });

/** {frames, bytes, freezes, frozen} of the picture of `name` that the page has received so far; null while it has none. */
export const receivedOf = (person, name) =>
  person.page.evaluate(async (wanted) => {
    const tile = [...document.querySelectorAll('[data-source="camera"]')].find(
      (t) => t.querySelector('.tile-name')?.textContent === wanted,
    );
    const track = tile?.querySelector('video')?.srcObject?.getVideoTracks()[0];
    if (!track) return null;
    for (const connection of window.testudoTest.connections()) {
      const receiver = connection.getReceivers().find((r) => r.track.id === track.id);
      if (!receiver) continue;
      for (const stat of (await receiver.getStats()).values())
        if (stat.type === 'inbound-rtp')
          return {
            frames: stat.framesDecoded ?? 0,
            bytes: (stat.bytesReceived ?? 0) - (stat.retransmittedBytesReceived ?? 0),
            freezes: stat.freezeCount ?? 0,
            frozen: stat.totalFreezesDuration ?? 0,
            height: stat.frameHeight ?? 0,
            waited: stat.jitterBufferDelay ?? 0,
            emitted: stat.jitterBufferEmittedCount ?? 0,
          };
    }
    return null;
  }, name);
