/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is sent of the own camera and screen: in how many sizes at once (simulcast, RFC 8853), how large each, and which of them
// somebody watches. The server decides by its answer whether there are several, and by `layers` which are needed.
import type { CameraQuality } from './quality';

/** Of the W3C's webrtc-svc; browsers that don't know it ignore it. */
export interface Encoding extends RTCRtpEncodingParameters {
  scalabilityMode?: string;
}

/** Each second picture can be left out for who has little room. */
const TWO_RATES = 'L1T2';

/** One stream with several sizes, each built upon the smaller ones, at three frame rates. */
const sizesInOne = (sizes: number): string => `L${sizes}T3`;

/** Names of the layers, the smallest first, and how many times smaller than the camera's picture each is. */
const LAYERS = { rids: ['l', 'm', 'h'], scales: [4, 2, 1] } as const;
/** Phones would get warm from three. */
const LAYERS_OF_PHONES = { rids: ['l', 'h'], scales: [3, 1] } as const;

/** Of a camera, before its track is there. */
const USUAL_HEIGHT = 720;
/** A layer with smaller pictures than this is of no use to anybody. */
const LEAST_HEIGHT = 135;

/** For one single other person the whole picture gets as much as browsers give it among themselves: up to so many lines, so many
 * bits a second (libwebrtc's own table, which goes by the number of pixels). */
const FOR_ONE_OTHER = [
  { lines: 240, bps: 600_000 },
  { lines: 480, bps: 1_700_000 },
  { lines: 540, bps: 2_000_000 },
] as const;
const FOR_ONE_OTHER_AT_MOST = 2_500_000;

/** Twice the height has four times the pixels, and is good at a little more than three times the bits. */
export function bitrateOf(height: number): number {
  return Math.round(16 * (height / 180) ** 1.7) * 10_000;
}

function bitrateForOneOther(height: number): number {
  return FOR_ONE_OTHER.find(({ lines }) => height <= lines)?.bps ?? FOR_ONE_OTHER_AT_MOST;
}

/** Whether this is a phone or a tablet, as far as a page can tell. */
export function isPhone(): boolean {
  return matchMedia('(pointer: coarse)').matches && !matchMedia('(any-pointer: fine)').matches;
}

/** What the camera's sender offers. A server that takes one only takes the first (WebRTC 1.0, 4.4.1.5), which then is made whole. */
export function cameraEncodings(phone: boolean): Encoding[] {
  const { rids, scales } = phone ? LAYERS_OF_PHONES : LAYERS;
  return rids.map((rid, index) => {
    const scale = scales[index] ?? 1;
    return { rid, scaleResolutionDownBy: scale, maxBitrate: bitrateOf(USUAL_HEIGHT / scale), scalabilityMode: TWO_RATES };
  });
}

/** The same in one stream (formats.ts). */
export function scalableEncoding(): Encoding {
  return { maxBitrate: bitrateForOneOther(USUAL_HEIGHT), scalabilityMode: sizesInOne(LAYERS.scales.length) };
}

const SCREEN_BPS = 2_500_000;

export const SCREEN_ENCODING: Encoding = { maxBitrate: SCREEN_BPS, scalabilityMode: TWO_RATES };

/** What the server asks for (src/proto/sdp_answer.c), and what is still good for a voice; Chromium takes headers for a part of it. */
const MIC_BPS = 48_000;
const SMALL_MIC_BPS = 32_000;

/** Words are understood without a picture. */
export const MIC_ENCODING: Encoding = { priority: 'high', networkPriority: 'high', maxBitrate: MIC_BPS };

/** What is known of the camera and of the meeting. */
export interface CameraNeeds {
  /** Of the camera's picture, the shorter side; null: not known. */
  readonly height: number | null;
  readonly people: number;
  /** Its sizes are in one stream. */
  readonly scalable: boolean;
  /** Where the server takes one encoding only. */
  readonly single: CameraQuality;
  /** Which layers somebody watches, as bits from the smallest on; null: not known, so all are sent. */
  readonly watched: number | null;
  /** What the one other person's connection has room for; 0: no limit. */
  readonly mostBps: number;
}

/** Browsers take no less for a picture. */
const LEAST_BPS = 30_000;

const atMost = (usualBps: number, mostBps: number): number =>
  mostBps === 0 ? usualBps : Math.min(usualBps, Math.max(mostBps, LEAST_BPS));

/** How many of the layers a small camera has pictures for. */
function layersOf(scales: readonly number[], height: number): number {
  return Math.max(1, scales.filter((scale) => height / scale >= LEAST_HEIGHT).length);
}

/** The server does not know how many of the layers there are in use: for more than there are, the largest one stands in. */
function isWatched(index: number, used: number, watched: number | null): boolean {
  if (watched === null) return true;
  return (index === used - 1 ? watched >> index : (watched >> index) & 1) !== 0;
}

function settingsOf(index: number, count: number, needs: CameraNeeds): Encoding {
  if (count === 1 && needs.scalable) {
    const height = needs.height ?? USUAL_HEIGHT;
    return {
      active: needs.watched !== 0,
      maxBitrate: atMost(bitrateForOneOther(height), needs.mostBps),
      scalabilityMode: sizesInOne(layersOf(LAYERS.scales, height)),
    };
  }
  if (count === 1) {
    const { scale, bitrateBps } = needs.single;
    const maxBitrate = atMost(bitrateBps, needs.mostBps);
    return { active: isWatched(0, 1, needs.watched), scaleResolutionDownBy: scale, maxBitrate };
  }
  const { scales } = count === LAYERS.rids.length ? LAYERS : LAYERS_OF_PHONES;
  const height = needs.height ?? USUAL_HEIGHT;
  const used = layersOf(scales, height);
  // The largest one in use is the whole picture.
  const scale = scales[index + count - used] ?? 1;
  const isForOne = scale === 1 && needs.people <= 2;
  return {
    active: index < used && isWatched(index, used, needs.watched),
    scaleResolutionDownBy: scale,
    maxBitrate: atMost(isForOne ? bitrateForOneOther(height) : bitrateOf(height / scale), needs.mostBps),
  };
}

/** Changes the camera's encodings to what is needed; true if that changed anything. */
export function fitCamera(encodings: readonly Encoding[], needs: CameraNeeds): boolean {
  return encodings.map((encoding, i) => change(encoding, settingsOf(i, encodings.length, needs))).includes(true);
}

/** The same for a screen, which has one. */
export function fitScreen(encodings: readonly Encoding[], watched: number | null, mostBps: number): boolean {
  const maxBitrate = atMost(SCREEN_BPS, mostBps);
  return encodings.map((encoding) => change(encoding, { active: watched !== 0, maxBitrate })).includes(true);
}

/** Changes what the microphone's sound takes; true if that changed anything. */
export function fitMic(encodings: readonly Encoding[], small: boolean): boolean {
  const maxBitrate = small ? SMALL_MIC_BPS : MIC_BPS;
  return encodings.map((encoding) => change(encoding, { maxBitrate })).includes(true);
}

function change(encoding: Encoding, settings: Encoding): boolean {
  const keys = Object.keys(settings) as (keyof Encoding)[];
  const isDifferent = keys.some((key) => encoding[key] !== settings[key]);
  Object.assign(encoding, settings);
  return isDifferent;
}
