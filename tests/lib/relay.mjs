/* SPDX-License-Identifier: GPL-3.0-or-later */
// A man in the middle for media: a UDP relay in front of a media port. The server announces the relay's address
// (`media_announce`), so every datagram of every browser passes here, where a test may watch, drop, change, delay,
// repeat or add. Needs no rights and no packet capture.
import dgram from 'node:dgram';

/** What a datagram is by its first byte (RFC 7983), and RTP apart from RTCP (RFC 5761). */
export function kindOf(data) {
  const first = data[0] ?? 255;
  if (first < 4) return 'stun';
  if (first >= 20 && first < 64) return 'dtls';
  if (first < 128 || first > 191 || data.length < 12) return 'other';
  return data[1] >= 192 && data[1] <= 223 ? 'rtcp' : 'rtp';
}

function bind(socket, port, address) {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => resolve(socket.address().port));
  });
}

/**
 * Listens on `listen`:`port` and hands everything on to `target`:`port`, one upstream socket per client address.
 * `filter(datagram)` sees {up: true toward the server, data, kind, client} and answers what goes on: undefined or true
 * (unchanged), false (dropped), a Buffer, or an array of Buffers. `captured` holds all datagrams as they came in.
 */
export async function startRelay({ listen = '127.0.0.2', target = '127.0.0.1', port }) {
  const front = dgram.createSocket('udp4');
  const clients = new Map(); // "address:port" -> upstream socket
  const relay = { captured: [], capture: true, filter: null, clients };

  function passOn(datagram, send) {
    if (relay.capture) relay.captured.push(datagram);
    const verdict = relay.filter ? relay.filter(datagram) : true;
    if (verdict === false) return;
    const list = Array.isArray(verdict) ? verdict : [Buffer.isBuffer(verdict) ? verdict : datagram.data];
    for (const data of list) send(data);
  }

  function upstreamOf(remote) {
    const key = `${remote.address}:${remote.port}`;
    let entry = clients.get(key);
    if (!entry) {
      const socket = dgram.createSocket('udp4');
      const ready = bind(socket, 0, target);
      entry = { socket, ready, remote, key };
      socket.on('message', (data) =>
        passOn({ up: false, data, kind: kindOf(data), client: key, at: Date.now() }, (out) =>
          front.send(out, remote.port, remote.address),
        ),
      );
      clients.set(key, entry);
    }
    return entry;
  }

  front.on('message', (data, remote) => {
    const entry = upstreamOf(remote);
    passOn({ up: true, data, kind: kindOf(data), client: entry.key, at: Date.now() }, (out) =>
      entry.ready.then(() => entry.socket.send(out, port, target)),
    );
  });
  await bind(front, port, listen);

  /**
   * The client that the server knows by this port: a browser tells it as that of its local (peer-reflexive) candidate.
   */
  relay.clientBehind = (upstreamPort) =>
    [...clients.values()].find(({ socket }) => socket.address().port === upstreamPort)?.key;
  /** Sends `data` to the server as if it came from this client. */
  relay.injectUp = (client, data) => clients.get(client).socket.send(data, port, target);
  /** Sends `data` to this client as if it came from the server. */
  relay.injectDown = (client, data) => {
    const { remote } = clients.get(client);
    front.send(data, remote.port, remote.address);
  };
  relay.stop = () => {
    front.close();
    for (const { socket } of clients.values()) socket.close();
  };
  return relay;
}
