/* `arrears policy check`: the shipped documents, and documents that name what is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"

enum { SAID_MAX = 4096 };

static char said[SAID_MAX];

/* What the command says on stderr, in `said`. */
static int check(const char *folder) {
    FILE *file = tmpfile();
    assert_non_null(file);
    int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    Cli cli = {.arena = arena_open("cli", 64 << 20), .argument_count = 1};
    cli.arguments[0] = str_of(folder);
    int code = cli_policy_check(&cli);
    arena_close(&cli.arena);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    rewind(file);
    said[fread(said, 1, SAID_MAX - 1, file)] = '\0';
    fclose(file);
    return code;
}

static void the_shipped_documents_are_whole(void **state) {
    (void)state;
    assert_int_equal(check("policies/"), CLI_DONE);
    assert_string_equal(said, "");
}

static void what_is_named_must_be_there(void **state) {
    (void)state;
    static const char *const rows[] = {
        "policies_lost/creditor/lost.yaml: ladder: no document in ladder/ has the id "
        "\"no-such-ladder\"",
        "policies_lost/bookkeeping/lost.yaml: fees: no document in fee/ has the id \"nowhere\"",
        "policies_lost/interest/lost.yaml: rate.series: no document in series/ has the id "
        "\"no-such-series\"",
        "policies_lost/fee/lost.yaml: fees[0].level: no document in ladder/ has a level "
        "\"no-such-level\"",
        "policies_lost/allowance/lost.yaml: rates[3].bucket: the aging document has no bucket "
        "\"61-120\"",
    };
    assert_int_equal(check("tests/unit/cli/policies_lost"), CLI_PARTLY);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (strstr(said, rows[i]) == NULL) {
            fail_msg("row %td: %s", i, said);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_documents_are_whole),
        cmocka_unit_test(what_is_named_must_be_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
