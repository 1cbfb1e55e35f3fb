/* SPDX-License-Identifier: GPL-3.0-or-later */

/** A text that could be an e-mail address; whether it is one, the server and its mail say. */
export function looksLikeAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim()) && text.length <= 254;
}
