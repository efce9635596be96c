#include "tests/bench/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/check.h"

void must(bool done, const Err *err) {
    if (!done) {
        fprintf(stderr, "%s: %s\n", err->code, err->text);
        exit(1);
    }
}

Str file_of(Arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file && fseek(file, 0, SEEK_END) == 0);
    long size = ftell(file);
    CHECK(size >= 0 && fseek(file, 0, SEEK_SET) == 0);
    char *bytes = arena_get(arena, 1, size + 1);
    CHECK(fread(bytes, 1, (size_t)size, file) == (size_t)size);
    fclose(file);
    return str_from(bytes, size);
}

int64_t cpu_us(void) {
    struct rusage used;
    CHECK(getrusage(RUSAGE_SELF, &used) == 0);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 + used.ru_utime.tv_usec +
           used.ru_stime.tv_usec;
}

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

void sort_us(int64_t *values, int64_t count) {
    qsort(values, (size_t)count, sizeof *values, by_size);
}
