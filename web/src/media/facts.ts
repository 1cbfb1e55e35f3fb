/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the browser itself reports about the protection of the live media connection.
import { fingerprintOf } from './sdp';

/** A fact that this browser doesn't tell is null. */
export interface BrowserFacts {
  readonly dtls: string | null;
  readonly dtlsCipher: string | null;
  readonly srtpCipher: string | null;
  readonly connected: boolean;
  readonly ownFingerprint: string | null;
  readonly serverFingerprint: string | null;
}

// RTCTransportStats (W3C webrtc-stats): tlsVersion is the version on the wire, in hexadecimal.
const DTLS_VERSIONS: Readonly<Record<string, string>> = { FEFC: 'DTLS 1.3', FEFD: 'DTLS 1.2', FEFF: 'DTLS 1.0' };

/** One entry of getStats, as far as it is read here. TypeScript's own types don't know all fields. */
type Entry = Readonly<Record<string, unknown>>;

const textOf = (entry: Entry | undefined, field: string): string | null => {
  const value = entry?.[field];
  return typeof value === 'string' && value !== '' ? value : null;
};

function certificateOf(
  entries: ReadonlyMap<string, Entry>,
  transport: Entry | undefined,
  field: string,
): string | null {
  const id = textOf(transport, field);
  const certificate = id === null ? undefined : entries.get(id);
  if (textOf(certificate, 'fingerprintAlgorithm')?.toLowerCase() !== 'sha-256') return null;
  return textOf(certificate, 'fingerprint')?.toUpperCase() ?? null;
}

/** Reads the entries of getStats. The descriptions stand in where a browser has no certificate entries: it refuses a
 * connection whose certificates differ from them (RFC 8122), so a live connection has these. */
export function readBrowserFacts(
  entries: ReadonlyMap<string, Entry>,
  localSdp: string,
  remoteSdp: string,
  connected: boolean,
): BrowserFacts {
  const transport = [...entries.values()].find((entry) => entry['type'] === 'transport');
  const version = textOf(transport, 'tlsVersion')?.toUpperCase();
  return {
    dtls: version === undefined ? null : (DTLS_VERSIONS[version] ?? version),
    dtlsCipher: textOf(transport, 'dtlsCipher'),
    srtpCipher: textOf(transport, 'srtpCipher'),
    connected,
    ownFingerprint: certificateOf(entries, transport, 'localCertificateId') ?? fingerprintOf(localSdp),
    serverFingerprint: certificateOf(entries, transport, 'remoteCertificateId') ?? fingerprintOf(remoteSdp),
  };
}

export async function browserFacts(connection: RTCPeerConnection): Promise<BrowserFacts> {
  const entries = new Map<string, Entry>();
  (await connection.getStats()).forEach((entry: Entry, id: string) => entries.set(id, entry));
  const { localDescription, remoteDescription, connectionState } = connection;
  return readBrowserFacts(
    entries,
    localDescription?.sdp ?? '',
    remoteDescription?.sdp ?? '',
    connectionState === 'connected',
  );
}
