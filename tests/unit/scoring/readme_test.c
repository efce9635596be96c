/* The README says what the code prints. */
#include "tests/harness/readme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scoring/settings.h"

static const char *const PATH = "services/scoring/README.md";

static void the_settings_are_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    readme_assert_has_settings(&readme, SCORING_SETTINGS, SCORING_SETTINGS_COUNT);
    readme_close(&readme);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_settings_are_printed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
