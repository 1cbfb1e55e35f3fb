/* SPDX-License-Identifier: GPL-3.0-or-later */
// A sheet of every screen, each on a phone and on a desk, light and dark, and a list of them:
//   node dev/gallery.mjs [FOLDER] [TAG] [STORY[,STORY...]]        (../docs/screens, en, all)
// Needs Chromium, and the packages of ../tests. The screens are the real views with made-up people (stories.tsx). What is cut
// off at the sides is told, and makes it fail.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from './serve.mjs';

const require = createRequire(new URL('../../tests/package.json', import.meta.url));
const { default: puppeteer } = await import(require.resolve('puppeteer-core'));

const here = dirname(fileURLToPath(import.meta.url));
const [folder = join(here, '../../docs/screens'), tag = 'en', wanted] = process.argv.slice(2);
const VIEWS = [
  { width: 390, height: 844, scheme: 'light' },
  { width: 390, height: 844, scheme: 'dark' },
  { width: 1280, height: 800, scheme: 'light' },
  { width: 1280, height: 800, scheme: 'dark' },
];
const HEIGHT = 480;
const STORY_MS = 60_000; // to be there; one that is not is told, and the others are drawn all the same

async function takeStory(page, address, { width, height, scheme }) {
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]);
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  await page.waitForFunction(
    () =>
      document.documentElement.dataset.shown !== undefined &&
      [...document.querySelectorAll('video')].every(
        (video) => video.readyState >= 2 || video.srcObject === null || video.getClientRects().length === 0,
      ),
    { polling: 100 },
  );
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return { wide, picture: await page.screenshot({ encoding: 'base64', type: 'jpeg', quality: 90 }) };
}

/** The pictures side by side, drawn small. */
function sheetOf(page, pictures) {
  return page.evaluate(
    async (all, height) => {
      const images = await Promise.all(
        all.map(async (data) => createImageBitmap(await (await fetch(`data:image/jpeg;base64,${data}`)).blob())),
      );
      const gap = 12;
      const scaled = images.map((image) => ({ image, width: Math.round((image.width * height) / image.height) }));
      const canvas = document.createElement('canvas');
      canvas.width = scaled.reduce((sum, { width }) => sum + width + gap, -gap);
      canvas.height = height;
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      let x = 0;
      for (const { image, width } of scaled) {
        context.drawImage(image, x, 0, width, height);
        x += width + gap;
      }
      return canvas.toDataURL('image/webp', 0.5).split(',')[1];
    },
    pictures,
    HEIGHT,
  );
}

const server = await serve(0, tag);
const openBrowser = () =>
  puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
  });
// One for each: of two tabs of a browser only one is drawn, and the pictures of a meeting that is not drawn never come.
const [browser, tableBrowser] = await Promise.all([openBrowser(), openBrowser()]);
try {
  const origin = `http://localhost:${server.address().port}`;
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage();
  page.setDefaultTimeout(STORY_MS);
  const trouble = [];
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  const table = await tableBrowser.newPage();
  await page.goto(`${origin}/?story=start`);
  const names = wanted?.split(',') ?? (await page.evaluate(() => document.documentElement.dataset.stories.split(' ')));
  for (const name of names) {
    const pictures = [];
    for (const view of VIEWS) {
      try {
        const { wide, picture } = await takeStory(page, `${origin}/?story=${name}`, view);
        if (wide > 0) trouble.push(`${name} at ${view.width} px: ${wide} px too wide`);
        pictures.push(picture);
      } catch (error) {
        trouble.push(`${name} at ${view.width} px, ${view.scheme}: ${error.message}`);
      }
    }
    if (pictures.length === 0) continue;
    await writeFile(join(folder, `${name}.webp`), Buffer.from(await sheetOf(table, pictures), 'base64'));
  }
  await writeList();
  for (const line of trouble) console.log(line);
  process.exitCode = trouble.length > 0 ? 1 : 0;
} finally {
  await Promise.all([browser.close(), tableBrowser.close()]);
  server.close();
}

/** Of all sheets that lie in the folder. */
async function writeList() {
  const command = `cd web && node dev/gallery.mjs${tag === 'en' ? '' : ` ../docs/screens/${tag} ${tag}`}`;
  const sheets = (await readdir(folder)).filter((file) => file.endsWith('.webp')).sort();
  const names = sheets.map((file) => file.slice(0, -'.webp'.length));
  const pictures = names.map((name) => `## ${name}\n\n![${name}](${name}.webp)\n`);
  const head =
    `# Screens\n\nOn a phone and on a desk, light and dark, with made-up people. \`${command}\` makes a sheet of every ` +
    'screen; with names behind it, of these alone. Kept here are those that tell most.\n';
  await writeFile(join(resolve(folder), 'README.md'), `${head}\n${pictures.join('\n')}`);
}
