/* SPDX-License-Identifier: GPL-3.0-or-later */
/* docs/openapi.json against the table of routes, both ways: addresses, methods, who may ask, scopes, step-up. */
#include "web_testing.h"

#include "store/store_tickets.h"
#include "web/api/routes.h"
#include "web/assets.h"

/* In place of the client: no page is asked for here. */
const struct asset assets[] = {{.path = NULL}};
const size_t assets_n = 0;

#define PATH_BYTES 128

static int set_up(void **state)
{
  json_error_t error;
  json_t *document = json_load_file(OPENAPI_FILE, JSON_REJECT_DUPLICATES, &error);
  if (document == NULL)
    print_error("docs/openapi.json, line %d: %s\n", error.line, error.text);
  *state = document;
  return document == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
  json_decref(*state);
  return 0;
}

/* "/rooms/{room}" is the pattern "/rooms/{}". */
static void pattern_of(const char *path, char pattern[PATH_BYTES])
{
  size_t n = 0;
  bool inside = false;
  for (; *path != '\0' && n < PATH_BYTES - 1; path++) {
    inside = inside && *path != '}';
    if (!inside)
      pattern[n++] = *path;
    inside = inside || *path == '{';
  }
  pattern[n] = '\0';
}

static const char *method_name(enum http_method method)
{
  static const char *const names[] = {"get", "head", "post", "put", "patch", "delete"};
  return names[method];
}

static const json_t *operation_of(const json_t *document, const struct route *route)
{
  char pattern[PATH_BYTES];
  const char *path;
  json_t *item;
  json_object_foreach(json_object_get(document, "paths"), path, item) {
    pattern_of(path, pattern);
    if (strcmp(pattern, route->pattern) == 0)
      return json_object_get(item, method_name(route->method));
  }
  return NULL;
}

static const struct route *route_of(const char *path, const char *method)
{
  char pattern[PATH_BYTES];
  pattern_of(path, pattern);
  for (size_t i = 0; i < routes_n; i++)
    if (strcmp(routes[i].pattern, pattern) == 0 && strcmp(method_name(routes[i].method), method) == 0)
      return &routes[i];
  return NULL;
}

static void test_every_route_is_documented(void **state)
{
  for (size_t i = 0; i < routes_n; i++)
    if (operation_of(*state, &routes[i]) == NULL)
      fail_msg("%s %s is not in docs/openapi.json", method_name(routes[i].method), routes[i].pattern);
}

static void test_every_operation_is_a_route(void **state)
{
  const char *path, *method;
  json_t *item, *operation;
  json_object_foreach(json_object_get(*state, "paths"), path, item)
    json_object_foreach(item, method, operation)
      if (route_of(path, method) == NULL)
        fail_msg("%s %s is documented, and the server has no such route", method, path);
}

static void assert_flag(const struct route *route, const json_t *operation, const char *name, unsigned flag)
{
  bool documented = json_is_true(json_object_get(operation, name));
  if (documented != ((route->flags & flag) != 0))
    fail_msg("%s %s: %s is documented as %d", method_name(route->method), route->pattern, name, documented);
}

static void test_who_may_ask(void **state)
{
  static const char *const names[] = {"anybody", "session", "account", "administrator"};
  for (size_t i = 0; i < routes_n; i++) {
    const json_t *operation = operation_of(*state, &routes[i]);
    assert_non_null(operation);
    const char *who = json_string_value(json_object_get(operation, "x-who"));
    if (who == NULL || strcmp(who, names[routes[i].who]) != 0)
      fail_msg("%s %s is for %s", method_name(routes[i].method), routes[i].pattern, names[routes[i].who]);
    assert_flag(&routes[i], operation, "x-confirmed", ROUTE_CONFIRMED);
    assert_flag(&routes[i], operation, "x-while-locked", ROUTE_LOCKED);
    assert_flag(&routes[i], operation, "x-while-must", ROUTE_MUST);
  }
}

/* The scopes that the document names, as bits. */
static uint32_t scopes_of(const json_t *operation)
{
  static const char *const words[] = {"rooms.read",  "rooms.write",  "tickets.read", "tickets.write",
                                      "people.read", "people.write", "sessions",     "attendance"};
  const json_t *security = json_object_get(operation, "security"), *way, *scope;
  uint32_t scopes = 0;
  size_t i, k;
  json_array_foreach(security, i, way)
    json_array_foreach(json_object_get(way, "key"), k, scope)
      for (size_t bit = 0; bit < sizeof words / sizeof words[0]; bit++)
        if (strcmp(words[bit], json_string_value(scope)) == 0)
          scopes |= 1u << bit;
  return scopes;
}

static bool needs_session(const json_t *operation)
{
  const json_t *first = json_array_get(json_object_get(operation, "security"), 0);
  return json_object_get(first, "session") != NULL && json_object_get(first, "proof") != NULL;
}

static void test_security(void **state)
{
  for (size_t i = 0; i < routes_n; i++) {
    const json_t *operation = operation_of(*state, &routes[i]);
    assert_non_null(operation);
    if (scopes_of(operation) != routes[i].scope)
      fail_msg("%s %s: another scope is documented", method_name(routes[i].method), routes[i].pattern);
    if (needs_session(operation) != (routes[i].who != FOR_ANYBODY))
      fail_msg("%s %s: session and proof", method_name(routes[i].method), routes[i].pattern);
  }
}

/* The body's form: CSV where the route says so. */
static void test_bodies(void **state)
{
  for (size_t i = 0; i < routes_n; i++) {
    const json_t *operation = operation_of(*state, &routes[i]);
    assert_non_null(operation);
    const json_t *content = json_object_get(json_object_get(operation, "requestBody"), "content");
    assert_int_equal(json_object_get(content, "text/csv") != NULL, (routes[i].flags & ROUTE_CSV) != 0);
  }
}

#define WITH_DOCUMENT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
  const struct CMUnitTest tests[] = {
    WITH_DOCUMENT(test_every_route_is_documented), WITH_DOCUMENT(test_every_operation_is_a_route),
    WITH_DOCUMENT(test_who_may_ask), WITH_DOCUMENT(test_security), WITH_DOCUMENT(test_bodies),
  };
  return RUN_TESTS("openapi", tests);
}
