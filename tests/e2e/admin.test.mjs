/* SPDX-License-Identifier: GPL-3.0-or-later */
// Rooms, tickets and the administrators' pages in a real browser, against the real server: what is pressed happens
// (B10, A5), and what others have typed stays text (B3).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, signIn } from '../lib/accounts.mjs';
import { openBrowser } from '../lib/browsers.mjs';
import { devicesUsed, screenOf, waitForScreen, watchPage } from '../lib/meeting.mjs';
import * as pages from '../lib/pages.mjs';
import { startServer } from '../lib/server.mjs';
import { Browser } from '../lib/signal-client.mjs';
import { aSecond, until } from '../lib/wait.mjs';

const { agree, fill, onScreen, pressOn, seesWords, tick, wordsOn } = pages;
const ADMIN = 'admin@school.example';

let server;
let browser;
let page;
/** The same administrator on another device, for what is prepared and looked up. */
let other;

before(async () => {
  server = await startServer();
  browser = await openBrowser('chromium');
  page = await pages.becomeAdministrator(browser, server, { email: ADMIN });
  other = await signedIn();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function signedIn(options = {}) {
  const device = new Browser(server.origin, options);
  await signIn(device, ADMIN);
  return device;
}

const open = (path) => page.goto(`${server.origin}${path}`);
const roomOf = () => new URL(page.url()).pathname.split('/')[2];

async function makeRoom(title, kind = 'open') {
  await open('/rooms');
  await pressOn(page, 'new-room');
  await fill(page, 'title', title);
  await tick(page, `input[name="kind"][value="${kind}"]`);
  await pressOn(page, 'make-room');
  await onScreen(page, 'room');
  await seesWords(page, title, 'h1');
  return roomOf();
}

test('a room is made, and its settings hold', async () => {
  const room = await makeRoom('Algebra', 'ticket');
  const made = await other.ask('GET', `/api/v1/rooms/${room}/settings`);
  assert.equal(made.kind, 'ticket');
  assert.equal(made.policy.guests_verified, true);
  await tick(page, 'input[name="post_quantum"]');
  await fill(page, 'invited', '12');
  await pressOn(page, 'room-save');
  await seesWords(page, 'Saved.');
  const saved = await other.ask('GET', `/api/v1/rooms/${room}/settings`);
  assert.deepEqual(saved.policy, { ...made.policy, post_quantum: true, invited: 12 });
  await tick(page, 'input[name="unmute_self"]', false);
  await pressOn(page, 'room-save');
  await until('it saved', async () => !(await other.ask('GET', `/api/v1/rooms/${room}/settings`)).policy.unmute_self);
  await tick(page, 'input[name="kind"][value="event"]');
  await pressOn(page, 'room-save');
  await until('the other kind', async () => (await other.ask('GET', `/api/v1/rooms/${room}/settings`)).kind === 'event');
  const event = (await other.ask('GET', `/api/v1/rooms/${room}/settings`)).policy;
  assert.deepEqual([event.present, event.unmute_self, event.invited], ['speaker', false, 12], 'what was set by hand stays');
  await fill(page, 'title', ' ');
  await pressOn(page, 'room-save');
  await seesWords(page, 'Give the room a name.');
  assert.equal((await other.ask('GET', `/api/v1/rooms/${room}/settings`)).title, 'Algebra');
});

test('members come, get another role, and go', async () => {
  const room = await makeRoom('Team', 'members');
  await pressOn(page, 'tab-members');
  await fill(page, 'member-email', "Tom.O'Leary+x@example.ie");
  await pressOn(page, 'member-add');
  await seesWords(page, "tom.o'leary+x@example.ie", 'tr');
  await page.$eval('[data-act="member-change"]', (select) => {
    select.value = 'cohost';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  });
  const members = () => other.ask('GET', `/api/v1/rooms/${room}/members`);
  await until('the new role', async () => (await members()).members[0]?.role === 'cohost');
  await pressOn(page, 'member-remove', "tom.o'leary+x@example.ie");
  await agree(page);
  await until('no member', async () => (await members()).members.length === 0);
  await seesWords(page, 'No members yet.');
});

test('a ticket is issued, found and revoked; of a list with a wrong line nothing is issued', async () => {
  const room = await makeRoom('Paid lesson', 'ticket');
  await pressOn(page, 'tab-tickets');
  await seesWords(page, 'This server sends no e-mail', '[data-hint="no-mail"]');
  await fill(page, 'ticket-email', 'ana@example.org');
  await pressOn(page, 'ticket-issue');
  await seesWords(page, 'ana@example.org has a ticket.');
  await seesWords(page, 'ana@example.org', 'tr');

  await pages.lay(page, 'ticket-file', 'email,reference\r\nbea@example.org,o1\r\nnobody,o2\r\n');
  await pressOn(page, 'ticket-import');
  await seesWords(page, 'ine 3', '[data-section="import-tickets"] [role="alert"]');
  const tickets = async () => (await other.ask('GET', `/api/v1/rooms/${room}/tickets`)).tickets;
  assert.equal((await tickets()).length, 1);
  await pages.lay(page, 'ticket-file', '\uFEFFemail,reference\r\nbea@example.org,o1\r\ncem@example.org,o2\r\n');
  await pressOn(page, 'ticket-import');
  await seesWords(page, '2 tickets were issued.');

  await fill(page, 'ticket-search', 'o2');
  await pressOn(page, 'ticket-search-go');
  await until('the one found', async () => (await page.$$('tbody tr')).length === 1);
  await pressOn(page, 'ticket-revoke', 'cem@example.org');
  const revoked = async () => (await tickets()).filter((ticket) => ticket.revoked !== 0).length;
  assert.equal(await revoked(), 0, 'not before the question is answered');
  await agree(page);
  await seesWords(page, 'The ticket of cem@example.org is revoked.');
  await seesWords(page, 'Revoked', 'tr');
  assert.equal(await revoked(), 1);
});

test('an order number gives one ticket, also when that is revoked', async () => {
  await makeRoom('Shop', 'ticket');
  await pressOn(page, 'tab-tickets');
  const issue = async () => {
    await fill(page, 'ticket-email', 'dora@example.org');
    await fill(page, 'ticket-reference', 'order-7');
    await pressOn(page, 'ticket-issue');
  };
  await issue();
  await seesWords(page, 'order-7', 'tr');
  await pressOn(page, 'ticket-revoke', 'dora@example.org');
  await agree(page);
  await seesWords(page, 'The ticket of dora@example.org is revoked.');
  await issue();
  await seesWords(page, 'This order number had a ticket');
});

test('a series joins rooms; its tickets are issued on its page', async () => {
  await open('/series');
  await fill(page, 'series-title', 'Autumn term');
  await pressOn(page, 'series-make');
  await onScreen(page, 'one-series');
  await seesWords(page, 'Autumn term', 'h1');
  const series = roomOf();
  await fill(page, 'ticket-email', 'ana@example.org');
  await pressOn(page, 'ticket-issue');
  await seesWords(page, 'ana@example.org', 'tr');
  const { tickets } = await other.ask('GET', `/api/v1/series/${series}/tickets`);
  assert.equal(tickets[0].series, series);
  const room = await makeRoom('Lesson of the term', 'ticket');
  await pages.choose(page, 'series', series);
  await pressOn(page, 'room-save');
  await seesWords(page, 'Saved.');
  await open(`/series/${series}`);
  await seesWords(page, 'Lesson of the term');
  assert.equal((await other.ask('GET', `/api/v1/rooms/${room}/settings`)).series, series);
});

test('closing keeps a room, deleting takes it away', async () => {
  const room = await makeRoom('Old choir');
  await pressOn(page, 'room-close');
  await agree(page);
  await seesWords(page, 'This room is closed');
  assert.notEqual((await other.ask('GET', `/api/v1/rooms/${room}/settings`)).closed, 0);
  await pressOn(page, 'room-reopen');
  await until('open again', async () => (await other.ask('GET', `/api/v1/rooms/${room}/settings`)).closed === 0);
  await pressOn(page, 'room-delete');
  await agree(page);
  await onScreen(page, 'rooms');
  await other.ask('GET', `/api/v1/rooms/${room}/settings`, undefined, 404);
});

test('a person is added by a link that is shown once, and what is demanded holds', async () => {
  await open('/admin/people');
  await pressOn(page, 'add-person');
  await fill(page, 'person-name', 'Zoë O’Hara');
  await fill(page, 'person-email', 'zoe@example.org');
  await pressOn(page, 'add-yes');
  const link = await page.waitForSelector('[data-secret="link"] textarea').then((e) => e.evaluate((t) => t.value));
  assert.match(link, /^https:\/\/localhost:\d+\/welcome#[\w-]+$/);
  await pressOn(page, 'link-done');
  await pressOn(page, 'add-person');
  await fill(page, 'person-name', 'Zoë again');
  await fill(page, 'person-email', 'Zoe@Example.org');
  await pressOn(page, 'add-yes');
  await seesWords(page, 'There is an account with this address already.');
  await pressOn(page, 'add-no');
  await until('the link gone', async () => !(await page.content()).includes(link));
  const elsewhere = await browser.browser.createBrowserContext();
  const theirs = await elsewhere.newPage();
  await theirs.goto(link);
  await pressOn(theirs, 'open-link');
  await fill(theirs, 'password', 'sieben esel trinken tee');
  await pressOn(theirs, 'save-account');
  await onScreen(theirs, 'ready');

  await pressOn(page, 'open-person', 'Zoë O’Hara');
  await onScreen(page, 'admin-person');
  await pressOn(page, 'end-all');
  await agree(page);
  await seesWords(page, 'All sessions of this person are ended.');
  await seesWords(page, 'Nowhere at the moment.');
  await theirs.goto(`${server.origin}/account`);
  await onScreen(theirs, 'signin');
  await elsewhere.close();
  await tick(page, 'input[name="two_factors"]');
  await seesWords(page, 'Two factors', '.facts');
  const { people } = await other.ask('GET', '/api/v1/people?search=zoe');
  assert.equal(people[0].two_factors, true);
  await pressOn(page, 'disable');
  await agree(page);
  await seesWords(page, 'The account is disabled.');
  await pressOn(page, 'delete');
  await agree(page);
  await onScreen(page, 'admin-people');
  assert.equal((await other.ask('GET', '/api/v1/people?search=zoe')).people.length, 0);
});

test('a session is ended: its cookie is worth nothing from then on', async () => {
  const stolen = await signedIn({ userAgent: 'Mozilla/5.0 (Windows NT 10.0) Firefox/140.0' });
  await open('/admin/sessions');
  await seesWords(page, 'Firefox on Windows', 'tr');
  await pressOn(page, 'session-end', 'Firefox on Windows');
  await agree(page);
  await seesWords(page, 'The session is ended.');
  assert.equal((await stolen.request('GET', '/api/v1/people')).status, 401);
  await other.ask('GET', '/api/v1/session');
});

test('an intruder who is in a meeting is out of it within a second, with camera and microphone (B10)', async () => {
  const room = await makeRoom('Confidential');
  const elsewhere = await browser.browser.createBrowserContext();
  const intruder = { page: await elsewhere.newPage() };
  await watchPage(intruder.page);
  await pages.signInOn(intruder.page, server, ADMIN);
  await intruder.page.goto(`${server.origin}/m/${room}`);
  await pressOn(intruder.page, 'agree-both');
  await intruder.page.waitForSelector('.preview video');
  await pressOn(intruder.page, 'join');
  await waitForScreen(intruder.page, 'meeting');
  await open('/admin/sessions');
  // The own session has no such button.
  await pressOn(page, 'session-end', 'Chrome on Linux');
  await agree(page);
  await seesWords(page, 'The session is ended.');
  const isOut = async () => (await screenOf(intruder.page))?.startsWith('over');
  await until('the end of the meeting', isOut, { timeout: await aSecond(), every: 20 });
  const { tracks } = await devicesUsed(intruder);
  assert.deepEqual([...tracks].sort(), ['audio ended', 'video ended']);
  assert.equal(await intruder.page.evaluate(() => window.testudoTest.connections().length), 0);
  await elsewhere.close();
});

test('a key is shown once, works, and does not when it is revoked', async () => {
  await open('/admin/keys');
  await pressOn(page, 'new-key');
  await fill(page, 'key-name', 'Shop');
  await pressOn(page, 'make-key');
  await seesWords(page, 'Choose at least one thing');
  await tick(page, 'input[name="rooms.read"]');
  await pressOn(page, 'make-key');
  const key = await page.waitForSelector('[data-secret="key"] textarea').then((e) => e.evaluate((t) => t.value));
  assert.match(key, /^tk_[\w-]{43}$/);
  const program = new Browser(server.origin);
  const use = () => program.bare('GET', '/api/v1/rooms', { headers: { authorization: `Bearer ${key}` } });
  assert.equal((await use()).status, 200);
  await open('/admin/keys');
  await seesWords(page, 'Shop', 'tr');
  assert.ok(!(await page.content()).includes(key));
  await pressOn(page, 'key-revoke', 'Shop');
  await agree(page);
  await seesWords(page, 'Revoked', 'tr');
  assert.equal((await use()).status, 401);
});

test('a webhook shows its secret once', async () => {
  await open('/admin/webhooks');
  await pressOn(page, 'new-webhook');
  await fill(page, 'webhook-name', 'Pay');
  await pressOn(page, 'make-webhook');
  const secret = await page.waitForSelector('[data-secret="secret"] textarea').then((e) => e.evaluate((t) => t.value));
  assert.ok(secret.length >= 32);
  await open('/admin/webhooks');
  await seesWords(page, 'Pay', 'tr');
  assert.ok(!(await page.content()).includes(secret));
});

test('the settings are told in words', async () => {
  await open('/admin/settings');
  await seesWords(page, server.origin, '[data-setting="origin"]');
  await seesWords(page, 'Only by invitation', '[data-setting="sign_up"]');
  await seesWords(page, 'The server was started without a file.', '[data-section="where"]');
});

test('the log tells what was done, in sentences, and that nothing of it was changed', async () => {
  await open('/admin/log');
  await seesWords(page, `${ADMIN} made the key “Shop”.`);
  await pages.choose(page, 'log-kind', 'ticket_revoked');
  await seesWords(page, `${ADMIN} revoked a ticket of cem@example.org.`);
  await until('other events gone', async () => !(await wordsOn(page)).includes('made the key'));
  await pressOn(page, 'verify-log');
  await page.waitForSelector('[data-proof="whole"]');
});

// --- what others have typed (B3) ---

const PAYLOADS = [
  '<img src=x onerror=alert(1)>',
  '"><script>window.pwned=1</script>',
  "'><svg/onload=alert(1)>",
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '<iframe srcdoc="<script>parent.pwned=1</script>">',
  '<a href="javascript:window.pwned=1">x</a>',
  '&lt;b&gt;not bold&lt;/b&gt;',
];

/** Tries every text where people type, as far as the server takes it. Gives what it took. */
async function plant() {
  const taken = [];
  const attempt = async (method, path, body) => {
    const answer = await other.request(method, path, { body });
    if (answer.status < 300) taken.push(body);
    return answer.json;
  };
  for (const [index, text] of PAYLOADS.entries()) {
    const room = await attempt('POST', '/api/v1/rooms', { title: text, kind: 'ticket' });
    await attempt('POST', '/api/v1/series', { title: text });
    await attempt('POST', '/api/v1/people', { email: `x${index}@example.org`, name: text });
    await attempt('POST', '/api/v1/webhooks', { name: text });
    await attempt('POST', '/api/v1/keys', { name: text, scopes: ['attendance'] });
    if (room.id !== undefined)
      await attempt('POST', `/api/v1/rooms/${room.id}/tickets`, { email: `y${index}@example.org`, reference: text });
  }
  const device = new Browser(server.origin, { userAgent: PAYLOADS.join(' ') });
  await signIn(device, ADMIN);
  return taken;
}

/** As a name: markup, and in a spreadsheet a formula. */
const FORMULA = '=1+1 <img src=x onerror=alert(1)>';

/** A room in which people of such names came, and one of them is banned. */
async function meetEvilNames() {
  const { id: room } = await other.ask('POST', '/api/v1/rooms', { title: PAYLOADS[3], kind: 'open' }, 201);
  const host = await other.join(room, FORMULA);
  host.send('hello');
  await host.next('welcome');
  const guest = await new Browser(server.origin).join(room, PAYLOADS[6]);
  guest.send('hello');
  const knock = await host.next('knock');
  host.send('ban', { who: knock.id });
  await guest.closed;
  await until('the ban', async () => (await other.ask('GET', `/api/v1/rooms/${room}/bans`)).bans.length === 1);
  await until('the stay', async () => (await other.ask('GET', `/api/v1/rooms/${room}/attendance`)).stays.length > 0);
  host.socket.close();
  return room;
}

/** Has the page note what its policy had to forbid, and what dialogs open. */
async function watchForScripts(watched) {
  const dialogs = [];
  watched.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await watched.evaluateOnNewDocument(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      window.violations.push(`${violatedDirective} ${blockedURI}`);
    });
  });
  return dialogs;
}

/** What a text from outside could have become in the page, and all that is read there. */
const lookOver = (watched) =>
  watched.evaluate(() => {
    const kinds = 'img, iframe, object, embed, a[href^="javascript"], [onerror], [onload]';
    const scripts = [...document.scripts].filter(({ src }) => !new URL(src).pathname.startsWith('/assets/'));
    const fields = [...document.querySelectorAll('input, option')].map((field) => field.value + field.textContent);
    return {
      foreign: [...scripts, ...document.querySelectorAll(kinds)].map((element) => element.outerHTML),
      violations: window.violations,
      ran: window.pwned !== undefined,
      words: [document.body.innerText, ...fields].join('\n'),
    };
  });

async function viewsOfAll() {
  const { rooms } = await other.ask('GET', '/api/v1/rooms?all=true&most=200');
  const { people } = await other.ask('GET', '/api/v1/people?search=x0%40example.org');
  const evil = rooms.find(({ title }) => title === PAYLOADS[0]);
  const admin = ['', '/people', '/rooms', '/sessions', '/keys', '/webhooks', '/log', '/tickets'];
  admin.push(`/people/${people[0].id}`);
  const parts = ['', '/members', '/tickets', '/bans', '/attendance'];
  return [
    '/rooms',
    '/series',
    '/account',
    ...admin.map((part) => `/admin${part}`),
    ...parts.map((part) => `/rooms/${evil.id}${part}`),
    `/rooms/${met}/bans`,
    `/rooms/${met}/attendance`,
  ];
}

/** What one browser makes of all these texts. */
async function lookEverywhere(watched) {
  const dialogs = await watchForScripts(watched);
  const shownAt = [];
  for (const view of await viewsOfAll()) {
    await watched.goto(`${server.origin}${view}`);
    await pages.isComplete(watched);
    const { words, ...found } = await lookOver(watched);
    assert.deepEqual(found, { foreign: [], violations: [], ran: false }, view);
    if ([FORMULA, ...PAYLOADS].some((text) => words.includes(text))) shownAt.push(view);
  }
  assert.deepEqual(dialogs, []);
  assert.ok(shownAt.length >= 10, `payloads were seen as text at ${shownAt.join(' ')} alone`);
}

let met;

test('names, titles, references and devices that others have typed stay text everywhere (B3)', async () => {
  const taken = await plant();
  met = await meetEvilNames();
  assert.ok(taken.length >= PAYLOADS.length * 2, `the server took ${taken.length}`);
  await lookEverywhere(page);
});

test('the same in Firefox (B3)', async () => {
  const firefox = await openBrowser('firefox');
  try {
    const watched = await firefox.newPage();
    await pages.signInOn(watched, server, ADMIN);
    await lookEverywhere(watched);
  } finally {
    await firefox.close();
  }
});

test('the file of who came has no cell that a spreadsheet takes for a formula', async () => {
  await open(`/rooms/${met}/attendance`);
  await page.evaluate(() => {
    const native = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      window.saved = blob;
      return native(blob);
    };
  });
  await pressOn(page, 'attendance-save');
  await until('the file', () => page.evaluate(() => window.saved !== undefined));
  const csv = await page.evaluate(() => window.saved.text());
  assert.ok(csv.includes(`"'${FORMULA}"`), csv);
  assert.doesNotMatch(csv, /(^|,)"?[=+\-@]/m);
});

// --- an intruder (B10): last, for it ends everything ---

test('the emergency page ends all other sessions and keys at once, and says so', async () => {
  const intruder = await signedIn();
  await open('/admin');
  await pressOn(page, 'to-emergency');
  await tick(page, 'input[name="demand_passwords"]', false);
  await pressOn(page, 'emergency');
  await agree(page);
  await onScreen(page, 'emergency-done');
  await seesWords(page, 'sessions were ended.');
  await seesWords(page, 'The server’s secrets are new.');
  assert.ok(!(await wordsOn(page)).includes('must choose a new password'));
  assert.equal((await intruder.request('GET', '/api/v1/people')).status, 401);
  await open('/admin/sessions');
  await until('one session', async () => (await page.$$('tbody tr')).length === 1);
  await seesWords(page, 'This is you, here', 'tr');
  await open('/admin/log');
  await seesWords(page, `${ADMIN} put out whoever should not be in.`);
  await signIn(new Browser(server.origin), ADMIN, PASSWORD);
});
