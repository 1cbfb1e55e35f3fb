/* SPDX-License-Identifier: GPL-3.0-or-later */
// Participants and attackers without a browser: signalling in Node (signal-client.mjs), media by the tools of
// tests/attack/tool. Everyone has a loopback address of their own, so that what belongs to whom can be told on the
// wire.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { noteLeftover } from './leftovers.mjs';
import { BUILD } from './server.mjs';
import { Browser, SignalSocket } from './signal-client.mjs';
import { until } from './wait.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The tools are built with the C tests; the release build may be without them. */
function toolPath(name) {
  const folders = [BUILD, path.join(ROOT, 'build/test-gcc')];
  const found = folders.map((folder) => path.join(folder, 'tests/attack', name)).find(existsSync);
  if (!found) throw new Error(`${name} is not built; ninja -C build/test-gcc`);
  return found;
}

/** A running tool: commands as lines in, events as lines of JSON out. Events are kept until `next` takes them. */
export class Tool extends EventEmitter {
  constructor(name, args) {
    super();
    this.events = [];
    this.waiting = [];
    this.said = '';
    this.child = spawn(toolPath(name), args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.forget = noteLeftover(() => this.child.kill('SIGKILL'));
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
    this.child.stderr.on('data', (data) => {
      this.said += data;
    });
    this.child.stdin.on('error', () => {});
    createInterface({ input: this.child.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
  }

  #take(event) {
    this.emit(event.event, event);
    const at = this.waiting.findIndex(({ fits }) => fits(event));
    if (at < 0) this.events.push(event);
    else this.waiting.splice(at, 1)[0].resolve(event);
  }

  command(...words) {
    this.child.stdin.write(`${words.join(' ')}\n`);
  }

  /** The first event of this kind, past or to come, that was not taken before. */
  next(kind, matches = () => true, timeoutMs = 20_000) {
    const fits = (event) => event.event === kind && matches(event);
    const at = this.events.findIndex(fits);
    if (at >= 0) return Promise.resolve(this.events.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no "${kind}" in time; ${this.said} ${JSON.stringify(this.events.slice(-5))}`)),
        timeoutMs,
      );
      const done = (event) => {
        clearTimeout(timer);
        resolve(event);
      };
      this.waiting.push({ fits, resolve: done });
      this.exited.then(({ code, signal }) => {
        clearTimeout(timer);
        reject(new Error(`a tool ended (${code ?? signal}): ${this.said}`));
      });
    });
  }

  ask(command, kind = command) {
    const answer = this.next(kind);
    this.command(command);
    return answer;
  }

  async stop() {
    this.child.stdin.end();
    const result = await this.exited;
    this.forget();
    return result;
  }
}

/** The pieces of an answer that a client needs, and where the server says that it is. */
export function readAnswer(sdp) {
  const one = (pattern) => sdp.match(pattern)?.[1];
  return {
    ufrag: one(/^a=ice-ufrag:(\S+)/m),
    pwd: one(/^a=ice-pwd:(\S+)/m),
    fingerprint: one(/^a=fingerprint:sha-256 (\S+)/m),
    candidates: [...sdp.matchAll(/^a=candidate:\S+ \d+ udp \d+ (\S+) (\d+)/gm)].map((m) => `${m[1]}:${m[2]}`),
  };
}

/** A browser's offer with other credentials: what an attacker with a client of their own would send. */
export function offerWith(template, { ufrag, pwd, fingerprint }) {
  return template
    .replace(/^a=ice-ufrag:.*\r?$/gm, `a=ice-ufrag:${ufrag}\r`)
    .replace(/^a=ice-pwd:.*\r?$/gm, `a=ice-pwd:${pwd}\r`)
    .replace(/^a=fingerprint:.*\r?$/gm, `a=fingerprint:sha-256 ${fingerprint}\r`);
}

/** A browser that remembers all that it got over HTTP. */
class RememberingBrowser extends Browser {
  answers = [];

  async request(method, path, options) {
    const answer = await super.request(method, path, options);
    this.answers.push(`${JSON.stringify(answer.headers)}\n${answer.text}`);
    return answer;
  }
}

/** A signalling socket whose `heard` has all that it got, from the answer to its upgrade on. */
async function openSignal(browser, room, name) {
  const secrets = await browser.entry(room, name);
  const { localAddress, cookie, origin } = browser;
  const signal = new SignalSocket(origin, secrets, cookie, { localAddress });
  signal.heard = [];
  signal.socket.on('upgrade', ({ headers }) => signal.heard.push(JSON.stringify(headers)));
  signal.on('message', (message) => signal.heard.push(JSON.stringify(message)));
  await signal.opened;
  return signal;
}

/** Somebody who is in the meeting. */
export class Person {
  constructor(name, browser, signal, address, tag) {
    Object.assign(this, { name, browser, signal, address, tag, offers: 0 });
    this.id = signal.hello.you;
  }

  /** Sends an offer; resolves to the `answer` or the `offer_refused` that belongs to it. */
  async offer(sdp, sources = { mic: '0', camera: '1', screen: null }) {
    const id = ++this.offers;
    this.signal.send('offer', { id, sdp, sources });
    const mine = (message) => message.id === id;
    return Promise.race([this.signal.next('answer', mine), this.signal.next('offer_refused', mine)]);
  }

  /** The next `security` message of a connection that is no longer on its way. */
  verdict(timeoutMs = 25_000) {
    return this.signal.next('security', ({ state }) => state !== 'connecting', timeoutMs);
  }

  /**
   * Joins with the honest client's media. `through` (an address with port) instead of the server's own; `change`
   * changes the offer on its way; `beforeAnswer(offer, answer)` is awaited before the client sees the answer.
   */
  async connect(words = ['mic', 'camera'], { through, change = (offer) => offer, beforeAnswer } = {}) {
    this.signal.send('state', { mic: words.includes('mic'), camera: words.includes('camera'), screen: false });
    this.media = new Tool('participant', [`${this.address}:0`, through ?? this.server, String(this.tag), ...words]);
    const { sdp, mic, camera } = await this.media.ask('offer');
    const offer = change(Buffer.from(sdp, 'base64').toString());
    const answer = await this.offer(offer, { mic, camera, screen: null });
    if (answer.type !== 'answer') throw new Error(`refused: ${answer.code}`);
    this.ownOffer = offer;
    this.answer = answer.sdp;
    await beforeAnswer?.(offer, answer.sdp);
    this.media.command('answer', Buffer.from(answer.sdp).toString('base64'));
    if (!(await this.media.next('answered')).fits) throw new Error('the answer does not fit');
    return this;
  }

  async connected() {
    await this.media.next('state', ({ state }) => state === 'connected');
    return this;
  }

  stats() {
    return this.media.ask('stats');
  }

  /**
   * Joins ICE honestly and does with DTLS what `words` say (tests/attack/tool/probe.c). The offer is `template` with
   * its credentials, and what is in `lies` ({ufrag, pwd, fingerprint}) in place of the truth.
   */
  async probe(template, words, lies = {}) {
    const probe = new Tool('probe', [`${this.address}:0`, this.server, ...words]);
    this.media = probe;
    const self = await probe.next('self');
    this.ufrag = lies.ufrag ?? self.ufrag;
    const answer = await this.offer(offerWith(template, { ...self, ...lies }));
    if (answer.type !== 'answer') throw new Error(`refused: ${answer.code}`);
    const { ufrag, pwd } = readAnswer(answer.sdp);
    this.answer = answer.sdp;
    probe.command('remote', ufrag, pwd);
    return probe;
  }

  /** Gives the place up. */
  async leave() {
    await this.media?.stop();
    this.signal.send('leave');
    await this.signal.closed;
  }
}

/** A meeting whose host sends no media and lets everybody in. */
export class Meeting {
  constructor(server) {
    this.server = server;
    this.people = [];
    this.media = `127.0.0.1:${server.mediaPort}`;
  }

  static async start(server) {
    const meeting = new Meeting(server);
    const host = new RememberingBrowser(server.origin);
    meeting.room = await host.host((await server.hostLink()).split('#')[1]);
    meeting.host = await openSignal(host, meeting.room, 'Hanna Host');
    meeting.host.send('hello');
    await meeting.host.next('welcome');
    meeting.host.on('knock', ({ id }) => meeting.host.send('admit', { who: id }));
    return meeting;
  }

  /** A guest at the loopback address `address`, already let in. */
  async enter(name, address) {
    const browser = new RememberingBrowser(this.server.origin, { localAddress: address });
    const signal = await openSignal(browser, this.room, name);
    signal.send('hello');
    await signal.next('welcome');
    const person = new Person(name, browser, signal, address, 100 + this.people.length);
    person.server = this.media;
    this.people.push(person);
    return person;
  }

  /** A guest with sound and picture, connected. */
  async join(name, address, words, options) {
    const person = await this.enter(name, address);
    await person.connect(words, options);
    return person.connected();
  }

  async stop() {
    for (const { media } of this.people) await media?.stop();
    this.host?.terminate();
    for (const { signal } of this.people) signal.terminate();
  }
}

/** What `watcher` gets of `sender`'s microphone ("audio") or camera: the slot's statistics, or undefined. */
export async function slotOf(watcher, sender, video) {
  const { slots } = await watcher.stats();
  return slots.find((slot) => slot.video === video && slot.packets > 0 && slot.who === sender.tag);
}

/** Waits until everyone sees and hears every other one. */
export function allFlows(people) {
  return until('sound and picture of everybody at everybody', async () => {
    for (const watcher of people) {
      for (const sender of people) {
        if (watcher !== sender && !(await slotOf(watcher, sender, true))) return false;
        if (watcher !== sender && !(await slotOf(watcher, sender, false))) return false;
      }
    }
    return true;
  });
}

/**
 * Runs `attack` while `people` are in a call, and says what the call lost by it. Each entry: {watcher, sender, source,
 * frames, whole, medianMs, p99Ms, late}: frames between the first and the last that came, how many of them came whole, how
 * long these took from the sender to the watcher, and how many came so much later that sound would have been replaced by
 * then. Frames go on all the time: the attack is followed by a wait until frames of after it have come.
 */
export async function duringCall(people, attack) {
  const sent = async () => Promise.all(people.map(async (person) => (await person.stats()).sent));
  for (const person of people) person.media.command('window');
  const before = await sent();
  const begun = performance.now();
  const result = await attack();
  const after = await sent();
  const seconds = (performance.now() - begun) / 1000;
  const seen = [];
  for (const watcher of people) {
    for (const [i, sender] of people.entries()) {
      for (const video of watcher === sender ? [] : [false, true]) {
        const source = video ? 'camera' : 'mic';
        const slot = await until(`${sender.name}'s ${source} at ${watcher.name} after the attack`, async () => {
          const now = await slotOf(watcher, sender, video);
          return now && now.last > after[i][source] && now;
        });
        seen.push({
          watcher: watcher.name,
          sender: sender.name,
          source,
          during: after[i][source] - before[i][source],
          sentPerSecond: (after[i][source] - before[i][source]) / seconds,
          frames: slot.last - slot.first - 1,
          whole: slot.whole,
          mixed: slot.mixed,
          first: slot.first,
          duplicates: slot.duplicates,
          medianMs: slot.medianUs / 1000,
          p99Ms: slot.p99Us / 1000,
          late: slot.late,
        });
      }
    }
  }
  return { result, seen };
}

/** The counters that media processes log at their end, summed: {"in": 1, "handshakes": 2, "dropped stun": 3, …}. */
export function countersOf(output) {
  const sums = {};
  for (const [line] of output.matchAll(/(datagrams|dropped|tcp) .*/g)) {
    const group = line.startsWith('dropped') ? 'dropped ' : '';
    for (const [, name, value] of line.replace(/^(?!tcp)\w+ /, '').matchAll(/([a-z][a-z ]*)=(\d+)/g)) {
      const key = group + name.trim();
      sums[key] = (sums[key] ?? 0) + Number(value);
    }
  }
  return sums;
}
