#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* Golden scripts: text files of what goes in, each line followed by what came out of it.
 *
 *     X_golden_test FOLDER              plays FOLDER/NN_*.txt; shows the first line that differs
 *     X_golden_test --accept FOLDER     writes what comes out into the files
 *
 * A line that begins with a digit (a day) is an event; lines indented by four blanks came out of
 * the line above when it was accepted; everything else is a remark for the reader. The player of a
 * service knows what an event means and prints what comes of it; the rest is here.
 *
 * The script and its arena live while one file is played. What a player's start returns lives in
 * that arena and is handed to the other two; it frees nothing. */
typedef struct GoldenScript {
    Arena arena;
    StrBuilder out; /* the file as it should be */
    const char *path;
    int line; /* the one being played, from 1 */
} GoldenScript;

typedef struct GoldenPlayer {
    /* One script begins; NULL with err filled when it cannot. */
    void *(*start)(GoldenScript *script, Err *err);
    /* Adds the line and what comes out of it to `out`; false for a line that says nothing. */
    bool (*event)(void *self, Str line, Err *err);
    /* Sees a remark before it is copied; may be absent. */
    void (*remark)(void *self, Str line);
} GoldenPlayer;

/* The whole main of a golden test. Exit code: 0 when all files are as played, 1, or 2 (usage). */
int golden_main(int argc, char **argv, const GoldenPlayer *player) MUST_USE;
