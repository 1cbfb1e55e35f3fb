/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue that a sender has built itself is gone soon after the path has told of it, however long it has become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "path_media.h"

#define SECOND 1000000u
#define SEEDS 5
#define LONG_MS 600.0f  /* so long it was, ... */
#define SHORT_MS 200.0f /* ... and so long may it become while the rate finds its way */

struct situation {
  uint32_t before_bps, after_bps; /* what the path carries; it changes at `at_us` */
  uint64_t at_us;
  uint32_t start_bps; /* of the sender */
};

static struct path p;
static struct path_media media;

static void begin(const struct situation *s, uint64_t seed)
{
  path_init(&p, seed);
  p.link[0].change[0] = (struct path_change){.rate_bps = s->before_bps};
  p.link[0].change[1] = (struct path_change){.at_us = s->at_us, .rate_bps = s->after_bps};
  p.link[0].changes = 2;
  p.link[0].queue_us = SECOND;
  p.flow[0] = (struct path_flow){.delay_us = 50000, .there = &p.link[0]};
  path_media_add(&p, 0, &media, &(struct path_media_config){.stop_us = 60ull * SECOND, .start_bps = s->start_bps,
    .min_bps = 30000, .max_bps = 2500000, .feedback_us = 100000, .audio = true});
}

/* The longest that a packet waited between the two times. */
static float longest_ms(uint64_t from_us, uint64_t to_us)
{
  float most = 0;
  path_run(&p, to_us);
  for (uint64_t bin = from_us / MEDIA_BIN_US; bin < to_us / MEDIA_BIN_US; bin++)
    most = media.queued_ms[bin] > most ? media.queued_ms[bin] : most;
  return most;
}

static void expect_gone_after(const struct situation *s, uint64_t us)
{
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    begin(s, seed);
    uint64_t gone_us = s->at_us + us;
    float at_first_ms = longest_ms(s->at_us, gone_us), later_ms = longest_ms(gone_us, gone_us + 5 * SECOND);
    path_media_fini(&media);
    path_fini(&p);
    if (at_first_ms < LONG_MS || later_ms > SHORT_MS)
      fail_msg("seed %u: %.0f ms, and later %.0f", (unsigned)seed, (double)at_first_ms, (double)later_ms);
  }
}

/* Of 1.5 Mbit/s a third is left. */
static void test_a_fall(void **state)
{
  (void)state;
  expect_gone_after(&(struct situation){1500000, 500000, 20 * SECOND, 1000000}, 3500000);
}

/* Less than a third of what it begins with. */
static void test_a_first_overshoot(void **state)
{
  (void)state;
  expect_gone_after(&(struct situation){300000, 300000, 0, 1000000}, 4000000);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_fall),
    cmocka_unit_test(test_a_first_overshoot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
