/* SPDX-License-Identifier: GPL-3.0-or-later */
// A11, a fake link that asks to share the screen: no link starts a share; a request for one comes from a moderator who is in
// the meeting and from nobody else, names him, and starts nothing either; where the rules say no, no client shares.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startLesson } from '../lib/lesson.mjs';
import { hostMeeting, join, press, securityOf } from '../lib/meeting.mjs';
import { slotOf, Tool } from '../lib/native.mjs';
import { shareAt, useMadeUpScreen } from '../lib/share.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const SCREEN = { colour: [200, 40, 40], hz: 1100, surface: 'browser' };
const LINKS = ['#share', '?share=screen&surface=monitor', '?action=share#share=whole&live=1', '#/share/screen?auto=true'];

const asked = (page) => page.evaluate(() => window.madeUpScreens.asked.length);

for (const kind of ['chromium', 'firefox']) {
  staged(`A11: ${kind}: no link starts a share, and a moderator’s request only asks`, async (stage) => {
    const server = await stage.server();
    const hostBrowser = await stage.browser('chromium');
    const host = await hostMeeting(hostBrowser, server, 'Hanna Host', { media: false });
    const browser = await stage.browser(kind);
    const withScreen = async () => {
      const page = await browser.newPage();
      await useMadeUpScreen(page, SCREEN);
      return page;
    };
    let guest;
    for (const [i, link] of LINKS.entries()) {
      // Each time the same browser comes in by the crafted link, in place of the page before.
      guest = await join({ newPage: withScreen }, { ...host, address: host.address + link }, `Gustav Guest ${i + 1}`, {
        media: false,
      });
      assert.equal(await guest.page.$('[data-share]'), null, link);
      assert.equal(await asked(guest.page), 0, link);
    }

    await press(host, 'people');
    await host.page.waitForSelector(`[data-act="person-acts"][aria-label*="${guest.name}"]`);
    await host.page.$eval(`[data-act="person-acts"][aria-label*="${guest.name}"]`, (button) => button.click());
    await press(host, 'ask-share');
    await guest.page.waitForSelector('.share-asked');
    const card = await guest.page.$eval('.share-asked', (element) => element.innerText);
    assert.match(card, /Hanna Host/);
    assert.match(card, /Host/);
    assert.match(card, /host link/i);
    assert.equal(await guest.page.$('[data-share]'), null, 'the request opens nothing');
    await press(guest, 'asked-yes');
    await shareAt(guest, 'choosing');
    assert.equal(await asked(guest.page), 0, 'nor does the yes to it ask the browser');
    assert.equal(await guest.page.$('.share-asked'), null);
    assert.match((await securityOf(guest)).screen_requests.value, /^One/);
  });
}

let server, lesson;

before(async () => {
  server = await startServer();
  lesson = await startLesson(server);
});

after(async () => {
  await lesson?.meeting.stop();
  await server?.stop();
});

/** Nobody in the meeting was asked for a screen by what was just tried. */
const nobodyAsked = (people) => {
  for (const { signal } of people) assert.ok(signal.messages.every(({ type }) => type !== 'share_asked'));
};

test('A11: who is no moderator asks nobody: guests, viewers, those who wait, those who were put out', async () => {
  const { meeting, host, room } = lesson;
  const victim = await meeting.enter('Victor', '127.0.0.11');
  const tries = {
    guest: async () => (await meeting.enter('Greta', '127.0.0.12')).signal,
    viewer: async () => {
      const { signal, id } = await meeting.enter('Vito', '127.0.0.13');
      host.send('role', { who: id, role: 'viewer' });
      await signal.next('changed', ({ person }) => person.role === 'viewer');
      return signal;
    },
    waiting: async () => {
      host.removeAllListeners('knock');
      const signal = await new Browser(server.origin).join(room, 'Wanda');
      signal.send('hello');
      await signal.next('waiting');
      return signal;
    },
  };
  for (const [who, enter] of Object.entries(tries)) {
    const signal = await enter();
    signal.send('ask_share', { who: victim.id });
    assert.equal((await signal.closed).code, 4000, who);
  }
  host.on('knock', ({ id }) => host.send('admit', { who: id }));
  const removed = await meeting.enter('Rolf', '127.0.0.14');
  host.send('remove', { who: removed.id });
  removed.signal.send('ask_share', { who: victim.id });
  assert.ok([4000, 4003].includes((await removed.signal.closed).code));
  nobodyAsked([victim]);
});

test('A11: a request says who asks by the server’s own knowledge, and nobody is pestered', async () => {
  const { meeting, host } = lesson;
  const asker = await meeting.enter('Carla', '127.0.0.15');
  const victim = await meeting.enter('Vera', '127.0.0.16');
  host.send('role', { who: asker.id, role: 'cohost' });
  await asker.signal.next('changed', ({ person }) => person.id === asker.id && person.role === 'cohost');
  asker.signal.send('ask_share', { who: victim.id });
  assert.deepEqual(await victim.signal.next('share_asked'), { type: 'share_asked', by: asker.id });
  for (let i = 0; i < 5; i += 1) asker.signal.send('ask_share', { who: victim.id });
  for (let i = 0; i < 5; i += 1) assert.equal((await asker.signal.next('error')).code, 'asked_already');
  nobodyAsked([victim]);
  victim.signal.send('decline_share');
  assert.deepEqual(await asker.signal.next('share_declined'), { type: 'share_declined', who: victim.id });
  asker.signal.sendRaw(JSON.stringify({ type: 'ask_share', n: asker.signal.n + 1, who: victim.id, by: host.hello.you }));
  assert.equal((await asker.signal.closed).code, 4000, 'it can’t say that somebody else asks');
  victim.signal.send('share_asked', { by: victim.id });
  assert.equal((await victim.signal.closed).code, 4000, 'and a page can’t say it at all');
});

test('A10: where the rules say no, no client shares picture or sound; where they say yes, both come', async () => {
  const { meeting, change } = lesson;
  const alice = await meeting.join('Alice', '127.0.0.21', ['mic', 'camera']);
  const mallory = await meeting.enter('Mallory', '127.0.0.22');
  await change({ policy: { share: 'cohost' } });
  const media = new Tool('participant', [`${mallory.address}:0`, mallory.server, String(mallory.tag), 'mic', 'camera']);
  mallory.media = media;
  const { sdp, mic, camera } = await media.ask('offer');
  const shares = () =>
    mallory.signal.send('state', { mic: false, camera: false, screen: true, screen_sound: true, screen_paused: false });
  shares();
  assert.equal((await mallory.signal.next('muted', ({ source }) => source === 'screen')).by, null);
  const answer = await mallory.offer(Buffer.from(sdp, 'base64').toString(), {
    mic: null,
    camera: null,
    screen: camera,
    screen_sound: mic,
  });
  assert.equal(answer.type, 'answer');
  media.command('answer', Buffer.from(answer.sdp).toString('base64'));
  await media.next('answered');
  await mallory.connected();
  const goesOn = async () => {
    const { sent } = await mallory.stats();
    await until('frames that Mallory goes on to send', async () => {
      const now = (await mallory.stats()).sent;
      return now.mic > sent.mic + 100 && now.camera > sent.camera + 20;
    });
  };
  await goesOn();
  assert.equal(await slotOf(alice, mallory, true), undefined, 'no picture');
  assert.equal(await slotOf(alice, mallory, false), undefined, 'no sound');

  await change({ policy: { share: 'participant' } });
  shares();
  await until('Mallory’s screen at Alice', () => slotOf(alice, mallory, true));
  await until('its sound at Alice', () => slotOf(alice, mallory, false));

  // Paused, and then stopped by the host: what the client goes on to send goes nowhere.
  for (const stop of [
    async () => {
      mallory.signal.send('state', { mic: false, camera: false, screen: true, screen_sound: true, screen_paused: true });
      await alice.signal.next('changed', ({ person }) => person.id === mallory.id && person.screen_paused);
    },
    async () => {
      shares();
      await alice.signal.next('changed', ({ person }) => person.id === mallory.id && !person.screen_paused);
      lesson.host.send('stop_share', { who: mallory.id });
      await mallory.signal.next('muted', ({ source }) => source === 'screen');
      shares(); // as if it had not heard
    },
  ]) {
    alice.signal.messages.length = 0;
    await stop();
    const { sent } = await mallory.stats();
    await goesOn();
    for (const [source, video] of [['mic', false], ['camera', true]]) {
      const slot = await slotOf(alice, mallory, video);
      assert.ok(!slot || slot.last <= sent[source], `${source}: ${slot?.last} came, ${sent[source]} was allowed`);
    }
  }
});
