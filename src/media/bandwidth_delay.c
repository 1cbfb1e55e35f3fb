/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/bandwidth_delay.h"

#define GROUP_US 5000       /* what leaves within it is one group */
#define LUMP_US 5000        /* what comes within it, sooner than it left, was held up together */
#define LUMP_MOST_US 100000
#define SMOOTHING 0.9f
#define GAIN 4.0f
#define DELTAS_MOST 60u
#define THRESHOLD_MS 12.5f
#define THRESHOLD_LEAST_MS 6.0f
#define THRESHOLD_MOST_MS 600.0f
#define ADAPT_UP 0.0087f
#define ADAPT_DOWN 0.039f
#define ADAPT_BEYOND_MS 15.0f /* what is farther out is no measure of what is usual here */
#define ADAPT_STEP_MS 100.0f
#define OVERUSE_MS 10.0f      /* for so long before it counts */

static float ms(int64_t us)
{
  return (float)us / 1000.0f;
}

/* The least squares' slope through the window; 0 where it is not defined. */
static float fit(const struct bandwidth_delay *d)
{
  float mean_x = 0, mean_y = 0, above = 0, below = 0;
  for (uint32_t i = 0; i < d->points; i++) {
    mean_x += d->x_ms[i];
    mean_y += d->y_ms[i];
  }
  mean_x /= (float)d->points;
  mean_y /= (float)d->points;
  for (uint32_t i = 0; i < d->points; i++) {
    above += (d->x_ms[i] - mean_x) * (d->y_ms[i] - mean_y);
    below += (d->x_ms[i] - mean_x) * (d->x_ms[i] - mean_x);
  }
  return below > 0 ? above / below : 0;
}

static void adapt(struct bandwidth_delay *d, float trend_ms, int64_t arrival_us)
{
  float size = trend_ms < 0 ? -trend_ms : trend_ms;
  float elapsed = ms(arrival_us - d->adapted_us);
  d->adapted_us = arrival_us;
  if (size > d->threshold_ms + ADAPT_BEYOND_MS)
    return;
  if (elapsed > ADAPT_STEP_MS || elapsed < 0)
    elapsed = ADAPT_STEP_MS;
  d->threshold_ms += (size < d->threshold_ms ? ADAPT_DOWN : ADAPT_UP) * (size - d->threshold_ms) * elapsed;
  if (d->threshold_ms < THRESHOLD_LEAST_MS)
    d->threshold_ms = THRESHOLD_LEAST_MS;
  if (d->threshold_ms > THRESHOLD_MOST_MS)
    d->threshold_ms = THRESHOLD_MOST_MS;
}

static void detect(struct bandwidth_delay *d, float slope, float sent_delta_ms, int64_t arrival_us)
{
  float trend_ms = (float)(d->deltas < DELTAS_MOST ? d->deltas : DELTAS_MOST) * slope * GAIN;
  if (d->threshold_ms <= 0)
    d->threshold_ms = THRESHOLD_MS;
  if (trend_ms > d->threshold_ms) {
    d->over_ms += d->over_count == 0 ? sent_delta_ms / 2 : sent_delta_ms;
    d->over_count = (uint8_t)(d->over_count + (d->over_count < UINT8_MAX));
    if (d->over_ms > OVERUSE_MS && d->over_count > 1 && slope >= d->slope) {
      d->over_ms = 0;
      d->over_count = 0;
      d->usage = BANDWIDTH_OVERUSE;
    }
  } else {
    d->over_ms = 0;
    d->over_count = 0;
    d->usage = trend_ms < -d->threshold_ms ? BANDWIDTH_UNDERUSE : BANDWIDTH_NORMAL;
  }
  d->slope = slope;
  adapt(d, trend_ms, arrival_us);
}

static void add_point(struct bandwidth_delay *d, float delta_ms, float sent_delta_ms, int64_t arrival_us)
{
  if (d->deltas == 0)
    d->epoch_us = arrival_us;
  d->deltas += d->deltas < UINT32_MAX;
  d->sum_ms += delta_ms;
  d->smooth_ms = SMOOTHING * d->smooth_ms + (1.0f - SMOOTHING) * d->sum_ms;
  d->x_ms[d->at] = ms(arrival_us - d->epoch_us);
  d->y_ms[d->at] = d->smooth_ms;
  d->at = (uint8_t)((d->at + 1u) % DELAY_WINDOW);
  d->points = (uint8_t)(d->points + (d->points < DELAY_WINDOW));
  detect(d, d->points == DELAY_WINDOW ? fit(d) : d->slope, sent_delta_ms, arrival_us);
}

static bool belongs(const struct bandwidth_group *g, int64_t sent_us, int64_t arrival_us)
{
  int64_t gap_us = arrival_us - g->arrival_us;
  if (sent_us - g->first_sent_us <= GROUP_US)
    return true;
  return gap_us <= LUMP_US && gap_us < sent_us - g->sent_us && arrival_us - g->first_arrival_us < LUMP_MOST_US;
}

void bandwidth_delay_arrived(struct bandwidth_delay *d, int64_t sent_us, int64_t arrival_us)
{
  struct bandwidth_group *g = &d->current;
  if (d->groups > 0 && sent_us < g->first_sent_us)
    return; /* overtaken by a whole group */
  if (d->groups > 0 && belongs(g, sent_us, arrival_us)) {
    g->sent_us = sent_us > g->sent_us ? sent_us : g->sent_us;
    g->arrival_us = arrival_us > g->arrival_us ? arrival_us : g->arrival_us;
    return;
  }
  if (d->groups == 2) {
    int64_t sent_delta = g->sent_us - d->previous.sent_us, arrival_delta = g->arrival_us - d->previous.arrival_us;
    if (arrival_delta >= 0)
      add_point(d, ms(arrival_delta - sent_delta), ms(sent_delta), g->arrival_us);
  }
  d->previous = d->current;
  *g = (struct bandwidth_group){sent_us, sent_us, arrival_us, arrival_us};
  d->groups = (uint8_t)(d->groups + (d->groups < 2));
}

void bandwidth_delay_reset(struct bandwidth_delay *d)
{
  float threshold_ms = d->threshold_ms;
  *d = (struct bandwidth_delay){.threshold_ms = threshold_ms};
}
