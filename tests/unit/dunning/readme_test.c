/* The README says what the code prints. */
#include "tests/harness/readme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dunning/core/dunning.h"
#include "dunning/core/reminder.h"
#include "dunning/settings.h"

static const char *const PATH = "services/dunning/README.md";

static void both_diagrams_are_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    readme_assert_has(&readme, dunning_diagram(&readme.arena));
    readme_assert_has(&readme, reminder_diagram(&readme.arena));
    readme_close(&readme);
}

static void the_settings_are_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    readme_assert_has_settings(&readme, DUNNING_SETTINGS, DUNNING_SETTINGS_COUNT);
    readme_close(&readme);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_diagrams_are_printed),
        cmocka_unit_test(the_settings_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
