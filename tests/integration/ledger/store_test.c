/* The ledger's tables, on a real PostgreSQL. What is stored in batches of any size is what the
 * ledger in memory holds; a journal that does not balance or is changed is refused. */
#include "ledger/store.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "tests/golden/ledger/fees.h"
#include "tests/golden/ledger/script.h"
#include "tests/integration/ledger/play.h"
#include "tests/integration/ledger/script_play.h"

/* ---- the same as in memory */

static void assert_same_talk(const Talk *memory, const Talk *stored) {
    assert_int_equal(memory->count, stored->count);
    for (int i = 0; i < memory->count; i++) {
        if (!str_equals(memory->said[i], stored->said[i])) {
            Arena arena = arena_open("hex", 1 << 20); /* messages have bytes that end a text */
            Str wanted = str_hex(&arena, memory->said[i]);
            Str got = str_hex(&arena, stored->said[i]);
            fail_msg("%d: memory %.*s\nstored %.*s", i, STR_ARGS(wanted), STR_ARGS(got));
        }
    }
}

static void assert_books_agree(void) {
    assert_int_equal(number_of("SELECT count(*) FROM (SELECT FROM leg GROUP BY task, account,"
                               " entry, currency HAVING sum(amount) <> 0) x"),
                     0);
    assert_int_equal(
        number_of("SELECT count(*) FROM item i FULL JOIN (SELECT task, account, number, charge,"
                  " instalment, sum(moved) AS open FROM receivable GROUP BY 1, 2, 3, 4, 5) j"
                  " USING (task, account, number, charge, instalment)"
                  " WHERE j.open IS DISTINCT FROM i.open"),
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
                  " ((SELECT coalesce(sum(open), 0) FROM item i WHERE (i.task, i.account)"
                  "   = (a.task, a.account)),"
                  "  EXISTS (SELECT FROM credit c WHERE unapplied > 0 AND (c.task,"
                  "   c.account) = (a.task, a.account)),"
                  "  EXISTS (SELECT FROM hold h WHERE cleared_on IS NULL AND (h.task,"
                  "   h.account) = (a.task, a.account)))"),
        0);
}

/* Without interest, and by a regime that posts in each way. */
static void count_interest(Memory *memory, int way) {
    memory->keeping.interest = way < INTEREST_POSTING_COUNT ? S("usury") : S("");
    if (way < INTEREST_POSTING_COUNT) {
        regimes_add_usury(&memory->regimes, (InterestPosting)way, memory->arena);
    }
    memory->keeping.fees = FEES_STEEP.id;
    memory->rules = (LedgerRules){.fees = &FEES_STEEP, .fee_count = 1};
    rig.rules.fees = &FEES_STEEP;
    rig.rules.fee_count = 1;
    memory->keeping.small = memory_small_balances();
    rig.rules.keepings = &memory->keeping;
    regimes_put(&memory->regimes, &rig.rules);
}

static void batches_are_what_memory_holds(int way) {
    Arena arena = arena_open("memory", 64 << 20);
    Memory memory = {.arena = &arena,
                     .day = day_of("2013-01-02"),
                     .aging = memory_standard_aging(),
                     .keeping = memory_standard_keeping(),
                     .sealed_until = DATE_NONE};
    const LedgerRules rules = rig.rules;
    Talk remembered = talk_open();
    Talk stored = talk_open();
    count_interest(&memory, way);
    memory.keeping.statements = STATEMENTS_MONTH;
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
    rig.rules = rules;
    arena_close(&remembered.arena);
    arena_close(&stored.arena);
    arena_close(&arena);
}

static void stored_batches_are_what_memory_holds(void **state) {
    (void)state;
    for (int way = 0; way <= INTEREST_POSTING_COUNT; way++) {
        batches_are_what_memory_holds(way);
    }
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
    entry.leaf = S("the hash of a leaf has 32 bytes.");
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
    assert_int_equal(number_of("SELECT count(*) FROM item WHERE state = 'open'"), 5 * COUNT);
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
    rig.rules.agings = &fine;
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

/* ---- sealed periods */

static void seal_month(Arena *arena, Str creditor, bool reopened, int64_t signed_us,
                       const char *on) {
    LedgerInput *input = ARENA_NEW(arena, LedgerInput);
    *input = (LedgerInput){.kind = LEDGER_PERIOD,
                           .period = {.creditor = creditor,
                                      .from = day_of("2013-01-01"),
                                      .to = day_of("2013-01-31"),
                                      .reopened = reopened,
                                      .request = reopened ? S("WO-1") : S(""),
                                      .signed_at = {signed_us}}};
    Event notice = {.kind = EVENT_INPUT, .body = input};
    give(&notice, 1, on);
}

static int64_t entries_that_count_from(const char *day) {
    Arena arena = arena_open("sql", 1 << 16);
    Str sql = str_format(&arena, "SELECT count(*) FROM entry WHERE effective_on = '%s'", day);
    int64_t count = number_of(str_terminated(&arena, sql));
    arena_close(&arena);
    return count;
}

/* Of its creditor alone, in its task, and until it is opened again. */
static void a_sealed_month_takes_no_more_entries(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Account acme = customer(&arena, 1);
    Account other = {S("OTHER"), acme.customer};
    rig_reset(&rig, day_of("2013-02-03"));
    seal_month(&arena, acme.creditor, false, 1, "2013-02-03");
    assert_int_equal(rig.said_count, 1);
    seal_month(&arena, acme.creditor, false, 1, "2013-02-03");
    assert_int_equal(rig.said_count, 0); /* the same record */
    seal_month(&arena, acme.creditor, false, 2, "2013-02-03");
    assert_int_equal(rig.said_count, 1); /* it is so already */
    Event events[] = {
        invoice_event(&arena, acme, S("INV-1"), 100, "2013-01-20", "2013-02-20"),
        payment_event(&arena, acme, S("PAY-1"), 40, "2013-01-31"),
        invoice_event(&arena, other, S("INV-1"), 100, "2013-01-20", "2013-02-20"),
    };
    give(events, COUNT_OF(events), "2013-02-03");
    assert_int_equal(entries_that_count_from("2013-02-01"), 3);
    assert_int_equal(entries_that_count_from("2013-01-20"), 1);
    seal_month(&arena, acme.creditor, true, 3, "2013-02-04");
    seal_month(&arena, acme.creditor, false, 2, "2013-02-04"); /* an old one, sent again */
    Event late = payment_event(&arena, acme, S("PAY-2"), 40, "2013-01-31");
    give(&late, 1, "2013-02-04");
    assert_int_equal(entries_that_count_from("2013-01-31"),
                     1); /* its allocation: with the invoice */
    assert_books_agree();
    arena_close(&arena);
}

/* A notice that comes too early is kept for whoever sent it. */
static void a_month_with_open_days_is_not_sealed(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    rig_reset(&rig, day_of("2013-01-31"));
    seal_month(&arena, S("ACME"), false, 1, "2013-01-31");
    assert_int_equal(number_of("SELECT count(*) FROM period"), 0);
    arena_close(&arena);
}

/* ---- money of others: each line is a step, so that everything comes back from the tables */

static bool has_text(Str bytes, Str text) {
    while (bytes.len >= text.len && !str_starts_with(bytes, text)) {
        bytes = str_slice(bytes, 1, bytes.len);
    }
    return bytes.len >= text.len;
}

static bool said_has(Str text) {
    for (int i = 0; i < rig.said_count; i++) {
        if (has_text(rig.said[i], text)) {
            return true;
        }
    }
    return false;
}

static void what_was_moved_is_called_back_once(void **state) {
    (void)state;
    Arena arena = arena_open("test", 64 << 20);
    ScriptPlay *play = script_play_open(&arena);
    script_play_text(play, S("2013-01-02  payment  PAY-1  100.00 USD  way card  payer smith\n"
                             "2013-01-02  move  M-1  of PAY-1  by alice  to C-2 100.00 USD\n"
                             "2013-01-03  reversal  RV-1  of PAY-1  returned  part 30.00 USD\n"
                             "2013-01-04  reversal  RV-2  of PAY-1  returned  part 30.00 USD\n"));
    assert_int_equal(number_of("SELECT recalled FROM move"), 6000);
    assert_int_equal(number_of("SELECT reversed FROM credit WHERE number = '~C-1/2'"), 6000);
    assert_int_equal(number_of("SELECT unapplied FROM credit WHERE number = '~C-1/2'"), 4000);
    assert_int_equal(
        number_of("SELECT count(*) FROM credit WHERE way = 'card' AND payer = 'smith'"), 2);
    script_play_text(play, S("2013-01-04  move  M-2  of PAY-1  by alice  to C-2 all\n"));
    assert_true(said_has(S("Of payment PAY-1 0.00 USD is unapplied")));
    script_play_text(play, S("customer C-2\n"
                             "2013-01-04  move  M-1  of ~C-1/2  by alice  to C-3 all\n"
                             "customer C-1\n"
                             "2013-01-05  reversal  RV-3  of PAY-1  returned\n"));
    assert_int_equal(number_of("SELECT max(moves)::bigint FROM credit"), 2);
    assert_int_equal(number_of("SELECT sum(recalled)::bigint FROM move"), 14000);
    assert_int_equal(number_of("SELECT sum(unapplied)::bigint FROM credit"), 0);
    assert_int_equal(number_of("SELECT sum(abs(amount))::bigint FROM balance"), 0);
    assert_books_agree();
    arena_close(&arena);
}

/* However much waits there, no more of it is loaded than a batch names. */
static void suspense_is_loaded_by_name(void **state) {
    (void)state;
    Arena arena = arena_open("test", 64 << 20);
    ScriptPlay *play = script_play_open(&arena);
    script_play_text(play, S("customer ~suspense\n"
                             "2013-01-02  payment  PAY-1  100.00 USD\n"
                             "2013-01-02  payment  PAY-2  50.00 USD\n"
                             "2013-01-02  move  M-1  of PAY-1  by alice  to C-1 60.00 USD\n"
                             "2013-01-02  reversal  RV-1  of PAY-1  error\n"
                             "2013-01-02  payment  PAY-2  50.00 USD\n"));
    assert_int_equal(rig.said_count, 0);
    assert_int_equal(number_of("SELECT count(*) FROM account WHERE has_credit"), 0);
    assert_int_equal(number_of("SELECT sum(unapplied)::bigint FROM credit"), 5000);
    assert_int_equal(number_of("SELECT sum(amount)::bigint FROM balance WHERE gl = 'bank'"), 5000);
    assert_int_equal(number_of("SELECT sum(amount)::bigint FROM balance WHERE gl = 'in_transit'"),
                     0);
    arena_close(&arena);
}

/* Each line is a step of its own: nothing else brings the rows that it is about. */
static void pauses_are_loaded_by_their_invoice(void **state) {
    (void)state;
    const LedgerRules rules = rig.rules;
    Arena arena = arena_open("test", 64 << 20);
    ScriptPlay *play = script_play_open(&arena);
    script_play_text(play, S("2025-02-20  regime       germany-b2b monthly\n"
                             "2025-02-20  pause        Z-1    of INV-1  dispute  by alice"
                             "  from 2025-01-10\n"
                             "2025-02-20  payment      PAY-1  10000.00 EUR  for INV-1\n"
                             "2025-02-21  invoice      INV-1  10000.00 EUR  due 2025-01-15"
                             "  issued 2025-01-02  interest germany-b2b\n"));
    assert_int_equal(number_of("SELECT count(*) FROM item WHERE charge > 0"), 0);
    script_play_text(play, S("2025-02-22  resume       Z-2    of Z-1  by alice"
                             "  on 2025-01-20\n"));
    /* 20 January to 20 February at 11.27 %, of an invoice that is closed. */
    assert_int_equal(number_of("SELECT amount FROM accrued"), 9881);
    assert_int_equal(number_of("SELECT amount FROM item WHERE charge = 1"), 9881);
    rig.rules = rules;
    arena_close(&arena);
}

/* ---- what is looked up in the journal */

static Event line_event(Arena *arena, const char *customer, const char *text) {
    Err err = {0};
    ScriptLine *line = ARENA_NEW(arena, ScriptLine);
    must(script_line_parse(str_of(text), arena, line, &err), &err);
    return (Event){
        .kind = EVENT_INPUT, .account = {S("ACME"), str_of(customer)}, .body = &line->input};
}

/* Lines of one customer and day, so many at a time. */
static void give_lines(Arena *arena, const char *const *lines, int count, int size) {
    for (int at = 0; at < count; at += size) {
        Event *events = ARENA_ARRAY(arena, Event, size);
        int taken = 0;
        for (; taken < size && at + taken < count; taken++) {
            events[taken] = line_event(arena, "C-1", lines[at + taken]);
        }
        give(events, taken, "2013-03-04");
    }
}

/* However they are batched, the books come to the same. */
static void play_in_batches(const char *const *lines, int count, void (*check)(void)) {
    const LedgerRules rules = rig.rules;
    Bookkeeping keeping = memory_standard_keeping();
    rig.rules.keepings = &keeping;
    for (int size = 1; size <= count; size++) {
        Arena arena = arena_open("test", 16 << 20);
        rig_reset(&rig, day_of("2013-03-04"));
        give_lines(&arena, lines, count, size);
        check();
        assert_books_agree();
        arena_close(&arena);
    }
    rig.rules = rules;
}

static void check_one_cancelled(void) {
    assert_int_equal(number_of("SELECT count(*) FROM item WHERE state = 'cancelled'"), 1);
    assert_int_equal(number_of("SELECT sum(open)::bigint FROM item"), 6500);
    assert_int_equal(number_of("SELECT amount::bigint FROM balance WHERE gl = 'revenue'"), -6000);
}

/* How it was booked is looked up in the journal, or stands in the same batch. */
static void what_was_not_invoiced_is_never_cancelled(void **state) {
    (void)state;
    static const char *const lines[] = {
        "2013-03-04  invoice       INV-1  60.00 USD  due 2013-02-01",
        "2013-03-04  plan          PL-1   of INV-1  into 60.00 USD 2013-05-01",
        "2013-03-04  cancellation  CAN-1  of PL-1",
        "2013-03-04  refund        RF-1   5.00 USD",
        "2013-03-04  cancellation  CAN-2  of RF-1",
        "2013-03-04  cancellation  CAN-3  of PL-1",
        "2013-03-04  cancellation  CAN-4  of INV-1",
        "2013-03-04  invoice       INV-2  7.00 USD  due 2013-02-01",
        "2013-03-04  cancellation  CAN-5  of INV-2",
    };
    play_in_batches(lines, COUNT_OF(lines), check_one_cancelled);
}

static void check_bought_back(void) {
    assert_int_equal(number_of("SELECT count(*) FROM document WHERE kind = 'buy_back'"), 3);
    assert_int_equal(number_of("SELECT open FROM item WHERE number = 'INV-1'"), 10000);
    assert_int_equal(number_of("SELECT open FROM item WHERE number = 'INV-2'"), 0);
    assert_int_equal(number_of("SELECT count(*) FROM item WHERE state = 'assigned'"), 1);
    assert_int_equal(number_of("SELECT amount::bigint FROM balance WHERE gl = 'sale_loss'"), 10000);
}

/* Which sale stands is looked up in the journal, or stands in the same batch. */
static void the_latest_sale_is_bought_back_first(void **state) {
    (void)state;
    static const char *const lines[] = {
        "2013-03-04  invoice    INV-1  100.00 USD  due 2013-02-01",
        "2013-03-04  invoice    INV-2  100.00 USD  due 2013-02-01",
        "2013-03-04  payment    PAY-1  40.00 USD  for INV-1",
        "2013-03-04  reduction  S-1  sale  INV-1 all  INV-2 all",
        "2013-03-04  reversal   RV-1  of PAY-1  returned",
        "2013-03-04  reduction  S-2  sale  INV-1 all",
        "2013-03-04  buy_back   B-1  of S-1", /* S-2 stands */
        "2013-03-04  buy_back   B-2  of S-2",
        "2013-03-04  buy_back   B-3  of S-2", /* bought back */
        "2013-03-04  buy_back   B-4  of S-1",
        "2013-03-04  buy_back   B-5  of S-1", /* bought back */
        "2013-03-04  reduction  S-3  sale  INV-1 all  INV-2 all",
        "2013-03-04  buy_back   B-6  of S-3",
        "2013-03-04  reduction  S-4  sale  INV-2 all",
        "2013-03-04  buy_back   B-7  of S-3", /* bought back, and sold again */
    };
    play_in_batches(lines, COUNT_OF(lines), check_bought_back);
}

/* ---- statements */

#define STATED                                                                                     \
    "2013-01-02  bookkeeping  allocation: by_reference, statements: {every: month}\n"              \
    "2013-01-02  invoice  INV-1  100.00 USD  due 2013-02-01\n"                                     \
    "2013-01-02  invoice  INV-2  50.00 USD  due 2013-02-01\n"                                      \
    "2013-01-03  payment  PAY-1  10.00 EUR\n"

static void reconnect(void) {
    Err err = {0};
    PgOptions options = rig_options(&rig);
    pg_close(rig.app);
    must(pg_open(&options, &rig.app, &err), &err);
}

/* Each line is a step of its own, with what it names and nothing else in its book; what was said
 * before a restart is known after it. */
static void statements_are_loaded_by_their_numbers(void **state) {
    (void)state;
    Arena arena = arena_open("test", 64 << 20);
    ScriptPlay *play = script_play_open(&arena);
    script_play_text(play, S(STATED "2013-03-01  open\n"));
    assert_int_equal(number_of("SELECT count(*) FROM statement"), 2);
    assert_int_equal(number_of("SELECT sum(open)::bigint FROM statement_line"), 30000);
    reconnect();
    script_play_text(play, S("2013-03-02  disputed  BD-1  of ~S/2013-01-31  110.00 USD  -10.00 EUR"
                             "  by alice  but INV-1 60.00 USD\n"));
    assert_int_equal(rig.said_count, 1);
    assert_int_equal(number_of("SELECT sum(acknowledged)::bigint FROM statement_line"), 26000);
    reconnect();
    script_play_text(play, S("2013-03-02  disputed  BD-1  of ~S/2013-01-31  110.00 USD  -10.00 EUR"
                             "  by alice  but INV-1 60.00 USD\n"));
    assert_int_equal(rig.said_count, 0);
    script_play_text(play, S("2013-03-02  disputed  BD-1  of ~S/2013-01-31  100.00 USD  -10.00 EUR"
                             "  by alice  but INV-1 50.00 USD\n"));
    assert_true(said_has(S("came before with other content")));
    script_play_text(play, S("2013-03-02  agreed  BA-1  of ~S/2013-01-31  150.00 USD  -10.00 EUR"
                             "  by alice\n"));
    assert_true(said_has(S("was disputed by BD-1 on 2013-03-02")));
    script_play_text(play, S("2013-03-02  agreed  BA-1  of ~S/2013-02-28  150.00 USD  -10.00 EUR"
                             "  by alice  on 2013-03-01\n"));
    assert_int_equal(number_of("SELECT count(*) FROM statement WHERE answer = 'agreed'"
                               " AND agreed_on = '2013-03-01' AND answered_on = '2013-03-02'"
                               " AND evidence = 'a letter' AND actor = 'alice'"),
                     1);
    assert_int_equal(number_of("SELECT sum(acknowledged)::bigint FROM statement_line"), 26000);
    assert_int_equal(number_of("SELECT count(*) FROM document WHERE kind LIKE 'balance_%'"), 2);
    arena_close(&arena);
}

/* What was stated is not the application's to change. */
static void a_statement_is_evidence(void **state) {
    (void)state;
    Arena arena = arena_open("test", 64 << 20);
    script_play_text(script_play_open(&arena), S(STATED "2013-02-01  open\n"));
    static const char *const changes[] = {"UPDATE statement SET as_of = '2013-01-30'",
                                          "UPDATE statement_balance SET open = 1",
                                          "UPDATE statement_line SET open = 1",
                                          "DELETE FROM statement_line", "DELETE FROM statement"};
    for (ptrdiff_t i = 0; i < COUNT_OF(changes); i++) {
        Err err = {0};
        assert_false(pg_script(rig.app, changes[i], &err));
        assert_string_equal(err.code, "42501");
    }
    arena_close(&arena);
}

/* However few are visited at a time, and whoever was not due anything before the rules changed. */
static void new_rules_bring_every_account_back(void **state) {
    (void)state;
    enum { COUNT = 7 };
    static const int limits[] = {1, 3, 100};
    const LedgerRules rules = rig.rules;
    for (ptrdiff_t i = 0; i < COUNT_OF(limits); i++) {
        Arena arena = arena_open("test", 16 << 20);
        Bookkeeping keeping = memory_standard_keeping();
        int said = 0;
        rig.rules.keepings = &keeping;
        rig_reset(&rig, day_of("2013-01-28"));
        Event events[COUNT];
        for (int k = 0; k < COUNT; k++) {
            events[k] = invoice_event(&arena, customer(&arena, k), S("INV-1"), 100, "2012-01-01",
                                      "2012-02-01");
        }
        give(events, COUNT, "2013-01-28");
        (void)rig_end_day(&rig, 0, day_of("2013-01-28"), limits[i], hear_count, &said);
        assert_int_equal(said, COUNT); /* in the last bucket now: nothing more is due */
        assert_int_equal(number_of("SELECT count(*) FROM account WHERE next_due IS NOT NULL"), 0);
        keeping.statements = STATEMENTS_MONTH;
        Event other = payment_event(&arena, customer(&arena, 0), S("PAY-1"), 1, "2013-01-29");
        give(&other, 1, "2013-01-29");
        for (const char **day = (const char *[]){"2013-01-29", "2013-01-30", "2013-01-31", NULL};
             *day != NULL; day++) {
            (void)rig_end_day(&rig, 0, day_of(*day), limits[i], hear_count, &said);
        }
        assert_int_equal(said, 2 * COUNT);
        assert_int_equal(number_of("SELECT count(*) FROM statement WHERE as_of = '2013-01-31'"),
                         COUNT);
        assert_int_equal(number_of("SELECT count(*) FROM bookkeeping_rule"), 2);
        arena_close(&arena);
    }
    rig.rules = rules;
}

/* As a build that marks them in another way has written them down, earlier on the same day. */
static void rules_of_a_day_are_written_down_again(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    const LedgerRules rules = rig.rules;
    Bookkeeping keeping = memory_standard_keeping();
    rig.rules.keepings = &keeping;
    rig_reset(&rig, day_of("2013-01-28"));
    Event first = payment_event(&arena, customer(&arena, 1), S("PAY-1"), 1, "2013-01-28");
    give(&first, 1, "2013-01-28");
    assert_int_equal(rig_ask(&rig, "UPDATE bookkeeping_rule SET mark = 'another', years = 7"
                                   " RETURNING 1")
                         .count,
                     1);
    Event next = payment_event(&arena, customer(&arena, 1), S("PAY-2"), 1, "2013-01-28");
    give(&next, 1, "2013-01-28");
    assert_int_equal(number_of("SELECT count(*) FROM credit"), 2);
    assert_int_equal(number_of("SELECT count(*) FROM bookkeeping_rule"), 1);
    assert_int_equal(
        number_of("SELECT count(*) FROM bookkeeping_rule WHERE mark = 'another' OR years = 7"), 0);
    rig.rules = rules;
    arena_close(&arena);
}

/* ---- small balances */

static int64_t write_offs(void) {
    return number_of("SELECT count(*) FROM entry WHERE kind = 'write_off'");
}

/* Every change of a row is said, and whether others come in the same batch changes nothing. */
static void a_request_stands_however_it_is_batched(void **state) {
    (void)state;
    static const char *const lines[] = {"2013-03-04  invoice    INV-1  0.30 USD  due 2013-02-01",
                                        "2013-03-04  asked      R-1  INV-1 INV-2",
                                        "2013-03-04  asked      R-1  INV-1",
                                        "2013-03-04  asked      R-2  INV-2"};
    const LedgerRules rules = rig.rules;
    Bookkeeping keeping = memory_standard_keeping();
    keeping.small = memory_small_balances();
    for (int size = 1; size <= (int)COUNT_OF(lines); size++) {
        Arena arena = arena_open("test", 16 << 20);
        int said = 0;
        rig.rules.keepings = &keeping;
        rig_reset(&rig, day_of("2013-03-04"));
        give_lines(&arena, lines, COUNT_OF(lines), size);
        assert_int_equal(number_of("SELECT count(*) FROM asked"), 1);
        (void)rig_end_day(&rig, 0, day_of("2013-03-04"), 1, hear_count, &said);
        assert_int_equal(write_offs(), 0);
        Event rejected = line_event(&arena, "C-1", "2013-03-05  rejected   R-1");
        give(&rejected, 1, "2013-03-05");
        assert_int_equal(rig.said_count, 1);
        give(&rejected, 1, "2013-03-05");
        assert_int_equal(rig.said_count, 0);
        assert_int_equal(number_of("SELECT count(*) FROM asked"), 0);
        (void)rig_end_day(&rig, 0, day_of("2013-03-05"), 1, hear_count, &said);
        assert_int_equal(write_offs(), 1);
        arena_close(&arena);
    }
    rig.rules = rules;
}

typedef struct Kept {
    const char *customer;
    const char *lines[3]; /* what keeps a residue from being given up */
    const char *until;    /* the day on which it is looked at again; NULL: none */
    const char *end;      /* what ends it, before that day */
} Kept;

#define OLD_INVOICE "2013-03-04  invoice    INV-1  0.20 USD  due 2012-02-01"

static const Kept KEPT[] = {
    {"C-1",
     {OLD_INVOICE, "2013-03-04  held       0/17"},
     NULL,
     "2013-03-05  cleared    0/17  by alice"},
    {"C-2", {OLD_INVOICE, "2013-03-04  asked      R-1  INV-1"}, NULL, "2013-03-05  rejected   R-1"},
    {"C-3",
     {OLD_INVOICE, "2013-03-04  pause      Z-1  of INV-1  dispute  by alice"},
     NULL,
     "2013-03-05  resume     E-1  of Z-1  by alice  on 2013-03-05"},
    {"C-4",
     {OLD_INVOICE, "2013-03-04  pause      Z-1  of INV-1  dispute  by alice  to 2013-03-06"},
     "2013-03-06",
     NULL},
    {"C-5",
     {OLD_INVOICE, "2013-03-04  invoice    INV-2  0.20 USD  due 2012-02-01"},
     NULL,
     "2013-03-05  payment    PAY-1  0.20 USD  for INV-2"},
    {"C-6",
     {"2013-03-04  invoice    INV-1  0.31 USD  due 2012-02-01"},
     NULL,
     "2013-03-05  payment    PAY-1  0.11 USD  for INV-1"},
    {"C-7",
     {"2013-03-04  payment    PAY-1  1.00 USD  for INV-9", OLD_INVOICE},
     NULL,
     "2013-03-05  refund     B-1  1.00 USD"},
    {"C-8",
     {"2013-03-04  payment    PAY-1  0.10 USD  for INV-9", OLD_INVOICE},
     NULL,
     "2013-03-05  invoice    INV-9  0.10 USD  due 2013-05-01"},
};

static void keep_all(Arena *arena) {
    for (ptrdiff_t i = 0; i < COUNT_OF(KEPT); i++) {
        for (int k = 0; k < 3 && KEPT[i].lines[k] != NULL; k++) {
            Event event = line_event(arena, KEPT[i].customer, KEPT[i].lines[k]);
            give(&event, 1, "2013-03-04");
        }
    }
}

/* What ends by an event is not looked at day by day. */
static void who_is_kept_sleeps_until_something_happens(void **state) {
    (void)state;
    const LedgerRules rules = rig.rules;
    Arena arena = arena_open("test", 16 << 20);
    Bookkeeping keeping = memory_standard_keeping();
    int said = 0;
    keeping.small = memory_small_balances();
    keeping.roll_overpayment = false; /* what names another invoice waits for it */
    rig.rules.keepings = &keeping;
    rig_reset(&rig, day_of("2013-03-04"));
    keep_all(&arena);
    (void)rig_end_day(&rig, 0, day_of("2013-03-04"), 100, hear_count, &said);
    assert_int_equal(write_offs(), 0);
    for (ptrdiff_t i = 0; i < COUNT_OF(KEPT); i++) {
        Str due = str_of(KEPT[i].until == NULL ? "none" : KEPT[i].until);
        PgRows rows = rig_ask(
            &rig,
            str_terminated(
                &arena,
                str_format(
                    &arena,
                    "SELECT coalesce(next_due::text, 'none') FROM account WHERE customer = '%s'",
                    KEPT[i].customer)));
        Str got = pg_text(&rows, 0, 0);
        if (!str_equals(got, due)) {
            fail_msg("%s is looked at again: %.*s", KEPT[i].customer, STR_ARGS(got));
        }
    }
    for (ptrdiff_t i = 0; i < COUNT_OF(KEPT); i++) {
        Event event =
            KEPT[i].end == NULL ? (Event){0} : line_event(&arena, KEPT[i].customer, KEPT[i].end);
        give(&event, KEPT[i].end == NULL ? 0 : 1, "2013-03-05");
    }
    (void)rig_end_day(&rig, 0, day_of("2013-03-05"), 100, hear_count, &said);
    (void)rig_end_day(&rig, 0, day_of("2013-03-06"), 100, hear_count, &said);
    assert_int_equal(number_of("SELECT count(DISTINCT account) FROM entry"
                               " WHERE kind = 'write_off'"),
                     COUNT_OF(KEPT));
    rig.rules = rules;
    arena_close(&arena);
}

/* Ends the days of a month from the first to the last; on each another customer is heard of, or
 * nothing would be decided under new rules. `change` may alter them before a day. */
static void live(Arena *arena, int last, void (*change)(int day)) {
    int said = 0;
    for (int i = 1; i <= last; i++) {
        const char *day = str_terminated(arena, str_format(arena, "2024-03-%02d", i));
        Str line = str_format(arena, "%s  payment    PAY-%d  1.00 USD", day, i);
        change(i);
        Event other = line_event(arena, "C-2", str_terminated(arena, line));
        give(&other, 1, day);
        (void)rig_end_day(&rig, 0, day_of(day), 10, hear_count, &said);
    }
}

static void no_change(int day) {
    (void)day;
}

/* The set is the same all the time; what begins is a document of it. */
static void a_rule_that_begins_later_finds_who_sleeps(void **state) {
    (void)state;
    const LedgerRules rules = rig.rules;
    Arena arena = arena_open("test", 16 << 20);
    Bookkeeping keepings[] = {memory_standard_keeping(), memory_standard_keeping()};
    keepings[0].valid_from = day_of("2000-01-01");
    keepings[1].valid_from = day_of("2024-03-10");
    keepings[1].small = memory_small_balances();
    rig.rules.keepings = keepings;
    rig.rules.keeping_count = COUNT_OF(keepings);
    Event event =
        line_event(&arena, "C-1", "2024-03-01  invoice    INV-1  0.20 USD  due 2022-01-01");
    for (int last = 9; last <= 12; last += 3) {
        rig_reset(&rig, day_of("2024-03-01"));
        give(&event, 1, "2024-03-01");
        live(&arena, last, no_change);
        assert_int_equal(write_offs(), last == 12);
    }
    rig.rules = rules;
    arena_close(&arena);
}

static Calendar bank;

/* Good Friday is the last banking day of that month until somebody adds it. */
static void add_holiday(int day) {
    static Holiday holidays[1];
    enum { ADDED_ON = 10 };
    if (day == ADDED_ON) {
        holidays[0] = (Holiday){day_of("2024-03-29"), S("Good Friday")};
        bank.holidays = holidays;
        bank.count = 1;
    }
}

static void a_longer_calendar_moves_who_waits_for_its_days(void **state) {
    (void)state;
    const LedgerRules rules = rig.rules;
    Arena arena = arena_open("test", 16 << 20);
    Bookkeeping keeping = memory_standard_keeping();
    keeping.statements = STATEMENTS_MONTH;
    keeping.calendar = S("bank");
    bank = (Calendar){.id = S("bank"), .closed = {[5] = true, [6] = true}};
    rig.rules.keepings = &keeping;
    rig.rules.calendars = &bank;
    rig.rules.calendar_count = 1;
    rig_reset(&rig, day_of("2024-03-01"));
    Event event =
        line_event(&arena, "C-1", "2024-03-01  invoice    INV-1  100.00 USD  due 2022-01-01");
    give(&event, 1, "2024-03-01");
    live(&arena, 31, add_holiday);
    assert_int_equal(number_of("SELECT count(*) FROM statement JOIN account USING (task, account)"
                               " WHERE customer = 'C-1' AND as_of = '2024-03-28'"),
                     1);
    rig.rules = rules;
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_begins_later_finds_who_sleeps),
        cmocka_unit_test(a_longer_calendar_moves_who_waits_for_its_days),
        cmocka_unit_test(who_is_kept_sleeps_until_something_happens),
        cmocka_unit_test(a_request_stands_however_it_is_batched),
        cmocka_unit_test(stored_batches_are_what_memory_holds),
        cmocka_unit_test(an_entry_that_moves_nothing_is_rolled_back),
        cmocka_unit_test(a_step_reads_by_key),
        cmocka_unit_test(what_is_sent_is_answered_together),
        cmocka_unit_test(the_journal_is_append_only),
        cmocka_unit_test(a_thousand_invoices_are_one_set),
        cmocka_unit_test(a_day_ends_in_steps_of_any_size),
        cmocka_unit_test(new_buckets_bring_every_open_invoice_back),
        cmocka_unit_test(a_sealed_month_takes_no_more_entries),
        cmocka_unit_test(a_month_with_open_days_is_not_sealed),
        cmocka_unit_test(what_was_moved_is_called_back_once),
        cmocka_unit_test(suspense_is_loaded_by_name),
        cmocka_unit_test(pauses_are_loaded_by_their_invoice),
        cmocka_unit_test(what_was_not_invoiced_is_never_cancelled),
        cmocka_unit_test(the_latest_sale_is_bought_back_first),
        cmocka_unit_test(statements_are_loaded_by_their_numbers),
        cmocka_unit_test(a_statement_is_evidence),
        cmocka_unit_test(new_rules_bring_every_account_back),
        cmocka_unit_test(rules_of_a_day_are_written_down_again),
    };
    rig_open(&rig);
    chance = chance_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_close(&rig);
    return failed;
}
