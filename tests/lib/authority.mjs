/* SPDX-License-Identifier: GPL-3.0-or-later */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** A certificate authority for tests, in a folder; `certificate(name)` gives { cert, key } (PEM) for a DNS name or "IP:...". */
export async function makeAuthority(folder, name = 'Test authority') {
  const file = (part) => join(folder, `${name.replace(/\W/g, '-')}-${part}`);
  const ca = { cert: file('ca.pem'), key: file('ca-key.pem') };
  await run('openssl', ['req', '-x509', ...CURVE, '-days', '2', '-subj', `/CN=${name}`, '-keyout', ca.key, '-out', ca.cert]);
  let made = 0;
  return {
    file: ca.cert,
    async certificate(subject) {
      made += 1;
      const [request, key, cert, extension] = ['csr', 'key', 'cert', 'ext'].map((part) => file(`${made}.${part}`));
      const alternative = subject.startsWith('IP:') ? subject : `DNS:${subject}`;
      await writeFile(extension, `subjectAltName=${alternative}\nextendedKeyUsage=serverAuth\n`);
      await run('openssl', ['req', ...CURVE, '-subj', '/CN=test', '-keyout', key, '-out', request]);
      await run('openssl', ['x509', '-req', '-in', request, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-days', '2',
        '-extfile', extension, '-out', cert]);
      return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
    },
  };
}
