/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "load/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SCHEME "https://"
#define HTTPS_PORT 443

static int fail(char error[OPTIONS_ERROR], const char *what, const char *mend)
{
  (void)snprintf(error, OPTIONS_ERROR, "%.100s: %.120s", what, mend);
  return ERR_MALFORMED;
}

/* --- the address of the room --- */

static bool copy_text(struct span text, char *out, size_t size)
{
  if (text.n == 0 || text.n >= size)
    return false;
  memcpy(out, text.p, text.n);
  out[text.n] = '\0';
  return true;
}

/* What is before the first `byte`, which is skipped. False if there is none: then `before` is empty. */
static bool cut(struct span *s, uint8_t byte, struct span *before)
{
  const uint8_t *at = s->n == 0 ? NULL : memchr(s->p, byte, s->n);
  *before = (struct span){0};
  if (at == NULL)
    return false;
  (void)span_take(s, (size_t)(at - s->p), before);
  (void)span_skip(s, 1);
  return true;
}

static bool is_room(struct span text)
{
  uint8_t id[TOKEN_BYTES];
  return token_from_text(text, id, sizeof id) == 0;
}

static bool take_number(const char *text, double least, double most, double *number)
{
  char *end;
  *number = strtod(text, &end);
  return *text != '\0' && *end == '\0' && isfinite(*number) && *number >= least && *number <= most;
}

/* "name" or "name:port" */
static bool take_host(struct load_options *o, struct span host)
{
  char port[8];
  double number = HTTPS_PORT;
  struct span name, rest = host;
  bool has_port = cut(&rest, ':', &name);
  if (has_port && (!copy_text(rest, port, sizeof port) || !take_number(port, 1, 65535, &number)))
    return false;
  o->port = (uint16_t)number;
  return copy_text(host, o->target.host, sizeof o->target.host) &&
         copy_text(has_port ? name : host, o->name, sizeof o->name);
}

/* https://HOST/m/ROOM */
static bool take_address(struct load_options *o, const char *address)
{
  struct span rest = span_str(address), scheme = {0}, host, path;
  if (span_take(&rest, strlen(SCHEME), &scheme) != 0 || !span_equal(scheme, span_str(SCHEME)) ||
      !cut(&rest, '/', &host) || !cut(&rest, '/', &path) || !span_equal(path, span_str("m")) || !is_room(rest) ||
      !take_host(o, host))
    return false;
  (void)snprintf(o->target.origin, sizeof o->target.origin, SCHEME "%.280s", o->target.host);
  return copy_text(rest, o->target.room, sizeof o->target.room);
}

/* --- options --- */

static bool set_number(unsigned *number, const char *value, double least, double most)
{
  double n;
  if (!take_number(value, least, most, &n) || n != floor(n))
    return false;
  *number = (unsigned)n;
  return true;
}

static bool set_people(struct load_options *o, const char *value)
{
  return set_number(&o->people, value, 1, OPTIONS_PEOPLE);
}

static bool set_over(struct load_options *o, const char *value)
{
  return take_number(value, 0, 86400, &o->over_s);
}

static bool set_at_once(struct load_options *o, const char *value)
{
  return set_number(&o->at_once, value, 1, OPTIONS_PEOPLE);
}

static bool set_stay(struct load_options *o, const char *value)
{
  return take_number(value, 0, 86400, &o->stay_s);
}

static bool set_patience(struct load_options *o, const char *value)
{
  return take_number(value, 0, 86400, &o->patience_s);
}

static bool set_waves(struct load_options *o, const char *value)
{
  return set_number(&o->waves, value, 1, 1000);
}

static bool set_from(struct load_options *o, const char *value)
{
  return net_addr_parse(value, 0, &o->from) == 0 && o->from.family == 4;
}

static bool set_addresses(struct load_options *o, const char *value)
{
  return set_number(&o->addresses, value, 1, 65536);
}

static bool set_wrong(struct load_options *o, const char *value)
{
  double percent;
  if (!take_number(value, 0, 100, &percent))
    return false;
  o->wrong_share = percent / 100;
  return true;
}

/* "no-cookie,used-entry": these alone */
static bool set_tries(struct load_options *o, const char *value)
{
  struct span rest = span_str(value), name;
  enum wrong_kind kind;
  memset(o->wrong, 0, sizeof o->wrong);
  for (bool more = true; more;) {
    more = cut(&rest, ',', &name);
    if (wrong_find(more ? name : rest, &kind) != 0)
      return false;
    o->wrong[kind] = true;
  }
  return true;
}

/* ROOM=CODE */
static bool set_wrong_room(struct load_options *o, const char *value)
{
  struct span rest = span_str(value), room;
  o->wrong[WRONG_ROOM] = true;
  return cut(&rest, '=', &room) && is_room(room) &&
         copy_text(room, o->target.wrong_room, sizeof o->target.wrong_room) &&
         copy_text(rest, o->target.wrong_room_code, sizeof o->target.wrong_room_code);
}

static bool set_trust(struct load_options *o, const char *value)
{
  o->trust = value;
  return true;
}

static bool set_json(struct load_options *o, const char *value)
{
  o->json = value;
  return true;
}

static bool set_server(struct load_options *o, const char *value)
{
  unsigned pid;
  if (!set_number(&pid, value, 1, 4194304))
    return false;
  o->server = (pid_t)pid;
  return true;
}

static const struct option {
  const char *name, *value, *help;
  bool (*set)(struct load_options *o, const char *value);
} options[] = {
    {"people", "N", "how many come (100)", set_people},
    {"over", "SECONDS", "within what time they come, evenly (10)", set_over},
    {"at-once", "N", "how many are on their way in at once at most; others wait (all)", set_at_once},
    {"stay", "SECONDS", "how long all stay after the last one has come in (5)", set_stay},
    {"patience", "SECONDS", "how long those are waited for who are still on their way in (30)", set_patience},
    {"waves", "N", "how often all of this is done, each time with new people (1)", set_waves},
    {"wrong", "PERCENT", "how many of them try what they must not (0)", set_wrong},
    {"tries", "NAME,...",
     "what of it; else all that any open room allows. 'banned' needs a host who bans \"Unwelcome ...\"", set_tries},
    {"wrong-room", "ROOM=CODE", "after --tries: some want into this room, which must refuse them with this code",
     set_wrong_room},
    {"from", "ADDRESS", "the local IPv4 address that they come from; for a server on this machine: 127.1.0.1",
     set_from},
    {"addresses", "N", "they share so many addresses, from that one on (1)", set_addresses},
    {"trust", "FILE", "the server's certificate as PEM, if no public authority has signed it", set_trust},
    {"server", "PID", "the process of `testudo serve` on this machine, whose memory and CPU time are to be measured",
     set_server},
    {"json", "FILE", "the report as JSON too", set_json},
};

#define OPTIONS (sizeof options / sizeof options[0])

void load_options_print_help(void)
{
  puts("Usage: testudo load entry https://HOST/m/ROOM [--OPTION VALUE]...\n"
       "\n"
       "People without sound and picture come into a meeting, as a browser would bring them: to see before an event "
       "that a\n"
       "server lets everybody in in time, and nobody else. The room must be open to guests, without a waiting room.\n"
       "The answer is 0 when everybody who may come in was let in, and nobody else was.\n");
  for (size_t i = 0; i < OPTIONS; i++) {
    char left[40];
    (void)snprintf(left, sizeof left, "--%s %s", options[i].name, options[i].value);
    printf("  %-24s %s\n", left, options[i].help);
  }
  puts("\nNames for --tries:");
  for (int i = WRONG_NOTHING + 1; i < WRONG_KINDS; i++)
    if (i != WRONG_ROOM)
      printf("  %-24s %s\n", wrong_of((enum wrong_kind)i)->name, wrong_of((enum wrong_kind)i)->what);
}

static int set_option(struct load_options *o, const char *name, const char *value, char error[OPTIONS_ERROR])
{
  for (size_t i = 0; i < OPTIONS; i++)
    if (strcmp(name, options[i].name) == 0) {
      if (value == NULL)
        return fail(error, name, "its value is missing.");
      return options[i].set(o, value) ? 0 : fail(error, name, "this value is not possible. testudo load entry --help");
    }
  return fail(error, name, "there is no such option. testudo load entry --help");
}

static void set_defaults(struct load_options *o)
{
  *o = (struct load_options){.people = 100,
                             .waves = 1,
                             .at_once = OPTIONS_PEOPLE,
                             .over_s = 10,
                             .stay_s = 5,
                             .patience_s = 30,
                             .addresses = 1};
  for (int i = WRONG_NOTHING + 1; i < WRONG_KINDS_ALWAYS; i++)
    o->wrong[i] = true;
}

int load_options_parse(struct load_options *o, int argc, char **argv, char error[OPTIONS_ERROR])
{
  int err = 0;
  set_defaults(o);
  for (int i = 0; i < argc; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
      return ERR_CLOSED;
  for (int i = 0; i < argc && err == 0; i++) {
    const char *given = argv[i];
    if (strncmp(given, "--", 2) == 0)
      err = set_option(o, given + 2, ++i < argc ? argv[i] : NULL, error);
    else if (!take_address(o, given))
      err = fail(error, given, "this is not the address of a room (https://HOST/m/ROOM).");
  }
  if (err == 0 && o->target.room[0] == '\0')
    err = fail(error, "testudo load entry", "the address of the room is missing.");
  return err;
}

/* --- who --- */

struct net_addr load_options_from(const struct load_options *o, unsigned i)
{
  struct net_addr a = o->from;
  struct span s = span_of(o->from.ip, 4);
  uint32_t ip;
  (void)span_u32(&s, &ip);
  struct writer w = writer_of(a.ip, 4);
  if (a.family == 4)
    put_u32(&w, ip + i % o->addresses);
  return a;
}

enum wrong_kind load_options_wrong(const struct load_options *o, unsigned i)
{
  /* The i-th is a wrongdoer when the count of wrongdoers grows at i. */
  unsigned before = (unsigned)floor(i * o->wrong_share), kinds = 0;
  if ((unsigned)floor((i + 1) * o->wrong_share) == before)
    return WRONG_NOTHING;
  for (int k = 0; k < WRONG_KINDS; k++)
    kinds += o->wrong[k];
  for (int k = 0, nth = 0; kinds > 0 && k < WRONG_KINDS; k++)
    if (o->wrong[k] && (unsigned)nth++ == before % kinds)
      return (enum wrong_kind)k;
  return WRONG_NOTHING;
}
