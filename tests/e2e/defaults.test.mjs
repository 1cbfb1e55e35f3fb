/* SPDX-License-Identifier: GPL-3.0-or-later */
// `testudo serve` with its own defaults, and browsers as people have them: no address named, no preference set but for
// the fake camera. A browser like this offers no loopback address, so the server must be reachable by another of this
// machine's. It runs in a network namespace of its own with one such address, so that what this machine happens to have
// does not count.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hears, hostMeeting, join, seesMoving, transportOf } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';

const ADDRESS = '10.77.0.2';
const NETWORK = [
  'ip link set lo up',
  'ip link add testudo0 type veth peer name testudo1',
  `ip addr add ${ADDRESS}/24 dev testudo0`,
  'ip link set testudo0 up',
  'ip link set testudo1 up',
  'ip route add default via 10.77.0.1',
].join(' && ');

/** A Firefox as it comes: it gathers no loopback candidates. */
const AS_IT_COMES = {
  prefs: {
    'media.peerconnection.ice.loopback': false,
    'permissions.default.camera': 0,
    'permissions.default.microphone': 0,
  },
};

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

function testsInside() {
  staged('Firefox and Chromium without any setting meet over a server without any setting', async (stage) => {
    const server = await stage.server({ mediaListen: null });
    const hostBrowser = await stage.browser('firefox', AS_IT_COMES);
    const host = await hostMeeting(hostBrowser, server);
    const guest = await join(await stage.browser('chromium'), host, 'Gustav Guest');
    await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
    const { tlsVersion, dtlsState } = await transportOf(host);
    assert.equal(dtlsState, 'connected');
    assert.equal(tlsVersion ?? 'FEFC', 'FEFC'); // older versions of Firefox don't tell
    const remote = await host.page.evaluate(() => window.testudoTest.connections()[0].remoteDescription.sdp);
    assert.match(
      remote,
      new RegExp(`^a=candidate:.* ${ADDRESS.replaceAll('.', '\\.')} `, 'm'),
      'the server names an address that is not a loopback one',
    );
  });
}

if (process.env.TESTUDO_INSIDE) {
  testsInside();
} else {
  test('in a network of its own: browsers and server with their own defaults reach each other', async (t) => {
    const allowed = await inNamespace(NETWORK).catch((error) => ({ code: -1, output: error.message }));
    if (allowed.code !== 0) return t.skip(`this account may not make a network namespace: ${allowed.output.trim()}`);
    // Without the marks of the outer test runner, the inner one reports in its own name.
    const env = { TESTUDO_INSIDE: '1', NODE_TEST_CONTEXT: undefined };
    const { code, output } = await inNamespace(`${NETWORK} && exec "$NODE" "$FILE"`, {
      ...env,
      NODE: process.execPath,
      FILE: fileURLToPath(import.meta.url),
    });
    assert.equal(code, 0, output);
    return undefined;
  });
}
