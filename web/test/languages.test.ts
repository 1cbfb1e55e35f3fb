/* SPDX-License-Identifier: GPL-3.0-or-later */
// Every catalogue says what English says: the compiler compares their shapes, this what comes out of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue as arabic } from '../src/strings/ar';
import type { Strings } from '../src/strings/catalogue';
import { catalogue as english } from '../src/strings/en';

const others: readonly Strings[] = [arabic];

type Said = string | ((...values: unknown[]) => string);

/** Every text of a catalogue by its path. */
function textsOf(value: unknown, path = ''): [string, Said][] {
  if (typeof value === 'string' || typeof value === 'function') return [[path, value as Said]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, `${path}/${name}`));
}

/** Numbers of each of Arabic's ways of counting. */
const NUMBERS = [0, 1, 2, 5, 11, 99, 100, 102, 8192];

/** What a text may be asked with: names that can be found again in what it says, numbers, or times. */
const TRIES: readonly (readonly unknown[])[] = [
  ...NUMBERS.map((number) => [number, number, 'three']),
  ['Ana', 'Boris', 'Chiara'],
  [new Date(0)],
];

const saidWith = (said: Said, values: readonly unknown[]): string | null => {
  try {
    return typeof said === 'string' ? said : said(...values);
  } catch {
    return null; // a text for something else
  }
};

/** English may leave a text empty, and these are the same everywhere. */
const SAME = /^(\/product|\/language|\/rooms\/tickets\/sample|\/admin\/webhooks\/bodyExample|\/said\/)/;

for (const other of others) {
  const { tag } = other.language;
  const texts = new Map(textsOf(other));

  test(`${tag}: every text is there and is not the English one`, () => {
    for (const [path, said] of textsOf(english)) {
      if (SAME.test(path)) continue;
      const translated = texts.get(path);
      assert.ok(translated !== undefined, `${path} is missing`);
      assert.equal(typeof translated, typeof said, path);
      if (typeof said !== 'string' || said === '') continue;
      assert.notEqual(translated, '', `${path} is empty`);
      if (/[a-z]{3} [a-z]{3}/.test(said)) assert.notEqual(translated, said, `${path} is English`);
    }
  });

  test(`${tag}: names and numbers that English says are said`, () => {
    for (const [path, said] of textsOf(english)) {
      const translated = texts.get(path);
      if (typeof said === 'string' || translated === undefined) continue;
      for (const values of TRIES) {
        const inEnglish = saidWith(said, values);
        const inOther = saidWith(translated, values);
        if (typeof inEnglish !== 'string' || /undefined|NaN|\[object/.test(inEnglish)) continue; // not what it may be asked with
        assert.ok(inOther !== null && !/undefined|NaN|\[object/.test(inOther), `${path}: ${inOther}`);
        for (const name of values.filter((value) => typeof value === 'string'))
          if (inEnglish.includes(name)) assert.ok(inOther.includes(name), `${path} says nothing of ${name}: ${inOther}`);
      }
    }
  });

  test(`${tag}: it knows its direction and its own name`, () => {
    assert.match(other.language.dir, /^(ltr|rtl)$/);
    assert.equal(new Intl.Locale(tag).toString(), tag);
    assert.notEqual(other.language.name, '');
  });
}
