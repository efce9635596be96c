#pragma once

#include <stdio.h>

#include "base/arena.h"
#include "chassis/service.h"

/* The meeting place: messages, books, decisions and answers become one Service for the step loop.
 *
 * Nothing is remembered between steps. What a batch needs lives in the batch's arena. */
Service ledger_service(void *settings, Arena *arena);
/* Whether the keys of the settings can sign every day to come. */
bool ledger_check(const void *settings, Err *err) MUST_USE;

/* The life of an invoice, as mermaid. */
void ledger_diagram(FILE *to);
