/* Reports for closing the books, on a real PostgreSQL: over HTTP, by `arrears`, and as hledger
 * reads them.
 *
 *     ledger_report_test ARREARS             every test
 *     ledger_report_test ARREARS --accept    writes the examples of docs/reports.md as they come */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "tests/harness/file.h"
#include "tests/integration/ledger/asking.h"
#include "tests/integration/ledger/command.h"
#include "tests/integration/ledger/page.h"
#include "tests/integration/ledger/play.h"
#include "tests/integration/ledger/script_play.h"

enum { ROW_LIMIT = 100, ARENA_BYTES = 256 << 20 };

static bool accepting;

static Str path_of(Arena *arena, const char *before, Date day) {
    Str text = date_print(arena, day);
    return str_format(arena, "%s%.*s", before, STR_ARGS(text));
}

/* ---- complaints about other systems, each shown to be none here */

static void as_of_uses_only_what_counted_then(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-02-10  extension  E-1  of INV-1  to 2013-06-01  by alice\n"
                                "2013-03-05  payment  PAY-1  30.00 USD  for INV-1\n"
                                "2013-03-06  open\n");
    Str then = ask("/v1/aging?as_of=2013-02-05", 200);
    assert_has(then, "{\"name\":\"1-30\",\"count\":1,\"minor\":10000}");
    Str extended = ask("/v1/aging?as_of=2013-02-10", 200);
    assert_has(extended, "{\"name\":\"current\",\"count\":1,\"minor\":10000}");
    assert_has(ask("/v1/aging?as_of=2013-03-05", 200), "\"open\":{\"count\":1,\"minor\":7000}");
    arena_close(&arena);
}

static void what_was_learned_later_was_not_known(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(
        &arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                "2013-01-31  invoice  INV-2  5.00 USD  due 2013-02-28\n"
                "2013-02-03  payment  PAY-1  30.00 USD  for INV-1  received 2013-01-30\n"
                "2013-02-03  invoice  INV-3  7.00 USD  due 2013-02-28  issued 2013-01-31\n"
                "2013-02-03  extension  E-1  of INV-2  to 2013-06-01  by alice  from 2013-01-31\n"
                "2013-02-04  open\n");
    Str known = ask("/v1/aging?as_of=2013-01-31&known_on=2013-01-31", 200);
    assert_has(known, "\"known_on\":\"2013-01-31\"");
    assert_has(known, "\"open\":{\"count\":2,\"minor\":10500}");
    assert_has(ask("/v1/aging?as_of=2013-01-31", 200), "\"open\":{\"count\":3,\"minor\":8200}");
    assert_has(ask("/v1/cut-off?as_of=2013-01-31", 200),
               "{\"currency\":\"USD\",\"side\":\"recorded_later\",\"kind\":\"payment\",\"count\":1,"
               "\"amount\":{\"currency\":\"USD\",\"minor\":3000}}");
    Str trial = ask("/v1/trial-balance?as_of=2013-01-31&known_on=2013-01-31", 200);
    assert_has(trial, "\"account\":\"receivable\",\"path\":\"assets:receivable\",\"debit\":"
                      "{\"currency\":\"USD\",\"minor\":10500}");
    arena_close(&arena);
}

static void due_today_is_not_overdue(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-02-02  open\n");
    assert_has(ask("/v1/aging?as_of=2013-02-01", 200), "\"current\",\"count\":1");
    assert_has(ask("/v1/kpi?as_of=2013-02-01", 200), "\"overdue_items\":0");
    assert_has(ask("/v1/aging", 200), "\"1-30\",\"count\":1");
    assert_has(ask("/v1/kpi", 200), "\"overdue_items\":1");
    Str statement = ask("/v1/statement?customer=C-1&from=2013-01-01&to=2013-02-01", 200);
    assert_has(statement, "\"days_late\":0");
    assert_has(ask("/v1/aging?as_of=2013-02-01&from=invoice", 200), "\"1-30\",\"count\":1");
    arena_close(&arena);
}

static void a_bucket_beyond_120_days_is_a_matter_of_policy(void **state) {
    (void)state;
    static AgingRule rule = {.aging = {.count = 4,
                                       .buckets = {{S("current"), INT32_MIN},
                                                   {S("1-60"), 1},
                                                   {S("61-120"), 61},
                                                   {S("121+"), 121}}},
                             .hash =
                                 S("000000000000000000000000000000000000000000000000000000000000"
                                   "0002")};
    Arena arena = arena_open("test", ARENA_BYTES);
    const AgingRule *usual = rig.rules.agings;
    rig.rules.agings = &rule;
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-06-02  open\n");
    rig.rules.agings = usual;
    assert_has(ask("/v1/aging?as_of=2013-06-01", 200), "\"61-120\",\"count\":1");
    assert_has(ask("/v1/aging", 200), "\"121+\",\"count\":1");
    arena_close(&arena);
}

/* Under a document that says so, from its day on; another way of counting is asked for. */
static void days_count_from_what_the_policy_says(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-01-20  aging    from: invoice\n"
                                "2013-01-20  invoice  INV-2  50.00 USD  due 2013-02-19\n"
                                "2013-02-03  open\n");
    rig_age_from(&rig, false);
    assert_has(ask("/v1/aging?as_of=2013-01-19", 200), "\"counted_from\":\"due\"");
    assert_has(ask("/v1/aging?as_of=2013-01-19", 200), "\"current\",\"count\":1");
    Str now = ask("/v1/aging?as_of=2013-02-02", 200);
    assert_has(now, "\"counted_from\":\"invoice\"");
    assert_has(now, "\"1-30\",\"count\":1,\"minor\":5000");
    assert_has(now, "\"31-60\",\"count\":1,\"minor\":10000");
    Str due = ask("/v1/aging?as_of=2013-02-02&from=due", 200);
    assert_has(due, "\"counted_from\":\"due\"");
    assert_has(due, "\"current\",\"count\":1,\"minor\":5000");
    assert_has(ask("/v1/kpi?as_of=2013-02-02", 200), "\"overdue_items\":1");
    assert_has(ask("/v1/roll-rates?as_of=2013-02-02&days=10", 200),
               "\"bucket\":\"1-30\",\"now\":\"31-60\"");
    assert_has(command_arrears(&arena, "report aging --as-of 2013-02-02", 0),
               "days from the invoice");
    arena_close(&arena);
}

static void a_partial_payment_leaves_the_rest(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(
        &arena, "2013-01-02  invoice  INV-1  90.00 USD  parts 45.00 2013-01-10  45.00 2013-03-01\n"
                "2013-01-20  payment  PAY-1  50.00 USD  for INV-1\n");
    Str aging = ask("/v1/aging", 200);
    assert_has(aging, "\"open\":{\"count\":1,\"minor\":4000}");
    assert_has(aging, "\"current\",\"count\":1,\"minor\":4000");
    Str statement = ask("/v1/statement?customer=C-1&from=2013-01-01&to=2013-01-20", 200);
    assert_has(statement, "\"closing\":{\"currency\":\"USD\",\"minor\":4000}");
    assert_has(statement, "\"instalment\":2,\"issued_on\":\"2013-01-02\",\"due_on\":\"2013-03-01\","
                          "\"open\":{\"currency\":\"USD\",\"minor\":4000},\"days_late\":0");
    assert_lacks(statement, "\"instalment\":1,\"issued_on\"");
    arena_close(&arena);
}

static void credit_notes_are_no_debts(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-01-03  credit_note  CN-1  130.00 USD\n");
    Str aging = ask("/v1/aging", 200);
    assert_has(aging, "\"currencies\":[]");
    Str statement = ask("/v1/statement?customer=C-1&from=2013-01-01&to=2013-01-03", 200);
    assert_has(statement, "\"closing\":{\"currency\":\"USD\",\"minor\":-3000}");
    assert_has(statement, "\"items\":[]");
    assert_has(statement, "\"number\":\"CN-1\",\"received_on\":\"2013-01-03\",\"unapplied\":"
                          "{\"currency\":\"USD\",\"minor\":3000}");
    arena_close(&arena);
}

static void currencies_never_mix(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-05\n"
                                "2013-01-02  invoice  INV-2  100 JPY  due 2013-02-01\n"
                                "2013-01-06  open\n");
    Str kpi = ask("/v1/kpi", 200);
    assert_has(kpi, "{\"currency\":\"JPY\",\"open_items\":1");
    assert_has(kpi, "{\"currency\":\"USD\",\"open_items\":1");
    assert_has(ask("/v1/aging?by=customer", 200), "\"by\":\"customer\",\"rows\":[{\"customer\":"
                                                  "\"C-1\",\"currency\":\"JPY\"");
    arena_close(&arena);
}

/* ---- figures */

/* 100 USD of two invoices over ten days, of which 40 were paid four days late. */
static void figures_are_as_counted_by_hand(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-01  milestone  M-1  of INV-1  delivered  on 2012-12-30\n"
                                "2013-01-02  invoice  INV-1  40.00 USD  due 2013-01-04\n"
                                "2013-01-02  milestone  M-2  of INV-1  received\n"
                                "2013-01-05  milestone  M-3  of INV-1  approved\n"
                                "2013-01-06  invoice  INV-2  60.00 USD  due 2013-01-09\n"
                                "2013-01-08  payment  PAY-1  40.00 USD  for INV-1\n"
                                "2013-01-10  open\n");
    Str kpi = ask("/v1/kpi?days=10", 200);
    assert_has(kpi, "\"sales\":{\"currency\":\"USD\",\"minor\":10000},\"dso_x100\":600,"
                    "\"best_possible_dso_x100\":0,\"avg_days_delinquent_x100\":600,"
                    "\"count_back_dso_x100\":500,\"cei_x100\":4000,\"settled_invoices\":1,"
                    "\"late_settled_invoices\":1,\"settled\":{\"currency\":\"USD\",\"minor\":4000},"
                    "\"late_pct_x100\":10000,\"avg_days_late_x100\":400,"
                    "\"avg_days_late_of_late_x100\":400,\"weighted_days_late_x100\":400,"
                    "\"avg_days_to_settle_x100\":600,\"avg_days_to_invoice_x100\":300,"
                    "\"avg_days_to_approve_x100\":300");
    Str none = ask("/v1/kpi?as_of=2013-01-04&days=1", 200);
    assert_has(none, "\"dso_x100\":null,\"best_possible_dso_x100\":null,"
                     "\"avg_days_delinquent_x100\":null,\"count_back_dso_x100\":300");
    assert_has(none, "\"late_pct_x100\":null");
    assert_has(command_arrears(&arena, "report kpi --as-of 2013-01-04 --days 1 -o csv", 0),
               "USD,dso,-\n");
    arena_close(&arena);
}

static void rolls_sum_up_to_what_was_open(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  40.00 USD  due 2013-01-20\n"
                                "2013-01-02  invoice  INV-2  60.00 USD  due 2013-03-20\n"
                                "2013-02-02  payment  PAY-1  10.00 USD  for INV-1\n"
                                "2013-02-09  open\n");
    Str rolls = ask("/v1/roll-rates?as_of=2013-02-09", 200);
    assert_has(rolls, "\"rolls\":[{\"currency\":\"USD\",\"bucket\":\"current\",\"now\":\"current\","
                      "\"items\":1,\"amount\":{\"currency\":\"USD\",\"minor\":6000},"
                      "\"share_x100\":6000},{\"currency\":\"USD\",\"bucket\":\"current\",\"now\":"
                      "\"1-30\",\"items\":1,\"amount\":{\"currency\":\"USD\",\"minor\":3000},"
                      "\"share_x100\":3000},{\"currency\":\"USD\",\"bucket\":\"current\",\"now\":"
                      "\"settled\",\"items\":0,\"amount\":{\"currency\":\"USD\",\"minor\":1000},"
                      "\"share_x100\":1000}]");
    arena_close(&arena);
}

#define ZEROS "00000000000000000000000000000000"

/* What a standing approval gives up is on the report, one by one; what is paused or asked about is
 * not touched, and a waiver is no loss. */
static void small_balances_are_listed_by_approval(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(
        &arena,
        "2013-01-02  bookkeeping  allocation: by_reference, small_balances: {most: [{currency: "
        "USD, minor: 500}], days_past_due: 30, approval: {by: mia, reference: SB-1, on: "
        "2013-01-01, until: 2013-12-31, signature: \"" ZEROS ZEROS ZEROS ZEROS "\"}}\n"
        "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-10\n"
        "2013-01-02  invoice  INV-2  0.60 USD  due 2013-01-10\n"
        "2013-01-02  invoice  INV-3  0.50 USD  due 2013-01-10\n"
        "2013-01-02  pause  Z-1  of INV-3  dispute  by alice\n"
        "2013-01-02  invoice  INV-4  0.40 USD  due 2013-01-10\n"
        "2013-01-02  asked  R-1  INV-4\n"
        "2013-01-20  payment  PAY-1  98.00 USD  for INV-1\n"
        "2013-01-20  fee  F-1  3.00 USD  of INV-1\n"
        "2013-01-21  waived  R-2  INV-1+costs/1 3.00 USD part 1.00 USD\n"
        "2013-03-01  rejected  R-1\n"
        "2013-03-02  open\n");
    Str report = ask("/v1/small-balances?from=2013-01-01&to=2013-02-28", 200);
    assert_has(report,
               "\"sums\":[{\"currency\":\"USD\",\"reference\":\"SB-1\",\"reason\":\"a small "
               "balance, as approved by mia\",\"count\":3,\"customers\":1,\"amount\":{"
               "\"currency\":\"USD\",\"minor\":460}}]");
    assert_has(report, "\"effective_on\":\"2013-02-19\",\"customer\":\"C-1\",\"invoice\":\"INV-1\","
                       "\"charge\":\"costs\",\"instalment\":1,\"amount\":{\"currency\":\"USD\","
                       "\"minor\":200}");
    report = ask("/v1/small-balances?from=2013-03-01&to=2013-03-01", 200);
    assert_has(report, "\"invoice\":\"INV-4\"");
    Str recovery = ask("/v1/recovery?from=2013-01-01&to=2013-03-01", 200);
    assert_has(recovery, "\"reason\":\"small_balance\",\"items\":4");
    assert_has(recovery, "\"reason\":\"waived\",\"entries\":1,\"amount\":{\"currency\":\"USD\","
                         "\"minor\":100}");
    assert_has(ask("/v1/tie-out", 200), "\"ties\":true");
    arena_close(&arena);
}

static void recovery_is_by_month_of_the_loss(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena,
                        "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-20\n"
                        "2013-01-02  invoice  INV-2  50.00 USD  due 2013-01-20\n"
                        "2013-03-05  approved  R-1  because insolvent  INV-1 100.00 USD part "
                        "60.00 USD\n"
                        "2013-03-05  approved  R-2  because other  INV-1 40.00 USD\n"
                        "2013-03-06  payment  PAY-2  50.00 USD  for INV-2\n"
                        "2013-04-10  payment  PAY-1  25.00 USD  for INV-1\n");
    Str recovery = ask("/v1/recovery?from=2013-01-01&to=2013-04-10", 200);
    assert_has(recovery,
               "\"months\":[{\"currency\":\"USD\",\"month\":\"2013-03\",\"items\":1,"
               "\"written_off\":{\"currency\":\"USD\",\"minor\":10000},"
               "\"recovered\":{\"currency\":\"USD\",\"minor\":2500},\"rate_x100\":2500}]");
    assert_has(recovery,
               "\"reasons\":[{\"currency\":\"USD\",\"reason\":\"insolvent\",\"items\":1,"
               "\"written_off\":{\"currency\":\"USD\",\"minor\":10000},"
               "\"recovered\":{\"currency\":\"USD\",\"minor\":2500},\"rate_x100\":2500}]");
    assert_has(recovery,
               "\"reason\":\"written_off\",\"entries\":2,\"amount\":{\"currency\":\"USD\","
               "\"minor\":10000},\"share_x100\":6667}");
    assert_has(recovery, "\"reason\":\"paid\",\"entries\":1,\"amount\":{\"currency\":\"USD\","
                         "\"minor\":5000},\"share_x100\":3333}");
    arena_close(&arena);
}

/* ---- what is asked wrongly */

static void bad_parameters_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *path;
        const char *code;
    } rows[] = {
        {"/v1/aging?known_on=never", "KNOWN_ON"},
        {"/v1/aging?from=heaven", "\"FROM\""},
        {"/v1/aging?by=moon", "\"BY\""},
        {"/v1/kpi?days=0", "DAYS"},
        {"/v1/kpi?days=x", "DAYS"},
        {"/v1/roll-rates?days=99999", "DAYS"},
        {"/v1/trial-balance?as_of=2013-02-30", "AS_OF"},
        {"/v1/journal", "SPAN"},
        {"/v1/journal?from=2013-01-02&to=2013-01-01", "SPAN"},
        {"/v1/journal?from=x&to=2013-01-01", "\"FROM\""},
        {"/v1/journal?from=2013-01-01&to=y", "\"TO\""},
        {"/v1/journal?from=2013-01-01&to=2013-01-02&after=1.2", "AFTER"},
        {"/v1/recovery?from=2013-01-01", "SPAN"},
        {"/v1/statement?from=2013-01-01&to=2013-01-02", "CUSTOMER"},
        {"/v1/limitation?within=-1", "WITHIN"},
        {"/v1/limitation?within=soon", "WITHIN"},
    };
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-20\n");
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_has(ask(rows[i].path, 400), rows[i].code);
    }
    (void)ask("/v1/statement?customer=NOBODY&from=2013-01-01&to=2013-01-02", 404);
    assert_has(ask("/v1/aging?as_of=2013-01-02&known_on=2014-01-02", 409), "DAY_NOT_CLOSED");
    assert_has(ask("/v1/journal?from=2013-01-01&to=2014-01-02", 409), "DAY_NOT_CLOSED");
    assert_has(ask("/v1/limitation", 409), "LIMITATION_UNKNOWN");
    (void)command_arrears(&arena, "report aging --known-on yesterday 2>&1", 2);
    (void)command_arrears(&arena, "report aging -o hledger 2>&1", 2);
    arena_close(&arena);
}

static void what_is_cut_says_so(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    ScriptPlay *play = script_play_open(&arena);
    for (int i = 0; i <= ROW_LIMIT; i++) {
        Str line = str_format(&arena, "2013-01-02  invoice  INV-%d  1.00 USD  due 2013-02-01\n", i);
        script_play_text(play, line);
    }
    Str cut = ask("/v1/statement?customer=C-1&from=2013-01-01&to=2013-01-02", 200);
    assert_has(cut, "\"cut\":true,\"row_limit\":100");
    Str said = command_arrears(
        &arena, "report statement --customer C-1 --from 2013-01-01 --to 2013-01-02 2>&1", 0);
    assert_has(said, "cut at 100 rows");
    Str journal =
        command_arrears(&arena, "report journal --from 2013-01-01 --to 2013-01-02 -o csv 2>&1", 0);
    assert_has(journal, "INV-100");
    assert_lacks(journal, "cut at");
    arena_close(&arena);
}

/* ---- money of others */

static void money_on_its_way_is_shown(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    ScriptPlay *play =
        script_played(&arena, "customer ~suspense\n"
                              "2013-01-02  payment  PAY-1  100.00 USD  way card\n"
                              "2013-01-04  payment  PAY-2  30.00 USD  received 2013-01-03\n"
                              "2013-01-05  line  stopped\n"
                              "2013-01-05  move  M-1  of PAY-1  by alice  to C-1 60.00 USD\n"
                              "2013-01-06  open\n");
    assert_has(ask("/v1/trial-balance", 200),
               "\"account\":\"in_transit\",\"path\":\"liabilities:in_transit\","
               "\"debit\":{\"currency\":\"USD\",\"minor\":0},"
               "\"credit\":{\"currency\":\"USD\",\"minor\":6000}");
    Str tied = ask("/v1/tie-out", 200);
    assert_has(tied,
               "\"account\":\"in_transit\",\"sub_ledger\":{\"currency\":\"USD\",\"minor\":-6000},"
               "\"balance\":{\"currency\":\"USD\",\"minor\":-6000}");
    assert_has(tied, "\"ties\":true");
    Str waits = ask("/v1/suspense", 200);
    assert_has(waits, "\"sums\":[{\"currency\":\"USD\",\"count\":2,\"amount\":{\"currency\":"
                      "\"USD\",\"minor\":7000},\"oldest_days\":4}]");
    assert_has(waits, "\"payment\":\"PAY-1\",\"received_on\":\"2013-01-02\",\"days\":4,"
                      "\"way\":\"card\"");
    script_play_text(play, S("2013-01-07  line  running\n"));
    assert_has(ask("/v1/trial-balance", 200),
               "\"account\":\"in_transit\",\"path\":\"liabilities:in_transit\","
               "\"debit\":{\"currency\":\"USD\",\"minor\":0},"
               "\"credit\":{\"currency\":\"USD\",\"minor\":0}");
    assert_has(ask("/v1/suspense?as_of=2013-01-04&known_on=2013-01-04", 200),
               "\"count\":2,\"amount\":{\"currency\":\"USD\",\"minor\":13000}");
    (void)command_arrears(&arena, "report tie-out", 0);
    (void)rig_ask(&rig, "UPDATE move SET recalled = 1 RETURNING 1");
    assert_has(ask("/v1/tie-out", 200), "\"ties\":false");
    arena_close(&arena);
}

/* ---- interest */

static void what_late_payment_costs_is_listed(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2025-01-02  regime  germany-b2b\n"
                                "2025-01-02  invoice  INV-1  10000.00 EUR  due 2025-01-15"
                                "  interest germany-b2b\n"
                                "2025-01-02  invoice  INV-2  500.00 EUR  due 2025-01-15\n"
                                "2025-02-01  open\n");
    Str all = ask("/v1/interest", 200);
    assert_has(all, "\"regime\":\"germany-b2b\",\"debts\":1,"
                    "\"accrued\":{\"currency\":\"EUR\",\"minor\":4940}");
    assert_has(all, "\"invoice\":\"INV-1\",\"instalment\":0,\"regime\":\"germany-b2b\","
                    "\"state\":\"open\",\"accrued_until\":\"2025-01-31\"");
    assert_lacks(all, "INV-2");
    assert_lacks(ask("/v1/interest?customer=C-9", 200), "INV-1");
    Str said = command_arrears(&arena, "report interest -o csv", 0);
    assert_has(said, "germany-b2b,1,49.40,0.00,49.40,0.00,EUR");
    arena_close(&arena);
}

/* ---- tie-out */

static void differences_are_named(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-01-03  payment  PAY-1  130.00 USD  for INV-1\n"
                                "2013-01-03  invoice  INV-2  100.00 USD  due 2013-02-01\n");
    assert_has(ask("/v1/tie-out", 200), "\"differences\":[]");
    (void)command_arrears(&arena, "report tie-out", 0);
    (void)rig_ask(&rig, "UPDATE item SET open = open - 1 WHERE number = 'INV-2' RETURNING 1");
    (void)rig_ask(&rig, "UPDATE credit SET unapplied = 7 RETURNING 1");
    (void)rig_ask(&rig, "UPDATE balance SET amount = amount + 3 WHERE gl = 'bank' RETURNING 1");
    Str said = command_arrears(&arena, "report tie-out -o csv", 1);
    assert_has(said, "item,C-1,INV-2,principal,0,69.99,70.00,-0.01,USD\n");
    assert_has(said, "payment,C-1,PAY-1,-,-,0.07,0.00,0.07,USD\n");
    assert_has(said, "balance,,bank,-,-,130.03,130.00,0.03,USD\n");
    assert_has(said, "receivable,69.99,70.00,70.00,-0.01,USD\n");
    arena_close(&arena);
}

/* ---- random streams against folds of the journal */

/* Day, known day, a currency as the aging has it counted from the journal alone, and whether a
 * report can hold the sum. What was due is the last extension that counted, not the longest. */
static const char FOLDED[] =
    "WITH bucket(name, low, high, position) AS (VALUES ('current', -2147483648, 1, 1),"
    "  ('1-30', 1, 31, 2), ('31-60', 31, 61, 3), ('61-90', 61, 91, 4), ('91+', 91, 2147483647, 5)),"
    " day AS (SELECT DISTINCT effective_on AS day FROM entry"
    "          WHERE effective_on <= (SELECT max(day) FROM task) ORDER BY 1 DESC LIMIT 24),"
    " known AS (SELECT DISTINCT recorded_on AS known FROM entry ORDER BY 1 DESC LIMIT 24),"
    " pair AS (SELECT * FROM day CROSS JOIN known WHERE (day - known) % 7 = 0),"
    " open AS ("
    "  SELECT p.day, p.known, i.currency, sum(CASE e.debit WHEN 'receivable' THEN e.amount"
    "                                              ELSE -e.amount END) AS open,"
    "         p.day - coalesce((SELECT c.due_on FROM due_change c WHERE (c.task, c.account,"
    "           c.number, c.charge, c.instalment) = (i.task, i.account, i.number, i.charge,"
    "           i.instalment) AND c.effective_on <= p.day AND c.recorded_on <= p.known"
    "           ORDER BY c.recorded_on DESC, c.due_on DESC LIMIT 1), i.first_due_on) AS age"
    "    FROM pair p JOIN entry e ON e.effective_on <= p.day AND e.recorded_on <= p.known"
    "    JOIN item i ON (i.task, i.account, i.number, i.charge, i.instalment)"
    "                 = (e.task, e.account, e.invoice, e.charge, e.instalment)"
    "   WHERE e.debit = 'receivable' OR e.credit = 'receivable'"
    "   GROUP BY p.day, p.known, i.task, i.account, i.number, i.charge, i.instalment"
    "  HAVING sum(CASE e.debit WHEN 'receivable' THEN e.amount ELSE -e.amount END) <> 0),"
    " held AS (SELECT DISTINCT day, known, currency FROM open),"
    " filled AS ("
    "  SELECT h.*, b.position, b.name, count(o.open) AS items, coalesce(sum(o.open), 0) AS minor"
    "    FROM held h CROSS JOIN bucket b LEFT JOIN open o"
    "      ON (o.day, o.known, o.currency) = (h.day, h.known, h.currency)"
    "     AND o.age >= b.low AND o.age < b.high"
    "   GROUP BY h.day, h.known, h.currency, b.position, b.name)"
    "SELECT day::text, known::text,"
    "       format('{\"currency\":\"%s\",\"open\":{\"count\":%s,\"minor\":%s},\"buckets\":[%s]}',"
    "              currency, sum(items), sum(minor), string_agg(format("
    "              '{\"name\":\"%s\",\"count\":%s,\"minor\":%s}', name, items, minor), ','"
    "              ORDER BY position)),"
    "       bool_or(sum(minor) > 9223372036854775807) OVER (PARTITION BY day, known)"
    "  FROM filled GROUP BY day, known, currency";

/* One random stream: the rig has it afterwards, and each day's answers as they were that day. */
enum { STREAM_DAYS = 40, PATHS = 7, AGINGS = 3 };

static const char *const LIVE[PATHS] = {"/v1/aging?creditor=ACME&as_of=",
                                        "/v1/aging?creditor=ACME&from=invoice&as_of=",
                                        "/v1/aging?creditor=ACME&by=customer&as_of=",
                                        "/v1/roll-rates?creditor=ACME&days=7&as_of=",
                                        "/v1/kpi?creditor=ACME&days=7&as_of=",
                                        "/v1/limitation?creditor=ACME&as_of=",
                                        "/v1/trial-balance?creditor=ACME&as_of="};

typedef struct Stream {
    Arena *arena;
    Memory memory;
    Talk talk;
    Date first;
    Str lives[STREAM_DAYS][PATHS];
    int status[STREAM_DAYS][PATHS]; /* 409: random amounts are huge now and then */
} Stream;

/* Without what only a question about the past has. */
static Str without_known(Arena *arena, Str answer, Str day) {
    Str part = str_format(arena, "\"known_on\":\"%.*s\",", STR_ARGS(day));
    const char *whole = str_terminated(arena, answer);
    const char *at = strstr(whole, str_terminated(arena, part));
    return at == NULL ? answer
                      : str_format(arena, "%.*s%s", (int)(at - whole), whole, at + part.len);
}

/* Of the open day, where nothing is joined as long as nothing counts later, as of any other day. */
static void assert_live(Stream *stream, Date day) {
    Arena *arena = stream->arena;
    Str text = date_print(arena, day);
    for (int path = 0; path < AGINGS; path++) {
        int status = 0;
        Str live = path_of(arena, LIVE[path], day);
        Str past = str_format(arena, "%.*s&known_on=%.*s", STR_ARGS(live), STR_ARGS(text));
        Str found = str_copy(arena, ask_any(str_terminated(arena, live), &status));
        Str wanted = without_known(arena, ask_any(str_terminated(arena, past), &status), text);
        if (!str_equals(found, wanted)) {
            fail_msg("%.*s\nwanted %.*s\n   got %.*s", STR_ARGS(live), STR_ARGS(wanted),
                     STR_ARGS(found));
        }
    }
}

/* What is asked of a day is asked at its end: then the sales that settle on it are settled. */
static void day_ask(Stream *stream, int number, Date day) {
    for (int path = 0; path < PATHS; path++) {
        Str asked = path_of(stream->arena, LIVE[path], day);
        Str answer = ask_any(str_terminated(stream->arena, asked), &stream->status[number][path]);
        stream->lives[number][path] = str_copy(stream->arena, answer);
    }
}

static void day_play(Stream *stream, int number) {
    Memory *memory = &stream->memory;
    Date day = memory->day;
    play_batch(memory, &stream->talk, &stream->talk);
    assert_live(stream, day);
    (void)rig_end_day(&rig, 0, day, BATCH_MAX, hear_rig, &stream->talk);
    memory_end_day(memory, hear_memory, &stream->talk);
    for (int task = 1; task < RIG_TASKS; task++) {
        rig_set_day(&rig, task, memory->day);
    }
    day_ask(stream, number, day);
}

static Stream *stream_play(Arena *arena) {
    static Bookkeeping keeping;
    Stream *stream = ARENA_NEW(arena, Stream);
    *stream = (Stream){.arena = arena, .talk = talk_open(), .first = day_of("2013-01-02")};
    stream->memory = (Memory){.arena = arena,
                              .day = stream->first,
                              .aging = memory_standard_aging(),
                              .keeping = memory_standard_keeping()};
    keeping = stream->memory.keeping;
    keeping.limitation =
        (Limitation){.years = 1, .from = LIMITATION_FROM_DUE, .part_payment = true};
    rig.rules.keepings = &keeping;
    rig_reset(&rig, stream->first);
    for (int i = 0; i < STREAM_DAYS; i++) {
        stream->talk.count = 0;
        day_play(stream, i);
    }
    return stream;
}

static void stream_close(Stream *stream) {
    arena_close(&stream->talk.arena);
}

/* Milestones have no record date: what is counted of them may have grown. */
static Str without_steps(Arena *arena, Str answer) {
    StrBuilder out = str_builder(arena, answer.len + 1);
    const char *at = str_terminated(arena, answer);
    for (const char *step; (step = strstr(at, ",\"avg_days_to_invoice")) != NULL;) {
        str_add(&out, str_from(at, step - at));
        at = strchr(step, '}');
        CHECK(at != NULL);
    }
    str_add(&out, str_of(at));
    return str_built(&out);
}

static void assert_known(Stream *stream, int number, int path) {
    int status = 0;
    Arena *arena = stream->arena;
    Date day = date_add(stream->first, number);
    Str text = date_print(arena, day);
    Str then = path_of(arena, LIVE[path], day);
    Str now = str_format(arena, "%.*s&known_on=%.*s", STR_ARGS(then), STR_ARGS(text));
    Str got = without_known(arena, ask_any(str_terminated(arena, now), &status), text);
    Str live = without_steps(arena, stream->lives[number][path]);
    got = without_steps(arena, got);
    assert_int_equal(status, stream->status[number][path]);
    if (!str_equals(got, live)) {
        fail_msg("%.*s\nthen %.*s\n now %.*s", STR_ARGS(now), STR_ARGS(live), STR_ARGS(got));
    }
}

static void known_on_is_what_was_answered_that_day(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    Stream *stream = stream_play(&arena);
    for (int i = 0; i < STREAM_DAYS * PATHS; i++) {
        assert_known(stream, i / PATHS, i % PATHS);
    }
    stream_close(stream);
    arena_close(&arena);
}

static void any_day_as_known_on_any_is_a_fold_of_the_journal(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    Stream *stream = stream_play(&arena);
    PgRows rows = rig_ask(&rig, FOLDED);
    assert_true(rows.count > 1);
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Str path = str_format(&arena, "/v1/aging?as_of=%.*s&known_on=%.*s",
                              STR_ARGS(pg_text(&rows, i, 0)), STR_ARGS(pg_text(&rows, i, 1)));
        bool good = !pg_bool(&rows, i, 3);
        Str answer = ask(str_terminated(&arena, path), good ? 200 : 409);
        assert_has(answer, good ? str_terminated(&arena, pg_text(&rows, i, 2)) : "SUM_TOO_LARGE");
    }
    stream_close(stream);
    arena_close(&arena);
}

/* ---- hledger */

/* The programs' output goes by files below the folder of the test. */
static void hledger_compare(Arena *arena, Date day) {
    char folder[] = "/tmp/arrears-hledger-XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    Str text = date_print(arena, day);
    Str journal = str_format(arena,
                             "report journal --from 1990-01-01 --to %.*s --known-on %.*s"
                             " -o hledger >%s/journal",
                             STR_ARGS(text), STR_ARGS(text), folder);
    (void)command_arrears(arena, str_terminated(arena, journal), 0);
    Str trial = str_format(arena,
                           "report trial-balance --as-of %.*s --known-on %.*s"
                           " -o json >%s/trial",
                           STR_ARGS(text), STR_ARGS(text), folder);
    (void)command_arrears(arena, str_terminated(arena, trial), 0);
    Str line = str_format(
        arena,
        "tests/integration/ledger/hledger.py %s/journal %s/trial 2>&1; code=$?; rm -r %s;"
        " exit $code",
        folder, folder, folder);
    (void)command_run(arena, str_terminated(arena, line), 0);
}

/* False where the balances fit no amount. */
static bool has_trial_balance(Arena *arena, Date day) {
    int status = 0;
    Str path = path_of(arena, LIVE[PATHS - 1], day);
    (void)ask_any(str_terminated(arena, path), &status);
    return status == 200;
}

static bool golden_compare(const char *path) {
    Arena arena = arena_open("test", ARENA_BYTES);
    ScriptPlay *play = script_play_open(&arena);
    script_play_text(play, file_read(&arena, path));
    bool has = has_trial_balance(&arena, play->day);
    if (has) {
        hledger_compare(&arena, play->day);
        (void)command_arrears(&arena, "report tie-out", 0);
    }
    arena_close(&arena);
    return has;
}

static void hledger_agrees_on_every_golden_script(void **state) {
    (void)state;
    enum { SCRIPTS_LEAST = 15 };
    assert_true(script_play_each(golden_compare) >= SCRIPTS_LEAST);
}

/* Until amounts are too large for one sum. */
static void hledger_agrees_on_random_streams(void **state) {
    (void)state;
    enum { STREAMS = 3 };
    for (int i = 0; i < STREAMS; i++) {
        Arena arena = arena_open("test", ARENA_BYTES);
        Stream *stream = stream_play(&arena);
        int day = STREAM_DAYS - 1;
        while (day > 0 && stream->status[day][PATHS - 1] != 200) {
            day--;
        }
        if (stream->status[day][PATHS - 1] == 200) {
            hledger_compare(&arena, date_add(stream->first, day));
        }
        stream_close(stream);
        arena_close(&arena);
    }
}

/* ---- docs/reports.md: its examples are what the commands print */

static void examples_of_the_page_are_what_is_printed(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    Page page = page_open("docs/reports.md", &arena);
    script_play_text(script_play_open(&arena), page_block(&page, "script"));
    page_check(&page, accepting);
    arena_close(&arena);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_of_uses_only_what_counted_then),
        cmocka_unit_test(what_was_learned_later_was_not_known),
        cmocka_unit_test(due_today_is_not_overdue),
        cmocka_unit_test(a_bucket_beyond_120_days_is_a_matter_of_policy),
        cmocka_unit_test(days_count_from_what_the_policy_says),
        cmocka_unit_test(a_partial_payment_leaves_the_rest),
        cmocka_unit_test(credit_notes_are_no_debts),
        cmocka_unit_test(currencies_never_mix),
        cmocka_unit_test(figures_are_as_counted_by_hand),
        cmocka_unit_test(rolls_sum_up_to_what_was_open),
        cmocka_unit_test(small_balances_are_listed_by_approval),
        cmocka_unit_test(recovery_is_by_month_of_the_loss),
        cmocka_unit_test(bad_parameters_are_refused),
        cmocka_unit_test(what_is_cut_says_so),
        cmocka_unit_test(money_on_its_way_is_shown),
        cmocka_unit_test(what_late_payment_costs_is_listed),
        cmocka_unit_test(differences_are_named),
        cmocka_unit_test(known_on_is_what_was_answered_that_day),
        cmocka_unit_test(any_day_as_known_on_any_is_a_fold_of_the_journal),
        cmocka_unit_test(hledger_agrees_on_every_golden_script),
        cmocka_unit_test(hledger_agrees_on_random_streams),
        cmocka_unit_test(examples_of_the_page_are_what_is_printed),
    };
    CHECK(argc >= 2);
    accepting = argc > 2 && strcmp(argv[2], "--accept") == 0;
    Arena arena = arena_open("routes", 1 << 16);
    rig_open(&rig);
    asking_open(&arena, ROW_LIMIT);
    command_open(argv[1], asking_port());
    chance = chance_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    asking_close();
    rig_close(&rig);
    arena_close(&arena);
    return failed;
}
