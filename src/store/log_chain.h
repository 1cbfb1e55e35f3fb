/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the security log and its head stay together. */
#ifndef TESTUDO_STORE_LOG_CHAIN_H
#define TESTUDO_STORE_LOG_CHAIN_H

struct store;

/* After each commit: brings the head up to the entries that were committed. A failure is logged; the next entry or
 * start makes up for it. */
void log_chain_committed(struct store *st);
/* At the start: the head may be behind the log, if the process died between the two. Never forward over a broken place. */
void log_chain_catch_up(struct store *st);
/* After a restore: the head becomes the last entry of this database. */
int log_chain_restart(struct store *st);

#endif
