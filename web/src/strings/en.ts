/* SPDX-License-Identifier: GPL-3.0-or-later */
// English: the catalogue that all others are translations of.
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

/** `tag`: BCP 47, also for times and numbers. `name`: what the language calls itself. */
const language = { tag: 'en', name: 'English', dir: 'ltr' };

export const catalogue = { language, page, ...meeting, account, admin, calls, care, connection, contact, rooms, log, said, talk, recording, layout, equipment, event, share, quiet } as const;
