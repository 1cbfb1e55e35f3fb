/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One job on its way: a curl handle made for it, with everything that keeps it safe (certificates verified, no
 * redirects, bounded in time and size, no address that is not to be reached), and what came of it. */
#ifndef TESTUDO_OUTBOUND_TRANSFER_H
#define TESTUDO_OUTBOUND_TRANSFER_H

#include <curl/curl.h>

#include "ipc/messages.h"
#include "outbound/fetch.h"
#include "outbound/jobs.h"
#include "outbound/secrets.h"

/* What all transfers share; lives longer than they do. */
struct transfer_context {
  const struct config *config;
  const struct secrets *secrets;
  struct fetch_hosts *hosts;
};

struct transfer;

/* Makes the transfer of a job. ERR_REFUSED: the job itself is not allowed. ERR_UNSUPPORTED: not configured.
 * ERR_NOMEM. */
int transfer_new(struct transfer **out, const struct transfer_context *context, struct job *job, int64_t now);

/* Wipes what it has composed and received. */
void transfer_free(struct transfer *t);

CURL *transfer_easy(const struct transfer *t);
struct job *transfer_job(const struct transfer *t);

/* What curl's result means. A failed mail may be tried again only after IPC_FAILED. */
enum ipc_outcome transfer_outcome(const struct transfer *t, CURLcode result);

/* The answer of a fetch; metadata of issuers are learned from it. Valid until transfer_free. */
void transfer_answer(const struct transfer *t, struct ipc_fetched *answer);

#endif
