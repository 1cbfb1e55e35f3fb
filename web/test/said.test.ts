/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the server says in English is said by every other catalogue, too: read from the server's own source, so that a new
// sentence there cannot be forgotten here.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { catalogue as arabic } from '../src/strings/ar';
import type { Strings } from '../src/strings/catalogue';

const SERVER = join(process.cwd(), '../src/web');
const others: readonly Strings[] = [arabic];

/** Answered by the page itself. */
const UNSAID: readonly string[] = ['view_too_fast'];

const sources = readdirSync(SERVER)
  .filter((file) => /^rooms.*\.c$/.test(file))
  .map((file) => readFileSync(join(SERVER, file), 'utf8'));

function codesIn(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))];
}

const errors = codesIn(sources.join('\n'), /(?:say_error\(r, \w+, |\bcode = )"(\w+)"/g).filter((code) => !UNSAID.includes(code));
const notices = codesIn(readFileSync(join(SERVER, 'words/words.c'), 'utf8'), /\[NOTICE_\w+\] = "(\w+)"/g);

for (const { language, said } of others)
  test(`${language.tag}: each of the server's own sentences has its words`, () => {
    assert.ok(errors.length > 10 && notices.length > 5, 'they were found');
    for (const code of errors) assert.ok(Object.hasOwn(said.errors, code), `${code} in errors`);
    for (const kind of notices) assert.ok(Object.hasOwn(said.notices, kind), `${kind} in notices`);
  });
