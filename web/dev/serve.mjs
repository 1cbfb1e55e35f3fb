/* SPDX-License-Identifier: GPL-3.0-or-later */
// Shows every screen with made-up people, without a server and without a camera:
//   node dev/serve.mjs [PORT]      then open http://localhost:PORT/?story=NAME (stories.tsx has the names)
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
  "base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

async function compile(entry) {
  const options = {
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
  'app.js': () => compile('dev/stories.tsx'),
  'app.css': () => compile('src/styles/app.css'),
  'icon.svg': () => readFile(join(root, 'assets/icon.svg')),
};

async function page() {
  const template = await readFile(join(root, 'index.html'), 'utf8');
  return template.replace(/ integrity="[^"]*"/g, '').replace(/\{\{path ([\w.]+)\}\}/g, '/assets/$1');
}

export function serve(port) {
  const server = createServer(async (request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.replace('/assets/', '');
    try {
      const asset = assets[name];
      response.setHeader('Content-Security-Policy', policy);
      response.setHeader('Content-Type', asset === undefined ? 'text/html' : types[name.split('.').at(-1)]);
      response.end(asset === undefined ? await page() : Buffer.from(await asset()));
    } catch (error) {
      response.statusCode = 500;
      response.end(String(error));
    }
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 8500);
  await serve(port);
  console.log(`http://localhost:${port}/?story=meeting-4`);
}
