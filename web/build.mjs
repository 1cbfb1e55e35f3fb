/* SPDX-License-Identifier: GPL-3.0-or-later */
// Builds the client into dist/: index.html, index.TAG.html, assets/NAME.HASH.EXT and manifest.json.
//
//   node build.mjs [FOLDER]     FOLDER instead of dist
//
// Each language has a document and a program of its own: index.html is English, index.TAG.html is the catalogue of
// src/strings/TAG. So a page holds one language, and nothing is loaded later that no hash in the document names.
//
// Every asset carries the start of its own SHA-256 in its name, so that it may be cached for ever; index.html names
// each script and style with its SHA-384, so that a browser refuses an altered one (B12). Every src/workers/NAME.ts is
// a script of its own, for a worker or an audio worklet; the page knows its address and SHA-384 (app/trusted.ts).
// manifest.json lists all files with their SHA-384 in the form that integrity attributes have. The same sources give
// the same bytes. Nothing half-written is ever seen in dist.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));

// The one library inside asks for its licence to stay with it.
const preactLicence = await readFile(join(root, 'node_modules/preact/LICENSE'), 'utf8');

const compilerOptions = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: ['chrome120', 'firefox120', 'safari17'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  // Names that nobody outside needs to read are made short (B5), and of the signalling also those that esbuild leaves
  // as they are: names of public members. Nothing rests on it; it saves bytes.
  minify: true,
  mangleProps: /^(onHello|onFull|onAway|onOver|onEnd|retryNow|servers)$/,
  legalComments: 'none',
  charset: 'utf8',
  sourcemap: false,
  write: false,
  logLevel: 'warning',
};

const digest = (algorithm, bytes, encoding) => createHash(algorithm).update(bytes).digest(encoding);
const integrity = (bytes) => `sha384-${digest('sha384', bytes, 'base64')}`;

async function compile(entry, options = {}) {
  const banner = { js: '/* Testudo, GPL-3.0-or-later. */' };
  if (entry === 'src/main.tsx') banner.js = `/* Testudo, GPL-3.0-or-later. Includes Preact:\n${preactLicence}*/`;
  const result = await build({ ...compilerOptions, banner, entryPoints: [entry], outdir: 'unused', ...options });
  return Buffer.from(result.outputFiles[0].contents);
}

const ENGLISH = {
  file: 'src/strings/en.ts',
  document: 'index.html',
  program: 'app.js',
  offline: 'offline.html',
  serviceWorker: 'sw.js',
};

/** The catalogues: {file, document, program, offline, serviceWorker, catalogue}, English first. */
async function readLanguages() {
  const folders = await readdir(join(root, 'src/strings'), { withFileTypes: true });
  const tags = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const others = tags.sort().map((tag) => ({
    file: `src/strings/${tag}/index.ts`,
    document: `index.${tag}.html`,
    program: `app.${tag}.js`,
    offline: `offline.${tag}.html`,
    serviceWorker: `sw.${tag}.js`,
  }));
  return Promise.all(
    [ENGLISH, ...others].map(async (language) => ({ ...language, catalogue: await load(language.file) })),
  );
}

async function load(file) {
  const source = (await compile(file, { minify: false })).toString('base64');
  return (await import(`data:text/javascript;base64,${source}`)).catalogue;
}

/**
 * The program in one language: its catalogue stands in the place of src/strings/chosen.ts. `scripts`: [[name, file]].
 */
function compileProgram({ file }, languages, scripts) {
  const plugin = {
    name: 'catalogue',
    setup(build) {
      build.onResolve({ filter: /^\.\/chosen$/ }, () => ({ path: join(root, file) }));
    },
  };
  const names = languages.map(({ catalogue }) => catalogue.language);
  const define = { LANGUAGES: JSON.stringify(names), TESTUDO_SCRIPTS: JSON.stringify(Object.fromEntries(scripts)) };
  return compile('src/main.tsx', { plugins: [plugin], define });
}

/** The scripts beside the page: [[name, bytes]]. */
async function compileWorkers() {
  const names = (await readdir(join(root, 'src/workers'))).filter((name) => name.endsWith('.ts')).sort();
  return Promise.all(names.map(async (name) => [`${name.slice(0, -3)}.js`, await compile(`src/workers/${name}`)]));
}

/** A file as other files name it. */
const known = ({ path, bytes }) => ({ path: `/${path}`, integrity: integrity(bytes) });

function hashedPath(name, bytes) {
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)}.${digest('sha256', bytes, 'hex').slice(0, 16)}${name.slice(dot)}`;
}

const assetOf = (name, bytes) => ({ path: `assets/${hashedPath(name, bytes)}`, bytes });

/** A service worker has power over the pages below its own address: it stands at the top. */
const topFileOf = (name, bytes) => ({ path: hashedPath(name, bytes), bytes });

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text) => text.replace(/[&<>"]/g, (character) => escapes[character]);

// {{path NAME}} and {{integrity NAME}} in a template stand for an asset's address and hash, {{language.tag}} and the
// like for what the catalogue says; app.js for the program in its language.
async function fillTemplate(file, { program, catalogue }, assets) {
  const template = await readFile(join(root, file), 'utf8');
  const named = template.replace(/\{\{(path|integrity) ([\w.-]+)\}\}/g, (_, what, name) => {
    const asset = assets.get(name === ENGLISH.program ? program : name);
    if (asset === undefined) throw new Error(`${file} names an unknown asset: ${name}`);
    return what === 'path' ? `/${asset.path}` : integrity(asset.bytes);
  });
  return Buffer.from(named.replace(/\{\{(\w+)\.(\w+)\}\}/g, (_, part, name) => escaped(catalogue[part][name])));
}

/** What there is in every language alike: name -> asset. */
async function collectShared() {
  const assets = new Map();
  const add = (name, bytes) => assets.set(name, assetOf(name, bytes));
  for (const name of (await readdir(join(root, 'assets'))).sort())
    add(name, await readFile(join(root, 'assets', name)));
  add('app.css', await compile('src/styles/app.css'));
  add('app.webmanifest', await fillTemplate('app.webmanifest', {}, assets));
  return assets;
}

/** The page that says that there is no network, and the service worker that shows it. */
async function collectOffline(language, shared) {
  const page = assetOf(language.offline, await fillTemplate('offline.html', language, shared));
  const files = [page, shared.get('app.css'), shared.get('icon.svg')].map(known);
  const version = digest('sha256', JSON.stringify(files), 'hex').slice(0, 16);
  const define = { TESTUDO_OFFLINE: JSON.stringify({ version, page: `/${page.path}`, files }) };
  const worker = await compile('src/offline/worker.ts', { define, format: 'iife' });
  return { page, serviceWorker: topFileOf(language.serviceWorker, worker) };
}

async function collectFiles() {
  const languages = await readLanguages();
  const shared = await collectShared();
  const workers = (await compileWorkers()).map(([name, bytes]) => [name.slice(0, -3), assetOf(name, bytes)]);
  const files = [...shared.values(), ...workers.map(([, file]) => file)];
  for (const language of languages) {
    const { page, serviceWorker } = await collectOffline(language, shared);
    const scripts = [...workers, ['sw', serviceWorker]].map(([name, file]) => [name, known(file)]);
    const program = assetOf(language.program, await compileProgram(language, languages, scripts));
    const assets = new Map([...shared, [language.program, program]]);
    const document = { path: language.document, bytes: await fillTemplate('index.html', language, assets) };
    files.push(document, page, serviceWorker, program);
  }
  return files;
}

function manifestOf(files) {
  const entries = files.map(({ path, bytes }) => ({ path, size: bytes.length, integrity: integrity(bytes) }));
  return Buffer.from(`${JSON.stringify({ files: entries }, null, 2)}\n`);
}

async function writeFolder(folder, files) {
  const fresh = `${folder}.${process.pid}.new`;
  const old = `${folder}.${process.pid}.old`;
  try {
    await mkdir(join(fresh, 'assets'), { recursive: true });
    for (const { path, bytes } of files) await writeFile(join(fresh, path), bytes);
    await rename(folder, old).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(fresh, folder);
  } finally {
    await Promise.all([fresh, old].map((path) => rm(path, { recursive: true, force: true })));
  }
}

const files = await collectFiles();
const folder = resolve(process.argv[2] ?? join(root, 'dist'));
await writeFolder(folder, [...files, { path: 'manifest.json', bytes: manifestOf(files) }]);
for (const { path, bytes } of files) console.log(`${String(bytes.length).padStart(7)}  ${path}`);
