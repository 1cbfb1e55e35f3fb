/* SPDX-License-Identifier: GPL-3.0-or-later */
// An event in two media processes, played by `testudo load event`: the speakers are served by one, the viewers by both;
// everybody gets everything, decrypted and compared byte by byte, and what was shared came whole. (A12)
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstAdministrator } from '../lib/accounts.mjs';
import { startServer } from '../lib/server.mjs';
import { holdsSmallEvent } from '../lib/small-event.mjs';

const VIEWERS = 200;
const SPEAKERS = 5;

/** What the media processes say at their end: [{process, out, 'packets in', lost, …}], by process. */
function shared(output) {
  const lines = output.match(/shared process=.*/g) ?? [];
  const facts = lines.map((line) =>
    Object.fromEntries([...line.matchAll(/([a-z]+(?: [a-z]+)*)=(\d+)/g)].map(([, name, n]) => [name.replace('shared ', ''), Number(n)])));
  return facts.sort((a, b) => a.process - b.process);
}

test(`${VIEWERS} viewers and ${SPEAKERS} speakers in two media processes`, { timeout: 120_000 }, async (t) => {
  const server = await startServer({ mediaProcesses: 2 });
  t.after(() => server.stop());
  const owner = await firstAdministrator(server);
  await holdsSmallEvent(server, owner, { viewers: VIEWERS, speakers: SPEAKERS });
  await server.stop();
  const facts = shared(server.output());
  assert.equal(facts.length, 2, server.output());
  const away = facts.find((f) => f['packets in'] > 0);
  const home = facts.find((f) => f !== away);
  for (const f of facts) t.diagnostic(JSON.stringify(f));
  assert.equal(home['packets in'], 0);
  assert.equal(home.people + away.people, VIEWERS + SPEAKERS);
  // By load: about as many here as there.
  assert.ok(away.people >= VIEWERS * 0.4 && away.people <= VIEWERS * 0.6, `${away.people} of ${VIEWERS} are served away`);
  assert.equal(home.lost + home.bad + away.bad, 0);
  // Each packet came once, whatever the number of viewers; and however many wanted key frames, the home heard of few.
  assert.ok(away.forwarded > away['packets in'] * away.people * 0.3, JSON.stringify(away));
  assert.ok(away['packets in'] <= home.out, JSON.stringify(facts));
  assert.ok(home['keys wanted'] < SPEAKERS * 40, JSON.stringify(home));
});
