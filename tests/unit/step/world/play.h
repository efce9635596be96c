#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

/* What the tests of the step and of its days begin with. */

/* Keys of the two partitions of this world. */
static const char A[] = "acme/a";
static const char B[] = "acme/b";

static inline int32_t part(const char *key) {
    return kafka_partition_of(str_of(key), WORLD_PARTITIONS);
}

static inline int reset(void **state) {
    (void)state;
    world_reset();
    return 0;
}

static inline Step *start_open(void) {
    world_put_tick(true, "2024-01-01", NULL);
    Step *step = world_start();
    world_run(step);
    return step;
}

static inline void assert_log(const char *topic, int32_t partition, const char *expected) {
    Str log = world_log(topic, partition);
    if (!str_equals(log, str_of(expected))) {
        fail_msg("%s [%d] holds\n  %.*s\nnot\n  %s", topic, (int)partition, STR_ARGS(log),
                 expected);
    }
}

#define TEST(function) cmocka_unit_test_setup(function, reset)
