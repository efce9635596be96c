#pragma once

#include "base/date.h"
#include "base/money.h"
#include "ledger/core/item.h"

/* Values that the tests of this folder write down often. */
Date day(const char *text);
Money usd(int64_t minor);
Money jpy(int64_t minor);
/* Open, untouched, "current". */
Item open_invoice(const char *number, int64_t minor, const char *due_on);
