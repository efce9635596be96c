#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "approvals/core/request.h"
#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"
#include "contract/envelope.h"

/* The file of one request: the request, where it stands, and what a batch adds to it.
 *
 * The store fills it; deciding changes this copy; the store writes what is new. Nothing that was
 * written is ever changed: a request's state follows from its decisions. */
/* A decision that came, whether it counted or not. */
typedef struct Attempt {
    int64_t offset; /* of its record in the task's partition of decisions */
    Str request;    /* that it named; may be empty or unknown */
    Str actor;
    Answer answer;      /* ANSWER_DONE: it counted */
    RequestState state; /* what it made of the request, when it counted */
    Str tier;
    Str sentence; /* why it did not count, or the reason that the person gave */
    Str nonce;    /* of one that counted */
    Signed seal;
    Date decided_on;
} Attempt;

typedef struct CaseFile {
    int32_t task;
    Str creditor;
    Str request_id;
    RequestState state;
    Request request; /* filled unless the state is REQUEST_UNKNOWN */
    Str tier;        /* before which it was put, and who may decide there */
    const Str *approvers;
    int approver_count;
    bool raised;     /* in this batch */
    bool conflicted; /* its writer contradicts itself: the batch must not be stored */
} CaseFile;
