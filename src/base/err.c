/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

const char *err_text(int err)
{
  switch ((enum err)err) {
  case ERR_OK: return "no error";
  case ERR_TRUNCATED: return "truncated";
  case ERR_MALFORMED: return "malformed";
  case ERR_UNSUPPORTED: return "unsupported";
  case ERR_LIMIT: return "limit reached";
  case ERR_NOMEM: return "out of memory";
  case ERR_CRYPTO: return "crypto failure";
  case ERR_AUTH: return "authentication failed";
  case ERR_REPLAY: return "replayed";
  case ERR_STATE: return "not allowed in this state";
  case ERR_NOT_FOUND: return "not found";
  case ERR_REFUSED: return "refused";
  case ERR_IO: return "input/output error";
  case ERR_AGAIN: return "try again";
  case ERR_CLOSED: return "closed by the peer";
  case ERR_RANGE: return "out of range";
  }
  return "unknown error";
}
