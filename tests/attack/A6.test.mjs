/* SPDX-License-Identifier: GPL-3.0-or-later */
// A6, B3: nobody comes in under a name that imitates somebody present, a role, or that hides what it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../lib/server.mjs';
import { Browser, SignalSocket } from '../lib/signal-client.mjs';

let server, host, room, hostSocket;
before(async () => {
  server = await startServer();
  host = new Browser(server.origin);
  room = await host.host((await server.hostLink()).split('#')[1]);
  hostSocket = await host.join(room, 'Paola Lin');
  hostSocket.send('hello');
  await hostSocket.next('welcome');
});
after(async () => {
  hostSocket?.terminate();
  await server?.stop();
});

const ask = (browser, name) => browser.request('POST', `/api/v1/rooms/${room}/entry`, { body: { name } });

/** Knocks; gives the name as the host sees it. */
async function knock(name) {
  const browser = new Browser(server.origin);
  const socket = await browser.join(room, name);
  socket.send('hello');
  await socket.next('waiting');
  const knocked = await hostSocket.next('knock', (news) => news.name === name);
  return { browser, socket, id: knocked.id };
}

const LIKE_THE_HOST = {
  'the same': 'Paola Lin',
  'in other case': 'pAOLA lIN',
  'without the blank': 'PaolaLin',
  'with more blanks': 'P a o l a L i n',
  'a digit for a letter': 'Pao1a Lin',
  'a capital I for an l': 'PaoIa Lin',
  'zero for o': 'Pa0la Lin',
  'in wide letters': 'Ｐａｏｌａ Ｌｉｎ',
  'in mathematical letters': '𝐏𝐚𝐨𝐥𝐚 𝐋𝐢𝐧',
  'with a dot behind': 'Paola Lin.',
  'in brackets': '«Paola Lin»',
};

for (const [how, name] of Object.entries(LIKE_THE_HOST)) {
  test(`the host's name ${how} is taken`, async () => {
    const answer = await ask(new Browser(server.origin), name);
    assert.equal(answer.status, 409);
    assert.equal(answer.json.code, 'name_taken');
    assert.match(answer.json.detail, /surname or a number/);
  });
}

const MIXED = ['Pаola Lin', 'Paοla Lin', 'Paola Linа', 'Ноst', 'Paola\u200bLin', 'Paola\u202eniL', 'Paola\u00adLin', 'Ж字a'];

test('letters of several writing systems, and hidden ones, are no name', async () => {
  for (const name of MIXED) {
    const answer = await ask(new Browser(server.origin), name);
    assert.deepEqual([answer.status, answer.json.code], [400, 'bad_name'], name);
  }
});

const ROLES = ['Host', 'Paola (Host)', 'Co-Host', 'MODERATOR', 'Admin 2', 'Adm1n', 'H o s t', 'h0st', 'НОЅТ', 'Ноѕт',
  'Ｈｏｓｔ', 'ADMlN', 'Testudo Support', 'server', '★ Administrator ★'];

test('roles are no names of guests', async () => {
  for (const name of ROLES) {
    const answer = await ask(new Browser(server.origin), name);
    assert.deepEqual([answer.status, answer.json.code], [400, 'name_imitates'], name);
  }
});

const HONEST = ['Paola', 'Paola Lin 2', 'Paula Lin', 'Żaneta', 'Nguyễn Văn Đức', 'İpek', 'Дмитрий', 'Συμεών', '김민준',
  '山田　太郎', '山田 Taro', '王小明', 'محمد علی', 'שרה', 'अनिल शर्मा', 'অনিল', 'தமிழ்', 'สมชาย', 'ანა', 'Անի', 'አበበ', 'Anna 🐢', '🦊',
  "O'Neil", 'Hostetler', 'B0b 3'];

test('honest names of many writing systems knock, all at once', async () => {
  const guests = [];
  for (const name of HONEST) guests.push(await knock(name));
  hostSocket.send('admit', { all: true });
  for (const { socket } of guests) await Promise.race([socket.next('welcome'), socket.next('ended')]);
  for (const { socket } of guests) await socket.terminate();
});

test('who knocks has the name already, until the knock ends', async () => {
  const { socket } = await knock('Klara Kunz');
  const other = new Browser(server.origin);
  assert.equal((await ask(other, 'KIara Kunz')).json.code, 'name_taken');
  socket.send('leave');
  await socket.closed;
  await hostSocket.next('knock_gone');
  assert.equal((await ask(other, 'KIara Kunz')).status, 201);
});

test('of two entries for one name fetched before either came, one opens', async () => {
  const browsers = [new Browser(server.origin), new Browser(server.origin)];
  const secrets = [];
  for (const browser of browsers) secrets.push(await browser.entry(room, 'Rafael Race'));
  const first = new SignalSocket(server.origin, secrets[0], browsers[0].cookie);
  await first.opened;
  const second = new SignalSocket(server.origin, secrets[1], browsers[1].cookie);
  await assert.rejects(second.opened, /closed: 4000/);
  first.send('hello');
  await first.next('waiting');
  await first.terminate();
});

test('the same browser comes back under its own name', async () => {
  const { browser, socket } = await knock('Berta Back');
  await socket.terminate();
  const resumed = await browser.join(room, 'Berta Back', true);
  assert.equal(resumed.hello.state, 'waiting');
  const anew = await browser.join(room, 'berta back');
  assert.equal(anew.hello.state, 'new');
  assert.equal((await resumed.closed).code, 4001);
  await anew.terminate();
});

test('the host may be called so', async () => {
  assert.equal((await ask(host, 'Paola Host')).status, 201);
});
