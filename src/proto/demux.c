/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/demux.h"

/* As RTP these bytes would be the payload types 64 to 95 with a marker, which RFC 5761 keeps free for that reason. */
static bool is_rtcp_type(uint8_t type)
{
  return type >= 192 && type <= 223;
}

enum demux_kind demux_datagram(struct span datagram)
{
  uint8_t first, second;
  if (span_u8(&datagram, &first) != 0 || span_u8(&datagram, &second) != 0)
    return DEMUX_OTHER;
  if (first <= 3)
    return DEMUX_STUN;
  if (first >= 20 && first <= 63)
    return DEMUX_DTLS;
  if (first >= 128 && first <= 191)
    return is_rtcp_type(second) ? DEMUX_RTCP : DEMUX_RTP;
  return DEMUX_OTHER;
}
