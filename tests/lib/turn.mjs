/* SPDX-License-Identifier: GPL-3.0-or-later */
// A small TURN client over TLS (RFC 8656, RFC 6062) for attacks on a relay: it asks for whatever it is told to.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import tls from 'node:tls';

const COOKIE = 0x2112a442;
const METHOD = { allocate: 3, refresh: 4, send: 6, permission: 8, bind: 9, connect: 10 };
const ATTRIBUTE = {
  username: 0x0006, integrity: 0x0008, error: 0x0009, channel: 0x000c, peer: 0x0012, data: 0x0013, realm: 0x0014,
  nonce: 0x0015, relayed: 0x0016, family: 0x0017, transport: 0x0019,
};

/** The user name and password that a server with this secret gives out; `until` in Unix seconds. */
export function passOf(secret, until, stay = 'abcdefgh') {
  const username = `${until}:${stay}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

function attribute(type, value) {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** The 16 bytes of an IPv6 address, also with an IPv4 tail. */
function bytesOfV6(ip) {
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip);
  const word = (high, low) => ((Number(high) << 8) | Number(low)).toString(16);
  const text = tail ? `${tail[1]}${word(tail[2], tail[3])}:${word(tail[4], tail[5])}` : ip;
  const [left, right] = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const words = right === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  const bytes = Buffer.alloc(16);
  words.forEach((hex, i) => bytes.writeUInt16BE(parseInt(hex, 16), 2 * i));
  return bytes;
}

/** XOR-PEER-ADDRESS of "ip" and a port, in the family that the text has. */
function peerValue(ip, port, transaction) {
  const v6 = net.isIPv6(ip);
  const address = v6 ? bytesOfV6(ip) : Buffer.from(ip.split('.').map(Number));
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE, 0);
  transaction.copy(mask, 4);
  const value = Buffer.alloc(4 + address.length);
  value[1] = v6 ? 2 : 1;
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  address.forEach((byte, i) => {
    value[4 + i] = byte ^ mask[i];
  });
  return value;
}

function parse(message) {
  const type = message.readUInt16BE(0);
  const found = new Map();
  for (let at = 20; at + 4 <= message.length; ) {
    const n = message.readUInt16BE(at + 2);
    found.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + n));
    at += 4 + n + ((4 - (n % 4)) % 4);
  }
  const error = found.get(ATTRIBUTE.error);
  return { ok: (type & 0x0110) === 0x0100, code: error ? error[2] * 100 + error[3] : 0, found };
}

const isChannelData = (data) => (data[0] & 0xc0) === 0x40;
const toWords = (n) => n + ((4 - (n % 4)) % 4);

/** ChannelData as it goes over TCP: RFC 8656, section 12.5. */
export function channelData(channel, data) {
  const framed = Buffer.alloc(4 + toWords(data.length));
  framed.writeUInt16BE(channel, 0);
  framed.writeUInt16BE(data.length, 2);
  data.copy(framed, 4);
  return framed;
}

/**
 * A connection to the relay. `ask` gives {ok, code, found}; code is 0 for a success, -1 when the relay has hung up. `onData`
 * gets what comes by a bound channel.
 */
export class TurnClient {
  onData = () => {};
  #socket;
  #received = Buffer.alloc(0);
  #waiting = [];
  #login;
  #realm;
  #nonce;

  static async open({ host, port, login, plain = false, ...options }) {
    const socket = plain
      ? net.connect({ host, port })
      : tls.connect({ host, port, rejectUnauthorized: false, servername: 'localhost', ...options });
    await new Promise((resolve, reject) => {
      socket.once(plain ? 'connect' : 'secureConnect', resolve);
      socket.once('error', reject);
    });
    return new TurnClient(socket, login);
  }

  constructor(socket, login) {
    this.#socket = socket;
    this.#login = login;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const resolve of this.#waiting.splice(0)) resolve({ ok: false, code: -1, found: new Map() });
    });
  }

  get protocol() {
    return this.#socket.getProtocol?.() ?? 'none';
  }

  #take(data) {
    this.#received = Buffer.concat([this.#received, data]);
    while (this.#received.length >= 4) {
      const length = this.#received.readUInt16BE(2);
      const n = isChannelData(this.#received) ? 4 + toWords(length) : 20 + length;
      if (this.#received.length < n) return;
      if (isChannelData(this.#received)) this.onData(this.#received.subarray(4, 4 + length));
      else this.#waiting.shift()?.(parse(this.#received.subarray(0, n)));
      this.#received = this.#received.subarray(n);
    }
  }

  #write(method, cls, parts, transaction) {
    const head = Buffer.alloc(20);
    head.writeUInt16BE(method | cls, 0);
    head.writeUInt32BE(COOKIE, 4);
    transaction.copy(head, 8);
    let body = Buffer.concat(parts);
    if (this.#realm && cls === 0) {
      const signed = [
        attribute(ATTRIBUTE.username, Buffer.from(this.#login.username)),
        attribute(ATTRIBUTE.realm, this.#realm),
        attribute(ATTRIBUTE.nonce, this.#nonce),
      ];
      body = Buffer.concat([body, ...signed]);
      head.writeUInt16BE(body.length + 24, 2);
      const key = createHash('md5').update(`${this.#login.username}:${this.#realm}:${this.#login.credential}`).digest();
      const tag = createHmac('sha1', key).update(Buffer.concat([head, body])).digest();
      body = Buffer.concat([body, attribute(ATTRIBUTE.integrity, tag)]);
    }
    head.writeUInt16BE(body.length, 2);
    this.#socket.write(Buffer.concat([head, body]));
  }

  async #once(method, make) {
    if (this.#socket.destroyed) return { ok: false, code: -1, found: new Map() };
    const transaction = randomBytes(12);
    const answer = new Promise((resolve) => this.#waiting.push(resolve));
    this.#write(METHOD[method], 0, make(transaction), transaction);
    return answer;
  }

  async ask(method, make = () => []) {
    let answer = await this.#once(method, make);
    if (answer.code === 401 && !this.#realm) {
      this.#realm = answer.found.get(ATTRIBUTE.realm);
      this.#nonce = answer.found.get(ATTRIBUTE.nonce);
      answer = await this.#once(method, make);
    }
    return answer;
  }

  /** `transport`: 17 UDP, 6 TCP; `family`: 1 IPv4, 2 IPv6. */
  allocate({ transport = 17, family } = {}) {
    return this.ask('allocate', () => [
      attribute(ATTRIBUTE.transport, Buffer.from([transport, 0, 0, 0])),
      ...(family ? [attribute(ATTRIBUTE.family, Buffer.from([family, 0, 0, 0]))] : []),
    ]);
  }

  permit(ip) {
    return this.ask('permission', (transaction) => [attribute(ATTRIBUTE.peer, peerValue(ip, 0, transaction))]);
  }

  bind(ip, port, channel = 0x4001) {
    return this.ask('bind', (transaction) => [
      attribute(ATTRIBUTE.channel, Buffer.from([channel >> 8, channel & 0xff, 0, 0])),
      attribute(ATTRIBUTE.peer, peerValue(ip, port, transaction)),
    ]);
  }

  connect(ip, port) {
    return this.ask('connect', (transaction) => [attribute(ATTRIBUTE.peer, peerValue(ip, port, transaction))]);
  }

  /** A datagram for a peer; nothing is answered. */
  send(ip, port, data) {
    const transaction = randomBytes(12);
    const parts = [
      attribute(ATTRIBUTE.peer, peerValue(ip, port, transaction)),
      attribute(ATTRIBUTE.data, Buffer.from(data)),
    ];
    this.#write(METHOD.send, 0x0010, parts, transaction);
  }

  /** Bytes as they are. Resolves when they are on their way, so that nobody piles up what nobody takes. */
  write(bytes) {
    return new Promise((resolve) => this.#socket.write(bytes, resolve));
  }

  close() {
    this.#socket.destroy();
  }
}

/**
 * A UDP port of this machine (`listen`:`port`) whose every caller reaches `peer` ({ip, port}) over the relay: a browser's own
 * TURN client for who has none. `open()` gives a TurnClient. Returns {close()}.
 */
export async function startRelayedPort({ listen, port, open, peer }) {
  const CHANNEL = 0x4001;
  const socket = dgram.createSocket('udp4');
  const callers = new Map();

  async function lead(caller) {
    const client = await open();
    client.onData = (data) => socket.send(data, caller.port, caller.address);
    const answers = [await client.allocate(), await client.bind(peer.ip, peer.port, CHANNEL)];
    if (answers.some(({ code }) => code !== 0)) throw new Error(`the relay refuses: ${answers.map(({ code }) => code)}`);
    return client;
  }

  socket.on('message', (data, caller) => {
    const name = `${caller.address}:${caller.port}`;
    if (!callers.has(name)) callers.set(name, lead(caller));
    callers.get(name).then((client) => client.write(channelData(CHANNEL, data)));
  });
  await new Promise((resolve, reject) => socket.once('error', reject).bind(port, listen, resolve));
  return {
    async close() {
      socket.close();
      for (const client of await Promise.allSettled(callers.values())) client.value?.close();
    },
  };
}
