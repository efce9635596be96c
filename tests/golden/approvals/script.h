#pragma once

#include <stdbool.h>

#include "approvals/core/input.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

/* A line of a golden script:
 *
 *     DAY  request ID CREDITOR/CUSTOMER by WHO  INVOICE AMOUNT CURRENCY ...
 *     DAY  approve ID by WHO [more]
 *     DAY  reject  ID by WHO [more]
 *
 * A decision names what the request says, holds from its day for a week and has a nonce of its own.
 * What differs is said by `more`: "from DAY", "until DAY", "amount AMOUNT CURRENCY", "customer
 * NAME", "hash other", "nonce LETTERS", "forged" (the signature does not fit), "garbled" (signed,
 * but no decision). */
typedef enum ScriptVerb { SCRIPT_REQUEST, SCRIPT_DECISION } ScriptVerb;

typedef struct ScriptLine {
    Date day;
    ScriptVerb verb;
    Request request;
    Decision decision;
    bool own_amount; /* else the request's, and so on */
    bool own_customer;
    bool own_hash;
    bool own_nonce;
} ScriptLine;

bool script_line_parse(Str text, Arena *arena, ScriptLine *line, Err *err) MUST_USE;
