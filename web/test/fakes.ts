/* SPDX-License-Identifier: GPL-3.0-or-later */
// The parts of a browser that the sessions touch, for tests in node: a network with a server at its other end, and
// media connections that negotiate without media.
import { noValue, problemFrom } from '../src/api/error';
import { FrameOpener, FrameSealer, deriveKey } from '../src/signal/frames';

export const ORIGIN = 'https://localhost:8443';

const PATIENCE_MS = 10_000;

/** Waits until `check` gives something; fails when it never comes (the test runner of Node 18 has no time limit of its own). */
export async function until<T>(check: () => T): Promise<NonNullable<T>> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    const result = check();
    if (result) return result;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`waited in vain until ${check.toString()}`);
}

/** Lets everything that is already under way finish. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

interface Timer {
  readonly run: () => void;
  readonly at: number;
}

/** Time that passes only when the test says so. */
export class FakeTime {
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, Timer>();

  readonly setTimeout = (run: () => void, milliseconds: number = 0): number => {
    this.#timers.set(this.#next, { run, at: this.#now + milliseconds });
    return this.#next++;
  };
  readonly clearTimeout = (id: number | undefined): void => {
    if (id !== undefined) this.#timers.delete(id);
  };

  /** Runs what is due within the next `milliseconds`, in order. */
  async pass(milliseconds: number): Promise<void> {
    await settle(); // what is under way sets its timers now, not when the time is over
    const end = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].run();
      await settle();
    }
    this.#now = end;
  }
}

export function installWindow(time: FakeTime): void {
  const windowParts = {
    setTimeout: time.setTimeout,
    clearTimeout: time.clearTimeout,
    setInterval: () => 0,
    clearInterval: () => undefined,
    addEventListener: () => undefined,
  };
  Object.assign(globalThis, { window: windowParts, location: { origin: ORIGIN, host: 'localhost:8443' } });
  if (!('any' in AbortSignal)) Object.assign(AbortSignal, { any: ([first]: AbortSignal[]) => first });
}

type Json = Record<string, unknown>;

/** The server's end of one socket. */
export class FakeSocket {
  static readonly OPEN = 1;
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  readonly url: string;
  binaryType = '';
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  /** Frames as they came from the page. */
  readonly frames: Uint8Array[] = [];
  readonly closedWith: number[] = [];

  constructor(url: string) {
    this.url = url;
    FakeNetwork.current.sockets.push(this);
  }

  send(frame: Uint8Array): void {
    this.frames.push(frame);
  }

  close(code: number): void {
    this.closedWith.push(code);
  }

  deliver(frame: Uint8Array): void {
    this.onmessage?.({ data: frame.slice().buffer });
  }
}

/** Answers the entry requests, and keeps the sockets that the page opens. */
export class FakeNetwork {
  static current: FakeNetwork;
  readonly sockets: FakeSocket[] = [];
  readonly requests: Json[] = [];
  /** Answers for the next requests; without one an entry is given. */
  readonly refusals: { status: number; code: string; retry_after?: number }[] = [];
  /** The next answer breaks off after its head. */
  torn = false;
  readonly #sealers = new Map<FakeSocket, FrameSealer>();
  readonly #openers = new Map<FakeSocket, FrameOpener>();

  constructor() {
    FakeNetwork.current = this;
    Object.assign(globalThis, {
      WebSocket: FakeSocket,
    });
  }

  /** What a page does to get in, by a plain request. */
  readonly enter = async (resume: boolean): Promise<{ entry: string; codeword: string }> => {
    const response = await this.#answer(resume ? { resume } : {});
    const value: unknown = await response.json().catch(noValue);
    if (!response.ok) throw problemFrom(value, response.status);
    return value as { entry: string; codeword: string };
  };

  #answer(request: Json): Promise<Response> {
    this.requests.push(request);
    if (this.torn) return Promise.resolve(this.#tornAnswer());
    const refusal = this.refusals.shift();
    const body = refusal === undefined ? this.secretsOf(this.requests.length) : { code: refusal.code, retry_after: refusal.retry_after };
    return Promise.resolve(new Response(JSON.stringify(body), { status: refusal?.status ?? 201 }));
  }

  #tornAnswer(): Response {
    this.torn = false;
    return new Response(new ReadableStream({ start: (body) => body.error(new TypeError('network error')) }), {
      status: 201,
    });
  }

  /** The entry and codeword of request number `number`. */
  secretsOf(number: number): { entry: string; codeword: string } {
    return {
      entry: Buffer.alloc(16, number).toString('base64url'),
      codeword: Buffer.alloc(32, 100 + number).toString('base64url'),
    };
  }

  /** The server's keys for the socket with that entry; `codeword` another one: a server that does not know it. */
  async know(socket: FakeSocket, codeword?: string): Promise<void> {
    const entry = new URL(socket.url).searchParams.get('entry') ?? '';
    const number = Buffer.from(entry, 'base64url')[0] ?? 0;
    const secret = codeword ?? this.secretsOf(number).codeword;
    this.#sealers.set(socket, new FrameSealer(await deriveKey(secret, entry, ORIGIN, 'server')));
    this.#openers.set(socket, new FrameOpener(await deriveKey(secret, entry, ORIGIN, 'client')));
  }

  async seal(socket: FakeSocket, message: Json): Promise<Uint8Array> {
    const sealer = this.#sealers.get(socket);
    if (sealer === undefined) throw new Error('the server has no keys');
    return sealer.seal(JSON.stringify(message));
  }

  async say(socket: FakeSocket, message: Json): Promise<void> {
    socket.deliver(await this.seal(socket, message));
    await settle();
  }

  /** The page's next message on the socket. */
  async hear(socket: FakeSocket): Promise<Json> {
    const opener = this.#openers.get(socket);
    if (opener === undefined) throw new Error('the server has no keys');
    const frame = await until(() => socket.frames.shift());
    return JSON.parse(await opener.open(frame)) as Json;
  }
}

/** Negotiates like a browser as far as states go; the descriptions are empty but for a fingerprint of its own. */
export class FakePeer {
  static all: FakePeer[] = [];
  static generateCertificate = (): Promise<object> => Promise.resolve({});
  readonly number: number;
  signalingState = 'stable';
  connectionState = 'new';
  iceConnectionState = 'new';
  localDescription: { sdp: string } | null = null;
  remoteDescription: { sdp: string } | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly transceivers: {
    mid: string | null;
    direction: string;
    track: unknown;
    parameters: { encodings: RTCRtpEncodingParameters[] };
  }[] = [];
  #offers = 0;
  /** How often ICE was begun anew, by offers; and where else than to the server media may go. */
  iceRestarts = 0;
  #restartWanted = false;
  readonly #configuration: RTCConfiguration;

  constructor(configuration: RTCConfiguration = {}) {
    this.#configuration = configuration;
    FakePeer.all.push(this);
    this.number = FakePeer.all.length;
  }

  addTransceiver(kind: string, { direction = 'sendrecv', sendEncodings = [{}] }: RTCRtpTransceiverInit): object {
    const parameters = { encodings: sendEncodings.map((encoding) => ({ active: true, ...encoding })) };
    const transceiver = { mid: null as string | null, direction, track: null as unknown, parameters };
    const sender = {
      track: null as unknown,
      replaceTrack: (track: unknown) => {
        this.#alive();
        sender.track = transceiver.track = track;
        return this.#whileOpen();
      },
      getParameters: () => structuredClone(transceiver.parameters),
      setParameters: (wanted: typeof parameters) => {
        transceiver.parameters = wanted;
        return this.#whileOpen();
      },
    };
    this.transceivers.push(transceiver);
    return Object.assign(transceiver, { sender, receiver: { track: { kind } }, setCodecPreferences: () => undefined });
  }

  /** What has come in as video; nothing unless a test says so. */
  video: { packetsReceived: number; framesDecoded: number }[] = [];

  getStats(): Promise<Map<string, object>> {
    const entries = this.video.map((facts, i) => ({ type: 'inbound-rtp', kind: 'video', id: `${i}`, ...facts }));
    return Promise.resolve(new Map(entries.map((entry) => [entry.id, entry])));
  }

  getConfiguration(): RTCConfiguration {
    return this.#configuration;
  }

  restartIce(): void {
    this.#restartWanted = true;
  }

  createOffer(): Promise<{ sdp: string }> {
    this.#alive();
    if (this.#restartWanted) this.iceRestarts++;
    this.#restartWanted = false;
    return Promise.resolve({ sdp: `v=0\r\ns=${this.number}.${++this.#offers}\r\n` });
  }

  setLocalDescription(description: { sdp: string }): Promise<void> {
    this.#alive();
    this.transceivers.forEach((transceiver, index) => {
      transceiver.mid = String(index);
    });
    this.localDescription = description;
    this.signalingState = 'have-local-offer';
    return Promise.resolve();
  }

  setRemoteDescription(description: { sdp: string }): Promise<void> {
    this.#alive();
    if (this.signalingState !== 'have-local-offer') throw new Error('no offer to answer');
    this.remoteDescription = description;
    this.signalingState = 'stable';
    // Without simulcast in the answer the first encoding is what is left (WebRTC 1.0, 4.4.1.5).
    if (!description.sdp.includes('a=simulcast'))
      for (const { parameters } of this.transceivers) parameters.encodings.splice(1);
    return this.#whileOpen();
  }

  close(): void {
    this.connectionState = this.signalingState = 'closed';
  }

  /** What the network does to the connection. */
  become(state: string): void {
    this.connectionState = this.iceConnectionState = state;
    this.onconnectionstatechange?.();
  }

  /** Like a browser's: never settled when the connection is closed in the meantime. */
  #whileOpen(): Promise<void> {
    const never = new Promise<void>(() => undefined);
    return Promise.resolve().then(() => (this.signalingState === 'closed' ? never : undefined));
  }

  #alive(): void {
    if (this.signalingState === 'closed') throw new Error('closed');
  }

  static install(): void {
    FakePeer.all = [];
    FakePeer.generateCertificate = () => Promise.resolve({});
    Object.assign(globalThis, {
      RTCPeerConnection: FakePeer,
      matchMedia: () => ({ matches: false }),
      RTCRtpReceiver: { getCapabilities: () => ({ codecs: [] }) },
      MediaStream: class {
        readonly tracks: unknown;
        constructor(tracks: unknown) {
          this.tracks = tracks;
        }
      },
    });
  }
}
