/* SPDX-License-Identifier: GPL-3.0-or-later */
// The service worker: without network it shows our own page that says so, and does nothing else. It keeps the few files
// of that page, by the hashes of the build, and looks at their bytes before it keeps them and again before it gives
// them out (B12). Pages, programs and answers of the API are never kept and never touched.

interface File {
  path: string;
  integrity: string;
}

/** By build.mjs: `page` is one of the files, `version` changes with any of them. */
declare const TESTUDO_OFFLINE: { version: string; page: string; files: File[] };
declare const self: ServiceWorkerGlobalScope;

const { version, page, files } = TESTUDO_OFFLINE;
const PREFIX = 'testudo-offline-';
const name = PREFIX + version;

async function isWhole(answer: Response, integrity: string): Promise<boolean> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-384', await answer.arrayBuffer()));
  return `sha384-${btoa(String.fromCharCode(...digest))}` === integrity;
}

async function keep(): Promise<void> {
  const cache = await caches.open(name);
  for (const { path, integrity } of files) {
    const answer = await fetch(path, { integrity, cache: 'force-cache' }); // the page has just got most of them
    if (!answer.ok || !(await isWhole(answer.clone(), integrity)))
      throw new TypeError(`${path} is not as it was built.`);
    await cache.put(path, answer);
  }
}

async function forgetOthers(): Promise<void> {
  for (const other of await caches.keys())
    if (other.startsWith(PREFIX) && other !== name) await caches.delete(other);
}

async function kept({ path, integrity }: File): Promise<Response | undefined> {
  const answer = await (await caches.open(name)).match(path);
  return answer !== undefined && (await isWhole(answer.clone(), integrity)) ? answer : undefined;
}

async function networkElse(request: Request, file: File): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const answer = await kept(file);
    if (answer === undefined) throw error;
    return answer;
  }
}

self.addEventListener('install', (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting())); // it has no state that a page could miss
});

self.addEventListener('activate', (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const wanted = request.mode === 'navigate' ? page : pathname;
  const file = files.find(({ path }) => path === wanted);
  if (request.method === 'GET' && origin === self.location.origin && file !== undefined)
    event.respondWith(networkElse(request, file));
});

export {};
