#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "approvals/core/request.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "contract/seal.h"

/* What comes to approvals, as plain structs: requests of our own services, and decisions of
 * persons.
 *
 * A decision comes as signed bytes. Until the signature is proven nothing of it is believed: the
 * hints serve to find what it may be about, as a key id serves to find a key. */
typedef enum ApprovalsInputKind {
    APPROVALS_NOTHING, /* a day: no business of a request's */
    APPROVALS_REQUEST,
    APPROVALS_DECISION,
} ApprovalsInputKind;

typedef enum Choice { CHOICE_NONE, CHOICE_APPROVE, CHOICE_REJECT } Choice;

typedef struct SignedDecision {
    Signed seal;      /* byte by byte as it came */
    Str request_hint; /* the request it seems to be about; may be empty */
    Str nonce_hint;   /* NONCE_SIZE bytes; or empty */
    int64_t offset;   /* of its record: its number in the task */
} SignedDecision;

typedef struct ApprovalsInput {
    ApprovalsInputKind kind;
    union {
        Request request;
        SignedDecision decision;
    };
} ApprovalsInput;

/* What the bytes say, read after the signature was proven. */
typedef struct Decision {
    bool proven;   /* false: nothing else here is filled */
    bool readable; /* false: the bytes are signed, but no whole decision */
    Str request;
    Choice choice;
    Str hash;
    Account account;
    Money amount;
    Str actor;
    Str reason;
    Date not_before;
    Date expires_on;
    Str nonce;
} Decision;
