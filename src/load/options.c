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

static bool set_speakers(struct load_options *o, const char *value)
{
  o->speakers = value;
  return true;
}

static bool set_run(struct load_options *o, const char *value)
{
  return set_number(&o->run, value, 1, 1000000000);
}

static bool set_people_speak(struct load_options *o, const char *value)
{
  return set_number(&o->people_speak, value, 1, LIMIT_ROOM_PEOPLE);
}

static bool set_publishers(struct load_options *o, const char *value)
{
  return set_number(&o->publishers, value, 0, LIMIT_ROOM_PEOPLE);
}

static bool set_rehearsal(struct load_options *o, const char *value)
{
  o->rehearsal = value;
  return true;
}

static bool set_pictures(struct load_options *o, const char *value)
{
  return set_number(&o->pictures, value, 0, LIMIT_VIDEO_SLOTS);
}

static bool set_frames(struct load_options *o, const char *value)
{
  return set_number(&o->frames, value, 1, 60);
}

static bool set_parts(struct load_options *o, const char *value)
{
  return set_number(&o->parts, value, 1, 16);
}

static bool set_sizes(struct load_options *o, const char *value)
{
  return set_number(&o->sizes, value, 1, LIMIT_LAYERS) && (o->sizes == 1 || o->sizes == LIMIT_LAYERS);
}

static bool set_voices(struct load_options *o, const char *value)
{
  return set_number(&o->voices, value, 0, LIMIT_ROOM_PEOPLE);
}

static bool set_view(struct load_options *o, const char *value)
{
  o->large = strcmp(value, "speaker") == 0;
  return o->large || strcmp(value, "grid") == 0;
}

static bool set_change(struct load_options *o, const char *value)
{
  return take_number(value, 0, 3600, &o->change_s);
}

static bool set_verify(struct load_options *o, const char *value)
{
  return set_number(&o->verify_every, value, 1, 10000);
}

static bool set_server(struct load_options *o, const char *value)
{
  unsigned pid;
  if (!set_number(&pid, value, 1, 4194304))
    return false;
  o->server = (pid_t)pid;
  return true;
}

#define BOTH (LOAD_ENTRY | LOAD_EVENT)
#define WITH_MEDIA (LOAD_EVENT | LOAD_MEDIA)
#define PLAYED (LOAD_EVENT | LOAD_PLAN)

static const struct option {
  unsigned kinds; /* enum load_kind */
  const char *name, *value, *help;
  bool (*set)(struct load_options *o, const char *value);
} options[] = {
    {LOAD_EVENT, "speakers", "FILE",
     "who speaks, a line each: \"EMAIL PASSWORD\", the host first; needed (but see --run). Up to 25, with roles in the "
     "room",
     set_speakers},
    {LOAD_EVENT, "run", "NUMBER",
     "several of this program play one event: the same number for all. Who has no --speakers brings further viewers",
     set_run},
    {LOAD_PLAN, "speakers", "N", "how many speak (25)", set_people_speak},
    {LOAD_PLAN, "rehearsal", "FILE",
     "a report (testudo load event --json) from the server that is meant: its own costs count", set_rehearsal},
    {LOAD_ENTRY | LOAD_MEDIA, "people", "N", "how many come (100)", set_people},
    {LOAD_MEDIA, "publishers", "N", "how many publish beside them, and get nothing (0)", set_publishers},
    {PLAYED, "viewers", "N", "how many watch (100)", set_people},
    {BOTH | LOAD_PLAN, "over", "SECONDS", "within what time they come, evenly (10; for a plan 60)", set_over},
    {BOTH, "at-once", "N", "how many are on their way in at once at most; others wait (all)", set_at_once},
    {BOTH, "stay", "SECONDS", "how long all stay after the last one has come in (5)", set_stay},
    {BOTH, "patience", "SECONDS", "how long those are waited for who are still on their way in (30)", set_patience},
    {PLAYED, "pictures", "N", "how many pictures each viewer sees at once (1)", set_pictures},
    {WITH_MEDIA | LOAD_PLAN, "frames", "N", "pictures a second that each speaker sends (30)", set_frames},
    {WITH_MEDIA | LOAD_PLAN, "packets", "N",
     "packets of each of these pictures, of 1100 bytes (2: half a megabit a second)", set_parts},
    {PLAYED, "sizes", "N", "in how many sizes at once each speaker sends the camera, as browsers do: 1 or 3 (1)",
     set_sizes},
    {PLAYED, "voices", "N", "how many of the speakers have their microphone on; the others are muted (all)",
     set_voices},
    {PLAYED, "view", "NAME",
     "what viewers see with --sizes 3: 'grid', all pictures small, or 'speaker', one of them large (grid)", set_view},
    {PLAYED, "change", "SECONDS", "how often each viewer changes between the two, with --sizes 3 (never)", set_change},
    {WITH_MEDIA, "verify", "N", "one packet of so many is decrypted and compared byte by byte (16); 1: all",
     set_verify},
    {LOAD_ENTRY, "waves", "N", "how often all of this is done, each time with new people (1)", set_waves},
    {LOAD_ENTRY, "wrong", "PERCENT", "how many of them try what they must not (0)", set_wrong},
    {LOAD_ENTRY, "tries", "NAME,...",
     "what of it; else all that any open room allows. 'banned' needs a host who bans \"Unwelcome ...\"", set_tries},
    {LOAD_ENTRY, "wrong-room", "ROOM=CODE",
     "after --tries: some want into this room, which must refuse them with this code", set_wrong_room},
    {BOTH, "from", "ADDRESS", "the local IPv4 address that they come from; for a server on this machine: 127.1.0.1",
     set_from},
    {BOTH, "addresses", "N", "they share so many addresses, from that one on (1)", set_addresses},
    {BOTH, "trust", "FILE", "the server's certificate as PEM, if no public authority has signed it", set_trust},
    {BOTH | LOAD_MEDIA, "server", "PID",
     "the process of `testudo serve` on this machine, whose memory and CPU time are to be measured", set_server},
    {BOTH, "json", "FILE", "the report as JSON too", set_json},
};

#define OPTIONS (sizeof options / sizeof options[0])

static void print_head(enum load_kind kind)
{
  if (kind == LOAD_MEDIA)
    puts(
        "Usage: testudo load media [--OPTION VALUE]...\n"
        "\n"
        "The media of many people, for servers of any kind: a script does their signalling, and tells by lines of "
        "JSON.\n"
        "  {\"do\": \"answer\", \"who\": N, \"offer\": SDP}  person N is offered media; answered {\"who\": N, "
        "\"answer\": SDP}\n"
        "  {\"do\": \"publish\", \"who\": N}  publisher N offers a voice and a picture; answered {\"who\": N, "
        "\"offer\": SDP}\n"
        "  {\"do\": \"answered\", \"who\": N, \"answer\": SDP}  the server says this to it; answered {\"who\": N, "
        "\"candidate\":\n"
        "    TEXT}, which the server may have to be told\n"
        "  {\"do\": \"send\", \"to\": IP, \"audio\": PORT, \"video\": PORT}  sends plain RTP, Opus (111) and VP8 (96)\n"
        "  {\"do\": \"measure\", \"seconds\": S}  answered {\"steady\": ...} when they are over\n"
        "Numbers are from 0, publishers first. The end of its input is the end; then comes {\"media\": ...}, the whole\n"
        "report.\n");
  else if (kind == LOAD_PLAN)
    puts("Usage: testudo load plan [--OPTION VALUE]...\n"
         "\n"
         "What an event needs of a server, calculated: processor cores, memory, network. The options are those of "
         "`testudo load\n"
         "event`, by which a part of it can be played on that server before.\n");
  else if (kind == LOAD_ENTRY)
    puts("Usage: testudo load entry https://HOST/m/ROOM [--OPTION VALUE]...\n"
         "\n"
         "People without sound and picture come into a meeting, as a browser would bring them: to see before an event "
         "that a\n"
         "server lets everybody in in time, and nobody else. The room must be open to guests, without a waiting room.\n"
         "The answer is 0 when everybody who may come in was let in, and nobody else was.\n");
  else
    puts("Usage: testudo load event https://HOST/m/ROOM --speakers FILE [--OPTION VALUE]...\n"
         "\n"
         "An event as it will be: speakers sign in, the host begins the broadcast, viewers come and watch. All of them "
         "have\n"
         "encrypted media for real, and what arrives is compared with what was sent: to see before an event that the "
         "server\n"
         "holds it. The room must be an event that is open to guests, without a waiting room; the first of the "
         "speakers is\n"
         "its host. Use a room of its own for it. The answer is 0 when the server holds this event. With --run other "
         "machines\n"
         "bring further viewers to it.\n");
}

static void print_tries(void)
{
  puts("\nNames for --tries:");
  for (int i = WRONG_NOTHING + 1; i < WRONG_KINDS; i++)
    if (i != WRONG_ROOM)
      printf("  %-24s %s\n", wrong_of((enum wrong_kind)i)->name, wrong_of((enum wrong_kind)i)->what);
}

void load_options_print_help(enum load_kind kind)
{
  print_head(kind);
  for (size_t i = 0; i < OPTIONS; i++) {
    char left[40];
    (void)snprintf(left, sizeof left, "--%s %s", options[i].name, options[i].value);
    if ((options[i].kinds & kind) != 0)
      printf("  %-24s %s\n", left, options[i].help);
  }
  if (kind == LOAD_ENTRY)
    print_tries();
}

static const char *load_kind_name(enum load_kind kind)
{
  return kind == LOAD_ENTRY ? "entry" : kind == LOAD_EVENT ? "event" : kind == LOAD_PLAN ? "plan" : "media";
}

static int fail_at(char error[OPTIONS_ERROR], enum load_kind kind, const char *what, const char *why)
{
  char text[OPTIONS_ERROR];
  (void)snprintf(text, sizeof text, "%s testudo load %s --help", why, load_kind_name(kind));
  return fail(error, what, text);
}

static int set_option(struct load_options *o, const char *name, const char *value, char error[OPTIONS_ERROR])
{
  for (size_t i = 0; i < OPTIONS; i++)
    if ((options[i].kinds & o->kind) != 0 && strcmp(name, options[i].name) == 0) {
      if (value == NULL)
        return fail(error, name, "its value is missing.");
      return options[i].set(o, value) ? 0 : fail_at(error, o->kind, name, "this value is not possible.");
    }
  return fail_at(error, o->kind, name, "there is no such option.");
}

static void set_defaults(struct load_options *o, enum load_kind kind)
{
  *o = (struct load_options){.kind = kind,
                             .pictures = 1,
                             .sizes = 1,
                             .voices = LIMIT_ROOM_PEOPLE,
                             .people_speak = LIMIT_ROOM_PEOPLE,
                             .frames = 30,
                             .parts = 2,
                             .verify_every = 16,
                             .people = 100,
                             .waves = 1,
                             .at_once = OPTIONS_PEOPLE,
                             .over_s = kind == LOAD_PLAN ? 60 : 10,
                             .stay_s = 5,
                             .patience_s = 30,
                             .addresses = 1};
  for (int i = WRONG_NOTHING + 1; i < WRONG_KINDS_ALWAYS; i++)
    o->wrong[i] = true;
}

int load_options_parse(struct load_options *o, enum load_kind kind, int argc, char **argv, char error[OPTIONS_ERROR])
{
  int err = 0;
  set_defaults(o, kind);
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
  if (err == 0 && (kind & BOTH) != 0 && o->target.room[0] == '\0')
    err = fail_at(error, kind, "testudo load", "the address of the room is missing.");
  if (err == 0 && kind == LOAD_EVENT && o->speakers == NULL && o->run == 0)
    err = fail_at(error, kind, "--speakers", "an event needs somebody who speaks.");
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
