/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Person } from '../src/signal/messages';

/** Somebody who is in a meeting, for tests of the state. */
export const person = (id: string, change: Partial<Person> = {}): Person => ({
  id,
  name: id.toUpperCase(),
  role: 'participant',
  may: { present: true, share: true, chat: true },
  account_name: false,
  email: null,
  since: null,
  verified: 'none',
  mic: true,
  camera: true,
  screen: false,
  screen_paused: false,
  hand: null,
  recording: false,
  here: true,
  ...change,
});
