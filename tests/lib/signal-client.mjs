/* SPDX-License-Identifier: GPL-3.0-or-later */
// A reference client of docs/SIGNALLING.md in plain Node: what a page does, without a browser, and with every check of
// the page. Attack tests use its parts to do what a page never would.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { EventEmitter } from 'node:events';
import https from 'node:https';
import WebSocket from 'ws';

export const FRAME_HEAD = 24;

/**
 * One HTTPS request; the answer's body is parsed if it is JSON. `headers` override what a page would send (origin: null
 * sends none); `localAddress` is where the request comes from. Always over IPv4: the tests' addresses are, and Node 18
 * takes the first address of "localhost" without trying the other.
 */
export function request(origin, method, path, options = {}) {
  const { body, headers = {}, cookie, agent, localAddress } = options;
  const sent = { ...headers };
  if (body !== undefined) sent['content-type'] ??= 'application/json';
  if (method === 'POST' && !('origin' in headers)) sent.origin = origin;
  if (sent.origin === null) delete sent.origin;
  if (cookie !== undefined) sent.cookie = cookie;
  const bytes = body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  if (bytes !== undefined) sent['content-length'] ??= bytes.length;
  return new Promise((resolve, reject) => {
    const how = { method, headers: sent, rejectUnauthorized: false, agent, localAddress, family: 4 };
    const outgoing = https.request(new URL(path, origin), how, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        const isJson = /json/.test(answer.headers['content-type'] ?? '') && text !== '';
        const json = isJson ? JSON.parse(text) : undefined;
        resolve({ status: answer.statusCode, headers: answer.headers, text, json });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(bytes);
  });
}

/** What a browser keeps: its one cookie. `localAddress` is where it is. */
export class Browser {
  constructor(origin, { localAddress } = {}) {
    this.origin = origin;
    this.cookie = undefined;
    this.localAddress = localAddress;
  }

  async request(method, path, options = {}) {
    const mine = { cookie: this.cookie, localAddress: this.localAddress };
    const answer = await request(this.origin, method, path, { ...mine, ...options });
    const given = answer.headers['set-cookie']?.[0];
    if (given !== undefined) this.cookie = given.split(';')[0];
    return answer;
  }

  /** Uses a host link's token; gives the room's address. */
  async host(token) {
    const answer = await this.request('POST', '/api/v1/host', { body: { token } });
    if (answer.status !== 201) throw new Error(`host: ${answer.status} ${answer.text}`);
    return answer.json.room;
  }

  /** {entry, codeword} */
  async entry(room, name, resume = false) {
    const body = resume ? { name, resume: true } : { name };
    const answer = await this.request('POST', `/api/v1/rooms/${room}/entry`, { body });
    if (answer.status !== 201) throw new Error(`entry: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Joins: takes an entry and opens the socket. Resolves after the server's hello was verified. */
  async join(room, name, resume = false) {
    const secrets = await this.entry(room, name, resume);
    const socket = new SignalSocket(this.origin, secrets, this.cookie, { localAddress: this.localAddress });
    await socket.opened;
    return socket;
  }
}

export function deriveKey({ entry, codeword }, direction, origin) {
  const info = `testudo signal v1 ${direction} ${origin}`;
  return Buffer.from(hkdfSync('sha256', Buffer.from(codeword, 'base64url'), Buffer.from(entry, 'base64url'), info, 32));
}

function tagOf(key, counter, json) {
  return createHmac('sha256', key).update(counter).update(json).digest().subarray(0, 16);
}

export function sealFrame(key, counter, text) {
  const head = Buffer.alloc(8);
  head.writeBigUInt64BE(BigInt(counter));
  const json = Buffer.from(text);
  return Buffer.concat([head, tagOf(key, head, json), json]);
}

/** The JSON text of a frame, or an Error: wrong tag, wrong counter. */
export function openFrame(key, expectedCounter, frame) {
  if (frame.length <= FRAME_HEAD) throw new Error('frame too short');
  const head = frame.subarray(0, 8), tag = frame.subarray(8, FRAME_HEAD), json = frame.subarray(FRAME_HEAD);
  if (!timingSafeEqual(tag, tagOf(key, head, json))) throw new Error('wrong tag');
  if (head.readBigUInt64BE() !== BigInt(expectedCounter)) throw new Error('wrong counter');
  return json.toString();
}

/** The raw WebSocket, with what a browser sends along. */
export function openWebSocket(origin, entry, options = {}) {
  const { cookie, headers = {}, protocols = ['testudo.v1'], url, localAddress } = options;
  const base = url ?? origin.replace(/^https/, 'wss');
  const sent = { ...headers };
  if (cookie !== undefined) sent.cookie = cookie;
  sent.origin ??= 'origin' in sent ? undefined : origin;
  if (sent.origin === undefined) delete sent.origin;
  return new WebSocket(`${base}/signal?entry=${entry}`, protocols,
    { headers: sent, rejectUnauthorized: false, perMessageDeflate: false, handshakeTimeout: 10000, localAddress,
      family: 4 });
}

/** Resolves to "open", or to the status with which the upgrade was refused. */
export function upgradeResult(socket) {
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    socket.on('error', reject);
  });
}

/**
 * One socket. Emits each message by its type, and `message` for all. Messages are kept from the start, so that `next`
 * finds those that came before it was called.
 */
export class SignalSocket extends EventEmitter {
  constructor(origin, secrets, cookie, options = {}) {
    super();
    this.keys = { server: deriveKey(secrets, 'server', origin), client: deriveKey(secrets, 'client', origin) };
    this.sent = 0;
    this.received = 0;
    this.n = 0;
    this.messages = [];
    this.waiting = [];
    this.socket = openWebSocket(origin, secrets.entry, { cookie, ...options });
    this.opened = this.#opened();
    this.end = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.socket.on('error', () => {});
    this.socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
  }

  #opened() {
    return new Promise((resolve, reject) => {
      this.socket.on('unexpected-response', (_request, { statusCode }) =>
        reject(new Error(`upgrade refused: ${statusCode}`)));
      this.socket.on('close', (code) => reject(new Error(`closed: ${code}`)));
      this.once('hello', resolve);
      this.once('forged', reject);
    });
  }

  #receive(data, isBinary) {
    let message;
    try {
      if (!isBinary) throw new Error('text frame');
      message = JSON.parse(openFrame(this.keys.server, this.received + 1, data));
    } catch (error) {
      this.emit('forged', error);
      this.socket.terminate();
      return;
    }
    this.received += 1;
    if (message.type === 'hello') {
      this.hello = message;
      this.n = message.handled;
    }
    this.messages.push(message);
    this.emit(message.type === 'error' ? 'error-message' : message.type, message);
    this.emit('message', message);
    this.waiting = this.waiting.filter((wait) => !wait(message));
  }

  /** {code, reason} once the socket is closed; fails if it is not within 10 s. */
  get closed() {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('the socket stayed open')), 10000);
    });
    return Promise.race([this.end, late]).finally(() => clearTimeout(timer));
  }

  /** Sends a message with the next n and the next counter. */
  send(type, fields = {}) {
    this.n += 1;
    this.sendRaw(JSON.stringify({ type, n: this.n, ...fields }));
  }

  /** Sends any text in a valid frame. */
  sendRaw(text) {
    this.sent += 1;
    this.socket.send(sealFrame(this.keys.client, this.sent, text));
  }

  /** The first message, past or to come, that fits and was not taken before. */
  next(type, fits = () => true, timeoutMs = 10000) {
    const matches = (message) => message.type === type && fits(message);
    const at = this.messages.findIndex(matches);
    if (at >= 0) return Promise.resolve(this.messages.splice(at, 1)[0]);
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no "${type}" within ${timeoutMs} ms; got: ${JSON.stringify(this.messages)}`));
      const timer = setTimeout(late, timeoutMs);
      this.end.then(({ code, reason }) => {
        clearTimeout(timer);
        reject(new Error(`closed with ${code} "${reason}" while waiting for "${type}"`));
      });
      this.waiting.push((message) => {
        if (!matches(message)) return false;
        clearTimeout(timer);
        this.messages.splice(this.messages.indexOf(message), 1);
        resolve(message);
        return true;
      });
    });
  }

  close() {
    this.socket.close();
    return this.closed;
  }

  terminate() {
    this.socket.terminate();
    return this.closed;
  }
}
