#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "ledger/core/interest.h"

/* A line of a golden script: a day, a verb and its words.
 *
 *     2018-01-15  invoice   1000.00 GBP  [due 2018-02-14]   (begins a case; no due day: none
 * agreed) 2018-03-01  paid      400.00                          (that day is still late) 2018-03-05
 * returned  400.00                          (a payment came back: open from that day) 2018-03-05
 * pause     [to 2018-03-10]                 (that day bears interest again) 2018-04-05  interest
 * [from 2018-03-01]               (up to the day, from the start or later)
 *
 * Days of payments are in their order. */
enum { SCRIPT_STEPS_MAX = 32 };

typedef struct Script {
    InterestCase late;
    OpenStep steps[SCRIPT_STEPS_MAX];
    InterestPause pauses[SCRIPT_STEPS_MAX];
    bool asked; /* the line is a question */
} Script;

bool script_line_read(Script *script, Str line, Err *err) MUST_USE;
