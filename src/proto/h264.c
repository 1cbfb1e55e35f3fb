/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/h264.h"

#define FORBIDDEN_BIT 0x80u
#define TYPE_BITS 0x1Fu
#define FU_START_BIT 0x80u

enum nal_type {
  NAL_IDR = 5,
  NAL_SPS = 7,
  NAL_PPS = 8,
  NAL_SINGLE_LAST = 23, /* 1 to 23 are NAL units of H.264 itself; the rest is RFC 6184, table 1 */
  NAL_STAP_A = 24,
  NAL_FU_A = 28,
};

static int note_unit(uint8_t type, struct h264_units *units)
{
  if (type == 0 || type > NAL_SINGLE_LAST)
    return ERR_MALFORMED;
  units->sps = units->sps || type == NAL_SPS;
  units->pps = units->pps || type == NAL_PPS;
  units->idr = units->idr || type == NAL_IDR;
  units->other = units->other || (type != NAL_SPS && type != NAL_PPS && type != NAL_IDR);
  return 0;
}

static int take_header(struct span *s, uint8_t *type)
{
  uint8_t b;
  if (span_u8(s, &b) != 0)
    return ERR_TRUNCATED;
  *type = b & TYPE_BITS;
  return (b & FORBIDDEN_BIT) == 0 ? 0 : ERR_MALFORMED;
}

/* Section 5.7.1: units with a 16-bit size each; no aggregation within. */
static int parse_stap_a(struct span s, struct h264_units *units)
{
  int err = s.n > 0 ? 0 : ERR_TRUNCATED;
  while (err == 0 && s.n > 0) {
    uint16_t n;
    uint8_t type;
    struct span unit;
    if (span_u16(&s, &n) != 0 || span_take(&s, n, &unit) != 0)
      return ERR_TRUNCATED;
    err = take_header(&unit, &type);
    if (err == 0)
      err = note_unit(type, units);
  }
  return err;
}

/* Section 5.8: the FU header carries the type of the unit that is cut up. */
static int parse_fu_a(struct span s, struct h264_units *units)
{
  uint8_t b;
  if (span_u8(&s, &b) != 0)
    return ERR_TRUNCATED;
  return (b & FU_START_BIT) != 0 ? note_unit(b & TYPE_BITS, units) : 0;
}

int h264_parse(struct span payload, struct h264_units *units)
{
  uint8_t type;
  *units = (struct h264_units){0};
  int err = take_header(&payload, &type);
  if (err != 0)
    return err;
  if (type == NAL_STAP_A)
    return parse_stap_a(payload, units);
  if (type == NAL_FU_A)
    return parse_fu_a(payload, units);
  return type > 0 && type <= NAL_SINGLE_LAST ? note_unit(type, units) : ERR_UNSUPPORTED;
}

bool h264_key_start(struct span payload)
{
  struct h264_units units;
  return h264_parse(payload, &units) == 0 && units.sps;
}
