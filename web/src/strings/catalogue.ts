/* SPDX-License-Identifier: GPL-3.0-or-later */
// The shape of a catalogue: what English says, any language says.
import type { catalogue } from './en';

type Words<T> = T extends string
  ? string
  : T extends (...values: infer V) => string
    ? (...values: V) => string
    : T extends object
      ? { readonly [K in keyof T]: Words<T[K]> }
      : T;

export type Strings = Words<typeof catalogue>;
