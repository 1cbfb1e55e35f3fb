/* SPDX-License-Identifier: GPL-3.0-or-later */
// T4: "he can save it and decrypt it later". A man in the middle takes the post-quantum group, its key share, or DTLS
// 1.3 as a whole out of the ClientHello. The handshake's transcript protects both sides from agreeing to that; who
// honestly cannot do better gets a connection, and its page says that it is a classical one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { offerOf, startCall } from '../lib/bystanders.mjs';
import { openBrowser } from '../lib/browsers.mjs';
import { changeHellos, stripGroup, stripShare, stripVersions } from '../lib/client-hello.mjs';
import { startLesson } from '../lib/lesson.mjs';
import { hostMeeting, securityOf } from '../lib/meeting.mjs';
import { allFlows, duringCall } from '../lib/native.mjs';
import { startRelay } from '../lib/relay.mjs';
import { signallingOf, spiedOn } from '../lib/spy.mjs';
import { until } from '../lib/wait.mjs';

const X25519MLKEM768 = 0x11ec;
const RELAY = '127.0.0.2';
let call, relay, offer;

before(async () => {
  offer = await offerOf('chromium');
  call = await startCall({ mediaAnnounce: RELAY });
  relay = await startRelay({ listen: RELAY, port: call.server.mediaPort });
  relay.filter = (datagram) => changeFor(datagram)?.(datagram) ?? true;
});

after(async () => {
  await call?.stop();
  relay?.stop();
});

/** What the relay does to the hellos of whom, by the client's address; a browser sends from any of the machine's. */
const changes = new Map();
const changeFor = ({ client }) => changes.get(client.split(':')[0]) ?? changes.get('browser');
const through = () => `${RELAY}:${call.server.mediaPort}`;

test('the relay, left alone, lets the post-quantum exchange pass', async () => {
  const carol = await call.mallory();
  changes.set(
    carol.address,
    changeHellos((extensions) => extensions),
  );
  await carol.connect(['mic'], { through: through() });
  const { state, group } = await carol.verdict();
  assert.deepEqual({ state, group }, { state: 'connected', group: 'X25519MLKEM768' });
  assert.equal(changes.get(carol.address).changed, 0);
  await carol.leave();
});

async function nativeIsStripped(change) {
  const carol = await call.mallory();
  changes.set(carol.address, changeHellos(change));
  await carol.connect(['mic', 'camera'], { through: through() });
  const verdict = await carol.verdict();
  assert.equal(verdict.state, 'failed', JSON.stringify(verdict));
  assert.match(verdict.reason, /ended the key exchange|broke the rules|not finished in time/);
  assert.ok(changes.get(carol.address).changed > 0);
  assert.notEqual((await carol.stats()).state, 'connected');
  assert.deepEqual(
    mediaOf((client) => client.startsWith(`${carol.address}:`)),
    [],
    'no media was sent under weaker keys',
  );
  await carol.leave();
}

const mediaOf = (isMine) =>
  relay.captured.filter(({ client, kind }) => isMine(client) && (kind === 'rtp' || kind === 'rtcp'));

const messagesOf = async (person, kind) =>
  (await signallingOf(person)).map(({ text }) => JSON.parse(text)).filter(({ type }) => type === kind);

test('a room that demands it refuses who comes without it in a plain sentence, and nobody else notices', async () => {
  const { meeting } = await startLesson(call.server, { policy: { post_quantum: true } });
  const dana = await meeting.join('Dana', '127.0.0.61', ['mic', 'camera']);
  const erik = await meeting.join('Erik', '127.0.0.62', ['mic', 'camera']);
  await allFlows([dana, erik]);
  const { seen } = await duringCall([dana, erik], async () => {
    const carol = await meeting.enter('Carol', '127.0.0.63');
    changes.set(carol.address, changeHellos(stripGroup(X25519MLKEM768)));
    await carol.connect(['mic', 'camera'], { through: through() });
    const { code, text } = await carol.signal.next('refused', undefined, 30_000);
    assert.equal(code, 'post_quantum_needed');
    assert.match(text, /quantum computers/);
    assert.equal((await carol.signal.closed).code, 4003);
    assert.deepEqual(mediaOf((client) => client.startsWith(`${carol.address}:`)), []);
    await carol.media.stop();
  });
  for (const { watcher, sender, source, frames, whole } of seen)
    assert.equal(whole, frames, `${watcher} lost something of ${sender}'s ${source}`);
  await meeting.stop();
});

/** Looks at Chromium's panel until its page has given up two connections and says so. */
async function chromiumIsStripped(chromium) {
  changes.set('browser', changeHellos(stripGroup(X25519MLKEM768)));
  const host = await hostMeeting(spiedOn(chromium), call.server);
  const summaries = new Set();
  await until(
    'the page to say that nothing gets through, and to try again',
    async () => {
      summaries.add((await securityOf(host)).summary);
      return summaries.has('failed') && (await messagesOf(host, 'offer')).length > 2;
    },
    { timeout: 60_000 },
  );
  assert.match(await host.page.$eval('.banners', (banners) => banners.innerText), /don’t get through/);
  assert.ok(changes.get('browser').changed > 0);
  assert.deepEqual(
    [...summaries].filter((summary) => summary.startsWith('protected')),
    [],
  );
  assert.deepEqual(
    (await messagesOf(host, 'security')).filter(({ state }) => state === 'connected'),
    [],
  );
  assert.deepEqual(
    mediaOf((client) => !/^127\.0\.0\.2\d:/.test(client)),
    [],
  );
}

test('stripping the group, its share or DTLS 1.3 ends in no connection; Chromium never says protected', async () => {
  const chromium = await openBrowser('chromium');
  try {
    await call.undisturbed(() =>
      Promise.all([
        chromiumIsStripped(chromium),
        ...[stripGroup(X25519MLKEM768), stripShare(X25519MLKEM768), stripVersions].map(nativeIsStripped),
      ]),
    );
  } finally {
    await chromium.close();
  }
});

const CLASSICAL = [
  ['DTLS 1.3 and X25519', ['wolfssl', 'suites=TLS13-AES256-GCM-SHA384'], 'X25519'],
  ['DTLS 1.2 and X25519', ['openssl', 'suites=ECDHE-ECDSA-AES256-GCM-SHA384', 'groups=X25519:P-256'], 'X25519'],
  ['DTLS 1.2 and P-256', ['openssl', 'suites=ECDHE-ECDSA-AES256-GCM-SHA384', 'groups=P-256'], 'secp256r1'],
];

for (const [what, words, group] of CLASSICAL) {
  test(`a client that has only ${what} gets a connection that is not called post-quantum`, async () => {
    const dave = await call.mallory();
    await dave.probe(offer, [...words, 'srtp=SRTP_AEAD_AES_256_GCM']);
    const verdict = await dave.verdict();
    assert.deepEqual({ state: verdict.state, group: verdict.group }, { state: 'connected', group });
    await dave.leave();
  });
}

test('a Chromium without post-quantum gets a connection, and its panel calls it classical', async () => {
  changes.clear(); // nobody is in the middle
  const chromium = await openBrowser('chromium', { flags: ['--disable-features=WebRtcPqcForDtls'] });
  try {
    const host = await hostMeeting(chromium, call.server);
    const facts = await until('a verdict in the panel', async () => {
      const now = await securityOf(host);
      return now.summary.startsWith('protected') && now;
    });
    assert.equal(facts.summary, 'protected_classical');
    assert.equal(facts.group.value, 'X25519');
    assert.equal(facts.group.verdict, 'fair');
    assert.equal(facts.srtp.verdict, 'good');
  } finally {
    await chromium.close();
  }
});
