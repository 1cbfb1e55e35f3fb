/* SPDX-License-Identifier: GPL-3.0-or-later */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

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

const PROGRAMS = 5;
const PROGRAMS_MS = 50; // for so many, one after the other, on a machine with nothing else to do

/**
 * The milliseconds that a second of the product's promises ("out within a second") may take just now: 1000, and more where
 * the machine is so busy that anything takes longer.
 */
export async function aSecond() {
  const before = performance.now();
  for (let i = 0; i < PROGRAMS; i++) await once(spawn('true'), 'exit');
  return 1000 * Math.max(1, (performance.now() - before) / PROGRAMS_MS);
}

/** Gives what the promise does, if it does within a second; else fails, naming `what`. */
export async function withinASecond(promise, what) {
  const ms = await aSecond();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${Math.round(ms)} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
