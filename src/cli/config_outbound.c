/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What belongs together of the options for mail, SMS and OpenID Connect. */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/config_internal.h"

/* An address, not a name: a name may lead anywhere. */
static bool server_is_loopback(const char *server)
{
  char host[CONFIG_SERVER];
  struct net_addr a;
  size_t skip = server[0] == '[' ? 1 : 0;
  snprintf(host, sizeof host, "%s", server + skip);
  *strrchr(host, skip == 1 ? ']' : ':') = '\0';
  return net_addr_parse(host, 0, &a) == 0 && net_addr_is_loopback(&a);
}

/* The first of the options that is set without what it belongs to, or OPTION_COUNT. */
static enum config_option set_alone(const struct config *c, enum config_option needed, const enum config_option *list,
                                    size_t n)
{
  for (size_t i = 0; i < n && !config_is_set(c, needed); i++)
    if (config_is_set(c, list[i]))
      return list[i];
  return OPTION_COUNT;
}

static int check_smtp_security(const struct config *c, char error[CONFIG_ERROR])
{
  if (c->smtp_security == SMTP_NONE && (!config_is_local(c) || !server_is_loopback(c->smtp_server)))
    return config_refuse(
        c, OPTION_SMTP_SECURITY, error,
        "e-mail without TLS can be read and changed on its way. Mend: set smtp_security = starttls or tls; "
        "none is for a loopback address, and never in profile production.");
  if (c->smtp_security == SMTP_STARTTLS && config_ends_with(c->smtp_server, strlen(c->smtp_server), ":465"))
    return config_refuse(c, OPTION_SMTP_SERVER, error,
                         "port 465 speaks TLS from the first byte. Mend: set smtp_security = tls, or name port 587.");
  return 0;
}

static int check_mail(const struct config *c, char error[CONFIG_ERROR])
{
  static const enum config_option parts[] = {OPTION_SMTP_SECURITY, OPTION_SMTP_USER, OPTION_SMTP_PASSWORD_FILE,
                                             OPTION_MAIL_FROM};
  enum config_option alone = set_alone(c, OPTION_SMTP_SERVER, parts, sizeof parts / sizeof parts[0]);
  if (alone != OPTION_COUNT)
    return config_refuse(c, alone, error,
                         "this is of use with smtp_server only. Mend: set smtp_server, or leave it out.");
  if (!config_is_set(c, OPTION_SMTP_SERVER))
    return 0;
  if (!config_is_set(c, OPTION_MAIL_FROM))
    return config_refuse(c, OPTION_SMTP_SERVER, error,
                         "e-mail needs a sender. Mend: set mail_from, such as Meetings <meet@example.org>.");
  if (config_is_set(c, OPTION_SMTP_USER) != config_is_set(c, OPTION_SMTP_PASSWORD_FILE))
    return config_refuse(
        c, config_is_set(c, OPTION_SMTP_USER) ? OPTION_SMTP_USER : OPTION_SMTP_PASSWORD_FILE, error,
        "a user and a password belong together. Mend: set both smtp_user and smtp_password_file, or none.");
  return check_smtp_security(c, error);
}

static int check_sms(const struct config *c, char error[CONFIG_ERROR])
{
  if (config_is_set(c, OPTION_SMS_HOOK) != config_is_set(c, OPTION_SMS_SECRET_FILE))
    return config_refuse(
        c, config_is_set(c, OPTION_SMS_HOOK) ? OPTION_SMS_HOOK : OPTION_SMS_SECRET_FILE, error,
        "the hook must be able to tell this server from others. Mend: set both sms_hook and sms_secret_file, "
        "or none.");
  return 0;
}

/* --- OpenID Connect --- */

static size_t list_size(const char *list, size_t size)
{
  size_t n = 0;
  while (n < LIMIT_ISSUERS && list[size * n] != '\0')
    n++;
  return n;
}

static bool knows_apple(const struct config *c)
{
  for (size_t i = 0; i < LIMIT_ISSUERS; i++)
    if (strcmp(c->oidc_issuer[i], CONFIG_ISSUER_APPLE) == 0)
      return true;
  return false;
}

static int check_apple(const struct config *c, char error[CONFIG_ERROR])
{
  bool team = config_is_set(c, OPTION_APPLE_TEAM), key_id = config_is_set(c, OPTION_APPLE_KEY_ID);
  if (!knows_apple(c) && (team || key_id))
    return config_refuse(
        c, team ? OPTION_APPLE_TEAM : OPTION_APPLE_KEY_ID, error,
        "this is of use with apple among the oidc_issuers only. Mend: add apple there, or leave it out.");
  if (knows_apple(c) && !(team && key_id))
    return config_refuse(c, OPTION_OIDC_ISSUERS, error,
                         "Apple wants to know the team and the key. Mend: set both apple_team and apple_key_id, as "
                         "Apple's developer pages show them.");
  return 0;
}

/* As many as there are providers: one too few would give one provider's secret to another. */
static int check_per_issuer(const struct config *c, enum config_option option, size_t n, const char *what,
                            char error[CONFIG_ERROR])
{
  size_t issuers = list_size(c->oidc_issuer[0], CONFIG_ORIGIN);
  if (n == 0)
    return config_refuse(c, OPTION_OIDC_ISSUERS, error,
                         "the providers must be able to tell this server from others. Mend: set %s, %s.",
                         option == OPTION_OIDC_CLIENTS ? "oidc_clients" : "oidc_secret_files", what);
  if (n != issuers)
    return config_refuse(c, option, error, "there are %zu of these, but %zu oidc_issuers. Mend: give %s.", n, issuers,
                         what);
  return 0;
}

static int check_oidc(const struct config *c, char error[CONFIG_ERROR])
{
  static const enum config_option parts[] = {OPTION_OIDC_CLIENTS, OPTION_OIDC_SECRET_FILES};
  enum config_option alone = set_alone(c, OPTION_OIDC_ISSUERS, parts, sizeof parts / sizeof parts[0]);
  if (alone != OPTION_COUNT)
    return config_refuse(c, alone, error,
                         "this is of use with oidc_issuers only. Mend: set oidc_issuers, or leave it out.");
  int err = 0;
  if (config_is_set(c, OPTION_OIDC_ISSUERS))
    err = check_per_issuer(c, OPTION_OIDC_CLIENTS, list_size(c->oidc_client[0], CONFIG_ORIGIN),
                           "a client id for each of them, in the same order", error);
  if (err == 0 && config_is_set(c, OPTION_OIDC_ISSUERS))
    err = check_per_issuer(c, OPTION_OIDC_SECRET_FILES, list_size(c->oidc_secret_file[0], CONFIG_PATH),
                           "a file for each of them, in the same order", error);
  return err != 0 ? err : check_apple(c, error);
}

int config_check_outbound(const struct config *c, char error[CONFIG_ERROR])
{
  int err = check_mail(c, error);
  if (err == 0)
    err = check_sms(c, error);
  if (err == 0)
    err = check_oidc(c, error);
  if (err == 0 && config_is_set(c, OPTION_CA_FILE) && !config_wants_outbound(c))
    return config_refuse(
        c, OPTION_CA_FILE, error,
        "nothing is configured that would use it. Mend: set smtp_server, sms_hook or oidc_issuers, or leave "
        "it out.");
  return err;
}

bool config_wants_outbound(const struct config *c)
{
  return c->smtp_server[0] != '\0' || c->sms_hook[0] != '\0' || c->oidc_issuer[0][0] != '\0';
}
