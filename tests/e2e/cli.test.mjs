/* SPDX-License-Identifier: GPL-3.0-or-later */
// The command line, as a newcomer and as a script use it: the built program for real, from the first account to a restored
// backup.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { cliPlace } from '../lib/cli.mjs';
import { startServer } from '../lib/server.mjs';
import { until } from '../lib/wait.mjs';

const ID = /^[\w-]{22}$/;
const ANNA = 'anna@school.example';

let place;
beforeEach(async () => { place = await cliPlace(); });
afterEach(() => place.remove());

const addAnna = (...more) => place.ok('user', 'add', ANNA, '--name', 'Anna', ...more);
const addRoom = async (...more) => (await place.json('room', 'add', 'Lesson 1', '--owner', ANNA, ...more)).id;
const kindsOfLog = async () => (await place.json('log', 'show')).events.map((e) => e.kind);

/** All bytes of all files below a folder. */
async function everything(folder) {
  const parts = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    parts.push(entry.isDirectory() ? await everything(name) : await readFile(name));
  }
  return Buffer.concat(parts);
}

test('the first account: a link that works once, of which the disk keeps the hash alone', async () => {
  const { code, stdout, stderr } = await place.run('user', 'add', ' Anna@School.example ', '--name', 'Anna');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /no administrator yet/);
  const [, token] = stdout.match(/https:\/\/localhost:8443\/welcome#([\w-]{22})\n/);
  const bytes = Buffer.from(token, 'base64url');
  const [[hash, purpose, used, left]] = await place.sql("SELECT hash, purpose, used_s, until_s - strftime('%s') FROM link");
  assert.equal(hash, createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual([purpose, used], [0, 0]);
  assert.ok(left > 6 * 86_400 && left <= 7 * 86_400);
  const disk = await everything(place.folder);
  assert.ok(!disk.includes(token) && !disk.includes(bytes));
  for (const [name, mode] of [['data', 0o700], ['data-keys', 0o700], ['data/store/testudo.db', 0o600], ['data-keys/store.key', 0o600]])
    assert.equal((await stat(path.join(place.folder, name))).mode & 0o777, mode, name);
});

test('people: added, shown, changed, given a new link, disabled, removed', async () => {
  await addAnna();
  const twice = await place.run('user', 'add', ANNA);
  assert.equal(twice.code, 1);
  assert.match(twice.stderr, /has an account already.*user link/);
  await place.ok('user', 'add', 'bob@school.example');
  assert.equal(await place.ok('user', 'set', ANNA, '--role', 'administrator', '--phone', '+49 30 1234567'), '');
  const { people } = await place.json('user', 'list');
  assert.deepEqual(people.map((p) => [p.email, p.name, p.role, p.disabled]),
    [[ANNA, 'Anna', 'administrator', false], ['bob@school.example', 'bob', 'member', false]]);
  assert.match(await place.ok('user', 'list', '--search', 'ANN'), /^EMAIL .*\nanna@school.example +administrator +invited/);
  assert.equal((await place.json('user', 'show', ANNA)).phone, '+49301234567');
  assert.match((await place.json('user', 'link', ANNA, '--days', '1')).link, /\/welcome#[\w-]{22}$/);
  await place.ok('user', 'set', 'bob@school.example', '--disabled', 'yes');
  assert.deepEqual(await place.sql('SELECT count(*) FROM link'), [[1]]); // Bob's went with him; of Anna's the newest is left
  assert.equal((await place.run('user', 'link', 'bob@school.example')).code, 1);
  await place.ok('user', 'remove', 'bob@school.example', '--yes');
  assert.equal((await place.run('user', 'show', 'bob@school.example')).code, 1);
  assert.deepEqual(await kindsOfLog(),
    ['person_removed', 'person_disabled', 'link_made', 'phone_changed', 'role_changed', 'person_invited', 'person_invited']);
});

test('the last administrator can neither be demoted, disabled nor removed', async () => {
  await addAnna('--role', 'administrator');
  for (const args of [['set', ANNA, '--role', 'member'], ['set', ANNA, '--disabled', 'yes'], ['remove', ANNA, '--yes']]) {
    const { code, stderr } = await place.run('user', ...args);
    assert.equal(code, 1);
    assert.match(stderr, /last administrator/);
  }
  assert.equal((await place.json('user', 'show', ANNA)).role, 'administrator');
  await place.ok('user', 'add', 'bob@school.example', '--role', 'administrator');
  await place.ok('user', 'remove', ANNA, '--yes');
  assert.equal((await place.run('user', 'remove', 'bob@school.example', '--yes')).code, 1);
});

test('the factors of who has lost them are removed', async () => {
  await addAnna();
  await place.sql("INSERT INTO passkey SELECT randomblob(16), id, x'01', zeroblob(64), 0, 'Key', 1, 1 FROM account;"
    + 'INSERT INTO recovery SELECT id, randomblob(32) FROM account');
  const before = await place.json('user', 'show', ANNA);
  assert.deepEqual([before.passkeys.length, before.recovery_left], [1, 1]);
  await place.ok('user', 'set', ANNA, '--remove-factors');
  const after = await place.json('user', 'show', ANNA);
  assert.deepEqual([after.passkeys.length, after.recovery_left, after.has_totp], [0, 0, false]);
});

test('rooms: added, shown by id and by address, changed, closed, removed', async () => {
  await addAnna();
  const address = await place.ok('room', 'add', 'Größen & Zahlen', '--owner', ANNA, '--kind', 'ticket', '--invited', '12');
  assert.match(address, /^https:\/\/localhost:8443\/m\/[\w-]{22}$/);
  const id = address.slice(-22);
  const room = await place.json('room', 'show', address);
  assert.deepEqual([room.id, room.kind, room.title, room.owner.email, room.address, room.closed],
    [id, 'ticket', 'Größen & Zahlen', ANNA, address, 0]);
  assert.deepEqual(room.policy, { present: 'participant', share: 'speaker', chat: 'participant', unmute_self: true,
    guests: true, guests_verified: true, waiting_room: true, two_factors: false, post_quantum: false, locked: false,
    most: 25, invited: 12 });
  await place.ok('room', 'set', id, '--title', 'Lesson', '--locked', 'yes', '--most', '9', '--chat', 'viewer');
  const changed = await place.json('room', 'show', id);
  assert.deepEqual([changed.title, changed.policy.locked, changed.policy.most, changed.policy.chat, changed.policy.invited],
    ['Lesson', true, 9, 'viewer', 12]);
  await place.ok('room', 'set', id, '--kind', 'members'); // begins with that kind's rules
  assert.deepEqual((await place.json('room', 'show', id)).policy.guests, false);
  await place.ok('room', 'close', id);
  assert.ok((await place.json('room', 'show', id)).closed > 0);
  await place.ok('room', 'set', id, '--closed', 'no');
  assert.equal((await place.json('room', 'show', id)).closed, 0);
  assert.equal((await place.json('room', 'list', '--owner', ANNA)).rooms.length, 1);
  await place.ok('room', 'members', id, '--set', 'Bob@School.example', '--role', 'cohost');
  await place.ok('room', 'members', id, '--set', 'eve@school.example');
  await place.ok('room', 'members', id, '--remove', 'eve@school.example');
  assert.deepEqual((await place.json('room', 'members', id)).members, [{ email: 'bob@school.example', role: 'cohost' }]);
  await place.ok('room', 'remove', id, '--yes');
  assert.deepEqual((await place.json('room', 'list')).rooms, []);
});

test('series: one ticket for several rooms', async () => {
  await addAnna();
  const series = await place.ok('series', 'add', 'Course', '--owner', ANNA);
  assert.match(series, ID);
  const room = await addRoom('--kind', 'ticket', '--series', series);
  await addRoom();
  assert.match(await place.ok('series', 'show', series), new RegExp(`^Course\n\nROOM .*\n${room} `));
  await place.ok('series', 'rename', series, 'Course 2');
  assert.deepEqual((await place.json('series', 'list')).series.map((s) => s.title), ['Course 2']);
  await place.ok('ticket', 'add', 'bob@school.example', '--series', series);
  await place.ok('series', 'remove', series, '--yes');
  assert.deepEqual((await place.json('ticket', 'list')).tickets, []);
  assert.equal((await place.json('room', 'show', room)).series, null);
});

test('tickets: issued, changed, revoked', async () => {
  await addAnna();
  const room = await addRoom('--kind', 'ticket');
  const id = await place.ok('ticket', 'add', 'Bob@school.example', '--room', room, '--from', '2030-12-01T18:00+01:00',
    '--until', '2030-12-01T20:00:00Z', '--role', 'viewer', '--reference', 'order 7');
  assert.match(id, ID);
  const again = await place.run('ticket', 'add', 'eve@school.example', '--room', room, '--reference', 'order 7');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /has its ticket already, for bob@school.example/);
  await place.ok('ticket', 'set', id, '--until', '0', '--role', 'speaker');
  const [ticket] = (await place.json('ticket', 'list', '--email', 'bob@school.example')).tickets;
  assert.deepEqual([ticket.id, ticket.room, ticket.role, ticket.from, ticket.until, ticket.reference, ticket.issuer],
    [id, room, 'speaker', Date.UTC(2030, 11, 1, 17) / 1000, 0, 'order 7', 'cli']);
  assert.equal(await place.ok('ticket', 'revoke', id), 'Revoked: the ticket of bob@school.example.');
  assert.ok((await place.json('ticket', 'list', '--room', room)).tickets[0].revoked > 0);
  assert.equal((await place.run('ticket', 'set', id, '--role', 'viewer')).code, 1);
});

test('a table of tickets is imported whole or not at all', async () => {
  await addAnna();
  const room = await addRoom('--kind', 'ticket');
  const file = path.join(place.folder, 'course.csv');
  await writeFile(file, '\ufeffReference;Email;Until\r\n1;bob@school.example;\r\n2;"eve@school.example";2099-01-01T00:00:00Z\r\n');
  assert.deepEqual(await place.json('ticket', 'import', file, '--room', room), { issued: 2, known: 0 });
  assert.deepEqual(await place.json('ticket', 'import', file, '--room', room), { issued: 0, known: 2 });
  await writeFile(file, 'email\nnew@school.example\n\nbroken\n');
  const { code, stdout, stderr } = await place.run('ticket', 'import', file, '--room', room);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /course\.csv:4: This is not an e-mail address\. .* Nothing was issued\./);
  assert.equal((await place.json('ticket', 'list')).tickets.length, 2);
  const piped = await place.pipe('email\nnew@school.example\n', 'ticket', 'import', '-', '--room', room);
  assert.equal(piped.stdout, 'Issued: 1. Had theirs already: 0.\n');
});

test('keys and webhooks: their secrets are shown once and kept as hash or sealed', async () => {
  await addAnna();
  const { id, key } = await place.json('key', 'add', 'shop', '--scopes', 'rooms.read,tickets.write');
  assert.match(key, /^tk_[\w-]{43}$/);
  const [[hash]] = await place.sql('SELECT hash FROM api_key');
  assert.equal(hash, createHash('sha256').update(Buffer.from(key.slice(3), 'base64url')).digest('hex'));
  const hook = await place.json('webhook', 'add', 'shop');
  assert.equal(hook.url, `https://localhost:8443/hooks/${hook.id}`);
  const disk = await everything(place.folder);
  for (const secret of [key.slice(3), hook.secret])
    assert.ok(!disk.includes(secret) && !disk.includes(Buffer.from(secret, 'base64url')));
  assert.ok(!(await place.ok('key', 'list', '--json')).includes(key.slice(3)));
  assert.equal((await place.run('webhook', 'add', 'shop')).code, 1);
  await place.ok('key', 'revoke', id);
  await place.ok('webhook', 'revoke', hook.id);
  assert.ok((await place.json('key', 'list')).keys[0].revoked > 0);
  assert.ok((await place.json('webhook', 'list')).webhooks[0].revoked > 0);
});

const addSession = (device, account = '(SELECT id FROM account)') => place.sql(
  `INSERT INTO session VALUES (randomblob(16), randomblob(32), zeroblob(64), ${account}, '', 5, strftime('%s'), 1, 1, '${device}', zeroblob(16), 1)`);

test('sessions: listed and ended, one, all of a person, all', async () => {
  await addAnna();
  await addSession('Firefox on Linux');
  await addSession('Chrome on Windows');
  await addSession('a guest', 'NULL');
  const { sessions } = await place.json('session', 'list');
  assert.deepEqual(sessions.map((s) => s.person.email), [ANNA, ANNA]);
  assert.deepEqual(sessions[0].factors, ['password', 'sms']);
  const { id } = sessions.find((s) => s.device === 'Firefox on Linux');
  assert.equal(await place.ok('session', 'end', id), `Ended: ${ANNA} on Firefox on Linux.`);
  assert.equal((await place.run('session', 'end', id)).code, 1);
  assert.match(await place.ok('user', 'sessions', ANNA), /Chrome on Windows/);
  await place.ok('session', 'end-all', '--of', ANNA);
  assert.deepEqual(await place.sql('SELECT device FROM session'), [['a guest']]);
  assert.equal((await place.run('session', 'end-all')).code, 2);
  await place.ok('session', 'end-all', '--yes');
  assert.deepEqual(await place.sql('SELECT count(*) FROM session'), [[0]]);
  assert.deepEqual((await kindsOfLog()).slice(0, 3), ['sessions_ended', 'sessions_ended', 'session_ended']);
});

test('after an intruder everything of everybody ends in one step, or what is named of it', async () => {
  await addAnna();
  await place.sql("UPDATE account SET password = '$argon2id$'");
  const fill = async () => {
    await addSession('Firefox on Linux');
    await addSession('a guest', 'NULL');
    await place.ok('key', 'add', 'shop', '--scopes', 'rooms.read');
    await place.ok('webhook', 'add', 'shop');
  };
  await fill();
  assert.equal((await place.run('emergency')).code, 2);
  assert.deepEqual(await place.json('emergency', '--yes', '--revoke-keys'), { ended: 0, people: 0, keys: 1, webhooks: 0 });
  assert.deepEqual(await place.json('emergency', '--yes'), { ended: 2, people: 1, keys: 0, webhooks: 1 });
  assert.equal((await place.json('user', 'show', ANNA)).must_set_password, true);
  assert.deepEqual(await place.sql('SELECT count(*) FROM session'), [[0]]);
  const [event] = (await place.json('log', 'show', '--kind', 'emergency')).events;
  assert.match(event.detail, /2 sessions ended, 1 passwords demanded, 0 keys and 1 webhooks revoked/);
});

test('what is typed wrong is told with what to write instead, ends with 2 and changes nothing', async () => {
  await addAnna();
  const room = await addRoom();
  const before = await place.ok('log', 'show', '--json');
  const cases = [
    [['user', 'add', 'anna'], /not an e-mail address.*such as/],
    [['user', 'add', 'a@b.example', '--name', 'A\u202eB'], /cannot be seen/],
    [['user', 'add', 'a@b.example', '--name', 'x'.repeat(97)], /too long/],
    [['user', 'add', 'a@b.example', '--days', '31'], /from 1 to 30/],
    [['user', 'add', 'a@b.example', '--role', 'boss'], /member or administrator/],
    [['user', 'add', 'a@b.example', '--phone', '030 123'], /with its country/],
    [['user', 'add', 'a@b.example', 'Anna', 'B'], /one word too many/],
    [['user', 'add', 'a@b.example', '--nmae', 'Anna'], /no option --nmae.*--help/],
    [['user', 'add', 'a@b.example', '--name'], /value is missing/],
    [['user', 'add', '-n', 'x'], /no such option/],
    [['user', 'set', ANNA], /nothing is to be changed/],
    [['user', 'set', ANNA, '--disabled', 'maybe'], /yes or no/],
    [['user', 'remove', ANNA], /--yes/],
    [['user', 'frobnicate'], /one of add, list/],
    [['room', 'add', 'Lesson'], /--owner EMAIL/],
    [['room', 'add', ' ', '--owner', ANNA], /blanks/],
    [['room', 'add', '\u001b[31m', '--owner', ANNA], /cannot be seen/],
    [['room', 'add', 'x', '--owner', ANNA, '--kind', 'party'], /open, members, ticket or event/],
    [['room', 'add', 'x', '--owner', ANNA, '--kind', 'event', '--present', 'participant'], /few speak to many/],
    [['room', 'add', 'x', '--owner', ANNA, '--kind', 'members', '--guests', 'yes'], /has no guests/],
    [['room', 'set', room, '--most', '1'], /from 2 to 8192/],
    [['room', 'show', 'x'], /22 characters/],
    [['ticket', 'add', 'bob@school.example'], /--room ROOM or --series/],
    [['ticket', 'add', 'bob@school.example', '--room', room, '--role', 'host'], /members of the room/],
    [['ticket', 'add', 'bob@school.example', '--room', room, '--until', '2001-01-01T00:00:00Z'], /over already/],
    [['ticket', 'add', 'bob@school.example', '--room', room, '--from', '1.12.2030'], /with its zone/],
    [['ticket', 'list', '--room', room, '--series', room], /one of --room and --series/],
    [['key', 'add', 'shop'], /--scopes/],
    [['key', 'add', 'shop', '--scopes', 'rooms.read,everything'], /there is no "everything"/],
    [['log', 'show', '--most', '0'], /from 1 to/],
    [['doctor', '--https-port', '0'], /a port from 1 to 65535/],
    [['user', 'list', '--config', 'nowhere.conf'], /nowhere\.conf/],
  ];
  for (const [args, sentence] of cases) {
    const { code, stdout, stderr } = await place.run(...args);
    assert.equal(code, 2, `${args.join(' ')}: ${stderr}`);
    assert.match(stderr, sentence);
    assert.equal(stdout, '');
    assert.ok(!stderr.includes('\u001b'), 'a terminal would obey it');
  }
  assert.equal(await place.ok('log', 'show', '--json'), before);
  assert.deepEqual(await place.sql('SELECT count(*) FROM account'), [[1]]);
});

test('a wrong folder is not taken for an empty server', async () => {
  const { code, stderr } = await place.run('user', 'list', '--data', 'dta');
  assert.equal(code, 1);
  assert.match(stderr, /no database in dta\/store.*--data/);
  assert.deepEqual(await readdir(place.folder), []);
});

test('every command has its help', async () => {
  const names = (await place.ok('--help')).matchAll(/^ {2}(\w+) /gm);
  for (const [, name] of names) {
    assert.match(await place.ok(name, '--help'), /testudo|Usage/);
    for (const [, action] of (await place.ok(name, '--help')).matchAll(new RegExp(`^ {2}testudo ${name} ([a-z-]+) `, 'gm')))
      assert.match(await place.ok(name, action, '--help'), new RegExp(`testudo ${name} ${action}`));
  }
  assert.equal((await place.run()).code, 2);
  assert.equal((await place.run('user')).code, 2);
});

test('an id that begins like an option is an id', async () => {
  await addAnna();
  await place.sql("INSERT INTO session SELECT x'fbefbe00000000000000000000000000', randomblob(32), zeroblob(64), id, '', 1, 1, 1, 1, 'Odd', zeroblob(16), 1 FROM account");
  const id = Buffer.from('fbefbe00000000000000000000000000', 'hex').toString('base64url');
  assert.ok(id.startsWith('--'));
  assert.equal(await place.ok('session', 'end', id), `Ended: ${ANNA} on Odd.`);
});

test('called by root, it works as the server\'s user, who owns all that is made', { skip: process.getuid() !== 0 }, async () => {
  await chmod(place.folder, 0o755);
  const as = ['--user', 'nobody'];
  await addAnna(...as);
  const { uid } = await stat(place.data);
  assert.notEqual(uid, 0);
  for (const name of ['data/store', 'data/store/testudo.db', 'data-keys', 'data-keys/store.key', 'data-keys/store.key.log-head'])
    assert.equal((await stat(path.join(place.folder, name))).uid, uid, name);
  await place.ok('user', 'list', ...as);
  const { code, stderr } = await place.run('backup', 'copy', ...as); // a folder of root's
  assert.equal(code, 1);
  assert.match(stderr, /that nobody may write/);
  assert.match((await place.run('doctor', ...as)).stdout, /^ok +key file/m);
  await place.ok('user', 'add', 'bob@school.example'); // forgotten: what belongs to the server's user stays so
  for (const name of await readdir(path.join(place.data, 'store')))
    assert.equal((await stat(path.join(place.data, 'store', name))).uid, uid, name);
  await place.ok('user', 'list', ...as);
});

test('twenty commands at once: each is done, and the log is whole', async () => {
  await addAnna();
  const results = await Promise.all(Array.from({ length: 20 }, (_, i) => place.run('user', 'add', `p${i}@school.example`)));
  for (const { code, stderr } of results) assert.equal(code, 0, stderr);
  assert.equal((await place.json('user', 'list')).people.length, 21);
  assert.deepEqual(await place.json('log', 'verify'), { whole: true, entries: 21, broken_at: 0, problem: '' });
});

test('an import that is killed at any instant has issued all or nothing', async () => {
  const rows = 3000;
  await addAnna();
  const room = await addRoom('--kind', 'ticket');
  const file = path.join(place.folder, 'large.csv');
  await writeFile(file, `email\n${Array.from({ length: rows }, (_, i) => `p${i}@school.example\n`).join('')}`);
  let killed = 0;
  for (let delay = 5; killed < 8; delay = delay * 1.3) {
    const child = place.start('ticket', 'import', file, '--room', room);
    const timer = setTimeout(() => child.kill('SIGKILL'), delay);
    const { signal } = await place.finished(child, '');
    clearTimeout(timer);
    const [[n]] = await place.sql('SELECT count(*) FROM ticket');
    assert.ok(n === 0 || n === rows, `${n} of ${rows}`);
    assert.equal((await place.json('log', 'verify')).whole, true);
    if (signal !== 'SIGKILL') break; // so slow a hand that it was done
    killed += 1;
  }
  assert.ok(killed > 0);
});

test('a backup beside a running server, and back to it', async () => {
  const server = await startServer();
  const copy = path.join(place.folder, 'copy');
  try {
    await server.hostLink();
    const own = ['--data', server.data];
    await addAnna(...own);
    await place.ok('backup', copy, ...own);
    assert.equal((await place.run('backup', copy, ...own)).code, 1); // never over another
    await place.ok('user', 'add', 'bob@school.example', ...own);
    assert.equal((await stat(copy)).mode & 0o777, 0o600);
    const doctor = await place.ok('doctor', ...own, '--https-listen', '127.0.0.1', '--https-port', String(server.port));
    assert.match(doctor, /^ok +database: whole/m);
    assert.match(doctor, /^ok +https port: the server answers at 127\.0\.0\.1:/m);
    const refused = await place.run('restore', copy, '--yes', ...own);
    assert.deepEqual([refused.code, /server is running.*stop it first/.test(refused.stderr)], [1, true]);
    await mkdir(path.join(place.folder, 'data-keys'));
    await copyFile(`${server.data}-keys/store.key`, place.key);
  } finally {
    await server.stop();
  }
  // On another machine: the backup and the key.
  await place.ok('restore', copy, '--yes');
  assert.deepEqual((await place.json('user', 'list')).people.map((p) => p.email), [ANNA]);
  assert.equal((await place.json('log', 'verify')).whole, true);
  assert.deepEqual(await kindsOfLog(), ['restored', 'person_invited']);
});

test('a restore while the database is open is refused; afterwards it keeps the earlier one', async () => {
  await addAnna();
  const room = await addRoom('--kind', 'ticket');
  await place.ok('backup', 'copy');
  await place.ok('user', 'add', 'bob@school.example');
  const other = place.start('ticket', 'import', '-', '--room', room); // waits for its table
  const done = place.finished(other);
  await until('the other command to have it open', async () => /does not answer/.test((await place.run('doctor')).stdout));
  const refused = await place.run('restore', 'copy', '--yes');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /server is running/);
  other.stdin.end('email\neve@school.example\n');
  assert.equal((await done).code, 0);
  assert.match(await place.ok('restore', 'copy', '--yes'), /testudo\.db\.before-restore/);
  assert.equal((await place.json('user', 'list')).people.length, 1);
  assert.deepEqual(await place.sql('SELECT count(*) FROM account', `${place.database}.before-restore`), [[2]]);
});

test('what is no backup, a damaged or a newer one, or one of another key is refused, and nothing changes', async () => {
  await addAnna();
  await place.ok('backup', 'copy');
  const copy = path.join(place.folder, 'copy');
  const bad = path.join(place.folder, 'bad');
  const refuse = async (sentence) => {
    const { code, stderr } = await place.run('restore', 'bad', '--yes');
    assert.equal(code, 1);
    assert.match(stderr, sentence);
    assert.equal((await place.json('user', 'list')).people.length, 1);
  };
  await writeFile(bad, 'These are my notes.\n'.repeat(500));
  await refuse(/is damaged/);
  await copyFile(copy, bad);
  await place.sql('PRAGMA user_version = 1000', bad);
  await refuse(/newer version/);
  await copyFile(copy, bad);
  await place.sql('UPDATE owner_check SET mark = zeroblob(32)', bad);
  await refuse(/does not open this backup/);
});

test('a wrong, missing or open key file, and a newer database, are told and not touched', async () => {
  await addAnna();
  const key = await readFile(place.key);
  const refuse = async (sentence) => {
    const { code, stderr } = await place.run('user', 'list');
    assert.equal(code, 1);
    assert.match(stderr, sentence);
    const doctor = await place.run('doctor');
    assert.equal(doctor.code, 1);
    assert.match(doctor.stdout, /^problem +(key file|database): .* - /m);
  };
  await writeFile(place.key, Buffer.alloc(32, 7));
  await refuse(/does not open the database/);
  await writeFile(place.key, key);
  await chmod(place.key, 0o644);
  await refuse(/does not open the database.*chmod 600/);
  await chmod(place.key, 0o600);
  await place.sql('PRAGMA user_version = 1000');
  await refuse(/newer version/);
  const [[version]] = await place.sql('PRAGMA user_version');
  assert.equal(version, 1000);
});

test('the doctor names what is wrong and what to do', async () => {
  const port = await new Promise((resolve) => {
    const taken = net.createServer().listen(0, '127.0.0.1', () => resolve(taken));
  });
  try {
    const empty = await place.run('doctor');
    assert.match(empty.stdout, /^warning +database: there is none .* - start the server once/m);
    await addAnna();
    const { stdout } = await place.run('doctor', '--https-listen', '127.0.0.1', '--https-port', String(port.address().port));
    assert.match(stdout, /^problem +https port: another program has 127\.0\.0\.1:\d+ - /m);
    assert.match(stdout, /^warning +administrators: there is none - /m);
    await place.ok('user', 'set', ANNA, '--role', 'administrator');
    await writeFile(path.join(place.folder, 'password'), 'secret\n', { mode: 0o644 });
    const mail = await place.run('doctor', '--smtp-server', 'mail.example.org:587', '--mail-from', 'a@example.org',
      '--smtp-user', 'a', '--smtp-password-file', 'password');
    assert.match(mail.stdout, /^problem +mail: others can read or change password - chmod 600/m);
    const report = await place.run('doctor', '--json', '--https-listen', '127.0.0.1', '--https-port', String(port.address().port));
    const { checks, problems } = JSON.parse(report.stdout);
    assert.deepEqual([report.code, problems, checks.filter((c) => c.verdict === 'problem').map((c) => c.what)], [1, 1, ['https port']]);
    for (const { verdict, text } of checks) if (verdict !== 'ok') assert.match(text, / - /);
  } finally {
    port.close();
  }
});
