/* SPDX-License-Identifier: GPL-3.0-or-later */
// The part of JSON Schema (draft 2020-12) that docs/openapi.json uses. A keyword that is not known here is an error, so that
// nothing in the document goes unchecked.

const typeOf = (value) => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

const keywords = {
  description: () => null,
  default: () => null,
  type: (type, value) => (type === typeOf(value) || (type === 'number' && typeof value === 'number') ? null : `is no ${type}`),
  const: (wanted, value) => (value === wanted ? null : `is not ${JSON.stringify(wanted)}`),
  enum: (list, value) => (list.includes(value) ? null : `is none of ${list.join(', ')}`),
  pattern: (text, value) => (new RegExp(text, 'u').test(value) ? null : `does not fit ${text}`),
  minLength: (n, value) => ([...value].length >= n ? null : 'is too short'),
  maxLength: (n, value) => ([...value].length <= n ? null : 'is too long'),
  minimum: (n, value) => (value >= n ? null : `is below ${n}`),
  maximum: (n, value) => (value <= n ? null : `is above ${n}`),
  minItems: (n, value) => (value.length >= n ? null : 'has too few'),
  required: (names, value) => {
    const missing = names.find((name) => !(name in value));
    return missing === undefined ? null : `lacks ${missing}`;
  },
  additionalProperties: (allowed, value, { schema }) => {
    if (allowed !== false) return 'uses an additionalProperties that is not known here';
    const odd = Object.keys(value).find((name) => !(name in schema.properties));
    return odd === undefined ? null : `has ${odd}, which is not documented`;
  },
  properties: (schemas, value, { document, path }) => {
    for (const [name, schema] of Object.entries(schemas)) {
      const problem = name in value ? problemOf(document, schema, value[name], `${path}.${name}`) : null;
      if (problem) return problem;
    }
    return null;
  },
  items: (schema, value, { document, path }) =>
    value.map((item, i) => problemOf(document, schema, item, `${path}[${i}]`)).find((problem) => problem) ?? null,
  oneOf: (schemas, value, { document, path }) => {
    const fit = schemas.filter((schema) => problemOf(document, schema, value, path) === null).length;
    return fit === 1 ? null : `fits ${fit} of ${schemas.length} forms`;
  },
};

/** What a reference within the document stands for. */
export function resolve(document, schema) {
  if (schema.$ref === undefined) return schema;
  return schema.$ref.slice(2).split('/').reduce((at, name) => at[name], document);
}

/** null, or one sentence about the first thing in `value` that does not fit. */
export function problemOf(document, reference, value, path = '$') {
  const schema = resolve(document, reference);
  for (const [name, argument] of Object.entries(schema)) {
    if (!(name in keywords)) return `${path}: the keyword ${name} is not known here`;
    const problem = keywords[name](argument, value, { document, schema, path });
    if (problem) return problem.startsWith('$') ? problem : `${path} ${problem}: ${JSON.stringify(value)?.slice(0, 200)}`;
  }
  return null;
}
