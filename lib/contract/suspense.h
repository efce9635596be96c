#pragma once

#include <stdbool.h>

#include "base/id.h"

/* The account of a creditor on which money waits of which nobody knows yet whose it is. It is kept
 * by the ledger alone: it owes nothing, so it is never scored, reminded, placed or written off. */
extern const char SUSPENSE_CUSTOMER[]; /* "~suspense" */

bool suspense_is(Account account);
