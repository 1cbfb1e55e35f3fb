/* SPDX-License-Identifier: GPL-3.0-or-later */
// Pushes as much as it can to a peer by a pass to a relay, over so many allocations as it gets. Run as a program, so that who
// measures has the time of a process of their own: HOST PORT USERNAME CREDENTIAL PEER PEER_PORT SECONDS. Says, as JSON, how
// many allocations it got, the codes of those that it did not get, and the bytes that it has sent.
import { TurnClient, channelData } from '../../lib/turn.mjs';

const TRIES = 24,
  CHANNEL = 0x4002;
const [host, port, username, credential, peer, peerPort, seconds] = process.argv.slice(2);
const clients = [];
const refused = [];
let sent = 0;

for (let i = 0; i < TRIES; i++) {
  const client = await TurnClient.open({ host, port: Number(port), login: { username, credential } });
  const { code } = await client.allocate();
  if (code === 0) await client.bind(peer, Number(peerPort), CHANNEL);
  if (code === 0) clients.push(client);
  else client.close();
  if (code !== 0) refused.push(code);
}

// What nobody sent by a checked address: the media process drops it unread.
const some = Buffer.concat(Array.from({ length: 50 }, () => channelData(CHANNEL, Buffer.alloc(1200, 0x80))));
const end = Date.now() + Number(seconds) * 1000;
await Promise.all(
  clients.map(async (client) => {
    while (Date.now() < end) {
      await client.write(some);
      sent += some.length;
    }
    client.close();
  }),
);
console.log(JSON.stringify({ allocations: clients.length, refused, sent }));
process.exit(0);
