/* Comparing books with customers, and until when debts can be enforced: as reported over HTTP and
 * by `arrears`, on a real PostgreSQL.
 *
 *     ledger_limitation_report_test ARREARS */
#include "base/check.h"
#include "tests/integration/ledger/asking.h"
#include "tests/integration/ledger/command.h"
#include "tests/integration/ledger/play.h"
#include "tests/integration/ledger/script_play.h"

enum { ROW_LIMIT = 100, ARENA_BYTES = 256 << 20 };

#define LIMITED_TO_A_YEAR(more)                                                                    \
    "2023-01-02  bookkeeping  allocation: by_reference, statements: {every: month},"               \
    " limitation: {years: 1, from: due, part_payment: " more "}\n"

/* 80.00 of INV-1 are open at the end of January, of which 40.00 are acknowledged on 2 February. */
#define DISPUTED                                                                                   \
    LIMITED_TO_A_YEAR("false")                                                                     \
    "2023-01-02  invoice  INV-1  100.00 USD  due 2023-01-10\n"                                     \
    "2023-01-02  invoice  INV-2  50.00 USD  due 2023-01-20\n"                                      \
    "2023-01-15  payment  PAY-1  20.00 USD  for INV-1\n"                                           \
    "2023-02-03  disputed  BD-1  of ~S/2023-01-31  90.00 USD  by alice  on 2023-02-02"             \
    "  but INV-1 40.00 USD\n"                                                                      \
    "2023-02-05  payment  PAY-2  30.00 USD  for INV-1\n"

static Str limitation(Arena *arena, const char *options) {
    Str command = str_format(arena, "report limitation -o csv %s", options);
    return command_arrears(arena, str_terminated(arena, command), 0);
}

/* Of 50.00 that are left the payment paid none of the 40.00 that are disputed. */
static void what_is_acknowledged_can_be_enforced_longer(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, DISPUTED "2023-02-06  open\n");
    Str now = limitation(&arena, "");
    assert_has(now, "2,100.00,0.00,0.00,2024-01-10,USD");
    assert_has(now,
               "2024-01-10,338,,C-1,INV-1,principal,0,2023-01-10,40.00,50.00,0.00,USD,-,,\n"
               "2024-02-02,361,,C-1,INV-1,principal,0,2023-01-10,10.00,50.00,0.00,USD,2023-02-02,"
               "disputed,BD-1\n"
               "2024-02-02,361,,C-1,INV-2,principal,0,2023-01-20,50.00,50.00,0.00,USD,2023-02-02,"
               "disputed,BD-1\n");
    Str soon = limitation(&arena, "--within 338 --customer C-1");
    assert_has(soon, "1,40.00,0.00,0.00,2024-01-10,USD");
    assert_lacks(soon, "INV-2");
    assert_lacks(limitation(&arena, "--customer C-2"), "INV");
    /* on the day before the answer, and before it was heard of */
    assert_has(limitation(&arena, "--as-of 2023-02-01"),
               "2024-01-10,343,,C-1,INV-1,principal,0,2023-01-10,80.00,80.00,0.00,USD,-,,\n"
               "2024-01-20,353,,C-1,INV-2,principal,0,2023-01-20,50.00,50.00,0.00,USD,-,,\n");
    assert_has(limitation(&arena, "--as-of 2023-02-02"),
               "2024-02-02,365,,C-1,INV-1,principal,0,2023-01-10,40.00,80.00,0.00,USD,2023-02-02");
    assert_lacks(limitation(&arena, "--as-of 2023-02-02 --known-on 2023-02-02"), "BD-1");
    Str account = ask("/v1/accounts/ACME/C-1", 200);
    assert_has(account, "\"enforceable_until\":\"2024-01-10\"");
    assert_has(account, "\"enforceable_until\":\"2024-02-02\"");
    assert_has(account, "\"what\":\"balance_disputed\",\"document\":\"BD-1\"");
    arena_close(&arena);
}

/* What is over stays over, unless the rules say otherwise; the rest begins anew once more. */
static void what_is_barred_is_not_revived(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    ScriptPlay *play = script_played(&arena, DISPUTED "2024-01-14  agreed  BA-1  of ~S/2023-12-31"
                                                      "  100.00 USD  by alice\n"
                                                      "2024-01-15  open\n");
    Str barred = limitation(&arena, "");
    assert_has(barred, "2,100.00,0.00,40.00,2025-01-14,USD");
    assert_has(barred, "2024-01-10,-5,barred,C-1,INV-1,principal,0,2023-01-10,40.00,50.00");
    assert_has(barred,
               "2025-01-14,365,,C-1,INV-1,principal,0,2023-01-10,10.00,50.00,0.00,USD,2024-01-14,"
               "agreed,BA-1");
    assert_has(limitation(&arena, "--as-of 2024-01-10"), "2024-01-10,0,,C-1,INV-1");
    script_play_text(play,
                     S("2024-01-15  bookkeeping  allocation: by_reference, limitation: {years: "
                       "1, from: due, part_payment: false, revives: true}\n"
                       "2024-01-15  payment  PAY-9  1.00 EUR\n"));
    assert_has(limitation(&arena, ""), "2025-01-14,365,,C-1,INV-1,principal,0,2023-01-10,40.00");
    assert_has(limitation(&arena, "--as-of 2024-01-14"), "2024-01-10,-4,barred");
    assert_int_equal(number_of("SELECT count(*) FROM bookkeeping_rule"), 2);
    arena_close(&arena);
}

static void a_payment_in_part_counts_where_the_rules_say_so(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    ScriptPlay *play = script_played(
        &arena, LIMITED_TO_A_YEAR("true") "2023-01-02  payment  PAY-0  10.00 USD\n"
                                          "2023-01-03  invoice  INV-1  100.00 USD  due 2023-01-10\n"
                                          "2023-01-20  credit_note  CN-1  5.00 USD  for INV-1\n");
    assert_has(limitation(&arena, ""), "2024-01-10,355,,C-1,INV-1,principal,0,2023-01-10,85.00");
    script_play_text(play, S("2023-01-25  payment  PAY-1  20.00 USD  for INV-1\n"
                             "2023-01-27  payment  PAY-2  5.00 USD  for INV-1\n"));
    assert_has(limitation(&arena, ""),
               "2024-01-27,365,,C-1,INV-1,principal,0,2023-01-10,60.00,60.00,0.00,"
               "USD,2023-01-27,payment,PAY-2");
    script_play_text(play, S("2023-01-28  reversal  RV-1  of PAY-2  error\n"));
    assert_has(limitation(&arena, ""),
               "2024-01-25,362,,C-1,INV-1,principal,0,2023-01-10,65.00,65.00,0.00,"
               "USD,2023-01-25,payment,PAY-1");
    arena_close(&arena);
}

static void limitation_may_begin_at_the_end_of_the_year(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena,
                        "2024-02-29  bookkeeping  allocation: by_reference, limitation: {years: 3,"
                        " from: end_of_year, part_payment: true}\n"
                        "2024-02-29  invoice  INV-1  100.00 USD  due 2024-03-29\n"
                        "2024-03-01  extension  E-1  of INV-1  to 2025-01-15  by alice\n"
                        "2024-03-02  payment  PAY-1  20.00 USD  for INV-1\n");
    /* what comes before it begins changes nothing of it, nor does a later day that was allowed */
    assert_has(limitation(&arena, ""),
               "2027-12-31,1399,,C-1,INV-1,principal,0,2024-03-29,80.00,80.00,0.00,USD,-,,\n");
    arena_close(&arena);
    arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena,
                        "2024-02-29  bookkeeping  allocation: by_reference, limitation: {years: 3,"
                        " from: due, part_payment: true}\n"
                        "2024-02-29  invoice  INV-1  100.00 USD  due 2024-02-29\n");
    assert_has(limitation(&arena, ""), "2027-02-28,1095,,C-1,INV-1");
    arena_close(&arena);
}

/* What was stated was open, and is acknowledged; what had been given up before was not stated.
 * Money pays what is open first, and of the rest nothing is left that was acknowledged. */
static void what_is_given_up_is_watched_until_it_is_barred(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(
        &arena,
        LIMITED_TO_A_YEAR("false") "2023-01-02  invoice  INV-1  100.00 USD  due 2023-01-10\n"
                                   "2023-01-02  invoice  INV-2  50.00 USD  due 2023-01-20\n"
                                   "2023-01-02  invoice  INV-3  20.00 USD  due 2023-01-25\n"
                                   "2023-01-15  approved  R-1  INV-1 100.00 USD part 40.00 USD\n"
                                   "2023-02-03  agreed  BA-1  of ~S/2023-01-31  130.00 USD"
                                   "  by alice  on 2023-02-02\n"
                                   "2023-02-10  approved  R-2  INV-2 50.00 USD\n"
                                   "2023-02-10  approved  R-3  INV-3 20.00 USD part 5.00 USD\n"
                                   "2023-02-14  payment  PAY-1  70.00 USD  for INV-1"
                                   "  received 2023-02-12\n"
                                   "2023-02-15  reduction  A-1  sale  INV-3 all  price 1.00 USD\n"
                                   "2023-02-16  open\n");
    Str then = limitation(&arena, "--as-of 2023-02-09");
    assert_has(then, "3,130.00,40.00,0.00,2024-01-10,USD");
    assert_has(then, "2024-01-10,335,,C-1,INV-1,principal,0,2023-01-10,40.00,60.00,40.00,USD,-,,\n"
                     "2024-02-02,358,,C-1,INV-1,principal,0,2023-01-10,60.00,60.00,40.00,USD,"
                     "2023-02-02,agreed,BA-1\n");
    /* given up after it was acknowledged */
    Str later = limitation(&arena, "--as-of 2023-02-12 --known-on 2023-02-13");
    assert_has(later, "3,75.00,95.00,0.00,2024-01-10,USD");
    assert_has(later, "INV-2,principal,0,2023-01-20,50.00,0.00,50.00,USD,2023-02-02,agreed,BA-1\n");
    assert_has(limitation(&arena, "--as-of 2023-02-12"), "3,15.00,85.00,0.00,2024-01-10,USD");
    /* the rest of INV-3 went with its sale */
    Str now = limitation(&arena, "");
    assert_has(now, "2,0.00,80.00,0.00,2024-01-10,USD");
    assert_has(now, "2024-01-10,328,,C-1,INV-1,principal,0,2023-01-10,30.00,0.00,30.00,USD,-,,\n"
                    "2024-02-02,351,,C-1,INV-2,principal,0,2023-01-20,50.00,0.00,50.00,USD,"
                    "2023-02-02,agreed,BA-1\n");
    assert_lacks(now, "INV-3");
    Str account = ask("/v1/accounts/ACME/C-1", 200);
    assert_has(account, "\"enforceable_until\":\"2024-01-10\"");
    assert_has(account, "\"enforceable_until\":\"2024-02-02\"");
    assert_has(account, "\"enforceable_until\":null"); /* INV-3 */
    arena_close(&arena);
}

/* Claimed again, in part or as a whole: what had not been stated was not acknowledged. */
static void what_is_reinstated_was_not_acknowledged(void **state) {
    (void)state;
    static const struct {
        const char *reinstated;
        const char *barred_first; /* that part of the claim */
    } rows[] = {{"39.00", "40.00"}, {"40.00", "40.00"}};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Arena arena = arena_open("test", ARENA_BYTES);
        Str text =
            str_format(&arena,
                       LIMITED_TO_A_YEAR(
                           "false") "2023-01-02  invoice  INV-1  100.00 USD  due 2023-01-10\n"
                                    "2023-01-15  approved  R-1  INV-1 100.00 USD part 40.00 USD\n"
                                    "2023-02-03  agreed  BA-1  of ~S/2023-01-31  60.00 USD"
                                    "  by alice  on 2023-02-02\n"
                                    "2023-02-05  reinstatement  RI-1  INV-1 %s USD\n"
                                    "2023-02-12  payment  PAY-1  30.00 USD  for INV-1\n"
                                    "2023-02-13  open\n",
                       rows[i].reinstated);
        (void)script_played(&arena, str_terminated(&arena, text));
        Str sum = str_format(&arena, "2024-01-10,331,,C-1,INV-1,principal,0,2023-01-10,%s",
                             rows[i].barred_first);
        assert_has(limitation(&arena, ""), str_terminated(&arena, sum));
        arena_close(&arena);
    }
}

static void money_for_what_is_given_up_is_a_payment_in_part(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    ScriptPlay *play = script_played(
        &arena, LIMITED_TO_A_YEAR("true") "2023-01-02  invoice  INV-1  100.00 USD  due 2023-01-10\n"
                                          "2023-01-15  approved  R-1  INV-1 100.00 USD\n"
                                          "2023-01-20  payment  PAY-1  30.00 USD  for INV-1\n");
    assert_has(limitation(&arena, ""),
               "2024-01-20,365,,C-1,INV-1,principal,0,2023-01-10,70.00,0.00,70.00,USD,2023-01-20,"
               "payment,PAY-1\n");
    script_play_text(play, S("2023-01-25  reversal  RV-1  of PAY-1  error\n"));
    assert_has(limitation(&arena, ""),
               "2024-01-10,350,,C-1,INV-1,principal,0,2023-01-10,100.00,0.00,100.00,USD,-,,\n");
    script_play_text(play, S("2023-01-26  payment  PAY-2  100.00 USD  for INV-1\n"));
    assert_lacks(limitation(&arena, ""), "INV-1");
    arena_close(&arena);
}

/* As what was stated, whatever happened since; an answer from when it was known. */
static void statements_are_listed_with_their_answers(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena,
                        DISPUTED "2023-03-02  agreed  BA-1  of ~S/2023-02-28  100.00 USD  by bob\n"
                                 "2023-04-01  open\n");
    Str said = command_arrears(
        &arena, "report statement --customer C-1 --from 2023-01-01 --to 2023-03-31 -o csv", 0);
    assert_has(said, "~S/2023-01-31,2023-01-31,2,130.00,0.00,130.00,USD,disputed,2023-02-02,BD-1,"
                     "a letter,alice\n"
                     "~S/2023-02-28,2023-02-28,2,100.00,0.00,100.00,USD,agreed,2023-03-02,BA-1,"
                     "a letter,bob\n"
                     "~S/2023-03-31,2023-03-31,2,100.00,0.00,100.00,USD,open,-,,,\n");
    assert_has(said, "~S/2023-01-31,INV-1,principal,0,2023-01-10,80.00,40.00,USD,short delivery\n");
    Str then =
        ask("/v1/statement?customer=C-1&from=2023-01-01&to=2023-02-02&known_on=2023-02-02", 200);
    assert_has(then, "\"state\":\"open\",\"agreed_on\":null");
    assert_has(then, "\"disputed\":[]");
    /* what is stated is what the statement of that day comes to */
    assert_has(then, "\"closing\":{\"currency\":\"USD\",\"minor\":13000}");
    arena_close(&arena);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_acknowledged_can_be_enforced_longer),
        cmocka_unit_test(what_is_barred_is_not_revived),
        cmocka_unit_test(a_payment_in_part_counts_where_the_rules_say_so),
        cmocka_unit_test(limitation_may_begin_at_the_end_of_the_year),
        cmocka_unit_test(what_is_given_up_is_watched_until_it_is_barred),
        cmocka_unit_test(what_is_reinstated_was_not_acknowledged),
        cmocka_unit_test(money_for_what_is_given_up_is_a_payment_in_part),
        cmocka_unit_test(statements_are_listed_with_their_answers),
    };
    CHECK(argc == 2);
    Arena arena = arena_open("routes", 1 << 16);
    rig_open(&rig);
    asking_open(&arena, ROW_LIMIT);
    command_open(argv[1], asking_port());
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    asking_close();
    rig_close(&rig);
    arena_close(&arena);
    return failed;
}
