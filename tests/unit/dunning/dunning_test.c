/* How dunning goes: every row of the table, and the order between them. */
#include "dunning/core/dunning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "tests/harness/trap.h"

/* A debtor who can be written to and whose next level is due: nothing above it applies. */
static const DunningFacts DUE = {.overdue = true,
                                 .worth_a_letter = true,
                                 .level_due = true,
                                 .levels_left = true,
                                 .first_level_due = true};

typedef struct Row {
    const char *what; /* words that change DUE */
    int to;           /* -1: whatever it was */
    DunningAction action;
} Row;

static bool has(const char *what, const char *word) {
    return strstr(what, word) != NULL;
}

static DunningFacts facts_of(const char *what) {
    DunningFacts facts = DUE;
    facts.held = has(what, "held");
    facts.overdue = !has(what, "nothing");
    facts.covered = has(what, "covered");
    facts.worth_a_letter = !has(what, "small");
    facts.level_due = !has(what, "early");
    facts.first_level_due = !has(what, "fresh");
    facts.levels_left = !has(what, "exhausted");
    facts.write_off_due = has(what, "old");
    facts.person = has(what, "unreachable") ? PERSON_NO_CONTACT : PERSON_NOT_NEEDED;
    return facts;
}

/* What stands further left in `what` wins over the rest of it, row for row of the table. */
static const Row ROWS[] = {
    {"held", -1, DUNNING_WAITS},
    {"held nothing covered old small unreachable exhausted", -1, DUNNING_WAITS},
    {"nothing", DUNNING_RESTING, DUNNING_WAITS},
    {"nothing covered old small unreachable exhausted", DUNNING_RESTING, DUNNING_WAITS},
    {"covered", DUNNING_RESTING, DUNNING_WAITS},
    {"covered old small unreachable exhausted", DUNNING_RESTING, DUNNING_WAITS},
    {"old exhausted", DUNNING_RESTING, DUNNING_ASKS_WRITE_OFF},
    {"old small", DUNNING_RESTING, DUNNING_ASKS_WRITE_OFF},
    {"old unreachable", DUNNING_RESTING, DUNNING_ASKS_WRITE_OFF},
    {"old", DUNNING_REMINDING, DUNNING_REMINDS}, /* every level comes first */
    {"old early", DUNNING_REMINDING, DUNNING_WAITS},
    {"small", DUNNING_RESTING, DUNNING_WAITS},
    {"small unreachable exhausted", DUNNING_RESTING, DUNNING_WAITS},
    {"unreachable", DUNNING_PERSON, DUNNING_CALLS_PERSON},
    {"unreachable exhausted", DUNNING_PERSON, DUNNING_CALLS_PERSON},
    {"unreachable early fresh", DUNNING_REMINDING, DUNNING_WAITS}, /* too young for anybody */
    {"", DUNNING_REMINDING, DUNNING_REMINDS},
    {"early", DUNNING_REMINDING, DUNNING_WAITS},
    {"exhausted early", DUNNING_EXHAUSTED, DUNNING_WAITS},
    {"exhausted", DUNNING_EXHAUSTED, DUNNING_WAITS},
};

static void every_row_holds_from_every_state(void **state) {
    (void)state;
    for (ptrdiff_t i = 0; i < COUNT_OF(ROWS); i++) {
        DunningFacts facts = facts_of(ROWS[i].what);
        for (DunningState from = DUNNING_RESTING; from < DUNNING_STATE_COUNT; from++) {
            DunningStep step = dunning_step(from, &facts);
            int to = ROWS[i].to < 0 ? (int)from : ROWS[i].to;
            if ((int)step.to != to || step.action != ROWS[i].action) {
                fail_msg("\"%s\" from %s: to %s, action %d", ROWS[i].what, dunning_state_name(from),
                         dunning_state_name(step.to), (int)step.action);
            }
            assert_true(step.reason[0] != '\0');
        }
    }
}

/* A reminder goes only to somebody who can be written to, about something that is overdue; a
 * write-off is asked for only when nothing is left to send. All 2^8 * 5 facts. */
static void no_facts_let_the_wrong_thing_out(void **state) {
    (void)state;
    for (int i = 0; i < 256 * PERSON_REASON_COUNT; i++) {
        DunningFacts facts = {.held = i & 1,
                              .overdue = i & 2,
                              .covered = i & 4,
                              .worth_a_letter = i & 8,
                              .level_due = i & 16,
                              .levels_left = i & 32,
                              .first_level_due = i & 64,
                              .write_off_due = i & 128,
                              .person = (PersonReason)(i / 256)};
        facts.first_level_due |= facts.level_due; /* as days go */
        DunningStep step = dunning_step(DUNNING_RESTING, &facts);
        bool acts = step.action != DUNNING_WAITS;
        assert_true(!acts || (!facts.held && facts.overdue && !facts.covered));
        assert_true(step.action != DUNNING_REMINDS ||
                    (facts.levels_left && facts.level_due && facts.worth_a_letter &&
                     facts.person == PERSON_NOT_NEEDED));
        assert_true(step.action != DUNNING_ASKS_WRITE_OFF || facts.write_off_due);
        assert_true((step.to == DUNNING_PERSON) == (step.action == DUNNING_CALLS_PERSON));
    }
}

static void names_are_read_as_written(void **state) {
    (void)state;
    for (DunningState i = DUNNING_RESTING; i < DUNNING_STATE_COUNT; i++) {
        DunningState read = DUNNING_STATE_COUNT;
        assert_true(dunning_state_parse(str_of(dunning_state_name(i)), &read));
        assert_int_equal(read, i);
    }
    for (PersonReason i = PERSON_NOT_NEEDED; i < PERSON_REASON_COUNT; i++) {
        PersonReason read = PERSON_REASON_COUNT;
        assert_true(person_reason_parse(str_of(person_reason_name(i)), &read));
        assert_int_equal(read, i);
    }
    DunningState unread = DUNNING_RESTING;
    PersonReason reason = PERSON_NOT_NEEDED;
    assert_false(dunning_state_parse(S("asleep"), &unread));
    assert_false(person_reason_parse(S("nobody"), &reason));
    assert_true(TRAPPED((void)dunning_state_name(DUNNING_STATE_COUNT)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_holds_from_every_state),
        cmocka_unit_test(no_facts_let_the_wrong_thing_out),
        cmocka_unit_test(names_are_read_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
