/* SPDX-License-Identifier: GPL-3.0-or-later */
// A man in the middle who has a certificate of his own: he opens what goes between browser and server, and changes it.
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeAuthority } from './authority.mjs';

/**
 * Returns {port, target, alter, asked, stop()}. Set `target` (the server's port) once it is known. `alter(path, body)`
 * gives the body that is passed on in place of `body` (Buffers); `asked` lists the paths that were asked for.
 */
export async function startMeddler() {
  const folder = await mkdtemp(path.join(tmpdir(), 'testudo-meddler-'));
  const authority = await makeAuthority(folder);
  const meddler = { port: 0, target: 0, alter: (_path, body) => body, asked: [] };
  const front = https.createServer(await authority.certificate('localhost'), (request, response) => {
    meddler.asked.push(request.url);
    const { method, url, headers } = request;
    // In plain bytes, so that they can be changed.
    const options = { host: '127.0.0.1', port: meddler.target, method, path: url, rejectUnauthorized: false,
      headers: { ...headers, 'accept-encoding': 'identity' } };
    const behind = https.request(options, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const body = meddler.alter(url, Buffer.concat(parts));
        const { 'content-length': _length, connection: _connection, ...passed } = answer.headers;
        response.writeHead(answer.statusCode, { ...passed, 'content-length': body.length });
        response.end(body);
      });
    });
    behind.on('error', () => response.destroy());
    request.pipe(behind);
  });
  await new Promise((resolve, reject) => {
    front.once('error', reject);
    front.listen(0, '127.0.0.1', resolve);
  });
  meddler.port = front.address().port;
  meddler.stop = async () => {
    front.closeAllConnections();
    await new Promise((resolve) => { front.close(resolve); });
    await rm(folder, { recursive: true, force: true });
  };
  return meddler;
}
