/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALWAYS, fitTools, MENU, placesIn } from '../src/layout/fit';

const tool = (act: string, priority: number) => ({ act, priority });
const acts = (tools: readonly { readonly act: string }[]) => tools.map(({ act }) => act).join(' ');

const TOOLS = [
  tool('mic', ALWAYS),
  tool('camera', ALWAYS),
  tool('people', 70),
  tool('invite', 30),
  tool('settings', 20),
  tool('leave', ALWAYS),
];

test('with room for all there is no menu', () => {
  for (const places of [6, 7, Infinity]) {
    const { bar, menu } = fitTools(TOOLS, places);
    assert.equal(acts(bar), 'mic camera people invite settings leave');
    assert.equal(menu.length, 0);
  }
});

test('with less room the lowest go into the menu, whose button takes a place; the order stays', () => {
  const five = fitTools(TOOLS, 5);
  assert.equal(acts(five.bar), 'mic camera people leave');
  assert.equal(acts(five.menu), 'invite settings');
  assert.equal(acts(fitTools(TOOLS, 4).menu), 'people invite settings');
});

test('microphone, camera and leave stay in reach, however small the bar', () => {
  for (const places of [0, 1, 3]) assert.equal(acts(fitTools(TOOLS, places).bar), 'mic camera leave');
});

test('what belongs into the menu is never in the bar, and no tool is lost or doubled', () => {
  const tools = [...TOOLS, tool('keys', MENU)];
  for (let places = 0; places < 10; places++) {
    const { bar, menu } = fitTools(tools, places);
    assert.ok(menu.some(({ act }) => act === 'keys'));
    assert.deepEqual([...bar, ...menu].map(({ act }) => act).sort(), tools.map(({ act }) => act).sort());
    assert.ok(bar.length + 1 <= Math.max(places, 4), `${bar.length} in ${places}`);
  }
});

test('of equals the first ones stay', () => {
  const tools = [tool('a', 5), tool('b', 5), tool('c', 5)];
  assert.equal(acts(fitTools(tools, 2).bar), 'a');
});

test('places are counted with the gaps between them', () => {
  assert.equal(placesIn(308, 48, 4), 6);
  assert.equal(placesIn(307, 48, 4), 5);
  assert.equal(placesIn(0, 48, 4), 0);
  assert.equal(placesIn(300, 0, 4), 0);
});
