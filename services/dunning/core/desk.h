#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "dunning/core/debtor.h"
#include "dunning/core/fact.h"
#include "dunning/core/rules.h"

/* The desk of one decision: the debtor, the open day and the rules in force on one side; what is
 * said, and what is to be sent, on the other. */

/* What a task counts, so that reminders and requests have names that people can type. */
typedef struct TaskNumbers {
    int64_t reminders;
    int64_t requests;
    bool changed;
} TaskNumbers;

/* An attempt to be made. */
typedef struct Sending {
    Str reminder;
    int32_t attempt;
} Sending;

enum { DESK_SENDINGS_MAX = 256 }; /* a visit sends one a currency, and ISO 4217 has fewer */

typedef struct Desk {
    Arena *arena;
    Debtor *debtor;
    Date day; /* open: the record date */
    Guidance guidance;
    TaskNumbers *numbers;
    Fact *facts; /* in order */
    int fact_count;
    int fact_room;
    Sending *sendings; /* room for the most, once there is one: few inputs send */
    int sending_count;
} Desk;

void desk_say(Desk *desk, Fact fact);
/* A person's wish that is not followed, and what to do. */
void desk_refuse(Desk *desk, RefusedWhy why, const char *kind, Str number, const char *format, ...)
    PRINTF(5, 6);
void desk_send(Desk *desk, Str reminder, int32_t attempt);
/* "R-3-17", "WO-3-4": the task and the number in it. */
Str desk_next_reminder(Desk *desk);
Str desk_next_request(Desk *desk);
