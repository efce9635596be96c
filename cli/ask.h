#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/attr.h"
#include "cli/cli.h"

/* Asking the ledger (or another service) a question and getting JSON back. What a service refuses
 * is said as it says it: its sentence, and exit code 1. */
typedef struct Answer {
    Str body;     /* as it came; for -o json */
    json_t *json; /* released by ask_end */
} Answer;

/* CLI_DONE, or the exit code after saying what is wrong. `pairs` as in http_query. */
int ask(Cli *cli, const char *variable, Str url, Str path, const Str *pairs, int count,
        Answer *answer) MUST_USE;
void ask_end(Answer *answer);

/* Members of answers: "" and 0 when absent. */
Str json_text(const json_t *object, const char *name);
int64_t json_number(const json_t *object, const char *name);
