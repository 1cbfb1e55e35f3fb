/* SPDX-License-Identifier: GPL-3.0-or-later */
// What is read on the pages for rooms, tickets and administrators.

export const admin = {} as const;
