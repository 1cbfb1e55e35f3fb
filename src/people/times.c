/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people/times.h"

#include <inttypes.h>
#include <stdio.h>

#define DAY_S INT64_C(86400)

/* --- the calendar: days since 1970-01-01, in years that begin in March, so that the leap day is the last --- */

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
  int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y % 400;
  int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
  int64_t z = days + 719468, era = z / 146097, of_era = z % 146097;
  int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
  *day = of_year - (153 * m + 2) / 5 + 1;
  *month = m < 10 ? m + 3 : m - 9;
  *year = y + era * 400 + (*month <= 2);
}

static bool is_date(int64_t year, int64_t month, int64_t day)
{
  int64_t y, m, d;
  if (month < 1 || month > 12 || day < 1 || day > 31)
    return false;
  date_of(days_of(year, month, day), &y, &m, &d); /* a day that there is not comes back as another */
  return y == year && m == month && d == day;
}

/* --- reading --- */

static int take_digits(struct span *s, size_t n, int64_t *value)
{
  uint8_t b;
  *value = 0;
  for (size_t i = 0; i < n; i++) {
    if (span_u8(s, &b) != 0 || b < '0' || b > '9')
      return ERR_MALFORMED;
    *value = *value * 10 + (b - '0');
  }
  return 0;
}

static int take_byte(struct span *s, const char *choice, uint8_t *b)
{
  return span_u8(s, b) == 0 && *b != '\0' && strchr(choice, *b) != NULL ? 0 : ERR_MALFORMED;
}

static int read_date(struct span *s, int64_t *days)
{
  int64_t year, month, day;
  uint8_t b;
  if (take_digits(s, 4, &year) != 0 || take_byte(s, "-", &b) != 0 || take_digits(s, 2, &month) != 0 ||
      take_byte(s, "-", &b) != 0 || take_digits(s, 2, &day) != 0)
    return ERR_MALFORMED;
  if (!is_date(year, month, day))
    return ERR_RANGE;
  *days = days_of(year, month, day);
  return 0;
}

/* "17:00" */
static int read_hours(struct span *s, int64_t *of_day_s)
{
  int64_t hour, minute;
  uint8_t b;
  if (take_digits(s, 2, &hour) != 0 || take_byte(s, ":", &b) != 0 || take_digits(s, 2, &minute) != 0)
    return ERR_MALFORMED;
  if (hour > 23 || minute > 59)
    return ERR_RANGE;
  *of_day_s = hour * 3600 + minute * 60;
  return 0;
}

/* Seconds are optional; parts of them are dropped. */
static int read_seconds(struct span *s, int64_t *of_day_s)
{
  int64_t second, digit;
  if (s->n == 0 || s->p[0] != ':')
    return 0;
  (void)span_skip(s, 1);
  if (take_digits(s, 2, &second) != 0)
    return ERR_MALFORMED;
  *of_day_s += second;
  if (s->n > 0 && s->p[0] == '.') {
    (void)span_skip(s, 1);
    if (take_digits(s, 1, &digit) != 0)
      return ERR_MALFORMED;
    while (s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9')
      (void)span_skip(s, 1);
  }
  return second > 59 ? ERR_RANGE : 0;
}

static int read_zone(struct span *s, int64_t *offset_s)
{
  uint8_t sign;
  *offset_s = 0;
  if (take_byte(s, "Z+-", &sign) != 0)
    return ERR_MALFORMED;
  if (sign == 'Z')
    return 0;
  int err = read_hours(s, offset_s);
  if (sign == '-')
    *offset_s = -*offset_s;
  return err;
}

static int read_iso(struct span s, int64_t *unix_s)
{
  int64_t days, of_day_s = 0, offset_s = 0;
  uint8_t b;
  int err = read_date(&s, &days);
  if (err == 0)
    err = take_byte(&s, "T ", &b);
  if (err == 0)
    err = read_hours(&s, &of_day_s);
  if (err == 0)
    err = read_seconds(&s, &of_day_s);
  if (err == 0)
    err = read_zone(&s, &offset_s);
  if (err == 0 && s.n > 0)
    err = ERR_MALFORMED;
  if (err == 0)
    *unix_s = days * DAY_S + of_day_s - offset_s;
  return err;
}

int time_read(struct span text, uint64_t *unix_s)
{
  int64_t value = 0;
  struct span digits = text;
  int err = text.n >= 1 && text.n <= 12 && take_digits(&digits, text.n, &value) == 0 ? 0 : read_iso(text, &value);
  if (err == 0 && (value < 0 || (uint64_t)value > TIME_MOST))
    err = ERR_RANGE;
  if (err == 0)
    *unix_s = (uint64_t)value;
  return err;
}

void time_write(uint64_t unix_s, char text[TIME_TEXT])
{
  int64_t s = unix_s > TIME_MOST ? (int64_t)TIME_MOST : (int64_t)unix_s, year, month, day;
  date_of(s / DAY_S, &year, &month, &day);
  (void)snprintf(text, TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)year % 10000, (unsigned)month % 100,
                 (unsigned)day % 100, (unsigned)(s % DAY_S / 3600), (unsigned)(s % 3600 / 60), (unsigned)(s % 60));
}
