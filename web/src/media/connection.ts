/* SPDX-License-Identifier: GPL-3.0-or-later */
// One RTCPeerConnection with fixed slots: it sends a microphone, a camera, a screen and its sound, and receives into a few audio
// and video slots that the server fills. People come and go without a new offer.
import type { Relay, Source } from '../signal/messages';
import {
  cameraEncodings,
  fitCamera,
  fitMic,
  fitScreen,
  isPhone,
  MIC_ENCODING,
  scalableEncoding,
  SCREEN_ENCODING,
  type CameraNeeds,
  type Encoding,
} from './encodings';
import { preferReceived, preferSent, sendsScalable } from './formats';
import { QUIET_BYTES } from './opus_padding';
import { QuietSender } from './quiet';
import type { PictureFormat } from '../state/preferences';
import type { QuietFacts } from '../state/quiet';
import { hasCryptex, soundOnce, withoutAddresses } from './sdp';
import { AUDIO_SLOTS } from './slots';

/** Of RTCConfiguration; browsers that don't know it ignore it (RFC 9335 in Chromium). */
interface HeaderEncryption {
  readonly rtpHeaderEncryptionPolicy: 'negotiate';
}

export interface Offer {
  readonly sdp: string;
  readonly sources: Readonly<Record<Source, string | null>>;
}

const sending = (sendEncodings: Encoding[]): RTCRtpTransceiverInit => ({ direction: 'sendonly', sendEncodings });

/** Of a picture, the shorter side: phones are held upright. */
function heightOf(track: MediaStreamTrack | null): number | null {
  const { width, height } = track?.getSettings() ?? {};
  return width === undefined || height === undefined ? null : Math.min(width, height);
}

/** Changes what is sent, without a new offer. `change` says whether it has changed anything. What the browser refuses stays as it
 * was: the call goes on. */
async function tune(sender: RTCRtpSender, change: (parameters: RTCRtpSendParameters) => boolean): Promise<void> {
  const parameters = sender.getParameters();
  if (!change(parameters)) return;
  await sender.setParameters(parameters).catch((error: unknown) => console.error('encodings:', error));
}

function iceServerOf({ url, username, credential }: Relay): RTCIceServer {
  return { urls: url, username, credential };
}

export class MediaConnection {
  readonly peer: RTCPeerConnection;
  readonly #sources: Readonly<Record<Source, RTCRtpTransceiver>>;
  readonly #audioSlots: readonly RTCRtpTransceiver[];
  readonly #videoSlots: RTCRtpTransceiver[] = [];
  readonly #streams = new Map<string, MediaStream>();
  #headersEncrypted = false;
  readonly #quiet: QuietSender | null;
  #scalable = false;
  #soundOnce = false;
  #answer: string | null = null;

  /** Keys and certificate live as long as this one connection (T2). */
  static async open(quiet: boolean, format: PictureFormat, relay: Relay | null): Promise<MediaConnection> {
    const algorithm: EcKeyGenParams = { name: 'ECDSA', namedCurve: 'P-256' };
    const certificate = await RTCPeerConnection.generateCertificate(algorithm);
    const configuration: RTCConfiguration & HeaderEncryption = {
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      iceServers: relay === null ? [] : [iceServerOf(relay)],
      certificates: [certificate],
      rtpHeaderEncryptionPolicy: 'negotiate',
    };
    // What is to be hidden and cannot be is not sent (T6).
    const quietSender = quiet ? await QuietSender.open() : null;
    return new MediaConnection(new RTCPeerConnection(configuration), quietSender, format);
  }

  private constructor(peer: RTCPeerConnection, quiet: QuietSender | null, format: PictureFormat) {
    this.peer = peer;
    this.#quiet = quiet;
    this.#sources = {
      // What is padded to one size is a single packet, not two (T6).
      mic: this.#add('audio', sending([MIC_ENCODING]), quiet === null),
      camera: this.#addCamera(format),
      screen: this.#addVideo([SCREEN_ENCODING]),
      screen_sound: this.#add('audio', { direction: 'sendonly' }),
    };
    quiet?.attach(this.#sources.mic.sender);
    this.#audioSlots = Array.from({ length: AUDIO_SLOTS }, () => this.#add('audio', { direction: 'recvonly' }));
  }

  /** What was counted of the microphone; null without the quiet mode. */
  async quietFacts(): Promise<QuietFacts | null> {
    if (this.#quiet === null) return null;
    const { packets = 0, replaced = 0 } = this.#quiet.counts ?? {};
    const facts = { size: QUIET_BYTES, packets, replaced, sentPackets: 0, sentBytes: 0 };
    (await this.#sources.mic.sender.getStats()).forEach((entry: Partial<RTCOutboundRtpStreamStats>) => {
      if (entry.type !== 'outbound-rtp') return;
      facts.sentPackets += entry.packetsSent ?? 0;
      facts.sentBytes += entry.bytesSent ?? 0;
    });
    return facts;
  }

  /** Whether packet headers, and with them the audio level, travel encrypted (T6). */
  get headersEncrypted(): boolean {
    return this.#headersEncrypted;
  }

  get videoSlots(): number {
    return this.#videoSlots.length;
  }

  /** The streams of the slots by mid, known from the first offer on. The same slot keeps the same stream. */
  get streams(): ReadonlyMap<string, MediaStream> {
    return new Map(this.#streams);
  }

  get audioStreams(): MediaStream[] {
    return this.#audioSlots.flatMap(({ mid }) => (mid === null ? [] : (this.#streams.get(mid) ?? [])));
  }

  async setTrack(source: Source, track: MediaStreamTrack | null): Promise<void> {
    await this.#sources[source].sender.replaceTrack(track);
  }

  /** Whether the camera is offered as one stream with several sizes in it; and whether the server has taken that. */
  get offersScalable(): boolean {
    return this.#scalable;
  }

  get sendsScalable(): boolean {
    return sendsScalable(this.#sources.camera.sender);
  }

  /** Of how many sizes the camera is sent: one where the server takes no simulcast. */
  get cameraLayers(): number {
    return this.#sources.camera.sender.getParameters().encodings.length;
  }

  /** `needs` but for the picture's height, which the camera's own track tells. */
  async fitCamera(needs: Omit<CameraNeeds, 'height' | 'scalable'>): Promise<void> {
    const { sender } = this.#sources.camera;
    const scalable = this.#scalable;
    await tune(sender, ({ encodings }) => fitCamera(encodings, { ...needs, scalable, height: heightOf(sender.track) }));
  }

  /** Sharp at fewer pictures a second, or smooth, as the track's hint says. */
  async fitScreen(watched: number | null, mostBps: number): Promise<void> {
    const { sender } = this.#sources.screen;
    await tune(sender, (parameters) => {
      const wanted = sender.track?.contentHint === 'motion' ? 'maintain-framerate' : 'maintain-resolution';
      const isOther = parameters.degradationPreference !== wanted;
      parameters.degradationPreference = wanted;
      return fitScreen(parameters.encodings, watched, mostBps) || isOther;
    });
  }

  /** Sound in fewer bits, and sent once instead of twice. The server takes both forms and need not hear of the choice: the present
   * answer is taken once more. With an offer under way its answer brings it. */
  async fitSound(small: boolean, once: boolean): Promise<void> {
    if (this.#quiet !== null) return; // it has one size (T6)
    await tune(this.#sources.mic.sender, ({ encodings }) => fitMic(encodings, small));
    const before = this.#answer === null ? null : this.#asWanted(this.#answer);
    this.#soundOnce = once;
    if (this.#answer === null || before === this.#asWanted(this.#answer) || this.peer.signalingState !== 'stable') return;
    await this.peer.setLocalDescription(await this.peer.createOffer());
    await this.accept(this.#answer);
  }

  #asWanted(answer: string): string {
    const { mid } = this.#sources.mic;
    return this.#soundOnce && mid !== null ? soundOnce(answer, mid) : answer;
  }

  /** A new local description with at least `videoSlots` video slots. */
  async offer(videoSlots: number): Promise<Offer> {
    while (this.#videoSlots.length < videoSlots) this.#videoSlots.push(this.#add('video', { direction: 'recvonly' }));
    await this.peer.setLocalDescription(await this.peer.createOffer());
    for (const { mid, receiver } of [...this.#audioSlots, ...this.#videoSlots]) {
      if (mid !== null && !this.#streams.has(mid)) this.#streams.set(mid, new MediaStream([receiver.track]));
    }
    return this.present();
  }

  /** The present local description as an offer. */
  present(): Offer {
    const { mic, camera, screen, screen_sound } = this.#sources;
    const sdp = withoutAddresses(this.peer.localDescription?.sdp ?? '');
    return { sdp, sources: { mic: mic.mid, camera: camera.mid, screen: screen.mid, screen_sound: screen_sound.mid } };
  }

  async accept(sdp: string): Promise<void> {
    this.#answer = sdp;
    await this.peer.setRemoteDescription({ type: 'answer', sdp: this.#asWanted(sdp) });
    this.#headersEncrypted = hasCryptex(this.peer.localDescription?.sdp ?? '') && hasCryptex(sdp);
  }

  close(): void {
    this.peer.onconnectionstatechange = null;
    this.peer.close();
    this.#quiet?.close();
  }

  /** A browser that can't leave out pictures may refuse to hear of it. */
  #addVideo(encodings: Encoding[]): RTCRtpTransceiver {
    try {
      return this.#add('video', sending(encodings));
    } catch {
      return this.#add('video', sending(encodings.map(({ scalabilityMode, ...encoding }) => encoding)));
    }
  }

  #addCamera(format: PictureFormat): RTCRtpTransceiver {
    if (format === 'usual') return this.#addVideo(cameraEncodings(isPhone()));
    const transceiver = this.#addVideo([scalableEncoding()]);
    this.#scalable = preferSent(transceiver, false, format);
    return transceiver;
  }

  #add(kind: 'audio' | 'video', init: RTCRtpTransceiverInit, redundant = true): RTCRtpTransceiver {
    const transceiver = this.peer.addTransceiver(kind, init);
    if (init.direction === 'recvonly') preferReceived(transceiver, redundant);
    else preferSent(transceiver, redundant);
    return transceiver;
  }
}
