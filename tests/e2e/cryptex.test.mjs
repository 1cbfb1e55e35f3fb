/* SPDX-License-Identifier: GPL-3.0-or-later */
// What somebody on the way can read of packet headers (T6): all datagrams of a meeting pass a man in the middle. With
// header encryption (RFC 9335, Cryptex) nothing of any extension; without it, in browsers that lack it, nothing that
// tells who speaks.
import assert from 'node:assert/strict';
import { hears, hostMeeting, join, seesMoving } from '../lib/meeting.mjs';
import { startRelay } from '../lib/relay.mjs';
import { elementIds, ENCRYPTED, readRtp } from '../lib/rtp.mjs';
import { staged } from '../lib/stage.mjs';
import { until } from '../lib/wait.mjs';

const AUDIO_LEVELS = ['urn:ietf:params:rtp-hdrext:ssrc-audio-level', 'urn:ietf:params:rtp-hdrext:csrc-audio-level'];
const PACKETS = 400; // of each person and direction
const DIRECTIONS = [
  ['sent', true],
  ['received', false],
];

const DEVICES = { colour: [200, 60, 60], hz: 500 };

/**
 * The port by which the server knows the media connection, which tells the person's datagrams from the others'; and the
 * extensions.
 */
const connectionOf = ({ page }) =>
  page.evaluate(async () => {
    const [connection] = window.testudoTest.connections();
    const stats = [...(await connection.getStats()).values()];
    // Not by the pair's state: that is "in-progress" again at every consent check. Older versions of Firefox have no
    // statistics of the transport; all of them mark the pair itself.
    const transport = stats.find(({ type }) => type === 'transport');
    const pair = stats.find(({ id, type, selected }) =>
      transport ? id === transport.selectedCandidatePairId : type === 'candidate-pair' && selected,
    );
    const extensions = (sdp) =>
      [...sdp.matchAll(/^a=extmap:(\d+)\S* (\S+)/gm)].map(([, id, uri]) => ({ id: Number(id), uri }));
    return {
      port: stats.find((stat) => stat.id === pair.localCandidateId).port,
      answered: extensions(connection.remoteDescription.sdp),
    };
  });

/** What the browser offers by itself. The page's own later offers leave out what was refused before. */
const offeredBy = ({ page }) =>
  page.evaluate(async () => {
    const connection = new RTCPeerConnection();
    connection.addTransceiver('audio');
    const { sdp } = await connection.createOffer();
    connection.close();
    return [...sdp.matchAll(/^a=extmap:\d+\S* (\S+)/gm)].map(([, uri]) => uri);
  });

/** The headers of what this person's connection sent or received. */
function headersOf(relay, { port }, up) {
  const client = relay.clientBehind(port);
  return relay.captured
    .filter((d) => d.kind === 'rtp' && d.up === up && d.client === client)
    .map(({ data }) => readRtp(data));
}

/**
 * The share of the most frequent first byte: an element's id and length, the same in nearly all packets if it can be
 * read.
 */
function shareOfFirstByte(headers) {
  const counts = new Map();
  for (const { body } of headers) counts.set(body[0], (counts.get(body[0]) ?? 0) + 1);
  return Math.max(...counts.values()) / headers.length;
}

function assertUnreadable(headers, whose) {
  const extended = headers.filter(({ profile }) => profile !== null);
  const clear = extended.filter(({ profile }) => !ENCRYPTED.includes(profile));
  assert.equal(clear.length, 0, `${whose}: extension headers in clear: ${JSON.stringify(clear[0])}`);
  assert.ok(
    extended.length > PACKETS / 2,
    `${whose}: ${extended.length} of ${headers.length} packets have an encrypted extension header`,
  );
  assert.ok(shareOfFirstByte(extended) < 0.1, `${whose}: the encrypted bytes are not like random ones`);
}

function assertTellsNothing(headers, answered, whose) {
  const allowed = answered.filter(({ uri }) => !AUDIO_LEVELS.includes(uri)).map(({ id }) => id);
  for (const header of headers) {
    if (header.profile === null) continue;
    assert.ok(!ENCRYPTED.includes(header.profile), `${whose}: encrypted without having been agreed`);
    for (const id of elementIds(header))
      assert.ok(allowed.includes(id), `${whose}: element ${id}, agreed are ${allowed}`);
  }
}

staged(
  'with header encryption no extension can be read on the wire, in either direction; without it none tells who speaks',
  async (stage) => {
    const server = await stage.server({ mediaAnnounce: '127.0.0.2' });
    const relay = stage.owns(await startRelay({ port: server.mediaPort }));
    const browsers = await stage.browsers('chromium+cryptex', 'chromium+cryptex', 'chromium', 'firefox');
    const host = await hostMeeting(browsers[0], server, 'Ada', { devices: DEVICES });
    const people = [host];
    for (const [i, name] of ['Ben', 'Cleo', 'Finn'].entries())
      people.push(await join(browsers[i + 1], host, name, { devices: DEVICES }));
    for (const person of people) {
      for (const other of people) if (other !== person) await seesMoving(person, other.name);
      await hears(person);
    }

    for (const [i, person] of people.entries()) {
      const { cryptex } = browsers[i];
      const connection = await connectionOf(person);
      const offered = await offeredBy(person);
      assert.ok(offered.some((uri) => AUDIO_LEVELS.includes(uri)), `${person.name}'s browser offers audio levels`);
      assert.equal(
        connection.answered.some(({ uri }) => AUDIO_LEVELS.includes(uri)),
        cryptex,
        `${person.name}: audio levels are agreed only with header encryption`,
      );
      for (const [direction, up] of DIRECTIONS) {
        const headers = await until(`${PACKETS} packets ${direction} by ${person.name}`, () => {
          const seen = headersOf(relay, connection, up);
          return seen.length >= PACKETS ? seen : null;
        });
        const whose = `${direction} by ${person.name}`;
        if (cryptex) assertUnreadable(headers, whose);
        else assertTellsNothing(headers, connection.answered, whose);
      }
    }
  },
);
