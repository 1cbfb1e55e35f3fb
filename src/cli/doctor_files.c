/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doctor's checks of files: certificate, key, database, secrets. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "store/keys.h"
#include "store/store_log.h"
#include "store/store_settings.h"
#include "web/certificate_public.h"

#define DAY_S 86400
#define CERTIFICATE_WARN_DAYS 14
#define CLOCK_SLACK_S 300

static bool others_may_read(const struct stat *s)
{
  return (s->st_mode & (S_IRWXG | S_IRWXO)) != 0;
}

/* --- certificate --- */

static void check_end(struct doctor *d, const char *mend)
{
  int64_t until;
  int err = certificate_until(d->config->certificate, &until);
  int64_t days = (until - (int64_t)d->now_s) / DAY_S;
  if (err != 0)
    doctor_problem(d, "certificate", "%s cannot be read - %s", d->config->certificate, mend);
  else if (until <= (int64_t)d->now_s)
    doctor_problem(d, "certificate", "it has expired - %s", mend);
  else if (days < CERTIFICATE_WARN_DAYS)
    doctor_warn(d, "certificate", "%" PRId64 " days left - %s", days, mend);
  else
    doctor_ok(d, "certificate", "%" PRId64 " days left", days);
}

static void check_certificate_key(struct doctor *d)
{
  struct stat s;
  const char *key = d->config->certificate_key;
  if (stat(key, &s) != 0)
    doctor_problem(d, "certificate key", "%s cannot be read (%s) - name the right file, or start this as root", key,
                   strerror(errno));
  else if ((s.st_mode & (S_IROTH | S_IWOTH)) != 0)
    doctor_problem(d, "certificate key", "everybody on this machine can read %s - chmod 600", key);
}

void doctor_certificate(struct doctor *d)
{
  const struct config *c = d->config;
  if (c->certificate_is_own && access(c->certificate, F_OK) != 0) {
    doctor_ok(d, "certificate", "the server makes it at its first start");
    return;
  }
  if (!c->certificate_is_own) {
    const char *problem = certificate_public_problem(c->certificate, c->certificate_key, c->origin, (int64_t)d->now_s);
    if (problem != NULL && c->profile == PROFILE_PRODUCTION) {
      doctor_problem(d, "certificate", "%s", problem);
      return;
    }
  }
  check_end(d, c->certificate_is_own ? "start the server again: it makes a new one"
                                     : "renew it, and start the server again");
  check_certificate_key(d);
}

/* --- the key file --- */

/* Where it really is: a link may lead into the data folder (B7). */
static bool lies_in_data(const struct doctor *d)
{
  char *key = realpath(d->config->key_file, NULL), *data = realpath(d->config->data, NULL);
  size_t n = data == NULL ? 0 : strlen(data);
  bool below = key != NULL && data != NULL && strncmp(key, data, n) == 0 && key[n] == '/';
  free(key);
  free(data);
  return below;
}

static bool database_is_there(const struct doctor *d)
{
  char file[CONFIG_PATH + 16];
  (void)snprintf(file, sizeof file, "%s/testudo.db", d->folder);
  return access(file, F_OK) == 0;
}

void doctor_key_file(struct doctor *d)
{
  const char *file = d->config->key_file;
  struct stat s;
  if (stat(file, &s) != 0) {
    if (errno != ENOENT || database_is_there(d))
      doctor_problem(d, "key file",
                     "%s cannot be read (%s), and without it the database does not open - put the right one "
                     "there, or start this as the server's user",
                     file, strerror(errno));
    else
      doctor_ok(d, "key file", "the server makes it at its first start: %s", file);
    return;
  }
  if (!S_ISREG(s.st_mode) || s.st_size != KEY_FILE_BYTES)
    doctor_problem(d, "key file", "%s is not a key - put the right file there", file);
  else if (others_may_read(&s))
    doctor_problem(d, "key file", "others can read %s - chmod 600", file);
  else if (lies_in_data(d))
    doctor_problem(d, "key file",
                   "it lies in the data folder: a copy of that would open itself - move it, and set key_file");
  else if (d->config->uid != 0 && s.st_uid != d->config->uid)
    doctor_problem(d, "key file", "%s does not belong to %s, as whom the server works - chown it", file,
                   d->config->user);
  else
    doctor_ok(d, "key file", "%s, for its owner alone, apart from the data", file);
}

/* --- the database --- */

static void check_log(struct doctor *d, struct store *st)
{
  uint64_t entries, broken_at;
  char problem[256];
  int err = store_log_verify(st, &entries, &broken_at, problem);
  if (err == 0)
    doctor_ok(d, "security log", "whole, %" PRIu64 " entries", entries);
  else if (err == ERR_AUTH)
    doctor_problem(d, "security log",
                   "it was changed: %s - take this machine for broken into, and compare with a backup", problem);
  else
    doctor_problem(d, "security log", "it cannot be read - look at the lines above");
}

/* A clock that went back lets what has expired live again. */
static void check_clock(struct doctor *d, struct store *st)
{
  struct log_event last;
  size_t n = 0;
  if (store_log_list(st, "", (struct page){.most = 1}, &last, &n) == 0 && n == 1 &&
      last.time_s > d->now_s + CLOCK_SLACK_S)
    doctor_problem(d, "clock", "it is behind the last entry of the log - set this machine's clock (timedatectl)");
}

static void check_people(struct doctor *d, struct store *st)
{
  size_t accounts, administrators;
  if (store_account_count(st, &accounts, &administrators) != 0)
    return;
  if (administrators == 0)
    doctor_warn(d, "administrators", "there is none - testudo user add EMAIL --role administrator");
  else
    doctor_ok(d, "administrators", "%zu, of %zu accounts", administrators, accounts);
}

static void check_integrity(struct doctor *d, struct store *st)
{
  struct store_counts n;
  char problem[256];
  if (store_check(st, problem) != 0)
    doctor_problem(d, "database", "it is damaged: %s - stop the server and restore a backup (testudo restore FILE)",
                   problem);
  else if (store_count(st, &n) == 0)
    doctor_ok(d, "database", "whole: %" PRIu64 " rooms, %" PRIu64 " tickets, %" PRIu64 " sessions", n.rooms, n.tickets,
              n.sessions);
}

void doctor_store(struct doctor *d)
{
  struct store *st;
  if (!database_is_there(d)) {
    doctor_warn(d, "database", "there is none in %s yet - start the server once", d->folder);
    return;
  }
  int err = store_open(&st, d->folder, d->config->key_file);
  if (err != 0) {
    doctor_problem(d, "database", "%s does not open: %s - %s", d->folder, err_text(err),
                   err == ERR_AUTH          ? "put the key file there that belongs to it"
                   : err == ERR_UNSUPPORTED ? "use the newer program that has written it"
                                            : "look at the line above, and start this as the server's user");
    return;
  }
  check_integrity(d, st);
  check_log(d, st);
  check_clock(d, st);
  check_people(d, st);
  store_close(st);
}

/* --- mail, SMS, OpenID Connect --- */

static bool secret_is_good(struct doctor *d, const char *what, const char *file)
{
  struct stat s;
  if (stat(file, &s) != 0)
    doctor_problem(d, what, "%s cannot be read (%s) - make it, with the secret in its first line", file,
                   strerror(errno));
  else if (!S_ISREG(s.st_mode) || s.st_size == 0)
    doctor_problem(d, what, "%s is empty or no file - put the secret in its first line", file);
  else if ((s.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0)
    doctor_problem(d, what, "others can read or change %s - chmod 600", file);
  else
    return true;
  return false;
}

static void check_mail(struct doctor *d)
{
  const struct config *c = d->config;
  if (c->smtp_server[0] == '\0' && c->profile == PROFILE_PRODUCTION)
    doctor_warn(d, "mail",
                "not configured: no codes, invitations and warnings by e-mail - set smtp_server and mail_from");
  else if (c->smtp_server[0] == '\0')
    doctor_ok(d, "mail", "not configured: people sign in by password and passkey");
  else if (c->smtp_password_file[0] == '\0' || secret_is_good(d, "mail", c->smtp_password_file))
    doctor_ok(d, "mail", "by %s", c->smtp_server);
}

static void check_sms(struct doctor *d)
{
  const struct config *c = d->config;
  if (c->sms_hook[0] == '\0')
    doctor_ok(d, "sms", "not configured");
  else if (secret_is_good(d, "sms", c->sms_secret_file))
    doctor_ok(d, "sms", "by %s", c->sms_hook);
}

void doctor_secret_files(struct doctor *d)
{
  const struct config *c = d->config;
  check_mail(d);
  check_sms(d);
  if (c->oidc_issuer[0][0] == '\0')
    doctor_ok(d, "providers", "not configured: nobody signs in by Google, Apple or another");
  for (size_t i = 0; i < LIMIT_ISSUERS && c->oidc_issuer[i][0] != '\0'; i++)
    if (secret_is_good(d, "providers", c->oidc_secret_file[i]))
      doctor_ok(d, "providers", "%s", c->oidc_issuer[i]);
}
