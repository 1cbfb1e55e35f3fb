/* SPDX-License-Identifier: GPL-3.0-or-later */
// When the way to the server may have become another one: another network, or a computer that slept.

/** No timer is late by so much while the computer is awake; but in a page that is not seen browsers may hold one back
 * for a minute. */
const SLEPT_MS = 10_000;
const SLEPT_UNSEEN_MS = 70_000;
const LOOK_MS = 2000;

/** Of the Network Information API, where a browser has it; `type` ("wifi", "cellular") only on phones. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/** Tells of each change, until the function that it gives is called. */
export function watchWay(onChange: () => void): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  window.addEventListener('online', onChange, { signal });
  const { connection } = navigator as Navigator & { connection?: NetworkInformation };
  let type = connection?.type;
  connection?.addEventListener(
    'change', // also when it has become slower or faster
    () => {
      if (connection.type === type) return;
      type = connection.type;
      onChange();
    },
    { signal },
  );
  let looked = Date.now();
  const timer = window.setInterval(() => {
    const now = Date.now();
    if (now - looked > LOOK_MS + (document.hidden ? SLEPT_UNSEEN_MS : SLEPT_MS)) onChange();
    looked = now;
  }, LOOK_MS);
  signal.addEventListener('abort', () => window.clearInterval(timer));
  return () => stop.abort();
}
