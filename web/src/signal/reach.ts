/* SPDX-License-Identifier: GPL-3.0-or-later */
// Whether the network is there: asked of the server itself, since neither a socket nor a media connection tells soon.

const TRY_EVERY_MS = 2000;
const PATIENCE_MS = 4000;
/** No answer for so long was no slow link any more. */
const AWAY_MS = 3000;
/** Cheap to answer, for anybody. Any answer will do, also a refusal. */
const QUESTION = '/api/v1/server';

/** "at once", or "after a while": the network had been away, and what was on its way is lost. */
export type Reached = 'at once' | 'after a while' | 'stopped';

async function isAnswered(stop: AbortSignal): Promise<boolean> {
  const limit = new AbortController();
  const end = (): void => limit.abort();
  const timer = window.setTimeout(end, PATIENCE_MS);
  stop.addEventListener('abort', end, { once: true });
  try {
    await fetch(QUESTION, { cache: 'no-store', signal: limit.signal });
    return true;
  } catch {
    return false;
  } finally {
    window.clearTimeout(timer);
    stop.removeEventListener('abort', end);
    limit.abort();
  }
}

/** Asks until one question was answered that was asked from now on, or until it is stopped. */
export function untilReachable(stop: AbortSignal): Promise<Reached> {
  const over = new AbortController();
  return new Promise((resolve) => {
    let away = false;
    let timer: number | undefined;
    const patience = window.setTimeout(() => {
      away = true;
    }, AWAY_MS);
    const finish = (result: Reached): void => {
      window.clearTimeout(timer);
      window.clearTimeout(patience);
      over.abort();
      resolve(result);
    };
    const ask = (): void => {
      timer = window.setTimeout(ask, TRY_EVERY_MS);
      void isAnswered(over.signal).then((answered) => {
        if (answered && !over.signal.aborted) finish(away ? 'after a while' : 'at once');
      });
    };
    stop.addEventListener('abort', () => finish('stopped'), { once: true });
    ask();
  });
}
