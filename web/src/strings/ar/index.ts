/* SPDX-License-Identifier: GPL-3.0-or-later */
// Arabic.
import type { Strings } from '../catalogue';
import { account } from './account';
import { admin } from './admin';
import { calls } from './calls';
import { care } from './care';
import { connection } from './connection';
import { contact } from './contact';
import { equipment } from './equipment';
import { event } from './event';
import { layout } from './layout';
import { log } from './log';
import { meeting } from './meeting';
import { page } from './page';
import { quiet } from './quiet';
import { recording } from './recording';
import { rooms } from './rooms';
import { said } from './said';
import { share } from './share';
import { talk } from './talk';

const language = { tag: 'ar', name: 'العربية', dir: 'rtl' };

export const catalogue: Strings = {
  language,
  page,
  ...meeting,
  account,
  admin,
  calls,
  care,
  connection,
  contact,
  rooms,
  log,
  said,
  talk,
  layout,
  equipment,
  event,
  share,
  quiet,
  recording,
};
