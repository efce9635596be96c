#pragma once

#include "base/date.h"
#include "base/str.h"
#include "policy/creditor.h"
#include "policy/ladder.h"

/* Dunning's part of a rule set, compiled once and kept for the life of the process. */
typedef struct LadderRule {
    Ladder ladder;
    Str hash; /* of the document, 64 hex digits */
} LadderRule;

typedef struct DunningRules {
    const LadderRule *ladders; /* by valid_from */
    int ladder_count;
    const Creditor *creditors; /* by valid_from */
    int creditor_count;
} DunningRules;

/* How one creditor's customers are dunned. */
typedef struct Guidance {
    const LadderRule *ladder; /* NULL: the set has none for it, so nobody is dunned */
    const Creditor *creditor; /* NULL: no document, so nobody could sign a mail */
} Guidance;

extern const char LADDER_STANDARD[]; /* id of the ladder for creditors without a document */

/* In force on a day: of each id the latest that is valid by then, or its first one on earlier days.
 */
Guidance rules_guide(const DunningRules *rules, Str creditor, Date day);
/* NULL: no document with that id. */
const LadderRule *rules_ladder(const DunningRules *rules, Str id, Date day);
/* How many of the documents are valid by that day: of one rule set, what is in force changes with
 * it and with nothing else. */
int rules_valid(const DunningRules *rules, Date day);
