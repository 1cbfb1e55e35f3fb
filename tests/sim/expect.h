/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the scenarios ask of a slot, in one line each. */
#ifndef TESTUDO_SIM_EXPECT_H
#define TESTUDO_SIM_EXPECT_H

#include "decoder.h"
#include "world.h"

/* The slot in which `client` is shown this source of `who`, decoded; fails if a glitch or fewer than `least` frames are
 * in it. */
struct decoded expect_video(struct world *w, size_t client, size_t who, enum media_source source, size_t least);
struct decoded expect_audio(struct world *w, size_t client, size_t who, size_t least);

/* The same, and not one packet missing. */
void expect_whole_video(struct world *w, size_t client, size_t who, size_t least);
void expect_whole_audio(struct world *w, size_t client, size_t who, size_t least);

/* Whole media between all clients below `n`, both ways, and nothing that its receiver could not open. */
void expect_whole_call(struct world *w, size_t n, size_t least_frames);

/* Tests that have a world each, called `w`: made before, freed after. */
int begin_world(void **state);
int end_world(void **state);
#define WORLD_TEST(name) cmocka_unit_test_prestate_setup_teardown(name, begin_world, end_world, &w)

/* Forgets what came so far, so that a later part of a call is looked at alone. */
void forget_packets(struct world *w);

#endif
