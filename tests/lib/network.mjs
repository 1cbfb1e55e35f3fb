/* SPDX-License-Identifier: GPL-3.0-or-later */
// A test file that runs itself once more in a network namespace of its own, so that what this machine happens to have
// does not count and nothing leaves it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Runs a shell command in a new network namespace: {code, output}. */
function inNamespace(command, env) {
  const rights = process.getuid() === 0 ? [] : ['--user', '--map-root-user'];
  const child = spawn('unshare', [...rights, '--net', 'sh', '-c', command], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => {
      output += data;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

/**
 * Has `testsInside` define the file's tests within a namespace that these shell commands have made up. Where this account
 * may make none, the file is skipped, and says why. `rootOnly`: a root of the namespace alone is not enough.
 */
export function inOwnNetwork(url, name, commands, testsInside, { rootOnly = false } = {}) {
  if (process.env.TESTUDO_INSIDE) {
    testsInside();
    return;
  }
  const network = commands.join(' && ');
  test(name, async (t) => {
    if (rootOnly && process.getuid() !== 0) return t.skip('this needs root');
    const allowed = await inNamespace(network).catch((error) => ({ code: -1, output: error.message }));
    if (allowed.code !== 0) return t.skip(`this account may not make a network namespace: ${allowed.output.trim()}`);
    // Without the marks of the outer test runner, the inner one reports in its own name.
    const { code, output } = await inNamespace(`${network} && exec "$NODE" "$FILE"`, {
      TESTUDO_INSIDE: '1',
      NODE_TEST_CONTEXT: undefined,
      NODE: process.execPath,
      FILE: fileURLToPath(url),
    });
    assert.equal(code, 0, output);
    return undefined;
  });
}
