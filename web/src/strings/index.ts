/* SPDX-License-Identifier: GPL-3.0-or-later */
// Every text that a person reads or hears, in one folder; strings/TAG/index.ts holds it in another language.
import { catalogue } from './chosen';
import type { Strings } from './catalogue';

export const strings: Strings = catalogue;
