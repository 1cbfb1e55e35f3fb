/* SPDX-License-Identifier: GPL-3.0-or-later */
// Changes a DTLS ClientHello on its way, as a man in the middle would: put together from its fragments, changed, cut
// again (RFC 9147, section 5; RFC 8446, section 4.1.2). For the relay's filter.
const RECORD_HEAD = 13;
const MESSAGE_HEAD = 12;
const MOST = 1100; // bytes of a fragment

const GROUPS = 10,
  KEY_SHARE = 51,
  VERSIONS = 43;

/** The unprotected handshake fragments of type ClientHello in a datagram; [] if it holds anything else. */
function helloFragments(datagram) {
  const found = [];
  for (let at = 0; at + RECORD_HEAD <= datagram.length; ) {
    const length = datagram.readUInt16BE(at + 11);
    const body = datagram.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length);
    if (datagram[at] !== 22 || datagram.readUInt16BE(at + 3) !== 0 || body.length < MESSAGE_HEAD || body[0] !== 1)
      return [];
    found.push({
      seq: body.readUInt16BE(4),
      total: body.readUIntBE(1, 3),
      offset: body.readUIntBE(6, 3),
      data: body.subarray(MESSAGE_HEAD),
    });
    at += RECORD_HEAD + length;
  }
  return found;
}

/** The extensions of a ClientHello as [{type, data}], and all that stands before them. */
function parseHello(hello) {
  let at = 2 + 32;
  at += 1 + hello[at]; // session id
  at += 1 + hello[at]; // cookie
  at += 2 + hello.readUInt16BE(at); // suites
  at += 1 + hello[at]; // compression
  const extensions = [];
  for (let e = at + 2; e + 4 <= hello.length; ) {
    const length = hello.readUInt16BE(e + 2);
    extensions.push({ type: hello.readUInt16BE(e), data: hello.subarray(e + 4, e + 4 + length) });
    e += 4 + length;
  }
  return { head: hello.subarray(0, at), extensions };
}

const u16 = (value) => Buffer.from([value >> 8, value & 255]);
const sized = (data) => Buffer.concat([u16(data.length), data]);

function writeHello({ head, extensions }) {
  return Buffer.concat([head, sized(Buffer.concat(extensions.flatMap(({ type, data }) => [u16(type), sized(data)])))]);
}

function withoutGroup(data, group) {
  const kept = [];
  for (let at = 2; at < data.length; at += 2) if (data.readUInt16BE(at) !== group) kept.push(data.subarray(at, at + 2));
  return sized(Buffer.concat(kept));
}

function withoutShare(data, group) {
  const kept = [];
  for (let at = 2; at < data.length; ) {
    const end = at + 4 + data.readUInt16BE(at + 2);
    if (data.readUInt16BE(at) !== group) kept.push(data.subarray(at, end));
    at = end;
  }
  return sized(Buffer.concat(kept));
}

/** Changes of a ClientHello: the extensions in, the extensions out. */
export const stripGroup = (group) => (extensions) =>
  extensions.map(({ type, data }) => {
    if (type === GROUPS) return { type, data: withoutGroup(data, group) };
    return { type, data: type === KEY_SHARE ? withoutShare(data, group) : data };
  });
export const stripShare = (group) => (extensions) =>
  extensions.map(({ type, data }) => ({ type, data: type === KEY_SHARE ? withoutShare(data, group) : data }));
export const stripVersions = (extensions) => extensions.filter(({ type }) => type !== VERSIONS && type !== KEY_SHARE);

/** The key exchange groups (RFC 8446, section 4.2.7) that these extensions name. */
export function groupsIn(extensions) {
  const { data } = extensions.find(({ type }) => type === GROUPS) ?? { data: Buffer.alloc(2) };
  return Array.from({ length: data.length / 2 - 1 }, (_, i) => data.readUInt16BE(2 + 2 * i));
}

function cut(hello, seq, nextRecord) {
  const datagrams = [];
  for (let offset = 0; offset < hello.length; offset += MOST) {
    const part = hello.subarray(offset, offset + MOST);
    const head = Buffer.alloc(RECORD_HEAD + MESSAGE_HEAD);
    head.writeUInt8(22, 0);
    head.writeUInt16BE(0xfefd, 1);
    head.writeUIntBE(nextRecord(), 5, 6);
    head.writeUInt16BE(MESSAGE_HEAD + part.length, 11);
    head.writeUInt8(1, 13);
    head.writeUIntBE(hello.length, 14, 3);
    head.writeUInt16BE(seq, 17);
    head.writeUIntBE(offset, 19, 3);
    head.writeUIntBE(part.length, 22, 3);
    datagrams.push(Buffer.concat([head, part]));
  }
  return datagrams;
}

/**
 * A filter for the relay that applies `change` (extensions in, extensions out; told the client, too) to every ClientHello
 * that passes towards the server. `filter.changed` counts the hellos that became different by it.
 */
export function changeHellos(change) {
  const whole = new Map(); // by client, number and length of the message: {bytes, have}
  let record = 0;
  function filter({ up, data, kind, client }) {
    const fragments = up && kind === 'dtls' ? helloFragments(data) : [];
    if (fragments.length === 0) return true;
    const out = [];
    for (const { seq, total, offset, data: part } of fragments) {
      const key = `${client} ${seq} ${total}`;
      const hello = whole.get(key) ?? { bytes: Buffer.alloc(total), have: new Set() };
      whole.set(key, hello);
      part.copy(hello.bytes, offset);
      for (let i = 0; i < part.length; i++) hello.have.add(offset + i);
      if (hello.have.size < total) continue;
      const before = parseHello(hello.bytes);
      const after = writeHello({ head: before.head, extensions: change(before.extensions, client) });
      if (!after.equals(hello.bytes)) filter.changed += 1;
      out.push(...cut(after, seq, () => record++));
    }
    return out.length > 0 ? out : false;
  }
  filter.changed = 0;
  return filter;
}
