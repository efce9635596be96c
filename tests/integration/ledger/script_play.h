#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/id.h"
#include "base/str.h"
#include "chassis/service.h"
#include "policy/bookkeeping.h"
#include "tests/golden/ledger/regimes.h"

/* Golden scripts of the ledger (tests/golden/ledger/script.h) played through the store: the rig's
 * books are emptied, each line is a step, the days between are closed. All accounts are of task 0.
 *
 *     ScriptPlay play = script_play_open(&arena);
 *     script_play_text(&play, S("2013-01-02  invoice  INV-1  5.00 USD  due 2013-02-01\n")); */
typedef struct ScriptPlay {
    Arena *arena;
    Account account;
    Str customer;                                               /* as the script calls him */
    int scene; /* from 0: how often the books were forgotten */ /* ACME/C-1 until a line says
                                                                   "customer NAME" */
    Date day; /* DATE_NONE: nothing was played yet */
    Bookkeeping keeping;
    bool stopped;   /* what was moved stays on its way */
    Event *waiting; /* there */
    int waiting_count;
    Regimes regimes;
} ScriptPlay;

ScriptPlay *script_play_open(Arena *arena);
/* Lines that begin with a day or "customer"; what else stands there came out or is a remark. */
void script_play_text(ScriptPlay *play, Str text);
/* Books with nothing but these lines. */
ScriptPlay *script_played(Arena *arena, const char *text);
/* Gives the path of every golden script of the ledger; how many were played. */
int script_play_each(bool (*played)(const char *path));
/* Closes the days before, of all tasks. */
void script_play_to(ScriptPlay *play, Date day);
