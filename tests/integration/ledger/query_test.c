/* Questions over HTTP, on a real PostgreSQL: reports answer from the journal, as of any day. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "tests/integration/ledger/asking.h"
#include "tests/integration/ledger/play.h"

static void assert_answer(Str got, const char *expected) {
    if (!str_equals(got, str_of(expected))) {
        fail_msg("expected %s\n     got %.*s", expected, STR_ARGS(got));
    }
}

/* Two customers of ACME as of January 2013, one of OTHER when wanted. */
static void books_for_reports(Arena *arena, bool with_other) {
    rig_reset(&rig, day_of("2013-01-10"));
    Event events[] = {
        invoice_event(arena, customer(arena, 1), S("A"), 1000, "2012-12-01", "2012-12-31"),
        invoice_event(arena, customer(arena, 1), S("B"), 500, "2013-01-02", "2013-02-01"),
        invoice_event(arena, customer(arena, 2), S("C"), 700, "2013-01-05", "2013-01-10"),
        payment_event(arena, customer(arena, 1), S("P"), 400, "2013-01-08"),
        invoice_event(arena, (Account){S("OTHER"), S("C-9")}, S("D"), 1, "2013-01-05",
                      "2013-01-10"),
    };
    give(events, with_other ? 5 : 4, "2013-01-10");
}

static void aging_is_counted_from_the_journal(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    books_for_reports(&arena, false);
    assert_answer(ask("/v1/aging", 200),
                  "{\"as_of\":\"2013-01-10\",\"creditor\":\"ACME\",\"counted_from\":\"due\","
                  "\"currencies\":[{\"currency\":"
                  "\"USD\",\"open\":{\"count\":3,\"minor\":1800},\"buckets\":["
                  "{\"name\":\"current\",\"count\":2,\"minor\":1200},"
                  "{\"name\":\"1-30\",\"count\":1,\"minor\":600},"
                  "{\"name\":\"31-60\",\"count\":0,\"minor\":0},"
                  "{\"name\":\"61-90\",\"count\":0,\"minor\":0},"
                  "{\"name\":\"91+\",\"count\":0,\"minor\":0}]}]}");
    /* Before the payment, and before the later invoices: as it was. */
    const char *new_year = "{\"as_of\":\"2013-01-01\",\"creditor\":\"ACME\",\"counted_from\":"
                           "\"due\",\"currencies\":[{\"currency\":"
                           "\"USD\",\"open\":{\"count\":1,\"minor\":1000},\"buckets\":["
                           "{\"name\":\"current\",\"count\":0,\"minor\":0},"
                           "{\"name\":\"1-30\",\"count\":1,\"minor\":1000},"
                           "{\"name\":\"31-60\",\"count\":0,\"minor\":0},"
                           "{\"name\":\"61-90\",\"count\":0,\"minor\":0},"
                           "{\"name\":\"91+\",\"count\":0,\"minor\":0}]}]}";
    assert_answer(ask("/v1/aging?as_of=2013-01-01", 200), new_year);
    Event late = payment_event(&arena, customer(&arena, 1), S("Q"), 1100, "2013-01-10");
    give(&late, 1, "2013-01-10");
    assert_answer(ask("/v1/aging?as_of=2013-01-01&creditor=ACME", 200), new_year);
    assert_answer(ask("/v1/aging?creditor=NOBODY", 200),
                  "{\"as_of\":\"2013-01-10\",\"creditor\":\"NOBODY\",\"currencies\":[]}");
    arena_close(&arena);
}

/* Each account's amounts fit; what several accounts add up to may not, and asking for the wide sum
 * of one day says so while other days, other creditors and the ranking still answer. */
static void a_sum_too_large_is_said(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    rig_reset(&rig, day_of("2013-01-10"));
    Event events[] = {
        invoice_event(&arena, customer(&arena, 1), S("A"), INT64_MAX, "2013-01-02", "2013-01-31"),
        invoice_event(&arena, customer(&arena, 2), S("B"), 1, "2013-01-03", "2013-01-31"),
        invoice_event(&arena, (Account){S("OTHER"), S("C-9")}, S("D"), 1, "2013-01-05",
                      "2013-01-10"),
    };
    give(events, COUNT_OF(events), "2013-01-10");
    assert_answer(
        ask("/v1/aging?creditor=ACME", 409),
        "{\"error\": {\"code\": \"SUM_TOO_LARGE\", \"sentence\": \"What this answer adds up "
        "is more than an amount can be, 9223372036854775807 minor units; look for a "
        "document with a mistaken amount.\"}}\n");
    Str before = ask("/v1/aging?creditor=ACME&as_of=2013-01-02", 200);
    assert_true(str_starts_with(
        before, S("{\"as_of\":\"2013-01-02\",\"creditor\":\"ACME\","
                  "\"counted_from\":\"due\",\"currencies\":[{\"currency\":\"USD\",\"open\":"
                  "{\"count\":1,\"minor\":9223372036854775807}")));
    (void)ask("/v1/aging?creditor=OTHER", 200);
    Str ranked = ask("/v1/exposure?creditor=ACME&top=1", 200);
    assert_true(str_starts_with(ranked, S("{\"as_of\":\"2013-01-10\",\"creditor\":\"ACME\","
                                          "\"customers\":[{\"customer\":\"C-1\"")));
    arena_close(&arena);
}

static void reports_say_whose_and_when(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    books_for_reports(&arena, true);
    Str several = ask("/v1/aging", 409);
    assert_true(str_ends_with(several, S("\"creditors\":[\"ACME\",\"OTHER\"]}}")));
    assert_true(str_starts_with(ask("/v1/aging?as_of=2013-02-30", 400),
                                S("{\"error\":{\"code\":\"AS_OF\"")));
    rig_set_day(&rig, 2, day_of("2013-01-09"));
    Str lagging = ask("/v1/aging?creditor=ACME", 409);
    assert_true(str_starts_with(lagging, S("{\"error\":{\"code\":\"DAY_NOT_CLOSED\"")));
    assert_true(str_ends_with(lagging, S("\"tasks\":[2]}}")));
    /* closed by all but task 2 */
    lagging = ask("/v1/exposure?creditor=ACME&as_of=2013-01-09", 409);
    assert_true(str_ends_with(lagging, S("\"tasks\":[2]}}")));
    (void)ask("/v1/aging?creditor=ACME&as_of=2013-01-08", 200);
    (void)ask("/v1/aging?creditor=ACME&as_of=2014-01-08", 409);
    arena_close(&arena);
}

static void exposure_is_ranked(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    books_for_reports(&arena, false);
    assert_answer(ask("/v1/exposure", 200),
                  "{\"as_of\":\"2013-01-10\",\"creditor\":\"ACME\",\"customers\":["
                  "{\"customer\":\"C-1\",\"currency\":\"USD\",\"count\":2,"
                  "\"open\":{\"currency\":\"USD\",\"minor\":1100},"
                  "\"overdue\":{\"currency\":\"USD\",\"minor\":600}},"
                  "{\"customer\":\"C-2\",\"currency\":\"USD\",\"count\":1,"
                  "\"open\":{\"currency\":\"USD\",\"minor\":700},"
                  "\"overdue\":{\"currency\":\"USD\",\"minor\":0}}],\"cut\":false}");
    Str first = ask("/v1/exposure?top=1", 200);
    assert_true(str_ends_with(first, S("\"minor\":600}}],\"cut\":false}")));
    (void)ask("/v1/exposure?top=none", 400);
    arena_close(&arena);
}

static void an_account_is_shown_whole(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    books_for_reports(&arena, false);
    Held held = {.topic = S("arrears.billing.v1"),
                 .offset = 17,
                 .reason = S("DATE_UNREAL"),
                 .sentence = S("No such day.")};
    Event event = {.kind = EVENT_HELD, .account = customer(&arena, 2), .body = &held};
    give(&event, 1, "2013-01-10");
    assert_answer(
        ask("/v1/accounts/ACME/C-2", 200),
        "{\"creditor\":\"ACME\",\"customer\":\"C-2\",\"day\":\"2013-01-10\",\"last_entry\":1,"
        "\"row_limit\":100,\"balances\":["
        "{\"account\":\"receivable\",\"balance\":{\"currency\":\"USD\",\"minor\":700}},"
        "{\"account\":\"revenue\",\"balance\":{\"currency\":\"USD\",\"minor\":-700}}],"
        "\"items\":[{\"number\":\"C\",\"charge\":\"principal\",\"instalment\":0,\"state\":\"open\","
        "\"amount\":{\"currency\":\"USD\",\"minor\":700},"
        "\"open\":{\"currency\":\"USD\",\"minor\":700},"
        "\"written_off\":{\"currency\":\"USD\",\"minor\":0},"
        "\"issued_on\":\"2013-01-05\",\"due_on\":\"2013-01-10\",\"bucket\":\"current\","
        "\"enforceable_until\":null}],"
        "\"details\":[],\"unapplied\":[],\"holds\":[{\"topic\":\"arrears.billing.v1\","
        "\"partition\":0,"
        "\"offset\":17,\"reason\":\"DATE_UNREAL\",\"sentence\":\"No such day.\","
        "\"held_on\":\"2013-01-10\"}],"
        "\"timeline\":[{\"currency\":\"USD\",\"recorded_on\":\"2013-01-10\","
        "\"effective_on\":\"2013-01-05\",\"entry\":1,\"what\":\"invoice\",\"document\":\"C\","
        "\"invoice\":\"C\",\"charge\":\"\",\"instalment\":null,\"debit\":\"receivable\",\"credit\":"
        "\"revenue\","
        "\"amount\":{\"currency\":\"USD\",\"minor\":700},\"until\":null,\"by\":\"\"}],"
        "\"entries\":[{\"entry\":1,\"kind\":\"invoice\",\"recorded_on\":\"2013-01-10\","
        "\"effective_on\":\"2013-01-05\",\"document\":\"C\",\"invoice\":\"C\","
        "\"debit\":\"receivable\",\"credit\":\"revenue\","
        "\"amount\":{\"currency\":\"USD\",\"minor\":700}}]}");
    Str paid = ask("/v1/accounts/ACME/C-1", 200);
    assert_true(
        str_ends_with(paid, S("\"document\":\"P\",\"invoice\":\"A\",\"debit\":\"unapplied\","
                              "\"credit\":\"receivable\",\"amount\":{\"currency\":\"USD\","
                              "\"minor\":400}}]}")));
    (void)ask("/v1/accounts/ACME/C-9", 404);
    assert_answer(ask("/v1/holds", 200),
                  "{\"holds\":[{\"creditor\":\"ACME\",\"customer\":\"C-2\",\"topic\":"
                  "\"arrears.billing.v1\",\"partition\":0,\"offset\":17,\"reason\":\"DATE_UNREAL\","
                  "\"sentence\":\"No such day.\",\"held_on\":\"2013-01-10\"}],\"row_limit\":100}");
    arena_close(&arena);
}

static void what_the_database_says_stays_inside(void **state) {
    (void)state;
    rig_reset(&rig, day_of("2013-01-10"));
    const char *expected = "{\"error\": {\"code\": \"DATABASE_AWAY\", \"sentence\": \"The database "
                           "does not answer this now; the service's log says why.\"}}\n";
    assert_answer(ask_at(NULL, "/v1/holds", 503), expected);
    (void)ask("/v1/holds", 200);
}

/* Day, a currency as the aging begins it, counted from the journal alone, and whether a report can
 * hold the sum. */
static const char JOURNAL_BY_DAY[] =
    "SELECT d.day::text, format('{\"currency\":\"%s\",\"open\":{\"count\":%s,\"minor\":%s}',"
    "                           currency, count(*), sum(open)),"
    "       bool_or(sum(open) > 9223372036854775807) OVER (PARTITION BY d.day)"
    "  FROM (SELECT DISTINCT effective_on AS day FROM entry WHERE effective_on <="
    "         (SELECT max(day) FROM task) ORDER BY 1 DESC LIMIT 40) d,"
    "       LATERAL (SELECT i.currency, sum(r.moved) AS open FROM receivable r JOIN item i"
    "         USING (task, account, number, charge, instalment)"
    "         WHERE r.effective_on <= d.day GROUP BY task, account, number, charge, instalment,"
    "           i.currency"
    "         HAVING sum(r.moved) <> 0) x GROUP BY d.day, currency";

/* However late it was recorded. */
static void any_day_is_what_the_journal_counts_up_to_it(void **state) {
    (void)state;
    Arena arena = arena_open("memory", 64 << 20);
    Memory memory = {.arena = &arena,
                     .day = day_of("2013-01-02"),
                     .aging = memory_standard_aging(),
                     .keeping = memory_standard_keeping(),
                     .sealed_until = DATE_NONE};
    Talk unheard = talk_open();
    rig_reset(&rig, memory.day);
    for (int i = 0; i < BATCHES; i++) {
        play_batch(&memory, &unheard, &unheard);
        rig_end_day(&rig, 0, memory.day, BATCH_MAX, hear_rig, &unheard);
        memory_end_day(&memory, hear_memory, &unheard);
    }
    for (int task = 1; task < RIG_TASKS; task++) {
        rig_set_day(&rig, task, memory.day);
    }
    PgRows rows = rig_ask(&rig, JOURNAL_BY_DAY);
    assert_true(rows.count > 1);
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Str path = str_format(&arena, "/v1/aging?as_of=%.*s", STR_ARGS(pg_text(&rows, i, 0)));
        bool fits = !pg_bool(&rows, i, 2);
        Str answer = ask(str_terminated(&arena, path), fits ? 200 : 409);
        const char *wanted =
            fits ? str_terminated(&arena, pg_text(&rows, i, 1)) : "\"code\": \"SUM_TOO_LARGE\"";
        assert_non_null(strstr(str_terminated(&arena, answer), wanted));
    }
    arena_close(&unheard.arena);
    arena_close(&arena);
}

/* ---- the journal as auditors ask for it: what its owner changes, with the triggers off, is found
 * where it is */

static void journal_for_audits(Arena *arena) {
    Event events[8];
    rig_reset(&rig, day_of("2013-01-10"));
    for (int i = 0; i < COUNT_OF(events); i++) {
        events[i] = invoice_event(arena, customer(arena, i % 3), str_format(arena, "I-%d", i),
                                  100 + i, "2013-01-02", "2013-02-01");
    }
    give(events, COUNT_OF(events), "2013-01-10");
}

static void as_owner(const char *sql) {
    Err err = {0};
    must(pg_script(rig.owner, "ALTER TABLE entry DISABLE TRIGGER USER", &err) &&
             pg_script(rig.owner, sql, &err),
         &err);
}

static bool says(Str answer, const char *wanted) {
    return strstr(str_terminated(&rig.arena, answer), wanted) != NULL;
}

static Str replay(void) {
    return ask("/v1/audit/replay?task=0&from=0&to=8", 200);
}

static void an_audit_finds_nothing_in_an_untouched_journal(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    journal_for_audits(&arena);
    Str answer = replay();
    assert_true(says(answer, "\"rows\":8,\"size\":8"));
    assert_true(says(answer, "\"faults\":[],\"fault_count\":0"));
    assert_true(says(answer, "\"account\":\"revenue\",\"currency\":\"USD\",\"minor\":-828"));
    PgRows rows = rig_ask(&rig, "SELECT encode(frontier, 'hex') FROM journal_tree WHERE task = 0");
    assert_true(says(answer, str_terminated(&rig.arena, pg_text(&rows, 0, 0))));
    assert_true(says(ask("/v1/audit/tasks", 200), "\"rows\":8,\"first\":0,\"last\":7"));
    assert_true(says(ask("/v1/audit/balances?task=0", 200), "\"amount\":\"828\""));
    Str entries = ask("/v1/audit/entries?creditor=ACME&customer=C-1&invoice=I-4", 200);
    assert_true(says(entries, "\"position\":4,\"fields\":[[\"task\",\"0\"],[\"position\","
                              "\"4\"],[\"creditor\",\"ACME\"]"));
    arena_close(&arena);
}

static void an_audit_locates_what_was_done(void **state) {
    (void)state;
    static const struct {
        const char *sql;
        const char *found[2];
    } rows[] = {
        {"UPDATE entry SET amount = 1 WHERE position = 3",
         {"{\"position\":3,", "\"kind\":\"changed\""}},
        {"UPDATE entry SET invoice = 'I-x' WHERE position = 3",
         {"{\"position\":3,", "\"kind\":\"changed\""}},
        {"UPDATE entry SET leaf = sha256('x') WHERE position = 3",
         {"{\"position\":3,", "\"kind\":\"changed\""}},
        {"UPDATE account SET customer = 'C-x' WHERE customer = 'C-2'",
         {"{\"position\":2,", "\"customer\":\"C-x\",\"entry\":1,\"kind\":\"changed\""}},
        {"DELETE FROM entry WHERE position IN (3, 4)",
         {"{\"position\":3,\"count\":2,\"kind\":\"missing\"}", "\"rows\":6"}},
        {"DELETE FROM entry WHERE position >= 6",
         {"{\"position\":6,\"count\":2,\"kind\":\"missing\"}", "\"rows\":6"}},
        {"UPDATE entry SET position = 9 - position WHERE position IN (4, 5)",
         {"{\"position\":4,", "\"kind\":\"swapped\",\"belongs\":5}"}},
        {"UPDATE entry e SET invoice = o.invoice, amount = o.amount, account = o.account, entry ="
         " o.entry + 10 FROM entry o WHERE e.position + o.position = 9 AND e.position IN (4, 5)",
         {"{\"position\":4,", "{\"position\":5,"}},
        {"INSERT INTO entry SELECT task, account, 77, kind, debit, credit, currency, amount,"
         " effective_on, recorded_on, invoice, charge, instalment, credit_kind, credit_number, "
         "document,"
         " allocation, position, leaf,"
         " epoch FROM entry WHERE position = 2",
         {"{\"position\":2,", "\"kind\":\"doubled\""}},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Arena arena = arena_open("test", 1 << 20);
        journal_for_audits(&arena);
        as_owner(rows[i].sql);
        Str answer = replay();
        if (!says(answer, rows[i].found[0]) || !says(answer, rows[i].found[1])) {
            fail_msg("%s: %.*s", rows[i].sql, STR_ARGS(answer));
        }
        arena_close(&arena);
    }
}

/* Two halves, the tree handed on, are the whole; bad questions are refused. */
static void an_audit_goes_on_where_it_stood(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    journal_for_audits(&arena);
    char path[200];
    Str half = ask("/v1/audit/replay?task=0&from=0&to=4", 200);
    const char *at = strstr(str_terminated(&rig.arena, half), "\"frontier\":\"");
    assert_non_null(at);
    snprintf(path, sizeof path, "/v1/audit/replay?task=0&from=4&to=8&size=4&frontier=%.64s",
             at + sizeof "\"frontier\":\"" - 1);
    Str second = ask(path, 200);
    Str whole = replay();
    const char *root = strstr(str_terminated(&rig.arena, whole), "\"root\":");
    assert_non_null(root);
    assert_true(says(second, str_terminated(&rig.arena, str_from(root, 70))));
    ask("/v1/audit/replay?task=0&from=4&to=8&size=4&frontier=ab", 400);
    ask("/v1/audit/replay?task=0&from=4&to=3", 400);
    ask("/v1/audit/replay?from=4&to=8", 400);
    ask("/v1/audit/heads", 400);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aging_is_counted_from_the_journal),
        cmocka_unit_test(any_day_is_what_the_journal_counts_up_to_it),
        cmocka_unit_test(a_sum_too_large_is_said),
        cmocka_unit_test(reports_say_whose_and_when),
        cmocka_unit_test(exposure_is_ranked),
        cmocka_unit_test(an_account_is_shown_whole),
        cmocka_unit_test(what_the_database_says_stays_inside),
        cmocka_unit_test(an_audit_finds_nothing_in_an_untouched_journal),
        cmocka_unit_test(an_audit_locates_what_was_done),
        cmocka_unit_test(an_audit_goes_on_where_it_stood),
    };
    Arena arena = arena_open("routes", 1 << 16);
    rig_open(&rig);
    asking_open(&arena, 100);
    chance = chance_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    asking_close();
    rig_close(&rig);
    arena_close(&arena);
    return failed;
}
