/* How values look in an answer. */
#include "chassis/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/harness/trap.h"

static Arena arena;

/* In an array, so that a bare value is an answer too. */
static const char *text_of(json_t *json) {
    HttpAnswer answer = {0};
    answer_json(&answer, &arena, 200, json_pack("[o]", json));
    return str_terminated(&arena, answer.body);
}

static void values_have_one_form(void **state) {
    (void)state;
    Date day;
    assert_true(date_parse(S("2025-03-31"), &day));
    const struct {
        json_t *json;
        const char *expected;
    } rows[] = {
        {json_text(S("M\xc3\xbcller \"& Co\"")), "[\"M\xc3\xbcller \\\"& Co\\\"\"]"},
        {json_text((Str){0}), "[\"\"]"},
        {json_day(&arena, day), "[\"2025-03-31\"]"},
        {json_day(&arena, DATE_NONE), "[null]"},
        {json_amount(S("USD"), -12345), "[{\"currency\":\"USD\",\"minor\":-12345}]"},
        {json_amount(S("JPY"), INT64_MAX),
         "[{\"currency\":\"JPY\",\"minor\":9223372036854775807}]"},
        {json_hex(&arena, S("\x00\xaf\x10")), "[\"00af10\"]"},
        {json_hex(&arena, S("")), "[\"\"]"},
        {json_ids(S("ann,bob")), "[[\"ann\",\"bob\"]]"},
        {json_ids(S("ann")), "[[\"ann\"]]"},
        {json_ids(S("")), "[[]]"},
        {json_ids((Str){0}), "[[]]"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_string_equal(text_of(rows[i].json), rows[i].expected);
    }
}

static void an_answer_takes_the_reference(void **state) {
    (void)state;
    HttpAnswer answer = {0};
    json_t *json = json_pack("{s:i, s:i}", "z", 1, "a", 2);
    json_incref(json);
    answer_json(&answer, &arena, 409, json);
    assert_int_equal(json->refcount, 1);
    json_decref(json);
    assert_int_equal(answer.status, 409);
    assert_string_equal(str_terminated(&arena, answer.body), "{\"z\":1,\"a\":2}");
}

static void what_is_no_text_stops(void **state) {
    (void)state;
    assert_true(TRAPPED(json_text(S("\xff"))));
}

int main(void) {
    arena = arena_open("test", 1 << 16);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_one_form),
        cmocka_unit_test(an_answer_takes_the_reference),
        cmocka_unit_test(what_is_no_text_stops),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
