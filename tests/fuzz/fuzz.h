#pragma once

#include <stddef.h>
#include <stdint.h>

/* The one function of a fuzz target: does something with any bytes, and stops (CHECK, a sanitizer)
 * when a promise is broken.
 *
 * Preset fuzz links it with libFuzzer's main, all others with replay.c. To look for new inputs:
 *
 *     cmake --workflow --preset fuzz
 *     build/fuzz/tests/money_fuzz -max_total_time=60 tests/fuzz/corpus/money
 *
 * An input that found a bug goes to tests/fuzz/regression/<name>/ in the commit of its fix. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
