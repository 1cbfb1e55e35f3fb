/* SPDX-License-Identifier: GPL-3.0-or-later */
/* src/web/likeness.c: names that imitate people and roles (A6). */
#include "web_testing.h"

#include "base/limits.h"
#include "web/likeness.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static int set_up(void **state)
{
  return likeness_new((struct likeness **)state);
}

static int tear_down(void **state)
{
  likeness_free(*state);
  return 0;
}

static bool alike(const struct likeness *l, const char *a, const char *b)
{
  uint8_t x[LIKENESS_BYTES], y[LIKENESS_BYTES];
  assert_int_equal(likeness_skeleton(l, span_str(a), x), 0);
  assert_int_equal(likeness_skeleton(l, span_str(b), y), 0);
  assert_true(likeness_alike(x, y) == likeness_alike(y, x));
  return likeness_alike(x, y);
}

static void test_look_alikes(void **state)
{
  static const char *const pairs[][2] = {
    {"Hanna", "Hanna"},
    {"Hanna", "hANNA"},
    {"Hanna", "Hannа"},                /* Cyrillic a */
    {"Otto", "Οttο"},                  /* Greek omicrons */
    {"Hanna", "Ha\xe2\x80\x8bnna"},    /* zero width space */
    {"Hanna", "Ha\xc2\xadnna"},        /* soft hyphen */
    {"Hanna", "Hanna\xef\xb8\x8f"},    /* variation selector */
    {"Hanna", "\xef\xbc\xa8\xef\xbd\x81\xef\xbd\x8e\xef\xbd\x8e\xef\xbd\x81"}, /* fullwidth */
    {"Fiona", "\xef\xac\x81ona"},      /* ligature fi */
    {"Bob", "B0b"},
    {"OTTO", "0TT0"},
    {"Paul", "Pau1"},
    {"Ian", "lan"},
    {"Bill", "BiIl"},
    {"Hanna", "H a n n a"},
    {"Anna-Lena", "Anna Lena"},
    {"Hanna", "Hanna."},
    {"Hanna", "(Hanna)"},
    {"Maria", "rnaria"},
    {"Weiß", "WEISS"},
    {"Нина", "нина"},
    {"НИНА", "нина"},
    {"НОЅТ", "Host"},                  /* whole in Cyrillic */
    {"Kerımov", "Kerimov"},            /* dotless i */
    {"Συμεών", "ΣΥΜΕΏΝ"},
    {"김민준", "\xe1\x84\x80\xe1\x85\xb5\xe1\x86\xb7\xe1\x84\x86\xe1\x85\xb5\xe1\x86\xab\xe1\x84\x8c\xe1\x85\xae\xe1\x86\xab"},
    {"José", "Jose\xcc\x81"},          /* composed or not */
    {"カナ", "ｶﾅ"},
    {"山田太郎", "山田　太郎"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++)
    if (!alike(*state, pairs[i][0], pairs[i][1]))
      fail_msg("%s and %s", pairs[i][0], pairs[i][1]);
}

static void test_others(void **state)
{
  static const char *const pairs[][2] = {
    {"Hanna", "Anna"}, {"Hanna", "Hanna 2"}, {"Hanna", "Hanna Berg"}, {"Paul", "Paula"}, {"Mallory 1", "Mallory 2"},
    {"Jose", "José"},  {"Нина", "Инна"},     {"김민준", "김민주"},   {"نور", "نورا"},    {"शर्मा", "वर्मा"},
    {"🐢", "🦊"},      {"...", "---"},       {"山田", "山本"},        {"Dan", "Don"},
  };
  for (size_t i = 0; i < COUNT(pairs); i++)
    if (alike(*state, pairs[i][0], pairs[i][1]))
      fail_msg("%s and %s", pairs[i][0], pairs[i][1]);
}

static void test_roles(void **state)
{
  static const char *const names[] = {
    "Host", "host", "HOST", "Hanna (host)", "Hanna, Host", "The Host", "Host 2", "Host2", "2host", "Co-Host", "co host",
    "COHOST", "Moderator", "Admin", "Administrator", "Support", "Testudo", "Testudo Support", "server", "System",
    "H o s t", "h.o.s.t", "h-o-s-t", "ho st", "H_O_S_T", "H0st", "H0ST", "h0st7", "Adm1n", "AdmIn", "ADMlN", "Admln",
    "[Admin] Hanna", "Нost", "Ноѕт", "НОЅТ", "hοst", "\xef\xbd\x88\xef\xbd\x8f\xef\xbd\x93\xef\xbd\x94", "𝐇𝐨𝐬𝐭", "Ⓗⓞⓢⓣ",
    "★Host★", "Host's", "rnoderator", "H\xe2\x80\x8bost", "Hanna│Host", "s u p p o r t", "hosťx Host",
  };
  for (size_t i = 0; i < COUNT(names); i++)
    if (!likeness_is_role(*state, span_str(names[i])))
      fail_msg("%s", names[i]);
}

static const char *const honest[] = {
  "A", "Anna", "Anna-Lena O'Neil", "Żaneta", "Nguyễn Văn Đức", "김민준", "山田　太郎", "山田太郎 Taro", "ヤマダ タロウ",
  "王小明", "王小明 Xiaoming", "ㄅㄆㄇ", "نور", "محمد علی", "שרה", "Συμεών", "Дмитрий", "Ђорђе", "अनिल शर्मा", "অনিল", "ਅਨਿਲ",
  "અનિલ", "அனில்", "అనిల్", "ಅನಿಲ್", "അനിൽ", "අනිල්", "สมชาย", "ສົມຊາຍ", "မောင်", "សុខា", "ანა", "Անի", "አበበ", "ܡܪܝܡ", "ᏣᎳᎩ",
  "🐢", "Anna 🐢", "İpek", "Kerım", "Ismail", "Hostess Anna", "Ghosty", "Hostetler", "Thost", "Administratorsson",
  "Modesto", "Supporter", "Hanna 2", "Anna अनिल", "Ho Stein", "Sir Ver", "4711", "Dr. Müller", "<b>Bob</b>", "...",
};

static void test_honest_names(void **state)
{
  for (size_t i = 0; i < COUNT(honest); i++) {
    if (likeness_is_role(*state, span_str(honest[i])))
      fail_msg("%s is taken for a role", honest[i]);
    if (likeness_check_scripts(*state, span_str(honest[i])) != 0)
      fail_msg("%s is taken for a mixture", honest[i]);
  }
}

static void test_honest_names_differ(void **state)
{
  for (size_t i = 0; i < COUNT(honest); i++)
    for (size_t k = 0; k < i; k++)
      if (alike(*state, honest[i], honest[k]))
        fail_msg("%s and %s", honest[i], honest[k]);
}

static void test_mixed_scripts(void **state)
{
  static const char *const names[] = {
    "Hannа", "Οtto", "Аnna", "Pаul", "αβγд", "Annaа", "अनिलД", "한Д", "नΩ", "Αнна", "שنور",
  };
  for (size_t i = 0; i < COUNT(names); i++)
    if (likeness_check_scripts(*state, span_str(names[i])) != ERR_REFUSED)
      fail_msg("%s", names[i]);
}

static void test_broken(void **state)
{
  static const char *const names[] = {"\x80", "a\xc3", "\xed\xa0\x80", "\xff"};
  uint8_t skeleton[LIKENESS_BYTES];
  char name[LIMIT_NAME_BYTES + 1];
  for (size_t i = 0; i < COUNT(names); i++) {
    assert_int_equal(likeness_skeleton(*state, span_str(names[i]), skeleton), ERR_MALFORMED);
    assert_int_equal(likeness_check_scripts(*state, span_str(names[i])), ERR_MALFORMED);
    assert_true(likeness_is_role(*state, span_str(names[i])));
  }
  memset(name, 'n', sizeof name);
  assert_int_equal(likeness_skeleton(*state, span_of(name, LIMIT_NAME_BYTES), skeleton), 0);
  assert_int_equal(likeness_skeleton(*state, span_of(name, sizeof name), skeleton), ERR_LIMIT);
}

/* The characters that grow most by NFKC: a whole name of them still has a skeleton. */
static void test_longest(void **state)
{
  uint8_t name[LIMIT_NAME_BYTES], skeleton[LIKENESS_BYTES];
  for (size_t i = 0; i < sizeof name; i += 3)
    memcpy(name + i, "\xef\xb7\xba", 3);
  assert_int_equal(likeness_skeleton(*state, span_of(name, sizeof name), skeleton), 0);
  assert_false(likeness_is_role(*state, span_of(name, sizeof name)));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(test_look_alikes, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_others, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_roles, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_honest_names, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_honest_names_differ, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_mixed_scripts, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_broken, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_longest, set_up, tear_down),
  };
  return RUN_TESTS("likeness", tests);
}
