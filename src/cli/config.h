/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: testudo.conf and the command line, by one table of options (config_options.c). Everything has a
 * safe default; what would be unsafe is refused with its place and the mend; no option turns a protection off. */
#ifndef TESTUDO_CLI_CONFIG_H
#define TESTUDO_CLI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/net.h"

#define CONFIG_PATH 1024 /* bytes of a path, with the terminating zero */
#define CONFIG_ORIGIN 256
#define CONFIG_USER 64
#define CONFIG_SERVER 280 /* "host:port" */
#define CONFIG_MAILBOX 384 /* "Name <address>" */
#define CONFIG_APPLE 16    /* Apple's names of a team and of a key: ten letters and digits */

/* What the short names "google" and "apple" in oidc_issuers stand for. */
#define CONFIG_ISSUER_GOOGLE "https://accounts.google.com"
#define CONFIG_ISSUER_APPLE "https://appleid.apple.com"

enum config_profile {
  PROFILE_LOCAL,       /* this machine only: loopback, a certificate made by itself */
  PROFILE_DEVELOPMENT, /* the same under another name: a server of somebody who works on Testudo */
  PROFILE_TEST,        /* the same: a server that automated tests start */
  PROFILE_PRODUCTION,  /* public: needs a real certificate and a name */
};

/* How mail is protected on its way to the mail server. */
enum smtp_security {
  SMTP_STARTTLS, /* TLS from STARTTLS on, or no mail */
  SMTP_TLS,      /* TLS from the first byte */
  SMTP_NONE,     /* only to a loopback address, in a profile for this machine alone */
};

/* Who may make an account. */
enum sign_up {
  SIGN_UP_INVITED, /* whom an administrator invites */
  SIGN_UP_OPEN,    /* everybody with a verified address */
};

/* Who needs two factors to sign in. */
enum two_factors {
  TWO_FACTORS_CHOICE,    /* each person decides */
  TWO_FACTORS_EVERYBODY, /* all accounts, without exception */
};

/* How much of notices, confirmations and demands. */
enum care {
  CARE_USUAL,
  CARE_HIGH, /* the "bank or clinic" profile: people/care.h */
};

enum config_option {
  OPTION_PROFILE,
  OPTION_HTTPS_LISTEN,
  OPTION_HTTPS_PORT,
  OPTION_ORIGIN,
  OPTION_CERTIFICATE,
  OPTION_CERTIFICATE_KEY,
  OPTION_DATA,
  OPTION_KEY_FILE,
  OPTION_SIGN_UP,
  OPTION_TWO_FACTORS,
  OPTION_CARE,
  OPTION_CORS_ORIGINS,
  OPTION_MEDIA_LISTEN,
  OPTION_MEDIA_ANNOUNCE,
  OPTION_MEDIA_PORT,
  OPTION_MEDIA_PROCESSES,
  OPTION_MEDIA_BUSY,
  OPTION_METRICS_PORT,
  OPTION_TURN_URL,
  OPTION_TURN_SECRET_FILE,
  OPTION_SMTP_SERVER,
  OPTION_SMTP_SECURITY,
  OPTION_SMTP_USER,
  OPTION_SMTP_PASSWORD_FILE,
  OPTION_MAIL_FROM,
  OPTION_SMS_HOOK,
  OPTION_SMS_SECRET_FILE,
  OPTION_OIDC_ISSUERS,
  OPTION_OIDC_CLIENTS,
  OPTION_OIDC_SECRET_FILES,
  OPTION_APPLE_TEAM,
  OPTION_APPLE_KEY_ID,
  OPTION_CA_FILE,
  OPTION_USER,
  OPTION_LOG_LEVEL,
  OPTION_COUNT,
};

/* Where an option was set. */
enum config_origin_kind { FROM_DEFAULT, FROM_FILE, FROM_COMMAND_LINE };

struct config_place {
  uint8_t kind;  /* enum config_origin_kind */
  uint16_t line; /* in the file */
};

struct config_addresses {
  struct net_addr at[LIMIT_LISTEN_ADDRESSES]; /* port filled in */
  size_t n;
};

/* Plain data without pointers: the supervisor hands it to its children as it is. No secrets are in it. */
struct config {
  enum config_profile profile;
  struct config_addresses https_listen;
  uint16_t https_port;
  char origin[CONFIG_ORIGIN];         /* "https://localhost:8443": without a final slash, in lower case */
  char certificate[CONFIG_PATH];      /* PEM, the chain from the server's own certificate on */
  char certificate_key[CONFIG_PATH];  /* PEM */
  bool certificate_is_own;            /* neither was set: the web process makes them in `data` */
  char data[CONFIG_PATH];             /* folder; the database is in its folder "store" (config_store_folder) */
  char key_file[CONFIG_PATH];         /* opens what is sealed in the database; never below `data` (B7) */
  uint8_t sign_up;                    /* enum sign_up */
  uint8_t two_factors;                /* enum two_factors */
  uint8_t care;                       /* enum care */
  char cors_origin[LIMIT_CORS_ORIGINS][CONFIG_ORIGIN]; /* as `origin`; the rest is empty */
  struct config_addresses media_listen;   /* none: decided by the profile (worker sockets, cli/listen.h) */
  struct config_addresses media_announce; /* none: what the media processes listen on */
  uint16_t media_port;                /* of the first media process; the next ones follow */
  uint16_t media_processes;           /* resolved: never 0 after config_finish */
  uint16_t media_busy;                /* percent of a processor that a media process may use before newcomers wait */
  uint16_t metrics_port;              /* 0: none */
  char turn_url[CONFIG_ORIGIN];       /* "turns:turn.example.org:443?transport=tcp"; empty: no relay */
  char turn_secret_file[CONFIG_PATH];
  char smtp_server[CONFIG_SERVER];    /* "mail.example.org:587"; empty: no mail */
  uint8_t smtp_security;              /* enum smtp_security */
  char smtp_user[CONFIG_ORIGIN];      /* empty: no sign-in there */
  char smtp_password_file[CONFIG_PATH];
  char mail_from[CONFIG_MAILBOX];     /* "Name <address>" or an address alone (cli/mailbox.h) */
  char sms_hook[CONFIG_PATH];         /* https URL; empty: no SMS */
  char sms_secret_file[CONFIG_PATH];
  char oidc_issuer[LIMIT_ISSUERS][CONFIG_ORIGIN]; /* https URLs, as they name themselves; the rest is empty */
  char oidc_client[LIMIT_ISSUERS][CONFIG_ORIGIN]; /* in the order of the issuers, as many as these */
  char oidc_secret_file[LIMIT_ISSUERS][CONFIG_PATH]; /* the same; read by the web process alone */
  char apple_team[CONFIG_APPLE], apple_key_id[CONFIG_APPLE]; /* set if Apple is among the issuers */
  char ca_file[CONFIG_PATH];          /* PEM; empty: the machine's authorities alone */
  char user[CONFIG_USER];             /* empty: none */
  uint32_t uid, gid;                  /* of `user`, 0 without */
  uint8_t log_level;                  /* enum log_level */
  char file[CONFIG_PATH];             /* the configuration file that was read, or empty */
  struct config_place place[OPTION_COUNT];
};

/* Texts of errors: "testudo.conf:12: https_port: ... Mend: ..." */
#define CONFIG_ERROR 768

/* The defaults of the table. */
/* Whether the profile is for this machine alone: every one but production. */
static inline bool config_is_local(const struct config *c)
{
  return c->profile != PROFILE_PRODUCTION;
}

/* As it is written in the configuration. */
const char *config_profile_name(const struct config *c);

void config_init(struct config *c);

/* Reads a file of "key = value" lines over what is set; # begins a comment. `name` is for the messages.
 * ERR_MALFORMED, ERR_RANGE, ERR_NOT_FOUND (no such file), ERR_IO: then `error` says where, what and the mend. */
int config_read_file(struct config *c, const char *name, char error[CONFIG_ERROR]);

/* The same from memory (tests, fuzzing). */
int config_read_text(struct config *c, const char *name, const char *text, char error[CONFIG_ERROR]);

/* Sets one option as the command line does; `name` is without the dashes, '-' counts as '_'. Errors as above. */
int config_set_argument(struct config *c, const char *name, const char *value, char error[CONFIG_ERROR]);

/* Whether there is an option of this name, as the command line writes it. */
bool config_knows(const char *name);

/* Fills in what follows from other options and refuses combinations that are not safe. To be called once at the end.
 * `cores` is the number of processors, for media_processes. ERR_REFUSED, ERR_NOT_FOUND (no such user). */
int config_finish(struct config *c, unsigned cores, char error[CONFIG_ERROR]);

/* Whether there is something for an outbound process to do: mail, SMS, OpenID Connect. */
bool config_wants_outbound(const struct config *c);

/* The folder of the database: `data`/store. Returns `folder`. */
const char *config_store_folder(const struct config *c, char folder[CONFIG_PATH]);

/* "testudo.conf:12", "--https-port" or "default": to begin a message about an option that turned out wrong later.
 * Returns `text`. */
const char *config_where(const struct config *c, enum config_option option, char text[CONFIG_PATH + 16]);

/* The words of a text in lines of at most 100 columns, each after an indent of six. */
void config_print_wrapped(FILE *out, const char *text);

/* One entry an option: name, value, default and what it is, for --help. */
void config_print_help(FILE *out);

#endif
