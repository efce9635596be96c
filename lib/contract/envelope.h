#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/id.h"
#include "base/str.h"

/* What every event carries, as plain structs: who says it, why, and the few events that every
 * service knows because the step loop itself needs them (days, holds, refusals).
 *
 * Source: proto/arrears/envelope/v1/envelope.proto, which says what each field means. Strings point
 * into whatever the struct was made from. */
typedef struct Origin {
    Str service; /* empty: the event comes from outside */
    int32_t task;
    int64_t seq;
    int64_t order;
    int32_t hops;
} Origin;

typedef enum CauseKind { CAUSE_NONE, CAUSE_RECORD, CAUSE_DAY, CAUSE_DISPATCH } CauseKind;

typedef struct Cause {
    CauseKind kind;
    Str topic; /* CAUSE_RECORD */
    int32_t partition;
    int64_t offset;
    Date day;   /* CAUSE_DAY */
    Str intent; /* CAUSE_DISPATCH */
    int32_t attempt;
} Cause;

/* What the encoder of an event gets from the step loop. */
typedef struct Stamp {
    Origin origin;
    Cause cause;
    Date day; /* the task's open day: the record date */
    /* Of the ownership and the commit that wrote it; commit_no is 0 where commits are not counted.
     */
    int64_t epoch;
    int64_t commit_no;
} Stamp;

typedef struct Signed {
    Str payload;
    Str key_id;
    Str signature;
} Signed;

/* A day that begins an installation, or a day that ends. */
typedef struct DayMark {
    bool opened;
    bool simulated; /* only with opened */
    Date day;
    Str policy_set; /* 64 hex digits */
} DayMark;

typedef struct Held {
    Str topic;
    int32_t partition;
    int64_t offset;
    Str reason;
    Str sentence;
} Held;

/* Most hops an event may have behind it: more is a loop between services. */
enum { HOPS_MAX = 16 };

/* The Tick that a signed day tick carries. False: not a Tick, or its day or hash is not real; `why`
 * says what. */
bool tick_decode(Str payload, Arena *arena, DayMark *mark, Str *why) MUST_USE;
Str tick_encode(const DayMark *mark, Arena *arena);

/* Who wrote an event and why, whatever it says. False: not an event of a service of ours. */
bool envelope_decode(Str value, Arena *arena, Origin *origin, Cause *cause) MUST_USE;

extern const char TICK_PAYLOAD_TYPE[];
extern const char DECISION_PAYLOAD_TYPE[];
extern const char PERIOD_PAYLOAD_TYPE[];
