/* SPDX-License-Identifier: GPL-3.0-or-later */
// B3: what somebody writes is text wherever it is shown: in the chat, in the notice over the stage, in the step before a
// link. Sent past the page by a client that does not clean it, looked at in real Chromium and Firefox. And B8: whoever
// comes later finds nothing of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { admit, hostMeeting, press } from '../lib/meeting.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { until } from '../lib/wait.mjs';

const PAYLOADS = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '"><svg onload=window.pwned=1>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  'javascript:window.pwned=1//https://example.org/"onmouseover="window.pwned=1',
  '{{constructor.constructor("window.pwned=1")()}} ${window.pwned=1}',
  '<a href="javascript:window.pwned=1">https://click.example/me</a>',
  '</textarea></title><style>body{display:none}</style>&lt;b&gt;&#60;i&#62;',
  'https://example.org/<script>window.pwned=1</script>',
];
const REFUSED = ['a\u202Etxt.exe', 'hidden\u200Bword', '\u2066x\u2069', '\u2800', '\uFEFFx'];

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

const lines = (page) => page.$$eval('.chat-text', (all) => all.map((line) => line.textContent));

for (const kind of ['chromium', 'firefox'])
  test(`what is written stays text, in ${kind}`, async () => {
    const opened = await openBrowser(kind);
    try {
      const host = await hostMeeting(opened, server, 'Hanna Host', { media: false });
      const room = host.address.split('/m/')[1];
      const mallory = await new Browser(server.origin).join(room, 'Mallory');
      mallory.send('hello');
      await admit(host, { name: 'Mallory' });
      await mallory.next('welcome');
      let id = 0;
      const write = async (text) => {
        id += 1;
        const own = id;
        for (;;) {
          mallory.send('chat', { id: own, text });
          const answer = await until('an answer', () =>
            mallory.messages.find((m) => (m.type === 'chat' || m.type === 'chat_refused') && m.id === own), { every: 20 });
          mallory.messages.splice(mallory.messages.indexOf(answer), 1);
          if (answer.code !== 'too_fast') return answer;
          await new Promise((resolve) => setTimeout(resolve, 1000)); // the limit of one person: one a second
        }
      };

      await write(PAYLOADS[1]);
      const notice = await until('the notice of a message', () =>
        host.page.$$eval('.notice', (all) => all.map((n) => n.textContent).find((t) => t.includes('onerror'))));
      assert.ok(notice.includes('Mallory'));
      await until('the badge', () => host.page.$eval('[data-act="chat"] .badge', (badge) => badge.textContent === '1'));

      await press(host, 'chat');
      for (const payload of PAYLOADS) assert.equal((await write(payload)).type, 'chat');
      await until('all of it as text', async () => {
        const seen = await lines(host.page);
        return PAYLOADS.every((payload) => seen.includes(payload));
      });
      for (const bad of REFUSED) assert.equal((await write(bad)).code, 'bad_text', JSON.stringify(bad));

      const found = await host.page.evaluate(() => ({
        pwned: window.pwned,
        elements: document.querySelectorAll('.chat-lines :is(script, img, svg, iframe, a, style)').length,
        handlers: document.querySelectorAll('.chat-lines [onerror], .chat-lines [onload], .chat-lines [onmouseover]').length,
        links: [...document.querySelectorAll('.chat-link')].map((link) => link.textContent),
      }));
      assert.deepEqual([found.pwned, found.elements, found.handlers], [undefined, 0, 0]);
      assert.ok(found.links.every((link) => /^https:\/\//.test(link)), found.links.join(' '));

      // A link: the true host, also where it is dressed up, and nothing opens without a yes.
      await write('see https://school.example@еvil.example/login');
      await until('the link', () => host.page.$$eval('.chat-link', (all) => all.at(-1).textContent.includes('school')));
      await host.page.$$eval('.chat-link', (all) => all.at(-1).click());
      await host.page.waitForSelector('[data-leaving]');
      const truth = new URL('https://еvil.example').hostname;
      assert.ok(truth.startsWith('xn--'));
      assert.equal(await host.page.$eval('[data-leaving]', (dialog) => dialog.dataset.leaving), truth);
      const shown = await host.page.$eval('[data-leaving]', (dialog) => dialog.innerText);
      assert.ok(shown.includes(truth) && !shown.includes('school.example@'), shown);
      assert.ok(await host.page.$('.leaving .problem'), 'no word about the other letters');
      const { length } = await opened.browser.pages();
      await press(host, 'leaving-stay');
      await until('the dialog to close', async () => (await host.page.$('[data-leaving]')) === null);
      assert.equal(await host.page.evaluate(() => location.href), host.address);
      assert.equal((await opened.browser.pages()).length, length);

      const late = await new Browser(server.origin).join(room, 'Late Lena');
      late.send('hello');
      await admit(host, { name: 'Late Lena' });
      await late.next('welcome');
      await write('the first that Lena reads');
      assert.equal((await late.next('chat')).text, 'the first that Lena reads');
      mallory.terminate();
      late.terminate();
    } finally {
      await opened.close();
    }
  });
