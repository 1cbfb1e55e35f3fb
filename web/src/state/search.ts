/* SPDX-License-Identifier: GPL-3.0-or-later */

/** People of a list that are shown at once; the others are found by name. */
export const LISTED_AT_ONCE = 50;

/** Without accents, and without regard to capital letters: "zoe" finds "Zoë". */
const plain = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();

export function foundByName<T extends { readonly name: string }>(list: readonly T[], wanted: string): readonly T[] {
  const part = plain(wanted.trim());
  return part === '' ? list : list.filter(({ name }) => plain(name).includes(part));
}
