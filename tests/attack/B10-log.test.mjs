/* SPDX-License-Identifier: GPL-3.0-or-later */
// B10: an intruder who can write the database covers his tracks in the log of security events. He is found, wherever he was.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, test } from 'node:test';
import { cliPlace } from '../lib/cli.mjs';

const ANNA = 'anna@school.example';
const ENTRIES = 6;

let place;
let whole;
let head;
beforeEach(async () => {
  place = await cliPlace();
  await place.ok('user', 'add', ANNA);
  for (let i = 2; i <= ENTRIES; i++) await place.ok('user', 'set', ANNA, '--name', `Anna ${i}`);
  whole = await readFile(place.database);
  head = await readFile(`${place.key}.log-head`);
});
afterEach(() => place.remove());

async function assertFound(at, what) {
  const { code, stdout, stderr } = await place.run('log', 'verify', '--json');
  assert.equal(code, 1, what);
  assert.match(stderr, /the log was changed.*broken into/, what);
  const result = JSON.parse(stdout);
  assert.deepEqual([result.whole, result.broken_at], [false, at], what);
  assert.match((await place.run('doctor')).stdout, /^problem +security log: it was changed/m, what);
}

test('an honest log is whole', async () => {
  assert.deepEqual(await place.json('log', 'verify'), { whole: true, entries: ENTRIES, broken_at: 0, problem: '' });
  assert.doesNotMatch((await place.run('doctor')).stdout, /^problem +security log/m);
});

for (const [what, edit, at] of [
  ['another actor', "UPDATE log SET actor = 'nobody' WHERE number = 3", 3],
  ['another time, of the first', 'UPDATE log SET time_s = time_s + 1 WHERE number = 1', 1],
  ['another subject, of the last', "UPDATE log SET subject = '' WHERE number = 6", 6],
  ['bytes moved from one field to the next', "UPDATE log SET subject = '', detail = subject || detail WHERE number = 4", 4],
  ['one removed', 'DELETE FROM log WHERE number = 4', 4],
  ['one removed and the others moved up', 'DELETE FROM log WHERE number = 2;UPDATE log SET number = number - 1 WHERE number > 2', 2],
  ['two exchanged', 'UPDATE log SET number = -1 WHERE number = 2;UPDATE log SET number = 2 WHERE number = 3;UPDATE log SET number = 3 WHERE number = -1', 2],
  ['the end cut off', 'DELETE FROM log WHERE number > 5', 6],
  ['all removed', 'DELETE FROM log', 1],
  ['one repeated at the end', 'INSERT INTO log SELECT 7, time_s, kind, actor, subject, detail, mac FROM log WHERE number = 6', 7],
  ['one forged at the end', "INSERT INTO log SELECT 7, time_s, 'sign_in', 'bob', '', '', randomblob(32) FROM log WHERE number = 6", 7],
]) test(`found: ${what}`, async () => {
  await place.sql(edit);
  await assertFound(at, what);
});

test('found: a log that was cut and grew again by honest entries', async () => {
  await place.sql('DELETE FROM log WHERE number > 4');
  for (let i = 0; i < 4; i++) await place.run('user', 'link', ANNA);
  await assertFound(ENTRIES, 'cut and grown');
});

test('found: an earlier database put in place', async () => {
  await place.ok('user', 'set', ANNA, '--name', 'later');
  await writeFile(place.database, whole);
  await assertFound(ENTRIES + 1, 'an earlier database');
});

test('found: the head of the log forged or removed', async () => {
  const file = `${place.key}.log-head`;
  await place.sql('DELETE FROM log WHERE number > 5');
  const forged = Buffer.from(head);
  for (const at of [0, 4096]) forged.writeBigUInt64BE(BigInt(ENTRIES - 2), at); // both places; without the key no MAC fits
  await writeFile(file, forged);
  await assertFound(ENTRIES, 'a forged head');
  await rm(file);
  await assertFound(ENTRIES, 'no head');
});
