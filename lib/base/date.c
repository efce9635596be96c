/* The Gregorian calendar as arithmetic. Years are counted from March, so that the leap day is the
 * last of its year, and in eras of 400 years, which all have the same number of days. */
#include "base/date.h"

#include "base/check.h"

enum {
    YEAR_FIRST = 1900,
    YEAR_LAST = 2199,
    DAYS_PER_ERA = 146097,    /* 400 years */
    DAYS_TO_EPOCH = 719468,   /* 0000-03-01 to 1970-01-01 */
    DATE_FIRST_DAYS = -25567, /* 1900-01-01 */
    DATE_LAST_DAYS = 84005,   /* 2199-12-31 */
};

static const int64_t us_per_day = INT64_C(86400) * 1000000;

bool date_is_none(Date date) {
    return date.days == INT32_MIN;
}

bool date_is_valid(Date date) {
    return DATE_FIRST_DAYS <= date.days && date.days <= DATE_LAST_DAYS;
}

static bool year_is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && year_is_leap(year) ? 1 : 0);
}

bool date_of_parts(DateParts parts, Date *date) {
    if (parts.year < YEAR_FIRST || parts.year > YEAR_LAST || parts.month < 1 || parts.month > 12) {
        return false;
    }
    if (parts.day < 1 || parts.day > days_in_month(parts.year, parts.month)) {
        return false;
    }
    int year = parts.month > 2 ? parts.year : parts.year - 1; /* from March */
    int month = (parts.month + 9) % 12;                       /* March is 0 */
    int day_of_year =
        (153 * month + 2) / 5 + parts.day - 1; /* 153 days in five months from March */
    int leap_days = year / 4 - year / 100 + year / 400;
    *date = (Date){365 * year + leap_days + day_of_year - DAYS_TO_EPOCH};
    return true;
}

/* Divides towards minus infinity: days before 1970 count as days do after it. */
static int64_t floor_divide(int64_t a, int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

DateParts date_parts(Date date) {
    CHECK(!date_is_none(date));
    int64_t days = (int64_t)date.days + DAYS_TO_EPOCH;
    int64_t era = floor_divide(days, DAYS_PER_ERA);
    int day = (int)(days - era * DAYS_PER_ERA); /* of the era, from here on small numbers */
    int year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int day_of_year = day - (365 * year + year / 4 - year / 100);
    int month = (5 * day_of_year + 2) / 153;
    return (DateParts){
        .year = (int)(era * 400) + year + (month >= 10 ? 1 : 0),
        .month = month < 10 ? month + 3 : month - 9,
        .day = day_of_year - (153 * month + 2) / 5 + 1,
    };
}

Date date_add(Date date, int32_t days) {
    int32_t sum = 0;
    CHECK(!date_is_none(date) && !__builtin_add_overflow(date.days, days, &sum));
    return (Date){sum};
}

Date date_month_end(Date date) {
    DateParts parts = date_parts(date);
    Date last = date;
    for (parts.day = 31; !date_of_parts(parts, &last);) {
        parts.day--;
    }
    return last;
}

int32_t date_days_between(Date from, Date to) {
    int32_t days = 0;
    CHECK(!date_is_none(from) && !date_is_none(to));
    CHECK(!__builtin_sub_overflow(to.days, from.days, &days));
    return days;
}

int date_compare(Date a, Date b) {
    return (a.days > b.days) - (a.days < b.days);
}

/* Exactly `count` digits; -1 for anything else. */
static int parse_digits(Str text, ptrdiff_t from, ptrdiff_t count) {
    int number = 0;
    for (ptrdiff_t i = from; i < from + count; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return -1;
        }
        number = number * 10 + (text.ptr[i] - '0');
    }
    return number;
}

bool date_parse(Str text, Date *date) {
    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-') {
        return false;
    }
    DateParts parts = {
        .year = parse_digits(text, 0, 4),
        .month = parse_digits(text, 5, 2),
        .day = parse_digits(text, 8, 2),
    };
    return date_of_parts(parts, date);
}

enum { DATE_LENGTH = 10 }; /* YYYY-MM-DD */

static void put_digits(char *to, int number, int count) {
    for (int i = count - 1; i >= 0; i--, number /= 10) {
        to[i] = (char)('0' + number % 10);
    }
}

Str date_print(Arena *arena, Date date) {
    if (date_is_none(date)) {
        return S("");
    }
    DateParts parts = date_parts(date);
    if (parts.year < 0 || parts.year > 9999) {
        return str_format(arena, "%04d-%02d-%02d", parts.year, parts.month, parts.day);
    }
    /* By hand: several dates are written for every event. */
    char *text = ARENA_ARRAY(arena, char, DATE_LENGTH + 1);
    put_digits(text, parts.year, 4);
    put_digits(text + 5, parts.month, 2);
    put_digits(text + 8, parts.day, 2);
    text[4] = text[7] = '-';
    return (Str){text, DATE_LENGTH};
}

Date instant_utc_date(Instant instant) {
    return (Date){(int32_t)floor_divide(instant.us, us_per_day)}; /* 292,000 years fit */
}

Str instant_print(Arena *arena, Instant instant) {
    Date date = instant_utc_date(instant);
    int64_t us = instant.us % us_per_day; /* of the day; multiplying back could overflow */
    us += us < 0 ? us_per_day : 0;
    int seconds = (int)(us / 1000000);
    Str day = date_print(arena, date);
    char time[] = "T00:00:00.000000Z";
    put_digits(time + 1, seconds / 3600, 2);
    put_digits(time + 4, seconds / 60 % 60, 2);
    put_digits(time + 7, seconds % 60, 2);
    put_digits(time + 10, (int)(us % 1000000), 6);
    char *text = ARENA_ARRAY(arena, char, day.len + (ptrdiff_t)sizeof time);
    memcpy(text, day.ptr, (size_t)day.len);
    memcpy(text + day.len, time, sizeof time);
    return (Str){text, day.len + (ptrdiff_t)sizeof time - 1};
}
