/* SPDX-License-Identifier: GPL-3.0-or-later */
// The list of who was there, as a file for spreadsheets (CSV, RFC 4180).
import type { RoomStay } from '../api/rooms';
import type { Stay } from '../signal/messages';

export interface AttendanceWords {
  readonly columns: readonly string[];
  readonly verified: (verified: string) => string;
  readonly role: (role: string) => string;
}

/** What a spreadsheet takes for the beginning of a formula, the wide forms of East Asian writing included. */
const FORMULA = /^\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;

/** A cell that every reader takes as text: people choose their names, and a name must not become a formula in the
 * host's spreadsheet. */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** "2026-11-23 11:05:00", in UTC. */
export function timeText(unixSeconds: number): string {
  // Beyond this, Date has no text: no clock says so.
  const latest = 8.64e12;
  return new Date(Math.min(unixSeconds, latest) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** A file with these rows, the first of which names the columns. */
export function csvFile(rows: readonly (readonly string[])[]): string {
  // The mark in front tells spreadsheets that the file is UTF-8.
  return `\uFEFF${rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')}`;
}

export function attendanceCsv(stays: readonly Stay[], words: AttendanceWords): string {
  const rows = stays.map(({ name, verified, email, role, joined, left }) => [
    name,
    words.verified(verified),
    email ?? '',
    words.role(role),
    timeText(joined),
    left === null ? '' : timeText(left),
  ]);
  return csvFile([words.columns, ...rows]);
}

/** The same of a room that is kept, whose people may have shown an address. */
export function roomAttendanceCsv(stays: readonly RoomStay[], words: AttendanceWords): string {
  const rows = stays.map(({ name, email, verified, role, joined, left }) => [
    name,
    email,
    words.verified(verified),
    words.role(role),
    timeText(joined),
    left === 0 ? '' : timeText(left),
  ]);
  return csvFile([words.columns, ...rows]);
}
