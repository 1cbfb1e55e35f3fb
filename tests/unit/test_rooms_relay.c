/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passes to the relay (web/relay.c, web/rooms_relay.c): who gets one, and what it is. */
#include "rooms_testing.h"

#include "web/relay.h"

static const struct relay relay = {.url = "turns:turn.example.org:443?transport=tcp",
                                   .secret = "0123456789abcdef0123456789abcdef"};

/* What the page is told; NULL: that there is no relay. */
static const json_t *ask(struct world *w, struct tab *page)
{
  say(w, page, "relay", "");
  const json_t *told = heard(w, page, "relay");
  assert_non_null(told);
  const json_t *server = json_object_get(told, "server");
  return json_is_null(server) ? NULL : server;
}

/* The credential was computed with another implementation (Python's hmac). */
static void test_a_pass(void **state)
{
  (void)state;
  struct relay_pass pass;
  assert_int_equal(relay_make_pass(&relay, "abcdefgh", 1795420800, &pass), 0);
  assert_string_equal(pass.username, "1795421400:abcdefgh");
  assert_string_equal(pass.credential, "+TgaxUiGZSH1eNNoPngc0qiapwc=");
  assert_int_equal(relay_make_pass(&relay, "abcdefgh", 1795421099, &pass), 0);
  assert_string_equal(pass.username, "1795421400:abcdefgh"); /* the same for five minutes, and then good for as many */
  assert_int_equal(relay_make_pass(&relay, "abcdefgh", 1795421100, &pass), 0);
  assert_string_equal(pass.username, "1795421700:abcdefgh");
  assert_int_equal(relay_make_pass(&relay, "a stay whose name is longer than any that there is", 0, &pass), ERR_CRYPTO);
}

static void test_who_is_in_gets_one_of_the_own(void **state)
{
  struct world *w = *state;
  rooms_use_relay(w->rooms, &relay);
  struct tab host = join_host(w), guest = join_guest(w, &host, 2);
  const json_t *to_host = ask(w, &host), *to_guest = ask(w, &guest);
  assert_string_equal(text_of(to_host, "url"), relay.url);
  assert_string_not_equal(text_of(to_host, "username"), text_of(to_guest, "username"));
  assert_string_not_equal(text_of(to_host, "credential"), text_of(to_guest, "credential"));
  assert_non_null(strstr(text_of(to_guest, "username"), guest.id));
  json_int_t until = json_integer_value(json_object_get(to_guest, "until"));
  assert_true(until > (json_int_t)w->time.unix_s + 299 && until <= (json_int_t)w->time.unix_s + 600);
}

static void test_who_waits_gets_none(void **state)
{
  struct world *w = *state;
  rooms_use_relay(w->rooms, &relay);
  (void)join_host(w);
  struct tab guest = knock(w, 2);
  say(w, &guest, "relay", "");
  assert_null(heard(w, &guest, "relay"));
  assert_int_equal(w->closed[guest.socket], 4000);
}

static void test_without_a_relay(void **state)
{
  struct world *w = *state;
  static const struct relay none = {.url = ""};
  struct tab host = join_host(w);
  assert_null(ask(w, &host));
  rooms_use_relay(w->rooms, &none);
  assert_null(ask(w, &host));
}

static void test_not_again_and_again(void **state)
{
  struct world *w = *state;
  rooms_use_relay(w->rooms, &relay);
  struct tab host = join_host(w);
  for (int i = 0; i < 6; i++)
    assert_non_null(ask(w, &host));
  say(w, &host, "relay", "");
  assert_null(heard(w, &host, "relay"));
  assert_non_null(heard(w, &host, "error"));
}

#define world_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_pass),        world_test(test_who_is_in_gets_one_of_the_own),
    world_test(test_who_waits_gets_none), world_test(test_without_a_relay),
    world_test(test_not_again_and_again),
  };
  return cmocka_run_group_tests_name("rooms_relay", tests, NULL, NULL);
}
