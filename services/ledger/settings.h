#pragma once

#include <stddef.h>
#include <stdint.h>

#include "chassis/settings.h"

/* What an operator can set on the ledger besides what every service has. */
typedef struct LedgerSettings {
    int64_t answer_rows;
    Str journal_key; /* contract/journal_key.h */
} LedgerSettings;

extern const Setting LEDGER_SETTINGS[];
extern const ptrdiff_t LEDGER_SETTINGS_COUNT;
