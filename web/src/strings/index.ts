/* SPDX-License-Identifier: GPL-3.0-or-later */
// Every text that a person reads or hears, in one folder.
import { account } from './account';
import { admin } from './admin';
import { meeting } from './meeting';
import { rooms } from './rooms';

export const strings = { ...meeting, account, admin, rooms } as const;
