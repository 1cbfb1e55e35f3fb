/* SPDX-License-Identifier: GPL-3.0-or-later */
// Draws assets/icon-*.png from assets/icon.svg, with a real browser: after a change of that one.
//   node dev/icons.mjs
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser } from '../../tests/lib/browsers.mjs';

const assets = join(dirname(fileURLToPath(import.meta.url)), '../assets');
const svg = await readFile(join(assets, 'icon.svg'), 'utf8');
// What a phone cuts to its own shape: no corners of ours, and what counts within the middle 80 %.
const whole = svg.replace(' rx="15"', '').replace('translate(7 7.5) scale(.78)', 'translate(12.5 12.9) scale(.61)');

const { newPage, close } = await openBrowser('chromium', { width: 512, height: 512 });
const page = await newPage();
for (const [name, size, source] of [
  ['icon-180', 180, whole],
  ['icon-192', 192, svg],
  ['icon-512', 512, svg],
  ['icon-maskable', 512, whole],
]) {
  await page.setViewport({ width: size, height: size });
  await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${source}`);
  await writeFile(join(assets, `${name}.png`), await page.screenshot({ omitBackground: true }));
}
await close();
