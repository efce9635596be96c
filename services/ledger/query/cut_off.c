/* GET /v1/cut-off: what lies on both sides of a closing: entries that were recorded after the day
 * and count up to it, and entries that were recorded up to it and count later. */
#include "ledger/query/room.h"

#define CROSSING                                                                                   \
    "WITH crossing AS ("                                                                           \
    "  SELECT e.*, customer, CASE WHEN effective_on <= $2 THEN 'recorded_later'"                   \
    "                             ELSE 'counts_later' END AS side"                                 \
    "    FROM entry e JOIN account USING (task, account)"                                          \
    "   WHERE creditor = $1 AND recorded_on <= $3"                                                 \
    "     AND (effective_on <= $2) <> (recorded_on <= $2)) "

static const PgStatement SUMS = {
    "query_cut_off_sums",
    CROSSING "SELECT currency, side, kind, count(*), sum(amount)::bigint FROM crossing"
             " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT $4"};

static const PgStatement ENTRIES = {
    "query_cut_off_entries",
    CROSSING "SELECT currency, side, customer, entry, kind,"
             "       coalesce(nullif(document, ''), nullif(credit_number, ''), invoice),"
             "       invoice, effective_on, recorded_on, debit, credit, amount"
             "  FROM crossing ORDER BY currency, side, recorded_on, customer, entry LIMIT $4"};

static const Cell SUM_CELLS[] = {{"currency", CELL_TEXT},
                                 {"side", CELL_TEXT},
                                 {"kind", CELL_TEXT},
                                 {"count", CELL_NUMBER},
                                 {"amount", CELL_MONEY}};
static const Cell ENTRY_CELLS[] = {
    {"currency", CELL_TEXT}, {"side", CELL_TEXT},        {"customer", CELL_TEXT},
    {"entry", CELL_NUMBER},  {"kind", CELL_TEXT},        {"document", CELL_TEXT},
    {"invoice", CELL_TEXT},  {"effective_on", CELL_DAY}, {"recorded_on", CELL_DAY},
    {"debit", CELL_TEXT},    {"credit", CELL_TEXT},      {"amount", CELL_MONEY}};
static const ListForm LISTS[] = {LIST_FORM("sums", &SUMS, SUM_CELLS),
                                 LIST_FORM("entries", &ENTRIES, ENTRY_CELLS)};

bool query_cut_off(const Asked *asked, Err *err) {
    static const Report report = {.lists = LISTS, .count = COUNT_OF(LISTS), .params = scope_params};
    return report_answer(asked, &report, err);
}
