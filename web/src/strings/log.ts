/* SPDX-License-Identifier: GPL-3.0-or-later */
// The log of security events in plain sentences.

/** `who` did it, to or with `what`. */
type Sentence = (who: string, what: string) => string;

const sessionEnded: Sentence = (who, what) =>
  who === what ? `${who} ended a session of their own.` : `${who} ended a session of ${what}.`;

const sentences = {
  sign_in: (who) => `${who} signed in.`,
  sign_in_failed: (_, what) =>
    what === '' ? 'Somebody tried to sign in, and failed.' : `Somebody tried to sign in as ${what}, and failed.`,
  sign_out: (who) => `${who} signed out.`,
  session_ended: sessionEnded,
  sessions_ended: (who, what) => `${who} ended all sessions of ${what}.`,
  cookie_copied: (_, what) =>
    `A cookie of ${what} was used without its key, as if it was copied. The session was ended.`,
  emergency: (who) => `${who} put out whoever should not be in.`,

  account_made: (who) => `${who} made an account.`,
  administrator_made: (who) => `${who} became the first administrator.`,
  person_invited: (who, what) => `${who} added ${what}.`,
  person_renamed: (who, what) => `${who} gave ${what} another name.`,
  role_changed: (who, what) => `${who} gave ${what} another role.`,
  person_disabled: (who, what) => `${who} disabled the account of ${what}.`,
  person_enabled: (who, what) => `${who} enabled the account of ${what}.`,
  person_removed: (who, what) => `${who} deleted the account of ${what}.`,
  two_factors_demanded: (who, what) => `${who} changed whether ${what} must use two factors.`,
  password_demanded: (who, what) => `${who} changed whether ${what} must choose a new password.`,
  factors_removed: (who, what) => `${who} removed the factors of ${what}.`,
  link_made: (who, what) => `${who} made a one-time link for ${what}.`,
  link_used: (who) => `${who} opened a one-time link.`,
  password_set: (who) => `${who} chose a new password.`,
  factor_added: (who) => `${who} added a way to sign in.`,
  factor_removed: (who) => `${who} removed a way to sign in.`,
  recovery_used: (who) => `${who} used a recovery code.`,
  passkey_copied: (_, what) => `A passkey of ${what} may have been copied.`,
  two_factors_on: (who) => `${who} switched two factors on.`,
  two_factors_off: (who) => `${who} switched two factors off.`,

  account_added: (who, what) => `${who} added ${what}.`,
  account_changed: (who, what) => `${who} changed the account of ${what}.`,
  account_removed: (who, what) => `${who} deleted the account of ${what}.`,

  room_made: (who, what) => `${who} made the room “${what}”.`,
  room_added: (who, what) => `${who} made the room “${what}”.`,
  room_changed: (who, what) => `${who} changed the room “${what}”.`,
  room_closed: (who, what) => `${who} closed the room “${what}”.`,
  room_removed: (who, what) => `${who} deleted the room “${what}”.`,
  series_made: (who, what) => `${who} made the series “${what}”.`,
  series_added: (who, what) => `${who} made the series “${what}”.`,
  series_changed: (who, what) => `${who} changed the series “${what}”.`,
  series_removed: (who, what) => `${who} deleted the series “${what}”.`,
  member_set: (who, what) => `${who} made ${what} a member of a room.`,
  member_removed: (who, what) => `${who} took ${what} out of the members of a room.`,
  ban_lifted: (who, what) => `${who} lifted a ban in “${what}”.`,

  ticket_issued: (who, what) => `${who} issued a ticket to ${what}.`,
  tickets_imported: (who, what) => `${who} imported tickets for “${what}”.`,
  ticket_changed: (who, what) => `${who} changed a ticket of ${what}.`,
  ticket_revoked: (who, what) => `${who} revoked a ticket of ${what}.`,
  ticket_taken_over: (_, what) => `${what} went on with a ticket on another device.`,

  key_made: (who, what) => `${who} made the key “${what}”.`,
  key_added: (who, what) => `${who} made the key “${what}”.`,
  key_revoked: (who, what) => `${who} revoked the key “${what}”.`,
  webhook_made: (who, what) => `${who} made the webhook “${what}”.`,
  webhook_added: (who, what) => `${who} made the webhook “${what}”.`,
  webhook_revoked: (who, what) => `${who} revoked the webhook “${what}”.`,
  backup: (who) => `${who} made a backup.`,
  restored: (who) => `${who} put a backup in the place of the database.`,
} satisfies Readonly<Record<string, Sentence>>;

/** For choosing one kind, in the order of the sentences. */
const names = {
  sign_in: 'Sign-ins',
  sign_in_failed: 'Sign-ins that failed',
  session_ended: 'Sessions that were ended',
  sessions_ended: 'All sessions of somebody ended',
  cookie_copied: 'Copied cookies',
  emergency: 'Emergencies',
  person_invited: 'People added',
  role_changed: 'Roles changed',
  person_disabled: 'Accounts disabled',
  person_removed: 'Accounts deleted',
  password_set: 'New passwords',
  factors_removed: 'Lost factors removed',
  link_made: 'One-time links made',
  room_made: 'Rooms made',
  room_removed: 'Rooms deleted',
  ticket_issued: 'Tickets issued',
  tickets_imported: 'Tickets imported',
  ticket_revoked: 'Tickets revoked',
  key_made: 'Keys made',
  key_revoked: 'Keys revoked',
  webhook_made: 'Webhooks made',
  webhook_revoked: 'Webhooks revoked',
};

export const log = {
  /** What is written of whoever acts without an account. */
  actors: {
    cli: 'Somebody at the command line',
    server: 'The server',
    guest: 'A guest',
    '': 'Somebody',
  },
  key: (name: string) => `The key “${name}”`,
  webhook: (name: string) => `The webhook “${name}”`,
  sentences,
  names,
  /** Of a kind that has no sentence yet. */
  plain: (who: string, kind: string) => `${who}: ${kind}.`,
  plainWith: (who: string, kind: string, what: string) => `${who}: ${kind}, ${what}.`,
} as const;
