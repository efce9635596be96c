#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "chassis/settings.h"

/* Tests that a README still says what the code prints: diagrams, tables, settings.
 *
 *     Readme readme = readme_open("services/ledger/README.md");
 *     readme_assert_has(&readme, invoice_diagram(&readme.arena));
 *     readme_close(&readme);
 *
 * The Readme owns its arena, which is also for what the test prints. An assertion that fails ends
 * the test and shows the text that is missing. */
typedef struct Readme {
    Arena arena;
    const char *path;
    const char *text;
} Readme;

Readme readme_open(const char *path);
void readme_close(Readme *readme);
void readme_assert_has(Readme *readme, Str printed);
/* The rows of the Markdown table that --settings prints. */
void readme_assert_has_settings(Readme *readme, const Setting *rows, ptrdiff_t count);
