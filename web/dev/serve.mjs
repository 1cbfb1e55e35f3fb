/* SPDX-License-Identifier: GPL-3.0-or-later */
// Shows every screen with made-up people, without a server and without a camera:
//   node dev/serve.mjs [PORT [TAG]]      then open http://localhost:PORT/?story=NAME (stories.tsx has the names)
// TAG: of a catalogue in src/strings, in place of English.
// The pages run under the same rules as the real ones: no inline script or style, no markup from text.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const types = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types testudo; worker-src 'self'";

/** Of the catalogue of this tag. */
const catalogueFile = (tag) => join(root, 'src/strings', tag === 'en' ? 'en.ts' : `${tag}/index.ts`);

async function compile(entry, tag = 'en') {
  const inLanguage = {
    name: 'catalogue',
    setup: (setup) => setup.onResolve({ filter: /^\.\/chosen$/ }, () => ({ path: catalogueFile(tag) })),
  };
  const options = {
    plugins: [inLanguage],
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    write: false,
    outdir: 'unused',
  };
  return (await build({ ...options, entryPoints: [entry] })).outputFiles[0].contents;
}

const assets = {
  'app.js': (tag) => compile('dev/stories.tsx', tag),
  'app.css': () => compile('src/styles/app.css'),
  'icon.svg': () => readFile(join(root, 'assets/icon.svg')),
};

async function page(tag) {
  const template = await readFile(join(root, 'index.html'), 'utf8');
  const source = Buffer.from(await compile(catalogueFile(tag))).toString('base64');
  const { catalogue } = await import(`data:text/javascript;base64,${source}`);
  return template
    .replace(/ integrity="[^"]*"/g, '')
    .replace(/\{\{path ([\w.-]+)\}\}/g, '/assets/$1')
    .replace(/\{\{(\w+)\.(\w+)\}\}/g, (_, part, name) => catalogue[part][name]);
}

export function serve(port, tag = 'en') {
  const made = new Map();
  /** Compiled once: pictures of a hundred stories ask for it a hundred times. */
  const once = (name, make) => made.get(name) ?? made.set(name, make()).get(name);
  const fresh = port === 0 ? once : (_name, make) => make();
  const server = createServer(async (request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.replace('/assets/', '');
    try {
      const asset = assets[name];
      response.setHeader('Content-Security-Policy', policy);
      response.setHeader('Content-Type', asset === undefined ? 'text/html' : types[name.split('.').at(-1)]);
      const body = await fresh(asset === undefined ? '' : name, () => (asset === undefined ? page(tag) : asset(tag)));
      response.end(typeof body === 'string' ? body : Buffer.from(body));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 8500);
  await serve(port, process.argv[3]);
  console.log(`http://localhost:${port}/?story=meeting-4`);
}
