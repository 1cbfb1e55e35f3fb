/* SPDX-License-Identifier: GPL-3.0-or-later */
// B5: somebody reads the page's code to find how the codeword is used. He finds no source map and no names that explain
// it. That delays him, and nothing more: the protection is B4's, and docs/SIGNALLING.md tells everybody how it works.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { cliPlace } from '../lib/cli.mjs';
import { startServer } from '../lib/server.mjs';
import { request } from '../lib/signal-client.mjs';

let server, place, scripts;
before(async () => {
  server = await startServer();
  place = await cliPlace();
  const { files } = await place.json('assets');
  scripts = await Promise.all(files.filter(({ path }) => path.endsWith('.js')).map(async ({ path }) =>
    ({ path, text: (await request(server.origin, 'GET', path)).text })));
});
after(async () => {
  await server?.stop();
  await place?.remove();
});

test('no script has a source map, and none lies beside it', async () => {
  assert.ok(scripts.length >= 2);
  for (const { path, text } of scripts) {
    assert.ok(!/sourceMapp?ingURL|sourcesContent/i.test(text), path);
    assert.equal((await request(server.origin, 'GET', `${path}.map`)).status, 404);
  }
});

test('every script is minified: long lines, no comments but the licence', () => {
  for (const { path, text } of scripts) {
    const code = text.replace(/^\/\*[\s\S]*?\*\//, '');
    assert.ok(!/^\s*(\/\/|\/\*)/m.test(code), path);
    const lines = code.trim().split('\n');
    assert.ok(lines.length < 3 || code.length / lines.length > 200, path); // long texts have line breaks of their own
  }
});

// A name of several words explains something; single words stand everywhere. The exceptions are the platform's.
const PLATFORM = new Set(['deriveKey', 'onMessage']);
const isTelling = (name) => /[a-z][A-Z]|_/.test(name) && !PLATFORM.has(name);

/** Identifiers that a source file declares: functions, classes, constants, parameters, members. */
function declaredIn(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/'[^'\n]*'|`[^`]*`/g, "''");
  const words = /\b(?:function|class|const|let|interface|type)\s+(\w+)/g;
  const patterns = [words, /#(\w+)/g, /^\s+(?:readonly )?(\w+)\??[:(]/gm];
  return new Set(patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name]) => name)));
}

test('no long identifier of the codeword mechanism is in them', async () => {
  const folder = new URL('../../web/src/signal/', import.meta.url);
  const sources = (await readdir(folder)).filter((name) => /^(frames|socket|session|outbox)\.ts$/.test(name));
  assert.equal(sources.length, 4);
  const names = new Set();
  for (const name of sources)
    for (const identifier of declaredIn(await readFile(new URL(name, folder), 'utf8')))
      if (isTelling(identifier)) names.add(identifier);
  for (const expected of ['deriveSocketKeys', 'FrameSealer', 'FrameOpener', 'equalBytes', 'onHello', 'TAG_BYTES'])
    assert.ok(names.has(expected), `${expected}: the search itself`);
  const program = scripts.find(({ path }) => /^\/assets\/app\.[0-9a-f]+\.js$/.test(path)).text;
  const found = [...names].filter((name) => new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(program));
  assert.deepEqual(found, []);
});
