/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RTCP with one peer (RFC 3550, 4585, 5104): what it asks for as a receiver and reports as a sender, and our reports.
 */
#ifndef TESTUDO_MEDIA_FEEDBACK_H
#define TESTUDO_MEDIA_FEEDBACK_H

#include "media/peer.h"

#define FEEDBACK_REPORT_US 1000000u

/* One SRTCP packet of a connected peer, decrypted in place. */
void feedback_receive(struct peer *p, uint8_t *data, size_t n);

/* A sender report for every slot in use, a receiver report for every source, the CNAME: in one packet. */
void feedback_report(struct peer *p);

/* The streams that go to this peer end (RFC 3550, section 6.6). */
void feedback_bye(struct peer *p);

#endif
