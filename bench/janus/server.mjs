/* SPDX-License-Identifier: GPL-3.0-or-later */
// Janus, from Debian's package, with one of its plug-ins: started on this machine, and spoken to over HTTP.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const API = 18188;
const AT_ONCE = 20;
const FOLDER = '/usr/lib/x86_64-linux-gnu/janus';
const PLUGINS = ['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom',
  'videocall', 'videoroom', 'voicemail'];
const TRANSPORTS = ['mqtt', 'nanomsg', 'pfunix', 'rabbitmq', 'websockets'];
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 * AT_ONCE });

const libraries = (names) => names.map((name) => `libjanus_${name}.so`).join(',');

/** `loops`: threads that carry media; 0: one for each connection, as Janus does if it isn't told otherwise. */
export async function startJanus(plugin, configuration, loops) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'janus-'));
  await writeFile(path.join(folder, 'janus.jcfg'), `
general: { configs_folder = "${folder}"; plugins_folder = "${FOLDER}/plugins";
  transports_folder = "${FOLDER}/transports"; debug_level = 3;
  event_loops = ${loops}; session_timeout = 0; server_name = "bench" }
media: { rtp_port_range = "20000-60000" }
nat: { ignore_mdns = true }
plugins: { disable = "${libraries(PLUGINS.filter((name) => name !== plugin))}" }
transports: { disable = "${libraries(TRANSPORTS)}" }
`);
  await writeFile(path.join(folder, 'janus.transport.http.jcfg'),
    `general: { json = "compact"; base_path = "/janus"; http = true; port = ${API}; ip = "127.0.0.1"; https = false }`);
  await writeFile(path.join(folder, `janus.plugin.${plugin}.jcfg`), configuration);
  const args = ['-F', folder, '-C', path.join(folder, 'janus.jcfg')];
  const child = spawn('janus', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const hear = (data) => { output = (output + data).slice(-20_000); };
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', hear);
  for (let i = 0; ; i++) {
    const up = await ask('GET', '/janus/info').then(() => true, () => false);
    if (up) break;
    if (i > 100 || child.exitCode !== null) throw new Error(`Janus does not start: ${output}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ask(method, target, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, host: '127.0.0.1', port: API, path: target, method,
      headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (data) => { text += data; });
      answer.on('end', () => { try { resolve(JSON.parse(text)); } catch (error) { reject(error); } });
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify({ transaction: 'x', ...body }));
  });
}

/** One that is connected to a plug-in, in a session of its own. */
export async function attach(plugin) {
  const session = `/janus/${(await ask('POST', '/janus', { janus: 'create' })).data.id}`;
  const { data } = await ask('POST', session, { janus: 'attach', plugin: `janus.plugin.${plugin}` });
  const handle = `${session}/${data.id}`;
  return {
    say: (body, jsep) => ask('POST', handle, { janus: 'message', body, jsep }),
    trickle: (candidate) => ask('POST', handle, { janus: 'trickle', candidate }),
    /** The next event of which `wanted` holds. */
    async event(wanted) {
      for (;;) {
        const event = await ask('GET', `${session}?maxev=1`);
        if (event.janus === 'error' || event.plugindata?.data.error) throw new Error(JSON.stringify(event));
        if (wanted(event)) return event;
      }
    },
  };
}

/** Everybody from `first` on and before `end`, some at once. */
export async function each(first, end, come) {
  let next = first;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => { while (next < end) await come(next++); }));
}
