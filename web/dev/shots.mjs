/* SPDX-License-Identifier: GPL-3.0-or-later */
// Pictures of the stories at several sizes, light and dark:
//   node dev/shots.mjs FOLDER [STORY[,STORY...]] [WIDTHxHEIGHT[,...]] [light,dark]
// Needs Chromium, and the packages of ../tests. Complains about whatever is cut off at the sides.
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve } from './serve.mjs';

const require = createRequire(new URL('../../tests/package.json', import.meta.url));
const { default: puppeteer } = await import(require.resolve('puppeteer-core'));

const [
  folder = 'shots',
  stories = 'start,lobby-first,lobby-host,waiting,meeting-1,meeting-4,meeting-25,panel-security',
  sizes = '320x568,390x844,844x390,768x1024,1440x900',
  schemes = 'light,dark',
] = process.argv.slice(2);

const server = await serve(0);
const browser = await puppeteer.launch({
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
});
try {
  await mkdir(folder, { recursive: true });
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.log('console:', message.text());
  });
  page.on('pageerror', (error) => console.log('error:', error.message));
  for (const story of stories.split(','))
    for (const scheme of schemes.split(','))
      for (const size of sizes.split(',')) {
        const [width, height] = size.split('x').map(Number);
        await page.setViewport({ width, height });
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await page.goto(`http://localhost:${server.address().port}/?story=${story}`);
        await page.waitForFunction(() =>
          [...document.querySelectorAll('video')].every((video) => video.readyState >= 2),
        );
        await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)));
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) console.log(`${story} ${size}: ${overflow} px too wide`);
        await page.screenshot({ path: join(folder, `${story}-${scheme}-${size}.png`) });
      }
} finally {
  await browser.close();
  server.close();
}
