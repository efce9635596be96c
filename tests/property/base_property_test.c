/* What must hold for all values of lib/base, tried on many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/id.h"
#include "base/money.h"
#include "tests/harness/chance.h"

enum { ROUNDS = 50000, PARTS_MAX = 12 };

static Chance chance;
static Arena arena;

static Currency any_currency(void) {
    static const Str codes[] = {S("USD"), S("JPY"), S("KWD"), S("CLF")};
    Currency currency = {0};
    assert_true(currency_find(codes[chance_next(&chance) % COUNT_OF(codes)], &currency));
    return currency;
}

static Money any_money(void) {
    return money_of(chance_edge(&chance), any_currency());
}

static int64_t any_weight(void) {
    int64_t weight = chance_edge(&chance);
    weight = weight < 0 ? ~weight : weight;
    return chance_next(&chance) % 4 == 0 ? 0 : weight; /* many zeros */
}

static bool is_between(int64_t value, int64_t a, int64_t b) {
    return a <= b ? a <= value && value <= b : b <= value && value <= a;
}

static void split_once(Money whole, const int64_t *weights, int count) {
    Money parts[PARTS_MAX];
    money_split(whole, weights, count, parts);
    Money sum = money_of(0, whole.currency);
    for (int i = 0; i < count; i++) {
        assert_true(money_add(sum, parts[i], &sum));
        assert_true(is_between(parts[i].minor, 0, whole.minor));
        assert_true(weights[i] != 0 || parts[i].minor == 0);
    }
    assert_int_equal(sum.minor, whole.minor);
    for (int i = 1; i < count; i++) { /* who weighs more gets no less */
        int64_t more = whole.minor < 0 ? parts[i].minor : parts[i - 1].minor;
        int64_t less = whole.minor < 0 ? parts[i - 1].minor : parts[i].minor;
        assert_true(weights[i - 1] < weights[i] || more >= less);
    }
}

static void parts_of_a_split_sum_to_the_whole(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t weights[PARTS_MAX];
        int count = (int)chance_between(&chance, 1, PARTS_MAX);
        for (int i = 0; i < count; i++) {
            weights[i] = any_weight();
        }
        weights[chance_between(&chance, 0, count - 1)] |= 1; /* not all zero */
        split_once(any_money(), weights, count);
    }
}

/* A part is its exact share, give or take less than one unit: |part * total - whole * weight| <
 * total. */
static void parts_of_a_split_are_near_their_share(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t weights[PARTS_MAX];
        Money parts[PARTS_MAX];
        int64_t total = 0;
        for (int i = 0; i < PARTS_MAX; i++) {
            weights[i] = chance_between(&chance, 1, 100000);
            total += weights[i];
        }
        int64_t whole = chance_between(&chance, -1000000000, 1000000000);
        money_split(money_of(whole, any_currency()), weights, PARTS_MAX, parts);
        for (int i = 0; i < PARTS_MAX; i++) {
            int64_t error = parts[i].minor * total - whole * weights[i];
            assert_true(-total < error && error < total);
        }
    }
}

static void shares_stay_between_nothing_and_the_whole(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Money whole = any_money();
        int64_t a = any_weight();
        int64_t b = any_weight() | 1;
        int64_t part = a < b ? a : b;
        int64_t parts = a < b ? b : a;
        int64_t down = money_share(whole, part, parts, ROUNDING_DOWN).minor;
        int64_t up = money_share(whole, part, parts, ROUNDING_UP).minor;
        assert_true(is_between(down, 0, whole.minor) && is_between(up, 0, whole.minor));
        assert_true(up - down <= 1 && down - up <= 1);
        for (Rounding rounding = ROUNDING_HALF_EVEN; rounding <= ROUNDING_HALF_UP; rounding++) {
            assert_true(is_between(money_share(whole, part, parts, rounding).minor, down, up));
        }
    }
}

static void subtracting_undoes_adding(void **state) {
    (void)state;
    int fitted = 0;
    for (int round = 0; round < ROUNDS; round++) {
        Money a = any_money();
        Money b = money_of(chance_edge(&chance), a.currency);
        Money sum;
        Money back;
        Money turned;
        bool fits = money_add(a, b, &sum);
        assert_int_equal(fits, money_add(b, a, &turned));
        if (fits) {
            assert_true(money_subtract(sum, b, &back));
            assert_true(back.minor == a.minor && turned.minor == sum.minor);
            fitted++;
        }
    }
    assert_true(fitted > ROUNDS / 4); /* the test did test something */
}

static void printed_money_parses_back(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Money money = any_money();
        Money back;
        assert_true(money_parse(money_print_plain(&arena, money), money.currency, &back));
        assert_int_equal(back.minor, money.minor);
        arena_reset(&arena);
    }
}

static void printed_rates_parse_back_in_their_shortest_form(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t limit = INT64_C(1000000000000000000) - 1;
        int64_t edge = chance_edge(&chance);
        Decimal decimal = {edge > limit || edge < -limit ? edge / 10 : edge};
        Decimal back;
        Str printed = decimal_print(&arena, decimal);
        assert_true(decimal_parse(printed, &back));
        assert_int_equal(back.millionths, decimal.millionths);
        assert_false(str_cut(printed, '.').found && str_ends_with(printed, S("0")));
        arena_reset(&arena);
    }
}

static void printed_dates_parse_back_in_their_order(void **state) {
    (void)state;
    Date before = {0};
    Str before_printed = S("1970-01-01");
    for (int round = 0; round < ROUNDS; round++) {
        Date date = {(int32_t)chance_between(&chance, -25567, 84005)};
        Date back;
        Str printed = date_print(&arena, date);
        assert_true(date_parse(printed, &back));
        assert_int_equal(back.days, date.days);
        assert_int_equal(date_compare(before, date), str_compare(before_printed, printed));
        assert_int_equal(date_add(before, date_days_between(before, date)).days, date.days);
        before = date;
        before_printed = printed;
        if (arena_room(&arena) < 100) {
            arena_reset(&arena);
            before_printed = date_print(&arena, before);
        }
    }
}

static void numbers_and_bytes_come_back(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t number = chance_edge(&chance);
        int64_t back = 0;
        assert_true(str_parse_i64(str_format(&arena, "%jd", (intmax_t)number), &back));
        assert_int_equal(back, number);
        Str bytes = str_from(&number, chance_between(&chance, 0, 8));
        Str parsed;
        assert_true(str_parse_hex(&arena, str_hex(&arena, bytes), &parsed));
        assert_true(str_equals(parsed, bytes));
        arena_reset(&arena);
    }
}

static void rate_of_one_is_the_whole(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Money whole = any_money();
        Money part;
        Rounding rounding = (Rounding)chance_between(&chance, ROUNDING_HALF_EVEN, ROUNDING_UP);
        assert_true(decimal_of_money(whole, (Decimal){DECIMAL_ONE}, rounding, &part));
        assert_int_equal(part.minor, whole.minor);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_a_split_sum_to_the_whole),
        cmocka_unit_test(parts_of_a_split_are_near_their_share),
        cmocka_unit_test(shares_stay_between_nothing_and_the_whole),
        cmocka_unit_test(subtracting_undoes_adding),
        cmocka_unit_test(printed_money_parses_back),
        cmocka_unit_test(printed_rates_parse_back_in_their_shortest_form),
        cmocka_unit_test(printed_dates_parse_back_in_their_order),
        cmocka_unit_test(numbers_and_bytes_come_back),
        cmocka_unit_test(rate_of_one_is_the_whole),
    };
    chance = chance_start();
    arena = arena_open("test", 1 << 16);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
