/* The calendar document: the shipped one, every fault with its place, and which day is next. */
#include "policy/calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/file.h"
#include "tests/unit/policy/faults.h"

static Date day(const char *text) {
    Date date = DATE_NONE;
    assert_true(date_parse(str_of(text), &date));
    return date;
}

static void the_shipped_calendar_is_targets(void **state) {
    (void)state;
    static const struct {
        const char *agreed;
        const char *open;
        const char *before;
    } rows[] = {
        {"2026-04-02", "2026-04-02", "2026-04-02"}, /* a Thursday */
        {"2026-04-03", "2026-04-07", "2026-04-02"}, /* Good Friday to Easter Monday */
        {"2026-04-06", "2026-04-07", "2026-04-02"}, {"2026-05-01", "2026-05-04", "2026-04-30"},
        {"2026-12-24", "2026-12-24", "2026-12-24"}, {"2026-12-25", "2026-12-28", "2026-12-24"},
        {"2027-01-01", "2027-01-04", "2026-12-31"}, {"2026-06-20", "2026-06-22", "2026-06-19"},
        {"1900-01-06", "1900-01-08", "1900-01-05"}, /* a Saturday before 1970 */
    };
    Arena arena = arena_open("test", 1 << 20);
    Calendar calendar;
    Err err = {0};
    Str yaml = file_read(&arena, "policies/calendar/target.yaml");
    assert_true(calendar_parse(yaml, &arena, &calendar, &err));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Date open = calendar_banking_day(&calendar, day(rows[i].agreed));
        assert_int_equal(date_compare(open, day(rows[i].open)), 0);
        Date before = calendar_banking_day_before(&calendar, day(rows[i].agreed));
        assert_int_equal(date_compare(before, day(rows[i].before)), 0);
    }
    arena_close(&arena);
}

#define HEAD "id: x\nsource: somebody\n"
#define GOOD HEAD "known_until: 2030-12-31\n"
#define WEEK "closed: [saturday, sunday]\n"

static const Fault FAULTS[] = {
    {"there is nothing", ""},
    {"near line 2: Missing required mapping field: known_until", HEAD},
    {"id: ", "id: a/b\nsource: s\nknown_until: 2030-12-31\n" WEEK "holidays: []\n"},
    {"closed[1]: ", GOOD "closed: [sunday, sonntag]\nholidays: []\n"},
    {"closed[1]: sunday stands here twice", GOOD "closed: [sunday, sunday]\nholidays: []\n"},
    {"near line 4: Excessive entries",
     GOOD "closed: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]\n"
          "holidays: []\n"},
    {"holidays[0].on: ", GOOD WEEK "holidays: [{on: 2026-02-30, name: x}]\n"},
    {"holidays[1].on: 2026-01-01 is not after the holiday before",
     GOOD WEEK "holidays: [{on: 2026-01-01, name: x}, {on: 2026-01-01, name: y}]\n"},
    {"known_until: 2030-12-31 is before the last holiday",
     GOOD WEEK "holidays: [{on: 2031-01-01, name: x}]\n"},
};

/* What is refused leaves the struct as it was. */
static bool parse(Str yaml, Arena *arena, Err *err) {
    Calendar untouched = {.id = S("untouched")};
    bool good = calendar_parse(yaml, arena, &untouched, err);
    assert_true(good || str_equals(untouched.id, S("untouched")));
    return good;
}

static void faults_have_their_place(void **state) {
    (void)state;
    faults_assert(FAULTS, COUNT_OF(FAULTS), parse);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_calendar_is_targets),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
