/* What may be asked, by path. */
#include "ledger/query.h"

#include "base/attr.h"
#include "ledger/query/audit.h"
#include "ledger/query/room.h"
#include "ledger/settings.h"

int ledger_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes) {
    static const AskRow rows[] = {
        {"/v1/aging", query_aging},
        {"/v1/exposure", query_exposure},
        {"/v1/accounts/*/*", query_account},
        {"/v1/holds", query_holds},
        {"/v1/trial-balance", query_trial_balance},
        {"/v1/tie-out", query_tie_out},
        {"/v1/journal", query_journal},
        {"/v1/kpi", query_kpi},
        {"/v1/statement", query_statement},
        {"/v1/roll-rates", query_roll_rates},
        {"/v1/cut-off", query_cut_off},
        {"/v1/recovery", query_recovery},
        {"/v1/suspense", query_suspense},
        {"/v1/small-balances", query_small_balances},
        {"/v1/interest", query_interest},
        {"/v1/allowance", query_allowance},
        {"/v1/loss-rates", query_loss_rates},
        {"/v1/limitation", query_limitation},
        {"/v1/audit/tasks", query_audit_tasks},
        {"/v1/audit/heads", query_audit_heads},
        {"/v1/audit/balances", query_audit_balances},
        {"/v1/audit/entries", query_audit_entries},
        {"/v1/audit/replay", query_audit_replay},
    };
    const LedgerSettings *own = settings;
    AskTable table = {.rows = rows,
                      .count = COUNT_OF(rows),
                      .door = door,
                      .settings = own,
                      .row_limit = own->answer_rows};
    return ask_routes(&table, arena, routes);
}
