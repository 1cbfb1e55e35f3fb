/* SPDX-License-Identifier: GPL-3.0-or-later */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOf, hasSecret, routeOf, signInPath } from '../src/app/route';

const ID = 'AbCdEfGhIjKlMnOpQrSt_-';
const TOKEN = `${ID}${ID}`.slice(0, 43);

test('addresses lead where the contract says', () => {
  assert.deepEqual(routeOf('/'), { to: 'start' });
  assert.deepEqual(routeOf('/host', `#${ID}`), { to: 'host', token: ID });
  assert.deepEqual(routeOf('/host', '#short'), { to: 'host', token: null });
  assert.deepEqual(routeOf(`/m/${ID}`), { to: 'room', room: ID });
  assert.deepEqual(routeOf(`/m/${ID}/`), { to: 'room', room: ID });
  assert.deepEqual(routeOf('/account'), { to: 'account' });
  assert.deepEqual(routeOf('/contact'), { to: 'contact' });
  assert.deepEqual(routeOf('/admin/messages'), { to: 'admin', part: 'messages', person: '' });
  assert.deepEqual(routeOf('/rooms/'), { to: 'rooms' });
  assert.deepEqual(routeOf(`/rooms/${ID}`), { to: 'room_settings', room: ID, part: 'settings' });
  assert.deepEqual(routeOf(`/rooms/${ID}/bans`), { to: 'room_settings', room: ID, part: 'bans' });
  assert.deepEqual(routeOf('/series'), { to: 'series', series: null });
  assert.deepEqual(routeOf(`/series/${ID}`), { to: 'series', series: ID });
  assert.deepEqual(routeOf('/admin'), { to: 'admin', part: 'overview', person: '' });
  assert.deepEqual(routeOf('/admin/people'), { to: 'admin', part: 'people', person: '' });
  assert.deepEqual(routeOf('/admin/emergency'), { to: 'admin', part: 'emergency', person: '' });
  assert.deepEqual(routeOf(`/admin/people/${ID}`), { to: 'admin', part: 'person', person: ID });
  assert.deepEqual(routeOf('/welcome', `#${TOKEN}`), { to: 'welcome', token: TOKEN });
  assert.deepEqual(routeOf('/setup', '#'), { to: 'setup', token: null });
  for (const path of ['/m/', '/m/short', `/m/${ID}/more`, `/x/${ID}`, '/m/AbCdEfGhIjKlMnOpQrSt%2F', '/admin/a/b', '/rooms/x'])
    assert.deepEqual(routeOf(path), { to: 'nowhere' }, path);
  const more = [`/rooms/${ID}/settings`, `/rooms/${ID}/x`, '/admin/x', '/admin/person', '/admin/overview', '/series/x'];
  for (const path of [...more, '/admin/people/x', `/admin/rooms/${ID}`, `/x/${ID}/bans`, `/rooms/${ID}/bans/x`])
    assert.deepEqual(routeOf(path), { to: 'nowhere' }, path);
});

test('what a provider says comes as a query or, from a form, as a fragment', () => {
  const expected = { to: 'oidc', provider: 'apple', parameters: 'code=1&state=2' };
  assert.deepEqual(routeOf('/oidc/apple', '#code=1&state=2'), expected);
  assert.deepEqual(routeOf('/oidc/apple', '', '?code=1&state=2'), expected);
  assert.deepEqual(routeOf('/oidc/Apple', '', '?code=1'), { to: 'nowhere' });
});

test('exactly the addresses with secrets are cleaned', () => {
  for (const path of ['/host', '/welcome', '/setup', '/oidc/google']) assert.ok(hasSecret(routeOf(path)), path);
  for (const path of ['/', '/signin', '/account', `/m/${ID}`, '/nothing']) assert.ok(!hasSecret(routeOf(path)), path);
});

test('one returns to pages of this server alone, and to none that does something by itself', () => {
  for (const path of ['/', '/account', '/rooms', `/rooms/${ID}`, `/m/${ID}`, '/admin/log', '/series'])
    assert.equal(backOf(path), path);
  const bad = [
    '',
    'https://evil.example/m/x',
    '//evil.example',
    `//evil.example/${ID}`,
    '/\\evil.example',
    'javascript:alert(1)',
    '/signin',
    '/host',
    '/setup',
    '/welcome',
    '/oidc/google',
    `/m/${ID}?x`,
    `/m/${ID}#x`,
    '/nothing',
    'account',
  ];
  for (const path of bad) assert.equal(backOf(path), null, path);
  assert.deepEqual(routeOf('/signin', `#/m/${ID}`), { to: 'signin', back: `/m/${ID}` });
  assert.deepEqual(routeOf('/signin', '#//evil.example'), { to: 'signin', back: null });
  assert.equal(signInPath(`/m/${ID}`), `/signin#/m/${ID}`);
  assert.equal(signInPath('/'), '/signin');
  assert.equal(signInPath('//evil.example'), '/signin');
});
