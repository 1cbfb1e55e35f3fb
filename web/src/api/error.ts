/* SPDX-License-Identifier: GPL-3.0-or-later */
import { count, maybe, record, text } from '../signal/json';

/** What a refusal may say besides its code and its words (docs/API.md). */
export interface Particulars {
  /** In so many seconds it may be tried again. */
  readonly retry_after: number | null;
  readonly reason: string | null;
  /** Unix seconds. */
  readonly from: number | null;
  readonly until: number | null;
}

const NONE: Particulars = { retry_after: null, reason: null, from: null, until: null };

/** A request that was answered with a refusal, or not at all. `code` is the server's, or 'unreachable', or
 * 'unexpected'; `detail` the server's words, '' without any. */
export class ApiError extends Error {
  readonly code: string;
  readonly detail: string;
  readonly particulars: Particulars;

  constructor(code: string, detail = '', particulars: Particulars = NONE) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.particulars = particulars;
  }
}

const readProblem = record<{ code: string; detail: string | null } & Particulars>({
  code: text,
  detail: maybe(text),
  retry_after: maybe(count),
  reason: maybe(text),
  from: maybe(count),
  until: maybe(count),
});

/** The problem details of a refusal. */
export function problemFrom(problem: unknown, status: number): ApiError {
  try {
    const { code, detail, ...particulars } = readProblem(problem, 'problem');
    return new ApiError(code, detail ?? '', particulars);
  } catch {
    return new ApiError(status >= 500 ? 'unreachable' : 'unexpected');
  }
}

/** For what reads the body of an answer: one that is not JSON has no value; one that was torn on the way is no answer
 * at all, and may be asked for again. */
export function noValue(error: unknown): null {
  if (error instanceof SyntaxError) return null;
  throw new ApiError('unreachable');
}
