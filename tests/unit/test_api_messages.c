/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/api: the contact form, from the guest who writes to the administrator who reads (B3), sealed in between
 * (B7). */
#include "api_testing.h"

#include "store/store_messages.h"

#define PATH "/api/v1/messages"
#define WORD "pferdesattel"
#define GUEST_SAYS "{\"name\":\"Ana\",\"email\":\"Ana@example.org\",\"text\":\"Where is my " WORD "?\"}"

#define FROM(name, email, text) "{\"name\":\"" name "\",\"email\":\"" email "\",\"text\":\"" text "\"}"

/* The list as the administrator gets it. The caller decrefs. */
static json_t *list_of(struct fixture *f, struct visitor *admin)
{
  assert_int_equal(ask_as(f, admin, HTTP_GET, PATH, NULL), 200);
  return answer_of(f);
}

static const char *text_of(const json_t *list, size_t i, const char *name)
{
  const char *text = json_string_value(json_object_get(json_array_get(json_object_get(list, "messages"), i), name));
  return text == NULL ? "" : text;
}

static bool flag_of(const json_t *list, size_t i, const char *name)
{
  return json_is_true(json_object_get(json_array_get(json_object_get(list, "messages"), i), name));
}

static void assert_unread(const json_t *list, size_t all, json_int_t unread)
{
  assert_int_equal(json_array_size(json_object_get(list, "messages")), all);
  assert_int_equal(json_integer_value(json_object_get(list, "unread")), unread);
}

static void test_a_guest_writes(void **state)
{
  struct fixture *f = *state;
  struct visitor admin = visitor_of(f, "admin@example.org", ACCOUNT_ADMIN), guest = visitor_new(f);
  char id[UID_TEXT + 1], path[64];
  assert_int_equal(ask_as(f, &guest, HTTP_POST, PATH, GUEST_SAYS), 201);
  json_t *list = list_of(f, &admin);
  assert_unread(list, 1, 1);
  assert_string_equal(text_of(list, 0, "name"), "Ana");
  assert_string_equal(text_of(list, 0, "email"), "ana@example.org");
  assert_string_equal(text_of(list, 0, "text"), "Where is my " WORD "?");
  assert_false(flag_of(list, 0, "email_verified"));
  (void)snprintf(id, sizeof id, "%s", text_of(list, 0, "id"));
  (void)snprintf(path, sizeof path, PATH "/%s", id);
  json_decref(list);
  assert_int_equal(ask_as(f, &admin, HTTP_PUT, path, "{\"read\":true}"), 204);
  list = list_of(f, &admin);
  assert_unread(list, 1, 0);
  assert_true(flag_of(list, 0, "read"));
  json_decref(list);
  assert_int_equal(ask_as(f, &admin, HTTP_DELETE, path, NULL), 204);
  assert_refused_as(f, &admin, HTTP_DELETE, path, NULL, 404, "not_found");
  assert_refused_as(f, &admin, HTTP_PUT, path, "{\"read\":false}", 404, "not_found");
  assert_int_equal(f->mails, 0);
  visitor_fini(&guest);
  visitor_fini(&admin);
}

/* Nobody writes in somebody else's name from an account; a guest's address counts as shown only when it was. */
static void test_who_wrote(void **state)
{
  struct fixture *f = *state;
  struct visitor admin = visitor_of(f, "admin@example.org", ACCOUNT_ADMIN);
  struct visitor ann = visitor_of(f, "ann@example.org", ACCOUNT_MEMBER), guest = visitor_new(f);
  struct session session;
  uint8_t secret[SECRET_BYTES], hash[32];
  assert_int_equal(ask_as(f, &ann, HTTP_POST, PATH, FROM("Eve", "eve@example.org", "1")), 201);
  assert_int_equal(token_from_text(span_str(guest.session), secret, sizeof secret), 0);
  crypto_hash_sha256(hash, secret, sizeof secret);
  assert_int_equal(store_session_by_cookie(f->store, hash, &session), 0);
  memcpy(session.email, "gus@example.org", sizeof "gus@example.org");
  assert_int_equal(store_session_set(f->store, &session), 0);
  assert_int_equal(ask_as(f, &guest, HTTP_POST, PATH, FROM("Gus", "gus@example.org", "2")), 201);
  assert_int_equal(ask_as(f, &guest, HTTP_POST, PATH, FROM("Gus", "bob@example.org", "3")), 201);
  assert_int_equal(ask_as(f, &guest, HTTP_POST, PATH, "{\"name\":\"Gus\",\"text\":\"4\"}"), 201);
  json_t *list = list_of(f, &admin);
  assert_string_equal(text_of(list, 3, "name"), "Person of ann@example.org");
  assert_string_equal(text_of(list, 3, "email"), "ann@example.org");
  assert_true(flag_of(list, 3, "email_verified") && strlen(text_of(list, 3, "account")) == UID_TEXT);
  assert_true(flag_of(list, 2, "email_verified"));
  assert_false(flag_of(list, 1, "email_verified"));
  assert_string_equal(text_of(list, 0, "email"), "");
  assert_false(flag_of(list, 0, "email_verified"));
  json_decref(list);
  visitor_fini(&guest);
  visitor_fini(&ann);
  visitor_fini(&admin);
}

static void test_refusals(void **state)
{
  struct fixture *f = *state;
  struct visitor guest = visitor_new(f), ann = visitor_of(f, "ann@example.org", ACCOUNT_MEMBER);
  static char body[4096];
  static const char *const bad_texts[] = {"", " \\n ", "a\\u0000b", "a\\u001bb", "a\\u202eb", "a\\u200bb", "a\\u2066b"};
  for (size_t i = 0; i < sizeof bad_texts / sizeof bad_texts[0]; i++) {
    (void)snprintf(body, sizeof body, "{\"name\":\"Ana\",\"text\":\"%s\"}", bad_texts[i]);
    assert_int_equal(ask_as(f, &guest, HTTP_POST, PATH, body), 400);
  }
  (void)snprintf(body, sizeof body, "{\"name\":\"Ana\",\"text\":\"%02001d\"}", 0);
  assert_refused_as(f, &guest, HTTP_POST, PATH, body, 400, "bad_text");
  assert_refused_as(f, &guest, HTTP_POST, PATH, "{\"name\":\"A\\u202eb\",\"text\":\"x\"}", 400, "bad_name");
  assert_refused_as(f, &guest, HTTP_POST, PATH, "{\"text\":\"x\"}", 400, "bad_name");
  assert_refused_as(f, &guest, HTTP_POST, PATH, "{\"name\":\"A\",\"email\":\"x\",\"text\":\"x\"}", 400, "bad_request");
  assert_refused_as(f, &guest, HTTP_POST, PATH, "{\"name\":\"A\",\"text\":\"x\",\"to\":\"x\"}", 400, "bad_request");
  assert_refused_as(f, &guest, HTTP_GET, PATH, NULL, 401, "sign_in_first");
  assert_refused_as(f, &ann, HTTP_GET, PATH, NULL, 403, "not_allowed");
  assert_refused_as(f, &ann, HTTP_DELETE, PATH "/AAAAAAAAAAAAAAAAAAAAAA", NULL, 403, "not_allowed");
  visitor_fini(&guest);
  visitor_fini(&ann);
}

static void test_not_too_many(void **state)
{
  struct fixture *f = *state;
  size_t taken = 0;
  for (size_t sessions = 0; sessions < 8; sessions++) {
    struct visitor guest = visitor_new(f);
    size_t own = 0;
    while (ask_as(f, &guest, HTTP_POST, PATH, GUEST_SAYS) == 201)
      own++;
    assert_code(f, 429, "wait");
    assert_true(own <= 5);
    taken += own;
    visitor_fini(&guest);
  }
  assert_in_range(taken, 5, 30); /* sessions are free: the address counts */
  time_passes(f, 600);
  struct visitor guest = visitor_new(f);
  assert_int_equal(ask_as(f, &guest, HTTP_POST, PATH, GUEST_SAYS), 201);
  visitor_fini(&guest);
}

static bool file_has(const char *path, const char *word)
{
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return false;
  static uint8_t bytes[8 * 1024 * 1024];
  size_t n = fread(bytes, 1, sizeof bytes, file);
  (void)fclose(file);
  return memmem(bytes, n, word, strlen(word)) != NULL;
}

static const char *searched;
static size_t files, found;

static int search_entry(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
  (void)s;
  (void)ftw;
  files += type == FTW_F;
  found += type == FTW_F && file_has(path, searched);
  return 0;
}

static size_t count_found(const struct fixture *f, const char *word)
{
  searched = word;
  files = found = 0;
  assert_int_equal(nftw(f->folder, search_entry, 8, FTW_PHYS), 0);
  return found;
}

/* Neither who wrote nor what is in any file of the server; after its time it is gone. */
static void test_sealed_and_forgotten(void **state)
{
  struct fixture *f = *state;
  struct visitor guest = visitor_new(f);
  struct message rows[2];
  size_t n;
  assert_int_equal(ask_as(f, &guest, HTTP_POST, PATH, GUEST_SAYS), 201);
  assert_int_equal(count_found(f, WORD), 0);
  assert_int_equal(count_found(f, "ana@example.org"), 0);
  assert_true(files >= 2);
  assert_true(count_found(f, "is_read") > 0); /* the search itself finds what is there */
  assert_int_equal(store_tidy(f->store, f->time.now_s + MESSAGE_KEPT_S), 0);
  assert_int_equal(store_message_list(f->store, (struct page){.most = 2}, rows, &n), 0);
  assert_int_equal(n, 1);
  assert_int_equal(store_tidy(f->store, f->time.now_s + MESSAGE_KEPT_S + 1), 0);
  assert_int_equal(store_message_list(f->store, (struct page){.most = 2}, rows, &n), 0);
  assert_int_equal(n, 0);
  visitor_fini(&guest);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_API(test_a_guest_writes), WITH_API(test_who_wrote), WITH_API(test_refusals), WITH_API(test_not_too_many),
    WITH_API(test_sealed_and_forgotten),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
