/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form that a provider's site posts: whatever it is, what goes into the header is made of harmless bytes alone, is not
 * longer than what came, and means the same when it is read again. */
#include <assert.h>
#include <string.h>

#include "web/api/oidc_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_harmless(uint8_t b)
{
  return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') ||
         (b != 0 && strchr("-._~*+%=&", b) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static uint8_t out[16384], again[16384];
  struct writer w = writer_of(out, sizeof out), second = writer_of(again, sizeof again);
  if (size > sizeof out)
    return 0;
  if (oidc_form_put(&w, span_of(data, size)) != 0)
    return 0;
  assert(!w.overflow && w.n > 0 && w.n <= size);
  for (size_t i = 0; i < w.n; i++)
    assert(is_harmless(out[i]));
  assert(oidc_form_put(&second, writer_span(&w)) == 0 && span_equal(writer_span(&w), writer_span(&second)));
  return 0;
}
