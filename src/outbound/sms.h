/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to the SMS hook: docs/SMS.md. */
#ifndef TESTUDO_OUTBOUND_SMS_H
#define TESTUDO_OUTBOUND_SMS_H

#include "base/bytes.h"

#define SMS_BODY (LIMIT_SMS_TEXT * 6 + 128) /* every byte escaped */
#define SMS_SIGNATURE 128

/* {"to":"+49...","text":"..."}. ERR_MALFORMED: the number is not E.164, or the text not UTF-8 or with control
 * characters. ERR_LIMIT. */
int sms_compose(struct span to, struct span text, struct writer *w);

/* "t=SECONDS,v1=HEX": HMAC-SHA-256 over "SECONDS.BODY". */
void sms_sign(struct span secret, int64_t time, struct span body, char text[SMS_SIGNATURE]);

#endif
