/* SPDX-License-Identifier: GPL-3.0-or-later */
// An event: starts a server of its own, makes a room with speakers, and lets `testudo load event` play it, with media.
//   node bench/load-event.mjs [VIEWERS=1000] [SPEAKERS=1] [SECONDS=20] [OPTION OF testudo load event]...
//   node bench/load-event.mjs --smoke    a few people, to see that it runs
// Server and people run beside each other on the same cores.
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../tests/lib/load.mjs';
import { startServer } from '../tests/lib/server.mjs';

const smoke = process.argv[2] === '--smoke';
const [viewers = '1000', speakers = '1', seconds = '20', ...more] = smoke ? ['10', '2', '1', '--stay', '2'] : process.argv.slice(2);
const server = await startServer();
try {
  const owner = await firstAdministrator(server);
  const room = await openEvent(owner);
  const named = await nameSpeakers(server, owner, room, Number(speakers));
  const args = ['--over', seconds, ...more];
  process.exitCode = (await loadEvent(server, room, { speakers: named, viewers, args, show: true })).code;
} finally {
  await server.stop();
}
