#pragma once

#include "approvals/core/input.h"
#include "approvals/core/request.h"
#include "base/str.h"
#include "contract/envelope.h"

/* What approvals says on arrears.approvals.v1, as plain structs: one kind for each event of
 * proto/arrears/approvals/v1/approvals.proto, which says what the fields mean. */
typedef enum FactKind {
    FACT_NONE,
    FACT_DAY_OPENED,
    FACT_DAY_CLOSED,
    FACT_RECEIVED,
    FACT_ROUTED,
    FACT_APPROVED,
    FACT_REJECTED,
    FACT_REFUSED,
    FACT_KIND_COUNT,
} FactKind;

typedef struct Routed {
    Str request;
    Str tier;
    const Str *approvers;
    int approver_count;
} Routed;

/* Approved or rejected. */
typedef struct Decided {
    const Request *request;
    Str approver;
    Str tier;
    Str reason;
    Signed seal;
} Decided;

typedef struct Refused {
    Str request; /* as far as the decision says */
    Answer reason;
    Str sentence;
    Str actor; /* not proven when the signature is wrong */
} Refused;

typedef struct Fact {
    FactKind kind;
    union {
        DayMark day;
        const Request *received;
        Routed routed;
        Decided decided;
        Refused refused;
    };
} Fact;
