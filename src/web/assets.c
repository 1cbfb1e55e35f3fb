/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/assets.h"

const struct asset *asset_find(struct span path)
{
  for (size_t i = 0; i < assets_n; i++)
    if (span_equal(path, span_str(assets[i].path)))
      return &assets[i];
  return NULL;
}
