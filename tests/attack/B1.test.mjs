/* SPDX-License-Identifier: GPL-3.0-or-later */
// B1: script of others on the page. A man in the middle stands for a hole in the server: what he writes into the
// document is what an attacker could have got there. Then the same from within, by every way that the browser has to run
// code or to load something. In real Chromium and Firefox: none of it runs, and nothing is asked of another origin.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeAuthority } from '../lib/authority.mjs';
import { openBrowser } from '../lib/browsers.mjs';
import { startMeddler } from '../lib/meddler.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

let folder, foreign, foreignOrigin, meddler, server;
const asked = [];
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'testudo-foreign-'));
  foreign = https.createServer(await (await makeAuthority(folder)).certificate('localhost'), (request, response) => {
    asked.push(request.url);
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    response.setHeader('content-type', request.url.endsWith('.css') ? 'text/css' : 'text/javascript');
    response.end(request.url.endsWith('.css') ? '' : `globalThis.ran?.push('foreign ${request.url}');`);
  });
  await new Promise((resolve) => { foreign.listen(0, '127.0.0.1', resolve); });
  foreignOrigin = `https://localhost:${foreign.address().port}`;
  meddler = await startMeddler();
  server = await startServer({ publicPort: meddler.port });
  meddler.target = server.port;
});
after(async () => {
  await server?.stop();
  await meddler?.stop();
  foreign?.closeAllConnections();
  foreign?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** What would run, or ask another origin, if the policy did not stand. `push` notes that it ran. */
const markup = (origin) => `
  <script>ran.push('inline script')</script>
  <script type="module">ran.push('inline module')</script>
  <script src="${origin}/classic.js"></script>
  <script type="module" src="${origin}/module.js"></script>
  <script src="data:text/javascript,ran.push('data script')"></script>
  <link rel="stylesheet" href="${origin}/style.css">
  <link rel="modulepreload" href="${origin}/preload.js">
  <style>@import url("${origin}/import.css");</style>
  <p style="background: url('${origin}/background.png')">x</p>
  <img src="${origin}/picture.png" onerror="ran.push('onerror')">
  <img src="/nothing.png" onerror="ran.push('onerror of ours')">
  <svg onload="ran.push('svg onload')"><script>ran.push('svg script')</script>
    <animate onbegin="ran.push('onbegin')" attributeName="x" dur="1s"/></svg>
  <iframe srcdoc="<script>parent.ran.push('srcdoc')</script>"></iframe>
  <iframe src="javascript:parent.ran.push('javascript frame')"></iframe>
  <iframe src="${origin}/frame.html"></iframe>
  <object data="${origin}/object.html"></object>
  <embed src="${origin}/embed.html">
  <video src="${origin}/video.mp4" onerror="ran.push('video onerror')"></video>
  <details open ontoggle="ran.push('ontoggle')"><summary>x</summary></details>
  <input autofocus onfocus="ran.push('onfocus')">
  <a id="script-link" href="javascript:ran.push('javascript link')">x</a>
  <button id="inline-button" onclick="ran.push('onclick')">x</button>
  <form id="foreign-form" action="${origin}/form.js" method="post"><button>x</button></form>
  <form id="script-form" action="javascript:ran.push('javascript form')"><button>x</button></form>`;

/** Every way from within. Each is tried in a task of its own: a debugger's own code would be exempt from the policy. */
function tryAll(origin) {
  const own = location.href;
  const note = "ran.push('markup')";
  const broken = `<img src="/nothing.png" onerror="${note}">`;
  const add = (name, properties) => document.body.append(Object.assign(document.createElement(name), properties));
  const ways = {
    eval: () => eval("ran.push('eval')"),
    Function: () => new Function("ran.push('Function')")(),
    timeout: () => setTimeout("ran.push('timeout')", 0),
    interval: () => setInterval("ran.push('interval')", 1e6),
    text: () => add('script', { textContent: "ran.push('script text')" }),
    source: () => add('script', { src: `${origin}/added.js` }),
    ownSource: () => add('script', { src: URL.createObjectURL(new Blob(["ran.push('blob script')"])) }),
    innerHTML: () => { document.createElement('div').innerHTML = broken; },
    innerHTMLInPage: () => { document.body.appendChild(document.createElement('div')).innerHTML = broken; },
    insertAdjacent: () => document.body.insertAdjacentHTML('beforeend', broken),
    write: () => { document.createElement('iframe').contentDocument?.write('x'); },
    parser: () => document.body.append(...new DOMParser()
      .parseFromString(broken, 'text/html').body.children),
    fragment: () => document.body.append(document.createRange().createContextualFragment(`<script>${note}</script>`)),
    handler: () => {
      const button = document.createElement('button');
      button.setAttribute('onclick', "ran.push('attribute')");
      button.click();
    },
    srcdoc: () => add('iframe', { srcdoc: "<script>parent.ran.push('added srcdoc')</script>" }),
    frame: () => add('iframe', { src: "javascript:parent.ran.push('added frame')" }),
    address: () => { location.href = "javascript:ran.push('address')"; },
    blobWorker: () => new Worker(URL.createObjectURL(new Blob(['fetch("' + origin + '/blob-worker.js")']))),
    dataWorker: () => new Worker('data:text/javascript,fetch("' + origin + '/data-worker.js")'),
    foreignWorker: () => new Worker(`${origin}/worker.js`),
    sharedWorker: () => new SharedWorker(`${origin}/shared.js`),
    serviceWorker: () => navigator.serviceWorker.register('/nothing.js'),
    worklet: () => new AudioContext().audioWorklet.addModule(`${origin}/worklet.js`),
    policy: () => trustedTypes.createPolicy('mine', { createScriptURL: (text) => text }),
    secondPolicy: () => trustedTypes.createPolicy('testudo', { createScriptURL: (text) => text }),
    defaultPolicy: () => trustedTypes.createPolicy('default', { createScript: (text) => text }),
    fetch: () => fetch(`${origin}/fetch.js`),
    request: () => { const r = new XMLHttpRequest(); r.open('GET', `${origin}/xhr.js`); r.send(); },
    beacon: () => navigator.sendBeacon(`${origin}/beacon.js`, 'x'),
    events: () => new EventSource(`${origin}/events.js`),
    socket: () => new WebSocket(`${origin.replace('https', 'wss')}/socket.js`),
    picture: () => { new Image().src = `${origin}/image.png`; },
    base: () => { document.head.append(Object.assign(document.createElement('base'), { href: `${origin}/` })); },
    popup: () => window.open(`${origin}/popup.html`),
    ownPopup: () => window.open('/'),
    blankLink: () => {
      const link = Object.assign(document.createElement('a'), { href: `${origin}/link.html`, target: '_blank' });
      document.body.append(link);
      link.click();
    },
    foreignForm: () => document.getElementById('foreign-form')?.requestSubmit(),
    scriptForm: () => document.getElementById('script-form')?.requestSubmit(),
    scriptLink: () => document.getElementById('script-link')?.click(),
    inlineButton: () => document.getElementById('inline-button')?.click(),
  };
  const inTask = (way) => new Promise((resolve) => { setTimeout(async () => {
    try {
      await way();
      resolve(null);
    } catch (error) {
      resolve(error.name);
    }
  }, 0); });
  return Promise.all(Object.entries(ways).map(async ([name, way]) => [name, await inTask(way)])).then((refused) => ({
    refused: Object.fromEntries(refused),
    base: document.baseURI === own,
  }));
}

/** Waits until what was started had its time: ours, started after it, is done. */
const settled = (page) => page.evaluate(async () => {
  await fetch('/api/v1/server');
  await new Promise((resolve) => { setTimeout(resolve, 500); });
});

for (const kind of ['chromium', 'firefox']) {
  test(`${kind}: nothing that was written into the document runs, and nothing is asked of another origin`, async () => {
    asked.length = 0;
    meddler.alter = (address, body) => (address === '/'
      ? Buffer.from(body.toString().replace('<head>', `<head><base href="${foreignOrigin}/">`)
        .replace('</body>', `${markup(foreignOrigin)}</body>`)) : body);
    const browser = await openBrowser(kind);
    try {
      const page = await browser.newPage();
      await page.evaluateOnNewDocument(() => { window.ran = []; });
      await page.goto(`https://localhost:${meddler.port}/`);
      // The page itself goes on all the same: its own program is not what is refused.
      await until('the page', async () => (await page.$('[data-screen]')) !== null);
      assert.ok(await page.evaluate(() => document.getElementById('script-link') !== null), 'the markup has arrived');
      await page.evaluate(() => {
        for (const id of ['script-link', 'inline-button']) document.getElementById(id).click();
        for (const id of ['foreign-form', 'script-form']) document.getElementById(id).requestSubmit();
      });
      await settled(page);
      assert.deepEqual(await page.evaluate(() => window.ran), []);
      assert.deepEqual(asked, []);
    } finally {
      await browser.close();
      meddler.alter = (_address, body) => body;
    }
  });

  test(`${kind}: from within the page no way runs a string, loads from elsewhere or opens a window`, async () => {
    asked.length = 0;
    const browser = await openBrowser(kind);
    try {
      const page = await browser.newPage();
      await page.evaluateOnNewDocument(() => { window.ran = []; });
      await page.goto(`https://localhost:${meddler.port}/`);
      await until('the page', async () => (await page.$('[data-screen]')) !== null);
      const windows = (await browser.browser.pages()).length;
      const { refused, base } = await page.evaluate(tryAll, foreignOrigin);
      await settled(page);
      assert.deepEqual(await page.evaluate(() => window.ran), []);
      assert.deepEqual(asked, []);
      assert.ok(base);
      assert.equal((await browser.browser.pages()).length, windows);
      for (const way of ['eval', 'Function']) assert.ok(refused[way] !== null, way);
      // Older versions of Firefox have no Trusted Types: there the policy's other rules hold alone.
      if (await page.evaluate(() => 'trustedTypes' in window))
        for (const way of ['innerHTML', 'insertAdjacent', 'parser', 'fragment', 'srcdoc', 'blobWorker', 'foreignWorker',
          'sharedWorker', 'serviceWorker', 'policy', 'secondPolicy', 'defaultPolicy'])
          assert.ok(refused[way] !== null, way);
    } finally {
      await browser.close();
    }
  });

  test(`${kind}: a worker of ours starts by the page's own policy, and by a plain address none does`, async () => {
    const browser = await openBrowser(kind);
    try {
      const page = await browser.newPage();
      await page.evaluateOnNewDocument(() => {
        const factory = window.trustedTypes;
        if (factory === undefined) return;
        const make = factory.createPolicy.bind(factory);
        factory.createPolicy = (name, rules) => (window.policy = make(name, rules));
      });
      await page.goto(`https://localhost:${meddler.port}/`);
      await until('the page', async () => (await page.$('[data-screen]')) !== null);
      const told = await page.evaluate(async () => {
        const program = await (await fetch(document.scripts[0].src)).text();
        const address = /\/assets\/echo\.[0-9a-f]{16}\.js/.exec(program)[0];
        const ask = (from) => new Promise((resolve) => {
          const worker = new Worker(from, { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = () => resolve('error');
          worker.postMessage('heard');
        });
        const policy = window.policy ?? { createScriptURL: (text) => text };
        const refused = (way) => { try { way(); return false; } catch { return true; } };
        return [await ask(policy.createScriptURL(address)), window.policy === undefined ||
          (refused(() => new Worker(address)) && refused(() => policy.createScriptURL(`${address}?`)))];
      });
      assert.deepEqual(told, ['heard', true]);
    } finally {
      await browser.close();
    }
  });
}
