/* SPDX-License-Identifier: GPL-3.0-or-later */
// T9: learning a caller's IP address. Everyone here has an address of their own. Every byte that one of them receives
// (HTTP, signalling, STUN, DTLS, and RTP and RTCP under their encryption) is searched for what belongs to another:
// addresses in text and binary, ports, host names, candidates, ICE credentials.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browsers.mjs';
import { hostMeeting } from '../lib/meeting.mjs';
import { Meeting, allFlows } from '../lib/native.mjs';
import { startServer } from '../lib/server.mjs';
import { answersOf, signallingOf, spiedOn } from '../lib/spy.mjs';
import { until } from '../lib/wait.mjs';

const MAGIC = 0x2112a442; // STUN hides addresses behind it (RFC 8489, section 14.2)
const ADDRESS = { Alice: '127.0.0.11', Bob: '127.0.0.12' };
const NAME = { Alice: '5f0a8b1e-aaaa-4c4c-9d9d-0123456789ab.local', Bob: '7c1d9e2f-bbbb-4e4e-8f8f-ba9876543210.local' };
let server, meeting, people;

const candidatesOf = (name) =>
  [
    `a=candidate:1 1 udp 2122260223 ${ADDRESS[name]} ${name === 'Alice' ? 41971 : 52083} typ host generation 0`,
    `a=candidate:2 1 udp 2122194687 ${NAME[name]} ${name === 'Alice' ? 41973 : 52087} typ host generation 0`,
  ]
    .map((line) => `${line}\r\n`)
    .join('');

/** An offer that tells where its sender is, in each section, as no page of ours would send it. */
const withCandidates = (name) => (sdp) => sdp.replace(/^a=mid:.*\r?\n/gm, (line) => line + candidatesOf(name));

before(async () => {
  server = await startServer({ args: ['--log_level', 'debug'] });
  meeting = await Meeting.start(server);
  people = [];
  for (const name of ['Alice', 'Bob']) {
    const person = await meeting.enter(name, ADDRESS[name]);
    await person.connect(['mic', 'camera', 'plain'], { change: withCandidates(name) });
    people.push(await person.connected());
  }
  await allFlows(people);
  // Of RTP every sixteenth packet is told.
  const told = ({ media }, wanted) => media.events.filter(({ kind }) => kind === wanted).length;
  await until('reports and media of either side', () =>
    people.every((person) => told(person, 'rtcp') >= 3 && told(person, 'rtp') >= 3),
  );
});

after(async () => {
  await meeting?.stop();
  await server?.stop();
});

const plainOf = (person) => person.media.events.filter(({ event }) => event === 'plain').map(({ hex }) => hex);
const heardBy = (person) => [...person.browser.answers, ...person.signal.heard];

const toHex = (address, mask = 0) =>
  ((Buffer.from(address.split('.').map(Number)).readUInt32BE() ^ mask) >>> 0).toString(16).padStart(8, '0');

/** What must not reach anybody else: patterns in text, and hexadecimal digits in datagrams. */
function secretsOf(person) {
  const { ownOffer, address, name } = person;
  const [ufrag] = ownOffer.match(/(?<=^a=ice-ufrag:).*\S/m),
    [pwd] = ownOffer.match(/(?<=^a=ice-pwd:).*\S/m);
  const ports = [...ownOffer.matchAll(/^a=candidate:(?:\S+ ){5}(\d+)/gm)].map((m) => m[1]);
  // A STUN response names the address that the media comes from.
  const own = plainOf(person).find((hex) => hex.startsWith('0101'));
  const xored = own.match(/00200008000[12]([0-9a-f]{4})/)[1];
  const mediaPort = String(parseInt(xored, 16) ^ (MAGIC >>> 16));
  const texts = [address, NAME[name], ufrag, pwd, ...ports, mediaPort].map((text) => text.replace(/[.+/]/g, '\\$&'));
  return {
    // Behind a slash a number is a clock rate ("opus/48000"), which a port may happen to be.
    patterns: texts.map((text) => new RegExp(`(?<![\\w]|[a-z]/)${text}(?![\\w])`)),
    hex: [toHex(address), toHex(address, MAGIC), toHex(address, 0xffffffff)],
    inHexToo: [address, NAME[name], ufrag, pwd].map((text) => Buffer.from(text).toString('hex')),
  };
}

test("the search sees what there is: everyone finds the own address, and the server's", () => {
  for (const person of people) {
    assert.ok(
      plainOf(person).some((hex) => hex.includes(toHex(person.address, MAGIC))),
      'in the answers to STUN checks',
    );
    assert.ok(
      heardBy(person).some((text) => text.includes(`127.0.0.1 ${server.mediaPort}`)),
      'the candidate of the server',
    );
    const kinds = new Set(person.media.events.map(({ kind }) => kind));
    for (const kind of ['rtp', 'rtcp', 'other']) assert.ok(kinds.has(kind), `${kind} was read under its encryption`);
  }
});

test('nothing that one participant receives tells where the other is', () => {
  const [alice, bob] = people;
  for (const [watcher, other] of [
    [alice, bob],
    [bob, alice],
  ]) {
    const { patterns, hex, inHexToo } = secretsOf(other);
    for (const text of heardBy(watcher)) for (const pattern of patterns) assert.doesNotMatch(text, pattern);
    for (const datagram of plainOf(watcher)) {
      for (const digits of [...hex, ...inHexToo])
        assert.equal(datagram.includes(digits), false, `${digits} in ${datagram}`);
    }
  }
});

test('the host learns no more', () => {
  for (const person of people) {
    for (const text of meeting.host.heard)
      for (const pattern of secretsOf(person).patterns) assert.doesNotMatch(text, pattern);
  }
});

test("an answer names the server's address and no other", () => {
  for (const { answer } of people) {
    const named = new Set([...answer.matchAll(/\b(\d+\.\d+\.\d+\.\d+)\b/g)].map((m) => m[1]));
    assert.deepEqual([...named].sort(), ['0.0.0.0', '127.0.0.1']);
    assert.doesNotMatch(answer, /\.local|raddr/);
  }
});

test("Chromium's page sends no candidate, gets the server's only, and loads nothing from elsewhere", async () => {
  const chromium = await openBrowser('chromium');
  try {
    const host = await hostMeeting(spiedOn(chromium), server);
    await until('an answer', async () =>
      (await signallingOf(host)).some(({ out, text }) => !out && text.includes('"answer"')),
    );
    const messages = await signallingOf(host);
    const sent = messages.filter(({ out }) => out).map(({ text }) => text);
    assert.ok(sent.some((text) => text.includes('"offer"')));
    for (const text of sent) assert.doesNotMatch(text, /a=candidate|\.local|typ host|raddr/);
    const candidates = messages
      .filter(({ out }) => !out)
      .flatMap(({ text }) => text.match(/a=candidate:[^\\"]*/g) ?? []);
    assert.ok(candidates.length > 0);
    for (const line of candidates) assert.match(line, new RegExp(` 127\\.0\\.0\\.1 ${server.mediaPort} typ host`));
    for (const answer of host.page.answers) {
      const { protocol, origin } = new URL(answer.url());
      assert.ok(origin === server.origin || protocol === 'blob:' || protocol === 'data:', answer.url());
    }
    assert.doesNotMatch(await answersOf(host), new RegExp(Object.values(ADDRESS).join('|').replaceAll('.', '\\.')));
  } finally {
    await chromium.close();
  }
});

test("the server ignores and counts candidates, and logs nobody's address", async () => {
  const secrets = people.map(secretsOf);
  await meeting.stop();
  await server.stop();
  const output = server.output();
  server = meeting = null;
  const [, counted] = output.match(/dropped .*candidates=(\d+)/);
  assert.equal(
    Number(counted),
    people.reduce((sum, { ownOffer }) => sum + ownOffer.match(/^a=candidate:/gm).length, 0),
  );
  for (const { patterns } of secrets) for (const pattern of patterns) assert.doesNotMatch(output, pattern);
});
