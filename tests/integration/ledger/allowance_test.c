/* The loss allowance, on a real PostgreSQL: as reported over HTTP and by `arrears`, under documents
 * that are compiled as the service does it.
 *
 *     ledger_allowance_report_test ARREARS             every test
 *     ledger_allowance_report_test ARREARS --accept    writes the examples of docs/allowance.md */
#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "tests/harness/file.h"
#include "tests/integration/ledger/asking.h"
#include "tests/integration/ledger/command.h"
#include "tests/integration/ledger/page.h"
#include "tests/integration/ledger/play.h"
#include "tests/integration/ledger/script_play.h"

enum { ROW_LIMIT = 100, ARENA_BYTES = 256 << 20, DOCUMENTS_MAX = 8 };

static bool accepting;

/* ---- rule sets */

typedef struct RuleBook {
    RuleDocument documents[DOCUMENTS_MAX];
    int count;
} RuleBook;

static void add(RuleBook *book, const char *path, const char *hash, Str yaml) {
    CHECK(book->count < DOCUMENTS_MAX);
    book->documents[book->count++] = (RuleDocument){str_of(path), str_of(hash), yaml};
}

static RuleBook shipped(Arena *arena) {
    RuleBook book = {0};
    add(&book, "aging/standard.yaml", "a", file_read(arena, "policies/aging/standard.yaml"));
    add(&book, "bookkeeping/default.yaml", "b",
        file_read(arena, "policies/bookkeeping/default.yaml"));
    return book;
}

/* In force from now on. */
static void use(Arena *arena, const RuleBook *book) {
    Err err = {0};
    const void *rules = NULL;
    must(rig.service.compile(rig.service.self, book->documents, book->count, arena, &rules, &err),
         &err);
    rig.rules = *(const LedgerRules *)rules;
}

/* With the shipped matrix. */
static void use_shipped(Arena *arena) {
    RuleBook book = shipped(arena);
    add(&book, "allowance/default.yaml", "d", file_read(arena, "policies/allowance/default.yaml"));
    use(arena, &book);
}

static void use_yaml(Arena *arena, const char *yaml) {
    RuleBook book = shipped(arena);
    add(&book, "allowance/own.yaml", yaml, str_of(yaml));
    use(arena, &book);
}

#define LINE(currency, bucket, items, open, rate, applied, allowance)                              \
    "{\"currency\":\"" currency "\",\"bucket\":\"" bucket "\",\"items\":" #items ",\"open\":{"     \
    "\"currency\":\"" currency "\",\"minor\":" #open "},\"rate\":\"" rate                          \
    "\",\"applied\":\"" applied "\",\"allowance\":{\"currency\":\"" currency                       \
    "\",\"minor\":" #allowance "}}"

/* ---- the matrix */

/* IFRS 9, illustrative examples, example 12: 30 million of trade receivables, 580,000 of which are
 * expected to be lost. */
static void the_example_of_the_standard(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_shipped(&arena);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  1000000.00 USD  due 2013-01-31\n"
                                "2013-01-02  invoice  INV-2  2500000.00 USD  due 2013-03-10\n"
                                "2013-01-02  invoice  INV-3  4000000.00 USD  due 2013-04-10\n"
                                "2013-01-02  invoice  INV-4  7500000.00 USD  due 2013-05-10\n"
                                "2013-01-02  invoice  INV-5  15000000.00 USD  due 2013-06-10\n"
                                "2013-05-31  open\n");
    Str report = ask("/v1/allowance", 200);
    assert_has(report, "\"matrix\":[" LINE("USD", "current", 1, 1500000000, "0.3", "0.3",
                                           4500000) ","                       //
               LINE("USD", "1-30", 1, 750000000, "1.6", "1.6", 12000000) ","  //
               LINE("USD", "31-60", 1, 400000000, "3.6", "3.6", 14400000) "," //
               LINE("USD", "61-90", 1, 250000000, "6.6", "6.6", 16500000) "," //
               LINE("USD", "default", 1, 100000000, "10.6", "10.6", 10600000) "]");
    assert_has(report, "\"totals\":[{\"currency\":\"USD\",\"items\":5,\"open\":{\"currency\":"
                       "\"USD\",\"minor\":3000000000},\"allowance\":{\"currency\":\"USD\","
                       "\"minor\":58000000},\"share_x100\":193}]");
    assert_has(report, "\"policy\":[{\"id\":\"default\",\"valid_from\":\"1900-01-01\",\"document\":"
                       "\"d\",\"default_days\":90,\"rebutted\":\"\"");
    Str table = command_arrears(&arena, "report allowance -o csv", 0);
    assert_has(table, "default,1,1000000.00,10.6,10.6,106000.00,USD\n");
    assert_has(table, "5,30000000.00,1.93,580000.00,USD\n");
    arena_close(&arena);
}

#define RATES_TO_60                                                                                \
    "  - {bucket: current, percent: 1}\n  - {bucket: 1-30, percent: 2}\n"                          \
    "  - {bucket: 31-60, percent: 3}\n"
#define RATES_TO_90 RATES_TO_60 "  - {bucket: 61-90, percent: 4}\n"
#define HEAD(id)    "id: " id "\nvalid_from: 1900-01-01\nrounding: half_up\nrates:\n"

static const char OVERDUE_90[] = "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                 "2013-05-03  open\n";

static void default_is_presumed_from_day_90(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_yaml(&arena, HEAD("ACME") RATES_TO_90 "  - {bucket: default, percent: 50}\n");
    (void)script_played(&arena, OVERDUE_90);
    assert_has(ask("/v1/allowance?as_of=2013-05-01", 200),
               LINE("USD", "61-90", 1, 10000, "4", "4", 400));
    assert_has(ask("/v1/allowance?as_of=2013-05-02", 200),
               LINE("USD", "default", 1, 10000, "50", "50", 5000));
    arena_close(&arena);
}

static void the_presumption_can_be_rebutted(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_yaml(&arena, HEAD("ACME") RATES_TO_90
             "  - {bucket: 91+, percent: 5}\n  - {bucket: default, percent: 50}\n"
             "rebutted: {days: 95, reason: public bodies pay late}\n");
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-05-08  open\n");
    Str before = ask("/v1/allowance?as_of=2013-05-06", 200);
    assert_has(before, LINE("USD", "91+", 1, 10000, "5", "5", 500));
    assert_has(before, "\"default_days\":95,\"rebutted\":\"public bodies pay late\"");
    assert_has(ask("/v1/allowance?as_of=2013-05-07", 200),
               LINE("USD", "default", 1, 10000, "50", "50", 5000));
    arena_close(&arena);
}

/* A bucket ends where default begins, if that lies in the midst of it. */
static void default_cuts_its_bucket(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_yaml(&arena, HEAD("ACME") RATES_TO_60 "  - {bucket: default, percent: 50}\n"
                                              "rebutted: {days: 45, reason: they never pay}\n");
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-03-20  open\n");
    assert_has(ask("/v1/allowance?as_of=2013-03-17", 200),
               LINE("USD", "31-60", 1, 10000, "3", "3", 300));
    assert_has(ask("/v1/allowance?as_of=2013-03-18", 200),
               LINE("USD", "default", 1, 10000, "50", "50", 5000));
    arena_close(&arena);
}

/* ---- the market index: in the rig a task notes what is in force when something happens on a day;
 * in the service every day ends with an event of its own */

static const char INDEXED[] = HEAD("ACME") RATES_TO_90 "  - {bucket: default, percent: 80}\n"
                                                       "index: outlook\n";
static const char OUTLOOK[] = "id: outlook\nsource: nobody\nread: 2013-01-01\n"
                              "known_until: 2013-05-05\npoints:\n"
                              "  - {from: 2013-01-01, rate: 100}\n"
                              "  - {from: 2013-05-02, rate: 112.5}\n"
                              "  - {from: 2013-05-03, rate: 150}\n";

static void the_index_counts_from_its_day(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    RuleBook book = shipped(&arena);
    add(&book, "allowance/own.yaml", "i", str_of(INDEXED));
    add(&book, "series/outlook.yaml", "o", str_of(OUTLOOK));
    use(&arena, &book);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                                "2013-01-02  invoice  INV-2  1.04 USD  due 2013-06-01\n"
                                "2013-05-02  milestone  M-1  of INV-1  sent\n"
                                "2013-05-03  milestone  M-2  of INV-1  received\n"
                                "2013-05-06  milestone  M-3  of INV-1  approved\n"
                                "2013-05-08  open\n");
    assert_has(ask("/v1/allowance?as_of=2013-05-01", 200),
               LINE("USD", "61-90", 1, 10000, "4", "4", 400));
    Str raised = ask("/v1/allowance?as_of=2013-05-02", 200);
    assert_has(raised, LINE("USD", "current", 1, 104, "1", "1.125", 1)); /* 1.17 cents */
    assert_has(raised, LINE("USD", "default", 1, 10000, "80", "90", 9000));
    Str capped = ask("/v1/allowance?as_of=2013-05-03", 200);
    assert_has(capped, LINE("USD", "current", 1, 104, "1", "1.5", 2)); /* 1.56 cents */
    assert_has(capped, LINE("USD", "default", 1, 10000, "80", "100", 10000));
    Str unknown = ask("/v1/allowance?as_of=2013-05-06", 409);
    assert_has(unknown, "INDEX_UNKNOWN");
    assert_has(unknown, "had no rate for 2013-05-06");
    arena_close(&arena);
}

/* ---- what is in force */

static void no_document_is_an_answer(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    RuleBook book = shipped(&arena);
    use(&arena, &book);
    (void)script_played(&arena, OVERDUE_90);
    assert_has(ask("/v1/allowance", 409), "NO_ALLOWANCE");
    assert_has(ask("/v1/loss-rates", 409), "NO_ALLOWANCE");
    arena_close(&arena);
}

static void a_day_keeps_its_matrix(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_yaml(&arena, HEAD("ACME") RATES_TO_90 "  - {bucket: default, percent: 50}\n");
    ScriptPlay *play = script_played(&arena, OVERDUE_90);
    script_play_text(play, S("2013-05-04  open\n"));
    use_yaml(&arena, HEAD("default") RATES_TO_90 "  - {bucket: default, percent: 60}\n");
    rig.rules.keepings = &play->keeping;
    script_play_text(play, S("2013-05-04  invoice  INV-2  1.00 USD  due 2013-06-01\n"));
    assert_has(ask("/v1/allowance?as_of=2013-05-03", 200),
               LINE("USD", "default", 1, 10000, "50", "50", 5000));
    assert_has(ask("/v1/allowance?as_of=2013-05-04", 200),
               LINE("USD", "default", 1, 10000, "60", "60", 6000));
    script_play_text(play, S("2013-05-05  open\n"));
    RuleBook none = shipped(&arena);
    use(&arena, &none);
    rig.rules.keepings = &play->keeping;
    script_play_text(play, S("2013-05-05  invoice  INV-3  1.00 USD  due 2013-06-01\n"
                             "2013-05-06  invoice  INV-4  1.00 USD  due 2013-06-01\n"));
    assert_has(ask("/v1/allowance?as_of=2013-05-05", 409), "NO_ALLOWANCE");
    assert_has(ask("/v1/allowance?as_of=2013-05-04", 200),
               LINE("USD", "default", 1, 10000, "60", "60", 6000));
    assert_int_equal(number_of("SELECT count(*) FROM allowance_rule WHERE task = 0"), 3);
    arena_close(&arena);
}

static void currencies_and_creditors_never_mix(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    RuleBook book = shipped(&arena);
    add(&book, "allowance/acme.yaml", "1",
        S(HEAD("ACME") RATES_TO_90 "  - {bucket: current, currency: JPY, percent: 7.5}\n"
                                   "  - {bucket: default, percent: 50}\n"));
    add(&book, "allowance/default.yaml", "2",
        S(HEAD("default") RATES_TO_90 "  - {bucket: default, percent: 20}\n"));
    use(&arena, &book);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100 JPY  due 2013-07-01\n"
                                "2013-01-02  invoice  INV-2  100.00 USD  due 2013-07-01\n"
                                "2013-05-03  open\n");
    Account other = {S("BETA"), S("C-1")};
    Event event = invoice_event(&arena, other, S("INV-1"), 5000, "2013-01-02", "2013-02-01");
    give(&event, 1, "2013-05-03");
    Str own = ask("/v1/allowance?creditor=ACME", 200);
    assert_has(own, LINE("JPY", "current", 1, 100, "7.5", "7.5", 8));
    assert_has(own, LINE("USD", "current", 1, 10000, "1", "1", 100));
    assert_has(own, LINE("USD", "default", 0, 0, "50", "50", 0));
    Str others = ask("/v1/allowance?creditor=BETA", 200);
    assert_has(others, "\"matrix\":[" LINE("USD", "current", 0, 0, "1", "1", 0));
    assert_has(others, LINE("USD", "default", 1, 5000, "20", "20", 1000) "]");
    assert_has(ask("/v1/allowance", 409), "CREDITOR_WANTED");
    arena_close(&arena);
}

/* ---- the movement */

#define USD(minor) "{\"currency\":\"USD\",\"minor\":" #minor "}"
#define MOVEMENT(opening, charge, used, recoveries, closing)                                       \
    "{\"currency\":\"USD\",\"opening\":" USD(opening) ",\"charge\":" USD(charge) ",\"used\":" USD( \
        used) ",\"recoveries\":" USD(recoveries) ",\"closing\":" USD(closing) "}"
#define ENTRY(debit, credit, minor)                                                                \
    "{\"currency\":\"USD\",\"debit\":\"" debit "\",\"credit\":\"" credit                           \
    "\",\"amount\":" USD(minor) "}"

/* Opening: 100.00 at 50 percent and 200.00 at 50. 80.00 of a third debt were given up, with 30.00
 * coming back; the second was paid, the first was given up. Closing: 40.00 current at 1 percent. */
static void the_movement_sums(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_yaml(&arena, HEAD("ACME") RATES_TO_90 "  - {bucket: default, percent: 50}\n");
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-05\n"
                                "2013-01-02  invoice  INV-2  200.00 USD  due 2013-01-05\n"
                                "2013-01-02  invoice  INV-3  80.00 USD  due 2013-01-05\n"
                                "2013-04-20  approved  R-3  INV-3 80.00 USD\n"
                                "2013-05-02  payment  PAY-3  30.00 USD  for INV-3\n"
                                "2013-05-03  approved  R-1  INV-1 100.00 USD\n"
                                "2013-05-04  payment  PAY-2  200.00 USD  for INV-2\n"
                                "2013-05-05  invoice  INV-4  40.00 USD  due 2013-06-01\n"
                                "2013-05-06  open\n");
    Str report = ask("/v1/allowance?as_of=2013-05-05&from=2013-05-01", 200);
    assert_has(report, "\"movement\":[" MOVEMENT(15000, -7960, 10000, 3000, 40) "]");
    assert_has(report, "\"entries\":[" ENTRY("loss_allowance", "bad_debt", 10000) "," //
               ENTRY("recovery", "loss_allowance", 3000) ","                          //
               ENTRY("loss_allowance", "impairment_loss", 7960) "]");
    Str year = ask("/v1/allowance?as_of=2013-05-05", 200);
    assert_has(year, "\"from\":\"2013-01-01\"");
    assert_has(year, MOVEMENT(0, 15040, 18000, 3000, 40));
    assert_has(year, ENTRY("impairment_loss", "loss_allowance", 15040));
    Str trial = ask("/v1/trial-balance?as_of=2013-05-05", 200);
    assert_has(trial,
               "\"account\":\"bad_debt\",\"path\":\"expenses:bad_debt\",\"debit\":" USD(18000));
    arena_close(&arena);
}

/* The tax that a write-off takes back was no loss; what is claimed again was none in the end. */
static void used_is_what_moved_on_bad_debt(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_yaml(&arena, HEAD("ACME") RATES_TO_90 "  - {bucket: default, percent: 50}\n");
    (void)script_played(
        &arena, "2013-01-02  bookkeeping  allocation: by_reference, write_off: {splits_tax: true}\n"
                "2013-01-02  invoice  INV-1  119.00 USD  due 2013-01-05  tax 19.00\n"
                "2013-01-02  invoice  INV-2  50.00 USD  due 2013-01-05\n"
                "2013-02-01  approved  R-1  INV-1 119.00 USD  INV-2 50.00 USD\n"
                "2013-02-02  reinstatement  RI-1  INV-2 all\n"
                "2013-02-03  open\n");
    assert_has(ask("/v1/allowance?as_of=2013-02-02&from=2013-02-01", 200),
               MOVEMENT(338, 9762, 10000, 0, 100));
    assert_has(ask("/v1/allowance?as_of=2013-02-01&from=2013-02-01", 200),
               MOVEMENT(338, 14662, 15000, 0, 0));
    arena_close(&arena);
}

static void a_report_is_as_it_was_known(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_yaml(&arena, HEAD("ACME") RATES_TO_90 "  - {bucket: default, percent: 50}\n");
    (void)script_played(&arena,
                        "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"
                        "2013-05-04  payment  PAY-1  60.00 USD  for INV-1  received 2013-05-02\n"
                        "2013-05-05  open\n");
    assert_has(ask("/v1/allowance?as_of=2013-05-03&known_on=2013-05-03", 200),
               LINE("USD", "default", 1, 10000, "50", "50", 5000));
    assert_has(ask("/v1/allowance?as_of=2013-05-03", 200),
               LINE("USD", "default", 1, 4000, "50", "50", 2000));
    arena_close(&arena);
}

/* ---- given up and still claimed */

static void what_is_still_claimed_is_told(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_shipped(&arena);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-05\n"
                                "2013-01-02  invoice  INV-2  50.00 USD  due 2013-01-05\n"
                                "2013-01-02  invoice  INV-3  20.00 USD  due 2013-01-05\n"
                                "2013-01-02  invoice  INV-4  7.00 USD  due 2013-01-05\n"
                                "2013-02-01  approved  R-1  INV-1 100.00 USD  INV-2 50.00 USD\n"
                                "2013-03-01  approved  R-2  INV-3 20.00 USD\n"
                                "2013-03-02  payment  PAY-1  30.00 USD  for INV-1\n"
                                "2013-03-03  payment  PAY-2  50.00 USD  for INV-2\n"
                                "2013-03-04  reinstatement  RI-1  INV-3 12.00 USD\n"
                                "2013-03-05  reduction  A-1  sale  INV-3 all  price 1.00 USD\n"
                                "2013-03-06  open\n");
#define ENFORCED(items, outstanding, of_span, outstanding_of_span)                                 \
    "\"enforced\":[{\"currency\":\"USD\",\"items\":" #items                                        \
    ",\"outstanding\":" USD(outstanding) ",\"items_of_span\":" #of_span                            \
                                         ",\"outstanding_of_span\":" USD(outstanding_of_span) "}]"
    assert_has(ask("/v1/allowance?as_of=2013-03-01&from=2013-03-01", 200),
               ENFORCED(3, 17000, 1, 2000));
    assert_has(ask("/v1/allowance?as_of=2013-03-02", 200), ENFORCED(3, 14000, 3, 14000));
    assert_has(ask("/v1/allowance?as_of=2013-03-04&from=2013-03-01", 200),
               ENFORCED(2, 7800, 1, 800));
    assert_has(ask("/v1/allowance?as_of=2013-03-05&from=2013-03-01", 200),
               ENFORCED(1, 7000, 0, 0)); /* the rest of INV-3 went with its sale */
    assert_has(ask("/v1/allowance?as_of=2013-01-31", 200), "\"enforced\":[]");
    arena_close(&arena);
}

/* Of INV-2 the rest was acknowledged, and not what had been given up before. */
static void what_is_barred_is_claimed_no_more(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_shipped(&arena);
    (void)script_played(&arena,
                        "2013-01-02  bookkeeping  allocation: by_reference, statements: {every: "
                        "month}, limitation: {years: 1, from: due, part_payment: false}\n"
                        "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-05\n"
                        "2013-01-02  invoice  INV-2  50.00 USD  due 2013-01-06\n"
                        "2013-01-02  invoice  INV-3  20.00 USD  due 2013-01-07\n"
                        "2013-01-20  approved  R-1  INV-2 50.00 USD part 15.00 USD\n"
                        "2013-02-03  agreed  BA-1  of ~S/2013-01-31  155.00 USD  by alice"
                        "  on 2013-02-02\n"
                        "2013-02-10  approved  R-2  INV-3 20.00 USD\n"
                        "2013-12-01  invoice  INV-4  7.00 USD  due 2013-12-05\n"
                        "2014-01-02  approved  R-3  INV-4 7.00 USD\n"
                        "2014-02-04  open\n");
    assert_has(ask("/v1/allowance?as_of=2014-01-06", 200), ENFORCED(3, 4200, 1, 700));
    assert_has(ask("/v1/allowance?as_of=2014-01-07", 200), ENFORCED(2, 2700, 1, 700));
    assert_has(ask("/v1/allowance?as_of=2014-02-02", 200), ENFORCED(2, 2700, 1, 700));
    assert_has(ask("/v1/allowance?as_of=2014-02-03", 200), ENFORCED(1, 700, 1, 700));
    arena_close(&arena);
}

/* ---- observed rates */

static void what_nothing_entered_has_no_rate(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_shipped(&arena);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-31\n"
                                "2013-01-02  invoice  INV-2  5.00 USD  due 2013-02-01\n"
                                "2013-01-20  payment  PAY-1  100.00 USD  for INV-1\n"
                                "2013-05-02  open\n");
    Str rates = ask("/v1/loss-rates?as_of=2013-05-01&months=1", 200);
    assert_has(rates, "\"due_from\":\"2013-01-01\",\"due_to\":\"2013-01-31\",\"next_day\":"
                      "\"2013-05-03\"");
    assert_has(rates, "{\"currency\":\"USD\",\"bucket\":\"current\",\"entered\":" USD(
                          10000) ",\"lost\":" USD(0) ",\"rate\":\"0\",\"former\":\"0.3\"}");
    assert_has(rates, "{\"currency\":\"USD\",\"bucket\":\"1-30\",\"entered\":" USD(
                          0) ",\"lost\":" USD(0) ",\"rate\":null,\"former\":\"1.6\"}");
    assert_has(ask("/v1/loss-rates?as_of=2013-02-01&months=1", 200), "\"rates\":[]");
    Str said = command_arrears(
        &arena, "policy observe policies --as-of 2013-05-01 --months 1 --dry-run 2>&1", 0);
    assert_has(said, "USD 1-30: nothing entered it, so its former rate of 1.6 percent stays\n");
    assert_has(said, "  - {bucket: \"1-30\", percent: 1.6}\n");
    assert_has(said, "currency: USD, percent: 0, entered: 10000, lost: 0}\n");
    arena_close(&arena);
}

/* What was given up early stands among what is lost in every bucket; what came back, was credited
 * or cancelled does not. */
static void what_ends_unpaid_is_lost(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_shipped(&arena);
    (void)script_played(&arena, "2013-01-02  invoice  INV-1  100.00 USD  due 2013-01-10\n"
                                "2013-01-02  invoice  INV-2  40.00 USD  due 2013-01-10\n"
                                "2013-01-02  invoice  INV-3  60.00 USD  due 2013-01-10\n"
                                "2013-01-03  cancellation  CAN-1  of INV-3\n"
                                "2013-01-20  approved  R-1  INV-1 100.00 USD\n"
                                "2013-02-20  payment  PAY-1  25.00 USD  for INV-1\n"
                                "2013-02-20  credit_note  CN-1  15.00 USD  for INV-2\n"
                                "2013-05-02  open\n");
    Str rates = ask("/v1/loss-rates?as_of=2013-05-01&months=1", 200);
#define RATE(bucket, entered, rate)                                                                \
    "\"bucket\":\"" bucket                                                                         \
    "\",\"entered\":" USD(entered) ",\"lost\":" USD(10000) ",\"rate\":\"" rate "\""
    assert_has(rates, RATE("current", 14000, "71.428571"));
    assert_has(rates, RATE("31-60", 14000, "71.428571"));
    assert_has(rates, RATE("61-90", 10000, "100"));
    assert_has(rates, RATE("default", 10000, "100"));
    arena_close(&arena);
}

static void bad_parameters_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *path;
        const char *code;
    } rows[] = {
        {"/v1/allowance?from=2013-06-01&as_of=2013-05-01", "SPAN"},
        {"/v1/allowance?from=x", "\"FROM\""},
        {"/v1/allowance?as_of=2013-02-30", "AS_OF"},
        {"/v1/loss-rates?months=0", "MONTHS"},
        {"/v1/loss-rates?months=121", "MONTHS"},
        {"/v1/loss-rates?months=1e1", "MONTHS"},
    };
    Arena arena = arena_open("test", ARENA_BYTES);
    use_shipped(&arena);
    (void)script_played(&arena, OVERDUE_90);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_has(ask(rows[i].path, 400), rows[i].code);
    }
    (void)command_arrears(&arena, "policy observe policies --months 0 --dry-run 2>&1", 2);
    (void)command_arrears(&arena, "policy observe no-such-folder --dry-run 2>&1", 1);
    arena_close(&arena);
}

/* ---- every golden script: the allowance counts what the aging counts, and the movement sums */

static json_int_t minor_of(const json_t *row, const char *name) {
    return json_integer_value(json_object_get(json_object_get(row, name), "minor"));
}

static json_t *answer_of(const char *path, int *status) {
    Str answer = ask_any(path, status);
    json_t *json = json_loadb(answer.ptr, (size_t)answer.len, 0, NULL);
    assert_non_null(json);
    return json;
}

static void assert_movement(const json_t *report) {
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(report, "movement"), i, row) {
        assert_int_equal(minor_of(row, "opening") + minor_of(row, "charge") -
                             minor_of(row, "used") + minor_of(row, "recoveries"),
                         minor_of(row, "closing"));
    }
}

static void assert_as_aged(const json_t *report, const json_t *aging) {
    size_t i;
    json_t *row;
    const json_t *currencies = json_object_get(aging, "currencies");
    const json_t *totals = json_object_get(report, "totals");
    assert_int_equal(json_array_size(totals), json_array_size(currencies));
    json_array_foreach(totals, i, row) {
        const json_t *open = json_object_get(json_array_get(currencies, i), "open");
        assert_int_equal(minor_of(row, "open"), json_integer_value(json_object_get(open, "minor")));
        assert_int_equal(json_integer_value(json_object_get(row, "items")),
                         json_integer_value(json_object_get(open, "count")));
    }
}

/* False where sums fit no amount. */
static bool golden_assert(const char *path) {
    int status = 0;
    int aged = 0;
    Arena arena = arena_open("test", ARENA_BYTES);
    use_shipped(&arena);
    ScriptPlay *play = script_play_open(&arena);
    script_play_text(play, file_read(&arena, path));
    json_t *report = answer_of("/v1/allowance?from=1990-01-01", &status);
    json_t *aging = answer_of("/v1/aging", &aged);
    assert_int_equal(status, aged);
    if (status == 200) {
        assert_movement(report);
        assert_as_aged(report, aging);
    }
    json_decref(report);
    json_decref(aging);
    arena_close(&arena);
    return status == 200;
}

static void the_allowance_counts_what_is_aged(void **state) {
    (void)state;
    enum { SCRIPTS_LEAST = 15 };
    assert_true(script_play_each(golden_assert) >= SCRIPTS_LEAST);
}

/* ---- docs/allowance.md */

static void examples_of_the_page_are_what_is_printed(void **state) {
    (void)state;
    Arena arena = arena_open("test", ARENA_BYTES);
    Page page = page_open("docs/allowance.md", &arena);
    RuleBook book = shipped(&arena);
    add(&book, "allowance/acme.yaml", "m", page_block(&page, "yaml"));
    add(&book, "series/outlook.yaml", "s", page_block(&page, "series"));
    use(&arena, &book);
    script_play_text(script_play_open(&arena), page_block(&page, "script"));
    page_check(&page, accepting);
    arena_close(&arena);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_standard),
        cmocka_unit_test(default_is_presumed_from_day_90),
        cmocka_unit_test(the_presumption_can_be_rebutted),
        cmocka_unit_test(default_cuts_its_bucket),
        cmocka_unit_test(the_index_counts_from_its_day),
        cmocka_unit_test(no_document_is_an_answer),
        cmocka_unit_test(a_day_keeps_its_matrix),
        cmocka_unit_test(currencies_and_creditors_never_mix),
        cmocka_unit_test(the_movement_sums),
        cmocka_unit_test(used_is_what_moved_on_bad_debt),
        cmocka_unit_test(a_report_is_as_it_was_known),
        cmocka_unit_test(what_is_still_claimed_is_told),
        cmocka_unit_test(what_is_barred_is_claimed_no_more),
        cmocka_unit_test(what_nothing_entered_has_no_rate),
        cmocka_unit_test(what_ends_unpaid_is_lost),
        cmocka_unit_test(bad_parameters_are_refused),
        cmocka_unit_test(the_allowance_counts_what_is_aged),
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
