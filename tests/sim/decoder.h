/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decoder would make of a slot: reads the record of all its packets in order and fails the test at the first
 * thing that would show as a glitch. */
#ifndef TESTUDO_SIM_DECODER_H
#define TESTUDO_SIM_DECODER_H

#include "client.h"

struct decoded {
  size_t packets;
  size_t missing; /* sequence numbers that never came */
  size_t frames;  /* whole ones */
  size_t broken;  /* frames with packets missing */
  size_t strays;  /* packets of frames that were left out */
  size_t key_frames;
  size_t switches; /* from one source to another */
  size_t repaired; /* packets that came by RTX */
  uint32_t first_who, last_who;
};

/* Checked: sequence numbers in a row with the numbers of parts; one timestamp for a frame, later for the next, in step
 * with the time of arrival (to `slack_us`); picture ids and TL0PICIDX plus one each frame; marker at the end only;
 * after a switch the first whole frame is a key frame; every payload is what its sender made. */
void decode_video(const struct client_slot *slot, uint64_t slack_us, struct decoded *d);

/* Checked: sequence numbers without a doublet; timestamps as above; the marker bit at the beginning of each source. */
void decode_audio(const struct client_slot *slot, uint64_t slack_us, struct decoded *d);

#endif
