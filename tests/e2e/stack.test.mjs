/* SPDX-License-Identifier: GPL-3.0-or-later */
// A WebRTC stack that nobody here wrote joins: aiortc, as Debian ships it (independent_peer.py). The signalling is our
// reference client's; ICE, DTLS, SRTP, RTP and the codecs are aiortc's, OpenSSL's and libsrtp's.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { noteLeftover } from '../lib/leftovers.mjs';
import { admit, hears, hostMeeting, received, seesColour, seesTile } from '../lib/meeting.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const SCRIPT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'independent_peer.py');
const NAME = 'Ivo Independent';
const COLOUR = [30, 160, 200]; // of the picture that the script sends

/** The child process: {offer() once, answer(sdp), report (the latest), stop()}. */
function startPeer(...args) {
  const child = spawn('/usr/bin/python3', [SCRIPT, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const forget = noteLeftover(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const peer = { first: null, report: null, complaint: '' };
  child.stderr.on('data', (data) => {
    peer.complaint += data;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.offer) peer.first = said;
    else peer.report = said;
  });
  peer.offer = () =>
    until('the offer of the independent stack', () => {
      if (child.exitCode !== null) throw new Error(peer.complaint);
      return peer.first;
    });
  peer.answer = (sdp) => child.stdin.write(`${JSON.stringify({ answer: sdp })}\n`);
  peer.stop = async () => {
    child.kill('SIGKILL');
    await ended;
    forget();
  };
  return peer;
}

/** Knocks, is let in, and offers what the peer offers. */
async function joinMeeting(stage, host, server, peer) {
  const browser = new Browser(server.origin);
  const socket = stage.owns(await browser.join(new URL(host.address).pathname.split('/').pop(), NAME));
  socket.send('hello');
  await socket.next('waiting');
  await admit(host, { name: NAME });
  await socket.next('welcome');
  socket.send('state', { mic: true, camera: true, screen: false });
  const { offer, sources } = await peer.offer();
  socket.send('offer', { id: 1, sdp: offer, sources });
  peer.answer((await socket.next('answer')).sdp);
  return socket;
}

staged(
  'aiortc as shipped offers only 128 bits for media: refused for exactly this reason, and nothing of it arrives (T3)',
  async (stage) => {
    const server = await stage.server();
    const browser = await stage.browser('chromium');
    const host = await hostMeeting(browser, server);
    const peer = stage.owns(startPeer());
    const socket = await joinMeeting(stage, host, server, peer);
    const { state, reason, srtp } = await socket.next('security', (message) => message.state !== 'connecting');
    assert.deepEqual(
      { state, reason, srtp },
      { state: 'failed', reason: 'The other side does not offer AES-256 for media.', srtp: null },
    );
    await until('the end of its handshake', () => peer.report?.state === 'failed');
    assert.equal(peer.report.frames, 0);
    const { frames, audioPackets } = await received(host);
    assert.deepEqual({ frames, audioPackets }, { frames: 0, audioPackets: 0 });
  },
);

staged('aiortc with AES-256 for media is in the meeting with Chromium: pictures and sound both ways', async (stage) => {
  const server = await stage.server();
  const browser = await stage.browser('chromium+cryptex');
  const host = await hostMeeting(browser, server);
  const peer = stage.owns(startPeer('aes256'));
  const socket = await joinMeeting(stage, host, server, peer);

  const facts = await socket.next('security', (message) => message.state === 'connected');
  assert.equal(facts.srtp, 'AEAD_AES_256_GCM');
  assert.match(facts.cipher, /AES_256_GCM|CHACHA20_POLY1305/);
  assert.deepEqual(
    [facts.cryptex_in, facts.cryptex_out],
    [false, false],
    "each connection's own, whatever the host's browser does",
  );
  const announced = /^a=fingerprint:sha-256 (\S+)/m.exec(peer.first.offer)[1];
  assert.equal(facts.fingerprint_client, announced);

  await until('twenty moving pictures and sound at the independent stack', () => {
    const { frames, change, energy } = peer.report ?? {};
    return frames >= 20 && change > 0.05 && energy > 1e-3;
  });
  await seesColour(host, NAME, COLOUR);
  await hears(host);
  await seesTile(host, NAME, { muted: false, away: false });
});
