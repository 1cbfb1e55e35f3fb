/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that imitate: any bytes. A name looks like itself, also in brackets, and what is broken never passes. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/limits.h"
#include "web/likeness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct likeness *likeness;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc;
  (void)argv;
  return sodium_init() < 0 || likeness_new(&likeness) != 0 ? -1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  uint8_t skeleton[LIKENESS_BYTES], again[LIKENESS_BYTES], spaced[LIMIT_NAME_BYTES + 1];
  struct span name = span_of(data, size);
  int scripts = likeness_check_scripts(likeness, name);
  bool role = likeness_is_role(likeness, name);
  int err = likeness_skeleton(likeness, name, skeleton);
  if (err != 0) {
    assert(role && scripts != 0);
    return 0;
  }
  assert(size <= LIMIT_NAME_BYTES);
  if (size == LIMIT_NAME_BYTES)
    return 0;
  memcpy(spaced, data, size);
  spaced[size] = ' ';
  assert(likeness_skeleton(likeness, span_of(spaced, size + 1), again) == 0);
  assert(size == 0 || likeness_alike(skeleton, skeleton));
  assert(likeness_is_role(likeness, span_of(spaced, size + 1)) == role);
  return 0;
}
