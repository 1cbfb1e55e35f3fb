/* SPDX-License-Identifier: GPL-3.0-or-later */
/* testudo-assets: `testudo assets` (B12). Lists the client's files with their hashes, computed here from the bytes that
 * are compiled in, and compares them with what a running server gives out. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "web/assets.h"
#include "web/openssl.h"
#include "web/remote.h"

#define EXIT_USAGE 2
#define HEX (2 * 48 + 1)
#define HEADERS_ROOM 16384

enum state { STATE_SAME, STATE_DIFFERENT, STATE_MISSING };

static const char *const state_name[] = {"same", "different", "missing"};

struct command {
  bool json;
  const char *url; /* NULL: nothing to compare with */
  struct remote remote;
  json_t *files;
  size_t wrong;
};

static void print_help(FILE *out)
{
  fputs("Usage: testudo assets [--json] [--check https://SERVER[:PORT]]\n\n"
        "Lists the files that a browser gets from this version, each with its SHA-384. With --check they are fetched\n"
        "from a running server, and every one that differs by a byte is named; then the exit code is 1.\n\n"
        "What is compared are the bytes; the server's certificate is not judged. A server in wrong hands may show\n"
        "other bytes to others: check from the places where people sit, too.\n\n"
        "  --json         for scripts\n"
        "  --check URL    the server that is to have exactly these files\n",
        out);
}

static void to_hex(struct span bytes, char hex[HEX])
{
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned n = 0;
  if (EVP_Digest(bytes.p, bytes.n, digest, &n, EVP_sha384(), NULL) != 1 || 2 * n >= HEX) {
    fputs("testudo assets: SHA-384 failed.\n", stderr);
    exit(EXIT_FAILURE);
  }
  for (unsigned i = 0; i < n; i++)
    (void)snprintf(hex + 2 * (size_t)i, 3, "%02x", digest[i]);
}

/* "ar" of "/index.ar.html"; "" of all else. */
static const char *language_of(const char *path, char tag[32])
{
  static const char begin[] = "/index.";
  tag[0] = '\0';
  if (strncmp(path, begin, strlen(begin)) == 0 && strcmp(path, "/index.html") != 0)
    (void)snprintf(tag, 32, "%.*s", (int)strcspn(path + strlen(begin), "."), path + strlen(begin));
  return tag;
}

static enum state compare(const struct command *c, const struct asset *a, const char *path, const char *language)
{
  struct span body;
  size_t room = a->n + HEADERS_ROOM;
  uint8_t *buffer = malloc(room);
  int err = buffer == NULL ? ERR_NOMEM : remote_get(&c->remote, path, language, buffer, room, &body);
  enum state state = err == ERR_LIMIT || (err == 0 && !span_equal(body, span_of(a->data, a->n))) ? STATE_DIFFERENT
                     : err == 0                                                                  ? STATE_SAME
                                                                                                 : STATE_MISSING;
  free(buffer);
  return state;
}

/* Documents are what every page's address leads to: they are also asked for as browsers do. */
static enum state compare_all(const struct command *c, const struct asset *a)
{
  char tag[32];
  enum state state = compare(c, a, a->path, "");
  if (state == STATE_SAME && strncmp(a->path, "/index.", 7) == 0)
    state = compare(c, a, "/", language_of(a->path, tag));
  return state;
}

static void tell(struct command *c, const struct asset *a)
{
  char hex[HEX];
  to_hex(span_of(a->data, a->n), hex);
  const char *state = NULL;
  if (c->url != NULL) {
    enum state found = compare_all(c, a);
    state = state_name[found];
    c->wrong += found != STATE_SAME;
  }
  if (c->json) {
    json_t *file =
        json_pack("{ss sI ss ss}", "path", a->path, "size", (json_int_t)a->n, "sha384", hex, "integrity", a->integrity);
    if (state != NULL)
      (void)json_object_set_new(file, "state", json_string(state));
    (void)json_array_append_new(c->files, file);
  } else if (state != NULL) {
    printf("%-10s %s\n", state, a->path);
  } else {
    printf("%s  %s\n", hex, a->path);
  }
}

static int run(struct command *c)
{
  c->files = json_array();
  for (size_t i = 0; i < assets_n; i++)
    tell(c, &assets[i]);
  if (c->json) {
    json_t *all = json_pack("{sO}", "files", c->files);
    if (c->url != NULL)
      (void)json_object_set_new(all, "whole", json_boolean(c->wrong == 0));
    (void)json_dumpf(all, stdout, JSON_INDENT(2));
    (void)putchar('\n');
    json_decref(all);
  } else if (c->url != NULL && c->wrong == 0) {
    printf("\nAll %zu files are those of this version.\n", assets_n);
  } else if (c->url != NULL) {
    printf("\n%zu of %zu files are not those of this version. Either the server runs another version, or somebody has\n"
           "changed what it gives out: until you know which, nobody should use it.\n",
           c->wrong, assets_n);
  }
  json_decref(c->files);
  return c->wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* 0, or the exit code: told. */
static int parse(struct command *c, int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--json") == 0)
      c->json = true;
    else if (strcmp(argv[i], "--check") == 0 && i + 1 < argc && c->url == NULL)
      c->url = argv[++i];
    else {
      (void)fprintf(stderr, "testudo assets: \"%.100s\" is not understood. Mend: testudo assets --help.\n", argv[i]);
      return EXIT_USAGE;
    }
  }
  if (c->url != NULL && remote_init(&c->remote, c->url) != 0) {
    (void)fprintf(stderr, "testudo assets: --check: this is no address of a server. Mend: such as "
                          "https://meet.example.org or https://localhost:8443\n");
    return EXIT_USAGE;
  }
  return 0;
}

int main(int argc, char **argv)
{
  struct command c = {0};
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      print_help(stdout);
      return EXIT_SUCCESS;
    }
  int code = parse(&c, argc, argv);
  if (code == 0)
    code = run(&c);
  remote_fini(&c.remote);
  return code;
}
