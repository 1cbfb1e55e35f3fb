/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input is a compound packet. Everything that it holds is read; what we can write is written again, and must be
 * read back as it was. */
#include <assert.h>

#include "proto/rtcp.h"

#define SEQUENCES 65536u

static uint8_t space[65536];

static struct rtcp_packet written(const struct writer *w)
{
  struct span rest = writer_span(w);
  struct rtcp_packet p;
  assert(!w->overflow && rtcp_next(&rest, &p) == 0 && rest.n == 0);
  return p;
}

static size_t blocks_of(struct span blocks, struct rtcp_report_block *out)
{
  size_t n = 0;
  while (n < RTCP_COUNT_MAX && rtcp_next_block(&blocks, &out[n]) == 0)
    n++;
  assert(blocks.n == 0);
  return n;
}

static void check_sr(const struct rtcp_packet *p)
{
  struct rtcp_report_block blocks[RTCP_COUNT_MAX];
  struct rtcp_sender_info info;
  struct span s;
  uint32_t ssrc;
  if (rtcp_read_sr(p, &ssrc, &info, &s) != 0)
    return;
  struct writer w = writer_of(space, sizeof space);
  rtcp_write_sr(&w, ssrc, &info, blocks, blocks_of(s, blocks));
  struct rtcp_packet q = written(&w);
  assert(q.count == p->count && span_equal(q.body, span_of(p->body.p, q.body.n)));
}

static void check_rr(const struct rtcp_packet *p)
{
  struct rtcp_report_block blocks[RTCP_COUNT_MAX];
  struct span s;
  uint32_t ssrc;
  if (rtcp_read_rr(p, &ssrc, &s) != 0)
    return;
  struct writer w = writer_of(space, sizeof space);
  rtcp_write_rr(&w, ssrc, blocks, blocks_of(s, blocks));
  struct rtcp_packet q = written(&w);
  assert(q.count == p->count && span_equal(q.body, span_of(p->body.p, q.body.n)));
}

static void check_sdes(const struct rtcp_packet *p)
{
  struct span chunks = p->body, cname, again;
  uint32_t ssrc, ssrc_again;
  while (rtcp_next_chunk(&chunks, &ssrc, &cname) == 0) {
    if (cname.p == NULL)
      continue;
    struct writer w = writer_of(space, sizeof space);
    rtcp_write_sdes(&w, ssrc, cname);
    struct rtcp_packet q = written(&w);
    assert(rtcp_next_chunk(&q.body, &ssrc_again, &again) == 0 && q.body.n == 0);
    assert(ssrc_again == ssrc && span_equal(again, cname));
  }
}

static void check_bye(const struct rtcp_packet *p)
{
  struct span ssrcs, again;
  uint32_t list[RTCP_COUNT_MAX];
  size_t n = 0;
  if (rtcp_read_bye(p, &ssrcs) != 0)
    return;
  struct span rest = ssrcs;
  while (n < RTCP_COUNT_MAX && span_u32(&rest, &list[n]) == 0)
    n++;
  struct writer w = writer_of(space, sizeof space);
  rtcp_write_bye(&w, list, n);
  struct rtcp_packet q = written(&w);
  assert(rtcp_read_bye(&q, &again) == 0 && span_equal(again, ssrcs));
}

/* Marks the sequence numbers asked for, and returns how many there are when each counts once. */
static size_t mark(const struct rtcp_feedback *f, uint8_t *marks)
{
  struct rtcp_nack_walk walk;
  uint16_t sequence;
  size_t n = 0;
  memset(marks, 0, SEQUENCES);
  rtcp_nack_begin(f, &walk);
  while (rtcp_nack_next(&walk, &sequence)) {
    n += marks[sequence] == 0;
    marks[sequence] = 1;
  }
  return n;
}

static void check_nack(const struct rtcp_feedback *f)
{
  static uint8_t marks[SEQUENCES], again[SEQUENCES];
  static uint16_t list[SEQUENCES];
  struct rtcp_feedback g;
  size_t n = mark(f, marks), listed = 0;
  if (n == 0 || n > 8192)
    return;
  for (uint32_t i = 0; i < SEQUENCES; i++)
    if (marks[i] != 0)
      list[listed++] = (uint16_t)i;
  assert(listed == n);
  struct writer w = writer_of(space, sizeof space);
  rtcp_write_nack(&w, f->sender_ssrc, f->media_ssrc, list, n);
  struct rtcp_packet q = written(&w);
  assert(rtcp_read_feedback(&q, &g) == 0);
  assert(mark(&g, again) == n && memcmp(marks, again, SEQUENCES) == 0);
}

static void check_fir(struct rtcp_feedback f)
{
  uint32_t ssrc;
  uint8_t sequence;
  size_t entries = f.fci.n / 8;
  while (rtcp_next_fir(&f.fci, &ssrc, &sequence) == 0)
    entries--;
  assert(entries == 0 && f.fci.n < 8);
}

static void check_packet(const struct rtcp_packet *p)
{
  struct rtcp_feedback f;
  check_sr(p);
  check_rr(p);
  check_bye(p);
  if (p->type == RTCP_SDES)
    check_sdes(p);
  if (rtcp_read_feedback(p, &f) != 0)
    return;
  if (p->type == RTCP_RTPFB && p->count == RTCP_RTPFB_NACK)
    check_nack(&f);
  if (p->type == RTCP_PSFB && p->count == RTCP_PSFB_FIR)
    check_fir(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  struct span rest = span_of(data, size);
  struct rtcp_packet p;
  bool good = rtcp_check(rest) == 0;
  bool walked = size > 0;
  while (rest.n > 0 && walked) {
    walked = rtcp_next(&rest, &p) == 0;
    if (walked)
      check_packet(&p);
  }
  assert(good == walked);
  return 0;
}
