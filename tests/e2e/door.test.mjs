/* SPDX-License-Identifier: GPL-3.0-or-later */
// Who comes in, and what happens before: knocking, admission, refusal, wrong and used links, guests with nothing but a
// name (A4, A6).
import assert from 'node:assert/strict';
import {
  admit,
  connectionsMade,
  devicesUsed,
  enterLobby,
  hears,
  hostMeeting,
  join,
  knock,
  namesOf,
  openPage,
  press,
  received,
  refuse,
  screenOf,
  seesMoving,
  seesNames,
  seesTile,
  waitForScreen,
} from '../lib/meeting.mjs';
import { startRelay } from '../lib/relay.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const textOf = (person) => person.page.evaluate(() => document.body.innerText);

async function assertDevicesOff(person) {
  const { tracks } = await devicesUsed(person);
  assert.deepEqual([...tracks].sort(), ['audio ended', 'video ended'], `the devices of ${person.name}`);
}

async function knockAgain(guest, screen = 'waiting') {
  await press(guest, 'again');
  await guest.page.waitForSelector('#name');
  await press(guest, 'join');
  await waitForScreen(guest.page, screen);
}

staged(
  'a waiting guest makes no media connection and sends no datagram; a refused one is told so and has all devices off',
  async (stage) => {
    const server = await stage.server({ mediaAnnounce: '127.0.0.2' });
    const relay = stage.owns(await startRelay({ port: server.mediaPort }));
    const [hostBrowser, guestBrowser] = await stage.browsers('firefox', 'chromium');
    const host = await hostMeeting(hostBrowser, server);
    await until("the host's media connection", () => relay.captured.some(({ kind }) => kind === 'rtp'));
    const clients = [...relay.clients.keys()];

    const guest = await knock(guestBrowser, host.address, 'Ulla Unwanted');
    await host.page.waitForSelector('.knock-name');
    const packets = relay.captured.length;
    await until("the host's media to go on", () => relay.captured.length > packets + 50);
    assert.equal(await connectionsMade(guest), 0, 'the guest waits without a media connection');
    assert.deepEqual([...relay.clients.keys()], clients, 'nobody else than the host has sent a datagram');
    assert.deepEqual(await namesOf(host), [host.name], 'a guest who knocks is not among the people');

    await refuse(host, guest);
    await waitForScreen(guest.page, 'over refused');
    assert.match(await textOf(guest), /The host did not let you in\s+Nobody saw or heard you/);
    await assertDevicesOff(guest);
    assert.equal(await connectionsMade(guest), 0);
    assert.equal(await host.page.$('.knock-name'), null, 'the knock is answered');

    for (let again = 0; again < 2; again++) {
      await knockAgain(guest);
      await refuse(host, guest);
      await waitForScreen(guest.page, 'over refused');
    }

    // Whoever was refused three times bothers the host no more.
    await knockAgain(guest, 'over refused');
    assert.equal(await host.page.$('.knock-name'), null);
    assert.equal(await connectionsMade(guest), 0);
  },
);

staged(
  'the host lets all in at once; a guest without camera and microphone sees and hears, and is shown by name',
  async (stage) => {
    const server = await stage.server();
    const [hostBrowser, first, second] = await stage.browsers('chromium+cryptex', 'chromium', 'firefox');
    const host = await hostMeeting(hostBrowser, server);
    const equipped = await knock(first, host.address, 'Emil Equipped');
    const quiet = await knock(second, host.address, 'Quirin Quiet', { media: false });
    await until('both knocks', async () => (await host.page.$$('.knock-name')).length === 2);
    await press(host, 'admit-all');
    for (const guest of [equipped, quiet]) await waitForScreen(guest.page, 'meeting');

    await Promise.all(
      [host, equipped, quiet].map((person) => seesNames(person, [host.name, equipped.name, quiet.name])),
    );
    await Promise.all([seesMoving(quiet, host.name), seesMoving(quiet, equipped.name), hears(quiet)]);
    for (const person of [host, equipped]) await seesTile(person, quiet.name, { picture: false, muted: true });
    assert.deepEqual(await devicesUsed(quiet), { asked: [], tracks: [] });
    const { frames } = await received(quiet);
    await until('more pictures', async () => (await received(quiet)).frames > frames);
  },
);

staged('a guest who closes the page while waiting takes the knock away', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'chromium');
  const host = await hostMeeting(hostBrowser, server);
  const guest = await knock(guestBrowser, host.address, 'Gerd Gone', { media: false });
  await host.page.waitForSelector('.knock-name');
  await guest.page.close();
  await until('the knock to go away', async () => (await host.page.$('.knock-name')) === null);
});

staged('a host link works once; a wrong or incomplete address says what is wrong', async (stage) => {
  const server = await stage.server();
  const [browser, other] = await stage.browsers('chromium', 'firefox');
  const link = await server.hostLink();
  const owner = await openPage(browser);
  await owner.goto(link);
  await waitForScreen(owner, 'lobby');
  assert.doesNotMatch(owner.url(), /#/, 'the token has left the address bar');

  const thief = await openPage(other);
  for (const [address, text] of [
    [link, /This host link was used already/],
    [`${server.origin}/host`, /This host link is not complete/],
    [`${server.origin}/m/${'A'.repeat(22)}`, /There is no such meeting/],
    [`${server.origin}/m/too-short`, /There is nothing here/],
  ]) {
    await thief.goto('about:blank');
    await thief.goto(address);
    await until(`${text} at ${address}`, () =>
      thief.evaluate((source) => new RegExp(source).test(document.body.innerText), text.source),
    );
  }
  assert.equal(await screenOf(owner), 'lobby');
});

const ODD_NAMES = [
  '<img src=x onerror="window.harmed=1">',
  '"><script>window.harmed=1</script>',
  '{{7*7}} ${window.harmed=1} &lt;b&gt; javascript:alert(1)',
  '字 🐢 é',
];

staged('names are text wherever they appear, whatever is in them', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'firefox');
  const host = await hostMeeting(hostBrowser, server, ODD_NAMES[0], { media: false });
  for (const name of ODD_NAMES.slice(1)) {
    const guest = await knock(guestBrowser, host.address, name, { media: false });
    await until('the knock', () => host.page.$eval('.knock-name', (e) => e.textContent).catch(() => null));
    assert.equal(await host.page.$eval('.knock-name', (element) => element.textContent), name);
    await press(host, 'admit');
    await waitForScreen(guest.page, 'meeting');
    await press(guest, 'people');
    for (const person of [host, guest]) await seesNames(person, [host.name, guest.name]);
    const listed = await guest.page.$$eval('.person-name bdi', (all) => all.map((e) => e.textContent));
    assert.deepEqual([...listed].sort(), [host.name, guest.name].sort());
    for (const { page } of [host, guest]) {
      assert.equal(await page.evaluate(() => window.harmed), undefined);
      assert.deepEqual(
        await page.$$eval('body img, body script, body b, body iframe', (all) => all.map((e) => e.outerHTML)),
        [],
      );
    }
    await press(guest, 'leave');
    await seesNames(host, [host.name]);
    await guest.page.close();
  }
});

staged('characters that nobody sees, or that turn text around, never get into a name', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'chromium');
  const host = await hostMeeting(hostBrowser, server, 'Hanna', { media: false });
  const guest = await knock(guestBrowser, host.address, '  Ev\u200Be \u202Eevil\u2066 \u0007 ', { media: false });
  await admit(host, { name: 'Eve evil' });
  await waitForScreen(guest.page, 'meeting');
  for (const person of [host, guest]) await seesNames(person, ['Hanna', 'Eve evil']);
});

staged('a name that imitates is refused in the lobby, in words, and another one comes in', async (stage) => {
  const server = await stage.server();
  const [hostBrowser, guestBrowser] = await stage.browsers('chromium', 'firefox');
  const host = await hostMeeting(hostBrowser, server, 'Paola', { media: false });
  const page = await openPage(guestBrowser);
  await page.goto(host.address);
  const alert = '.lobby-form [role=alert]';
  const says = (words) => until(words, () => page.$eval(alert, (element, part) => element.innerText.includes(part), words));
  await enterLobby(page, 'PaoIa', { media: false });
  await says('Somebody with this name, or one that looks like it');
  await enterLobby(page, 'h0st', { media: false });
  await says('looks like a role');
  await enterLobby(page, 'Pаola', { media: false }); // with a Cyrillic a
  await says('all of one writing system');
  await enterLobby(page, 'Paola Berg', { media: false });
  await waitForScreen(page, 'waiting');
  await admit(host, { name: 'Paola Berg' });
  await seesNames(host, ['Paola', 'Paola Berg']);
});
