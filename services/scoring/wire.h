#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/id.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "contract/seal.h"
#include "scoring/core/input.h"
#include "scoring/core/profile.h"

/* Between messages and the core's structs. Both topics are written by services of ours: what cannot
 * be read was written by a newer one.
 *
 * wire/ledger.c reads arrears.ledger.v1, wire/credit.c reads and writes arrears.credit.v1,
 * wire/warning.c writes arrears.warnings.v1. Texts point into the arena, never into `value`. */
typedef struct WireRefusal {
    Str code;     /* "DATE_UNREAL" */
    Str sentence; /* what is wrong and what to do */
} WireRefusal;

typedef struct ScoringMessage {
    Account account; /* empty on messages about a task */
    Origin origin;
    bool is_day;
    DayMark day;
    ScoringInput input; /* topic and origin are the handler's to fill */
} ScoringMessage;

bool wire_read_ledger(Str value, Arena *arena, ScoringMessage *message,
                      WireRefusal *refusal) MUST_USE;

/* ---- arrears.credit.v1 */
typedef enum CreditKind { CREDIT_STATE, CREDIT_CLAIM, CREDIT_CHECKPOINT } CreditKind;

typedef struct CreditPosition {
    Str topic;
    int64_t next;
    Hash last_hash;
} CreditPosition;

/* Where a task stands, by names: the handler knows the numbers. */
typedef struct CreditCheckpoint {
    const CreditPosition *positions;
    int position_count;
    const AppliedMark *marks;
    int mark_count;
    Date day; /* DATE_NONE before the first */
    bool closing;
    bool simulated;
    Str policy_set; /* 64 hex digits, or empty */
} CreditCheckpoint;

typedef struct CreditMessage {
    CreditKind kind;
    int64_t epoch;
    int64_t commit_no;
    Profile profile;
    Str nonce;
    CreditCheckpoint checkpoint;
} CreditMessage;

bool wire_read_credit(Str value, Arena *arena, CreditMessage *message) MUST_USE;
Str wire_write_credit(const CreditMessage *message, Arena *arena);

/* ---- arrears.warnings.v1 */
Str wire_write_warning(const Warning *warning, Account account, Arena *arena);
