/* SPDX-License-Identifier: GPL-3.0-or-later */
// The steps by which somebody shows who they are: pure. The same for signing in, for confirming and for unlocking.
import { SECOND_FACTORS, type CodeBy, type SecondFactor, type ServerOffer, type Session } from '../api/session';
import type { FactorReason } from '../identity/visitor';
import { accountOf } from './model';

/** 'verify': a guest's address. 'second': a second factor of who is signed in with one. */
export type Purpose = 'sign_in' | 'verify' | 'second' | FactorReason;

export type Step =
  /** `making`: of an account that there is not yet. */
  | { readonly at: 'address'; readonly making: boolean }
  | { readonly at: 'ways' }
  | { readonly at: 'code'; readonly by: CodeBy }
  | { readonly at: 'second'; readonly by: SecondFactor }
  /** A guest whose address is verified, and who has no account. */
  | { readonly at: 'verified' }
  | { readonly at: 'done' };

export interface SignIn {
  readonly purpose: Purpose;
  readonly step: Step;
  readonly email: string;
  /** For the account that is to be made; '' otherwise. */
  readonly name: string;
  /** What the server accepts as second factor. */
  readonly second: readonly SecondFactor[];
}

export type SignInAction =
  | { readonly type: 'address'; readonly email: string; readonly name: string }
  | { readonly type: 'step'; readonly step: Step }
  /** The answer to a right factor. */
  | { readonly type: 'shown'; readonly session: Session };

/** Who signs in types an address first; whose session there is already has one. */
export function beginSignIn(purpose: Purpose, session: Session | null): SignIn {
  const begun: SignIn = { purpose, step: { at: 'address', making: false }, email: '', name: '', second: [] };
  if (session?.pending != null) return secondStep(begun, session.pending.second);
  if (purpose === 'second') return secondStep(begun, SECOND_FACTORS);
  if (purpose === 'sign_in' || purpose === 'verify') return begun;
  return { ...begun, step: { at: 'ways' }, email: session?.account?.email ?? '' };
}

export function reduceSignIn(state: SignIn, action: SignInAction): SignIn {
  switch (action.type) {
    case 'address':
      return { ...state, email: action.email, name: action.name };
    case 'step':
      return { ...state, step: action.step };
    case 'shown':
      return afterFactor(state, action.session);
  }
}

function afterFactor(state: SignIn, session: Session): SignIn {
  if (session.pending !== null) return secondStep(state, session.pending.second);
  if (session.locked) return { ...state, step: { at: 'ways' } };
  const verifiedGuest = state.purpose === 'sign_in' && accountOf({ session }) === null;
  return { ...state, step: verifiedGuest ? { at: 'verified' } : { at: 'done' } };
}

const PREFERRED: readonly SecondFactor[] = ['totp', 'passkey', 'recovery'];

function secondStep(state: SignIn, second: readonly SecondFactor[]): SignIn {
  const by = PREFERRED.find((factor) => second.includes(factor)) ?? 'recovery';
  return { ...state, second, step: { at: 'second', by } };
}

export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

export const CODE_DIGITS: Readonly<Record<CodeBy | 'totp', number>> = { email: 8, sms: 6, totp: 6 };

/** What a person can choose from. The server decides; this only leaves out what would lead nowhere. */
export interface Choices {
  readonly password: boolean;
  readonly passkey: boolean;
  readonly email: boolean;
  readonly sms: boolean;
}

export function choicesOf(offer: ServerOffer, owned: Owned | null): Choices {
  const { password, passkey, email, sms } = offer.ways;
  return {
    password: password && (owned?.password ?? true),
    passkey: passkey && (owned?.passkey ?? true),
    email,
    sms: sms && (owned?.phone ?? true),
  };
}

/** Which factors an account has, where that is known: only of the own one. */
export interface Owned {
  readonly password: boolean;
  readonly passkey: boolean;
  readonly phone: boolean;
}
