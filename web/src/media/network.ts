/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the browser counts of the live connection (W3C webrtc-stats), as far as it says how good the way is. No addresses.
import type { NetworkCounts, Way } from '../state/network';

type Entry = Readonly<Record<string, unknown>>;

const numberOf = (entry: Entry | undefined, field: string): number | null => {
  const value = entry?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

const sum = (entries: readonly Entry[], field: string): number =>
  entries.reduce((total, entry) => total + (numberOf(entry, field) ?? 0), 0);

function selectedPair(entries: ReadonlyMap<string, Entry>): Entry | undefined {
  const all = [...entries.values()];
  const transport = all.find(({ type }) => type === 'transport');
  const named = entries.get(String(transport?.['selectedCandidatePairId'] ?? ''));
  return named ?? all.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated === true && state === 'succeeded');
}

function wayOf(local: Entry | undefined): Way | null {
  if (local === undefined) return null;
  if (local['candidateType'] === 'relay') return 'relay';
  return local['protocol'] === 'tcp' ? 'tcp' : 'udp';
}

export function readNetwork(entries: ReadonlyMap<string, Entry>, at: number): NetworkCounts {
  const all = [...entries.values()];
  const ofType = (wanted: string) => all.filter(({ type }) => type === wanted);
  const sent = ofType('outbound-rtp');
  const received = ofType('inbound-rtp');
  const reported = ofType('remote-inbound-rtp');
  const pair = selectedPair(entries);
  const delays = reported.flatMap((entry) => numberOf(entry, 'roundTripTime') ?? []);
  // Firefox tells it of reports alone.
  const delay = numberOf(pair, 'currentRoundTripTime') ?? (delays.length === 0 ? null : Math.min(...delays));
  return {
    at,
    sentBytes: sum(sent, 'bytesSent'),
    sentPackets: sum(sent, 'packetsSent'),
    sentFrames: sum(sent, 'framesSent'),
    sentLost: sum(reported, 'packetsLost'),
    receivedBytes: sum(received, 'bytesReceived'),
    receivedPackets: sum(received, 'packetsReceived'),
    receivedLost: sum(received, 'packetsLost'),
    freezes: sum(received, 'freezeCount'),
    delayMs: delay === null ? null : Math.round(delay * 1000),
    roomBps: numberOf(pair, 'availableOutgoingBitrate'),
    limited: sent.some((entry) => entry['qualityLimitationReason'] === 'bandwidth'),
    way: wayOf(entries.get(String(pair?.['localCandidateId'] ?? ''))),
  };
}

export async function networkCounts(connection: RTCPeerConnection): Promise<NetworkCounts> {
  const entries = new Map<string, Entry>();
  (await connection.getStats()).forEach((entry: Entry, id: string) => entries.set(id, entry));
  return readNetwork(entries, performance.now());
}
