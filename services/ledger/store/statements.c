/* Statements that the batch answers, by their numbers: what they say in each currency, and the
 * lines that are disputed. The other lines of a statement are not looked at. */
#include "base/check.h"
#include "ledger/store/room.h"

#define NAMED                                                                                      \
    "(SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"               \
    "  AS k(ordinal, task, account, number)) k"

static const PgStatement LOAD_STATEMENTS = {
    "ledger_load_statements",
    "SELECT k.ordinal, s.number, s.as_of, s.answer, s.answered_by, s.agreed_on FROM " NAMED
    ", LATERAL (SELECT * FROM statement s WHERE s.task = k.task AND s.account = k.account"
    "   AND s.number = k.number OFFSET 0) s"};

static const PgStatement LOAD_BALANCES = {
    "ledger_load_statement_balances",
    "SELECT k.ordinal, b.statement, b.currency, b.open, b.unapplied, b.items FROM " NAMED
    ", LATERAL (SELECT * FROM statement_balance b WHERE b.task = k.task"
    "   AND b.account = k.account AND b.statement = k.number OFFSET 0) b ORDER BY 1, 2, 3"};

static const PgStatement LOAD_LINES = {
    "ledger_load_statement_lines",
    "SELECT k.ordinal, l.statement, l.number, l.charge::int, l.instalment::int, l.due_on,"
    "       l.currency, l.open, l.acknowledged, l.reason"
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[],"
    "                                      $5::text[], $6::int[], $7::int[])"
    "        AS k(ordinal, task, account, statement, number, charge, instalment)) k,"
    "       LATERAL (SELECT * FROM statement_line l WHERE l.task = k.task"
    "         AND l.account = k.account AND l.statement = k.statement AND l.number = k.number"
    "         AND l.charge = k.charge AND l.instalment = k.instalment OFFSET 0) l"};

/* ---- loading */

static const BalanceAnswer *answer_of(const StoreVisit *visit) {
    bool answers = visit->input->kind == LEDGER_BALANCE_AGREED ||
                   visit->input->kind == LEDGER_BALANCE_DISPUTED;
    return answers && room_is_stored(visit) ? &visit->input->answer : NULL;
}

static PgParams *statements_named(const Load *load) {
    Named named = room_named(load, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const BalanceAnswer *answer = answer_of(&load->visits[i]);
        if (answer != NULL) {
            room_named_add(&named, load, &load->visits[i], answer->statement);
        }
    }
    return room_numbers_params(&named, load->arena);
}

static ptrdiff_t lines_count(const Load *load) {
    ptrdiff_t count = 0;
    for (int i = 0; i < load->visit_count; i++) {
        const BalanceAnswer *answer = answer_of(&load->visits[i]);
        count += answer == NULL ? 0 : answer->line_count;
    }
    return count;
}

static PgParams *lines_named(const Load *load) {
    ptrdiff_t room = lines_count(load);
    Named named = room_named(load, room);
    Str *invoices = ARENA_ARRAY(load->arena, Str, room);
    int32_t *charges = ARENA_ARRAY(load->arena, int32_t, room);
    int32_t *instalments = ARENA_ARRAY(load->arena, int32_t, room);
    for (int i = 0; i < load->visit_count; i++) {
        const BalanceAnswer *answer = answer_of(&load->visits[i]);
        for (int k = 0; answer != NULL && k < answer->line_count; k++) {
            ItemKey item = answer->lines[k].item;
            invoices[named.count] = item.number;
            charges[named.count] = (int32_t)item.charge;
            instalments[named.count] = item.instalment;
            room_named_add(&named, load, &load->visits[i], answer->statement);
        }
    }
    PgParams *params = room_numbers_params(&named, load->arena);
    if (params != NULL) {
        pg_add_text_array(params, invoices, named.count);
        pg_add_i32_array(params, charges, named.count);
        pg_add_i32_array(params, instalments, named.count);
    }
    return params;
}

static Statement statement_at(const PgRows *rows, ptrdiff_t row) {
    Statement statement = {.number = pg_text(rows, row, 1),
                           .as_of = pg_date(rows, row, 2),
                           .answered_by = pg_text(rows, row, 4),
                           .agreed_on = pg_date(rows, row, 5),
                           .answered_on = DATE_NONE};
    CHECK(statement_answer_parse(pg_text(rows, row, 3), &statement.answer));
    return statement;
}

static StatementLine line_at(const PgRows *rows, ptrdiff_t row) {
    return (StatementLine){.statement = pg_text(rows, row, 1),
                           .item = {.number = pg_text(rows, row, 2),
                                    .charge = (Charge)pg_i32(rows, row, 3),
                                    .instalment = pg_i32(rows, row, 4)},
                           .due_on = pg_date(rows, row, 5),
                           .open = pg_money(rows, row, 6, 7),
                           .acknowledged = pg_money(rows, row, 6, 8),
                           .reason = pg_text(rows, row, 9)};
}

bool load_statements(const Load *load, Err *err) {
    PgRows statements;
    PgRows balances;
    PgRows lines;
    if (!room_ask(load, &LOAD_STATEMENTS, statements_named(load), &statements, err) ||
        !room_ask(load, &LOAD_BALANCES, statements_named(load), &balances, err) ||
        !room_ask(load, &LOAD_LINES, lines_named(load), &lines, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < statements.count; i++) {
        (void)book_add_statement(room_book(load, &statements, i), statement_at(&statements, i));
    }
    for (ptrdiff_t i = 0; i < balances.count; i++) {
        (void)book_add_statement_balance(
            room_book(load, &balances, i),
            (StatementBalance){.statement = pg_text(&balances, i, 1),
                               .open = pg_money(&balances, i, 2, 3),
                               .unapplied = pg_money(&balances, i, 2, 4),
                               .items = pg_i32(&balances, i, 5)});
    }
    for (ptrdiff_t i = 0; i < lines.count; i++) {
        (void)book_add_statement_line(room_book(load, &lines, i), line_at(&lines, i));
    }
    return true;
}

/* ---- saving */

static const PgStatement ADD_STATEMENTS = {
    "ledger_add_statements",
    "INSERT INTO statement (task, account, number, answer, answered_by, agreed_on, answered_on,"
    "                       evidence, actor, as_of)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::text[]), unnest($6::date[]), unnest($7::date[]), unnest($8::text[]),"
    "        unnest($9::text[]), unnest($10::date[])"};

static const PgStatement ANSWER_STATEMENTS = {
    "ledger_answer_statements",
    "UPDATE statement s SET answer = n.answer, answered_by = n.answered_by,"
    "  agreed_on = n.agreed_on, answered_on = n.answered_on, evidence = n.evidence,"
    "  actor = n.actor"
    " FROM (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]) AS account,"
    "              unnest($3::text[]) AS number, unnest($4::text[]) AS answer,"
    "              unnest($5::text[]) AS answered_by, unnest($6::date[]) AS agreed_on,"
    "              unnest($7::date[]) AS answered_on, unnest($8::text[]) AS evidence,"
    "              unnest($9::text[]) AS actor) AS n"
    " WHERE (s.task, s.account, s.number) = (n.task, n.account, n.number)"};

static const PgStatement ADD_STATEMENT_BALANCES = {
    "ledger_add_statement_balances",
    "INSERT INTO statement_balance (task, account, statement, currency, open, unapplied, items)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::int[])"};

static const PgStatement ADD_STATEMENT_LINES = {
    "ledger_add_statement_lines",
    "INSERT INTO statement_line (task, account, statement, number, charge, instalment,"
    "                            acknowledged, reason, due_on, currency, open)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::int[]), unnest($6::int[]), unnest($7::bigint[]), unnest($8::text[]),"
    "        unnest($9::date[]), unnest($10::text[]), unnest($11::bigint[])"};

static const PgStatement DISPUTE_LINES = {
    "ledger_dispute_lines",
    "UPDATE statement_line l SET acknowledged = n.acknowledged, reason = n.reason"
    " FROM (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]) AS account,"
    "              unnest($3::text[]) AS statement, unnest($4::text[]) AS number,"
    "              unnest($5::int[]) AS charge, unnest($6::int[]) AS instalment,"
    "              unnest($7::bigint[]) AS acknowledged, unnest($8::text[]) AS reason) AS n"
    " WHERE (l.task, l.account, l.statement, l.number, l.charge, l.instalment)"
    "     = (n.task, n.account, n.statement, n.number, n.charge, n.instalment)"};

static const char *answer_name_of(const void *row) {
    return statement_answer_name(((const Statement *)row)->answer);
}

static void add_answer(PgColumns *columns) {
    pg_column_text(columns, offsetof(Statement, number));
    pg_column_name(columns, answer_name_of);
    pg_column_text(columns, offsetof(Statement, answered_by));
    pg_column_date(columns, offsetof(Statement, agreed_on));
    pg_column_date(columns, offsetof(Statement, answered_on));
    pg_column_text(columns, offsetof(Statement, evidence));
    pg_column_text(columns, offsetof(Statement, actor));
}

static void add_statement(PgColumns *columns) {
    add_answer(columns);
    pg_column_date(columns, offsetof(Statement, as_of));
}

static void add_balance(PgColumns *columns) {
    pg_column_text(columns, offsetof(StatementBalance, statement));
    pg_column_currency(columns, offsetof(StatementBalance, open));
    pg_column_minor(columns, offsetof(StatementBalance, open));
    pg_column_minor(columns, offsetof(StatementBalance, unapplied));
    pg_column_i32(columns, offsetof(StatementBalance, items));
}

static void add_dispute(PgColumns *columns) {
    pg_column_text(columns, offsetof(StatementLine, statement));
    pg_column_text(columns, offsetof(StatementLine, item.number));
    pg_column_i32(columns, offsetof(StatementLine, item.charge));
    pg_column_i32(columns, offsetof(StatementLine, item.instalment));
    pg_column_minor(columns, offsetof(StatementLine, acknowledged));
    pg_column_text(columns, offsetof(StatementLine, reason));
}

static void add_line(PgColumns *columns) {
    add_dispute(columns);
    pg_column_date(columns, offsetof(StatementLine, due_on));
    pg_column_currency(columns, offsetof(StatementLine, open));
    pg_column_minor(columns, offsetof(StatementLine, open));
}

static bool statement_is_new(const void *row) {
    return ((const Statement *)row)->is_new;
}

static bool statement_is_answered(const void *row) {
    return ((const Statement *)row)->changed && !((const Statement *)row)->is_new;
}

static bool balance_is_new(const void *row) {
    return ((const StatementBalance *)row)->is_new;
}

static bool line_is_new(const void *row) {
    return ((const StatementLine *)row)->is_new;
}

static bool line_is_disputed(const void *row) {
    return ((const StatementLine *)row)->changed && !((const StatementLine *)row)->is_new;
}

bool save_statements(const Saving *saving, Err *err) {
    static const Table tables[] = {
        {&ADD_STATEMENTS, BOOK_LIST(statements, statement_count, Statement), statement_is_new,
         add_statement},
        {&ANSWER_STATEMENTS, BOOK_LIST(statements, statement_count, Statement),
         statement_is_answered, add_answer},
        {&ADD_STATEMENT_BALANCES,
         BOOK_LIST(statement_balances, statement_balance_count, StatementBalance), balance_is_new,
         add_balance},
        {&ADD_STATEMENT_LINES, BOOK_LIST(statement_lines, statement_line_count, StatementLine),
         line_is_new, add_line},
        {&DISPUTE_LINES, BOOK_LIST(statement_lines, statement_line_count, StatementLine),
         line_is_disputed, add_dispute},
    };
    return room_save_tables(saving, tables, COUNT_OF(tables), err);
}
