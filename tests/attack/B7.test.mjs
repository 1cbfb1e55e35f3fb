/* SPDX-License-Identifier: GPL-3.0-or-later */
// B7: the server is hacked, or a disk is stolen: the whole data folder is copied. Nothing in it opens anything.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { cliPlace } from '../lib/cli.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';

let place;
let thief;
beforeEach(async () => {
  place = await cliPlace();
  thief = await cliPlace();
});
afterEach(() => Promise.all([place.remove(), thief.remove()]));

async function everything(folder) {
  const parts = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    parts.push(entry.isDirectory() ? await everything(name) : await readFile(name));
  }
  return Buffer.concat(parts);
}

/** A server's life: every kind of secret that it gives out. Returns them, as text. */
async function fill() {
  const link = (await place.json('user', 'add', 'anna@school.example', '--role', 'administrator')).link.split('#')[1];
  const key = (await place.json('key', 'add', 'shop', '--scopes', 'rooms.read')).key;
  const first = await place.json('webhook', 'add', 'shop');
  const second = await place.json('webhook', 'add', 'school');
  return { link, key: key.slice(3), first: first.secret, second: second.secret };
}

const steal = () => cp(place.data, thief.data, { recursive: true });

test('no secret stands in a copied data folder, as text or as bytes', async () => {
  const secrets = await fill();
  await place.ok('backup', 'copy');
  await steal();
  const files = Buffer.concat([await everything(thief.data), await readFile(path.join(place.folder, 'copy'))]);
  assert.ok(files.includes('anna@school.example')); // the search finds what is there
  for (const [name, text] of Object.entries(secrets)) {
    const bytes = Buffer.from(text, 'base64url');
    assert.ok(bytes.length >= 16 && !files.includes(text) && !files.includes(bytes) && !files.includes(bytes.toString('hex')), name);
  }
  assert.ok(!files.includes(await readFile(place.key)));
});

test('a copied data folder does not open: without a key, with a new one, with another server\'s', async () => {
  await fill();
  await steal();
  const refused = async () => {
    const { code, stderr } = await thief.run('user', 'list');
    assert.equal(code, 1);
    assert.match(stderr, /does not open the database/);
  };
  await refused();
  await assert.rejects(readFile(thief.key)); // and none was made for it
  await mkdir(path.dirname(thief.key), { mode: 0o700, recursive: true });
  await writeFile(thief.key, randomBytes(32), { mode: 0o600 });
  await refused();
  await rm(path.dirname(thief.key), { recursive: true });
  await rm(thief.data, { recursive: true });
  await thief.ok('user', 'add', 'eve@school.example'); // a server of the thief's own
  await rm(thief.data, { recursive: true });
  await steal();
  await refused();
});

test('with the mark of his own key on it, the sealed secrets still do not open', async () => {
  await fill();
  await thief.ok('user', 'add', 'eve@school.example');
  const [[mark]] = await thief.sql('SELECT mark FROM owner_check');
  await rm(thief.data, { recursive: true });
  await steal();
  await thief.sql(`UPDATE owner_check SET mark = x'${mark}'`);
  assert.equal((await thief.run('user', 'list')).code, 0); // what is not secret can be read
  const { code, stderr } = await thief.run('webhook', 'list');
  assert.equal(code, 1);
  assert.match(stderr, /does not open|authentication failed/);
  assert.equal((await thief.run('log', 'verify')).code, 1);
});

test('a sealed secret that is moved to another row does not open there', async () => {
  await fill();
  await place.ok('webhook', 'list');
  await place.sql("UPDATE webhook SET secret = (SELECT secret FROM webhook WHERE name = 'shop') WHERE name = 'school'");
  const { code, stderr } = await place.run('webhook', 'list');
  assert.equal(code, 1);
  assert.match(stderr, /was changed, or belongs elsewhere/);
});

test('a key that lies in the data folder is refused, also by a link', async () => {
  for (const key of ['data/key', './data/store/key', 'data/../data/key']) {
    const { code, stderr } = await place.run('user', 'add', 'anna@school.example', '--key-file', key);
    assert.equal(code, 2, key);
    assert.match(stderr, /lies in the data folder/);
  }
  await fill();
  await cp(path.dirname(place.key), path.join(place.data, 'keys'), { recursive: true });
  await rm(path.dirname(place.key), { recursive: true });
  await symlink(path.join(place.data, 'keys'), path.dirname(place.key));
  assert.match((await place.run('doctor')).stdout, /^problem +key file: it lies in the data folder/m);
});

test('what was written into the contact form stands in no file of the data folder', async () => {
  const words = { name: 'Quetzal Quince', email: 'quetzal@quince.example', text: 'The heron 8213 is on the roof, and nobody else knows it.' };
  const server = await startServer();
  try {
    await new Browser(server.origin).ask('POST', '/api/v1/messages', words, 201);
    const files = await everything(server.data);
    assert.ok(files.includes('CREATE TABLE message'), 'the search finds what is there');
    for (const text of [...Object.values(words), 'Quetzal', 'heron 8213'])
      for (const bytes of [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(Buffer.from(text).toString('base64'))])
        assert.ok(!files.includes(bytes), text);
    assert.ok(!server.output().includes('heron'), 'nor in the log');
  } finally {
    await server.stop();
  }
});
