/* SPDX-License-Identifier: GPL-3.0-or-later */
// Two people, every pairing of Chromium and Firefox: pictures and sound both ways, and a security panel that says what
// the browser itself reports about the connection (T1, T3, T4, T6).
import assert from 'node:assert/strict';
import { hears, hostMeeting, join, received, securityOf, seesMoving, transportOf } from '../lib/meeting.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

/** The best that each browser has for DTLS: Firefox has no AES with 256 bits there. */
const CIPHER = { chromium: 'TLS_AES_256_GCM_SHA384', firefox: 'TLS_CHACHA20_POLY1305_SHA256' };
const DTLS_1_3 = 'FEFC';

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
  assert.equal(transport.tlsVersion, DTLS_1_3);
  assert.equal(transport.dtlsCipher, CIPHER[kind]);
  assert.match(transport.srtpCipher, /^(SRTP_)?AEAD_AES_256_GCM$/);
  assert.deepEqual(transport.cryptex, [cryptex, cryptex], 'header encryption in the offer and in the answer');
}

/** Each line against what the browser reports, and, where it reports nothing, against what must be. */
function checkPanel(panel, transport, { kind, cryptex }) {
  assert.equal(panel.summary, 'protected');
  assert.equal(panel.dtls.value, 'DTLS 1.3');
  assert.equal(panel.cipher.value, transport.dtlsCipher);
  assert.match(
    panel.cipher.text,
    kind === 'firefox' ? /Your browser has no AES with 256 bits/ : /AES with a 256-bit key/,
  );
  assert.equal(panel.group.value, 'X25519MLKEM768');
  assert.equal(panel.srtp.value, transport.srtpCipher.replace(/^SRTP_/, ''));
  assert.equal(panel.headers.value, cryptex ? 'Encrypted' : 'Not encrypted');
  assert.equal(panel.own_certificate.value, transport.certificates.local ?? transport.described.local);
  assert.equal(panel.server_certificate.value, transport.certificates.remote ?? transport.described.remote);
  for (const line of ['dtls', 'cipher', 'srtp', 'own_certificate', 'server_certificate']) {
    assert.equal(panel[line].verdict, 'good', line);
    assert.match(panel[line].text, /Your browser and the server agree on this\./, line);
  }
}

async function checkSecurity(person, browser) {
  // Whether headers are encrypted is known once packets have gone both ways.
  const wanted = browser.cryptex ? 'Encrypted' : 'Not encrypted';
  const panel = await until(`headers "${wanted}" in the panel of ${person.name}`, async () => {
    const seen = await securityOf(person);
    return seen.headers.value === wanted && seen.summary === 'protected' ? seen : null;
  });
  const transport = await transportOf(person);
  checkTransport(transport, browser);
  checkPanel(panel, transport, browser);
  return panel;
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
      const server = await stage.server();
      const [hostBrowser, guestBrowser] = await stage.browsers(hostKind, guestKind);
      const host = await hostMeeting(hostBrowser, server, 'Hanna Host');
      const guest = await join(guestBrowser, host, 'Gustav Guest');
      await checkMedia(host, guest);
      const panels = [await checkSecurity(host, hostBrowser), await checkSecurity(guest, guestBrowser)];
      assert.notEqual(
        panels[0].server_certificate.value,
        panels[1].server_certificate.value,
        'each connection has a certificate of its own (T2)',
      );
    },
  );
}
