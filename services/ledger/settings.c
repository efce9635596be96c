#include "ledger/settings.h"

#include "base/attr.h"

const Setting LEDGER_SETTINGS[] = {
    SETTING_NUMBER(
        LedgerSettings, answer_rows, "ARREARS_LEDGER_ANSWER_ROWS", "500", 1, 10000,
        "Rows of one kind (customers, open invoices, entries, holds) that an answer over "
        "HTTP holds at most."),
    SETTING_SECRET(LedgerSettings, journal_key, "ARREARS_LEDGER_JOURNAL_KEY", NULL, 1, 8192,
                   "Secret keys that sign the journal at the end of each day, the oldest first: "
                   "lines as `arrears keys new` writes them, each but the last with the last day "
                   "that it signs, as in `until 2026-03-31`."),
};
const ptrdiff_t LEDGER_SETTINGS_COUNT = COUNT_OF(LEDGER_SETTINGS);
