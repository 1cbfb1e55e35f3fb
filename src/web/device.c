/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/device.h"

#include <assert.h>
#include <sodium.h>
#include <stdbool.h>

struct sign {
  const char *mark; /* in the header */
  const char *word;
};

/* The first that is found counts: browsers also name those that they are like. */
static const struct sign browsers[] = {
  {"Edg/", "Edge"},         {"EdgA/", "Edge"},         {"EdgiOS/", "Edge"},
  {"OPR/", "Opera"},        {"Vivaldi/", "Vivaldi"},   {"SamsungBrowser/", "Samsung Internet"},
  {"Firefox/", "Firefox"},  {"FxiOS/", "Firefox"},     {"Chromium/", "Chromium"},
  {"CriOS/", "Chrome"},     {"Chrome/", "Chrome"},     {"Safari/", "Safari"},
};

static const struct sign systems[] = {
  {"Android", "Android"}, {"iPhone", "iPhone"},   {"iPad", "iPad"},       {"Windows", "Windows"},
  {"CrOS", "ChromeOS"},   {"Macintosh", "macOS"}, {"FreeBSD", "FreeBSD"}, {"OpenBSD", "OpenBSD"},
  {"Linux", "Linux"},
};

static const char *word_of(struct span text, const struct sign *signs, size_t n)
{
  for (size_t i = 0; i < n && text.n > 0; i++)
    if (memmem(text.p, text.n, signs[i].mark, strlen(signs[i].mark)) != NULL)
      return signs[i].word;
  return NULL;
}

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

void device_words(struct span user_agent, char words[DEVICE_WORDS])
{
  struct writer w = writer_of(words, DEVICE_WORDS);
  if (user_agent.n > LIMIT_USER_AGENT)
    user_agent.n = LIMIT_USER_AGENT;
  const char *browser = word_of(user_agent, browsers, COUNT(browsers));
  const char *system = word_of(user_agent, systems, COUNT(systems));
  if (browser == NULL && system == NULL)
    put_str(&w, "An unknown device");
  else
    put_str(&w, browser != NULL ? browser : "A browser");
  if (system != NULL) {
    put_str(&w, " on ");
    put_str(&w, system);
  }
  put_u8(&w, '\0');
  assert(!w.overflow);
}

#define PREFIX_4 3u /* bytes: /24 */
#define PREFIX_6 6u /* /48 */

void device_network(const uint8_t key[NETWORK_KEY_BYTES], const struct net_addr *address,
                    uint8_t network[NETWORK_BYTES])
{
  uint8_t prefix[1 + PREFIX_6] = {address->family};
  memcpy(prefix + 1, address->ip, address->family == 4 ? PREFIX_4 : PREFIX_6);
  (void)crypto_generichash(network, NETWORK_BYTES, prefix, sizeof prefix, key, NETWORK_KEY_BYTES);
}
