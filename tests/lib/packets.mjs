/* SPDX-License-Identifier: GPL-3.0-or-later */
// Packets as an attacker makes them, and chance that is the same every time.
import { createHmac } from 'node:crypto';
import dgram from 'node:dgram';

/** Numbers below `n`, always the same row for a seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n) => next() % n;
  return {
    below,
    bytes: (n) => Buffer.from(Array.from({ length: n }, () => below(256))),
    pick: (list) => list[below(list.length)],
  };
}

const CRC_TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});
const crc32 = (data) =>
  (data.reduce((c, byte) => CRC_TABLE[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function attribute(type, value) {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** A STUN binding request as browsers send it (RFC 8489, RFC 8445). A wrong `pwd` makes it a forgery. */
export function stunCheck({ username, pwd, transaction }) {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(0x0001, 0);
  head.writeUInt32BE(0x2112a442, 4);
  transaction.copy(head, 8);
  const body = [
    attribute(0x0006, Buffer.from(username)),
    attribute(0x0025, Buffer.alloc(0)),
    attribute(0x802a, Buffer.alloc(8, 7)),
    attribute(0x0024, Buffer.from([110, 0, 30, 255])),
  ];
  const sized = (parts, more) => {
    head.writeUInt16BE(
      parts.reduce((n, { length }) => n + length, more),
      2,
    );
    return Buffer.concat([head, ...parts]);
  };
  body.push(attribute(0x0008, createHmac('sha1', pwd).update(sized(body, 24)).digest()));
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE((crc32(sized(body, 8)) ^ 0x5354554e) >>> 0);
  body.push(attribute(0x8028, crc));
  return Buffer.from(sized(body, 0));
}

/** An RTP packet with a tag of the right length, as somebody without the key would make it. */
export function forgedRtp({ ssrc, sequence, timestamp, payloadType }, payload) {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt8(payloadType, 1);
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(timestamp >>> 0, 4);
  head.writeUInt32BE(ssrc >>> 0, 8);
  return Buffer.concat([head, payload]);
}

/** `count` sockets, from 127.0.0.`first` on, each at its own address, aimed at `port`. `got`: all that came back. */
export async function openStrangers(count, first, port, target = '127.0.0.1') {
  const got = [];
  const sockets = await Promise.all(
    Array.from(
      { length: count },
      (_, i) =>
        new Promise((resolve) => {
          const socket = dgram.createSocket('udp4');
          socket.on('message', (data) => got.push(data));
          socket.bind(0, `127.0.0.${first + i}`, () => resolve(socket));
        }),
    ),
  );
  return {
    got,
    send: (i, data) => new Promise((resolve) => sockets[i % count].send(data, port, target, resolve)),
    close: () => sockets.forEach((socket) => socket.close()),
  };
}
