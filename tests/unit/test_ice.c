/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICE: the lite agent of the server against the checks of its own client, of strangers and of an attacker. */
#include "packet_testing.h"

#include "proto/ice.h"
#include "proto/ice_client.h"

#define SECOND 1000000u

/* A server's agent and a client that know each other's credentials. */
struct pair {
  uint64_t seed;
  struct random random;
  struct ice_lite ice;
  struct ice_client client;
  struct ice_event event;
  uint8_t request[STUN_REQUEST_MAX], response[STUN_RESPONSE_MAX];
  struct span sent, answer;
};

/* Ports from here on stand for connections over TCP. */
#define TCP_PORT 50000

static struct net_addr addr_of(uint16_t port)
{
  uint8_t socket = port < TCP_PORT ? 0 : NET_TCP;
  return (struct net_addr){.family = 4, .socket = socket, .port = port, .ip = {192, 0, 2, 1}};
}

static struct span client_ufrag(const struct pair *p)
{
  return span_of(p->client.ufrag, sizeof p->client.ufrag);
}

static void learn_answer(struct pair *p)
{
  assert_int_equal(ice_client_set_remote(&p->client, ice_lite_ufrag(&p->ice), ice_lite_pwd(&p->ice)), 0);
}

static int set_up(void **state)
{
  struct pair *p = calloc(1, sizeof *p);
  if (p == NULL)
    return -1;
  p->random = seeded_random(&p->seed);
  ice_client_init(&p->client, &p->random);
  assert_int_equal(ice_lite_init(&p->ice, 0, client_ufrag(p), &p->random), 0);
  learn_answer(p);
  *state = p;
  return 0;
}

static int tear_down(void **state)
{
  free(*state);
  return 0;
}

static void write_check(struct pair *p, bool nominate)
{
  struct writer w = writer_of(p->request, sizeof p->request);
  assert_int_equal(ice_client_check(&p->client, nominate, &p->random, &w), 0);
  p->sent = writer_span(&w);
}

/* The client's last check arrives at the server (again) from a port. */
static int deliver(struct pair *p, uint64_t now_us, uint16_t port)
{
  struct net_addr from = addr_of(port);
  struct writer w = writer_of(p->response, sizeof p->response);
  struct stun_message m;
  assert_int_equal(stun_parse(p->sent, &m), 0);
  int err = ice_lite_input(&p->ice, now_us, &from, &m, &w, &p->event);
  p->answer = writer_span(&w);
  if (err != 0) { /* nothing happened and nothing is to be sent */
    assert_false(p->event.respond || p->event.tuple_added || p->event.selected_changed || p->event.ufrag_retired);
    assert_int_equal(p->answer.n, 0);
  }
  return err;
}

static int check_from(struct pair *p, uint64_t now_us, uint16_t port, bool nominate)
{
  write_check(p, nominate);
  return deliver(p, now_us, port);
}

/* What the client makes of the server's last response. */
static int hear(struct pair *p, struct net_addr *mapped)
{
  struct stun_message m;
  assert_int_equal(stun_parse(p->answer, &m), 0);
  return ice_client_response(&p->client, 1, &m, mapped);
}

static void assert_remote(const struct pair *p, uint16_t port)
{
  struct net_addr expected = addr_of(port);
  assert_non_null(ice_lite_remote(&p->ice));
  assert_true(net_addr_equal(ice_lite_remote(&p->ice), &expected));
}

/* --- becoming connected --- */

static void test_first_check_and_nomination(void **state)
{
  struct pair *p = *state;
  struct net_addr mapped, expected = addr_of(1000);
  assert_null(ice_lite_remote(&p->ice));
  assert_int_equal(check_from(p, SECOND, 1000, false), 0);
  assert_true(p->event.respond && p->event.tuple_added && !p->event.selected_changed && !p->event.tuple_dropped);
  assert_remote(p, 1000);
  assert_int_equal(hear(p, &mapped), 0);
  assert_true(net_addr_equal(&mapped, &expected));
  assert_int_equal(check_from(p, 2 * SECOND, 1000, true), 0);
  assert_true(p->event.respond && !p->event.tuple_added && p->event.selected_changed);
  assert_int_equal(check_from(p, 3 * SECOND, 1000, true), 0);
  assert_true(p->event.respond && !p->event.tuple_added && !p->event.selected_changed);
}

static void test_before_a_nomination_the_last_checked_tuple_is_used(void **state)
{
  struct pair *p = *state;
  assert_int_equal(check_from(p, 1, 1000, false), 0);
  assert_int_equal(check_from(p, 2, 2000, false), 0);
  assert_remote(p, 2000);
  assert_int_equal(check_from(p, 3, 1000, false), 0);
  assert_remote(p, 1000);
}

static void test_latest_nomination_wins(void **state)
{
  struct pair *p = *state;
  assert_int_equal(check_from(p, 1, 1000, true), 0);
  assert_int_equal(check_from(p, 2, 2000, false), 0);
  assert_remote(p, 1000);
  assert_int_equal(check_from(p, 3, 2000, true), 0);
  assert_true(p->event.selected_changed);
  assert_remote(p, 2000);
}

/* A browser that nominates all pairs at once, TCP last, uses UDP; one that changes its mind says so again. */
static void test_udp_before_tcp(void **state)
{
  struct pair *p = *state;
  assert_int_equal(check_from(p, 1, 1000, true), 0);
  assert_int_equal(check_from(p, 2, TCP_PORT, true), 0);
  assert_true(p->event.tuple_added && !p->event.selected_changed);
  assert_remote(p, 1000);
  assert_int_equal(check_from(p, 3, 1000, true), 0);
  assert_int_equal(check_from(p, 4, TCP_PORT, true), 0);
  assert_remote(p, 1000);
  assert_int_equal(check_from(p, 5, 1000, false), 0); /* lives on, and is no longer chosen */
  assert_int_equal(check_from(p, 6, TCP_PORT, true), 0);
  assert_true(p->event.selected_changed);
  assert_remote(p, TCP_PORT);
  assert_int_equal(check_from(p, 7, TCP_PORT + 1, true), 0); /* from TCP to TCP, and back to UDP: at once */
  assert_remote(p, TCP_PORT + 1);
  assert_int_equal(check_from(p, 8, 1000, true), 0);
  assert_remote(p, 1000);
}

static void test_tcp_alone(void **state)
{
  struct pair *p = *state;
  assert_int_equal(check_from(p, 1, 1000, false), 0);
  assert_int_equal(check_from(p, 2, TCP_PORT, true), 0);
  assert_remote(p, TCP_PORT);
}

/* The network has changed to one without UDP. */
static void test_a_restart_that_chooses_tcp(void **state)
{
  struct pair *p = *state;
  struct ice_client fresh;
  assert_int_equal(check_from(p, 1, 1000, true), 0);
  ice_client_init(&fresh, &p->random);
  assert_int_equal(ice_lite_restart(&p->ice, span_of(fresh.ufrag, sizeof fresh.ufrag), &p->random), 0);
  p->client = fresh;
  learn_answer(p);
  assert_int_equal(check_from(p, 2, TCP_PORT, true), 0);
  assert_true(p->event.selected_changed && p->event.ufrag_retired);
  assert_remote(p, TCP_PORT);
}

static void test_ipv6(void **state)
{
  struct pair *p = *state;
  struct net_addr from, mapped;
  struct stun_message m;
  struct writer w = writer_of(p->response, sizeof p->response);
  assert_int_equal(net_addr_parse("2001:db8::7", 4242, &from), 0);
  write_check(p, true);
  assert_int_equal(stun_parse(p->sent, &m), 0);
  assert_int_equal(ice_lite_input(&p->ice, 1, &from, &m, &w, &p->event), 0);
  p->answer = writer_span(&w);
  assert_int_equal(hear(p, &mapped), 0);
  assert_true(net_addr_equal(&mapped, &from));
}

/* --- strangers and attackers --- */

static void assert_no_tuple(struct pair *p, int err)
{
  assert_int_equal(err, ERR_AUTH);
  assert_null(ice_lite_remote(&p->ice));
}

static void test_wrong_password_is_met_with_silence(void **state)
{
  struct pair *p = *state;
  p->client.remote_pwd[3] ^= 1;
  assert_no_tuple(p, check_from(p, 1, 1000, true));
}

static void test_wrong_user_names(void **state)
{
  struct pair *p = *state;
  /* our ufrag with another client's */
  p->client.username[p->client.username_n - 1] ^= 1;
  assert_no_tuple(p, check_from(p, 1, 1000, true));
  learn_answer(p);
  /* another agent's ufrag */
  p->client.username[0] ^= 1;
  assert_no_tuple(p, check_from(p, 1, 1000, true));
  /* too long, too short, without a colon */
  learn_answer(p);
  p->client.username[p->client.username_n++] = 'x';
  assert_no_tuple(p, check_from(p, 1, 1000, true));
  p->client.username_n = ICE_UFRAG_BYTES + 1;
  assert_no_tuple(p, check_from(p, 1, 1000, true));
  p->client.username_n = ICE_UFRAG_BYTES;
  assert_no_tuple(p, check_from(p, 1, 1000, true));
  learn_answer(p);
  p->client.username[ICE_UFRAG_BYTES] = '.';
  assert_no_tuple(p, check_from(p, 1, 1000, true));
}

static void test_check_without_integrity(void **state)
{
  struct pair *p = *state;
  write_check(p, true);
  p->sent.n -= 8 + 24; /* FINGERPRINT and MESSAGE-INTEGRITY */
  p->request[3] = (uint8_t)(p->sent.n - STUN_HEADER_BYTES);
  assert_no_tuple(p, deliver(p, 1, 1000));
}

static void test_other_messages_are_not_answered(void **state)
{
  struct pair *p = *state;
  struct net_addr from = addr_of(1000);
  struct writer w = writer_of(p->response, sizeof p->response);
  struct stun_message m;
  write_check(p, true);
  assert_int_equal(stun_parse(p->sent, &m), 0);
  for (enum stun_class class = STUN_INDICATION; class <= STUN_ERROR; class++) {
    m.class = class;
    assert_int_equal(ice_lite_input(&p->ice, 1, &from, &m, &w, &p->event), ERR_UNSUPPORTED);
  }
  assert_null(ice_lite_remote(&p->ice));
}

static void test_role_conflict(void **state)
{
  struct pair *p = *state;
  struct net_addr from = addr_of(1000), mapped;
  struct writer w = writer_of(p->response, sizeof p->response);
  struct stun_message m;
  write_check(p, true);
  assert_int_equal(stun_parse(p->sent, &m), 0);
  m.controlling = false;
  m.controlled = true;
  assert_int_equal(ice_lite_input(&p->ice, 1, &from, &m, &w, &p->event), 0);
  assert_true(p->event.respond && !p->event.tuple_added && !p->event.selected_changed);
  assert_null(ice_lite_remote(&p->ice));
  p->answer = writer_span(&w);
  assert_int_equal(stun_parse(p->answer, &m), 0);
  assert_int_equal(m.error_code, STUN_ROLE_CONFLICT);
  assert_int_equal(hear(p, &mapped), ERR_REFUSED);
}

static void test_unknown_attribute(void **state)
{
  struct pair *p = *state;
  struct net_addr from = addr_of(1000);
  struct writer w = writer_of(p->response, sizeof p->response);
  struct stun_message m;
  write_check(p, true);
  assert_int_equal(stun_parse(p->sent, &m), 0);
  m.unknown[0] = 0x7001;
  m.unknown_count = 1;
  assert_int_equal(ice_lite_input(&p->ice, 1, &from, &m, &w, &p->event), 0);
  assert_true(p->event.respond && !p->event.tuple_added);
  assert_int_equal(stun_parse(writer_span(&w), &m), 0);
  assert_int_equal(m.error_code, STUN_UNKNOWN_ATTRIBUTE);
}

static void test_small_response_buffer_changes_nothing(void **state)
{
  struct pair *p = *state;
  struct net_addr from = addr_of(1000);
  struct writer w = writer_of(p->response, 40);
  struct stun_message m;
  write_check(p, true);
  assert_int_equal(stun_parse(p->sent, &m), 0);
  assert_int_equal(ice_lite_input(&p->ice, 1, &from, &m, &w, &p->event), ERR_LIMIT);
  assert_null(ice_lite_remote(&p->ice));
}

static void test_retransmission_is_answered_and_changes_nothing(void **state)
{
  struct pair *p = *state;
  struct net_addr mapped;
  assert_int_equal(check_from(p, 0, 1000, true), 0);
  uint64_t expires = ice_lite_expires_us(&p->ice);
  assert_int_equal(deliver(p, 5 * SECOND, 1000), 0);
  assert_true(p->event.respond && !p->event.tuple_added && !p->event.selected_changed);
  assert_int_equal(hear(p, &mapped), 0);
  assert_true(ice_lite_expires_us(&p->ice) == expires); /* else a copied check would keep up consent for ever */
}

/* Somebody on the way copies a check and sends it from elsewhere, to draw the media there. */
static void test_replay_from_elsewhere(void **state)
{
  struct pair *p = *state;
  assert_int_equal(check_from(p, 0, 1000, true), 0);
  assert_int_equal(deliver(p, 1, 6666), ERR_REPLAY);
  assert_remote(p, 1000);
  /* Also not back to an address that the client has left. */
  assert_int_equal(check_from(p, 2, 2000, false), 0);
  assert_int_equal(check_from(p, 3, 2000, true), 0);
  assert_remote(p, 2000);
  assert_int_equal(deliver(p, 4, 1000), 0);
  assert_false(p->event.selected_changed);
  assert_remote(p, 2000);
}

static void test_replay_is_remembered_for_a_while(void **state)
{
  struct pair *p = *state;
  uint8_t kept[STUN_REQUEST_MAX];
  assert_int_equal(check_from(p, 0, 1000, true), 0);
  struct span first = span_of(kept, p->sent.n);
  memcpy(kept, p->sent.p, p->sent.n);
  for (uint64_t i = 1; i < ICE_TRANSACTIONS_KEPT; i++)
    assert_int_equal(check_from(p, i, 1000, true), 0);
  p->sent = first;
  assert_int_equal(deliver(p, 100, 6666), ERR_REPLAY);
}

/* --- tuples --- */

static void test_the_stalest_tuple_gives_way(void **state)
{
  struct pair *p = *state;
  struct net_addr second = addr_of(1001), third = addr_of(1002);
  for (uint16_t i = 0; i < LIMIT_PEER_TUPLES; i++) {
    assert_int_equal(check_from(p, i, (uint16_t)(1000 + i), i == 0), 0);
    assert_true(p->event.tuple_added && !p->event.tuple_dropped);
  }
  /* 1000 is the oldest but selected; 1001 the oldest of the rest */
  assert_int_equal(check_from(p, 100, 2000, false), 0);
  assert_true(p->event.tuple_added && p->event.tuple_dropped);
  assert_true(net_addr_equal(&p->event.dropped, &second));
  assert_remote(p, 1000);
  /* a nomination from a new address */
  assert_int_equal(check_from(p, 101, 2001, true), 0);
  assert_true(net_addr_equal(&p->event.dropped, &third));
  assert_remote(p, 2001);
}

static void test_the_selected_tuple_stays_even_if_stalest(void **state)
{
  struct pair *p = *state;
  struct net_addr third = addr_of(1002);
  for (uint16_t i = 0; i < LIMIT_PEER_TUPLES; i++)
    assert_int_equal(check_from(p, i, (uint16_t)(1000 + i), i == 1), 0);
  assert_int_equal(check_from(p, 50, 1000, false), 0);
  assert_int_equal(check_from(p, 100, 2000, false), 0);
  assert_true(net_addr_equal(&p->event.dropped, &third));
  assert_remote(p, 1001);
}

static void test_forget(void **state)
{
  struct pair *p = *state;
  struct net_addr first = addr_of(1000), second = addr_of(1001), never = addr_of(9);
  assert_int_equal(check_from(p, 1, 1000, false), 0);
  assert_int_equal(check_from(p, 2, 1001, true), 0);
  ice_lite_forget(&p->ice, &never);
  assert_remote(p, 1001);
  ice_lite_forget(&p->ice, &first); /* the selected one moves to its place */
  assert_remote(p, 1001);
  assert_false(ice_lite_holds(&p->ice, &first, 2));
  assert_true(ice_lite_holds(&p->ice, &second, 2));
  ice_lite_forget(&p->ice, &second);
  assert_null(ice_lite_remote(&p->ice));
  assert_int_equal(check_from(p, 3, 1000, true), 0);
  assert_true(p->event.tuple_added && p->event.selected_changed);
}

static void test_consent_outlives_a_forgotten_address(void **state)
{
  struct pair *p = *state;
  struct net_addr addr = addr_of(TCP_PORT);
  assert_int_equal(check_from(p, 40 * SECOND, TCP_PORT, true), 0);
  ice_lite_forget(&p->ice, &addr);
  assert_false(ice_lite_expired(&p->ice, 70 * SECOND - 1));
  assert_true(ice_lite_expired(&p->ice, 70 * SECOND));
}

static void test_holding_ends_with_silence(void **state)
{
  struct pair *p = *state;
  struct net_addr addr = addr_of(1000);
  assert_false(ice_lite_holds(&p->ice, &addr, 0));
  assert_int_equal(check_from(p, 5, 1000, true), 0);
  assert_true(ice_lite_holds(&p->ice, &addr, 5 + ICE_CONSENT_US - 1));
  assert_false(ice_lite_holds(&p->ice, &addr, 5 + ICE_CONSENT_US));
}

/* --- consent --- */

static void test_consent_expires(void **state)
{
  struct pair *p = *state;
  assert_false(ice_lite_expired(&p->ice, ICE_CONSENT_US - 1));
  assert_true(ice_lite_expired(&p->ice, ICE_CONSENT_US));
  assert_int_equal(check_from(p, 7 * SECOND, 1000, true), 0);
  assert_false(ice_lite_expired(&p->ice, 37 * SECOND - 1));
  assert_true(ice_lite_expired(&p->ice, 37 * SECOND));
  assert_int_equal(check_from(p, 20 * SECOND, 1000, false), 0);
  assert_false(ice_lite_expired(&p->ice, 50 * SECOND - 1));
}

static void test_consent_is_the_selected_tuples(void **state)
{
  struct pair *p = *state;
  assert_int_equal(check_from(p, 0, 1000, true), 0);
  assert_int_equal(check_from(p, 20 * SECOND, 2000, false), 0);
  assert_true(ice_lite_expired(&p->ice, 30 * SECOND));
  assert_int_equal(check_from(p, 21 * SECOND, 2000, true), 0);
  assert_false(ice_lite_expired(&p->ice, 30 * SECOND));
}

/* --- restart --- */

static void test_restart(void **state)
{
  struct pair *p = *state;
  struct ice_client before = p->client;
  uint8_t old_ufrag[ICE_UFRAG_BYTES];
  memcpy(old_ufrag, ice_lite_ufrag(&p->ice).p, sizeof old_ufrag);
  assert_int_equal(check_from(p, 0, 1000, true), 0);

  ice_client_init(&p->client, &p->random);
  assert_true(ice_lite_is_restart(&p->ice, client_ufrag(p)));
  assert_int_equal(ice_lite_restart(&p->ice, client_ufrag(p), &p->random), 0);
  assert_false(ice_lite_is_restart(&p->ice, client_ufrag(p)));
  assert_memory_not_equal(ice_lite_ufrag(&p->ice).p, old_ufrag, sizeof old_ufrag);
  assert_remote(p, 1000);
  struct ice_client after = p->client;

  p->client = before; /* the old generation still works */
  assert_int_equal(check_from(p, 1 * SECOND, 1000, true), 0);
  assert_false(p->event.ufrag_retired);
  assert_true(p->ice.restarting);

  p->client = after;
  learn_answer(p);
  assert_int_equal(check_from(p, 2 * SECOND, 2000, false), 0); /* valid, not yet nominated */
  assert_false(p->event.ufrag_retired);
  assert_remote(p, 1000);
  assert_int_equal(check_from(p, 3 * SECOND, 2000, true), 0);
  assert_true(p->event.ufrag_retired && p->event.selected_changed);
  assert_memory_equal(p->event.retired, old_ufrag, sizeof old_ufrag);
  assert_remote(p, 2000);

  p->client = before;
  assert_int_equal(check_from(p, 4 * SECOND, 1000, true), ERR_AUTH);
}

/* The same address again, which is what a restart without a change of network looks like. */
static void test_restart_on_the_same_tuple(void **state)
{
  struct pair *p = *state;
  assert_int_equal(check_from(p, 0, 1000, true), 0);
  ice_client_init(&p->client, &p->random);
  assert_int_equal(ice_lite_restart(&p->ice, client_ufrag(p), &p->random), 0);
  learn_answer(p);
  assert_int_equal(check_from(p, 1, 1000, true), 0);
  assert_true(p->event.ufrag_retired && !p->event.selected_changed && !p->event.tuple_added);
}

static void test_restart_during_a_restart(void **state)
{
  struct pair *p = *state;
  struct ice_client first = p->client;
  assert_int_equal(check_from(p, 0, 1000, true), 0);
  ice_client_init(&p->client, &p->random);
  assert_int_equal(ice_lite_restart(&p->ice, client_ufrag(p), &p->random), 0);
  learn_answer(p);
  struct ice_client second = p->client;
  ice_client_init(&p->client, &p->random);
  assert_int_equal(ice_lite_restart(&p->ice, client_ufrag(p), &p->random), 0);
  learn_answer(p);
  struct ice_client third = p->client;
  p->client = second; /* the one in the middle is void */
  assert_int_equal(check_from(p, 1, 1000, true), ERR_AUTH);
  p->client = first; /* the one that carries the call works on */
  assert_int_equal(check_from(p, 2, 1000, true), 0);
  p->client = third;
  assert_int_equal(check_from(p, 3, 1000, true), 0);
  assert_true(p->event.ufrag_retired);
}

/* --- credentials --- */

static void test_remote_ufrag_lengths(void **state)
{
  struct pair *p = *state;
  struct ice_lite ice;
  uint8_t text[ICE_REMOTE_UFRAG_MAX + 1];
  memset(text, 'a', sizeof text);
  assert_int_equal(ice_lite_init(&ice, 0, span_of(text, 3), &p->random), ERR_RANGE);
  assert_int_equal(ice_lite_init(&ice, 0, span_of(text, 4), &p->random), 0);
  assert_int_equal(ice_lite_init(&ice, 0, span_of(text, sizeof text - 1), &p->random), 0);
  assert_int_equal(ice_lite_init(&ice, 0, span_of(text, sizeof text), &p->random), ERR_RANGE);
  assert_int_equal(ice_lite_restart(&p->ice, span_of(text, 3), &p->random), ERR_RANGE);
  assert_false(p->ice.restarting);
}

static void test_credentials_are_ice_chars_and_differ(void **state)
{
  struct pair *p = *state;
  struct ice_lite other;
  assert_int_equal(ice_lite_init(&other, 0, span_str("abcd"), &p->random), 0);
  struct span ufrag = ice_lite_ufrag(&other), pwd = ice_lite_pwd(&other);
  assert_int_equal(ufrag.n, 8);
  assert_int_equal(pwd.n, 24);
  assert_memory_not_equal(ufrag.p, ice_lite_ufrag(&p->ice).p, ufrag.n);
  assert_memory_not_equal(pwd.p, ice_lite_pwd(&p->ice).p, pwd.n);
  for (size_t i = 0; i < pwd.n; i++)
    assert_non_null(memchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", pwd.p[i], 64));
}

static void test_fini_leaves_no_secret(void **state)
{
  struct pair *p = *state;
  ice_lite_fini(&p->ice);
  assert_true(sodium_is_zero((const uint8_t *)&p->ice, sizeof p->ice));
}

static void test_local_ufrag(void **state)
{
  struct pair *p = *state;
  struct stun_message m;
  struct span ufrag;
  write_check(p, false);
  assert_int_equal(stun_parse(p->sent, &m), 0);
  assert_int_equal(ice_local_ufrag(&m, &ufrag), 0);
  assert_span_equal(ufrag, ice_lite_ufrag(&p->ice));
  m.username.n = ICE_UFRAG_BYTES;
  assert_int_equal(ice_local_ufrag(&m, &ufrag), ERR_NOT_FOUND);
  m.username = span_of(NULL, 0);
  assert_int_equal(ice_local_ufrag(&m, &ufrag), ERR_NOT_FOUND);
}

/* --- the client's side --- */

static void test_client_ignores_what_answers_nothing(void **state)
{
  struct pair *p = *state;
  struct net_addr mapped;
  assert_int_equal(check_from(p, 1, 1000, true), 0);
  struct stun_message m;
  assert_int_equal(stun_parse(p->answer, &m), 0);
  m.transaction[0] ^= 1;
  assert_int_equal(ice_client_response(&p->client, 1, &m, &mapped), ERR_NOT_FOUND);
  m.transaction[0] ^= 1;
  m.integrity_at = 0;
  assert_int_equal(ice_client_response(&p->client, 1, &m, &mapped), ERR_AUTH);
  assert_int_equal(hear(p, &mapped), 0);
  assert_int_equal(hear(p, &mapped), ERR_NOT_FOUND); /* it was answered already */
}

static void test_client_without_remote(void **state)
{
  struct pair *p = *state;
  struct ice_client client;
  struct writer w = writer_of(p->request, sizeof p->request);
  ice_client_init(&client, &p->random);
  assert_int_equal(ice_client_check(&client, true, &p->random, &w), ERR_STATE);
  assert_int_equal(ice_client_set_remote(&client, span_of(NULL, 0), span_str("pwd")), ERR_RANGE);
  assert_int_equal(ice_client_set_remote(&client, span_str("ufrag"), span_of(NULL, 0)), ERR_RANGE);
}

/* --- a server that checks, too --- */

/* Its answer to a check that has this user name and password. */
static int answer_of(struct pair *p, const char *username, struct span pwd)
{
  const struct stun_check check = {.transaction = {7}, .username = span_str(username), .priority = 1};
  const struct net_addr from = addr_of(1000);
  struct writer request = writer_of(p->request, sizeof p->request);
  struct writer response = writer_of(p->response, sizeof p->response);
  struct stun_message m;
  assert_int_equal(stun_write_check(&request, &check, pwd), 0);
  assert_int_equal(stun_parse(writer_span(&request), &m), 0);
  int err = ice_client_request(&p->client, &from, &m, &response);
  p->answer = writer_span(&response);
  return err;
}

static void test_client_answers_checks(void **state)
{
  struct pair *p = *state;
  const struct span pwd = span_of(p->client.pwd, sizeof p->client.pwd);
  const struct net_addr expected = addr_of(1000);
  char name[64], longer[80];
  struct stun_message m;
  (void)snprintf(name, sizeof name, "%.*s:%.*s", ICE_UFRAG_BYTES, (const char *)p->client.ufrag, ICE_UFRAG_BYTES,
                 (const char *)ice_lite_ufrag(&p->ice).p);
  assert_int_equal(answer_of(p, name, pwd), 0);
  assert_int_equal(stun_parse(p->answer, &m), 0);
  assert_int_equal(m.class, STUN_SUCCESS);
  assert_int_equal(m.transaction[0], 7);
  assert_true(net_addr_equal(&m.mapped, &expected));
  assert_int_equal(stun_check_integrity(&m, pwd), 0);
  assert_int_equal(answer_of(p, name, span_str("a password of somebody else")), ERR_AUTH);
  (void)snprintf(longer, sizeof longer, "%sx", name);
  assert_int_equal(answer_of(p, longer, pwd), ERR_AUTH);
  name[strlen(name) - 1] ^= 1;
  assert_int_equal(answer_of(p, name, pwd), ERR_AUTH);
  name[ICE_UFRAG_BYTES + 1] = '\0';
  assert_int_equal(answer_of(p, name, pwd), ERR_AUTH);
  assert_int_equal(answer_of(p, "x", pwd), ERR_AUTH);
  assert_int_equal(p->answer.n, 0);
}

static void test_client_answers_nothing_else(void **state)
{
  struct pair *p = *state;
  const struct net_addr from = addr_of(1000);
  struct writer w = writer_of(p->response, sizeof p->response);
  struct ice_client fresh;
  struct stun_message m;
  assert_int_equal(check_from(p, 1, 1000, true), 0); /* the server's response to the client's own check */
  uint8_t copy[STUN_RESPONSE_MAX];
  memcpy(copy, p->answer.p, p->answer.n);
  assert_int_equal(stun_parse(span_of(copy, p->answer.n), &m), 0);
  assert_int_equal(ice_client_request(&p->client, &from, &m, &w), ERR_UNSUPPORTED);
  ice_client_init(&fresh, &p->random);
  assert_int_equal(ice_client_request(&fresh, &from, &m, &w), ERR_STATE);
  assert_int_equal(w.n, 0);
}

#define pair_test(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    pair_test(test_first_check_and_nomination),
    pair_test(test_before_a_nomination_the_last_checked_tuple_is_used),
    pair_test(test_latest_nomination_wins),
    pair_test(test_udp_before_tcp),
    pair_test(test_tcp_alone),
    pair_test(test_a_restart_that_chooses_tcp),
    pair_test(test_ipv6),
    pair_test(test_wrong_password_is_met_with_silence),
    pair_test(test_wrong_user_names),
    pair_test(test_check_without_integrity),
    pair_test(test_other_messages_are_not_answered),
    pair_test(test_role_conflict),
    pair_test(test_unknown_attribute),
    pair_test(test_small_response_buffer_changes_nothing),
    pair_test(test_retransmission_is_answered_and_changes_nothing),
    pair_test(test_replay_from_elsewhere),
    pair_test(test_replay_is_remembered_for_a_while),
    pair_test(test_the_stalest_tuple_gives_way),
    pair_test(test_the_selected_tuple_stays_even_if_stalest),
    pair_test(test_forget),
    pair_test(test_consent_outlives_a_forgotten_address),
    pair_test(test_holding_ends_with_silence),
    pair_test(test_consent_expires),
    pair_test(test_consent_is_the_selected_tuples),
    pair_test(test_restart),
    pair_test(test_restart_on_the_same_tuple),
    pair_test(test_restart_during_a_restart),
    pair_test(test_remote_ufrag_lengths),
    pair_test(test_credentials_are_ice_chars_and_differ),
    pair_test(test_fini_leaves_no_secret),
    pair_test(test_local_ufrag),
    pair_test(test_client_ignores_what_answers_nothing),
    pair_test(test_client_without_remote),
    pair_test(test_client_answers_checks),
    pair_test(test_client_answers_nothing_else),
  };
  if (sodium_init() < 0)
    return 1;
  return cmocka_run_group_tests_name("ice", tests, NULL, NULL);
}
