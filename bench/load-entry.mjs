/* SPDX-License-Identifier: GPL-3.0-or-later */
// The join storm: starts a server of its own, makes an event and lets `testudo load entry` bring people in, each from an
// address of its own. One in twenty tries what it must not.
//   node bench/load-entry.mjs [PEOPLE=5000] [SECONDS=30] [OPTION OF testudo load entry]...
// Server and people run beside each other on the same cores.
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEntry, openEvent } from '../tests/lib/load.mjs';
import { startServer } from '../tests/lib/server.mjs';

const [people = '5000', seconds = '30', ...more] = process.argv.slice(2);
const server = await startServer();
try {
  const owner = await firstAdministrator(server);
  const event = await openEvent(owner);
  const { id } = await owner.ask('POST', '/api/v1/rooms', { title: 'Members', kind: 'members' }, 201);
  const args = ['--over', seconds, '--waves', 2, '--wrong', 5, '--wrong-room', `${id}=sign_in_first`, ...more];
  process.exitCode = (await loadEntry(server, event, { people, args, show: true })).code;
} finally {
  await server.stop();
}
