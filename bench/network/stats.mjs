/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a page says of the pictures and the sound that reach it (W3C webrtc-stats).

/** Sums over the page's inbound streams that carry something, and of the largest picture its size. */
function inbound() {
  const total = {
    at: performance.now(), bytes: 0, frames: 0, qp: 0, freezes: 0, frozen: 0, height: 0, lost: 0, packets: 0,
    concealed: 0, samples: 0, codec: null, waited: 0, emitted: 0,
  };
  const add = (stats, report) => {
    if (!stats.packetsReceived) return;
    if (stats.kind === 'audio') {
      total.concealed += stats.concealedSamples ?? 0;
      total.samples += stats.totalSamplesReceived ?? 0;
      return;
    }
    total.bytes += (stats.bytesReceived ?? 0) - (stats.retransmittedBytesReceived ?? 0);
    total.frames += stats.framesDecoded ?? 0;
    total.qp += stats.qpSum ?? 0;
    total.freezes += stats.freezeCount ?? 0;
    total.frozen += stats.totalFreezesDuration ?? 0;
    total.height = Math.max(total.height, stats.frameHeight ?? 0);
    total.lost += stats.packetsLost ?? 0;
    total.packets += stats.packetsReceived;
    total.waited += stats.jitterBufferDelay ?? 0;
    total.emitted += stats.jitterBufferEmittedCount ?? 0;
    total.codec ??= report.get(stats.codecId)?.mimeType ?? null;
  };
  const reports = Promise.all(window.testudoTest.connections().map((connection) => connection.getStats()));
  return reports.then((all) => {
    for (const report of all) for (const stats of report.values()) if (stats.type === 'inbound-rtp') add(stats, report);
    return total;
  });
}

export const sample = (page) => page.evaluate(inbound);

const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** What happened between two samples; heights are those that were seen in between. */
function between(first, last, heights) {
  const seconds = (last.at - first.at) / 1000;
  const frames = last.frames - first.frames;
  return {
    kbps: ((last.bytes - first.bytes) * 8) / 1000 / seconds,
    fps: frames / seconds,
    height: heights.reduce((sum, h) => sum + h, 0) / heights.length,
    qp: frames > 0 ? (last.qp - first.qp) / frames : NaN,
    freezes: last.freezes - first.freezes,
    frozen: last.frozen - first.frozen,
    concealed: (last.concealed - first.concealed) / (last.samples - first.samples),
    buffered: (last.waited - first.waited) / (last.emitted - first.emitted),
    codec: last.codec,
  };
}

/** Watches pages at once for so long: what each of them received. */
export async function watch(pages, seconds) {
  const rows = pages.map(() => []);
  for (let i = 0; i <= seconds; i++) {
    if (i > 0) await sleep(1000);
    const now = await Promise.all(pages.map(sample));
    now.forEach((s, k) => rows[k].push(s));
  }
  return rows.map((row) => between(row[0], row.at(-1), row.map(({ height }) => height)));
}

/**
 * How long it takes, in seconds from `since` (performance.now() of this process), until the page's samples pass `check(sample,
 * before)`, where `before` is the sample of a second earlier; Infinity if not within `limit` seconds.
 */
export async function timeUntil(page, since, limit, check) {
  const row = [];
  for (;;) {
    const seconds = (performance.now() - since) / 1000;
    if (seconds > limit) return Infinity;
    row.push(await sample(page));
    if (check(row.at(-1), row.at(-5) ?? row[0])) return seconds;
    await sleep(250);
  }
}
