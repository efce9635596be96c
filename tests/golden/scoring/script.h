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
 *     2013-07-01  recovered  INV-1  40.00 USD
 *     2013-06-01  again                              the event of the line before, once more
 *     2013-06-01  profile                            shows all that is remembered */
typedef struct ScriptLine {
    Date day;
    Str verb;
    ScoringInput input; /* SCORING_NOTHING for the last two */
} ScriptLine;

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) MUST_USE;
