#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "ledger/wire.h"

/* Messages written as JSON, for tests of what the ledger reads and says. Everything lives in one
 * arena, from messages_start to messages_end, which a group of tests begins and ends with. */
extern Arena messages_arena;

int messages_start(void **state);
int messages_end(void **state);

/* Bytes of the topic's message; a test that writes no such message fails. */
Str messages_bytes(const char *topic, const char *json);
/* A billing event; false: it is refused. */
bool messages_read(const char *json, LedgerMessage *message, WireRefusal *refusal);
/* The test fails when it is refused. */
LedgerMessage messages_read_good(const char *json);
