/* SPDX-License-Identifier: GPL-3.0-or-later */
// A TCP proxy before the server, so that a test can take the network away from pages and give it back. It sees only
// ciphertext.
import net from 'node:net';

/**
 * Options: `listen` and `port`, where it is reached (127.0.0.1, a free one). Returns {port, target, open, connections, cut(), stop()}: `connections` counts those that came since the last cut.
 * Set `target` (a port on 127.0.0.1) once it is known. cut() ends every connection at once and refuses new ones until
 * `open` is true again.
 */
export async function startProxy({ listen = '127.0.0.1', port = 0 } = {}) {
  const pairs = new Set();
  const proxy = { port: 0, target: 0, open: true, connections: 0 };
  const listener = net.createServer((near) => {
    if (!proxy.open) return near.resetAndDestroy();
    const far = net.connect(proxy.target, '127.0.0.1');
    const pair = [near, far];
    pairs.add(pair);
    proxy.connections++;
    for (const [one, other] of [pair, [far, near]]) {
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
    }
    return undefined;
  });
  await new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, listen, resolve);
  });
  proxy.port = listener.address().port;
  proxy.cut = () => {
    proxy.open = false;
    proxy.connections = 0;
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
  };
  proxy.stop = () => {
    proxy.cut();
    return new Promise((resolve) => {
      listener.close(resolve);
    });
  };
  return proxy;
}
