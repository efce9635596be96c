#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "scoring/core/input.h"

/* One line of a golden script of scoring: what the ledger said, in words.
 *
 *     2013-01-02  invoice    INV-1  100.00 USD
 *     2013-01-02  credit     100.00 USD
 *     2013-01-20  allocated  INV-1  60.00 USD  open 40.00 USD
 *     2013-01-20  settled    INV-1  days 19
 *     2013-01-20  reversed   INV-1  100.00 USD
 *     2013-02-01  bucket     INV-1  open 100.00 USD  days 1
 *     2013-06-01  written    INV-1  100.00 USD
 *     2013-06-02  forgiven   INV-1/2  2.00 USD  open 0.00 USD    a discount, here on an instalment
 *     2013-06-02  reduced    INV-1+costs/1  2.00 USD  open 3.00 USD    an agreement, on a fee
 *     2013-06-03  reopened   INV-1  40.00 USD  open 40.00 USD  due 2013-02-01
 *     2013-06-03  extended   INV-1  to 2013-07-01
 *     2013-07-01  spent      40.00 USD               recovered, reversed or given back
 *     2013-06-01  again                              the event of the line before, once more
 *     2013-06-01  profile                            shows all that is remembered */
typedef struct ScriptLine {
    Date day;
    Str verb;
    ScoringInput input; /* SCORING_NOTHING for the last two */
} ScriptLine;

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) MUST_USE;
