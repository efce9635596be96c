#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "base/str.h"

/* Figures about the process, declared in tables and served as Prometheus text.
 *
 * A room that measures has a static table of Metric and registers it once; a figure is an atomic
 * integer per label value, so adding to it costs nothing and any thread may. Durations are
 * microseconds inside and seconds in the text. Labels are a fixed list of values: never a customer,
 * never an invoice.
 *
 *     enum { STEP_COMMITS };
 *     static Metric METRICS[] = {{"arrears_commits_total", "Transactions committed.",
 * METRIC_COUNTER, NULL, NULL, ...}}; */
typedef enum MetricType {
    METRIC_COUNTER,
    METRIC_GAUGE,
    METRIC_SECONDS /* histogram of durations */
} MetricType;

enum { METRIC_LABELS_MAX = 8, METRIC_BUCKETS = 12 };

typedef struct Metric {
    const char *name; /* with unit and _total as Prometheus names them */
    const char *help;
    MetricType type;
    const char *label; /* name of the one label, or NULL */
    const char *const
        *label_values; /* as many as there are, NULL at the end; at most METRIC_LABELS_MAX */
    _Atomic int64_t values[METRIC_LABELS_MAX];
    _Atomic int64_t buckets[METRIC_BUCKETS]; /* of METRIC_SECONDS; upper limits are 5 ms to 10 s,
                                                then the rest */
    _Atomic int64_t sum_us;
} Metric;

/* Tables stay where they are for the life of the process; at most 32 tables.
 * Registering one again changes nothing. */
void metrics_register(Metric *table, ptrdiff_t count);

void metric_add(Metric *metric, int label, int64_t amount);
void metric_set(Metric *metric, int label, int64_t value);
void metric_observe(Metric *metric, int64_t duration_us);

/* The Prometheus text of all tables; names, help and values escaped as the format asks. */
Str metrics_print(Arena *arena);
