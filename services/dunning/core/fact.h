#pragma once

#include <stdint.h>

#include "base/money.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "dunning/core/dunning.h"
#include "dunning/core/reminder.h"
#include "dunning/core/request.h"

/* What dunning says on arrears.dunning.v1 and arrears.approval-requests.v1, as plain structs: one
 * kind for each event of proto/arrears/dunning/v1/dunning.proto, which says what the fields mean,
 * and the request. */
typedef enum FactKind {
    FACT_NONE,
    FACT_DAY_OPENED,
    FACT_DAY_CLOSED,
    FACT_HELD,
    FACT_INPUT_REFUSED,
    FACT_ISSUED,
    FACT_SENT,
    FACT_FAILED,
    FACT_UNCERTAIN,
    FACT_WITHDRAWN,
    FACT_RESENT,
    FACT_PERSON_NEEDED,
    FACT_REQUESTED,
    FACT_KIND_COUNT,
} FactKind;

typedef enum RefusedWhy {
    REFUSED_UNKNOWN, /* no such document of this customer */
    REFUSED_CLOSED,  /* it is past the point where that could be done */
    REFUSED_IN_USE,
    REFUSED_CURRENCY,
    REFUSED_UNKNOWN_HOLD,
    REFUSED_ON_HOLD,
    REFUSED_OVERFLOW,
} RefusedWhy;

typedef struct Refused {
    RefusedWhy why;
    Str sentence;
    const char *kind; /* "write_off_proposal" */
    Str number;       /* as the sender gave it */
} Refused;

typedef enum FailedWhy { FAILED_REFUSED, FAILED_GAVE_UP, FAILED_SAID_BY_HAND } FailedWhy;
typedef enum WithdrawnWhy {
    WITHDRAWN_FACTS_CHANGED = 1,
    WITHDRAWN_ON_HOLD,
    WITHDRAWN_CONTACT_CHANGED,
} WithdrawnWhy;

/* What became of an attempt. */
typedef struct Ended {
    Str reminder;
    int32_t attempt;
    FailedWhy failed;       /* FACT_FAILED */
    WithdrawnWhy withdrawn; /* FACT_WITHDRAWN */
    Str sentence;           /* FACT_FAILED */
    Str said_by;            /* empty: the mail server */
} Ended;

typedef struct PersonNeeded {
    PersonReason reason;
    Money overdue;
    int32_t days_past_due;
} PersonNeeded;

typedef struct Fact {
    FactKind kind;
    union {
        DayMark day;
        Held held;
        Refused refused;
        const Reminder *issued;
        Ended ended; /* FACT_SENT, FACT_FAILED, FACT_UNCERTAIN, FACT_WITHDRAWN, FACT_RESENT */
        PersonNeeded person;
        const Request *requested;
    };
} Fact;
