/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, CHAT_BYTES, cleanText, partsOf, type Link } from '../src/state/chat_text';
import { hearTalk, LINES_KEPT, messageOf, NO_TALK, reduceTalk, type ChatMessage, type SaidLine, type Talk } from '../src/state/talk';

const you = { id: 'me', name: 'Me', role: 'participant' } as const;
const chat = (change: Partial<ChatMessage> = {}): ChatMessage => ({
  type: 'chat',
  from: 'ana',
  name: 'Ana',
  role: 'host',
  to: null,
  to_name: null,
  reach: 'all',
  text: 'hello',
  time: 1,
  id: null,
  ...change,
});
const welcome = { type: 'welcome' } as never;
const written = (draft: string): Talk =>
  reduceTalk(reduceTalk(NO_TALK, { type: 'talk_drafted', draft }), { type: 'talk_written', you, reader: null });
const said = (talk: Talk): SaidLine => {
  const line = talk.lines.at(-1);
  assert.equal(line?.kind, 'said');
  return line as SaidLine;
};

test('what is sent waits for its echo, which says whom it reached', () => {
  const talk = written(' hi ');
  assert.deepEqual([talk.draft, said(talk).status, said(talk).text], ['', 'pending', 'hi']);
  const echoed = hearTalk(talk, chat({ id: 1, reach: 'stage', text: 'hi' }), true);
  assert.deepEqual([said(echoed).status, said(echoed).reach, echoed.lines.length], ['sent', 'stage', 1]);
});

test('what was refused says why, and goes back into the field', () => {
  const refused = hearTalk(written('hi'), { type: 'chat_refused', id: 1, code: 'too_fast', text: '' }, true);
  assert.equal(said(refused).code, 'too_fast');
  const again = reduceTalk(refused, { type: 'talk_again', key: said(refused).key });
  assert.deepEqual([again.draft, again.lines.length], ['hi', 0]);
  assert.equal(messageOf(again)?.id, 2);
});

test('others are counted until they are read', () => {
  const talk = hearTalk(hearTalk(NO_TALK, chat(), false), chat(), true);
  assert.deepEqual([talk.unread, talk.lines.length], [1, 2]);
});

test('after a drop a gap is told, and what was on its way is not sure', () => {
  const back = hearTalk({ ...written('hi'), interrupted: true }, welcome, true);
  assert.equal(back.lines.at(-1)?.kind, 'gap');
  assert.equal((back.lines[0] as SaidLine).status, 'unsure');
  const echoed = hearTalk(back, chat({ id: 1 }), true);
  assert.equal((echoed.lines[0] as SaidLine).status, 'sent');
  assert.equal(hearTalk(echoed, welcome, true), echoed);
});

test('old lines go', () => {
  let talk = NO_TALK;
  for (let i = 0; i < LINES_KEPT + 5; i++) talk = hearTalk(talk, chat(), true);
  assert.equal(talk.lines.length, LINES_KEPT);
});

test('text is cleaned as the server wants it', () => {
  assert.equal(cleanText('  a\r\nb\u00A0c\tD\u202E\u200B\uFEFF '), 'a\nb c D');
  assert.equal(cleanText('u\u0308'), '\u00FC');
  assert.equal(cleanText('a\u0301\u0301\u0301\u0301'), '\u00E1\u0301\u0301');
  assert.equal(cleanText('\u{1F469}\u200D\u{1F467} \u200D\u200D'), '\u{1F469}\u200D\u{1F467}');
  assert.equal(cleanText('\u200B\n'), '');
  assert.ok(bytesOf(cleanText('\u00E4'.repeat(CHAT_BYTES))) <= CHAT_BYTES);
});

const links = (text: string) => partsOf(text).filter((part): part is Link => typeof part !== 'string');

test('links are found as they end, and show the true host', () => {
  assert.deepEqual(partsOf('no link: javascript:alert(1) data:text/html,x'), ['no link: javascript:alert(1) data:text/html,x']);
  assert.deepEqual(links('see (https://example.org/a).').map(({ href }) => href), ['https://example.org/a']);
  assert.deepEqual(links('www.example.org').map(({ href, disguised }) => [href, disguised]), [
    ['https://www.example.org/', false],
  ]);
  const [fake] = links('https://bank.example@evil.example:8443/x');
  assert.deepEqual([fake?.host, fake?.href.includes('bank')], ['evil.example:8443', false]);
  const [other] = links('https://\u0430\u0440\u0440le.com');
  assert.ok(other?.host.startsWith('xn--') && other.disguised);
  assert.deepEqual(partsOf('a https://b.example c').map((part) => (typeof part === 'string' ? part : part.written)), [
    'a ', 'https://b.example', ' c',
  ]);
});
