/* SPDX-License-Identifier: GPL-3.0-or-later */
// What a person does in the page, for tests: opens links, agrees to camera and microphone, joins, knocks, admits, looks
// and listens. Everything goes through the page that people use; the data-* attributes of its elements are the handles.
import { actAnew } from './activation.mjs';
import { useMadeUpDevices } from './devices.mjs';
import { until } from './wait.mjs';

const button = (act) => `[data-act="${act}"]`;

/** Presses it as soon as it is there, also while the page around it still moves. */
export async function click(page, selector) {
  await page.waitForSelector(selector, { timeout: 20_000 });
  await actAnew(page);
  // By the element itself: a panel or a notice over it would take a click by coordinates away.
  await page.$eval(selector, (element) => element.click());
}

/** Which screen the page shows ("lobby", "waiting", "meeting", …). */
export const screenOf = (page) => page.$eval('[data-screen]', (element) => element.dataset.screen).catch(() => null);

export const waitForScreen = (page, name, options) =>
  until(`the screen "${name}"`, async () => (await screenOf(page)) === name, options).catch(async (error) => {
    throw new Error(`${error.message}; the page shows: ${await page.evaluate(() => document.body.innerText)}`);
  });

/** Fills the lobby: agrees to camera and microphone unless `media` is false or "microphone", types the name, joins or knocks. */
export async function enterLobby(page, name, { media = true } = {}) {
  await page.waitForSelector('#name', { timeout: 20_000 });
  if (media === 'microphone') {
    await click(page, button('agree-mic'));
    await until('the microphone', async () => !(await page.$(button('agree-mic'))));
  } else if (media) {
    await click(page, button('agree-both'));
    await page.waitForSelector('.preview video', { timeout: 20_000 });
  }
  await page.$eval(
    '#name',
    (input, value) => {
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    name,
  );
  await click(page, button('join'));
}

/**
 * A fresh page, watched (watchPage). `devices` ({colour, hz}): a made-up camera and microphone (devices.mjs); `preferences`:
 * what the browser remembers of the person's choices; `prepare(page)` is awaited before anything else.
 */
export async function openPage(browser, { devices, preferences, prepare } = {}) {
  const page = await browser.newPage();
  await prepare?.(page);
  if (preferences)
    await page.evaluateOnNewDocument(
      (kept) => localStorage.setItem('testudo-preferences', kept),
      JSON.stringify(preferences),
    );
  if (devices) await useMadeUpDevices(page, devices);
  await watchPage(page);
  return page;
}

/** Where the page is. Asked of itself: an older Firefox does not tell puppeteer when a page changes its own address. */
const addressOf = (page) => page.evaluate(() => window.location.href);

/**
 * Opens a host link in a new page of the browser and starts the meeting. Returns {page, name, address}. Options, here
 * and below: `media` (false: neither camera nor microphone), `devices` (see openPage).
 */
export async function hostMeeting(browser, server, name = 'Hanna Host', options = {}) {
  const page = await openPage(browser, options);
  await page.goto(await server.hostLink());
  await until('the address of the meeting', async () => (await addressOf(page)).includes('/m/'));
  await enterLobby(page, name, options);
  await waitForScreen(page, 'meeting');
  return { page, name, address: await addressOf(page) };
}

/** Opens the meeting's address in a new page and knocks. Returns {page, name}. */
export async function knock(browser, address, name, options = {}) {
  const page = await openPage(browser, options);
  await page.goto(address);
  await enterLobby(page, name, options);
  await waitForScreen(page, 'waiting');
  return { page, name };
}

const knockSelector = (name, act) => `[aria-label="${act === 'admit' ? `Let in ${name}` : `Refuse ${name}`}"]`;

export const admit = (host, guest) => click(host.page, knockSelector(guest.name, 'admit'));
export const refuse = (host, guest) => click(host.page, knockSelector(guest.name, 'refuse'));
export const press = (person, act) => click(person.page, button(act));

/** Knocks and is let in. */
export async function join(browser, host, name, options = {}) {
  const guest = await knock(browser, host.address, name, options);
  await admit(host, guest);
  await waitForScreen(guest.page, 'meeting');
  return guest;
}

/** The names on the tiles, in their order on the page. */
export const namesOf = (person) =>
  person.page.$$eval('[data-source="camera"] .tile-name', (all) => all.map((e) => e.textContent));

/**
 * Samples the picture of `name` in the page of `person`: {width, height, mean, colour, difference}: brightness
 * (0..255), the mean [red, green, blue], and the mean change of the pixels over half a second. null while there is no
 * picture.
 */
export function samplePicture(person, name) {
  return person.page.evaluate(async (wanted) => {
    const tile = [...document.querySelectorAll('[data-source="camera"]')].find(
      (t) => t.querySelector('.tile-name')?.textContent === wanted,
    );
    const video = tile?.querySelector('video');
    if (!video || video.videoWidth === 0) return null;
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 48;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const grab = () => {
      context.drawImage(video, 0, 0, 64, 48);
      return context.getImageData(0, 0, 64, 48).data.slice();
    };
    const before = grab();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const after = grab();
    let difference = 0;
    const colour = [0, 0, 0];
    for (let i = 0; i < after.length; i++) {
      if (i % 4 === 3) continue;
      difference += Math.abs(after[i] - before[i]);
      colour[i % 4] += after[i] / (64 * 48);
    }
    const mean = (colour[0] + colour[1] + colour[2]) / 3;
    return { width: video.videoWidth, height: video.videoHeight, mean, colour, difference: difference / (3 * 64 * 48) };
  }, name);
}

/** Waits until the picture of `name` is there and moves. */
export const seesMoving = (person, name, options) =>
  until(
    `a moving picture of ${name} at ${person.name}`,
    async () => {
      const sample = await samplePicture(person, name);
      return sample !== null && sample.difference > 0.05 && sample.mean > 1 ? sample : null;
    },
    { timeout: 30_000, ...options },
  );

/** How far a colour may be from the true one after two conversions and a codec. */
const COLOUR_TOLERANCE = 45;

/** Waits until the tile of `name` shows a moving picture of the colour. */
export const seesColour = (person, name, colour, options) =>
  until(
    `the colour ${colour} of ${name} at ${person.name}`,
    async () => {
      const seen = await samplePicture(person, name);
      if (seen?.difference > 0.05 && seen.colour.every((value, i) => Math.abs(value - colour[i]) < COLOUR_TOLERANCE))
        return seen;
      throw new Error(`saw ${JSON.stringify(seen)}`);
    },
    { timeout: 30_000, ...options },
  );

/** Media statistics of the page's live connections: inbound sound energy and decoded frames, summed over slots. */
export function received(person) {
  return person.page.evaluate(async () => {
    const sums = { energy: 0, audioPackets: 0, frames: 0, videoPackets: 0, concealed: 0, freezes: 0, lost: 0 };
    for (const connection of window.testudoTest?.connections() ?? []) {
      for (const stat of (await connection.getStats()).values()) {
        if (stat.type !== 'inbound-rtp') continue;
        sums.lost += stat.packetsLost ?? 0;
        if (stat.kind === 'audio') {
          sums.energy += stat.totalAudioEnergy ?? 0;
          sums.audioPackets += stat.packetsReceived ?? 0;
          sums.concealed += stat.concealedSamples ?? 0;
        } else {
          sums.frames += stat.framesDecoded ?? 0;
          sums.videoPackets += stat.packetsReceived ?? 0;
          sums.freezes += stat.freezeCount ?? 0;
        }
      }
    }
    return sums;
  });
}

/**
 * Keeps what a page makes within reach of the test as window.testudoTest: connections() (live ones), everyConnection(),
 * asked (what getUserMedia was called for) and tracks (what it gave). The product itself exposes nothing. To be called
 * on a fresh page, before it goes anywhere.
 */
export async function watchPage(page) {
  await page.evaluateOnNewDocument(() => {
    const all = [];
    const Native = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Native {
      constructor(...args) {
        super(...args);
        all.push(this);
      }
    };
    const asked = [];
    const tracks = [];
    const devices = navigator.mediaDevices;
    if (devices) {
      const native = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (constraints) => {
        asked.push(
          Object.keys(constraints)
            .filter((kind) => constraints[kind])
            .join(),
        );
        const stream = await native(constraints);
        tracks.push(...stream.getTracks());
        return stream;
      };
    }
    window.testudoTest = {
      connections: () => all.filter((c) => c.connectionState !== 'closed'),
      everyConnection: () => all,
      asked,
      tracks,
    };
  });
}

/** {asked, tracks: ["audio live", …]} of the page so far. */
export const devicesUsed = (person) =>
  person.page.evaluate(() => ({
    asked: window.testudoTest.asked,
    tracks: window.testudoTest.tracks.map(({ kind, readyState }) => `${kind} ${readyState}`),
  }));

/** How many RTCPeerConnections the page has ever made. */
export const connectionsMade = (person) => person.page.evaluate(() => window.testudoTest.everyConnection().length);

/** Waits until sound arrives: its energy grows. */
export const hears = (person, options) =>
  until(
    `sound at ${person.name}`,
    async () => {
      const before = await received(person);
      await new Promise((resolve) => setTimeout(resolve, 400));
      const after = await received(person);
      return after.energy > before.energy + 1e-6 ? after : null;
    },
    { timeout: 30_000, ...options },
  );

/** The tile's marks: {picture, muted, speaking, away, weak}, or null when nobody of that name is there. */
export const tileOf = (person, name) =>
  person.page.evaluate((wanted) => {
    const tile = [...document.querySelectorAll('[data-source="camera"]')].find(
      (t) => t.querySelector('.tile-name')?.textContent === wanted,
    );
    if (!tile) return null;
    const said = tile.querySelector('.tile-label').textContent;
    return {
      picture: tile.querySelector('video') !== null,
      muted: said.includes('microphone off'),
      speaking: tile.classList.contains('is-speaking'),
      away: tile.classList.contains('is-away'),
      weak: said.includes('weak connection') && tile.querySelector('[data-weak-mark]') !== null,
    };
  }, name);

/** Waits until the tile of `name` has these marks. */
export const seesTile = (person, name, marks, options) =>
  until(
    `${name} with ${JSON.stringify(marks)} at ${person.name}`,
    async () => {
      const tile = await tileOf(person, name);
      if (tile !== null && Object.entries(marks).every(([mark, value]) => tile[mark] === value)) return tile;
      throw new Error(`saw ${JSON.stringify(tile)}`);
    },
    options,
  );

/** Waits until exactly these names are on the tiles. */
export const seesNames = (person, names, options) =>
  until(
    `the names ${names.join(', ')} at ${person.name}`,
    async () => {
      const seen = await namesOf(person);
      if ([...seen].sort().join('\n') === [...names].sort().join('\n')) return seen;
      throw new Error(`saw ${seen.join(', ')}`);
    },
    options,
  );

/**
 * What the browser itself says about the transport of its one live connection: statistics, and fingerprints of its
 * descriptions.
 */
export const transportOf = (person) =>
  person.page.evaluate(async () => {
    const [connection, ...more] = window.testudoTest.connections();
    if (more.length > 0) throw new Error('more than one live connection');
    const stats = [...(await connection.getStats()).values()];
    // Older versions of Firefox have no statistics of the transport: only that it stands.
    const transport = stats.find(({ type }) => type === 'transport') ?? { dtlsState: connection.connectionState };
    const certificate = (id) => stats.find((stat) => stat.id === id)?.fingerprint?.toUpperCase() ?? null;
    const described = ({ sdp }) => /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)[1].toUpperCase();
    const { tlsVersion = null, dtlsCipher = null, srtpCipher = null, dtlsState = null } = transport;
    return {
      tlsVersion,
      dtlsCipher,
      srtpCipher,
      dtlsState,
      certificates: {
        local: certificate(transport.localCertificateId),
        remote: certificate(transport.remoteCertificateId),
      },
      described: { local: described(connection.localDescription), remote: described(connection.remoteDescription) },
      cryptex: [connection.localDescription, connection.remoteDescription].map(({ sdp }) =>
        /^a=cryptex\r?$/m.test(sdp),
      ),
    };
  });

/** The security panel's lines by their ids: {id: {value, verdict, text}} and `summary`. */
export async function securityOf(person) {
  const { page } = person;
  if (!(await page.$('[data-evidence]'))) await press(person, 'security');
  await page.waitForSelector('[data-evidence]');
  return page.evaluate(() => {
    const facts = { summary: document.querySelector('[data-summary]')?.dataset.summary };
    for (const line of document.querySelectorAll('[data-evidence]')) {
      const text = line.querySelector('.fact-text').textContent;
      facts[line.dataset.evidence] = {
        value: line.querySelector('.fact-value').textContent,
        verdict: line.dataset.verdict,
        text,
      };
    }
    return facts;
  });
}
