/* SPDX-License-Identifier: GPL-3.0-or-later */
// Compiles test/*.test.ts with esbuild into a temporary folder and runs them with node's own test runner.
//   node test/run.mjs [WORD]     only the files whose name contains WORD
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const word = process.argv[2] ?? '';
const names = readdirSync(here).filter((name) => name.endsWith('.test.ts') && name.includes(word));
const out = mkdtempSync(join(here, '..', 'node_modules', '.test-'));
process.on('exit', () => rmSync(out, { recursive: true, force: true }));

await build({
  entryPoints: names.map((name) => join(here, name)),
  outdir: out,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node18',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  sourcemap: 'inline',
  logLevel: 'warning',
});

const files = names.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
// Before version 19 node keeps Web Crypto, which every browser has, behind this flag.
const flags = process.versions.node.startsWith('18.') ? ['--experimental-global-webcrypto'] : [];
const child = spawn(process.execPath, [...flags, '--enable-source-maps', '--test', ...files], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
