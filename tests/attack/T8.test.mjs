/* SPDX-License-Identifier: GPL-3.0-or-later */
// T8: who takes over a process that talks to the network holds no key and no file beyond it. tests/unit/test_sandbox.c tries what such
// an attacker would do; here the running processes are looked at: that they are in their sandboxes, and what they hold.
import assert from 'node:assert/strict';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const SECCOMP_FILTER = '2';
let server;

before(async () => {
  server = await startServer({ mediaProcesses: 2 });
  await server.hostLink();
});
after(() => server.stop());

async function statusOf(pid) {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Object.fromEntries(text.split('\n').map((line) => line.split(':\t').map((part) => part.trim())));
}

/** What the descriptors above standard error are: "socket", "anon_inode", or a path. */
async function descriptorsOf(pid) {
  const kinds = [];
  for (const fd of await readdir(`/proc/${pid}/fd`)) {
    if (Number(fd) > 2) kinds.push((await readlink(`/proc/${pid}/fd/${fd}`)).replace(/:.*/, ''));
  }
  return kinds;
}

for (const [name, count] of [['testudo-media', 2], ['testudo-web', 1]]) {
  test(`${name} runs in its sandbox, without any power`, async () => {
    // The link is printed when web is ready; a media process may still be on its way into its sandbox.
    await until(`${count} × ${name} in the sandbox`, async () => {
      const all = await Promise.all((await server.children(name)).map((child) => statusOf(child.pid)));
      return all.length === count && all.every((status) => status.Seccomp === SECCOMP_FILTER);
    });
    for (const child of await server.children(name)) {
      const status = await statusOf(child.pid);
      assert.equal(status.NoNewPrivs, '1');
      for (const set of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) assert.match(status[set], /^0+$/, set);
      const limits = await readFile(`/proc/${child.pid}/limits`, 'utf8');
      assert.match(limits, /Max core file size\s+0\s+0\s/);
    }
  });
}

test('a media process is nobody of importance and holds sockets, no file', async () => {
  for (const child of await server.children('testudo-media')) {
    const status = await statusOf(child.pid);
    if (process.getuid() === 0) assert.doesNotMatch(status.Uid, /\b0\b/);
    // What another one shows it is a memory file for a moment, until it is mapped.
    const files = async () => (await descriptorsOf(child.pid)).filter((kind) => !/^(socket|anon_inode)$/.test(kind));
    await until('the media process holds no file', async () => (await files()).length === 0);
  }
});

test('no process has a secret in its command line or environment', async () => {
  for (const child of await server.children('testudo')) {
    const environment = await readFile(`/proc/${child.pid}/environ`, 'utf8').catch((error) => error.code);
    assert.ok(environment === '' || environment === 'EACCES' || /^ASAN_OPTIONS=[^\0]*\0?$/.test(environment), environment);
    const command = await readFile(`/proc/${child.pid}/cmdline`, 'utf8');
    assert.deepEqual(command.split('\0').filter((part) => part !== '').length, 1);
  }
});
