/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server answers over HTTPS: the page's files and the API of docs/API.md. No sockets here: a request comes in as
 * plain data, an answer goes out, at once or later. */
#ifndef TESTUDO_WEB_API_API_H
#define TESTUDO_WEB_API_API_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/code.h"
#include "auth/guard.h"
#include "auth/oidc/oidc.h"
#include "auth/passkey/challenge.h"
#include "auth/password.h"
#include "auth/pool.h"
#include "base/bytes.h"
#include "store/store.h"
#include "web/answer.h"
#include "web/api/failures.h"
#include "web/device.h"
#include "web/entry.h"
#include "web/host_link.h"
#include "web/likeness.h"
#include "web/line.h"
#include "web/origins.h"
#include "web/outbound_link.h"
#include "web/rate.h"
#include "web/rooms.h"
#include "web/session_rules.h"

/* How the server is set up, as far as answers depend on it. Texts live as long as the API. */
struct site {
  const char *name;          /* of the product, in mails and authenticator apps */
  const char *profile;       /* as configured, such as "local" */
  const char *config_file;   /* or "" */
  const char *certificate;   /* its file */
  uint64_t certificate_until_s; /* Unix time; 0: not known */
  bool sign_up_open;         /* people may make accounts themselves */
  bool two_factors_everybody;
  bool high_care;            /* the "bank or clinic" profile (people/care.h) */
  bool mail, sms;            /* can be sent */
  size_t providers;          /* of OpenID Connect, in the order of oidc_new */
  struct {
    char id[32];             /* in addresses: "google" */
    char name[64];           /* for people: "Google" */
    char issuer[OIDC_ISSUER_BYTES];
    bool form_post;
  } provider[LIMIT_OIDC_PROVIDERS];
  struct origins cors;       /* whose pages may use API keys (B2) */
};

struct api_time {
  uint64_t now_us; /* monotonic, for deadlines */
  uint64_t now_s;  /* Unix time, for what is stored and read */
};

static inline struct rooms_time rooms_time_at(struct api_time time)
{
  return (struct rooms_time){.now_us = time.now_us, .unix_s = time.now_s};
}

/* What the API needs of the process around it; none of these may call back into the API. */
struct api_io {
  /* A link is open: show it to the operator, and nobody else. The token lives until return. */
  void (*show_host_link)(void *ctx, const char *token);
  void (*show_setup_link)(void *ctx, const char *token);
  /* A request that was put off (http_response.later) and its answer, or NULL when nobody waits for it any more. */
  struct http_response *(*response)(void *ctx, uint64_t id, const struct http_request **request);
  /* It is complete. */
  void (*answered)(void *ctx, uint64_t id);
  struct api_time (*now)(void *ctx);
  /* As of struct line_io. */
  void (*send)(void *ctx, uint64_t socket, struct span json);
  void (*close)(void *ctx, uint64_t socket, enum close_code code, const char *why);
  void *ctx;
};

struct api_keys {
  uint8_t device[DEVICE_KEY_BYTES];   /* of device tokens */
  uint8_t network[NETWORK_KEY_BYTES]; /* of what a session remembers of its network */
};

#define API_KEY_PLACES 1024u /* a power of two: who shares a place shares its rate */

struct signins; /* signins.h */

struct api {
  struct api_io io;
  struct site site;
  struct rooms *rooms;
  struct store *store;
  struct outbound_link *outbound;
  struct origins origins;
  struct random random;
  struct session_times times;
  struct api_keys keys;
  struct entries entries;
  struct line *line;
  struct host_link host_link, setup_link;
  struct likeness *likeness;
  struct rate_table rates;          /* of requests and of connections, by address */
  struct rate_table begin_rates;    /* of new sessions */
  struct rate_table ceremony_rates; /* of sign-ins that are begun with a provider or a passkey */
  struct rate_bucket key_rates[API_KEY_PLACES];
  struct rate_bucket hook_rates[API_KEY_PLACES];   /* of webhooks */
  struct rate_bucket letter_rates[API_KEY_PLACES]; /* of accounts that have mails sent to others */
  struct rate_bucket table_rates[API_KEY_PLACES];  /* of accounts that import tables */
  struct rate_bucket ask_rates[API_KEY_PLACES];    /* of accounts that ask others to be contacts */
  struct rate_table message_rates;  /* of what is written to the administrators, by address, */
  struct rate_bucket own_message_rates[API_KEY_PLACES]; /* by session, */
  struct rate_bucket all_messages_rate;                 /* and of everybody */
  struct nonces nonces;
  struct guard *guard;
  struct codes codes;
  struct challenges challenges;
  struct signins *signins;
  struct failures failures;
  struct oidc *oidc;                /* NULL without providers */
  uint64_t hosts_learnt[LIMIT_OIDC_PROVIDERS]; /* in which life of the outbound process it has read a provider's
                                                  metadata, and so knows its hosts (outbound_link.h); 0: none */
  struct passwords passwords;
  struct pool *pool;                /* NULL until api_start */
  struct slab laters;               /* answers that come later (later.h) */
  uint64_t foreign_changes;         /* store_foreign_changes when live things were last compared with the store */
  uint64_t expired_looked_us;       /* when stays were last looked at for sessions that are too old, */
  uint32_t expired_next;            /* and which one comes next */
  uint64_t tidied_s;
};

/* What the caller owns and must outlive the API. `oidc` is taken over (NULL: none). */
struct api_parts {
  struct rooms *rooms;
  struct store *store;
  struct outbound_link *outbound;
  const struct site *site;
  const struct origins *origins;
  const struct random *random;
  const struct password_cost *cost; /* NULL: password_cost_default */
  struct oidc *oidc;
};

/* ERR_NOMEM, ERR_CRYPTO, ERR_IO. Takes as long as one password hash. */
int api_init(struct api *a, const struct api_parts *parts, const struct api_io *io);
void api_fini(struct api *a);

/* Starts the threads that hash passwords: after the sandbox was entered, which holds for them only then. ERR_NOMEM, ERR_IO. */
int api_start(struct api *a);

/* Opens a new host link and shows it. */
void api_open_host_link(struct api *a);

/* The same for the first administrator, if there is none. */
void api_open_setup_link(struct api *a);

/* The answer to a request. It may hold secrets: answer_fini after it was sent. With `later` set there is none yet. */
void api_answer(struct api *a, struct api_time time, const struct http_request *q, struct http_response *s);

/* How large the body of this request may be; 0: it has none, or is refused anyway. */
size_t api_body_most(const struct api *a, const struct http_request *q);

/* The upgrade to a signalling socket: whose is it? */
struct socket_ticket {
  struct entry_grant grant;
  struct entry_secrets secrets;
};

/* `entry` is the text in the query. 0, or ERR_REFUSED with the answer in `s`. */
int api_open_socket(struct api *a, struct api_time time, const struct http_request *q, struct span protocols,
                    struct span entry, struct socket_ticket *ticket, struct http_response *s);

/* When pool_fd is readable: passwords were hashed. */
void api_hashed(struct api *a, struct api_time time);

/* About four times a second: what other processes changed in the store, what has become too old. */
void api_tick(struct api *a, struct api_time time);

/* An account's session is in a meeting: this counts as use. Call it about once a minute for each. */
void api_session_in_use(struct api *a, struct api_time time, const struct uid *session);

#endif
