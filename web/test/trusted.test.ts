/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';

type Rules = { createScriptURL(address: string): string };

const made: [string, Rules][] = [];
const asked: [string, RequestInit][] = [];
const started: [string, WorkerOptions][] = [];
let refuse = false;
Object.assign(globalThis, {
  TESTUDO_SCRIPTS: { echo: { path: '/assets/echo.1.js', integrity: 'sha384-x' } },
  trustedTypes: {
    createPolicy(name: string, rules: Rules) {
      made.push([name, rules]);
      return { createScriptURL: (address: string) => `trusted ${rules.createScriptURL(address)}` };
    },
  },
  fetch: async (address: string, options: RequestInit) => {
    asked.push([address, options]);
    if (refuse) throw new TypeError('integrity');
    return new Response('');
  },
  Worker: class {
    constructor(address: string, options: WorkerOptions) {
      started.push([address, options]);
    }
  },
});
const { startWorker } = await import('../src/app/trusted');

test('one policy is made, and it trusts the addresses of the build alone', () => {
  assert.equal(made.length, 1);
  const [name, rules] = made[0] as [string, Rules];
  assert.equal(name, 'testudo');
  assert.equal(rules.createScriptURL('/assets/echo.1.js'), '/assets/echo.1.js');
  for (const address of ['', 'https://evil.example/x.js', 'blob:x', '/assets/echo.2.js', '/assets/echo.1.js#', 'data:,'])
    assert.throws(() => rules.createScriptURL(address), TypeError, address);
});

test('a worker starts after its bytes were checked, by a trusted address', async () => {
  await startWorker('echo');
  assert.equal(asked[0]?.[0], '/assets/echo.1.js');
  assert.equal(asked[0]?.[1].integrity, 'sha384-x');
  assert.deepEqual(started, [['trusted /assets/echo.1.js', { name: 'echo', type: 'module' }]]);
});

test('altered or unknown, it does not start', async () => {
  refuse = true;
  await assert.rejects(startWorker('echo'));
  await assert.rejects(startWorker('other' as 'echo'));
  assert.equal(started.length, 1);
});
