#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/service.h"
#include "tests/golden/ledger/memory.h"
#include "tests/harness/chance.h"
#include "tests/integration/ledger/rig.h"

/* What the ledger is given in these tests: one rig and one seed a program, events by hand, and
 * random batches that the ledger in memory is given as well. Whatever fails fails the test. */
extern Rig rig;
extern Chance chance;

enum { BATCH_MAX = 25, BATCHES = 60 };

/* "2013-01-02" */
Date day_of(const char *text);
void must(bool done, const Err *err);
/* The one number that a question has for an answer. */
int64_t number_of(const char *sql);

/* ---- events by hand; customers are ACME's, amounts are cents of USD */
Account customer(Arena *arena, int64_t i);
Money usd(int64_t minor);
Event invoice_event(Arena *arena, Account account, Str number, int64_t minor, const char *issued,
                    const char *due);
Event payment_event(Arena *arena, Account account, Str number, int64_t minor, const char *received);
/* As one batch, on that day. */
void give(Event *events, int count, const char *day);
/* The events that the last batch sent to other accounts, read from their bytes; there is room for
 * RIG_SENT_MAX. */
int arrivals(Arena *arena, Event *events);
/* Gives them to their receivers, and what those send in turn. */
void deliver(Arena *arena, Date day, void (*hear)(void *self, Str said), void *self);

/* ---- random batches */

/* What was said, as bytes, in order. The arena is closed by the test. */
typedef struct Talk {
    Arena arena;
    Str *said;
    int count;
} Talk;

Talk talk_open(void);
/* Listeners of memory and of the rig; self is a Talk. */
void hear_memory(void *self, const Desk *desk);
void hear_rig(void *self, Str said);
/* The same batch to both; what is moved arrives with the next batches, until nothing is under way.
 */
void play_batch(Memory *memory, Talk *remembered, Talk *stored);
