/* SPDX-License-Identifier: GPL-3.0-or-later */
// Makes tests/data/proof-vectors.json, which binds the page's and the server's proofs to one another. It is written
// with node's crypto from docs/API.md, section 2, alone, and shares no code with either. Signatures are random: each
// run makes other ones, and all of them are right.
//   node dev/make-proof-vectors.mjs > ../tests/data/proof-vectors.json
import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

function makeKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  const key = base64url(Buffer.concat([Buffer.from(jwk.x, 'base64url'), Buffer.from(jwk.y, 'base64url')]));
  return { jwk, key };
}

function prove({ jwk, key }, { method, target, body, nonce, origin }) {
  const hash = base64url(createHash('sha256').update(body, 'utf8').digest());
  const text = `testudo proof v1\n${method}\n${target}\n${hash}\n${nonce}\n${origin}`;
  const signature = sign('sha256', Buffer.from(text), {
    key: createPrivateKey({ key: jwk, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return { key, method, target, body, nonce, origin, text, header: `v1 ${nonce} ${base64url(signature)}` };
}

const [anna, boris] = [makeKey(), makeKey()];
const local = 'https://localhost:8443';
const nonceOf = (from) => base64url(Array.from({ length: 16 }, (_, i) => (from + 17 * i) & 0xff));

const requests = [
  [anna, { method: 'GET', target: '/api/v1/sessions', body: '', nonce: nonceOf(0), origin: local }],
  [anna, { method: 'POST', target: '/api/v1/rooms', body: '{"title":"Algebra"}', nonce: nonceOf(1), origin: local }],
  [
    boris,
    {
      method: 'GET',
      target: '/api/v1/people?search=z%C3%B3%C5%82w%40example.org&most=50',
      body: '',
      nonce: nonceOf(250),
      origin: 'https://meet.example.org',
    },
  ],
  [
    boris,
    {
      method: 'PATCH',
      target: '/api/v1/people/AAAAAAAAAAAAAAAAAAAAAA',
      body: '{"name":"Żaneta 김민준 نور 🐢"}',
      nonce: nonceOf(255),
      origin: 'https://[::1]:8443',
    },
  ],
  [
    boris,
    {
      method: 'DELETE',
      target: '/api/v1/sessions/_-_-_-_-_-_-_-_-_-_-_A',
      body: '',
      nonce: nonceOf(7),
      origin: local,
    },
  ],
];
const proofs = requests.map(([key, request]) => prove(key, request));

const people = '/api/v1/people';
const targets = [
  { path: '/api/v1/rooms', query: [], target: '/api/v1/rooms' },
  {
    path: people,
    query: [
      ['search', "o'neil+x@example.org"],
      ['most', '50'],
    ],
    target: `${people}?search=o%27neil%2Bx%40example.org&most=50`,
  },
  { path: people, query: [['search', 'a=b&c ;%41/?~']], target: `${people}?search=a%3Db%26c%20%3B%2541%2F%3F~` },
  { path: people, query: [['search', 'Żółw 🐢']], target: `${people}?search=%C5%BB%C3%B3%C5%82w%20%F0%9F%90%A2` },
  { path: people, query: [['search', '']], target: `${people}?search=` },
];

const good = proofs[0].header;
const [, goodNonce, goodSignature] = good.split(' ');
// The last character of 16 bytes has four spare bits, that of 64 bytes too: the next letters stand for the same bytes.
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const notCanonical = (text) => text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)) + 1];
const plain = (text) => `+/${text.slice(2)}`;
const wrongHeaders = [
  ['empty', ''],
  ['no version', `${goodNonce} ${goodSignature}`],
  ['another version', `v2 ${goodNonce} ${goodSignature}`],
  ['a capital letter', `V1 ${goodNonce} ${goodSignature}`],
  ['two blanks', `v1  ${goodNonce} ${goodSignature}`],
  ['tabs', good.replaceAll(' ', '\t')],
  ['a blank at the end', `${good} `],
  ['padding', `${good}==`],
  ['a short nonce', `v1 ${goodNonce.slice(1)} ${goodSignature}`],
  ['a character moved to the nonce', `v1 ${goodNonce}A ${goodSignature.slice(1)}`],
  ['a short signature', good.slice(0, -1)],
  ['a long signature', `${good}A`],
  ['base64 in the nonce', `v1 ${plain(goodNonce)} ${goodSignature}`],
  ['base64 in the signature', `v1 ${goodNonce} ${plain(goodSignature)}`],
  ['a nonce that is not canonical', `v1 ${notCanonical(goodNonce)} ${goodSignature}`],
  ['a signature that is not canonical', `v1 ${goodNonce} ${notCanonical(goodSignature)}`],
  ['two headers joined', `${good}, ${good}`],
  ['only a signature in DER', `v1 ${goodNonce} MEUCIQ`],
].map(([why, header]) => ({ why, header }));

const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const bytes32 = (number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
const [x, y] = ['x', 'y'].map((name) => Buffer.from(anna.jwk[name], 'base64url'));
const flipped = Buffer.from(y);
flipped[31] ^= 1;
const wrongKeys = [
  ['empty', ''],
  ['a compressed point', base64url(Buffer.concat([Buffer.of(2), x]))],
  ['65 bytes', base64url(Buffer.concat([Buffer.of(4), x, y]))],
  ['63 bytes', base64url(Buffer.concat([x, y]).subarray(1))],
  ['all zero', base64url(Buffer.alloc(64))],
  ['not on the curve', base64url(Buffer.concat([x, flipped]))],
  ['x and y exchanged', base64url(Buffer.concat([y, x]))],
  ['x is the prime', base64url(Buffer.concat([bytes32(prime), y]))],
  ['all ones', base64url(Buffer.alloc(64, 0xff))],
  ['padding', `${anna.key}==`],
  ['not canonical', notCanonical(anna.key)],
].map(([why, key]) => ({ why, key }));

console.log(JSON.stringify({ proofs, targets, wrong_headers: wrongHeaders, wrong_keys: wrongKeys }, null, 2));
