/* SPDX-License-Identifier: GPL-3.0-or-later */
// A small event, played by `testudo load event` with real media: everybody gets in, everybody gets the speakers' pictures
// and voices, decrypted and compared byte by byte. (A12; how many a machine holds is measured in bench/load-event.mjs.)
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { makeAuthority } from '../lib/authority.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../lib/load.mjs';
import { startServer } from '../lib/server.mjs';
import { holdsSmallEvent } from '../lib/small-event.mjs';

const VIEWERS = 200;
const SPEAKERS = 5;

let server, owner;
before(async () => {
  server = await startServer();
  owner = await firstAdministrator(server);
});
after(() => server?.stop());

test(`${VIEWERS} viewers and ${SPEAKERS} speakers`, { timeout: 120_000 }, () =>
  holdsSmallEvent(server, owner, { viewers: VIEWERS, speakers: SPEAKERS }));

test('viewers change between grid and speaker; nobody waits for the other size, and no picture stands still',
  { timeout: 60_000 }, async () => {
    const room = await openEvent(owner);
    const speakers = await nameSpeakers(server, owner, room, SPEAKERS);
    const args = ['--pictures', SPEAKERS, '--sizes', 3, '--change', 2, '--frames', 15, '--packets', 2, '--over', 2,
      '--stay', 8, '--patience', 30];
    const { report, output } = await loadEvent(server, room, { speakers, viewers: 20, args });
    const { larger, smaller, unchanged, lost, packets, without_picture: without } = report.media;
    assert.ok(larger.n > 20 && smaller.n > 20, output);
    assert.equal(unchanged + without, 0, output);
    assert.ok(lost < packets / 100, output);
  });

test('who speaks and is not let in: it says so, and brings nobody', async () => {
  const room = await openEvent(owner);
  const speakers = path.join(server.data, 'strangers.txt');
  await writeFile(speakers, 'nobody@school.example not the right words\n');
  const { code, output } = await loadEvent(server, room, { speakers, viewers: 1 });
  assert.equal(code, 1);
  assert.match(output, /The host, nobody@school\.example, could not come in: "wrong_password"/);
});

test('a file that names nobody, or breaks the form: line and mend', async () => {
  const room = await openEvent(owner);
  const speakers = path.join(server.data, 'broken.txt');
  await writeFile(speakers, '# who speaks\nonly-an-address@school.example\n');
  const { code, output } = await loadEvent(server, room, { speakers, viewers: 1 });
  assert.equal(code, 2);
  assert.match(output, /broken\.txt, line 2: this is not "EMAIL PASSWORD"/);
});

test('a certificate that is not trusted: it says so at once, and what to do', async () => {
  const room = await openEvent(owner);
  const speakers = await nameSpeakers(server, owner, room, 1);
  const { file } = await makeAuthority(server.data, 'Somebody else');
  const { code, output } = await loadEvent(server, room, { speakers, viewers: 1, args: ['--trust', file] });
  assert.equal(code, 1);
  assert.match(output, /The server's certificate is not trusted for localhost: .+\. Mend: --trust FILE/);
});
