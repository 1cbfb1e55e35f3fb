/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/cli/config: defaults that are safe, errors that name place and mend, and nothing unsafe that passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "auth/oidc/oidc.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/config.h"
#include "cli/config_options.h"

static struct config config;
static char error[CONFIG_ERROR];

static int read_text(const char *text)
{
  config_init(&config);
  error[0] = '\0';
  return config_read_text(&config, "testudo.conf", text, error);
}

/* Reads and finishes. */
static int load(const char *text)
{
  int err = read_text(text);
  return err != 0 ? err : config_finish(&config, 2, error);
}

static void assert_error(const char *where, const char *part)
{
  if (strncmp(error, where, strlen(where)) != 0 || strstr(error, part) == NULL || strstr(error, "Mend: ") == NULL)
    fail_msg("unexpected error text: %s", error);
}

static void test_every_default_is_readable(void **state)
{
  (void)state;
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    const struct config_row *row = &config_rows[i];
    assert_non_null(row->name);
    assert_true(row->initial != NULL || row->shown != NULL);
    config_init(&config);
    if (row->initial != NULL)
      assert_int_equal(row->read(&config, row->initial), 0);
  }
}

static void test_defaults_are_this_machine_alone(void **state)
{
  (void)state;
  assert_int_equal(load(""), 0);
  assert_int_equal(config.profile, PROFILE_LOCAL);
  assert_int_equal(config.https_listen.n, 2);
  for (size_t i = 0; i < 2; i++) {
    assert_true(net_addr_is_loopback(&config.https_listen.at[i]));
    assert_int_equal(config.https_listen.at[i].port, 8443);
  }
  assert_string_equal(config.origin, "https://localhost:8443");
  assert_string_equal(config.data, "data");
  assert_string_equal(config.certificate, "data/certificate.pem");
  assert_string_equal(config.certificate_key, "data/certificate-key.pem");
  assert_true(config.certificate_is_own);
  assert_int_equal(config.media_port, 8500);
  assert_int_equal(config.media_processes, 2);
  assert_int_equal(config.log_level, LOG_NOTICE);
}

static void test_file_is_read(void **state)
{
  (void)state;
  assert_int_equal(load("# a comment\n\n  https_port=9443  \nmedia_listen = 127.0.0.1 , ::1\r\n"
                        "media_processes = 3\nlog_level = debug\ndata = /srv/a b"), 0);
  assert_int_equal(config.https_port, 9443);
  assert_string_equal(config.origin, "https://localhost:9443");
  assert_int_equal(config.media_listen.n, 2);
  assert_int_equal(config.media_processes, 3);
  assert_int_equal(config.log_level, LOG_DEBUG);
  assert_string_equal(config.data, "/srv/a b");
  char where[CONFIG_PATH + 16];
  snprintf(config.file, sizeof config.file, "testudo.conf");
  assert_string_equal(config_where(&config, OPTION_HTTPS_PORT, where), "testudo.conf:3");
  assert_string_equal(config_where(&config, OPTION_ORIGIN, where), "origin (default)");
}

static void test_wrong_lines_are_named(void **state)
{
  (void)state;
  static const struct {
    const char *text, *where, *part;
  } cases[] = {
    {"\n\nhttps_port = 99999\n", "testudo.conf:3: ", "a port from 1 to 65535"},
    {"https_port = 0\n", "testudo.conf:1: ", "a port from 1 to 65535"},
    {"https_port = 84x\n", "testudo.conf:1: ", "\"84x\""},
    {"https_port = -1\n", "testudo.conf:1: ", "\"-1\""},
    {"https_port =\n", "testudo.conf:1: ", "\"\""},
    {"https_prot = 8443\n", "testudo.conf:1: ", "perhaps https_port is meant"},
    {"colour = red\n", "testudo.conf:1: ", "--help"},
    {"https_port 8443\n", "testudo.conf:1: ", "\"=\""},
    {"[section]\n", "testudo.conf:1: ", "\"=\""},
    {"data = a\ndata = b\n", "testudo.conf:2: ", "first in line 1"},
    {"https_listen = localhost\n", "testudo.conf:1: ", "IP addresses"},
    {"https_listen = ::1, ::1\n", "testudo.conf:1: ", "IP addresses"},
    {"media_listen = 1.1.1.1 1.1.1.2 1.1.1.3 1.1.1.4 1.1.1.5 1.1.1.6 1.1.1.7 1.1.1.8 1.1.1.9\n", "testudo.conf:1: ",
     "8"},
    {"media_port = 80\n", "testudo.conf:1: ", "1024"},
    {"media_processes = 65\n", "testudo.conf:1: ", "1 to 64"},
    {"media_busy = 0\n", "testudo.conf:1: ", "1 to 95"},
    {"metrics_port = 80\n", "testudo.conf:1: ", "1024 to 65535"},
    {"profile = staging\n", "testudo.conf:1: ", "local, development, test or production"},
    {"log_level = \033[31m\n", "testudo.conf:1: ", "\"?[31m\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_not_equal(read_text(cases[i].text), 0);
    assert_error(cases[i].where, cases[i].part);
  }
}

static void test_long_input_is_refused(void **state)
{
  (void)state;
  char *line = malloc(5000);
  memset(line, 'a', 4999);
  line[4999] = '\0';
  assert_int_equal(read_text(line), ERR_MALFORMED);
  assert_error("testudo.conf:1: ", "too long");
  memcpy(line, "data = ", 7);
  line[1500] = '\0';
  assert_int_equal(read_text(line), ERR_RANGE);
  assert_error("testudo.conf:1: ", "...");
  free(line);
}

/* testudo.conf.example shows every option, with a value that can be used as it stands there. */
static void test_the_example_is_complete(void **state)
{
  (void)state;
  FILE *f = fopen(EXAMPLE_FILE, "r");
  bool shown[OPTION_COUNT] = {0};
  char line[512], name[64], value[256];
  assert_non_null(f);
  config_init(&config);
  while (fgets(line, sizeof line, f) != NULL) {
    if (sscanf(line, "#%63[a-z_] = %255[^\n]", name, value) != 2)
      continue;
    for (size_t i = 0; i < OPTION_COUNT; i++)
      if (strcmp(config_rows[i].name, name) == 0) {
        assert_false(shown[i]);
        shown[i] = config_rows[i].read(&config, value) == 0;
      }
  }
  fclose(f);
  for (size_t i = 0; i < OPTION_COUNT; i++)
    if (!shown[i])
      fail_msg("%s is not in the example, or its value cannot be read", config_rows[i].name);
  config_init(&config);
  assert_int_equal(config_read_file(&config, EXAMPLE_FILE, error), 0);
}

static void test_missing_file(void **state)
{
  (void)state;
  config_init(&config);
  assert_int_equal(config_read_file(&config, "/nonexistent/testudo.conf", error), ERR_NOT_FOUND);
}

/* B2: one exact origin, nothing that stands for several. */
static void test_origins_that_are_none(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "*", "null", "http://localhost:8443", "https://", "https://*.example.org", "https://example.org/",
    "https://example.org/path", "https://Example.org", "https://user@example.org", "wss://example.org",
    "https://example.org:443", "https://a.org, https://b.org", "https://a.org https://b.org",
  };
  static const char *const option[] = {"origin", "cors_origins"};
  const size_t n = sizeof bad / sizeof bad[0];
  for (size_t i = 0; i < 2 * (n - 2) + 2; i++) { /* the last two are lists */
    char text[128];
    snprintf(text, sizeof text, "%s = %s\n", option[i / n], bad[i % n]);
    assert_int_equal(read_text(text), ERR_MALFORMED);
    assert_error("testudo.conf:1: ", "no *");
  }
}

static void test_origins_of_other_pages(void **state)
{
  (void)state;
  assert_int_equal(load(""), 0);
  assert_string_equal(config.cors_origin[0], "");
  assert_int_equal(load("cors_origins = https://shop.example.org, https://b.org:8443\n"), 0);
  assert_string_equal(config.cors_origin[0], "https://shop.example.org");
  assert_string_equal(config.cors_origin[1], "https://b.org:8443");
  assert_string_equal(config.cors_origin[2], "");
  static const char *const bad[] = {
    "https://a.org, *", "https://a.org https://a.org", ",",
    "https://a https://b https://c https://d https://e https://f https://g https://h https://i",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char text[128];
    snprintf(text, sizeof text, "cors_origins = %s\n", bad[i]);
    assert_int_not_equal(read_text(text), 0);
    assert_error("testudo.conf:1: ", "up to 8 exact origins");
  }
}

/* B7: a copy of the data folder opens nothing. */
static void test_the_key_lies_apart(void **state)
{
  (void)state;
  char folder[CONFIG_PATH];
  static const char *const good[][3] = {
    {"", "data-keys/store.key", "data/store"},
    {"data = /srv/meet//\n", "/srv/meet-keys/store.key", "/srv/meet/store"},
    {"key_file = keys\n", "keys", "data/store"},
    {"data = .\nkey_file = /etc/testudo.key\n", "/etc/testudo.key", "./store"},
    {"key_file = database.key\n", "database.key", "data/store"},
  };
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    assert_int_equal(load(good[i][0]), 0);
    assert_string_equal(config.key_file, good[i][1]);
    assert_string_equal(config_store_folder(&config, folder), good[i][2]);
  }
  static const char *const bad[] = {
    "key_file = data/key\n", "key_file = ./data/store/key\n", "data = ./a\nkey_file = a/key\n",
    "data = /srv/\nkey_file = /srv/key\n", "data = .\nkey_file = key\n", "data = ./\nkey_file = keys/key\n",
    "data = .\n", "data = ..\n", "data = /srv/..\n", "data = /\n", "data = /\nkey_file = /etc/key\n",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_int_equal(load(bad[i]), ERR_REFUSED);
    assert_error("", "the key");
  }
}

static void test_accounts(void **state)
{
  (void)state;
  assert_int_equal(load(""), 0);
  assert_int_equal(config.sign_up, SIGN_UP_INVITED);
  assert_int_equal(config.two_factors, TWO_FACTORS_CHOICE);
  assert_int_equal(load("sign_up = open\ntwo_factors = everybody\n"), 0);
  assert_int_equal(config.sign_up, SIGN_UP_OPEN);
  assert_int_equal(config.two_factors, TWO_FACTORS_EVERYBODY);
  assert_int_equal(read_text("sign_up = maybe\n"), ERR_MALFORMED);
  assert_error("testudo.conf:1: ", "invited or open");
  assert_int_equal(read_text("two_factors = none\n"), ERR_MALFORMED);
  assert_error("testudo.conf:1: ", "choice or everybody");
}

static void test_high_care(void **state)
{
  (void)state;
  assert_int_equal(load(""), 0);
  assert_int_equal(config.care, CARE_USUAL);
  assert_int_equal(load("care = high\n"), 0);
  assert_int_equal(config.care, CARE_HIGH);
  assert_int_equal(config.two_factors, TWO_FACTORS_EVERYBODY);
  assert_int_equal(load("care = high\ntwo_factors = everybody\nsign_up = invited\n"), 0);
  assert_int_equal(load("care = high\n\ntwo_factors = choice\n"), ERR_REFUSED);
  assert_error(":3: ", "every account has two factors");
  assert_int_equal(load("sign_up = open\ncare = high\n"), ERR_REFUSED);
  assert_error(":1: ", "without an invitation");
  assert_int_equal(read_text("care = low\n"), ERR_MALFORMED);
  assert_error("testudo.conf:1: ", "usual or high");
}

static void test_local_profile_stays_local(void **state)
{
  (void)state;
  static const struct {
    const char *text, *part;
  } cases[] = {
    {"https_listen = 0.0.0.0\n", "profile = production"},
    {"https_listen = ::\n", "profile = production"},
    {"https_listen = 127.0.0.1, 192.0.2.1\n", "profile = production"},
    {"origin = https://meet.example.org\n", "profile = production"},
    {"origin = https://localhost.example.org\n", "profile = production"},
    {"origin = https://evillocalhost\n", "profile = production"},
    {"media_announce = 192.0.2.1\n", "profile = production"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    snprintf(config.file, sizeof config.file, "testudo.conf");
    assert_int_equal(load(cases[i].text), ERR_REFUSED);
    assert_error("", cases[i].part);
  }
  assert_int_equal(load("origin = https://a.localhost:8443\n"), 0);
  assert_int_equal(load("origin = https://127.0.0.1:8443\n"), 0);
  assert_int_equal(load("origin = https://[::1]:8443\n"), 0);
  assert_int_equal(load("https_listen = 127.3.4.5\n"), 0);
  assert_int_equal(load("media_announce = 127.0.0.2\n"), 0);
}

static void test_profiles_for_work_stay_local_too(void **state)
{
  (void)state;
  static const char *const profiles[] = {"development", "test"};
  static const char *const others[] = {"https_listen = 0.0.0.0", "origin = https://meet.example.org",
                                       "media_announce = 192.0.2.1"};
  for (size_t i = 0; i < 2; i++) {
    char text[128];
    snprintf(text, sizeof text, "profile = %s\n", profiles[i]);
    assert_int_equal(load(text), 0);
    assert_true(config_is_local(&config));
    assert_string_equal(config_profile_name(&config), profiles[i]);
    assert_string_equal(config.origin, "https://localhost:8443");
    for (size_t k = 0; k < 3; k++) {
      snprintf(text, sizeof text, "profile = %s\n%s\n", profiles[i], others[k]);
      assert_int_equal(load(text), ERR_REFUSED);
      assert_error("", profiles[i]);
      assert_error("", "profile = production");
    }
  }
}

static void test_production_needs_certificate_and_name(void **state)
{
  (void)state;
#define CERTIFICATE "certificate = /c\ncertificate_key = /k\n"
  assert_int_equal(load("profile = production\norigin = https://meet.example.org\n"), ERR_REFUSED);
  assert_error("", "certificate");
  assert_int_equal(load("profile = production\n" CERTIFICATE), ERR_REFUSED);
  assert_error("", "set origin");
  assert_int_equal(load("profile = production\norigin = https://localhost\n" CERTIFICATE), ERR_REFUSED);
  assert_error("", "public name");
  assert_int_equal(load("certificate = /c\n"), ERR_REFUSED);
  assert_error("", "both");
  assert_int_equal(load("profile = production\norigin = https://meet.example.org\nhttps_listen = 0.0.0.0, ::\n"
                        "media_announce = 192.0.2.1\n" CERTIFICATE), 0);
  assert_false(config.certificate_is_own);
}

static void test_mail_is_not_sent_in_clear(void **state)
{
  (void)state;
#define MAIL "mail_from = Meetings <meet@example.org>\n"
  static const struct {
    const char *text, *part;
  } cases[] = {
    {"smtp_server = localhost:25\nsmtp_security = none\n" MAIL, "without TLS"}, /* a name may lead anywhere */
    {"smtp_server = 192.0.2.1:25\nsmtp_security = none\n" MAIL, "without TLS"},
    {"smtp_server = 127.0.0.1:25\nsmtp_security = none\nprofile = production\norigin = https://meet.example.org\n"
     "certificate = /c\ncertificate_key = /k\n" MAIL, "without TLS"},
    {"smtp_server = mail.example.org:465\n" MAIL, "smtp_security = tls"},
    {"smtp_server = mail.example.org:587\n", "mail_from"},
    {MAIL, "set smtp_server"},
    {"smtp_password_file = p\n", "set smtp_server"},
    {"smtp_server = mail.example.org:587\nsmtp_user = me\n" MAIL, "both smtp_user"},
    {"smtp_server = mail.example.org:587\nsmtp_password_file = p\n" MAIL, "both smtp_user"},
    {"sms_hook = https://sms.example.org\n", "both sms_hook"},
    {"sms_secret_file = s\n", "both sms_hook"},
    {"ca_file = c\n", "nothing is configured"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    snprintf(config.file, sizeof config.file, "testudo.conf");
    assert_int_equal(load(cases[i].text), ERR_REFUSED);
    assert_error("", cases[i].part);
  }
  assert_int_equal(load("smtp_server = 127.0.0.1:25\nsmtp_security = none\n" MAIL), 0);
  assert_int_equal(load("smtp_server = [::1]:25\nsmtp_security = none\n" MAIL), 0);
  assert_int_equal(load("smtp_server = mail.example.org:465\nsmtp_security = tls\n" MAIL), 0);
  assert_int_equal(load("smtp_server = mail.example.org:587\nca_file = c\n" MAIL), 0);
  assert_int_equal(config.smtp_security, SMTP_STARTTLS);
  assert_true(config_wants_outbound(&config));
  assert_int_equal(load(""), 0);
  assert_false(config_wants_outbound(&config));
}

static void test_outbound_values_are_checked(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "smtp_server = mail.example.org", "smtp_server = :25", "smtp_server = mail.example.org:0",
    "smtp_server = a:b:25", "smtp_server = [::1:25", "smtp_server = user@mail:25", "smtp_server = mail/x:25",
    "smtp_security = maybe", "mail_from = nobody", "mail_from = A <b@c", "mail_from = a@b, c@d",
    "sms_hook = http://sms.example.org", "sms_hook = https://", "sms_hook = https://user@sms.example.org/",
    "sms_hook = https://sms.example.org/#x", "sms_hook = https://sms.example.org/a b",
    "oidc_issuers = http://a.example", "oidc_issuers = https://a.example?b", "oidc_issuers = ,",
    "oidc_issuers = https://a https://b https://c https://d https://e https://f https://g https://h https://i",
    "oidc_issuers = google, https://accounts.google.com", "oidc_issuers = Google", "oidc_clients = ,",
    "oidc_clients = \x1b", "oidc_clients = a b c d e f g h i", "oidc_secret_files = ,", "apple_team = A1B2C3D4E",
    "apple_team = a1b2c3d4e5", "apple_key_id = A1B2C3D4E5F",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    if (read_text(bad[i]) == 0)
      fail_msg("read: %s", bad[i]);
    assert_error("testudo.conf:1: ", "cannot be used");
  }
}

static void test_the_relay(void **state)
{
  (void)state;
  static const char *const bad[] = {
    "turn_url = turn:turn.example.org:443?transport=tcp", "turn_url = turns:turn.example.org:443",
    "turn_url = turns:turn.example.org:443?transport=udp", "turn_url = turns:?transport=tcp",
    "turn_url = turns::443?transport=tcp", "turn_url = turns:a:?transport=tcp", "turn_url = turns:u@a?transport=tcp",
    "turn_url = turns:192.0.2.1:443?transport=tcp", "turn_url = turns:[2001:db8::1]:443?transport=tcp",
    "turn_url = turns:fe80::1?transport=tcp", "turn_url = turns:a:443:443?transport=tcp",
    "turn_url = turns:a:0?transport=tcp", "turn_url = turns:a:65536?transport=tcp",
    "turn_url = turns:a:000443?transport=tcp", "turn_url = turns:a:b?transport=tcp",
    "turn_url = turns:a]?transport=tcp", "turn_url = turns:a.?transport=tcp",
    "turn_url = turns:*?transport=tcp", "turn_url = turns:a/b?transport=tcp", "turn_url = https://a?transport=tcp",
    "turn_url = stun:a?transport=tcp", "turn_url =", "turn_secret_file =",
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    if (read_text(bad[i]) == 0)
      fail_msg("read: %s", bad[i]);
    assert_error("testudo.conf:1: ", "cannot be used");
  }
  static const char url[] = "turn_url = turns:turn.example.org:443?transport=tcp\n";
  char text[256];
  snprintf(text, sizeof text, "%sturn_secret_file = ../turn-secret\n", url);
  assert_int_equal(load(text), 0);
  assert_string_equal(config.turn_url, "turns:turn.example.org:443?transport=tcp");
  assert_int_equal(load("turn_url = turns:turn.3com.example?transport=tcp\nturn_secret_file = /s\n"), 0);
  assert_int_equal(load(url), ERR_REFUSED);
  assert_error(":1: ", "both turn_url and turn_secret_file");
  assert_int_equal(load("turn_secret_file = /s\n"), ERR_REFUSED);
  snprintf(text, sizeof text, "%sturn_secret_file = data/turn-secret\n", url);
  assert_int_equal(load(text), ERR_REFUSED);
  assert_error(":2: ", "lies in the data folder");
}

#define CLIENTS(clients, files) "oidc_clients = " clients "\noidc_secret_files = " files "\n"
#define APPLE "apple_team = A1B2C3D4E5\napple_key_id = F6G7H8I9J0\n"

static void test_providers(void **state)
{
  (void)state;
  assert_int_equal(load("oidc_issuers = https://a.example, https://b.example/x/\n" CLIENTS("c, d", "e f")), 0);
  assert_string_equal(config.oidc_issuer[1], "https://b.example/x/");
  assert_string_equal(config.oidc_issuer[2], "");
  assert_string_equal(config.oidc_client[1], "d");
  assert_string_equal(config.oidc_secret_file[1], "f");
  assert_true(config_wants_outbound(&config));
  assert_int_equal(load("oidc_issuers = apple, google\n" APPLE CLIENTS("c, d", "e f")), 0);
  static const char *const names[] = {"apple", "google"};
  for (size_t i = 0; i < 2; i++) { /* the same as the provider's own table has */
    struct oidc_provider_config preset;
    assert_int_equal(oidc_preset(names[i], &preset), 0);
    assert_string_equal(config.oidc_issuer[i], preset.issuer);
  }
  assert_string_equal(config.apple_team, "A1B2C3D4E5");
  assert_string_equal(config.apple_key_id, "F6G7H8I9J0");
}

static void test_providers_are_complete(void **state)
{
  (void)state;
  static const struct {
    const char *text, *where, *part;
  } cases[] = {
    {"oidc_issuers = google\n", "testudo.conf:1: ", "set oidc_clients"},
    {"oidc_issuers = google\noidc_clients = a\n", "testudo.conf:1: ", "set oidc_secret_files"},
    {"oidc_issuers = google https://a.example\n" CLIENTS("a", "b c"), "testudo.conf:2: ", "1 of these, but 2"},
    {"oidc_issuers = google\n" CLIENTS("a", "b c"), "testudo.conf:3: ", "2 of these, but 1"},
    {"\noidc_clients = a\n", "testudo.conf:2: ", "set oidc_issuers"},
    {"oidc_secret_files = a\n", "testudo.conf:1: ", "set oidc_issuers"},
    {"oidc_issuers = apple\n" CLIENTS("a", "b"), "testudo.conf:1: ", "both apple_team and apple_key_id"},
    {"oidc_issuers = https://appleid.apple.com\napple_team = A1B2C3D4E5\n" CLIENTS("a", "b"), "testudo.conf:1: ",
     "both apple_team and apple_key_id"},
    {"oidc_issuers = google\n" CLIENTS("a", "b") APPLE, "testudo.conf:4: ", "add apple"},
    {"apple_key_id = F6G7H8I9J0\n", "testudo.conf:1: ", "add apple"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    config_init(&config);
    assert_int_equal(config_read_text(&config, "testudo.conf", cases[i].text, error), 0);
    snprintf(config.file, sizeof config.file, "testudo.conf");
    assert_int_equal(config_finish(&config, 2, error), ERR_REFUSED);
    assert_error(cases[i].where, cases[i].part);
  }
}

static void test_media_ports_fit(void **state)
{
  (void)state;
  assert_int_equal(load("media_port = 65535\nmedia_processes = 2\n"), ERR_REFUSED);
  assert_error("", "65534 or less");
  assert_int_equal(load("media_port = 65534\nmedia_processes = 2\n"), 0);
  assert_int_equal(load("media_listen = 0.0.0.0\n"), ERR_REFUSED);
  assert_error("", "exact addresses");
}

static void test_user_must_exist_and_not_be_root(void **state)
{
  (void)state;
  assert_int_equal(load("user = nobody\n"), 0);
  assert_int_not_equal(config.uid, 0);
  assert_int_equal(load("user = root\n"), ERR_REFUSED);
  assert_int_equal(load("user = no-such-user-here\n"), ERR_REFUSED);
}

static void test_command_line_wins_over_the_file(void **state)
{
  (void)state;
  assert_int_equal(read_text("https_port = 1111\n"), 0);
  assert_int_equal(config_set_argument(&config, "https-port", "2222", error), 0);
  assert_int_equal(config.https_port, 2222);
  char where[CONFIG_PATH + 16];
  assert_string_equal(config_where(&config, OPTION_HTTPS_PORT, where), "--https-port");
  assert_int_equal(config_set_argument(&config, "https-port", "3333", error), ERR_MALFORMED);
  assert_error("--https-port: ", "once");
  assert_int_equal(config_set_argument(&config, "media-prot", "1", error), ERR_NOT_FOUND);
  assert_error("--media-prot: ", "media_port");
  assert_true(config_knows("media-port") && config_knows("media_port"));
  assert_false(config_knows("media") || config_knows("media-port-") || config_knows("") || config_knows("media port"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_default_is_readable),
    cmocka_unit_test(test_defaults_are_this_machine_alone),
    cmocka_unit_test(test_file_is_read),
    cmocka_unit_test(test_wrong_lines_are_named),
    cmocka_unit_test(test_long_input_is_refused),
    cmocka_unit_test(test_the_example_is_complete),
    cmocka_unit_test(test_missing_file),
    cmocka_unit_test(test_origins_that_are_none),
    cmocka_unit_test(test_origins_of_other_pages),
    cmocka_unit_test(test_the_key_lies_apart),
    cmocka_unit_test(test_accounts), cmocka_unit_test(test_high_care),
    cmocka_unit_test(test_local_profile_stays_local), cmocka_unit_test(test_profiles_for_work_stay_local_too),
    cmocka_unit_test(test_production_needs_certificate_and_name),
    cmocka_unit_test(test_mail_is_not_sent_in_clear),
    cmocka_unit_test(test_outbound_values_are_checked),
    cmocka_unit_test(test_the_relay),
    cmocka_unit_test(test_providers),
    cmocka_unit_test(test_providers_are_complete),
    cmocka_unit_test(test_media_ports_fit),
    cmocka_unit_test(test_user_must_exist_and_not_be_root),
    cmocka_unit_test(test_command_line_wins_over_the_file),
  };
  return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
