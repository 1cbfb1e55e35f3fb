/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client's files, compiled into the program by tools/embed-assets and served from read-only memory (B12). */
#ifndef TESTUDO_WEB_ASSETS_H
#define TESTUDO_WEB_ASSETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct asset {
  const char *path;         /* "/index.html", "/assets/NAME.HASH.EXT" */
  const char *content_type;
  const char *integrity;    /* "sha384-" and base64, as in integrity attributes */
  const char *etag;         /* with its quotation marks */
  bool immutable;           /* the path holds the hash: may be cached for ever */
  const uint8_t *data;
  size_t n;
  const char *gzip_etag;    /* of the same, compressed; NULL where that saves nothing */
  const uint8_t *gzip;
  size_t gzip_n;
  const char *brotli_etag;  /* the same, compressed better: whoever takes both gets this */
  const uint8_t *brotli;
  size_t brotli_n;
};

extern const struct asset assets[];
extern const size_t assets_n;

/* The file served at a path, or NULL. The document is asked for as "/index.html". */
const struct asset *asset_find(struct span path);

#endif
