/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dependency descriptors of three sizes at three frame rates, written after the specification and not with the code that
 * is tested. Pictures come in rounds of four: frame rates 0, 2, 1, 2. Each size is a frame; their numbers follow each
 * other. */
#include "client.h"

#define SIZES 3
#define RATES 3
#define TEMPLATE_IDS 64u
#define TEMPLATES_OF_SIZE 4 /* of a key frame, and one for each frame rate */

struct bits {
  uint8_t *out;
  size_t at;
};

static void put(struct bits *b, uint32_t v, unsigned n)
{
  for (; n > 0; n--, b->at++)
    if ((v >> (n - 1) & 1) != 0)
      b->out[b->at / 8] |= (uint8_t)(0x80u >> b->at % 8);
}

static uint8_t rate_of_template(unsigned of_size)
{
  return (uint8_t)(of_size == 0 ? 0 : of_size - 1);
}

/* not present 0, discardable 1, switch 2, required 3 */
static uint32_t indication(const struct client *c, unsigned size, unsigned of_size, unsigned for_size, unsigned for_rate)
{
  uint8_t rate = rate_of_template(of_size);
  if (for_size < size || for_rate < rate)
    return 0;
  if (for_size == size)
    return rate > 0 && rate == for_rate ? 1 : 2;
  if (of_size == 0)
    return 2;
  return c->config.key_only ? 0 : 3;
}

static void put_diffs(const struct client *c, struct bits *b, unsigned size, unsigned of_size)
{
  static const uint8_t pictures[] = {0, 4, 2, 1};
  if (of_size > 0)
    put(b, 1u << 4 | (uint32_t)(pictures[of_size] * SIZES - 1), 5);
  if (size > 0 && (of_size == 0 || !c->config.key_only))
    put(b, 1u << 4, 5);
  put(b, 0, 1);
}

static void put_structure(const struct client *c, struct bits *b)
{
  put(b, c->config.first_template, 6);
  put(b, SIZES * RATES - 1, 5);
  for (unsigned size = 0; size < SIZES; size++) {
    put(b, 0, 2);
    put(b, 1, 2);
    put(b, 1, 2);
    put(b, size + 1 < SIZES ? 2 : 3, 2);
  }
  for (unsigned i = 0; i < SIZES * TEMPLATES_OF_SIZE; i++)
    for (unsigned target = 0; target < SIZES * RATES; target++)
      put(b, indication(c, i / TEMPLATES_OF_SIZE, i % TEMPLATES_OF_SIZE, target / RATES, target % RATES), 2);
  for (unsigned i = 0; i < SIZES * TEMPLATES_OF_SIZE; i++)
    put_diffs(c, b, i / TEMPLATES_OF_SIZE, i % TEMPLATES_OF_SIZE);
  put(b, 0, 3); /* no chains: ns(10) */
  put(b, 1, 1);
  for (unsigned size = 0; size < SIZES; size++) {
    put(b, (320u << size) - 1, 16);
    put(b, (180u << size) - 1, 16);
  }
}

size_t client_put_descriptor(const struct client *c, const struct client_source *s, const struct media_mark *m,
                             uint8_t out[CLIENT_DESCRIPTOR])
{
  struct bits b = {.out = out};
  unsigned of_size = m->key ? 0 : m->tid + 1u;
  (void)s;
  put(&b, m->part == 0, 1);
  put(&b, m->part == m->parts - 1, 1);
  put(&b, (c->config.first_template + (unsigned)m->layer * TEMPLATES_OF_SIZE + of_size) % TEMPLATE_IDS, 6);
  put(&b, m->frame & 0xffff, 16);
  if (m->key && m->layer == 0 && m->part == 0) {
    put(&b, 0x10, 5);
    put_structure(c, &b);
  }
  return (b.at + 7) / 8;
}
