/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS, readPreferences, writePreferences, type Preferences } from '../src/state/preferences';

test('what was written is read again', () => {
  const chosen: Preferences = { ...DEFAULTS, layout: 'speaker', hideOwn: true, blur: true, mic: 'm1', shortcuts: false };
  assert.deepEqual(readPreferences(writePreferences(chosen)), chosen);
});

test('what is not as it should be counts as never chosen', () => {
  for (const kept of [null, '', 'x', '[]', '7', 'null', '{"layout":"circle"}', '{"hideOwn":1,"mic":{}}', '{"mic":""}'])
    assert.deepEqual(readPreferences(kept), DEFAULTS, kept ?? 'nothing');
  assert.deepEqual(readPreferences(`{"mic":"${'x'.repeat(300)}"}`), DEFAULTS);
});

test('what is unknown is dropped, and what is known beside it holds', () => {
  const read = readPreferences('{"layout":"grid","colour":"red","__proto__":{"blur":true},"pushToTalk":true}');
  assert.deepEqual(read, { ...DEFAULTS, layout: 'grid', pushToTalk: true });
  assert.deepEqual(Object.keys(read), Object.keys(DEFAULTS));
});
