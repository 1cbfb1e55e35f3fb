/* SPDX-License-Identifier: GPL-3.0-or-later */
// Reads JSON of unknown origin into known types. Each reader returns its value or throws ShapeError with the path to
// the fault.

export class ShapeError extends Error {}

export type Reader<T> = (value: unknown, path: string) => T;

const fail = (path: string, expected: string): never => {
  throw new ShapeError(`${path} is not ${expected}`);
};

export const text: Reader<string> = (value, path) => (typeof value === 'string' ? value : fail(path, 'a text'));

export const flag: Reader<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : fail(path, 'true or false');

export const count: Reader<number> = (value, path) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail(path, 'a count');

export const orNull =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, path) =>
    value === null ? null : reader(value, path);

/** A field that may be missing as well as null. */
export const maybe =
  <T>(reader: Reader<T>): Reader<T | null> =>
  (value, path) =>
    value === undefined || value === null ? null : reader(value, path);

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Reader<T> =>
  (value, path) =>
    choices.find((choice) => choice === value) ?? fail(path, `one of ${choices.join(', ')}`);

export const listOf =
  <T>(reader: Reader<T>): Reader<T[]> =>
  (value, path) =>
    Array.isArray(value)
      ? value.map((item: unknown, index) => reader(item, `${path}[${index}]`))
      : fail(path, 'a list');

/** An object with at least these fields; others are dropped. */
export function record<T extends object>(fields: { [K in keyof T]-?: Reader<T[K]> }): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, 'an object');
    const given = value as Record<string, unknown>;
    const result: Partial<T> = {};
    for (const name of names) {
      const own = Object.hasOwn(given, name) ? given[name] : undefined;
      result[name] = fields[name](own, `${path}.${name}`);
    }
    return result as T;
  };
}
