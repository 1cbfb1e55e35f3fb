/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/config_options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "cli/config_internal.h"
#include "cli/mailbox.h"

#define LIST_BYTES 4096 /* of a value that is a list */

static int read_text(char *out, size_t size, const char *value)
{
  size_t n = strlen(value);
  if (n == 0)
    return ERR_MALFORMED;
  if (n >= size)
    return ERR_RANGE;
  memcpy(out, value, n + 1);
  return 0;
}

static int read_number(uint16_t *out, const char *value, unsigned least, unsigned most)
{
  char *end;
  if (!isdigit((unsigned char)value[0]) || strlen(value) > 5)
    return ERR_MALFORMED;
  unsigned long v = strtoul(value, &end, 10);
  if (*end != '\0')
    return ERR_MALFORMED;
  if (v < least || v > most)
    return ERR_RANGE;
  *out = (uint16_t)v;
  return 0;
}

/* Which of the names; ERR_MALFORMED if none. */
static int read_choice(unsigned *out, const char *value, const char *const *names, unsigned n)
{
  for (unsigned i = 0; i < n; i++)
    if (strcmp(value, names[i]) == 0) {
      *out = i;
      return 0;
    }
  return ERR_MALFORMED;
}

static int add_address(struct config_addresses *list, const char *text)
{
  struct net_addr a;
  if (net_addr_parse(text, 0, &a) != 0)
    return ERR_MALFORMED;
  if (list->n == LIMIT_LISTEN_ADDRESSES)
    return ERR_RANGE;
  for (size_t i = 0; i < list->n; i++)
    if (net_addr_equal(&list->at[i], &a))
      return ERR_RANGE;
  list->at[list->n++] = a;
  return 0;
}

/* Addresses separated by commas or spaces. */
static int read_addresses(struct config_addresses *out, const char *value)
{
  struct config_addresses list = {0};
  char copy[LIMIT_LISTEN_ADDRESSES * NET_ADDR_TEXT], *rest = NULL;
  if (read_text(copy, sizeof copy, value) != 0)
    return ERR_RANGE;
  for (char *word = strtok_r(copy, ", \t", &rest); word != NULL; word = strtok_r(NULL, ", \t", &rest)) {
    int err = add_address(&list, word);
    if (err != 0)
      return err;
  }
  *out = list;
  return list.n > 0 ? 0 : ERR_MALFORMED;
}

/* Words separated by commas or spaces, each in its own place of `size` bytes; the rest of `most` is empty. */
static int read_list(char *out, size_t size, size_t most, const char *value,
                     int (*read_one)(char *out, size_t size, const char *word))
{
  char copy[LIST_BYTES], *rest = NULL;
  size_t n = 0;
  if (read_text(copy, sizeof copy, value) != 0)
    return ERR_RANGE;
  memset(out, 0, size * most);
  for (char *word = strtok_r(copy, ", \t", &rest); word != NULL; word = strtok_r(NULL, ", \t", &rest)) {
    int err = n == most ? ERR_RANGE : read_one(out + size * n++, size, word);
    if (err != 0)
      return err;
  }
  return n > 0 ? 0 : ERR_MALFORMED;
}

/* Whether no two of a list are the same. */
static bool all_differ(const char *list, size_t size, size_t most)
{
  for (size_t i = 0; i < most && list[size * i] != '\0'; i++)
    for (size_t k = 0; k < i; k++)
      if (strcmp(list + size * i, list + size * k) == 0)
        return false;
  return true;
}

static const char *const profiles[] = {
  [PROFILE_LOCAL] = "local",
  [PROFILE_DEVELOPMENT] = "development",
  [PROFILE_TEST] = "test",
  [PROFILE_PRODUCTION] = "production",
};

const char *config_profile_name(const struct config *c)
{
  return profiles[c->profile];
}

static int read_profile(struct config *c, const char *value)
{
  unsigned i = PROFILE_LOCAL;
  int err = read_choice(&i, value, profiles, sizeof profiles / sizeof profiles[0]);
  c->profile = (enum config_profile)i;
  return err;
}

static int read_log_level(struct config *c, const char *value)
{
  static const char *const names[] = {"debug", "notice", "warning", "error"};
  unsigned i = LOG_NOTICE;
  int err = read_choice(&i, value, names, 4);
  c->log_level = (uint8_t)i;
  return err;
}

static int read_https_listen(struct config *c, const char *value)
{
  return read_addresses(&c->https_listen, value);
}

static int read_https_port(struct config *c, const char *value)
{
  return read_number(&c->https_port, value, 1, 65535);
}

static bool is_host_byte(char b)
{
  return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '.' || b == ':' || b == '[' || b == ']';
}

/* One exact origin in the form in which browsers write it: never with the port that https has anyway (B2). */
static int read_one_origin(char *out, size_t size, const char *value)
{
  static const char scheme[] = "https://", usual_port[] = ":443";
  size_t skip = sizeof scheme - 1;
  if (strncmp(value, scheme, skip) != 0 || value[skip] == '\0')
    return ERR_MALFORMED;
  if (strcmp(value + strlen(value) - strlen(usual_port), usual_port) == 0)
    return ERR_MALFORMED;
  for (const char *p = value + skip; *p != '\0'; p++)
    if (!is_host_byte(*p))
      return ERR_MALFORMED;
  return read_text(out, size, value);
}

/* Whether it suits the profile is config_finish's matter. */
static int read_origin(struct config *c, const char *value)
{
  return read_one_origin(c->origin, sizeof c->origin, value);
}

static int read_cors_origins(struct config *c, const char *value)
{
  int err = read_list(c->cors_origin[0], CONFIG_ORIGIN, LIMIT_CORS_ORIGINS, value, read_one_origin);
  return err == 0 && !all_differ(c->cors_origin[0], CONFIG_ORIGIN, LIMIT_CORS_ORIGINS) ? ERR_RANGE : err;
}

static int read_certificate(struct config *c, const char *value)
{
  return read_text(c->certificate, sizeof c->certificate, value);
}

static int read_certificate_key(struct config *c, const char *value)
{
  return read_text(c->certificate_key, sizeof c->certificate_key, value);
}

static int read_data(struct config *c, const char *value)
{
  return read_text(c->data, sizeof c->data - 32, value); /* room for the names of the files in it */
}

static int read_key_file(struct config *c, const char *value)
{
  return read_text(c->key_file, sizeof c->key_file - 32, value);
}

static int read_sign_up(struct config *c, const char *value)
{
  static const char *const names[] = {[SIGN_UP_INVITED] = "invited", [SIGN_UP_OPEN] = "open"};
  unsigned i = SIGN_UP_INVITED;
  int err = read_choice(&i, value, names, 2);
  c->sign_up = (uint8_t)i;
  return err;
}

static int read_two_factors(struct config *c, const char *value)
{
  static const char *const names[] = {[TWO_FACTORS_CHOICE] = "choice", [TWO_FACTORS_EVERYBODY] = "everybody"};
  unsigned i = TWO_FACTORS_CHOICE;
  int err = read_choice(&i, value, names, 2);
  c->two_factors = (uint8_t)i;
  return err;
}

static int read_care(struct config *c, const char *value)
{
  static const char *const names[] = {[CARE_USUAL] = "usual", [CARE_HIGH] = "high"};
  unsigned i = CARE_USUAL;
  int err = read_choice(&i, value, names, 2);
  c->care = (uint8_t)i;
  return err;
}

static int read_media_listen(struct config *c, const char *value)
{
  return read_addresses(&c->media_listen, value);
}

static int read_media_announce(struct config *c, const char *value)
{
  return read_addresses(&c->media_announce, value);
}

static int read_media_port(struct config *c, const char *value)
{
  return read_number(&c->media_port, value, 1024, 65535);
}

static int read_media_processes(struct config *c, const char *value)
{
  return read_number(&c->media_processes, value, 1, LIMIT_MEDIA_PROCESSES);
}

static int read_media_busy(struct config *c, const char *value)
{
  return read_number(&c->media_busy, value, 1, 95);
}

static int read_metrics_port(struct config *c, const char *value)
{
  return read_number(&c->metrics_port, value, 1024, 65535);
}

/* A DNS name, perhaps with a port: its last label has something else than digits in it. */
static bool is_named_host(const char *host, const char *end)
{
  const char *colon = memchr(host, ':', (size_t)(end - host));
  const char *name_end = colon != NULL ? colon : end;
  bool digits = true;
  for (const char *p = host; p < name_end; p++) {
    if (*p == '[' || *p == ']')
      return false;
    digits = *p == '.' || (digits && *p >= '0' && *p <= '9');
  }
  if (colon == NULL || digits)
    return !digits;
  char port[6];
  uint16_t number;
  size_t n = (size_t)(end - colon) - 1;
  if (n >= sizeof port)
    return false;
  memcpy(port, colon + 1, n);
  port[n] = '\0';
  return read_number(&number, port, 1, 65535) == 0;
}

/* The form in which browsers take it (RFC 7065), with TLS over TCP: it passes where nothing else does, and nobody on the
 * way sees a pass. By a name: Firefox passes over a TLS relay with an IP address, without a word. */
static int read_turn_url(struct config *c, const char *value)
{
  static const char scheme[] = "turns:", transport[] = "?transport=tcp";
  const char *host = value + sizeof scheme - 1;
  if (strncmp(value, scheme, sizeof scheme - 1) != 0 || !config_ends_with(value, strlen(value), transport))
    return ERR_MALFORMED;
  const char *end = value + strlen(value) - (sizeof transport - 1);
  for (const char *p = host; p < end; p++)
    if (!is_host_byte(*p))
      return ERR_MALFORMED;
  if (host >= end || !is_named_host(host, end))
    return ERR_MALFORMED;
  return read_text(c->turn_url, sizeof c->turn_url, value);
}

static int read_turn_secret_file(struct config *c, const char *value)
{
  return read_text(c->turn_secret_file, sizeof c->turn_secret_file, value);
}

/* "host:port" with a name, an IPv4 address or an IPv6 address in brackets. */
static int read_smtp_server(struct config *c, const char *value)
{
  uint16_t port;
  const char *colon = strrchr(value, ':');
  if (colon == NULL || colon == value || (value[0] == '[') != (colon[-1] == ']'))
    return ERR_MALFORMED;
  for (const char *p = value; p < colon; p++)
    if (!is_host_byte(*p) || (*p == ':' && value[0] != '['))
      return ERR_MALFORMED;
  int err = read_number(&port, colon + 1, 1, 65535);
  return err != 0 ? err : read_text(c->smtp_server, sizeof c->smtp_server, value);
}

static int read_smtp_security(struct config *c, const char *value)
{
  static const char *const names[] = {[SMTP_STARTTLS] = "starttls", [SMTP_TLS] = "tls", [SMTP_NONE] = "none"};
  unsigned i = SMTP_STARTTLS;
  int err = read_choice(&i, value, names, 3);
  c->smtp_security = (uint8_t)i;
  return err;
}

static int read_smtp_user(struct config *c, const char *value)
{
  return read_text(c->smtp_user, sizeof c->smtp_user, value);
}

static int read_smtp_password_file(struct config *c, const char *value)
{
  return read_text(c->smtp_password_file, sizeof c->smtp_password_file, value);
}

static int read_mail_from(struct config *c, const char *value)
{
  struct span name, address;
  for (const char *p = value; *p != '\0'; p++)
    if (iscntrl((unsigned char)*p))
      return ERR_MALFORMED;
  if (mailbox_parse(span_str(value), &name, &address) != 0)
    return ERR_MALFORMED;
  return read_text(c->mail_from, sizeof c->mail_from, value);
}

/* An address of the web without user, fragment and anything that has to be escaped. */
static int read_https_url(char *out, size_t size, const char *value)
{
  static const char scheme[] = "https://";
  const char *host = value + sizeof scheme - 1;
  if (strncmp(value, scheme, sizeof scheme - 1) != 0 || *host == '\0' || *host == '/' || *host == ':')
    return ERR_MALFORMED;
  for (const char *p = host; *p != '\0'; p++)
    if (*p <= ' ' || *p > '~' || strchr("\"<>\\^`{|}#@", *p) != NULL)
      return ERR_MALFORMED;
  return read_text(out, size, value);
}

static int read_sms_hook(struct config *c, const char *value)
{
  return read_https_url(c->sms_hook, sizeof c->sms_hook, value);
}

static int read_sms_secret_file(struct config *c, const char *value)
{
  return read_text(c->sms_secret_file, sizeof c->sms_secret_file, value);
}

static int read_one_issuer(char *out, size_t size, const char *word)
{
  if (strcmp(word, "google") == 0)
    return read_text(out, size, CONFIG_ISSUER_GOOGLE);
  if (strcmp(word, "apple") == 0)
    return read_text(out, size, CONFIG_ISSUER_APPLE);
  return strchr(word, '?') != NULL ? ERR_MALFORMED : read_https_url(out, size, word);
}

static int read_oidc_issuers(struct config *c, const char *value)
{
  int err = read_list(c->oidc_issuer[0], CONFIG_ORIGIN, LIMIT_ISSUERS, value, read_one_issuer);
  return err == 0 && !all_differ(c->oidc_issuer[0], CONFIG_ORIGIN, LIMIT_ISSUERS) ? ERR_RANGE : err;
}

static bool is_printable(const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p < '!' || *p > '~')
      return false;
  return true;
}

static int read_one_client(char *out, size_t size, const char *word)
{
  return is_printable(word) ? read_text(out, size, word) : ERR_MALFORMED;
}

static int read_oidc_clients(struct config *c, const char *value)
{
  return read_list(c->oidc_client[0], CONFIG_ORIGIN, LIMIT_ISSUERS, value, read_one_client);
}

static int read_oidc_secret_files(struct config *c, const char *value)
{
  return read_list(c->oidc_secret_file[0], CONFIG_PATH, LIMIT_ISSUERS, value, read_text);
}

/* Ten letters and digits: Apple's name of a team or a key. */
static int read_apple_name(char out[CONFIG_APPLE], const char *value)
{
  if (strlen(value) != 10 || strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != 10)
    return ERR_MALFORMED;
  return read_text(out, CONFIG_APPLE, value);
}

static int read_apple_team(struct config *c, const char *value)
{
  return read_apple_name(c->apple_team, value);
}

static int read_apple_key_id(struct config *c, const char *value)
{
  return read_apple_name(c->apple_key_id, value);
}

static int read_ca_file(struct config *c, const char *value)
{
  return read_text(c->ca_file, sizeof c->ca_file, value);
}

static int read_user(struct config *c, const char *value)
{
  return read_text(c->user, sizeof c->user, value);
}

#define ADDRESSES "up to 8 different IP addresses, such as 127.0.0.1, ::1"

const struct config_row config_rows[OPTION_COUNT] = {
  [OPTION_PROFILE] = {"profile", "PROFILE", "local", NULL,
    "local: for this machine alone, on loopback, with a certificate that it makes itself. "
    "development, test: the same, so that a server under work and one that automated tests start are told from others. "
    "production: for the public; needs certificate, certificate_key and origin.",
    "local, development, test or production", read_profile},
  [OPTION_HTTPS_LISTEN] = {"https_listen", "ADDRESSES", "127.0.0.1, ::1", NULL,
    "IP addresses on which pages and signalling are served. Other than loopback ones need profile = production; there "
    "\"0.0.0.0, ::\" means all.",
    ADDRESSES, read_https_listen},
  [OPTION_HTTPS_PORT] = {"https_port", "PORT", "8443", NULL,
    "TCP port of pages and signalling.",
    "a port from 1 to 65535", read_https_port},
  [OPTION_ORIGIN] = {"origin", "ORIGIN", NULL, "https://localhost:PORT",
    "What browsers show before the path. Requests and sockets of pages of any other origin are refused.",
    "one exact origin, such as https://meet.example.org: https, lower case, no path, no final slash, no :443, no *",
    read_origin},
  [OPTION_CERTIFICATE] = {"certificate", "FILE", NULL, "DATA/certificate.pem",
    "The server's certificate and those that lead to its authority (PEM). Made at the first start, except in "
    "profile production.",
    "the name of a file", read_certificate},
  [OPTION_CERTIFICATE_KEY] = {"certificate_key", "FILE", NULL, "DATA/certificate-key.pem",
    "The certificate's private key (PEM). Read by the web process alone.",
    "the name of a file", read_certificate_key},
  [OPTION_DATA] = {"data", "FOLDER", "data", NULL,
    "Where the server keeps its own files. Made when missing.",
    "the name of a folder", read_data},
  [OPTION_KEY_FILE] = {"key_file", "FILE", NULL, "DATA-keys/store.key",
    "The key (32 random bytes, made at the first start) that opens what is sealed in the database. It must not lie in "
    "the data folder: so a copy of that folder opens nothing. Keep a copy of it apart from the backups; without it they "
    "are worth nothing.",
    "the name of a file", read_key_file},
  [OPTION_SIGN_UP] = {"sign_up", "WHO", "invited", NULL,
    "Who may make an account: invited (only whom an administrator invites) or open (everybody who shows an e-mail "
    "address).",
    "invited or open", read_sign_up},
  [OPTION_TWO_FACTORS] = {"two_factors", "WHO", "choice", NULL,
    "Who needs two factors to sign in: choice (each person decides) or everybody.",
    "choice or everybody", read_two_factors},
  [OPTION_CARE] = {"care", "HOW_MUCH", "usual", NULL,
    "usual, or high: the profile for a bank or a clinic. It raises every notice, confirmation and demand at once, for "
    "all rooms, and lets none be lowered.",
    "usual or high", read_care},
  [OPTION_CORS_ORIGINS] = {"cors_origins", "ORIGINS", NULL, "none",
    "Web pages of other origins that may use the REST API with an API key. Cookies never count there.",
    "up to 8 exact origins, such as https://shop.example.org: https, lower case, no path, no final slash, no :443, no *",
    read_cors_origins},
  [OPTION_MEDIA_LISTEN] = {"media_listen", "ADDRESSES", NULL, "all of this machine",
    "IP addresses for sound and pictures. Except in profile production, only this machine's own programs reach "
    "them, whatever the address.",
    ADDRESSES, read_media_listen},
  [OPTION_MEDIA_ANNOUNCE] = {"media_announce", "ADDRESSES", NULL, "those of media_listen",
    "IP addresses that browsers are told instead, when the machine stands behind address translation: the first of "
    "each family (IPv4, IPv6) stands for the first of media_listen. The ports must be the same on both sides.",
    ADDRESSES, read_media_announce},
  [OPTION_MEDIA_PORT] = {"media_port", "PORT", "8500", NULL,
    "Port of the first media process, for UDP and TCP; the next ones take the ports that follow.",
    "a port from 1024 to 65535", read_media_port},
  [OPTION_MEDIA_PROCESSES] = {"media_processes", "NUMBER", NULL, "one per processor core",
    "How many media processes share the work. A meeting lives in one; an event's viewers are spread over all.",
    "a number from 1 to 64", read_media_processes},
  [OPTION_MEDIA_BUSY] = {"media_busy", "PERCENT", "80", NULL,
    "How much of a processor core a media process may use. Above it newcomers are told that the server is full and are let "
    "in when there is room again, so that those who are in notice nothing.",
    "a number from 1 to 95", read_media_busy},
  [OPTION_METRICS_PORT] = {"metrics_port", "PORT", NULL, "none",
    "A port on 127.0.0.1, for this machine alone, where http://127.0.0.1:PORT/metrics tells a monitoring program "
    "(Prometheus) how busy the server is. No names and addresses of people are in it.",
    "a port from 1024 to 65535", read_metrics_port},
  [OPTION_TURN_URL] = {"turn_url", "URL", NULL, "none",
    "A relay (TURN over TLS) for people whose network lets nothing else through. docs/TURN.md says how to set one up.",
    "turns:, a name (no IP address: Firefox takes none), perhaps a port, and ?transport=tcp, such as "
    "turns:turn.example.org:443?transport=tcp; never without TLS",
    read_turn_url},
  [OPTION_TURN_SECRET_FILE] = {"turn_secret_file", "FILE", NULL, "needed with turn_url",
    "A file with the secret that the relay shares, in its first line. Read by the web process alone: chmod 600.",
    "the name of a file", read_turn_secret_file},
  [OPTION_SMTP_SERVER] = {"smtp_server", "HOST:PORT", NULL, "none: no e-mail",
    "The mail server that takes this server's e-mail. Its certificate is verified.",
    "a host and a port, such as mail.example.org:587", read_smtp_server},
  [OPTION_SMTP_SECURITY] = {"smtp_security", "HOW", "starttls", NULL,
    "starttls (usual on port 587) or tls (usual on port 465): without TLS no e-mail leaves. none is for a test server "
    "on a loopback address, and never in profile production.",
    "starttls or tls", read_smtp_security},
  [OPTION_SMTP_USER] = {"smtp_user", "NAME", NULL, "no sign-in",
    "Who the mail server knows this server as.",
    "a name", read_smtp_user},
  [OPTION_SMTP_PASSWORD_FILE] = {"smtp_password_file", "FILE", NULL, "no sign-in",
    "A file with the password for it in its first line. Read by the outbound process alone.",
    "the name of a file", read_smtp_password_file},
  [OPTION_MAIL_FROM] = {"mail_from", "SENDER", NULL, "needed with smtp_server",
    "Whom e-mail is from.",
    "an address, or a name and an address, such as Meetings <meet@example.org>", read_mail_from},
  [OPTION_SMS_HOOK] = {"sms_hook", "URL", NULL, "none: no SMS",
    "Where text messages are handed over (HTTPS). docs/SMS.md says how.",
    "an address that begins with https://, without user, # and spaces", read_sms_hook},
  [OPTION_SMS_SECRET_FILE] = {"sms_secret_file", "FILE", NULL, "needed with sms_hook",
    "A file with the secret, in its first line, by which the hook knows this server. Read by the outbound process "
    "alone.",
    "the name of a file", read_sms_secret_file},
  [OPTION_OIDC_ISSUERS] = {"oidc_issuers", "URLS", NULL, "none",
    "Providers of OpenID Connect, by their issuer addresses; google and apple are known by name. Requests go to their "
    "hosts, to those that their metadata name, and nowhere else.",
    "up to 8 different addresses that begin with https://, or the names google and apple", read_oidc_issuers},
  [OPTION_OIDC_CLIENTS] = {"oidc_clients", "NAMES", NULL, "needed with oidc_issuers",
    "Who this server is to each of the providers (client id), in the order of oidc_issuers.",
    "as many client ids as there are providers, in the same order", read_oidc_clients},
  [OPTION_OIDC_SECRET_FILES] = {"oidc_secret_files", "FILES", NULL, "needed with oidc_issuers",
    "Files with the client's secret in the first line, in the order of oidc_issuers; for Apple the key that was "
    "downloaded there (PEM). Read by the web process alone, and by nobody else: chmod 600.",
    "as many names of files, without spaces in them, as there are providers, in the same order",
    read_oidc_secret_files},
  [OPTION_APPLE_TEAM] = {"apple_team", "TEAM", NULL, "needed with apple",
    "Apple's name of your team, as its developer pages show it.",
    "ten capital letters and digits", read_apple_team},
  [OPTION_APPLE_KEY_ID] = {"apple_key_id", "KEY", NULL, "needed with apple",
    "Apple's name of the key in the file.",
    "ten capital letters and digits", read_apple_key_id},
  [OPTION_CA_FILE] = {"ca_file", "FILE", NULL, "the machine's authorities",
    "Certificate authorities (PEM) that are trusted beside those of the machine, for mail server, SMS hook and OpenID "
    "providers.",
    "the name of a file", read_ca_file},
  [OPTION_USER] = {"user", "NAME", NULL, "see text",
    "Started by root, the web and media processes become this user; the data folder must be the user's. Without it, "
    "media processes become user 65534 and the web process stays root, without any of root's powers.",
    "the name of a user", read_user},
  [OPTION_LOG_LEVEL] = {"log_level", "LEVEL", "notice", NULL,
    "What is written to standard error: debug, notice, warning or error, and all that is graver.",
    "debug, notice, warning or error", read_log_level},
};
