/* SPDX-License-Identifier: GPL-3.0-or-later */
// Two people, every pairing of Chromium and Firefox: pictures and sound both ways, and a security panel that says what
// the browser itself reports about the connection (T1, T3, T4, T6). What a browser can do is not assumed: the groups of its
// key exchange are read from its ClientHello on the wire, and which facts it reports from its own statistics.
import assert from 'node:assert/strict';
import { changeHellos, groupsIn } from '../lib/client-hello.mjs';
import { hears, hostMeeting, join, received, securityOf, seesMoving, transportOf } from '../lib/meeting.mjs';
import { startRelay } from '../lib/relay.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** The best that each browser has for DTLS: Firefox has no AES with 256 bits there. */
const CIPHER = { chromium: 'TLS_AES_256_GCM_SHA384', firefox: 'TLS_CHACHA20_POLY1305_SHA256' };
const DTLS_1_3 = 'FEFC';
const X25519MLKEM768 = 0x11ec;
const RELAY = '127.0.0.2';

/** A server whose media passes here: `offered` holds the groups of every ClientHello, by client, in their order. */
async function watchedServer(stage) {
  const server = await stage.server({ mediaAnnounce: RELAY });
  const relay = stage.owns(await startRelay({ listen: RELAY, port: server.mediaPort }));
  const offered = new Map();
  relay.capture = false;
  relay.filter = changeHellos((extensions, client) => {
    offered.set(client, groupsIn(extensions));
    return extensions;
  });
  return { server, offered };
}

async function checkMedia(host, guest) {
  await Promise.all([seesMoving(host, guest.name), seesMoving(guest, host.name), hears(host), hears(guest)]);
  // Decoding goes on, too: a first picture alone is not a call.
  for (const person of [host, guest]) {
    const before = await received(person);
    await until(
      `ten more pictures at ${person.name}`,
      async () => (await received(person)).frames >= before.frames + 10,
    );
  }
}

function checkTransport(transport, { kind, cryptex }) {
  assert.equal(transport.dtlsState, 'connected');
  assert.equal(transport.tlsVersion ?? DTLS_1_3, DTLS_1_3);
  assert.equal(transport.dtlsCipher ?? CIPHER[kind], CIPHER[kind]);
  assert.match(transport.srtpCipher ?? 'AEAD_AES_256_GCM', /^(SRTP_)?AEAD_AES_256_GCM$/);
  assert.deepEqual(transport.cryptex, [cryptex, cryptex], 'header encryption in the offer and in the answer');
}

/** Each line against what the browser reports, and, where it reports nothing, against what must be. */
function checkPanel(panel, transport, { kind, cryptex, postQuantum }) {
  assert.equal(panel.summary, postQuantum ? 'protected' : 'protected_classical');
  assert.equal(panel.dtls.value, 'DTLS 1.3');
  assert.equal(panel.cipher.value, CIPHER[kind]);
  assert.match(
    panel.cipher.text,
    kind === 'firefox' ? /Your browser has no AES with 256 bits/ : /AES with a 256-bit key/,
  );
  assert.equal(panel.group.value, postQuantum ? 'X25519MLKEM768' : 'X25519');
  assert.equal(panel.group.verdict, postQuantum ? 'good' : 'fair');
  assert.equal(panel.srtp.value, 'AEAD_AES_256_GCM');
  assert.equal(panel.headers.value, cryptex ? 'Encrypted' : 'Not encrypted');
  assert.equal(panel.own_certificate.value, transport.certificates.local ?? transport.described.local);
  assert.equal(panel.server_certificate.value, transport.certificates.remote ?? transport.described.remote);
}

/** Who stands behind each line: the browser too, wherever it says anything. */
function checkWitnesses(panel, transport) {
  const told = {
    dtls: transport.tlsVersion,
    cipher: transport.dtlsCipher,
    srtp: transport.srtpCipher,
    own_certificate: transport.described.local,
    server_certificate: transport.described.remote,
  };
  for (const [line, fact] of Object.entries(told)) {
    assert.equal(panel[line].verdict, 'good', line);
    assert.match(
      panel[line].text,
      fact === null ? /Told by the server; your browser doesn’t report it\./ : /Your browser and the server agree on this\./,
      line,
    );
  }
}

async function checkSecurity(person, browser) {
  // Whether headers are encrypted is known once packets have gone both ways.
  const headers = browser.cryptex ? 'Encrypted' : 'Not encrypted';
  const panel = await until(`headers "${headers}" in the panel of ${person.name}`, async () => {
    const seen = await securityOf(person);
    return seen.headers.value === headers && seen.summary.startsWith('protected') ? seen : null;
  });
  const transport = await transportOf(person);
  checkTransport(transport, browser);
  checkPanel(panel, transport, browser);
  checkWitnesses(panel, transport);
  return panel;
}

/** What this browser is and can do, once its hellos have been seen. */
function abilitiesOf(browser, hellos) {
  assert.ok(hellos.length > 0, 'a ClientHello was seen');
  const postQuantum = hellos.every((groups) => groups.includes(X25519MLKEM768));
  if (!postQuantum) console.log(`# this ${browser.kind} offers no post-quantum key exchange for media`);
  return { ...browser, postQuantum };
}

for (const [hostKind, guestKind] of [
  ['chromium+cryptex', 'chromium+cryptex'],
  ['chromium', 'firefox'],
  ['firefox', 'chromium+cryptex'],
  ['firefox', 'firefox'],
]) {
  staged(
    `${hostKind} hosts ${guestKind}: pictures and sound both ways, protected by the best that each browser has`,
    async (stage) => {
      const { server, offered } = await watchedServer(stage);
      const [hostBrowser, guestBrowser] = await stage.browsers(hostKind, guestKind);
      const host = await hostMeeting(hostBrowser, server, 'Hanna Host');
      await until('the ClientHello of the host', () => offered.size > 0);
      const hosts = new Set(offered.keys());
      const guest = await join(guestBrowser, host, 'Gustav Guest');
      await checkMedia(host, guest);
      const hellosOf = (isHost) => [...offered].filter(([client]) => hosts.has(client) === isHost).map(([, groups]) => groups);
      const panels = [
        await checkSecurity(host, abilitiesOf(hostBrowser, hellosOf(true))),
        await checkSecurity(guest, abilitiesOf(guestBrowser, hellosOf(false))),
      ];
      assert.notEqual(
        panels[0].server_certificate.value,
        panels[1].server_certificate.value,
        'each connection has a certificate of its own (T2)',
      );
    },
  );
}
