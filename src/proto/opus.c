/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proto/opus.h"

#include <string.h>

#define TOC_CELT_20MS 0xf8u /* full band, mono, one frame */
#define CODE_3 3u           /* the number of frames follows, and padding may */
#define ONE_FRAME 1u
#define PADDED 0x40u

/* As encoders write silence. */
static const uint8_t frame[] = {0xff, 0xfe};

/* Each 255 stands for itself and 254 bytes at the end, the last number for itself and as many as it says. */
static size_t put_padding(uint8_t *to, size_t room)
{
  size_t at = 0;
  for (; room > 255; room -= 255)
    to[at++] = 255;
  if (room > 0)
    to[at++] = (uint8_t)(room - 1);
  return at;
}

void opus_silence(uint8_t *packet, size_t n)
{
  const size_t head = 2;
  memset(packet, 0, n);
  if (n < head + sizeof frame) {
    if (n > 0)
      packet[0] = TOC_CELT_20MS;
    memcpy(packet + (n > 0), frame, n == 1 + sizeof frame ? sizeof frame : 0);
    return;
  }
  size_t room = n - head - sizeof frame;
  packet[0] = TOC_CELT_20MS | CODE_3;
  packet[1] = (uint8_t)(ONE_FRAME | (room > 0 ? PADDED : 0));
  memcpy(packet + head + put_padding(packet + head, room), frame, sizeof frame);
}
