/* SPDX-License-Identifier: GPL-3.0-or-later */
// T8: the process that may open connections outward sends nothing to whom it cannot trust, goes nowhere else, and holds no file.
// Against a real mail server and a real HTTPS server with certificates of a test authority.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chmod, mkdtemp, readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { makeAuthority } from '../lib/authority.mjs';
import { startOutbound } from '../lib/outbound.mjs';

const SECRET = 'a secret of the hook, long enough';
const PASSWORD = 'correct horse';
let folder, authority, stranger, right, wrongName;
const cleanUp = [];

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'testudo-outbound-'));
  await chmod(folder, 0o755);
  authority = await makeAuthority(folder);
  stranger = await makeAuthority(folder, 'Stranger');
  right = await authority.certificate('localhost');
  wrongName = await authority.certificate('mail.example.org');
  for (const [name, text] of [['password', PASSWORD], ['secret', SECRET]]) {
    await writeFile(path.join(folder, name), `${text}\n`, { mode: 0o600 });
  }
});
after(async () => {
  for (const end of cleanUp.reverse()) await end();
  await rm(folder, { recursive: true, force: true });
});

/** A mail server on loopback; `received` has what was accepted, `connections` counts who came. */
async function mailServer({ listen = 'localhost', ...options } = {}) {
  const state = { received: [], signedIn: [], connections: 0 };
  const server = new SMTPServer({
    authOptional: true,
    ...right,
    onConnect(session, done) { state.connections += 1; done(); },
    onAuth(auth, session, done) {
      state.signedIn.push({ user: auth.username, password: auth.password, secure: session.secure });
      if (auth.password === PASSWORD) done(null, { user: auth.username });
      else done(new Error('no'));
    },
    onRcptTo(address, session, done) {
      if (address.address.startsWith('nobody@')) done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
      else done();
    },
    onData(stream, session, done) {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        state.received.push({
          from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map((r) => r.address),
          secure: session.secure, text: Buffer.concat(parts).toString('latin1'), greeted: session.hostNameAppearsAs,
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {}); // a client that turns away
  await new Promise((resolve) => server.listen(0, listen, resolve));
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  state.port = server.server.address().port;
  return state;
}

async function outbound(options) {
  const process = await startOutbound({ ca_file: authority.file, ...options });
  cleanUp.push(() => process.stop());
  return process;
}

const mailOptions = (mail, more = {}) => ({ smtp_server: `localhost:${mail.port}`, mail_from: 'Gespräche <meet@example.org>', ...more });
const aMail = { to: 'ada@example.com', name: 'Ada "Zoë" Lovelace', subject: 'Ihr Code für heute – 123 456', text: 'Grüße,\n.\n..\nCode: 123456\n' };

/** Headers (unfolded) and the decoded text of a message. */
function parse(raw) {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw.slice(0, end).replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]);
  const decode = (text) => text.replaceAll(/\?= =\?/g, '?==?').replaceAll(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, b) => Buffer.from(b, 'base64').toString());
  return { headers, get: (name) => decode(headers.find(([n]) => n === name)[1]), text: Buffer.from(raw.slice(end), 'base64').toString() };
}

for (const [name, security, server] of [['STARTTLS', 'starttls', {}], ['TLS from the first byte', 'tls', { secure: true }]]) {
  test(`mail is delivered with ${name}, signed in, and reads as it was written`, async () => {
    const mail = await mailServer(server);
    const process = await outbound(mailOptions(mail, {
      smtp_security: security, smtp_user: 'meet', smtp_password_file: path.join(folder, 'password') }));
    assert.equal(await process.mail(aMail), 'done');
    const [message] = mail.received;
    assert.equal(message.secure, true);
    assert.equal(message.from, 'meet@example.org');
    assert.equal(message.greeted, 'example.org'); // not the machine's name
    assert.deepEqual(message.to, ['ada@example.com']);
    assert.deepEqual(mail.signedIn, [{ user: 'meet', password: PASSWORD, secure: true }]);
    const { get, text, headers } = parse(message.text);
    assert.equal(text, 'Grüße,\r\n.\r\n..\r\nCode: 123456\r\n');
    assert.equal(get('subject'), aMail.subject);
    assert.equal(get('from'), 'Gespräche <meet@example.org>');
    assert.equal(get('to'), 'Ada "Zoë" Lovelace <ada@example.com>');
    assert.ok(Math.abs(Date.parse(get('date')) - Date.now()) < 600_000);
    assert.match(get('message-id'), /^<[0-9a-f]{32}@example\.org>$/);
    assert.equal(headers.length, 9);
    for (const line of message.text.split('\r\n')) assert.ok(line.length <= 78 && /^[\x20-\x7e]*$/.test(line), line);
  });
}

test('a mail server without STARTTLS gets nothing', async () => {
  const mail = await mailServer({ disabledCommands: ['STARTTLS'], hideSTARTTLS: true });
  const process = await outbound(mailOptions(mail, { smtp_user: 'meet', smtp_password_file: path.join(folder, 'password') }));
  assert.equal(await process.mail(aMail), 'insecure');
  assert.equal(mail.connections, 1);
  assert.deepEqual([mail.received, mail.signedIn], [[], []]);
});

test('a certificate of a stranger, or for another name, gets nothing', async () => {
  for (const certificate of [await stranger.certificate('localhost'), wrongName]) {
    const mail = await mailServer(certificate);
    const process = await outbound(mailOptions(mail, { smtp_user: 'meet', smtp_password_file: path.join(folder, 'password') }));
    assert.equal(await process.mail(aMail), 'insecure');
    assert.equal(mail.connections, 1);
    assert.deepEqual([mail.received, mail.signedIn], [[], []]);
  }
});

test('no field of a mail becomes a header, a recipient or a command', async () => {
  const mail = await mailServer();
  const process = await outbound(mailOptions(mail));
  const bad = [
    { subject: 'Hello\r\nBcc: eve@example.org' }, { subject: 'Hello\nBcc: eve@example.org' }, { name: 'Ada\r\nBcc: eve@example.org' },
    { to: 'ada@example.com>\r\nRCPT TO:<eve@example.org' }, { to: 'ada@example.com, eve@example.org' },
    { to: 'ada@example.com\nBcc: eve@example.org' }, { to: '"a b"@example.com' }, { to: '' }, { subject: 'a\u2028b' },
  ];
  for (const change of bad) assert.equal(await process.mail({ ...aMail, ...change }), 'refused', JSON.stringify(change));
  assert.equal(mail.connections, 0);
  const text = 'a\n.\nMAIL FROM:<eve@example.org>\nBcc: eve@example.org\n';
  assert.equal(await process.mail({ ...aMail, subject: '=?UTF-8?B?QmNj?= Bcc: eve@example.org', text }), 'done');
  assert.equal(mail.received.length, 1);
  const { headers, get, text: received } = parse(mail.received[0].text);
  assert.equal(received, text.replaceAll('\n', '\r\n'));
  assert.equal(get('subject'), '=?UTF-8?B?QmNj?= Bcc: eve@example.org');
  assert.ok(!headers.some(([name]) => name === 'bcc' || name === 'cc'));
});

test('a mailbox that does not exist is refused for good, without more tries', async () => {
  const mail = await mailServer();
  const process = await outbound(mailOptions(mail));
  assert.equal(await process.mail({ ...aMail, to: 'nobody@example.com' }), 'refused');
  assert.equal(mail.connections, 1);
});

test('without TLS mail goes to a loopback address in profile local, and nowhere else', async () => {
  const mail = await mailServer({ disabledCommands: ['STARTTLS', 'AUTH'], listen: '127.0.0.1' });
  const process = await outbound({ ...mailOptions(mail), smtp_server: `127.0.0.1:${mail.port}`, smtp_security: 'none' });
  assert.equal(await process.mail(aMail), 'done');
  assert.equal(mail.received[0].secure, false);
  for (const options of [
    { smtp_server: 'localhost:25', smtp_security: 'none' }, // a name may lead anywhere
    { smtp_server: '192.0.2.1:25', smtp_security: 'none' },
    { smtp_server: '127.0.0.1:25', smtp_security: 'none', profile: 'production', origin: 'https://meet.example.org', certificate: 'c', certificate_key: 'k' },
  ]) await assert.rejects(outbound({ ...mailOptions(mail), ...options }), /without TLS/);
});

/** An HTTPS server on loopback that answers by `answer(request, body)` → { status, headers, body }. */
async function httpsServer(certificate, answer) {
  const state = { requests: [] };
  const server = createServer(certificate, (request, response) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      state.requests.push({ method: request.method, path: request.url, headers: request.headers, body });
      const { status = 200, headers = {}, body: out = '' } = answer(request, body);
      response.writeHead(status, headers).end(out);
    });
  });
  server.on('tlsClientError', () => {});
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  cleanUp.push(() => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }));
  state.url = `https://localhost:${server.address().port}`;
  return state;
}

test('an SMS is handed over with a signature that the hook can check; a stranger gets none', async () => {
  const hook = await httpsServer(right, () => ({ status: 204 }));
  const options = { sms_hook: `${hook.url}/testudo?a=b`, sms_secret_file: path.join(folder, 'secret') };
  const process = await outbound(options);
  assert.equal(await process.sms({ to: '+4930123456', text: 'Ihr "Code": 123\n456' }), 'done');
  const [request] = hook.requests;
  assert.equal(request.method, 'POST');
  assert.equal(request.path, '/testudo?a=b');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.deepEqual(JSON.parse(request.body), { to: '+4930123456', text: 'Ihr "Code": 123\n456' });
  const [, time, signature] = request.headers['testudo-signature'].match(/^t=(\d+),v1=([0-9a-f]{64})$/);
  assert.equal(signature, createHmac('sha256', SECRET).update(`${time}.${request.body}`).digest('hex'));
  assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 600);
  for (const to of ['030123456', '+0123456789', '+49 30 123456', '+49', '+4930123456\n'])
    assert.equal(await process.sms({ to, text: 'x' }), 'refused', to);
  assert.equal(hook.requests.length, 1);
  const fake = await httpsServer(await stranger.certificate('localhost'), () => ({}));
  const deceived = await outbound({ ...options, sms_hook: fake.url });
  assert.equal(await deceived.sms({ to: '+4930123456', text: 'x' }), 'insecure');
  assert.deepEqual(fake.requests, []);
});

test('requests go to the issuer and to the hosts of its metadata, without redirects, bounded', async () => {
  const elsewhere = await httpsServer(right, () => ({ body: 'secret of the inner network' }));
  const keys = await httpsServer(right, (request, body) => ({ body: JSON.stringify({ body, by: request.headers.authorization }) }));
  const issuer = await httpsServer(right, (request) => {
    if (request.url === '/.well-known/openid-configuration')
      return { body: JSON.stringify({ issuer: issuer.url, token_endpoint: `${issuer.url}/token`, jwks_uri: `${keys.url}/keys`, registration_endpoint: elsewhere.url }) };
    if (request.url === '/away') return { status: 302, headers: { location: elsewhere.url } };
    return { body: 'x'.repeat(request.url === '/large' ? 65_537 : 65_536) };
  });
  const process = await outbound({ oidc_issuers: issuer.url, oidc_clients: 'meet', oidc_secret_files: 'secret' });
  assert.equal((await process.fetch(`${keys.url}/keys`)).outcome, 'refused'); // not known yet
  const metadata = await process.fetch(`${issuer.url}/.well-known/openid-configuration`);
  assert.deepEqual([metadata.outcome, metadata.status], ['done', 200]);
  assert.equal(JSON.parse(metadata.body).issuer, issuer.url);
  const posted = await process.post(`${keys.url}/keys`, 'Basic abc', 'grant_type=authorization_code');
  assert.deepEqual(JSON.parse(posted.body), { body: 'grant_type=authorization_code', by: 'Basic abc' });
  assert.equal((await process.fetch(`${elsewhere.url}/`)).outcome, 'refused');
  const redirect = await process.fetch(`${issuer.url}/away`);
  assert.deepEqual([redirect.outcome, redirect.status], ['done', 302]);
  assert.equal((await process.fetch(`${issuer.url}/fits`)).body.length, 65_536);
  assert.equal((await process.fetch(`${issuer.url}/large`)).outcome, 'failed');
  for (const url of [issuer.url.replace('https', 'http'), issuer.url.replace('//', '//user@'), 'file:///etc/passwd', `${issuer.url}@evil.example/`])
    assert.equal((await process.fetch(url)).outcome, 'refused', url);
  assert.deepEqual(elsewhere.requests, []);
});

test('in production no request reaches this machine or a private network, whatever the name says', async () => {
  const issuer = await httpsServer(right, () => ({ body: '{}' }));
  const process = await outbound({ oidc_issuers: issuer.url, oidc_clients: 'meet', oidc_secret_files: 'secret', profile: 'production', origin: 'https://meet.example.org', certificate: 'c', certificate_key: 'k' });
  assert.equal((await process.fetch(`${issuer.url}/.well-known/openid-configuration`)).outcome, 'failed');
  assert.deepEqual(issuer.requests, []);
});

test('a secret that others can read is refused at the start', async () => {
  const file = path.join(folder, 'open-password');
  await writeFile(file, PASSWORD);
  await chmod(file, 0o644);
  await assert.rejects(startOutbound({ smtp_server: 'localhost:25', mail_from: 'a@example.org', smtp_user: 'a', smtp_password_file: file }),
    /\(78\)[^]*smtp-password-file: .*chmod 600/);
});

test('the process is in its sandbox, nobody of importance, and holds sockets alone', async () => {
  const mail = await mailServer();
  const outside = await outbound(mailOptions(mail, { smtp_user: 'meet', smtp_password_file: path.join(folder, 'password') }));
  const status = await readFile(`/proc/${outside.pid}/status`, 'utf8');
  assert.match(status, /^Seccomp:\t2$/m);
  assert.match(status, /^NoNewPrivs:\t1$/m);
  assert.match(status, /^CapEff:\t0+$/m);
  if (process.getuid() === 0) assert.doesNotMatch(status.match(/^Uid:.*/m)[0], /\b0\b/);
  for (const fd of await readdir(`/proc/${outside.pid}/fd`)) {
    if (Number(fd) > 2) assert.match(await readlink(`/proc/${outside.pid}/fd/${fd}`), /^(socket|anon_inode|pipe):/);
  }
  assert.doesNotMatch(await readFile(`/proc/${outside.pid}/cmdline`, 'utf8'), /password/);
  assert.equal(await outside.mail(aMail), 'done');
  assert.equal(await outside.stop(), 0);
});
