/* SPDX-License-Identifier: GPL-3.0-or-later */
// The answers of the server by the published rules of MDN's HTTP Observatory. This is our own reading of these rules
// (https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring; github.com/mdn/mdn-http-observatory,
// src/grader/charts.js), not that tool: it needs Node.js 20 and 132 MB. What only a public site can have, a trusted
// certificate and a place in the browsers' own list (HSTS preload), is not judged here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { Browser, request } from '../lib/signal-client.mjs';

const SIX_MONTHS = 15_768_000;
const PRIVATE_REFERRERS = ['no-referrer', 'same-origin', 'strict-origin', 'strict-origin-when-cross-origin'];

/** {name: [sources]} of a policy. */
const directivesOf = (policy) =>
  Object.fromEntries(policy.split(';').map((part) => part.trim().split(/\s+/)).map(([name, ...sources]) => [name, sources]));

/** Their names are the tool's; each gives what the tool adds to 100 points, or why it would take some away. */
const RULES = {
  'content-security-policy': ({ headers }) => {
    const policy = directivesOf(headers['content-security-policy']);
    const all = Object.values(policy).flat();
    assert.deepEqual(policy['default-src'], ["'none'"]);
    assert.ok(all.every((source) => !/^'unsafe-|^(http|https|data|ws):?$|^http:|\*/.test(source)), all.join(' '));
    assert.match(policy['form-action'].join(' '), /^'(none|self)'$/);
    assert.match(policy['base-uri'].join(' '), /^'(none|self)'$/);
    return 10;
  },
  cookies: ({ cookies }) => {
    assert.ok(cookies.length > 0, 'no cookie was given');
    for (const cookie of cookies) assert.match(cookie, /^__Host-(?=.*; Secure)(?=.*; HttpOnly).*; SameSite=(Strict|Lax)/i);
    return 5;
  },
  'cross-origin-resource-sharing': ({ foreign }) => {
    assert.equal(foreign.headers['access-control-allow-origin'], undefined);
    return 0;
  },
  'cross-origin-resource-policy': ({ headers }) => {
    assert.match(headers['cross-origin-resource-policy'], /^same-(origin|site)$/);
    return 10;
  },
  'referrer-policy': ({ headers }) => {
    assert.ok(PRIVATE_REFERRERS.includes(headers['referrer-policy']));
    return 5;
  },
  'strict-transport-security': ({ headers }) => {
    assert.ok(Number(/max-age=(\d+)/.exec(headers['strict-transport-security'])[1]) >= SIX_MONTHS);
    return 0;
  },
  'subresource-integrity': ({ text }) => {
    const scripts = text.match(/<script\b[^>]*>/g);
    assert.ok(scripts.length > 0);
    for (const script of scripts) {
      assert.match(script, / src="\/[^/]/);
      assert.match(script, / integrity="sha(256|384|512)-/);
    }
    return 5;
  },
  'x-content-type-options': ({ headers }) => {
    assert.equal(headers['x-content-type-options'], 'nosniff');
    return 0;
  },
  'x-frame-options': ({ headers }) => {
    assert.deepEqual(directivesOf(headers['content-security-policy'])['frame-ancestors'], ["'none'"]);
    return 5;
  },
};

let server, seen;
before(async () => {
  server = await startServer();
  const page = await request(server.origin, 'GET', '/');
  const foreign = await request(server.origin, 'GET', '/', { headers: { origin: 'https://elsewhere.example' } });
  const browser = new Browser(server.origin);
  const entered = await browser.bare('POST', '/api/v1/session', { body: { key: browser.key.publicText } });
  seen = { ...page, foreign, cookies: entered.headers['set-cookie'] ?? [] };
});
after(() => server?.stop());

for (const [name, rule] of Object.entries(RULES)) test(name, () => void rule(seen));

test('all in all it is worth the top grade, A+ from 100 points on', () => {
  const points = Object.values(RULES).reduce((sum, rule) => sum + rule(seen), 100);
  console.log(`# ${points} points`);
  assert.ok(points >= 100);
});
