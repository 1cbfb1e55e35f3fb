/* SPDX-License-Identifier: GPL-3.0-or-later */
// Who is at the other side, as a question for consent names them (B9).
import { flag, oneOf, orNull, record, text, type Reader } from '../signal/json';

export const VERIFIED = ['account', 'ticket', 'email', 'host_link', 'none'] as const;

/** Who hosts a meeting, as its door tells: docs/API.md, section 5. */
export interface Host {
  /** Of an account, the same in all its rooms; null: nobody can be known again by it. */
  readonly id: string | null;
  readonly name: string;
  readonly verified: (typeof VERIFIED)[number];
  /** In the meeting at this moment. */
  readonly here: boolean;
}

export const host: Reader<Host> = record<Host>({
  id: orNull(text),
  name: text,
  verified: oneOf(...VERIFIED),
  here: flag,
});
