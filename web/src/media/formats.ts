/* SPDX-License-Identifier: GPL-3.0-or-later */
// Which codecs are offered, and where. VP9 and AV1 are sent as one stream with several sizes in it, which the server tells apart by
// a header extension (the dependency descriptor): without that they are not offered at all.

import type { PictureFormat } from '../state/preferences';

const DESCRIPTOR = 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension';

interface HeaderExtension {
  readonly uri: string;
  readonly direction: RTCRtpTransceiverDirection;
}

/** Of the W3C's webrtc-extensions; not every browser has it. */
interface Negotiable extends RTCRtpTransceiver {
  getHeaderExtensionsToNegotiate?: () => HeaderExtension[];
  setHeaderExtensionsToNegotiate?: (extensions: HeaderExtension[]) => void;
}

/** Asks for the descriptor, which browsers leave out by default; false where it cannot be had. */
function withDescriptor(transceiver: Negotiable): boolean {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.() ?? [];
  if (!extensions.some(({ uri }) => uri === DESCRIPTOR)) return false;
  transceiver.setHeaderExtensionsToNegotiate?.(
    extensions.map((extension) => (extension.uri === DESCRIPTOR ? { ...extension, direction: 'sendrecv' } : extension)),
  );
  return true;
}

const isScalable = ({ mimeType }: RTCRtpCodec): boolean => /^video\/(vp9|av1)$/i.test(mimeType);

/** H.264 and the scalable ones in the one form that every browser decodes; a shorter list keeps offers small. `redundant`: sound
 * may be sent twice (RFC 2198), where the browser knows that. */
function isWanted({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec, redundant: boolean): boolean {
  switch (mimeType.toLowerCase()) {
    case 'audio/opus':
    case 'video/vp8':
    case 'video/rtx':
      return true;
    case 'audio/red':
      return redundant;
    case 'video/h264':
      return /profile-level-id=42e0/i.test(sdpFmtpLine) && /packetization-mode=1/.test(sdpFmtpLine);
    case 'video/vp9':
      return !/profile-id=[1-9]/.test(sdpFmtpLine);
    case 'video/av1':
      return !/profile=[1-9]/.test(sdpFmtpLine);
    default:
      return false;
  }
}

const codecsOf = (kind: string, redundant: boolean): RTCRtpCodec[] =>
  (RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []).filter((codec) => isWanted(codec, redundant));

/** What a slot takes: all that the browser can show. */
export function preferReceived(transceiver: RTCRtpTransceiver, redundant: boolean): void {
  const { kind } = transceiver.receiver.track;
  const codecs = codecsOf(kind, redundant);
  const scalable = codecs.some(isScalable) && withDescriptor(transceiver);
  prefer(transceiver, scalable ? codecs : codecs.filter((codec) => !isScalable(codec)));
}

/** What is sent: in the format that was chosen, if the browser has it, or else as usual. True: in that format, if the server
 * agrees. */
export function preferSent(transceiver: RTCRtpTransceiver, redundant: boolean, format: PictureFormat = 'usual'): boolean {
  const codecs = codecsOf(transceiver.receiver.track.kind, redundant);
  const usual = codecs.filter((codec) => !isScalable(codec));
  const chosen = codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${format}`);
  const isChosen = chosen.length > 0 && withDescriptor(transceiver);
  prefer(transceiver, isChosen ? [...chosen, ...usual] : usual);
  return isChosen;
}

function prefer(transceiver: RTCRtpTransceiver, codecs: RTCRtpCodec[]): void {
  if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
}

/** Whether the answer has taken the scalable format that was offered first. */
export const sendsScalable = (sender: RTCRtpSender): boolean => {
  const [first] = sender.getParameters().codecs;
  return first !== undefined && isScalable(first);
};

/** Whether this browser could send in other formats than the usual one. */
export function canSend(format: PictureFormat): boolean {
  if (format === 'usual') return true;
  const known = (RTCRtpSender.getCapabilities('video')?.codecs ?? []).some(
    (codec) => codec.mimeType.toLowerCase() === `video/${format}`,
  );
  return known && 'setHeaderExtensionsToNegotiate' in RTCRtpTransceiver.prototype;
}
