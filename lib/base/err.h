#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/str.h"

/* An operating failure as a value, with what to do about it.
 *
 * Functions that can fail return bool under MUST_USE and fill Err only on failure. The verdict
 * decides, never the text; each library's codes become verdicts in one function (SQLSTATE in pg.c,
 * and so on). Context is put in front on the way up; a text too long is cut at its end. Who decides
 * logs, once; who returns an Err does not log it.
 *
 * Business refusals are not failures: they are enum values in a result. Broken invariants are
 * CHECKs. */
typedef enum Verdict {
    VERDICT_NONE,   /* no failure */
    VERDICT_RETRY,  /* nothing happened; the same call may succeed later */
    VERDICT_UNSURE, /* it may or may not have happened: only a takeover settles it */
    VERDICT_POISON, /* this input can never succeed: dead letter */
    VERDICT_STOP,   /* an operator is needed */
} Verdict;

enum { ERR_CODE_SIZE = 24, ERR_TEXT_SIZE = 400 };

typedef struct Err {
    Verdict verdict;
    char code[ERR_CODE_SIZE]; /* of the library or ours: "57014", "KEY_MISSING"; may be empty */
    char text[ERR_TEXT_SIZE]; /* a sentence for a person */
} Err;

/* Fills err and returns false, so that a caller can write: return err_set(err, ...). */
bool err_set(Err *err, Verdict verdict, const char *code, const char *format, ...) PRINTF(4, 5);
/* Puts "context: " in front of the text; returns false. */
bool err_context(Err *err, const char *format, ...) PRINTF(2, 3);
const char *verdict_name(Verdict verdict);
