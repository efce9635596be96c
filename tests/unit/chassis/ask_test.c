/* Questions in a snapshot, with a database of the test's own: what it is told is written down. */
#include "chassis/ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"

static Arena arena;

/* ---- the database */

struct QueryDoor {
    char told[64]; /* a letter a call: connect, begin, snapshot, question, rollback */
    char fails_at; /* the letter of the call that fails */
    const char *fails_with;
};

struct Pg {
    QueryDoor *door;
};

static QueryDoor door;

static bool tell(char call, Err *err) {
    size_t len = strlen(door.told);
    CHECK(len + 1 < sizeof door.told);
    door.told[len] = call;
    return door.fails_at != call ||
           err_set(err, VERDICT_STOP, door.fails_with, "relation \"secret\" does not exist");
}

bool query_pg(QueryDoor *asked_door, Pg **pg, Err *err) {
    static Pg connection;
    connection.door = asked_door;
    *pg = &connection;
    return tell('c', err);
}

bool pg_begin(Pg *pg, Err *err) {
    assert_ptr_equal(pg->door, &door);
    return tell('b', err);
}

bool pg_script(Pg *pg, const char *sql, Err *err) {
    (void)pg;
    assert_string_equal(sql, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    return tell('s', err);
}

void pg_rollback(Pg *pg) {
    (void)pg;
    Err ignored = {0};
    (void)tell('r', &ignored);
}

/* ---- questions */

static const int SETTINGS;

static bool question(const Asked *asked, Err *err) {
    assert_ptr_equal(asked->settings, &SETTINGS);
    assert_ptr_equal(asked->arena, &arena);
    assert_int_equal(asked->row_limit, 7);
    asked->answer->status = 200;
    asked->answer->body = S("[]");
    return tell('q', err);
}

static bool refusal(const Asked *asked, Err *err) {
    http_refuse(asked->arena, asked->answer, 404, "UNKNOWN", "There is none.");
    return tell('q', err);
}

static HttpAnswer answer_with(int row, char fails_at, const char *fails_with) {
    static const AskRow rows[] = {{"/v1/good", question}, {"/v1/bad/*", refusal}};
    AskTable table = {.rows = rows,
                      .count = COUNT_OF(rows),
                      .door = &door,
                      .settings = &SETTINGS,
                      .row_limit = 7};
    const HttpRoute *routes = NULL;
    assert_int_equal(ask_routes(&table, &arena, &routes), COUNT_OF(rows));
    assert_string_equal(routes[row].path, rows[row].path);
    door = (QueryDoor){.fails_at = fails_at, .fails_with = fails_with};
    HttpAnswer answer = {0};
    routes[row].answer(routes[row].self, NULL, &arena, &answer);
    return answer;
}

static HttpAnswer answer_of(int row, char fails_at) {
    return answer_with(row, fails_at, "42P01");
}

static void every_way_ends_the_transaction(void **state) {
    (void)state;
    static const struct {
        int row;
        char fails_at;
        const char *told;
        int status;
    } rows[] = {
        {0, '-', "cbsqr", 200}, {1, '-', "cbsqr", 404}, {0, 'c', "c", 503},
        {0, 'b', "cb", 503},    {0, 's', "cbsr", 503},  {0, 'q', "cbsqr", 503},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        HttpAnswer answer = answer_of(rows[i].row, rows[i].fails_at);
        assert_int_equal(answer.status, rows[i].status);
        assert_string_equal(door.told, rows[i].told);
    }
}

static void what_the_database_says_stays_inside(void **state) {
    (void)state;
    HttpAnswer answer = answer_of(0, 'q');
    assert_string_equal(str_terminated(&arena, answer.body),
                        "{\"error\": {\"code\": \"42P01\", \"sentence\": \"The database does not "
                        "answer this now; the service's log says why.\"}}\n");
}

/* numeric_value_out_of_range */
static void a_sum_that_fits_no_amount_is_not_the_database_being_away(void **state) {
    (void)state;
    HttpAnswer answer = answer_with(0, 'q', "22003");
    assert_int_equal(answer.status, 409);
    assert_true(str_starts_with(answer.body, S("{\"error\": {\"code\": \"SUM_TOO_LARGE\"")));
    assert_string_equal(door.told, "cbsqr");
}

int main(void) {
    arena = arena_open("test", 1 << 16);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_ends_the_transaction),
        cmocka_unit_test(what_the_database_says_stays_inside),
        cmocka_unit_test(a_sum_that_fits_no_amount_is_not_the_database_being_away),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
