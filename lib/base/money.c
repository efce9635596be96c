/* Amounts. Sums are checked in 64 bits; products live in 128 bits until they are divided. */
#include "base/money.h"

#include "base/check.h"
#include "base/fixed.h"

Money money_of(int64_t minor, Currency currency) {
    return (Money){minor, currency};
}

bool money_is_zero(Money money) {
    return money.minor == 0;
}

bool money_add(Money a, Money b, Money *sum) {
    CHECK(currency_equals(a.currency, b.currency));
    int64_t minor = 0;
    if (__builtin_add_overflow(a.minor, b.minor, &minor)) {
        return false;
    }
    *sum = money_of(minor, a.currency);
    return true;
}

bool money_subtract(Money a, Money b, Money *difference) {
    CHECK(currency_equals(a.currency, b.currency));
    int64_t minor = 0;
    if (__builtin_sub_overflow(a.minor, b.minor, &minor)) {
        return false;
    }
    *difference = money_of(minor, a.currency);
    return true;
}

Money money_min(Money a, Money b) {
    return money_compare(a, b) <= 0 ? a : b;
}

int money_compare(Money a, Money b) {
    CHECK(currency_equals(a.currency, b.currency));
    return (a.minor > b.minor) - (a.minor < b.minor);
}

Money money_share(Money whole, int64_t part, int64_t parts, Rounding rounding) {
    CHECK(parts > 0 && 0 <= part && part <= parts);
    Wide share = fixed_divide((Wide)whole.minor * part, parts, rounding);
    return money_of((int64_t)share, whole.currency); /* no larger than the whole, so it fits */
}

/* A split in the making. Magnitudes only; the sign of the whole is put back at the end. */
typedef struct Split {
    Wide whole;
    Wide weight; /* of all parts together */
    const int64_t *weights;
    int count;
} Split;

static Wide split_floor(const Split *split, int i) {
    return split->whole * split->weights[i] / split->weight;
}

static Wide split_remainder(const Split *split, int i) {
    return split->whole * split->weights[i] % split->weight;
}

/* Units that rounding down leaves over: fewer than there are parts. */
static int split_left_over(const Split *split) {
    Wide left = split->whole;
    for (int i = 0; i < split->count; i++) {
        left -= split_floor(split, i);
    }
    CHECK(0 <= left && left < split->count);
    return (int)left;
}

static int split_count_at_least(const Split *split, Wide remainder) {
    int found = 0;
    for (int i = 0; i < split->count; i++) {
        found += split_remainder(split, i) >= remainder;
    }
    return found;
}

/* The smallest remainder that still gets a unit, by halving: no memory needed, and thousands of
 * parts stay cheap. Remainders sum to units * weight and each is below weight, so with a unit to
 * give more than `units` of them are above zero: a part of weight zero never gets one. */
static Wide split_threshold(const Split *split, int units) {
    Wide enough = 0;
    Wide too_high = split->weight;
    while (too_high - enough > 1) {
        Wide middle = enough + (too_high - enough) / 2;
        if (split_count_at_least(split, middle) >= units) {
            enough = middle;
        } else {
            too_high = middle;
        }
    }
    return enough;
}

static Split split_of(Money whole, const int64_t *weights, int count) {
    Wide minor = whole.minor;
    Split split = {.whole = minor < 0 ? -minor : minor, .weights = weights, .count = count};
    for (int i = 0; i < count; i++) {
        CHECK(weights[i] >= 0);
        split.weight += weights[i];
    }
    CHECK(split.weight > 0);
    return split;
}

void money_split(Money whole, const int64_t *weights, int count, Money *parts) {
    Split split = split_of(whole, weights, count);
    int units = split_left_over(&split);
    Wide threshold = units == 0 ? split.weight : split_threshold(&split, units);
    int ties = units - split_count_at_least(&split, threshold + 1);
    for (int i = 0; i < count; i++) {
        Wide part = split_floor(&split, i);
        Wide remainder = split_remainder(&split, i);
        bool tied = remainder == threshold && ties > 0;
        ties -= tied;
        part += remainder > threshold || tied;
        parts[i] = money_of((int64_t)(whole.minor < 0 ? -part : part), whole.currency);
    }
}

bool money_parse(Str text, Currency currency, Money *money) {
    int64_t minor = 0;
    if (!fixed_parse(text, currency.exponent, &minor)) {
        return false;
    }
    *money = money_of(minor, currency);
    return true;
}

Str money_print(Arena *arena, Money money) {
    Str amount = money_print_plain(arena, money);
    return str_format(arena, "%.*s %s", STR_ARGS(amount), money.currency.code);
}

Str money_print_plain(Arena *arena, Money money) {
    return fixed_print(arena, money.minor, money.currency.exponent);
}

/* A separator stands where a multiple of three digits follows, but not in front of them all. */
static bool is_group_end(Str digits, ptrdiff_t i) {
    return i > 0 && (digits.len - i) % 3 == 0;
}

Str money_print_grouped(Arena *arena, Money money) {
    enum { ROOM = 40 }; /* sign, 19 digits, 6 separators, point, blank, code */
    Str plain = money_print_plain(arena, money);
    Str whole = str_cut(plain, '.').head;
    bool negative = str_starts_with(whole, S("-"));
    Str digits = str_slice(whole, negative ? 1 : 0, whole.len);
    StrBuilder out = str_builder(arena, ROOM);
    str_add(&out, negative ? S("-") : S(""));
    for (ptrdiff_t i = 0; i < digits.len; i++) {
        str_add(&out, is_group_end(digits, i) ? S(",") : S(""));
        str_add(&out, str_slice(digits, i, i + 1));
    }
    str_add(&out, str_slice(plain, whole.len, plain.len));
    str_addf(&out, " %s", money.currency.code);
    CHECK(!out.full);
    return str_built(&out);
}
