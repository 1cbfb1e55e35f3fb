/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which browser this is, by what it says of itself (B11).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserOf, judge, listAge, listIsOld, stepsFor, tell, type Told } from '../src/care/browser';
import { KNOWN, LEAST_CHROMIUM, LIST_GOOD_DAYS, LISTED, MAKERS } from '../src/care/known_browsers';

const told = (userAgent: string, more: Partial<Told> = {}): Told => ({ userAgent, brands: [], platform: '', touches: 0, ...more });
const of = (userAgent: string, more?: Partial<Told>) => {
  const browser = browserOf(told(userAgent, more));
  return [browser.maker, browser.version, browser.system, judge(browser), stepsFor(browser)];
};

const AGENT = {
  chrome: (v: number) =>
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${v}.0.0.0 Safari/537.36`,
  android: (v: number) =>
    `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${v}.0.0.0 Mobile Safari/537.36`,
  firefox: (v: number) => `Mozilla/5.0 (X11; Linux x86_64; rv:${v}.0) Gecko/20100101 Firefox/${v}.0`,
  safari: (v: number) =>
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${v}.0 Safari/605.1.15`,
  iphone: (v: number) =>
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${v}.0 ` +
    'Mobile/15E148 Safari/604.1',
};

test('current browsers are fine, and have steps of their own', () => {
  assert.deepEqual(of(AGENT.chrome(156)), ['chrome', 156, 'windows', 'fine', 'chromium']);
  assert.deepEqual(of(`${AGENT.chrome(156)} Edg/156.0.0.0`), ['edge', 156, 'windows', 'fine', 'chromium']);
  assert.deepEqual(of(AGENT.firefox(153)), ['firefox', 153, 'linux', 'fine', 'firefox']);
  assert.deepEqual(of(AGENT.safari(26)), ['safari', 26, 'mac', 'fine', 'safari_mac']);
  assert.deepEqual(of(AGENT.safari(26), { touches: 5 }), ['safari', 26, 'ios', 'fine', 'ios'], 'an iPad says that it is a Mac');
  assert.deepEqual(of(AGENT.iphone(26)), ['safari', 26, 'ios', 'fine', 'ios']);
  assert.deepEqual(of(AGENT.android(156)), ['chrome', 156, 'android', 'fine', 'android_chromium']);
  const android = 'Mozilla/5.0 (Android 14; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0';
  assert.deepEqual(of(android), ['firefox', 153, 'android', 'fine', 'android_firefox']);
  const samsung = AGENT.android(150).replace('Chrome/', 'SamsungBrowser/30.0 Chrome/');
  assert.deepEqual(of(samsung), ['samsung', 30, 'android', 'fine', 'samsung']);
  const inside = AGENT.iphone(26).replace('Version/26.0', 'CriOS/156.0.1');
  assert.deepEqual(of(inside), ['chrome', 156, 'ios', 'fine', 'ios'], 'on an iPhone the engine is the system’s');
});

test('client hints count before the user agent', () => {
  const brands = [
    { brand: 'Not)A;Brand', version: '8' },
    { brand: 'Chromium', version: '151' },
    { brand: 'Brave', version: '151' },
  ];
  assert.deepEqual(of(AGENT.chrome(90), { brands, platform: 'Linux' }), ['brave', 151, 'windows', 'fine', 'chromium']);
  assert.deepEqual(of('', { brands: brands.slice(0, 2), platform: 'Linux' }), ['chromium', 151, 'linux', 'fine', 'chromium']);
  const old = [{ brand: 'Chromium', version: '120' }, { brand: 'Microsoft Edge', version: '120' }];
  assert.equal(judge(browserOf(told('', { brands: old }))), 'outdated');
});

test('old ones are called old, each by its maker’s way of counting', () => {
  assert.equal(of(AGENT.chrome(LEAST_CHROMIUM - 1))[3], 'outdated');
  assert.equal(of(AGENT.chrome(LEAST_CHROMIUM))[3], 'fine');
  assert.equal(of(AGENT.firefox(128))[3], 'outdated');
  assert.equal(of(AGENT.firefox(140))[3], 'fine');
  assert.equal(of(AGENT.safari(17))[3], 'outdated');
  assert.equal(of('Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko')[3], 'unknown');
});

test('windows inside other programs', () => {
  const facebook = AGENT.android(156).replace('K)', 'K; wv)') + ' [FB_IAB/FB4A;FBAV/500.0.0;]';
  assert.equal(browserOf(told(facebook)).embedder, 'Facebook');
  assert.equal(of(facebook)[3], 'embedded');
  assert.equal(browserOf(told(`${AGENT.iphone(26)} Instagram 300.0`)).embedder, 'Instagram');
  assert.equal(browserOf(told(AGENT.iphone(26).replace('Version/26.0', 'GSA/300.0'))).embedder, 'Google');
  assert.equal(browserOf(told(AGENT.android(156).replace('K)', 'K; wv)'))).embedder, '');
  const nameless = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
  assert.equal(browserOf(told(nameless)).embedder, '');
});

test('whatever is said, something is answered, and nothing breaks', () => {
  for (const odd of ['', ' ', '\u0000', 'x'.repeat(1e5), 'Chrome/', 'Firefox/NaN', 'Chrome/999999999999', '<b>', '../../', 'Chrome/-1'])
    assert.equal(typeof judge(browserOf(told(odd))), 'string');
  assert.equal(of('')[3], 'unknown');
  assert.equal(of('Firefox/NaN')[3], 'unknown', 'a number that is none is no version');
  const lies: unknown[] = [null, 1, [], { brands: 5 }, { brands: [null, { brand: 1 }], platform: {} }];
  for (const userAgentData of lies)
    assert.deepEqual(tell({ userAgent: {}, userAgentData, maxTouchPoints: 'x' }), told(''));
});

test('the list has a date, and knows when it is old', () => {
  const made = Date.parse(LISTED);
  assert.ok(Number.isFinite(made));
  assert.equal(listAge(made - 1e9), 0, 'a clock that goes wrong says nothing');
  assert.equal(listIsOld(made + LIST_GOOD_DAYS * 86_400_000), false);
  assert.equal(listIsOld(made + (LIST_GOOD_DAYS + 1) * 86_400_000), true);
  for (const maker of MAKERS) assert.match(KNOWN[maker].site, /^https:\/\/[a-z.]+\/[a-z/]*$/, maker);
});
