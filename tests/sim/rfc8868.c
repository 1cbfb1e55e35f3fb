/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rfc8868.h"

#define S 1000000u

/* A single flow on the path of RFC 8867, 5.1, but for what each case says. */
#define CHANGING .duration_s = 100, .n_media = 1, \
  .capacity = {{0, 1000000}, {40 * S, 2500000}, {60 * S, 600000}, {80 * S, 1000000}}
#define STEADY .duration_s = 100, .n_media = 1, .capacity = {{0, 1000000}}
#define NOMINAL .queue_ms = 300, .jitter_ms = 30

const struct rfc8867_case rfc8868_cases[] = {
  {.section = "4.1", .name = "Delay of 1 ms one way", CHANGING, NOMINAL, .delay_ms = {1},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .converge_s_most = 10}},
  {.section = "4.1", .name = "Delay of 150 ms one way", CHANGING, NOMINAL, .delay_ms = {150},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .converge_s_most = 10}},
  {.section = "4.1", .name = "Delay of 300 ms one way", CHANGING, NOMINAL, .delay_ms = {300},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .p95_ms_today = 130, .loss_most = 0.02,
                .converge_s_most = 10}},
  {.section = "4.1", .name = "Four flows with delays of 1, 50, 150 and 300 ms", .duration_s = 200, .n_media = 4, NOMINAL,
    .capacity = {{0, 3500000}}, .delay_ms = {1, 50, 150, 300}, .start_s = {0, 1, 2, 3},
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .jain_least = 0.85}},
  {.section = "4.2", .name = "1 % of packets lost at random", STEADY, NOMINAL, .loss = 0.01,
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.02}},
  {.section = "4.2", .name = "5 % of packets lost at random", STEADY, NOMINAL, .loss = 0.05,
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 100, .loss_most = 0.07}},
  {.section = "4.2", .name = "20 % of packets lost at random", STEADY, NOMINAL, .loss = 0.2,
    .targets = {.utilisation_least = 0.50, .p95_ms_most = 100, .loss_most = 0.25}},
  {.section = "4.3", .name = "Queue of 70 ms", CHANGING, .queue_ms = 70, .jitter_ms = 30,
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 70, .loss_most = 0.02, .converge_s_most = 10}},
  {.section = "4.3", .name = "Queue of 1 s", CHANGING, .queue_ms = 1000, .jitter_ms = 30,
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .converge_s_most = 10}},
  {.section = "4.3", .name = "Queue of 2 s", CHANGING, .queue_ms = 2000, .jitter_ms = 30,
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .converge_s_most = 10}},
  {.section = "4.4", .name = "Bursts of 5 packets on average, 2 % lost", STEADY, NOMINAL,
    .burst_begins = 0.004, .burst_ends = 0.2,
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 100, .loss_most = 0.05}},
  {.section = "4.4", .name = "Bursts of 5 packets on average, 10 % lost", STEADY, NOMINAL,
    .burst_begins = 0.022, .burst_ends = 0.2,
    .targets = {.utilisation_least = 0.60, .p95_ms_most = 100, .loss_most = 0.15}},
  {.section = "4.5", .name = "Jitter of 30 ms that reorders", CHANGING, NOMINAL, .reorders = true,
    .targets = {.utilisation_least = 0.85, .p95_ms_most = 100, .loss_most = 0.01, .converge_s_most = 10}},
  {.section = "4.5", .name = "Jitter of 90 ms that does not reorder", CHANGING, .queue_ms = 300, .jitter_ms = 90,
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 150, .loss_most = 0.02, .converge_s_most = 10}},
  {.section = "5.2", .name = "Frames of RFC 8593, variable capacity", CHANGING, NOMINAL, .video = true,
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 100, .loss_most = 0.01, .converge_s_most = 10}},
  {.section = "5.2", .name = "Frames of RFC 8593, three flows", .duration_s = 120, .n_media = 3, NOMINAL, .video = true,
    .capacity = {{0, 3500000}}, .start_s = {0, 20, 40},
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 100, .loss_most = 0.01, .jain_least = 0.9}},
  {.section = "5.2", .name = "Frames of RFC 8593, 10 % lost in bursts, 150 ms", STEADY, NOMINAL, .video = true,
    .delay_ms = {150}, .burst_begins = 0.022, .burst_ends = 0.2,
    .targets = {.utilisation_least = 0.50, .p95_ms_most = 100, .loss_most = 0.15}},
  {.section = "5.3", .name = "Beside 1 Mbit/s that comes and goes each 20 s", .duration_s = 120, .n_media = 1, NOMINAL,
    .capacity = {{0, 2000000}}, .cbr = {.rate_bps = 1000000, .on_us = 20 * S, .off_us = 20 * S},
    .targets = {.utilisation_least = 0.80, .p95_ms_most = 100, .p95_ms_today = 210, .loss_most = 0.02}},
};
const size_t rfc8868_case_count = sizeof rfc8868_cases / sizeof rfc8868_cases[0];
