/* The ledger: holds invoices in PostgreSQL and knows what is open on any day. */
#include "chassis/process.h"
#include "ledger/handler.h"
#include "ledger/query.h"
#include "ledger/settings.h"

extern const Migrations ledger_migrations;

int main(int argc, char **argv) {
    LedgerSettings settings;
    const Process process = {
        .name = "ledger",
        .summary = "holds invoices and knows what is open on any day",
        .migrations = ledger_migrations,
        .settings = LEDGER_SETTINGS,
        .settings_count = LEDGER_SETTINGS_COUNT,
        .settings_target = &settings,
        .check = ledger_check,
        .service = ledger_service,
        .routes = ledger_routes,
        .diagram = ledger_diagram,
        .rebuilds = true,
    };
    return process_main(&process, argc, argv);
}
