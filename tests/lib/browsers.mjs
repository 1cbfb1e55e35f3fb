/* SPDX-License-Identifier: GPL-3.0-or-later */
// Real browsers for the tests: Debian's Chromium and Firefox, both through puppeteer-core, with the browsers' own fake
// camera and microphone. Each open browser has a profile folder of its own, removed at the end.
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import puppeteer from 'puppeteer-core';
import { elsewhere } from './elsewhere.mjs';
import { noteLeftover } from './leftovers.mjs';
import { soundEnvironment } from './sound.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find(existsSync);

const CHROMIUM_FLAGS = [
  '--no-sandbox', // the tests may run as root; the browser's own sandbox is not what is tested
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

// Firefox gathers loopback candidates only with `ice.loopback` and a page that may capture; the fake devices need no
// question.
const FIREFOX_PREFS = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'permissions.default.camera': 1,
  'permissions.default.microphone': 1,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.gmp-manager.updateEnabled': false,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
};

// Signals are leftovers.mjs's matter.
const COMMON = {
  headless: true,
  acceptInsecureCerts: true,
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
};

async function launchChromium(profile, { place, cryptex = false, flags = [], width, height }) {
  const features = cryptex ? ['--enable-blink-features=RtcRtpHeaderEncryptionPolicy'] : [];
  return puppeteer.launch({
    ...COMMON,
    browser: 'chrome',
    ...place,
    userDataDir: profile,
    defaultViewport: { width, height },
    args: [...CHROMIUM_FLAGS, ...features, ...flags],
  });
}

async function launchFirefox(profile, { place, prefs = {}, width, height }) {
  return puppeteer.launch({
    ...COMMON,
    browser: 'firefox',
    ...place,
    userDataDir: profile,
    env: { ...process.env, ...(await soundEnvironment()) },
    defaultViewport: { width, height },
    extraPrefsFirefox: { ...FIREFOX_PREFS, ...prefs },
  });
}

/**
 * Ends the processes that were started for this profile, also those of a browser that was still about to start.
 */
function killUsersOf(profile) {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(profile)) process.kill(Number(entry), 'SIGKILL');
    } catch {
      /* it has ended */
    }
  }
}

/** Resolves to true when `promise` did within the time. */
function within(milliseconds, promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  return Promise.race([
    promise.then(
      () => true,
      () => false,
    ),
    late,
  ]).finally(() => clearTimeout(timer));
}

/** Whether this browser offers header encryption (RFC 9335): older versions don't know the switch. */
async function offersCryptex(browser) {
  const page = await browser.newPage();
  const offered = await page.evaluate(async () => {
    const connection = new RTCPeerConnection({ rtpHeaderEncryptionPolicy: 'negotiate' });
    connection.addTransceiver('audio');
    const { sdp } = await connection.createOffer();
    connection.close();
    return sdp.includes('a=cryptex');
  });
  await page.close();
  if (!offered) console.log(`# ${await browser.version()} has no header encryption: it is not tested with it`);
  return offered;
}

/**
 * Opens a browser: kind "chromium" or "firefox". Options: `cryptex` (Chromium: header encryption on, if this version has
 * it), `flags` (Chromium), `prefs` (Firefox), `width`, `height` of the window in pixels, `leg` (of a link, link.mjs: where
 * its network is). Returns {kind, cryptex, browser, newPage(), close(), kill()}; `cryptex` is true where it is really offered;
 * close() also removes the profile, unless it was given (`profile`: a folder that the caller makes and removes); kill() ends
 * the browser as a crash does.
 */
export async function openBrowser(kind, options = {}) {
  const settings = { width: 1280, height: 800, cryptex: false, ...options };
  const profile = options.profile ?? (await mkdtemp(path.join(tmpdir(), `testudo-${kind}-`)));
  const forget = noteLeftover(() => {
    killUsersOf(profile);
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  const program = kind === 'firefox' ? FIREFOX : CHROMIUM;
  const far = settings.leg ? await elsewhere(settings.leg.network, program) : null;
  const place = far ? { executablePath: far.executable, debuggingPort: far.port } : { executablePath: program };
  const browser = await (kind === 'firefox' ? launchFirefox : launchChromium)(profile, { ...settings, place });
  return {
    kind,
    cryptex: settings.cryptex && (await offersCryptex(browser)),
    browser,
    newPage: () => browser.newPage(),
    async close() {
      if (!(await within(10_000, browser.close()))) killUsersOf(profile);
      await far?.close();
      if (!options.profile) await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      forget();
    },
    async kill() {
      const ended = new Promise((resolve) => browser.once('disconnected', resolve));
      killUsersOf(profile);
      await within(10_000, ended);
      forget();
    },
  };
}
