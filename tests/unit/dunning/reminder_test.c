/* The life of a reminder: every state, every event, every answer. */
#include "dunning/core/reminder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"

enum { EVENT_COUNT = REMINDER_RESEND_WANTED + 1 };

/* What becomes of a reminder in a state, event for event; a dash: it stays, and the event says
 * nothing; a cross: it stays, and the person is told that this cannot be. */
typedef struct Row {
    ReminderState from;
    const char *to[EVENT_COUNT];
} Row;

static const Row ROWS[] = {
    /*                    done    refused   withdrawn    uncertain    settled sent, not, resend */
    {REMINDER_UNKNOWN, {"-", "-", "-", "-", "x", "x", "x"}},
    {REMINDER_ISSUED, {"sent", "failed", "withdrawn", "uncertain", "x", "x", "x"}},
    {REMINDER_SENT, {"-", "-", "-", "-", "x", "failed", "x"}},
    {REMINDER_FAILED, {"-", "-", "-", "-", "x", "x", "issued"}},
    {REMINDER_UNCERTAIN, {"sent", "failed", "withdrawn", "-", "sent", "failed", "issued"}},
    {REMINDER_WITHDRAWN, {"-", "-", "-", "-", "x", "x", "x"}},
};

static void assert_step(ReminderState from, ReminderEvent event, ReminderFacts facts,
                        const char *to) {
    ReminderStep step = reminder_step(from, event, &facts);
    bool stays = to[0] == '-' || to[0] == 'x';
    const char *expected = stays ? reminder_state_name(from) : to;
    ReminderAnswer answer = to[0] == '-'   ? REMINDER_NOTHING
                            : to[0] == 'x' ? REMINDER_NOT_POSSIBLE
                                           : REMINDER_DONE;
    if (!str_equals(str_of(reminder_state_name(step.to)), str_of(expected)) ||
        step.answer != answer) {
        fail_msg("%s, event %d: %s, answer %d", reminder_state_name(from), (int)event,
                 reminder_state_name(step.to), (int)step.answer);
    }
    assert_true(step.reason[0] != '\0');
}

static void every_event_has_its_answer(void **state) {
    (void)state;
    assert_int_equal(COUNT_OF(ROWS), REMINDER_STATE_COUNT);
    for (ptrdiff_t i = 0; i < COUNT_OF(ROWS); i++) {
        for (ReminderEvent event = REMINDER_WAS_DONE; event <= REMINDER_RESEND_WANTED; event++) {
            assert_step(ROWS[i].from, event, (ReminderFacts){0}, ROWS[i].to[event]);
        }
    }
}

/* The outcome of an attempt says nothing about the one that was asked for after it. */
static void a_stale_outcome_says_nothing(void **state) {
    (void)state;
    for (ReminderState from = REMINDER_UNKNOWN; from < REMINDER_STATE_COUNT; from++) {
        for (ReminderEvent event = REMINDER_WAS_DONE; event <= REMINDER_IS_UNCERTAIN; event++) {
            assert_step(from, event, (ReminderFacts){.stale = true}, "-");
        }
    }
}

/* Who has got a later letter is not sent an older one. */
static void an_older_reminder_is_not_sent_once_more(void **state) {
    (void)state;
    ReminderFacts newer = {.newer_exists = true};
    for (ReminderState from = REMINDER_UNKNOWN; from < REMINDER_STATE_COUNT; from++) {
        assert_step(from, REMINDER_RESEND_WANTED, newer, "x");
    }
    assert_step(REMINDER_UNCERTAIN, REMINDER_SETTLED_SENT, newer, "sent");
    assert_step(REMINDER_UNCERTAIN, REMINDER_SETTLED_NOT_SENT, newer, "failed");
}

static void names_are_read_as_written(void **state) {
    (void)state;
    for (ReminderState i = REMINDER_ISSUED; i < REMINDER_STATE_COUNT; i++) {
        ReminderState read = REMINDER_UNKNOWN;
        assert_true(reminder_state_parse(str_of(reminder_state_name(i)), &read));
        assert_int_equal(read, i);
    }
    ReminderState read = REMINDER_UNKNOWN;
    assert_false(reminder_state_parse(S("unknown"), &read)); /* no table has one */
    assert_false(reminder_state_parse(S(""), &read));
}

static void evidence_names_what_was_attempted(void **state) {
    (void)state;
    assert_string_equal(reminder_as_evidence(REMINDER_ISSUED), "pending");
    assert_string_equal(reminder_as_evidence(REMINDER_SENT), "sent");
    assert_string_equal(reminder_as_evidence(REMINDER_FAILED), "failed");
    assert_string_equal(reminder_as_evidence(REMINDER_UNCERTAIN), "uncertain");
    assert_null(reminder_as_evidence(REMINDER_WITHDRAWN));
    assert_null(reminder_as_evidence(REMINDER_UNKNOWN));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_its_answer),
        cmocka_unit_test(a_stale_outcome_says_nothing),
        cmocka_unit_test(an_older_reminder_is_not_sent_once_more),
        cmocka_unit_test(names_are_read_as_written),
        cmocka_unit_test(evidence_names_what_was_attempted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
