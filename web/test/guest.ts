/* SPDX-License-Identifier: GPL-3.0-or-later */
import type { Session } from '../src/api/session';

/** The session of somebody who has shown nothing yet, for tests and stories to begin with. */
export const guest: Session = {
  kind: 'guest',
  email: '',
  account: null,
  factors: [],
  locked: false,
  confirmed_until: 0,
  must: [],
  pending: null,
  notices: 0,
};
