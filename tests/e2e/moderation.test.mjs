/* SPDX-License-Identifier: GPL-3.0-or-later */
// What hosts and co-hosts do in real pages, and what those see to whom it is done: muting, stopping, removing, banning,
// locking, stopping everything, roles, the list of who came (A4, A6, A7).
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  admit,
  devicesUsed,
  enterLobby,
  hears,
  hostMeeting,
  join,
  knock,
  namesOf,
  openPage,
  press,
  seesMoving,
  seesNames,
  seesTile,
  waitForScreen,
} from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const textOf = ({ page }) => page.evaluate(() => document.body.innerText);
const has = ({ page }, selector) => page.$(selector).then(Boolean);
const hasAct = (person, act) => has(person, `[data-act="${act}"]`);
const reads = (person, wanted) =>
  until(`${wanted} at ${person.name}`, async () => {
    const text = await textOf(person);
    if (wanted.test(text)) return true;
    throw new Error(`read: ${text}`);
  });

async function click({ page }, selector) {
  await page.waitForSelector(selector, { timeout: 20_000 });
  await page.$eval(selector, (element) => element.click());
}

async function openPeople(person) {
  if (!(await has(person, '[data-panel="people"]'))) await press(person, 'people');
  await person.page.waitForSelector('[data-panel="people"]');
}

/** Opens the list of actions beside the name and takes one of them. */
async function act(host, name, words) {
  await openPeople(host);
  await click(host, `[data-act="person-acts"][aria-label="Actions for ${name}"][aria-expanded="false"]`);
  await click(host, `.person-acts [aria-label="${words}: ${name}"]`);
}

const isLocked = (person) => has(person, '[data-mark="locked"]');
const ownSound = ({ page }) =>
  page.evaluate(() =>
    window.testudoTest.tracks.filter((t) => t.kind === 'audio').map((t) => t.enabled && t.readyState === 'live'),
  );

/** Joins, without the confirmation that the page got as far as the waiting room. */
async function tryToJoin(person, name, screen) {
  await enterLobby(person.page, name, { media: false });
  await waitForScreen(person.page, screen);
}

for (const [hostKind, guestKind] of [
  ['chromium', 'firefox'],
  ['firefox', 'chromium'],
])
  staged(`${hostKind} mutes ${guestKind}: the guest reads who did it, sends no sound, and unmutes`, async (stage) => {
    const server = await stage.server();
    const [hostBrowser, guestBrowser] = await stage.browsers(hostKind, guestKind);
    const host = await hostMeeting(hostBrowser, server);
    const guest = await join(guestBrowser, host, 'Gregor Guest');
    await hears(host);
    await act(host, guest.name, 'Mute');
    await reads(guest, /Hanna Host switched your microphone off/);
    assert.deepEqual(await ownSound(guest), [false], 'the microphone is silent in the page');
    await seesTile(host, guest.name, { muted: true, picture: true });
    assert.ok(!(await has(host, '[data-silenced]')), 'the host is not muted');

    await press(guest, 'again-mic');
    await seesTile(host, guest.name, { muted: false });
    assert.deepEqual(await ownSound(guest), [true]);
    assert.doesNotMatch(await textOf(guest), /switched your microphone off/);
    await hears(host);

    await act(host, guest.name, 'Stop camera');
    await reads(guest, /Hanna Host switched your camera off/);
    await seesTile(host, guest.name, { picture: false, muted: false });
    const { tracks } = await devicesUsed(guest);
    assert.deepEqual([...tracks].sort(), ['audio live', 'video ended']);
  });

staged('a removed guest may knock again; a banned one is kept out under any name until the ban is lifted', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'firefox');
  const host = await hostMeeting(hostBrowser, server, 'Hanna Host', { media: false });
  const guest = await join(guestBrowser, host, 'Rita Rude');

  await act(host, guest.name, 'Remove');
  await reads(host, /Remove Rita Rude\?[\s\S]*may knock again/);
  await press(host, 'confirm-no');
  assert.ok((await namesOf(host)).includes(guest.name), 'a no changes nothing');
  await act(host, guest.name, 'Remove');
  await press(host, 'confirm-yes');
  await waitForScreen(guest.page, 'over removed');
  await seesNames(host, [host.name]);
  const { tracks } = await devicesUsed(guest);
  assert.deepEqual([...tracks].sort(), ['audio ended', 'video ended']);

  await press(guest, 'again');
  await tryToJoin(guest, guest.name, 'waiting');
  await admit(host, guest);
  await waitForScreen(guest.page, 'meeting');
  await act(host, guest.name, 'Ban');
  await press(host, 'confirm-yes');
  await waitForScreen(guest.page, 'over banned');
  assert.ok(!(await hasAct(guest, 'again')));
  await guest.page.goto(host.address);
  await waitForScreen(guest.page, 'over banned');
  assert.ok(!(await has(host, '.knock-name')), 'the host is not bothered');

  await click(host, '[aria-label="Lift the ban of Rita Rude"]');
  await until('the list of bans to be empty', async () => !(await has(host, '[data-ban]')));
  await guest.page.goto(host.address);
  await tryToJoin(guest, 'Rita Rude', 'waiting');
});

staged('a locked meeting shows it to all and lets nobody new knock', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser, lateBrowser] = await stage.browsers('firefox', 'chromium', 'chromium');
  const host = await hostMeeting(hostBrowser, server, 'Hanna Host', { media: false });
  const guest = await join(guestBrowser, host, 'Gregor Guest', { media: false });
  await openPeople(host);
  await press(host, 'lock');
  for (const person of [host, guest]) await until(`the mark at ${person.name}`, () => isLocked(person));
  await openPeople(guest);
  assert.ok(!(await hasAct(guest, 'lock')), 'a guest has no tools of the host');
  await click(guest, `[data-act="person-acts"][aria-label="Actions for ${host.name}"][aria-expanded="false"]`);
  await guest.page.waitForSelector('.person-acts [data-act]');
  const acts = await guest.page.$$eval('.person-acts [data-act]', (all) => all.map(({ dataset }) => dataset.act));
  assert.deepEqual(acts, ['write'], 'to write to somebody is all that a guest can do to others');

  const late = { page: await openPage(lateBrowser), name: 'Lara Late' };
  await late.page.goto(host.address);
  await waitForScreen(late.page, 'over locked');
  await press(host, 'lock');
  for (const person of [host, guest]) await until(`no mark at ${person.name}`, async () => !(await isLocked(person)));
  await press(late, 'again');
  await tryToJoin(late, late.name, 'waiting');
});

staged('stop everything: all is off and locked, who came last is shown and can be banned, then it goes on', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser, lateBrowser] = await stage.browsers('chromium', 'firefox', 'chromium');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await join(guestBrowser, host, 'Gregor Guest');
  const late = await join(lateBrowser, host, 'Lara Late');
  await seesMoving(host, late.name);
  await openPeople(host);
  await press(host, 'stop-everything');
  await reads(host, /Stop everything\?[\s\S]*Nobody can switch them on again/);
  await press(host, 'confirm-yes');
  for (const { name } of [guest, late]) await seesTile(host, name, { muted: true, picture: false });
  await seesTile(host, host.name, { muted: false, picture: true });
  for (const person of [host, guest, late]) await until(`the mark at ${person.name}`, () => isLocked(person));
  await host.page.waitForSelector('[data-last]');
  assert.deepEqual(
    await host.page.$$eval('[data-last] .person-name bdi', (all) => all.map((e) => e.textContent)),
    [late.name, guest.name],
    'who came last stands first',
  );

  await press(guest, 'mic');
  await reads(guest, /The host keeps microphones off for now/);
  assert.deepEqual(await ownSound(guest), [false]);

  await click(host, `[data-act="last-ban"][aria-label="Ban: ${late.name}"]`);
  await press(host, 'confirm-yes');
  await waitForScreen(late.page, 'over banned');
  await until('one left in the list', async () => (await host.page.$$('[data-last]')).length === 1);
  await press(host, 'last-done');

  await press(host, 'rule-unmute');
  await until('the rule to hold', () => host.page.$eval('[data-act="rule-unmute"]', (box) => box.checked));
  await until('the guest to be heard again', async () => {
    await press(guest, 'mic');
    return (await ownSound(guest))[0];
  });
  await seesTile(host, guest.name, { muted: false });
});

staged('a viewer uses no device; a co-host opens the door; who is sent back waits; the list of who came', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser, thirdBrowser] = await stage.browsers('chromium', 'firefox', 'chromium');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await join(guestBrowser, host, 'Gregor Guest');
  await seesMoving(host, guest.name);

  await act(host, guest.name, 'Make viewer');
  await reads(guest, /You are a viewer now/);
  await until('no buttons for devices', async () => !(await hasAct(guest, 'mic')) && !(await hasAct(guest, 'camera')));
  await until('all devices to be off', async () =>
    (await devicesUsed(guest)).tracks.every((track) => track.endsWith('ended')),
  );
  await seesTile(host, guest.name, { muted: true, picture: false });
  await seesMoving(guest, host.name);

  await act(host, guest.name, 'Make co-host');
  await press(guest, 'camera');
  await seesMoving(host, guest.name);
  const third = await knock(thirdBrowser, host.address, '=1+1', { media: false });
  await admit(guest, third);
  await waitForScreen(third.page, 'meeting');

  await act(guest, third.name, 'Back to waiting room');
  await reads(third, /You are back in the waiting room/);
  for (const person of [host, guest]) await seesNames(person, [host.name, guest.name]);
  await admit(host, third);
  await waitForScreen(third.page, 'meeting');
  await seesMoving(third, host.name);

  const lines = await attendanceOf(host);
  assert.deepEqual(lines[0], ['Name', 'Verified', 'E-mail', 'Role', 'Joined (UTC)', 'Left (UTC)']);
  const names = lines.slice(1).map(([name]) => name);
  assert.deepEqual(new Set(names), new Set([host.name, guest.name, "'=1+1"]));
  assert.ok(names.filter((name) => name === "'=1+1").length === 2, 'both stays are in the list');
  for (const [, , , , joined] of lines.slice(1)) assert.match(joined, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
});

/** Downloads the list, as Chromium does it, and takes it apart. */
async function attendanceOf(host) {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-attendance-'));
  try {
    const session = await host.page.createCDPSession();
    await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
    await openPeople(host);
    await press(host, 'attendance');
    const name = await until('the file', async () => (await readdir(folder)).find((file) => file.endsWith('.csv')));
    assert.match(name, /^attendance-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(path.join(folder, name), 'utf8');
    const rows = text.replace(/^\uFEFF/, '').trimEnd().split('\r\n');
    return rows.map((row) => row.slice(1, -1).split('","'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
