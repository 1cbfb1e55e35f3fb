/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the outbound process reads: URLs of web, metadata of issuers, and texts that become a mail or an SMS. The first
 * byte says which. What is composed must keep its own rules: lines of ASCII, no header more than was asked for. */
#include <assert.h>
#include <stdlib.h>

#include "cli/mailbox.h"
#include "outbound/fetch.h"
#include "outbound/mail.h"
#include "outbound/sms.h"

#define HEADERS 9

static char out[MAIL_BYTES];

static void check_url(struct span url)
{
  char host[FETCH_HOST], again[FETCH_HOST], rebuilt[FETCH_HOST + 16];
  if (fetch_host_of(url, host) != 0)
    return;
  struct writer w = writer_of(rebuilt, sizeof rebuilt);
  put_str(&w, "https://");
  put_str(&w, host);
  assert(fetch_host_of(writer_span(&w), again) == 0 && strcmp(host, again) == 0);
}

static void check_metadata(struct span body)
{
  static struct config config;
  struct fetch_hosts h;
  strcpy(config.oidc_issuer[0], "https://a.example");
  assert(fetch_hosts_init(&h, &config) == 0);
  fetch_learn(&h, span_str("https://a.example/.well-known/openid-configuration"), body);
  assert(fetch_is_allowed(&h, span_str("https://a.example/x")) && !fetch_is_allowed(&h, span_str("http://a.example/")));
}

/* Up to the empty line: printable ASCII, and as many headers as there are. */
static void check_mail_text(struct span text)
{
  size_t headers = 0, line = 0;
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '\r') {
      assert(i + 1 < text.n && text.p[i + 1] == '\n' && i - line <= 998);
      if (i == line)
        break;
      headers += text.p[line] != ' ';
      line = ++i + 1;
    } else {
      assert(text.p[i] >= ' ' && text.p[i] <= '~');
    }
  }
  assert(headers == HEADERS);
}

static struct span take_part(struct span *input)
{
  struct span part = {0};
  uint8_t n;
  if (span_u8(input, &n) == 0)
    (void)span_take(input, n < input->n ? n : input->n, &part);
  return part;
}

static void check_mail(struct span input)
{
  struct mail m = {.from = span_str("meet@example.org")};
  struct writer w = writer_of(out, sizeof out);
  m.to = take_part(&input);
  m.to_name = take_part(&input);
  m.from_name = take_part(&input);
  m.subject = take_part(&input);
  m.text = span_of(input.p, input.n < LIMIT_MAIL_TEXT ? input.n : LIMIT_MAIL_TEXT);
  if (mail_compose(&m, &w) == 0)
    check_mail_text(writer_span(&w));
}

static void check_sms(struct span input)
{
  struct writer w = writer_of(out, sizeof out);
  struct span to = take_part(&input);
  if (sms_compose(to, input, &w) != 0)
    return;
  for (size_t i = 0; i < w.n; i++)
    assert(w.base[i] >= ' ');
}

static void check_mailbox(struct span input)
{
  struct span name, address;
  if (mailbox_parse(input, &name, &address) == 0)
    assert(mailbox_is_address(address));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static void (*const checks[])(struct span) = {check_url, check_metadata, check_mail, check_sms, check_mailbox};
  struct span input = span_of(data, size);
  uint8_t which;
  if (span_u8(&input, &which) == 0)
    checks[which % (sizeof checks / sizeof checks[0])](input);
  return 0;
}
