/* SPDX-License-Identifier: GPL-3.0-or-later */
// What the security panel says, worked out from live facts alone. A fact that is missing stays 'unknown'; nothing is
// assumed.
import type { BrowserFacts } from '../media/facts';
import type { ServerFacts } from '../signal/messages';

export type Verdict = 'good' | 'fair' | 'bad' | 'unknown';
/** Who reports the fact. */
export type Witness = 'both' | 'browser' | 'server' | 'differ' | 'nobody';

export type EvidenceId =
  'dtls' | 'cipher' | 'group' | 'srtp' | 'headers' | 'server_certificate' | 'own_certificate' | 'since';

/** Which sentence explains the value (src/strings). */
export type Meaning =
  | 'dtls13'
  | 'dtls12'
  | 'dtls_old'
  | 'aes256'
  | 'chacha20'
  | 'cipher_weak'
  | 'post_quantum'
  | 'classical'
  | 'srtp256'
  | 'srtp_weak'
  | 'headers_on'
  | 'headers_partly'
  | 'headers_off'
  | 'certificate_same'
  | 'certificate_alone'
  | 'since'
  | 'differs'
  | 'not_known';

export interface Evidence {
  readonly id: EvidenceId;
  readonly value: string | null;
  readonly verdict: Verdict;
  readonly meaning: Meaning;
  readonly witness: Witness;
}

type Judged = readonly [Verdict, Meaning];
type Judge = (value: string) => Judged;

const judgeDtls: Judge = (value) => {
  if (value === 'DTLS 1.3') return ['good', 'dtls13'];
  return value === 'DTLS 1.2' ? ['fair', 'dtls12'] : ['bad', 'dtls_old'];
};

const judgeCipher: Judge = (value) => {
  if (/AES_256_GCM/.test(value)) return ['good', 'aes256'];
  return /CHACHA20_POLY1305/.test(value) ? ['good', 'chacha20'] : ['bad', 'cipher_weak'];
};

const judgeGroup: Judge = (value) => (/MLKEM/i.test(value) ? ['good', 'post_quantum'] : ['fair', 'classical']);

const judgeSrtp: Judge = (value) => (value === 'AEAD_AES_256_GCM' ? ['good', 'srtp256'] : ['bad', 'srtp_weak']);

const judgeCertificate = (witness: Witness): Judged =>
  witness === 'both' ? ['good', 'certificate_same'] : ['unknown', 'certificate_alone'];

/** Some write the profiles of DTLS-SRTP with IANA's prefix, some without. */
const profileOf = (name: string | null | undefined): string | null => name?.replace(/^SRTP_/, '') ?? null;

function witnessOf(browser: string | null, server: string | null): Witness {
  if (browser !== null && server !== null) return browser.toUpperCase() === server.toUpperCase() ? 'both' : 'differ';
  if (browser !== null) return 'browser';
  return server !== null ? 'server' : 'nobody';
}

function weigh(
  id: EvidenceId,
  browser: string | null,
  server: string | null,
  judge: (value: string, witness: Witness) => Judged,
): Evidence {
  const witness = witnessOf(browser, server);
  const value = browser ?? server;
  if (value === null) return { id, value, verdict: 'unknown', meaning: 'not_known', witness };
  if (witness === 'differ') return { id, value: `${browser} / ${server}`, verdict: 'bad', meaning: 'differs', witness };
  const [verdict, meaning] = judge(value, witness);
  return { id, value, verdict, meaning, witness };
}

/** The server sees what really arrived and left; browsers don't tell. */
function headers(server: ServerFacts | null): Evidence {
  const { cryptex_in: inward = null, cryptex_out: outward = null } = server ?? {};
  if (inward === null || outward === null) {
    return { id: 'headers', value: null, verdict: 'unknown', meaning: 'not_known', witness: 'nobody' };
  }
  if (inward && outward)
    return { id: 'headers', value: 'on', verdict: 'good', meaning: 'headers_on', witness: 'server' };
  const partly = inward || outward;
  return {
    id: 'headers',
    value: partly ? 'partly' : 'off',
    verdict: 'fair',
    meaning: partly ? 'headers_partly' : 'headers_off',
    witness: 'server',
  };
}

function since(server: ServerFacts | null): Evidence {
  const seconds = server?.since ?? null;
  const known = seconds !== null && seconds > 0;
  return {
    id: 'since',
    value: known ? String(seconds) : null,
    verdict: known ? 'good' : 'unknown',
    meaning: known ? 'since' : 'not_known',
    witness: known ? 'server' : 'nobody',
  };
}

export function evidenceOf(server: ServerFacts | null, browser: BrowserFacts | null): Evidence[] {
  return [
    weigh('dtls', browser?.dtls ?? null, server?.dtls ?? null, judgeDtls),
    weigh('cipher', browser?.dtlsCipher ?? null, server?.cipher ?? null, judgeCipher),
    weigh('group', null, server?.group ?? null, judgeGroup),
    weigh('srtp', profileOf(browser?.srtpCipher), profileOf(server?.srtp), judgeSrtp),
    headers(server),
    weigh('server_certificate', browser?.serverFingerprint ?? null, server?.fingerprint_server ?? null, (_, by) =>
      judgeCertificate(by),
    ),
    weigh('own_certificate', browser?.ownFingerprint ?? null, server?.fingerprint_client ?? null, (_, by) =>
      judgeCertificate(by),
    ),
    since(server),
  ];
}

export type Summary = 'protected' | 'protected_classical' | 'checking' | 'incomplete' | 'problem' | 'failed';

/** One word for all: the worst of what protects sound and pictures. `live`: the browser has the connection at this moment;
 * facts about one that is away protect nothing. */
export function summaryOf(server: ServerFacts | null, evidence: readonly Evidence[], live: boolean): Summary {
  if (server?.state === 'failed') return 'failed';
  if (server?.state !== 'connected' || !live) return 'checking';
  if (evidence.some(({ verdict }) => verdict === 'bad')) return 'problem';
  const vital = evidence.filter(({ id }) => id === 'dtls' || id === 'cipher' || id === 'group' || id === 'srtp');
  if (vital.some(({ verdict }) => verdict === 'unknown')) return 'incomplete';
  return vital.every(({ verdict }) => verdict === 'good') ? 'protected' : 'protected_classical';
}
