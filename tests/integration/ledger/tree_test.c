/* The tree over the journal, on a real PostgreSQL: the same for batches of any size, stored with
 * the entries, and signed at the end of a day. */
#include "ledger/tree.h"

#include "contract/journal_head.h"
#include "tests/integration/ledger/play.h"

enum { EVENTS = 90, ACCOUNTS = 7, TASKS = 3 };

/* Three tasks in turn, invoices and money that pays several of them: events of one, two and more
 * entries. */
static void events_make(Arena *arena, Event *events) {
    for (int i = 0; i < EVENTS; i++) {
        Account account = customer(arena, i / TASKS % ACCOUNTS);
        Str number = str_format(arena, "N-%d", i);
        bool money = i % 4 == 3;
        events[i] =
            money ? payment_event(arena, account, number, 350, "2013-01-02")
                  : invoice_event(arena, account, number, 100 + i, "2013-01-02", "2013-02-01");
        events[i].task = i % TASKS;
    }
}

typedef struct Turned {
    const Event *event;
} Turned;

static int by_task(const void *a, const void *b) {
    const Event *one = ((const Turned *)a)->event;
    const Event *other = ((const Turned *)b)->event;
    int order = (one->task > other->task) - (one->task < other->task);
    return order != 0 ? order : (one > other) - (one < other);
}

/* In batches, each grouped by task as the step loop has them. */
static void play_in_batches(const Event *events, int batch) {
    for (int from = 0; from < EVENTS; from += batch) {
        int count = EVENTS - from < batch ? EVENTS - from : batch;
        Turned sorted[EVENTS];
        Event grouped[EVENTS];
        for (int i = 0; i < count; i++) {
            sorted[i].event = &events[from + i];
        }
        qsort(sorted, (size_t)count, sizeof *sorted, by_task);
        for (int i = 0; i < count; i++) {
            grouped[i] = *sorted[i].event;
        }
        give(grouped, count, "2013-01-02");
    }
}

/* The state of all trees and every entry in its place, as one text. */
static Str journal(Arena *arena) {
    PgRows rows = rig_ask(
        &rig,
        "SELECT (SELECT string_agg(concat_ws(' ', task, size, encode(frontier, 'hex')), E'\\n'"
        " ORDER BY task) FROM journal_tree) || (SELECT string_agg(concat_ws(' ', e.task,"
        " position, encode(leaf, 'hex'), creditor, customer, entry), E'\\n' ORDER BY e.task,"
        " position) FROM entry e JOIN account a USING (task, account))");
    return str_copy(arena, pg_text(&rows, 0, 0));
}

static void the_size_of_a_batch_is_invisible(void **state) {
    (void)state;
    static const int batches[] = {1, 7, 1000};
    Arena arena = arena_open("test", 16 << 20);
    Event events[EVENTS];
    Str journals[COUNT_OF(batches)];
    events_make(&arena, events);
    for (ptrdiff_t i = 0; i < COUNT_OF(batches); i++) {
        rig_reset(&rig, day_of("2013-01-02"));
        play_in_batches(events, batches[i]);
        journals[i] = journal(&arena);
        assert_true(str_equals(journals[i], journals[0]));
    }
    assert_int_equal(number_of("SELECT count(DISTINCT task) FROM journal_tree"), TASKS);
    assert_true(number_of("SELECT count(*) FROM entry") > EVENTS);
    assert_int_equal(number_of("SELECT count(*) FROM (SELECT task FROM entry JOIN journal_tree t"
                               " USING (task) GROUP BY task, size HAVING count(*) <> size OR"
                               " max(position) <> size - 1 OR min(position) <> 0) x"),
                     0);
    arena_close(&arena);
}

/* A step that is rolled back leaves no trace, and is decided again to the same bytes. */
static void a_step_decided_again_is_the_same(void **state) {
    (void)state;
    Arena arena = arena_open("test", 16 << 20);
    Event events[EVENTS];
    Err err = {0};
    events_make(&arena, events);
    rig_reset(&rig, day_of("2013-01-02"));
    play_in_batches(events, 1000);
    Str wanted = journal(&arena);
    rig_reset(&rig, day_of("2013-01-02"));
    events[EVENTS - 1].account.customer = S("C\x80"); /* which no database takes */
    assert_false(rig_step(&rig, events, EVENTS, day_of("2013-01-02"), &err));
    assert_int_equal(number_of("SELECT count(*) FROM journal_tree"), 0);
    events_make(&arena, events);
    play_in_batches(events, 1000);
    assert_true(str_equals(journal(&arena), wanted));
    arena_close(&arena);
}

/* ---- heads */

static void close_day(int32_t task, const char *day) {
    Err err = {0};
    DayMark mark = {.day = day_of(day), .policy_set = S("")};
    Event event = {.kind = EVENT_DAY_CLOSED, .task = task, .body = &mark, .input = -1};
    must(rig_step(&rig, &event, 1, mark.day, &err), &err);
}

static Str head_note(Arena *arena, const char *sql) {
    PgRows rows = rig_ask(&rig, sql);
    assert_int_equal(rows.count, 1);
    return str_copy(arena, pg_text(&rows, 0, 0));
}

static void a_day_ends_with_a_signed_head(void **state) {
    (void)state;
    Arena arena = arena_open("test", 16 << 20);
    Event events[EVENTS];
    JournalHead first;
    JournalHead second;
    events_make(&arena, events);
    rig_reset(&rig, day_of("2013-01-02"));
    play_in_batches(events, 1000);
    close_day(1, "2013-01-02");
    assert_int_equal(rig.said_count, 2); /* the head, then that the day is closed */
    close_day(1, "2013-01-03");
    Str one = head_note(&arena, "SELECT note FROM journal_head WHERE day = '2013-01-02'");
    Str other = head_note(&arena, "SELECT note FROM journal_head WHERE day = '2013-01-03'");
    assert_true(journal_head_parse(one, &arena, &first));
    assert_true(journal_head_parse(other, &arena, &second));
    assert_true(!first.has_previous && second.has_previous);
    assert_true(hash_equals(second.previous, hash_of(one)));
    assert_true(first.task == 1 && first.size > 0 && first.size == second.size);
    assert_int_equal(number_of("SELECT count(*) FROM journal_head h JOIN journal_tree t"
                               " USING (task, size) WHERE last_head = sha256(convert_to(note,"
                               " 'UTF8')) AND day = '2013-01-03'"),
                     1);
    arena_close(&arena);
}

static void heads_are_append_only(void **state) {
    (void)state;
    static const char *const changes[] = {"UPDATE journal_head SET size = 0",
                                          "DELETE FROM journal_head", "TRUNCATE journal_head"};
    rig_reset(&rig, day_of("2013-01-02"));
    close_day(1, "2013-01-02");
    for (ptrdiff_t i = 0; i < COUNT_OF(changes); i++) {
        Err err = {0};
        assert_false(pg_script(rig.app, changes[i], &err));
        assert_string_equal(err.code, "42501");
        err = (Err){0};
        assert_false(pg_script(rig.owner, changes[i], &err));
        assert_string_equal(err.code, "P0001");
    }
    Err err = {0};
    assert_false(pg_script(rig.app, "DELETE FROM journal_tree", &err));
    assert_string_equal(err.code, "42501");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_of_a_batch_is_invisible),
        cmocka_unit_test(a_step_decided_again_is_the_same),
        cmocka_unit_test(a_day_ends_with_a_signed_head),
        cmocka_unit_test(heads_are_append_only),
    };
    rig_open(&rig);
    chance = chance_start();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rig_close(&rig);
    return failed;
}
