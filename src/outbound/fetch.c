/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbound/fetch.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"

#define WELL_KNOWN "/.well-known/openid-configuration"

static bool is_printable(struct span s)
{
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("\"#<>@\\^`{|}", s.p[i]) != NULL)
      return false;
  return true;
}

static char lower(uint8_t b)
{
  return (char)(b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
}

static bool is_name_byte(char b)
{
  return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '.';
}

static bool is_name(const char *host, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (!is_name_byte(host[i]) || (host[i] == '.' && (i == 0 || i + 1 == n || host[i - 1] == '.')))
      return false;
  return n > 0;
}

static bool is_ipv6_in_brackets(const char *host, size_t n)
{
  char ip[NET_ADDR_TEXT];
  struct net_addr a;
  if (n < 4 || n - 2 >= sizeof ip || host[0] != '[' || host[n - 1] != ']')
    return false;
  memcpy(ip, host + 1, n - 2);
  ip[n - 2] = '\0';
  return net_addr_parse(ip, 0, &a) == 0 && strchr(ip, ':') != NULL;
}

/* What follows the host: nothing, or ":" and a port. */
static int read_port(const char *text, unsigned *port)
{
  *port = 443;
  if (*text == '\0')
    return 0;
  if (*text++ != ':' || *text == '\0' || strlen(text) > 5)
    return ERR_MALFORMED;
  for (*port = 0; *text != '\0'; text++) {
    if (*text < '0' || *text > '9')
      return ERR_MALFORMED;
    *port = *port * 10 + (unsigned)(*text - '0');
  }
  return *port >= 1 && *port <= 65535 ? 0 : ERR_MALFORMED;
}

/* "https://AUTHORITY" and then the end, a slash or a question mark. */
static int authority_of(struct span url, char authority[FETCH_HOST])
{
  struct span scheme;
  size_t n = 0;
  if (!is_printable(url) || url.n > LIMIT_URL || span_take(&url, strlen("https://"), &scheme) != 0 ||
      !span_equal(scheme, span_str("https://")))
    return ERR_MALFORMED;
  while (n < url.n && url.p[n] != '/' && url.p[n] != '?') {
    if (n == FETCH_HOST - sizeof ":65535")
      return ERR_MALFORMED;
    authority[n] = lower(url.p[n]);
    n++;
  }
  authority[n] = '\0';
  return 0;
}

#define HOST_MOST 253 /* of a name (RFC 1035, section 2.3.4, as text): a port always fits behind it */
_Static_assert(HOST_MOST + sizeof ":65535" <= FETCH_HOST, "a host and its port");

int fetch_host_of(struct span url, char host[FETCH_HOST])
{
  char authority[FETCH_HOST];
  unsigned port;
  if (authority_of(url, authority) != 0)
    return ERR_MALFORMED;
  size_t n = authority[0] == '[' ? strcspn(authority, "]") + 1 : strcspn(authority, ":");
  if (n > strlen(authority) || n > HOST_MOST || !(is_name(authority, n) || is_ipv6_in_brackets(authority, n)) ||
      read_port(authority + n, &port) != 0)
    return ERR_MALFORMED;
  snprintf(host, FETCH_HOST, "%.*s:%u", (int)n, authority, port);
  return 0;
}

int fetch_hosts_init(struct fetch_hosts *h, const struct config *config)
{
  memset(h, 0, sizeof *h);
  while (h->n < LIMIT_ISSUERS && config->oidc_issuer[h->n][0] != '\0') {
    struct fetch_issuer *i = &h->at[h->n];
    snprintf(i->issuer, sizeof i->issuer, "%s", config->oidc_issuer[h->n]);
    if (fetch_host_of(span_str(i->issuer), i->own_host) != 0)
      return ERR_MALFORMED;
    h->n++;
  }
  return 0;
}

static bool knows_host(const struct fetch_issuer *i, const char *host)
{
  if (strcmp(i->own_host, host) == 0)
    return true;
  for (size_t k = 0; k < LIMIT_ISSUER_HOSTS; k++)
    if (strcmp(i->host[k], host) == 0)
      return true;
  return false;
}

bool fetch_is_allowed(const struct fetch_hosts *h, struct span url)
{
  char host[FETCH_HOST];
  if (fetch_host_of(url, host) != 0)
    return false;
  for (size_t i = 0; i < h->n; i++)
    if (knows_host(&h->at[i], host))
      return true;
  return false;
}

/* A final slash of the issuer is left out before the well-known path is added. */
static bool is_metadata_of(const struct fetch_issuer *i, struct span url)
{
  struct span start, issuer = span_str(i->issuer);
  if (issuer.n > 0 && issuer.p[issuer.n - 1] == '/')
    issuer.n--;
  return span_take(&url, issuer.n, &start) == 0 && span_equal(start, issuer) && span_equal(url, span_str(WELL_KNOWN));
}

static void learn_host(struct fetch_issuer *i, const json_t *url)
{
  char host[FETCH_HOST];
  if (!json_is_string(url) || fetch_host_of(span_of(json_string_value(url), json_string_length(url)), host) != 0 ||
      knows_host(i, host))
    return;
  for (size_t k = 0; k < LIMIT_ISSUER_HOSTS; k++)
    if (i->host[k][0] == '\0') {
      memcpy(i->host[k], host, sizeof host);
      return;
    }
}

static void learn(struct fetch_issuer *i, struct span body)
{
  static const char *const members[] = {"token_endpoint", "jwks_uri", "userinfo_endpoint"};
  json_t *metadata;
  if (json_parse_strict(body, LIMIT_FETCH_ANSWER, &metadata) != 0)
    return;
  const json_t *issuer = json_object_get(metadata, "issuer");
  if (json_is_string(issuer) && strcmp(json_string_value(issuer), i->issuer) == 0) {
    memset(i->host, 0, sizeof i->host);
    for (size_t k = 0; k < sizeof members / sizeof members[0]; k++)
      learn_host(i, json_object_get(metadata, members[k]));
  }
  json_decref(metadata);
}

void fetch_learn(struct fetch_hosts *h, struct span url, struct span body)
{
  for (size_t i = 0; i < h->n; i++)
    if (is_metadata_of(&h->at[i], url))
      learn(&h->at[i], body);
}

struct prefix {
  uint8_t ip[16];
  uint8_t bits;
};

static bool has_prefix(const uint8_t *ip, const struct prefix *p)
{
  size_t whole = p->bits / 8;
  if (memcmp(ip, p->ip, whole) != 0)
    return false;
  return p->bits % 8 == 0 || (ip[whole] >> (8 - p->bits % 8)) == (p->ip[whole] >> (8 - p->bits % 8));
}

static bool has_any_prefix(const uint8_t *ip, const struct prefix *list, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (has_prefix(ip, &list[i]))
      return true;
  return false;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool ipv4_is_public(const uint8_t *ip)
{
  static const struct prefix special[] = {
    {{0}, 8},          {{10}, 8},           {{100, 64}, 10},      {{127}, 8},         {{169, 254}, 16},
    {{172, 16}, 12},   {{192, 0, 0}, 24},   {{192, 0, 2}, 24},    {{192, 88, 99}, 24}, {{192, 168}, 16},
    {{198, 18}, 15},   {{198, 51, 100}, 24}, {{203, 0, 113}, 24}, {{224}, 3},
  };
  return !has_any_prefix(ip, special, COUNT(special));
}

static bool ipv6_is_public(const uint8_t *ip)
{
  static const struct prefix global = {{0x20}, 3}, nat64 = {{0, 0x64, 0xff, 0x9b}, 96};
  static const struct prefix special[] = {
    {{0x20, 0x01, 0, 0}, 23}, {{0x20, 0x01, 0x0d, 0xb8}, 32}, {{0x20, 0x02}, 16}, {{0x3f, 0xff, 0}, 20},
  };
  if (has_prefix(ip, &nat64)) /* RFC 6052: the last four bytes are where it leads */
    return ipv4_is_public(ip + 12);
  return has_prefix(ip, &global) && !has_any_prefix(ip, special, COUNT(special));
}

bool fetch_address_is_public(const struct net_addr *a)
{
  return a->family == 4 ? ipv4_is_public(a->ip) : a->family == 6 && ipv6_is_public(a->ip);
}
