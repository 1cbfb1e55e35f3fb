/* SPDX-License-Identifier: GPL-3.0-or-later */
// A reference client of docs/SIGNALLING.md in plain Node: what a page does, without a browser, and with every check of
// the page. Attack tests use its parts to do what a page never would.
import { createHash, createHmac, generateKeyPairSync, hkdfSync, sign, timingSafeEqual } from 'node:crypto';
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
  if (method !== 'GET' && method !== 'HEAD' && !('origin' in headers)) sent.origin = origin;
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

/** Path and query in the one form that is signed (docs/API.md, section 2). */
export function targetOf(path) {
  const [before, query] = path.split('?');
  const encode = (text) =>
    encodeURIComponent(decodeURIComponent(text)).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const place = before.split('/').map(encode).join('/');
  if (query === undefined) return place;
  const parts = query.split('&').map((part) => {
    const [name, ...rest] = part.split('=');
    return rest.length === 0 ? encode(name) : `${encode(name)}=${encode(rest.join('='))}`;
  });
  return `${place}?${parts.join('&')}`;
}

/** A key as a browser's page makes it: {publicText, sign(text)}. */
export function makeKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const publicText = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('base64url');
  const signText = (text) => sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return { publicText, sign: (text) => signText(text).toString('base64url') };
}

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('base64url');

/** The header Testudo-Proof for one request. */
export function proofOf(key, { method, path, body = '', origin }, nonce) {
  const text = ['testudo proof v1', method, targetOf(path), hashOf(body), nonce, origin].join('\n');
  return `v1 ${nonce} ${key.sign(text)}`;
}

/**
 * What a browser keeps: its cookies and its key; and what its page does with them. `localAddress` is where it is,
 * `userAgent` what it calls itself.
 */
export class Browser {
  constructor(origin, { localAddress, userAgent } = {}) {
    this.origin = origin;
    this.key = makeKey();
    this.jar = new Map();
    this.nonces = [];
    this.localAddress = localAddress;
    this.userAgent = userAgent;
  }

  /** The Cookie header, or undefined. */
  get cookie() {
    if (this.jar.size === 0) return undefined;
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** The Cookie header that a copy of the session's cookie would be. */
  get sessionCookie() {
    const value = this.jar.get('__Host-testudo');
    return value === undefined ? undefined : `__Host-testudo=${value}`;
  }

  #keep(answer) {
    for (const given of answer.headers['set-cookie'] ?? []) {
      const [name, value] = given.split(';')[0].split(/=(.*)/s);
      if (value === '') this.jar.delete(name);
      else this.jar.set(name, value);
    }
    const nonce = answer.headers['testudo-nonce'];
    if (nonce !== undefined) this.nonces.push(nonce);
    return answer;
  }

  /** A request without proof, as it is. */
  async bare(method, path, options = {}) {
    const headers = { ...(this.userAgent ? { 'user-agent': this.userAgent } : {}), ...options.headers };
    const mine = { cookie: this.cookie, localAddress: this.localAddress };
    return this.#keep(await request(this.origin, method, path, { ...mine, ...options, headers }));
  }

  /** Begins a guest's session unless there is one. */
  async begin() {
    if (this.sessionCookie !== undefined) return;
    const answer = await this.bare('POST', '/api/v1/session', { body: { key: this.key.publicText } });
    if (answer.status !== 201) throw new Error(`session: ${answer.status} ${answer.text}`);
  }

  async #proven(method, path, options, nonce) {
    const { body } = options;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const proof = proofOf(this.key, { method, path, body: text, origin: this.origin }, nonce);
    const headers = { 'testudo-proof': proof, ...options.headers };
    return this.bare(method, path, { ...options, ...(body === undefined ? {} : { body: text }), headers });
  }

  /** A request as the page sends it: in a session, with its proof; once more where the server wants a fresh nonce. */
  async request(method, path, options = {}) {
    await this.begin();
    const first = await this.#proven(method, path, options, this.nonces.pop() ?? 'A'.repeat(22));
    if (first.status !== 401 || first.json?.code !== 'use_nonce') return first;
    return this.#proven(method, path, options, this.nonces.pop());
  }

  /** The same, which must be answered with `status`; gives the answer's body. */
  async ask(method, path, body, status = 200) {
    const answer = await this.request(method, path, body === undefined ? {} : { body });
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  /** Uses a host link's token; gives the room's address. */
  async host(token) {
    return (await this.ask('POST', '/api/v1/host', { token }, 201)).room;
  }

  /** {entry, codeword} */
  async entry(room, name, resume = false) {
    return this.ask('POST', `/api/v1/rooms/${room}/entry`, resume ? { name, resume: true } : { name }, 201);
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
