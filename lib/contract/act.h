#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/str.h"

/* Acts on debts that somebody with authority approves first. Every service that has a part in one
 * calls them by the same words, in tables and messages. */
typedef enum Act {
    ACT_NONE,
    ACT_WRITE_OFF,
    ACT_WAIVER, /* of interest and costs */
    ACT_COUNT,
} Act;

/* Why a debt is given up, for reports; the sentence beside it says more. In the order of the
 * contract's numbers. */
typedef enum WriteOffReason {
    WRITE_OFF_NOT_SAID,
    WRITE_OFF_UNCOLLECTIBLE,
    WRITE_OFF_INSOLVENT,
    WRITE_OFF_DECEASED,
    WRITE_OFF_TIME_BARRED,
    WRITE_OFF_SMALL_BALANCE,
    WRITE_OFF_UNECONOMIC,
    WRITE_OFF_OTHER,
    WRITE_OFF_REASON_COUNT,
} WriteOffReason;

/* "write_off"; empty for none. */
const char *act_name(Act act);
bool act_parse(Str name, Act *act) MUST_USE;
/* "time_barred"; empty when it was not said. */
const char *write_off_reason_name(WriteOffReason reason);
/* Empty is no name. */
bool write_off_reason_parse(Str name, WriteOffReason *reason) MUST_USE;
