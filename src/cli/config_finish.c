/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from other options, and which combinations are refused. */
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cli/config_internal.h"

int config_refuse(const struct config *c, enum config_option option, char error[CONFIG_ERROR], const char *fmt, ...)
{
  char where[CONFIG_PATH + 16];
  va_list ap;
  int n = snprintf(error, CONFIG_ERROR, "%.300s: ", config_where(c, option, where));
  va_start(ap, fmt);
  vsnprintf(error + n, CONFIG_ERROR - (size_t)n, fmt, ap);
  va_end(ap);
  return ERR_REFUSED;
}

bool config_is_set(const struct config *c, enum config_option option)
{
  return c->place[option].kind != FROM_DEFAULT;
}

static void set_ports(struct config_addresses *list, uint16_t port)
{
  for (size_t i = 0; i < list->n; i++)
    list->at[i].port = port;
}

bool config_ends_with(const char *s, size_t n, const char *end)
{
  size_t m = strlen(end);
  return n >= m && memcmp(s + n - m, end, m) == 0;
}

/* A host that browsers never ask the network for. */
static bool origin_is_loopback(const char *origin)
{
  const char *host = origin + strlen("https://");
  size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
  if (n == strlen("localhost") && config_ends_with(host, n, "localhost"))
    return true;
  return config_ends_with(host, n, ".localhost") || (n == 9 && memcmp(host, "127.0.0.1", 9) == 0) ||
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
    return config_refuse(
        c, OPTION_HTTPS_LISTEN, error,
        "https_listen names an address that others can reach, but profile is %s. Mend: leave https_listen "
        "out; or set profile = production, origin, and certificate and certificate_key of a real "
        "certificate.",
        config_profile_name(c));
  if (!config_is_set(c, OPTION_ORIGIN))
    default_origin(c);
  else if (!origin_is_loopback(c->origin))
    return config_refuse(
        c, OPTION_ORIGIN, error,
        "this origin is not this machine, but profile is %s. Mend: leave origin out, or set profile = "
        "production.",
        config_profile_name(c));
  if (!all_loopback(&c->media_announce))
    return config_refuse(
        c, OPTION_MEDIA_ANNOUNCE, error,
        "in profile %s nobody comes from elsewhere. Mend: leave it out, or set profile = production.",
        config_profile_name(c));
  return 0;
}

static int check_production(struct config *c, char error[CONFIG_ERROR])
{
  if (c->certificate_is_own)
    return config_refuse(
        c, OPTION_PROFILE, error,
        "profile production needs a real certificate. Mend: set certificate and certificate_key to the files "
        "of your certificate authority (such as Let's Encrypt).");
  if (!config_is_set(c, OPTION_ORIGIN))
    return config_refuse(
        c, OPTION_PROFILE, error,
        "profile production needs to know its own name. Mend: set origin, such as https://meet.example.org.");
  if (origin_is_loopback(c->origin))
    return config_refuse(c, OPTION_ORIGIN, error,
                         "this origin works on this machine only. Mend: give the public name, such as "
                         "https://meet.example.org.");
  return 0;
}

static int find_certificate(struct config *c, char error[CONFIG_ERROR])
{
  if (config_is_set(c, OPTION_CERTIFICATE) != config_is_set(c, OPTION_CERTIFICATE_KEY))
    return config_refuse(
        c, config_is_set(c, OPTION_CERTIFICATE) ? OPTION_CERTIFICATE : OPTION_CERTIFICATE_KEY, error,
        "a certificate and its key belong together. Mend: set both certificate and certificate_key, or "
        "none.");
  if (config_is_set(c, OPTION_CERTIFICATE))
    return 0;
  c->certificate_is_own = true;
  snprintf(c->certificate, sizeof c->certificate, "%.*s/certificate.pem", CONFIG_PATH - 32, c->data);
  snprintf(c->certificate_key, sizeof c->certificate_key, "%.*s/certificate-key.pem", CONFIG_PATH - 32, c->data);
  return 0;
}

/* --- the key file --- */

/* Both by their names alone, as they are written. */
static bool is_below(const char *file, const char *folder)
{
  while (strncmp(file, "./", 2) == 0)
    file += 2;
  while (strncmp(folder, "./", 2) == 0)
    folder += 2;
  size_t n = strlen(folder);
  while (n > 0 && folder[n - 1] == '/')
    n--;
  if (n == 0 || strcmp(folder, ".") == 0)
    return (file[0] == '/') == (folder[0] == '/');
  return strncmp(file, folder, n) == 0 && file[n] == '/';
}

static int find_key_file(struct config *c, char error[CONFIG_ERROR])
{
  size_t n = strlen(c->data);
  while (n > 1 && c->data[n - 1] == '/')
    n--;
  c->data[n] = '\0';
  if (config_is_set(c, OPTION_KEY_FILE)) {
    if (is_below(c->key_file, c->data))
      return config_refuse(c, OPTION_KEY_FILE, error,
                           "the key lies in the data folder: a copy of the folder would open itself. Mend: name a file "
                           "elsewhere, or leave key_file out.");
    return 0;
  }
  if (c->data[n - 1] == '.' || c->data[n - 1] == '/')
    return config_refuse(
        c, OPTION_DATA, error,
        "the key cannot be put beside this folder. Mend: give the folder by its name, or set key_file.");
  snprintf(c->key_file, sizeof c->key_file, "%.*s-keys/store.key", CONFIG_PATH - 32, c->data);
  return 0;
}

const char *config_store_folder(const struct config *c, char folder[CONFIG_PATH])
{
  snprintf(folder, CONFIG_PATH, "%.*s/store", CONFIG_PATH - 32, c->data);
  return folder;
}

static int check_media(struct config *c, unsigned cores, char error[CONFIG_ERROR])
{
  for (size_t i = 0; i < c->media_listen.n; i++)
    if (net_addr_is_wildcard(&c->media_listen.at[i]))
      return config_refuse(
          c, OPTION_MEDIA_LISTEN, error,
          "browsers must be told exact addresses. Mend: name them, or leave media_listen out for all.");
  if (c->media_processes == 0)
    c->media_processes = (uint16_t)(cores == 0 ? 1 : cores > LIMIT_MEDIA_PROCESSES ? LIMIT_MEDIA_PROCESSES : cores);
  if (c->media_port + c->media_processes - 1 > 65535)
    return config_refuse(c, OPTION_MEDIA_PORT, error,
                         "%u media processes need as many ports from here on. Mend: %u or less.", c->media_processes,
                         65536u - c->media_processes);
  return 0;
}

/* --- the relay --- */

static int check_relay(const struct config *c, char error[CONFIG_ERROR])
{
  bool url = config_is_set(c, OPTION_TURN_URL), secret = config_is_set(c, OPTION_TURN_SECRET_FILE);
  if (url != secret)
    return config_refuse(c, url ? OPTION_TURN_URL : OPTION_TURN_SECRET_FILE, error,
                         "a relay without a shared secret serves anybody or nobody. Mend: set both turn_url and "
                         "turn_secret_file, or none.");
  if (secret && is_below(c->turn_secret_file, c->data))
    return config_refuse(c, OPTION_TURN_SECRET_FILE, error,
                         "the secret lies in the data folder: a copy of the folder would take it along. Mend: name a "
                         "file elsewhere.");
  return 0;
}

static int find_user(struct config *c, char error[CONFIG_ERROR])
{
  if (!config_is_set(c, OPTION_USER))
    return 0;
  errno = 0;
  const struct passwd *found = getpwnam(c->user);
  if (found == NULL || found->pw_uid == 0)
    return config_refuse(c, OPTION_USER, error, "%s. Mend: name an ordinary user, or leave it out.",
                         found == NULL ? "this machine has no such user" : "this user is root");
  c->uid = found->pw_uid;
  c->gid = found->pw_gid;
  return 0;
}

/* What high care demands is not taken back by another option. */
static int check_care(struct config *c, char error[CONFIG_ERROR])
{
  if (c->care != CARE_HIGH)
    return 0;
  if (config_is_set(c, OPTION_TWO_FACTORS) && c->two_factors != TWO_FACTORS_EVERYBODY)
    return config_refuse(c, OPTION_TWO_FACTORS, error,
                         "with care = high every account has two factors. Mend: leave two_factors out, or set it to "
                         "everybody.");
  if (c->sign_up != SIGN_UP_INVITED)
    return config_refuse(c, OPTION_SIGN_UP, error,
                         "with care = high nobody makes an account without an invitation. Mend: leave sign_up out, or "
                         "set care = usual.");
  c->two_factors = TWO_FACTORS_EVERYBODY;
  return 0;
}

int config_finish(struct config *c, unsigned cores, char error[CONFIG_ERROR])
{
  set_ports(&c->https_listen, c->https_port);
  int err = find_key_file(c, error);
  if (err == 0)
    err = find_certificate(c, error);
  if (err == 0)
    err = config_is_local(c) ? check_local(c, error) : check_production(c, error);
  if (err == 0)
    err = check_care(c, error);
  if (err == 0)
    err = check_media(c, cores, error);
  if (err == 0)
    err = check_relay(c, error);
  if (err == 0)
    err = config_check_outbound(c, error);
  if (err == 0)
    err = find_user(c, error);
  return err;
}
