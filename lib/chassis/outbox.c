#include "chassis/outbox.h"

#include <stdlib.h>
#include <string.h>

static int compare(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int compare_places(const OutboxRow *a, const OutboxRow *b) {
    int by_task = compare(a->task, b->task);
    int by_output = by_task != 0 ? by_task : compare(a->output, b->output);
    return by_output != 0 ? by_output : compare(a->partition, b->partition);
}

static int by_number(const void *left, const void *right) {
    const OutboxRow *a = left;
    const OutboxRow *b = right;
    int by_place = compare_places(a, b);
    return by_place != 0 ? by_place : compare(a->seq, b->seq);
}

OutboxRow *outbox_sort(const OutboxRow *rows, int count, Arena *arena) {
    OutboxRow *sorted = ARENA_ARRAY(arena, OutboxRow, count + 1);
    if (count > 0) {
        memcpy(sorted, rows, (size_t)count * sizeof *sorted);
        qsort(sorted, (size_t)count, sizeof *sorted, by_number);
    }
    return sorted;
}

int outbox_bundle_end(const OutboxRow *rows, int count, int from) {
    int end = from + 1;
    while (end < count && compare_places(&rows[from], &rows[end]) == 0) {
        end++;
    }
    return end;
}
