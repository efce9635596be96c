/* The README says what the code prints. */
#include "tests/harness/readme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/core/chart.h"
#include "ledger/core/item.h"
#include "ledger/core/journal.h"
#include "ledger/settings.h"

static const char *const PATH = "services/ledger/README.md";

static void the_diagram_is_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    readme_assert_has(&readme, item_diagram(&readme.arena));
    readme_close(&readme);
}

static void the_books_are_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    readme_assert_has(&readme, chart_print(&readme.arena));
    readme_assert_has(&readme, journal_print(&readme.arena));
    readme_close(&readme);
}

static void the_settings_are_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    readme_assert_has_settings(&readme, LEDGER_SETTINGS, LEDGER_SETTINGS_COUNT);
    readme_close(&readme);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_diagram_is_printed),
        cmocka_unit_test(the_books_are_printed),
        cmocka_unit_test(the_settings_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
