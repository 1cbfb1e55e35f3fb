/* SPDX-License-Identifier: GPL-3.0-or-later */
/**
 * Waits until `check()` (which may be async) gives something truthy, and returns it; fails after `timeout` ms, naming
 * `what`.
 */
export async function until(what, check, { timeout = 20_000, every = 100 } = {}) {
  const end = Date.now() + timeout;
  let error;
  for (;;) {
    try {
      error = undefined;
      const result = await check();
      if (result) return result;
    } catch (e) {
      error = e;
      if (e?.message?.startsWith('the server ended')) throw e;
    }
    if (Date.now() > end)
      throw new Error(`waited ${timeout} ms in vain for ${what}${error ? `: ${error.message}` : ''}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
