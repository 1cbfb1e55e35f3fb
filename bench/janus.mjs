/* SPDX-License-Identifier: GPL-3.0-or-later */
// The same viewers, in C, at Janus and at Testudo, one after the other in one run: packets that reach them for each second
// of the server's CPU time. One source: 30 pictures of two packets and 50 sound packets a second.
//   node bench/janus.mjs [--alone] [VIEWERS=600] [SECONDS=10]
// --alone: without Janus, to compare two builds of Testudo (TESTUDO_BUILD) by turns.
// Needs Debian's package janus; its streaming plug-in, one event loop, on an address of this machine.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { firstAdministrator } from '../tests/lib/accounts.mjs';
import { loadEvent, nameSpeakers, openEvent } from '../tests/lib/load.mjs';
import { BUILD, startServer } from '../tests/lib/server.mjs';

const alone = process.argv[2] === '--alone';
const [viewers = 600, seconds = 10] = process.argv.slice(alone ? 3 : 2).map(Number);
const API = 18188;
const AUDIO = 18190;
const VIDEO = 18192;
const AT_ONCE = 20;
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 * AT_ONCE });
const PLUGINS = '/usr/lib/x86_64-linux-gnu/janus';

async function startJanus(folder) {
  const off = (names) => names.map((name) => `"${name}"`).join(',');
  await writeFile(path.join(folder, 'janus.jcfg'), `
general: { configs_folder = "${folder}"; plugins_folder = "${PLUGINS}/plugins"; transports_folder = "${PLUGINS}/transports";
  debug_level = 3; event_loops = 1; session_timeout = 0; server_name = "bench" }
media: { rtp_port_range = "20000-60000" }
nat: { ignore_mdns = true }
plugins: { disable = ${off(['libjanus_audiobridge.so', 'libjanus_duktape.so', 'libjanus_echotest.so', 'libjanus_lua.so',
    'libjanus_nosip.so', 'libjanus_recordplay.so', 'libjanus_sip.so', 'libjanus_textroom.so', 'libjanus_videocall.so',
    'libjanus_videoroom.so', 'libjanus_voicemail.so']).replaceAll('","', ',')} }
transports: { disable = "libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so,libjanus_websockets.so" }
`);
  await writeFile(path.join(folder, 'janus.transport.http.jcfg'),
    `general: { json = "compact"; base_path = "/janus"; http = true; port = ${API}; ip = "127.0.0.1"; https = false }\n`);
  await writeFile(path.join(folder, 'janus.plugin.streaming.jcfg'), `
event: { type = "rtp"; id = 1; audio = true; video = true; audioport = ${AUDIO}; audiopt = 111; audiocodec = "opus";
  audiortpmap = "opus/48000/2"; videoport = ${VIDEO}; videopt = 96; videocodec = "vp8"; videortpmap = "VP8/90000" }
`);
  const child = spawn('janus', ['-F', folder, '-C', path.join(folder, 'janus.jcfg')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => { output = (output + data).slice(-20_000); });
  for (let i = 0; ; i++) {
    const up = await ask('GET', '/janus/info').then(() => true, () => false);
    if (up) return child;
    if (i > 100 || child.exitCode !== null) throw new Error(`Janus does not start: ${output}`);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
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

/** The tool's people, told by lines. */
function startPeople(server) {
  const args = ['load', 'media', '--people', viewers, '--server', server];
  const child = spawn(path.join(BUILD, 'src/cli/testudo'), args.map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = new Map();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    const key = message.who ?? Object.keys(message)[0];
    waiting.get(key)?.(message);
    waiting.delete(key);
    if (message.error) console.error(line.slice(0, 300));
  });
  return {
    say(message, answer) {
      const heard = answer === undefined ? undefined : new Promise((resolve) => { waiting.set(answer, resolve); });
      child.stdin.write(`${JSON.stringify(message)}\n`);
      return heard;
    },
    end() {
      const heard = new Promise((resolve) => { waiting.set('media', resolve); });
      child.stdin.end();
      return heard;
    },
  };
}

async function watch(people, who) {
  const session = `/janus/${(await ask('POST', '/janus', { janus: 'create' })).data.id}`;
  const plugin = { janus: 'attach', plugin: 'janus.plugin.streaming' };
  const handle = `${session}/${(await ask('POST', session, plugin)).data.id}`;
  await ask('POST', handle, { janus: 'message', body: { request: 'watch', id: 1 } });
  let event;
  do event = await ask('GET', `${session}?maxev=1`); while (event.jsep === undefined);
  const { answer, error } = await people.say({ do: 'answer', who, offer: event.jsep.sdp }, who);
  if (error) throw new Error(error);
  await ask('POST', handle, { janus: 'message', body: { request: 'start' }, jsep: { type: 'answer', sdp: answer } });
}

async function measureJanus() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'janus-'));
  const janus = await startJanus(folder);
  try {
    const people = startPeople(janus.pid);
    await people.say({ do: 'send', to: '127.0.0.1', audio: AUDIO, video: VIDEO });
    let next = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (next < viewers) await watch(people, next++);
    }));
    await new Promise((resolve) => { setTimeout(resolve, 3000); });
    const { steady } = await people.say({ do: 'measure', seconds }, 'steady');
    const { media } = await people.end();
    return { ...steady, media };
  } finally {
    janus.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureTestudo() {
  const server = await startServer();
  try {
    const owner = await firstAdministrator(server);
    const room = await openEvent(owner);
    const speakers = await nameSpeakers(server, owner, room, 1);
    const args = ['--over', viewers / 40, '--stay', seconds, '--patience', 60];
    const { report, output } = await loadEvent(server, room, { speakers, viewers, args });
    if (report === null) throw new Error(output);
    const { steady, ...media } = report.media;
    return { ...steady, flowing: report.media.flowing, media };
  } finally {
    await server.stop();
  }
}

const row = (name, m) => {
  const rate = m.packets / m.cpu_s;
  console.log(`| ${name} | ${m.flowing} | ${(m.packets / m.seconds).toFixed(0)} | ${(100 * m.cpu_s / m.seconds).toFixed(0)} % | ` +
    `${rate.toFixed(0)} | ${m.media.video_delay.median_ms.toFixed(1)}, ${m.media.video_delay.p99_ms.toFixed(1)} | ${m.media.lost} |`);
  return rate;
};
console.log('| server | viewers with media | packets a second | CPU | packets per CPU-second | picture on the way, ms: median, 99 % | lost |');
console.log('|---|---|---|---|---|---|---|');
const theirs = alone ? undefined : row('Janus', await measureJanus());
const ours = row('Testudo', await measureTestudo());
if (theirs !== undefined) console.log(`\nTestudo: ${(ours / theirs).toFixed(1)} times the packets per CPU-second`);
process.exit(0);
