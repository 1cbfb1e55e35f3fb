/* SPDX-License-Identifier: GPL-3.0-or-later */
// Starts testudo-outbound through tests/attack/tool/outbound_driver.c, which speaks to it as the web process does.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const TOOLS = path.resolve(ROOT, process.env.TESTUDO_TOOLS ?? 'build/test-gcc');

const escape = (text) => text.replaceAll('\\', '').replaceAll('\r', '\\r').replaceAll('\n', '\\n');

/**
 * Options of the configuration: { smtp_server: 'localhost:25', … }. Returns { pid, mail(fields), sms(fields), fetch(url),
 * post(url, authorization, body), log(), stop() }; the first four resolve to what the process answers: a word, and for
 * requests { outcome, status, body }.
 */
export async function startOutbound(options) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const driver = spawn(path.join(TOOLS, 'tests/attack/outbound_driver'),
    [path.join(TOOLS, 'src/outbound/testudo-outbound'), ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map();
  let log = '';
  let next = 1;
  let pid;
  driver.stderr.on('data', (data) => { log += data; });
  const ended = new Promise((resolve) => driver.once('exit', resolve));
  let code;
  const settle = (key, value) => {
    waiting.get(key)?.(value);
    waiting.delete(key);
  };
  const ready = new Promise((resolve) => waiting.set('ready', resolve));
  createInterface({ input: driver.stdout }).on('line', (line) => {
    const [what, id, outcome, status] = line.split(' ', 4);
    if (what === 'pid') pid = Number(id);
    else if (what === 'ready') settle('ready', true);
    else if (what === 'ended') code = Number(id);
    else if (what === 'fetch') {
      const body = line.split(' ').slice(4).join(' ');
      settle(id, { outcome, status: Number(status), body });
    } else settle(id, outcome);
  });
  const ask = (command, fields) => {
    const id = String(next++);
    const answer = new Promise((resolve, reject) => {
      waiting.set(id, resolve);
      ended.then(() => reject(new Error(`testudo-outbound ended:\n${log}`)));
    });
    driver.stdin.write(`${[command, id, ...fields.map(escape)].join('\t')}\n`);
    return answer;
  };
  if (!(await Promise.race([ready, ended.then(() => false)]))) throw new Error(`testudo-outbound did not start (${code}):\n${log}`);
  return {
    pid,
    mail: ({ to, name = '', subject, text }) => ask('mail', [to, name, subject, text]),
    sms: ({ to, text }) => ask('sms', [to, text]),
    fetch: (url) => ask('fetch', [url]),
    post: (url, authorization, body) => ask('post', [url, authorization, body]),
    log: () => log,
    async stop() {
      if (driver.exitCode === null) driver.stdin.write('stop\n');
      await ended;
      return code;
    },
  };
}
