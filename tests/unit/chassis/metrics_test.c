/* Figures, and their text as Prometheus reads it. */
#include "chassis/metrics.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"

enum { COMMITS, REFUSED, LAG, STEP, NASTY };

static const char *const KINDS[] = {"invoice", "payment", NULL};
static const char *const NASTY_VALUES[] = {"a\\b\"c\nd", NULL};

static Metric metrics[] = {
    [COMMITS] = {.name = "toy_commits_total", .help = "Transactions committed."},
    [REFUSED] = {.name = "toy_refused_total",
                 .help = "Refused, by kind.",
                 .label = "kind",
                 .label_values = KINDS},
    [LAG] = {.name = "toy_lag_records", .help = "Behind.", .type = METRIC_GAUGE},
    [STEP] = {.name = "toy_step_seconds", .help = "One step.", .type = METRIC_SECONDS},
    [NASTY] = {.name = "toy_nasty",
               .help = "A \\ and a \"line\"\nend.",
               .type = METRIC_GAUGE,
               .label = "text",
               .label_values = NASTY_VALUES},
};

static Arena arena;

static void the_text_is_exact(void **state) {
    (void)state;
    metric_add(&metrics[COMMITS], 0, 41);
    metric_add(&metrics[COMMITS], 0, 1);
    metric_add(&metrics[REFUSED], 1, 7);
    metric_set(&metrics[LAG], 0, 500);
    metric_add(&metrics[LAG], 0, -600);
    metric_observe(&metrics[STEP], 0);
    metric_observe(&metrics[STEP], 5000); /* a limit belongs to its bucket */
    metric_observe(&metrics[STEP], 5001);
    metric_observe(&metrics[STEP], 1000000);
    metric_observe(&metrics[STEP], 10000001);
    Str text = metrics_print(&arena);
    assert_string_equal(str_terminated(&arena, text),
                        "# HELP toy_commits_total Transactions committed.\n"
                        "# TYPE toy_commits_total counter\n"
                        "toy_commits_total 42\n"
                        "# HELP toy_refused_total Refused, by kind.\n"
                        "# TYPE toy_refused_total counter\n"
                        "toy_refused_total{kind=\"invoice\"} 0\n"
                        "toy_refused_total{kind=\"payment\"} 7\n"
                        "# HELP toy_lag_records Behind.\n"
                        "# TYPE toy_lag_records gauge\n"
                        "toy_lag_records -100\n"
                        "# HELP toy_step_seconds One step.\n"
                        "# TYPE toy_step_seconds histogram\n"
                        "toy_step_seconds_bucket{le=\"0.005\"} 2\n"
                        "toy_step_seconds_bucket{le=\"0.01\"} 3\n"
                        "toy_step_seconds_bucket{le=\"0.025\"} 3\n"
                        "toy_step_seconds_bucket{le=\"0.05\"} 3\n"
                        "toy_step_seconds_bucket{le=\"0.1\"} 3\n"
                        "toy_step_seconds_bucket{le=\"0.25\"} 3\n"
                        "toy_step_seconds_bucket{le=\"0.5\"} 3\n"
                        "toy_step_seconds_bucket{le=\"1\"} 4\n"
                        "toy_step_seconds_bucket{le=\"2.5\"} 4\n"
                        "toy_step_seconds_bucket{le=\"5\"} 4\n"
                        "toy_step_seconds_bucket{le=\"10\"} 4\n"
                        "toy_step_seconds_bucket{le=\"+Inf\"} 5\n"
                        "toy_step_seconds_sum 11.010002\n"
                        "toy_step_seconds_count 5\n"
                        "# HELP toy_nasty A \\\\ and a \"line\"\\nend.\n"
                        "# TYPE toy_nasty gauge\n"
                        "toy_nasty{text=\"a\\\\b\\\"c\\nd\"} 0\n");
}

enum { THREADS = 4, ADDITIONS = 20000 };

static void *add_many(void *self) {
    Metric *metric = self;
    for (int i = 0; i < ADDITIONS; i++) {
        metric_add(metric, 0, 1);
    }
    return NULL;
}

static void no_addition_is_lost(void **state) {
    (void)state;
    Metric metric = {.name = "toy_total", .help = "Many."};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, &metric), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(metric.values[0], THREADS * ADDITIONS);
}

static void wrong_use_is_a_bug(void **state) {
    (void)state;
    assert_true(TRAPPED(metric_add(&metrics[COMMITS], 0, -1)));
    assert_true(TRAPPED(metric_add(&metrics[COMMITS], METRIC_LABELS_MAX, 1)));
    assert_true(TRAPPED(metric_set(&metrics[COMMITS], 0, 1)));
    assert_true(TRAPPED(metric_add(&metrics[STEP], 0, 1)));
    assert_true(TRAPPED(metric_observe(&metrics[STEP], -1)));
    Metric no_name = {.name = "0toy", .help = ""};
    assert_true(TRAPPED(metrics_register(&no_name, 1)));
    Metric blank = {.name = "toy lag", .help = ""};
    assert_true(TRAPPED(metrics_register(&blank, 1)));
    Metric labelled = {.name = "toy_seconds",
                       .help = "",
                       .type = METRIC_SECONDS,
                       .label = "kind",
                       .label_values = KINDS};
    assert_true(TRAPPED(metrics_register(&labelled, 1)));
}

int main(void) {
    arena = arena_open("test", 4 << 20);
    metrics_register(metrics, COUNT_OF(metrics));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_is_exact),
        cmocka_unit_test(no_addition_is_lost),
        cmocka_unit_test(wrong_use_is_a_bug),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
