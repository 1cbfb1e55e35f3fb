/* SPDX-License-Identifier: GPL-3.0-or-later */
// Arabic counts in six ways (CLDR): none, one, two, a few (3–10), many (11–99), others.

/** `one` and `two` are whole phrases; behind a number stand the others. */
interface Forms {
  readonly zero?: string;
  readonly one: string;
  readonly two: string;
  readonly few: string;
  readonly many: string;
  readonly other?: string;
}

const rules = new Intl.PluralRules('ar');

/** With the digits that codes and addresses have, too. */
export const number = (value: number): string => value.toLocaleString('ar-u-nu-latn');

export function counted(value: number, forms: Forms): string {
  const form = rules.select(value);
  if (form === 'zero' && forms.zero !== undefined) return forms.zero;
  if (form === 'one' || form === 'two') return forms[form];
  return `${number(value)} ${form === 'few' ? forms.few : form === 'many' ? forms.many : (forms.other ?? forms.one)}`;
}

export const people = (value: number): string =>
  counted(value, { zero: 'لا أحد', one: 'شخص واحد', two: 'شخصان', few: 'أشخاص', many: 'شخصًا', other: 'شخص' });
