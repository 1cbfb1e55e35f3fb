/* SPDX-License-Identifier: GPL-3.0-or-later */
// Passkeys (WebAuthn Level 2) between the API and the browser: bytes in, bytes out.
import type { MadePasskey, NewPasskey } from '../api/account';
import type { PasskeyChallenge, PasskeyProof } from '../api/session';
import { fromBase64Url, toBase64Url } from './base64url';

/** 'cancelled': the person, or nobody within the time. 'known': this device has one for the account already.
 * 'unsupported': the browser or the device has none. */
export type PasskeyProblem = 'cancelled' | 'known' | 'unsupported';

export class PasskeyError extends Error {
  readonly code: PasskeyProblem;

  constructor(code: PasskeyProblem, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** ECDSA with P-256 and SHA-256, the one that the server takes (RFC 9053, section 2.1). */
const ES256 = -7;
const TIMEOUT_MS = 120_000;

export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === 'function';
}

/** Asks the person for a passkey of theirs. */
export async function usePasskey({ challenge, rp_id }: PasskeyChallenge): Promise<PasskeyProof> {
  const credential = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: fromBase64Url(challenge),
        rpId: rp_id,
        userVerification: 'required',
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new PasskeyError('unsupported');
  return {
    id: toBase64Url(new Uint8Array(credential.rawId)),
    client_data: toBase64Url(new Uint8Array(response.clientDataJSON)),
    auth_data: toBase64Url(new Uint8Array(response.authenticatorData)),
    signature: toBase64Url(new Uint8Array(response.signature)),
  };
}

/** Has the device make a new one, kept with the account's name so that it can be used without typing an address. */
export async function makePasskey({ challenge, rp_id, user, known }: NewPasskey): Promise<MadePasskey> {
  const credential = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: fromBase64Url(challenge),
        rp: { id: rp_id, name: rp_id },
        user: { id: fromBase64Url(user.id), name: user.name, displayName: user.display_name },
        pubKeyCredParams: [{ type: 'public-key', alg: ES256 }],
        excludeCredentials: known.map((id) => ({ type: 'public-key', id: fromBase64Url(id) })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
        timeout: TIMEOUT_MS,
      },
    }),
  );
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new PasskeyError('unsupported');
  return {
    client_data: toBase64Url(new Uint8Array(response.clientDataJSON)),
    attestation: toBase64Url(new Uint8Array(response.attestationObject)),
  };
}

async function ask(request: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (!hasPasskeys()) throw new PasskeyError('unsupported');
  try {
    const credential = await request();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    throw new PasskeyError(problemOf(error), error);
  }
  throw new PasskeyError('cancelled');
}

function problemOf(error: unknown): PasskeyProblem {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'InvalidStateError') return 'known';
  return name === 'NotAllowedError' || name === 'AbortError' ? 'cancelled' : 'unsupported';
}
