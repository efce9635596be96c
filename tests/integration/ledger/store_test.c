/* The ledger's tables, on a real PostgreSQL. What is stored in batches of any size is what the
 * ledger in memory holds; a journal that does not balance or is changed is refused; reports answer
 * from the journal. */
#include "ledger/store.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/http.h"
#include "ledger/query.h"
#include "ledger/settings.h"
#include "ledger/wire.h"
#include "tests/golden/ledger/memory.h"
#include "tests/integration/ledger/rig.h"
#include "tests/property/ledger_inputs.h"
#include "tests/unit/chassis/client.h"

enum { CUSTOMERS = 5, BATCHES = 60, BATCH_MAX = 25 };

static Chance chance;
static Rig rig;

static Date day_of(const char *text) {
    Date day = DATE_NONE;
    assert_true(date_parse(str_of(text), &day));
    return day;
}

static void must(bool done, const Err *err) {
    if (!done) {
        fail_msg("%s %s", err->code, err->text);
    }
}

static int64_t number_of(const char *sql) {
    PgRows rows = rig_ask(&rig, sql);
    assert_int_equal(rows.count, 1);
    return pg_i64(&rows, 0, 0);
}

/* ---- the same as in memory */

/* What memory says and what the service says, as bytes, in order. */
typedef struct Talk {
    Arena arena;
    Str *said;
    int count;
    Date day;
} Talk;

static Talk talk_open(void) {
    Talk talk = {.arena = arena_open("talk", 64 << 20)};
    talk.said = ARENA_ARRAY(&talk.arena, Str, RIG_SAID_MAX);
    return talk;
}

static void talk_add(Talk *talk, Str said) {
    assert_true(talk->count < RIG_SAID_MAX);
    talk->said[talk->count++] = str_copy(&talk->arena, said);
}

static void hear_memory(void *self, const Desk *desk) {
    Talk *talk = self;
    Stamp stamp = {.origin = {.service = S("ledger"), .seq = 1, .order = 1}, .day = desk->day};
    for (int i = 0; i < desk->fact_count; i++) {
        talk_add(talk, wire_write_fact(&desk->facts[i], desk->book->account, &stamp, &talk->arena));
    }
}

static void hear_rig(void *self, Str said) {
    talk_add(self, said);
}

static void assert_same_talk(const Talk *memory, const Talk *stored) {
    assert_int_equal(memory->count, stored->count);
    for (int i = 0; i < memory->count; i++) {
        assert_true(str_equals(memory->said[i], stored->said[i]));
    }
}

static Account customer(Arena *arena, int64_t i) {
    return (Account){S("ACME"), str_format(arena, "C-%d", (int)i)};
}

/* A batch of random inputs to both. */
static void play_batch(Memory *memory, Talk *remembered, Talk *stored) {
    Err err = {0};
    Event events[BATCH_MAX];
    int count = (int)chance_between(&chance, 1, BATCH_MAX);
    for (int i = 0; i < count; i++) {
        Account account = customer(memory->arena, chance_between(&chance, 1, CUSTOMERS));
        const Book *book = memory_book(memory, account);
        const LedgerInput *input = any_input(&chance, memory->arena, book, memory->day);
        memory_give(memory, account, input, hear_memory, remembered);
        EventKind kind = input->kind == LEDGER_HELD ? EVENT_HELD : EVENT_INPUT;
        events[i] = (Event){.kind = kind,
                            .account = account,
                            .body = kind == EVENT_HELD ? (const void *)&input->held : input};
    }
    must(rig_step(&rig, events, count, memory->day, &err), &err);
    for (int i = 0; i < rig.said_count; i++) {
        talk_add(stored, rig.said[i]);
    }
}

static void assert_books_agree(void) {
    assert_int_equal(number_of("SELECT count(*) FROM (SELECT FROM leg GROUP BY task, account,"
                               " entry, currency HAVING sum(amount) <> 0) x"),
                     0);
    assert_int_equal(
        number_of("SELECT count(*) FROM (SELECT i.number FROM invoice i LEFT JOIN (SELECT e.task,"
                  " e.account, e.invoice, sum(l.amount) AS open FROM entry e JOIN leg l"
                  " USING (task, account, entry) WHERE l.gl = 'receivable' GROUP BY 1, 2, 3) j"
                  " ON (j.task, j.account, j.invoice) = (i.task, i.account, i.number) WHERE j.open "
                  "<> i.open) x"),
        0);
    assert_int_equal(
        number_of(
            "SELECT count(*) FROM balance b FULL JOIN (SELECT task, creditor, gl, currency,"
            " sum(amount) AS amount FROM leg GROUP BY 1, 2, 3, 4) l USING (task, creditor, gl,"
            " currency) WHERE b.amount IS DISTINCT FROM l.amount"),
        0);
    assert_int_equal(number_of("SELECT count(*) FROM account a WHERE last_entry <> (SELECT"
                               " count(*) FROM entry e WHERE (e.task, e.account) ="
                               " (a.task, a.account))"),
                     0);
    assert_int_equal(number_of("SELECT count(*) FROM leg WHERE customer IS NULL"), 0);
    assert_int_equal(number_of("SELECT count(*) FROM entry WHERE epoch <> 7"), 0);
    assert_int_equal(
        number_of("SELECT count(*) FROM account a WHERE (open_total, has_credit, is_held) <>"
                  " ((SELECT coalesce(sum(open), 0) FROM invoice i WHERE (i.task, i.account)"
                  "   = (a.task, a.account)),"
                  "  EXISTS (SELECT FROM credit c WHERE unapplied > 0 AND (c.task,"
                  "   c.account) = (a.task, a.account)),"
                  "  EXISTS (SELECT FROM hold h WHERE cleared_on IS NULL AND (h.task,"
                  "   h.account) = (a.task, a.account)))"),
        0);
}

static void stored_batches_are_what_memory_holds(void **state) {
    (void)state;
    Arena arena = arena_open("memory", 64 << 20);
    Memory memory = {
        .arena = &arena, .day = day_of("2013-01-02"), .aging = memory_standard_aging()};
    Talk remembered = talk_open();
    Talk stored = talk_open();
    rig_reset(&rig, memory.day);
    for (int i = 0; i < BATCHES; i++) {
        play_batch(&memory, &remembered, &stored);
        for (int64_t days = chance_between(&chance, -3, 9); days > 0; days--) {
            rig_end_day(&rig, 0, memory.day, (int)chance_between(&chance, 1, 6), hear_rig, &stored);
            memory_end_day(&memory, hear_memory, &remembered);
        }
        assert_same_talk(&remembered, &stored);
    }
    assert_books_agree();
    assert_true(number_of("SELECT count(*) FROM entry") > 0);
    arena_close(&remembered.arena);
    arena_close(&stored.arena);
    arena_close(&arena);
}

/* ---- events for the tests below */

static Money usd(int64_t minor) {
    Currency currency = {0};
    assert_true(currency_find(S("USD"), &currency));
    return money_of(minor, currency);
}

static const Str HASH = S("an identity's hash has 32 bytes.");

static Event invoice_event(Arena *arena, Account account, Str number, int64_t minor,
                           const char *issued, const char *due) {
    LedgerInput *input = ARENA_NEW(arena, LedgerInput);
    *input = (LedgerInput){
        .kind = LEDGER_INVOICE,
        .document = {.kind = DOCUMENT_INVOICE, .number = number, .hash = HASH},
        .issued = {.amount = usd(minor), .issued_on = day_of(issued), .due_on = day_of(due)}};
    return (Event){.kind = EVENT_INPUT, .account = account, .body = input};
}

static Event payment_event(Arena *arena, Account account, Str number, int64_t minor,
                           const char *received) {
    LedgerInput *input = ARENA_NEW(arena, LedgerInput);
    *input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = {.kind = DOCUMENT_PAYMENT, .number = number, .hash = HASH},
        .credit = {.kind = CREDIT_PAYMENT, .amount = usd(minor), .effective_on = day_of(received)}};
    return (Event){.kind = EVENT_INPUT, .account = account, .body = input};
}

static void give(Event *events, int count, const char *day) {
    Err err = {0};
    must(rig_step(&rig, events, count, day_of(day), &err), &err);
}

/* ---- the journal */

static void an_entry_that_moves_nothing_is_rolled_back(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Err err = {0};
    rig_reset(&rig, day_of("2013-01-02"));
    Book book = {.arena = &arena,
                 .account = {S("ACME"), S("C-1")},
                 .number = 1,
                 .is_new = true,
                 .next_due = DATE_NONE};
    Entry entry = entry_of(ENTRY_INVOICE, usd(100));
    entry.effective_on = entry.recorded_on = day_of("2013-01-02");
    book_post(&book, entry);
    book.changed = true;
    book.entries[0].credit = GL_RECEIVABLE; /* as if a bug had come between the check and here */
    Books books = {.rows = &book, .count = 1};
    must(pg_begin(rig.app, &err), &err);
    must(store_save(rig.app, &books, &arena, &err), &err); /* sent, and not answered yet */
    assert_false(pg_commit(rig.app, &err));
    assert_string_equal(err.code, "23514");
    pg_rollback(rig.app);
    assert_int_equal(number_of("SELECT count(*) FROM entry"), 0);
    arena_close(&arena);
}

/* A plan that is made while a table is small serves when it is large: it must not read it whole. */
static void a_step_reads_by_key(void **state) {
    (void)state;
    static const PgStatement read_whole = {
        "test_read_whole", "SELECT count(*) FROM pg_stat_xact_user_tables WHERE seq_scan > 0"};
    Arena arena = arena_open("test", 1 << 20);
    Err err = {0};
    PgRows rows;
    rig_reset(&rig, day_of("2013-01-02"));
    Book book = {.arena = &arena,
                 .account = {S("ACME"), S("C-1")},
                 .number = 1,
                 .is_new = true,
                 .next_due = DATE_NONE,
                 .changed = true};
    Books books = {.rows = &book, .count = 1};
    must(pg_begin(rig.app, &err), &err);
    must(store_save(rig.app, &books, &arena, &err), &err);
    book.is_new = false;
    must(store_save(rig.app, &books, &arena, &err), &err);
    must(pg_run(rig.app, &read_whole, NULL, &arena, &rows, &err), &err);
    assert_int_equal(pg_i64(&rows, 0, 0), 0);
    pg_rollback(rig.app);
    arena_close(&arena);
}

static bool divide(int32_t by, bool wait, Err *err) {
    static const PgStatement divide = {"test_divide", "SELECT 1 / $1::int"};
    Arena arena = arena_open("test", 1 << 16);
    PgParams *params = pg_params(&arena);
    pg_add_i32(params, by);
    bool done = wait ? pg_run(rig.app, &divide, params, &arena, NULL, err)
                     : pg_send(rig.app, &divide, params, err);
    arena_close(&arena);
    return done;
}

/* The first fault is told, not those that follow from it, and the session goes on. */
static void what_is_sent_is_answered_together(void **state) {
    (void)state;
    Err err = {0};
    must(pg_begin(rig.app, &err), &err);
    must(divide(1, false, &err) && divide(2, false, &err) && pg_settle(rig.app, &err), &err);
    must(divide(1, false, &err) && divide(0, false, &err) && divide(2, false, &err), &err);
    assert_false(divide(1, true, &err)); /* which waits for the others first */
    assert_string_equal(err.code, "22012");
    assert_int_equal(err.verdict, VERDICT_POISON);
    assert_false(pg_commit(rig.app, &err)); /* in a transaction that failed */
    pg_rollback(rig.app);
    must(pg_begin(rig.app, &err) && divide(1, false, &err) && pg_commit(rig.app, &err), &err);
    must(divide(1, true, &err), &err);
}

static void the_journal_is_append_only(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    rig_reset(&rig, day_of("2013-01-02"));
    Event event =
        invoice_event(&arena, customer(&arena, 1), S("INV-1"), 100, "2013-01-02", "2013-02-01");
    give(&event, 1, "2013-01-02");
    static const char *const changes[] = {"UPDATE entry SET kind = 'payment'", "DELETE FROM entry",
                                          "TRUNCATE entry"};
    for (ptrdiff_t i = 0; i < COUNT_OF(changes); i++) {
        Err err = {0};
        assert_false(pg_script(rig.app, changes[i], &err)); /* no right to */
        assert_string_equal(err.code, "42501");
        err = (Err){0};
        assert_false(pg_script(rig.owner, changes[i], &err)); /* not even the owner, by mistake */
        assert_string_equal(err.code, "P0001");
    }
    assert_int_equal(number_of("SELECT count(*) FROM leg"), 2);
    arena_close(&arena);
}

/* ---- a thousand at once */

static void a_thousand_invoices_are_one_set(void **state) {
    (void)state;
    enum { COUNT = 1000 };
    Arena arena = arena_open("test", 16 << 20);
    rig_reset(&rig, day_of("2013-01-02"));
    Event *events = ARENA_ARRAY(&arena, Event, COUNT);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < COUNT; i++) {
            events[i] = invoice_event(&arena, customer(&arena, i % 300),
                                      str_format(&arena, "INV-%d-%d", round, i), 100 + i,
                                      "2013-01-02", "2013-02-01");
        }
        int64_t began = clock_monotonic_us();
        give(events, COUNT, "2013-01-02");
        printf("    %d invoices in %" PRId64 " ms\n", COUNT, (clock_monotonic_us() - began) / 1000);
    }
    assert_int_equal(number_of("SELECT count(*) FROM invoice WHERE state = 'open'"), 5 * COUNT);
    assert_int_equal(number_of("SELECT count(*) FROM leg"), 10 * COUNT);
    assert_books_agree();
    arena_close(&arena);
}

/* ---- days */

static void hear_count(void *self, Str said) {
    (void)said;
    ++*(int *)self;
}

static void a_day_ends_in_steps_of_any_size(void **state) {
    (void)state;
    enum { COUNT = 23 };
    static const int limits[] = {1, 5, 1000};
    static const int steps[] = {COUNT + 1, COUNT / 5 + 1, 1};
    Arena arena = arena_open("test", 16 << 20);
    for (ptrdiff_t i = 0; i < COUNT_OF(limits); i++) {
        int said = 0;
        rig_reset(&rig, day_of("2013-01-02"));
        Event events[COUNT];
        for (int k = 0; k < COUNT; k++) {
            events[k] = invoice_event(&arena, customer(&arena, k), S("INV-1"), 100, "2012-12-01",
                                      k % 2 == 0 ? "2012-12-31" : "2013-01-01");
        }
        give(events, COUNT, "2013-01-02");
        assert_int_equal(rig_end_day(&rig, 0, day_of("2013-01-02"), limits[i], hear_count, &said),
                         steps[i]);
        assert_int_equal(said, COUNT);
        assert_int_equal(number_of("SELECT count(*) FROM account WHERE next_due <= '2013-01-02'"),
                         0);
        rig_end_day(&rig, 0, day_of("2013-01-03"), limits[i], hear_count, &said);
        assert_int_equal(said, COUNT); /* nothing more is due */
    }
    arena_close(&arena);
}

/* Under new buckets every open invoice is looked at once, at the end of the day after. */
static void new_buckets_bring_every_open_invoice_back(void **state) {
    (void)state;
    static AgingRule fine = {
        .aging = {.count = 3, .buckets = {{S("current"), INT32_MIN}, {S("1-7"), 1}, {S("8+"), 8}}},
        .hash = S("0000000000000000000000000000000000000000000000000000000000000002"),
    };
    Arena arena = arena_open("test", 1 << 20);
    int said = 0;
    rig_reset(&rig, day_of("2013-01-12"));
    LedgerRules before = rig.rules;
    Event event =
        invoice_event(&arena, customer(&arena, 1), S("INV-1"), 100, "2012-12-01", "2013-01-02");
    give(&event, 1, "2013-01-12");
    rig_end_day(&rig, 0, day_of("2013-01-12"), 10, hear_count, &said);
    assert_int_equal(said, 1);
    rig.rules = (LedgerRules){.agings = &fine, .aging_count = 1};
    Event other =
        invoice_event(&arena, customer(&arena, 2), S("INV-1"), 100, "2013-01-13", "2013-02-13");
    give(&other, 1, "2013-01-13");
    rig_end_day(&rig, 0, day_of("2013-01-13"), 10, hear_count, &said);
    assert_int_equal(said, 1);
    rig_end_day(&rig, 0, day_of("2013-01-14"), 10, hear_count, &said);
    assert_int_equal(said, 2); /* 1-30 has become 8+ */
    assert_int_equal(number_of("SELECT count(*) FROM aging_rule"), 2);
    rig.rules = before;
    arena_close(&arena);
}

/* ---- questions */

/* The frame's connection for queries, here the one of the test; NULL: the database is away. */
struct QueryDoor {
    Pg *pg;
};

bool query_pg(QueryDoor *door, Pg **pg, Err *err) {
    *pg = door->pg;
    return door->pg || err_set(err, VERDICT_RETRY, "DATABASE_AWAY", "no route to 10.0.0.7");
}

static QueryDoor door;
static HttpServer *server;

static void server_open(Arena *arena) {
    static LedgerSettings settings = {.answer_rows = 100};
    const HttpRoute *routes = NULL;
    Err err = {0};
    int count = ledger_routes(&settings, &door, arena, &routes);
    must(http_open("127.0.0.1", 0, routes, count, &server, &err), &err);
}

static Str ask_at(Pg *pg, const char *path, int status) {
    static Reply reply;
    char request[256];
    door.pg = pg;
    CHECK(snprintf(request, sizeof request, "GET %s", path) < (int)sizeof request);
    client_ask(http_port(server), request, "", &reply);
    assert_int_equal(reply.status, status);
    return str_copy(&rig.arena, str_from(reply.body, (ptrdiff_t)reply.body_len));
}

static Str ask(const char *path, int status) {
    return ask_at(rig.app, path, status);
}

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
                  "{\"as_of\":\"2013-01-10\",\"creditor\":\"ACME\",\"currencies\":[{\"currency\":"
                  "\"USD\",\"open\":{\"count\":3,\"minor\":1800},\"buckets\":["
                  "{\"name\":\"current\",\"count\":2,\"minor\":1200},"
                  "{\"name\":\"1-30\",\"count\":1,\"minor\":600},"
                  "{\"name\":\"31-60\",\"count\":0,\"minor\":0},"
                  "{\"name\":\"61-90\",\"count\":0,\"minor\":0},"
                  "{\"name\":\"91+\",\"count\":0,\"minor\":0}]}]}");
    /* Before the payment, and before the later invoices: as it was. */
    const char *new_year =
        "{\"as_of\":\"2013-01-01\",\"creditor\":\"ACME\",\"currencies\":[{\"currency\":"
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
        "is more than an amount can be, 9223372036854775807 minor units; look for an "
        "invoice with a mistaken amount.\"}}\n");
    Str before = ask("/v1/aging?creditor=ACME&as_of=2013-01-02", 200);
    assert_true(str_starts_with(before, S("{\"as_of\":\"2013-01-02\",\"creditor\":\"ACME\","
                                          "\"currencies\":[{\"currency\":\"USD\",\"open\":"
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
                  "\"overdue\":{\"currency\":\"USD\",\"minor\":0}}]}");
    Str first = ask("/v1/exposure?top=1", 200);
    assert_true(str_ends_with(first, S("\"minor\":600}}]}")));
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
        "\"items\":[{\"number\":\"C\",\"state\":\"open\","
        "\"amount\":{\"currency\":\"USD\",\"minor\":700},"
        "\"open\":{\"currency\":\"USD\",\"minor\":700},"
        "\"written_off\":{\"currency\":\"USD\",\"minor\":0},"
        "\"issued_on\":\"2013-01-05\",\"due_on\":\"2013-01-10\",\"bucket\":\"current\"}],"
        "\"unapplied\":[],\"holds\":[{\"topic\":\"arrears.billing.v1\",\"partition\":0,"
        "\"offset\":17,\"reason\":\"DATE_UNREAL\",\"sentence\":\"No such day.\","
        "\"held_on\":\"2013-01-10\"}],"
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
    "       LATERAL (SELECT i.currency, sum(r.moved) AS open FROM receivable r JOIN invoice i"
    "         ON (i.task, i.account, i.number) = (r.task, r.account, r.invoice)"
    "         WHERE r.effective_on <= d.day GROUP BY i.task, i.account, i.number"
    "         HAVING sum(r.moved) <> 0) x GROUP BY d.day, currency";

/* However late it was recorded. */
static void any_day_is_what_the_journal_counts_up_to_it(void **state) {
    (void)state;
    Arena arena = arena_open("memory", 64 << 20);
    Memory memory = {
        .arena = &arena, .day = day_of("2013-01-02"), .aging = memory_standard_aging()};
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_batches_are_what_memory_holds),
        cmocka_unit_test(an_entry_that_moves_nothing_is_rolled_back),
        cmocka_unit_test(a_step_reads_by_key),
        cmocka_unit_test(what_is_sent_is_answered_together),
        cmocka_unit_test(the_journal_is_append_only),
        cmocka_unit_test(a_thousand_invoices_are_one_set),
        cmocka_unit_test(a_day_ends_in_steps_of_any_size),
        cmocka_unit_test(new_buckets_bring_every_open_invoice_back),
        cmocka_unit_test(aging_is_counted_from_the_journal),
        cmocka_unit_test(any_day_is_what_the_journal_counts_up_to_it),
        cmocka_unit_test(a_sum_too_large_is_said),
        cmocka_unit_test(reports_say_whose_and_when),
        cmocka_unit_test(exposure_is_ranked),
        cmocka_unit_test(an_account_is_shown_whole),
        cmocka_unit_test(what_the_database_says_stays_inside),
    };
    Arena arena = arena_open("routes", 1 << 16);
    rig_open(&rig);
    server_open(&arena);
    chance = chance_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    http_close(server);
    rig_close(&rig);
    arena_close(&arena);
    return failed;
}
