/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from other options, and which combinations are refused. */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/config.h"

static int refuse(const struct config *c, enum config_option option, char error[CONFIG_ERROR], const char *fmt, ...)
  __attribute__((format(printf, 4, 5)));

static int refuse(const struct config *c, enum config_option option, char error[CONFIG_ERROR], const char *fmt, ...)
{
  char where[CONFIG_PATH + 16];
  va_list ap;
  int n = snprintf(error, CONFIG_ERROR, "%.300s: ", config_where(c, option, where));
  va_start(ap, fmt);
  vsnprintf(error + n, CONFIG_ERROR - (size_t)n, fmt, ap);
  va_end(ap);
  return ERR_REFUSED;
}

static bool is_set(const struct config *c, enum config_option option)
{
  return c->place[option].kind != FROM_DEFAULT;
}

static void set_ports(struct config_addresses *list, uint16_t port)
{
  for (size_t i = 0; i < list->n; i++)
    list->at[i].port = port;
}

static bool ends_with(const char *s, size_t n, const char *end)
{
  size_t m = strlen(end);
  return n >= m && memcmp(s + n - m, end, m) == 0;
}

/* A host that browsers never ask the network for. */
static bool origin_is_loopback(const char *origin)
{
  const char *host = origin + strlen("https://");
  size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
  if (n == strlen("localhost") && ends_with(host, n, "localhost"))
    return true;
  return ends_with(host, n, ".localhost") || (n == 9 && memcmp(host, "127.0.0.1", 9) == 0) ||
         (n == 5 && memcmp(host, "[::1]", 5) == 0);
}

static void default_origin(struct config *c)
{
  if (c->https_port == 443)
    snprintf(c->origin, sizeof c->origin, "https://localhost");
  else
    snprintf(c->origin, sizeof c->origin, "https://localhost:%u", (unsigned)c->https_port);
}

static bool all_loopback(const struct config_addresses *list)
{
  for (size_t i = 0; i < list->n; i++)
    if (!net_addr_is_loopback(&list->at[i]))
      return false;
  return true;
}

static int check_local(struct config *c, char error[CONFIG_ERROR])
{
  if (!all_loopback(&c->https_listen))
    return refuse(c, OPTION_HTTPS_LISTEN, error,
                  "https_listen names an address that others can reach, but profile is local. Mend: leave https_listen "
                  "out; or set profile = production, origin, and certificate and certificate_key of a real "
                  "certificate.");
  if (!is_set(c, OPTION_ORIGIN))
    default_origin(c);
  else if (!origin_is_loopback(c->origin))
    return refuse(c, OPTION_ORIGIN, error,
                  "this origin is not this machine, but profile is local. Mend: leave origin out, or set profile = "
                  "production.");
  if (!all_loopback(&c->media_announce))
    return refuse(c, OPTION_MEDIA_ANNOUNCE, error,
                  "in profile local nobody comes from elsewhere. Mend: leave it out, or set profile = production.");
  return 0;
}

static int check_production(struct config *c, char error[CONFIG_ERROR])
{
  if (c->certificate_is_own)
    return refuse(c, OPTION_PROFILE, error,
                  "profile production needs a real certificate. Mend: set certificate and certificate_key to the files "
                  "of your certificate authority (such as Let's Encrypt).");
  if (!is_set(c, OPTION_ORIGIN))
    return refuse(c, OPTION_PROFILE, error,
                  "profile production needs to know its own name. Mend: set origin, such as https://meet.example.org.");
  if (origin_is_loopback(c->origin))
    return refuse(c, OPTION_ORIGIN, error,
                  "this origin works on this machine only. Mend: give the public name, such as "
                  "https://meet.example.org.");
  return 0;
}

static int find_certificate(struct config *c, char error[CONFIG_ERROR])
{
  if (is_set(c, OPTION_CERTIFICATE) != is_set(c, OPTION_CERTIFICATE_KEY))
    return refuse(c, is_set(c, OPTION_CERTIFICATE) ? OPTION_CERTIFICATE : OPTION_CERTIFICATE_KEY, error,
                  "a certificate and its key belong together. Mend: set both certificate and certificate_key, or "
                  "none.");
  if (is_set(c, OPTION_CERTIFICATE))
    return 0;
  c->certificate_is_own = true;
  snprintf(c->certificate, sizeof c->certificate, "%.*s/certificate.pem", CONFIG_PATH - 32, c->data);
  snprintf(c->certificate_key, sizeof c->certificate_key, "%.*s/certificate-key.pem", CONFIG_PATH - 32, c->data);
  return 0;
}

static int check_media(struct config *c, unsigned cores, char error[CONFIG_ERROR])
{
  for (size_t i = 0; i < c->media_listen.n; i++)
    if (net_addr_is_wildcard(&c->media_listen.at[i]))
      return refuse(c, OPTION_MEDIA_LISTEN, error,
                    "browsers must be told exact addresses. Mend: name them, or leave media_listen out for all.");
  if (c->media_processes == 0)
    c->media_processes = (uint16_t)(cores == 0 ? 1 : cores > LIMIT_MEDIA_PROCESSES ? LIMIT_MEDIA_PROCESSES : cores);
  if (c->media_port + c->media_processes - 1 > 65535)
    return refuse(c, OPTION_MEDIA_PORT, error, "%u media processes need as many ports from here on. Mend: %u or less.",
                  c->media_processes, 65536u - c->media_processes);
  return 0;
}

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
  for (size_t i = 0; i < n && !is_set(c, needed); i++)
    if (is_set(c, list[i]))
      return list[i];
  return OPTION_COUNT;
}

static int check_smtp_security(const struct config *c, char error[CONFIG_ERROR])
{
  if (c->smtp_security == SMTP_NONE && (c->profile != PROFILE_LOCAL || !server_is_loopback(c->smtp_server)))
    return refuse(c, OPTION_SMTP_SECURITY, error,
                  "e-mail without TLS can be read and changed on its way. Mend: set smtp_security = starttls or tls; "
                  "none is for a loopback address in profile local.");
  if (c->smtp_security == SMTP_STARTTLS && ends_with(c->smtp_server, strlen(c->smtp_server), ":465"))
    return refuse(c, OPTION_SMTP_SERVER, error,
                  "port 465 speaks TLS from the first byte. Mend: set smtp_security = tls, or name port 587.");
  return 0;
}

static int check_mail(const struct config *c, char error[CONFIG_ERROR])
{
  static const enum config_option parts[] = {OPTION_SMTP_SECURITY, OPTION_SMTP_USER, OPTION_SMTP_PASSWORD_FILE,
                                             OPTION_MAIL_FROM};
  enum config_option alone = set_alone(c, OPTION_SMTP_SERVER, parts, sizeof parts / sizeof parts[0]);
  if (alone != OPTION_COUNT)
    return refuse(c, alone, error, "this is of use with smtp_server only. Mend: set smtp_server, or leave it out.");
  if (!is_set(c, OPTION_SMTP_SERVER))
    return 0;
  if (!is_set(c, OPTION_MAIL_FROM))
    return refuse(c, OPTION_SMTP_SERVER, error,
                  "e-mail needs a sender. Mend: set mail_from, such as Meetings <meet@example.org>.");
  if (is_set(c, OPTION_SMTP_USER) != is_set(c, OPTION_SMTP_PASSWORD_FILE))
    return refuse(c, is_set(c, OPTION_SMTP_USER) ? OPTION_SMTP_USER : OPTION_SMTP_PASSWORD_FILE, error,
                  "a user and a password belong together. Mend: set both smtp_user and smtp_password_file, or none.");
  return check_smtp_security(c, error);
}

static int check_sms(const struct config *c, char error[CONFIG_ERROR])
{
  if (is_set(c, OPTION_SMS_HOOK) != is_set(c, OPTION_SMS_SECRET_FILE))
    return refuse(c, is_set(c, OPTION_SMS_HOOK) ? OPTION_SMS_HOOK : OPTION_SMS_SECRET_FILE, error,
                  "the hook must be able to tell this server from others. Mend: set both sms_hook and sms_secret_file, "
                  "or none.");
  return 0;
}

static int check_outbound(const struct config *c, char error[CONFIG_ERROR])
{
  int err = check_mail(c, error);
  if (err == 0)
    err = check_sms(c, error);
  if (err == 0 && is_set(c, OPTION_CA_FILE) && !config_wants_outbound(c))
    return refuse(c, OPTION_CA_FILE, error,
                  "nothing is configured that would use it. Mend: set smtp_server, sms_hook or oidc_issuers, or leave "
                  "it out.");
  return err;
}

bool config_wants_outbound(const struct config *c)
{
  return c->smtp_server[0] != '\0' || c->sms_hook[0] != '\0' || c->oidc_issuer[0][0] != '\0';
}

static int find_user(struct config *c, char error[CONFIG_ERROR])
{
  if (!is_set(c, OPTION_USER))
    return 0;
  errno = 0;
  const struct passwd *found = getpwnam(c->user);
  if (found == NULL || found->pw_uid == 0)
    return refuse(c, OPTION_USER, error, "%s. Mend: name an ordinary user, or leave it out.",
                  found == NULL ? "this machine has no such user" : "this user is root");
  c->uid = found->pw_uid;
  c->gid = found->pw_gid;
  return 0;
}

int config_finish(struct config *c, unsigned cores, char error[CONFIG_ERROR])
{
  set_ports(&c->https_listen, c->https_port);
  int err = find_certificate(c, error);
  if (err == 0)
    err = c->profile == PROFILE_LOCAL ? check_local(c, error) : check_production(c, error);
  if (err == 0)
    err = check_media(c, cores, error);
  if (err == 0)
    err = check_outbound(c, error);
  if (err == 0)
    err = find_user(c, error);
  return err;
}
