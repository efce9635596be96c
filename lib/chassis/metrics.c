/* Prometheus' text format, version 0.0.4: the one every scraper reads. */
#include "chassis/metrics.h"

#include <inttypes.h>
#include <pthread.h>

#include "base/check.h"

enum {
    TABLES_MAX = 32,
    TEXT_MAX = 1 << 20, /* some thousand lines; we have some hundred */
};

typedef struct Table {
    Metric *metrics;
    ptrdiff_t count;
} Table;

/* One process has one set of figures. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static Table tables[TABLES_MAX];
static ptrdiff_t table_count;

/* The last bucket has no upper limit. */
static const int64_t BUCKET_LIMITS_US[METRIC_BUCKETS - 1] = {
    5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000,
};
static const char *const BUCKET_LIMITS[METRIC_BUCKETS] = {
    "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
};

static bool is_name(const char *name) {
    for (const char *c = name; *c != '\0'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        bool digit = *c >= '0' && *c <= '9' && c != name;
        if (!letter && !digit) {
            return false;
        }
    }
    return *name != '\0';
}

static int label_count(const Metric *metric) {
    int count = 0;
    while (metric->label != NULL && metric->label_values[count] != NULL) {
        count++;
    }
    return metric->label == NULL ? 1 : count;
}

static void check_metric(const Metric *metric) {
    CHECK(is_name(metric->name) && metric->help != NULL);
    CHECK(metric->label == NULL || is_name(metric->label));
    CHECK(metric->label == NULL || metric->type != METRIC_SECONDS);
    CHECK(label_count(metric) <= METRIC_LABELS_MAX);
}

static bool is_registered(const Metric *table) {
    for (ptrdiff_t t = 0; t < table_count; t++) {
        if (tables[t].metrics == table) {
            return true;
        }
    }
    return false;
}

void metrics_register(Metric *table, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        check_metric(&table[i]);
    }
    pthread_mutex_lock(&lock);
    if (!is_registered(table)) {
        CHECK(table_count < TABLES_MAX);
        tables[table_count++] = (Table){table, count};
    }
    pthread_mutex_unlock(&lock);
}

void metric_add(Metric *metric, int label, int64_t amount) {
    CHECK(metric->type != METRIC_SECONDS && label >= 0 && label < METRIC_LABELS_MAX);
    CHECK(metric->type == METRIC_GAUGE || amount >= 0);
    atomic_fetch_add_explicit(&metric->values[label], amount, memory_order_relaxed);
}

void metric_set(Metric *metric, int label, int64_t value) {
    CHECK(metric->type == METRIC_GAUGE && label >= 0 && label < METRIC_LABELS_MAX);
    atomic_store_explicit(&metric->values[label], value, memory_order_relaxed);
}

static int bucket_of(int64_t duration_us) {
    int bucket = 0;
    while (bucket < METRIC_BUCKETS - 1 && duration_us > BUCKET_LIMITS_US[bucket]) {
        bucket++;
    }
    return bucket;
}

void metric_observe(Metric *metric, int64_t duration_us) {
    CHECK(metric->type == METRIC_SECONDS && duration_us >= 0);
    atomic_fetch_add_explicit(&metric->buckets[bucket_of(duration_us)], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->sum_us, duration_us, memory_order_relaxed);
}

/* ---- printing */

static int64_t read_value(const _Atomic int64_t *value) {
    return atomic_load_explicit(value, memory_order_relaxed);
}

/* The format escapes backslash and line end everywhere, quotes only inside quotes. */
static void add_escaped(StrBuilder *text, const char *value, bool quoted) {
    for (const char *c = value; *c != '\0'; c++) {
        if (*c == '\\') {
            str_add(text, S("\\\\"));
        } else if (*c == '\n') {
            str_add(text, S("\\n"));
        } else if (*c == '"' && quoted) {
            str_add(text, S("\\\""));
        } else {
            str_add(text, str_from(c, 1));
        }
    }
}

static const char *type_name(MetricType type) {
    switch (type) {
    case METRIC_COUNTER:
        return "counter";
    case METRIC_GAUGE:
        return "gauge";
    case METRIC_SECONDS:
        return "histogram";
    }
    CHECK(!"a type of metric");
}

static void print_head(StrBuilder *text, const Metric *metric) {
    str_addf(text, "# HELP %s ", metric->name);
    add_escaped(text, metric->help, false);
    str_addf(text, "\n# TYPE %s %s\n", metric->name, type_name(metric->type));
}

static void print_value(StrBuilder *text, const Metric *metric, int label) {
    str_add(text, str_of(metric->name));
    if (metric->label != NULL) {
        str_addf(text, "{%s=\"", metric->label);
        add_escaped(text, metric->label_values[label], true);
        str_add(text, S("\"}"));
    }
    str_addf(text, " %" PRId64 "\n", read_value(&metric->values[label]));
}

/* The count is taken from the buckets, so that both agree whatever happens meanwhile. */
static void print_histogram(StrBuilder *text, const Metric *metric) {
    int64_t so_far = 0;
    for (int i = 0; i < METRIC_BUCKETS; i++) {
        so_far += read_value(&metric->buckets[i]);
        str_addf(text, "%s_bucket{le=\"%s\"} %" PRId64 "\n", metric->name, BUCKET_LIMITS[i],
                 so_far);
    }
    int64_t sum_us = read_value(&metric->sum_us);
    str_addf(text, "%s_sum %" PRId64 ".%06" PRId64 "\n", metric->name, sum_us / 1000000,
             sum_us % 1000000);
    str_addf(text, "%s_count %" PRId64 "\n", metric->name, so_far);
}

static void print_metric(StrBuilder *text, const Metric *metric) {
    print_head(text, metric);
    if (metric->type == METRIC_SECONDS) {
        print_histogram(text, metric);
        return;
    }
    for (int label = 0; label < label_count(metric); label++) {
        print_value(text, metric, label);
    }
}

Str metrics_print(Arena *arena) {
    StrBuilder text = str_builder(arena, TEXT_MAX);
    pthread_mutex_lock(&lock);
    for (ptrdiff_t t = 0; t < table_count; t++) {
        for (ptrdiff_t i = 0; i < tables[t].count; i++) {
            print_metric(&text, &tables[t].metrics[i]);
        }
    }
    pthread_mutex_unlock(&lock);
    return str_built(&text);
}
