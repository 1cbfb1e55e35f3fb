/* SPDX-License-Identifier: GPL-3.0-or-later */

/** Keeps the screen of a phone on until the returned function is called. A page that is hidden loses the lock and asks
 * again. */
export function keepScreenOn(): () => void {
  const over = new AbortController();
  let lock: WakeLockSentinel | null = null;
  const ask = async () => {
    if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    // Refused when the battery is low: then the screen goes dark as usual.
    lock = await navigator.wakeLock.request('screen').catch(() => null);
    if (over.signal.aborted) void lock?.release();
  };
  document.addEventListener('visibilitychange', () => void ask(), { signal: over.signal });
  void ask();
  return () => {
    over.abort();
    void lock?.release();
  };
}
