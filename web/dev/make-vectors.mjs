/* SPDX-License-Identifier: GPL-3.0-or-later */
// Makes tests/data/signal-vectors.json, which binds the page's and the server's frames to one another. It is written
// with node's crypto from docs/SIGNALLING.md alone, and shares no code with either.
//   node dev/make-vectors.mjs > ../tests/data/signal-vectors.json
import { createHmac, hkdfSync } from 'node:crypto';

function frameOf({ codeword, entry, origin, direction, counter, json }) {
  const info = `testudo signal v1 ${direction} ${origin}`;
  const key = hkdfSync('sha256', Buffer.from(codeword, 'base64url'), Buffer.from(entry, 'base64url'), info, 32);
  const head = Buffer.alloc(8);
  head.writeBigUInt64BE(BigInt(counter));
  const body = Buffer.from(json, 'utf8');
  const tag = createHmac('sha256', Buffer.from(key)).update(head).update(body).digest().subarray(0, 16);
  return { key: Buffer.from(key).toString('hex'), frame: Buffer.concat([head, tag, body]).toString('hex') };
}

const counting = (from, length) =>
  Buffer.from(Array.from({ length }, (_, i) => (from + i) & 0xff)).toString('base64url');
const zeros = { codeword: counting(0, 32), entry: counting(0x80, 16) };
const mixed = { codeword: counting(0xe1, 32), entry: counting(0xf3, 16) };

const cases = [
  {
    ...zeros,
    origin: 'https://localhost:8443',
    direction: 'server',
    counter: 1,
    json: '{"type":"hello","you":"p1a2b3c4","role":"guest","handled":0,"state":"new","time":1795420800}',
  },
  { ...zeros, origin: 'https://localhost:8443', direction: 'client', counter: 1, json: '{"type":"hello","n":1}' },
  {
    ...zeros,
    origin: 'https://localhost:8443',
    direction: 'client',
    counter: 2,
    json: '{"type":"state","n":2,"mic":true,"camera":false,"screen":false}',
  },
  {
    ...mixed,
    origin: 'https://meet.example.org',
    direction: 'server',
    counter: 258,
    json: '{"type":"knock","id":"q9w8e7r6","name":"Żaneta 김민준 نور 🐢"}',
  },
  {
    ...mixed,
    origin: 'https://meet.example.org',
    direction: 'client',
    counter: 4294967297,
    json: '{"type":"leave","n":9007199254740991}',
  },
  { ...mixed, origin: 'https://meet.example.org', direction: 'server', counter: 3, json: '{}' },
];

console.log(JSON.stringify({ vectors: cases.map((item) => ({ ...item, ...frameOf(item) })) }, null, 2));
