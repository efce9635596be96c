#pragma once

#include "base/arena.h"
#include "base/str.h"

/* A page of docs/ whose examples are what the commands print: after a line "$ arrears ...", up to
 * the end of its block. What is played for them stands in the page itself, in blocks of their own.
 *
 *     Page page = page_open("docs/reports.md", &arena);
 *     script_play_text(script_play_open(&arena), page_block(&page, "script"));
 *     page_check(&page, accepting); */
typedef struct Page {
    const char *path;
    Str text;
    Arena *arena;
} Page;

Page page_open(const char *path, Arena *arena);
/* What stands between "```KIND" and "```", the first of them; there is one. */
Str page_block(const Page *page, const char *kind);
/* Runs the commands. Accepting writes the page as they print it, else a difference fails the test.
 */
void page_check(const Page *page, bool accepting);
