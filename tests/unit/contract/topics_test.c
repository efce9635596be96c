/* The table of topics. */
#include "contract/topics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/messages.h"

static Arena arena;

static void every_row_is_whole(void **state) {
    (void)state;
    for (int i = 0; i < TOPIC_COUNT; i++) {
        const Topic *topic = &TOPICS[i];
        assert_ptr_equal(topic_find(str_of(topic->name)), topic);
        assert_true(str_starts_with(str_of(topic->name), S("arrears.")));
        assert_non_null(topic->written_by);
        assert_non_null(topic->read_by);
        assert_int_equal(topic->kept == TOPIC_KEPT_DAYS, topic->days > 0);
        assert_in_range(topic->max_message_kib, 1, 1024);
        const ProtobufCMessageDescriptor *message = message_of_topic(str_of(topic->name));
        assert_non_null(message);
        assert_string_equal(message->name, topic->message);
    }
}

static void ticks_are_judged_by_the_clock_of_the_broker(void **state) {
    (void)state;
    for (int i = 0; i < TOPIC_COUNT; i++) {
        bool brings_ticks = TOPICS[i].name == TOPIC_BILLING || TOPICS[i].name == TOPIC_DECISIONS;
        assert_int_equal(TOPICS[i].broker_time, brings_ticks);
    }
}

static void dead_letters_are_found_under_their_topic(void **state) {
    (void)state;
    Str name = topic_dead_letters(&arena, str_of(TOPIC_BILLING));
    assert_true(str_equals(name, S("arrears.billing.v1.dlq")));
    assert_true(topic_is_dead_letters(name));
    assert_false(topic_is_dead_letters(str_of(TOPIC_BILLING)));
    assert_string_equal(topic_find(name)->name, TOPIC_BILLING);
    assert_string_equal(message_of_topic(name)->name, "arrears.billing.v1.BillingEvent");
}

static void other_names_are_not_found(void **state) {
    (void)state;
    static const Str rows[] = {S(""), S(".dlq"), S("arrears.billing.v2"), S("arrears.billing.v1 "),
                               S("arrears.billing.v1.dlq.dlq")};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_null(topic_find(rows[i]));
        assert_null(message_of_topic(rows[i]));
    }
}

int main(void) {
    arena = arena_open("test", 1 << 16);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(ticks_are_judged_by_the_clock_of_the_broker),
        cmocka_unit_test(dead_letters_are_found_under_their_topic),
        cmocka_unit_test(other_names_are_not_found),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
