/* series_parse: what is let through rises day by day and knows a rate from its first point to its
 * end, and nowhere else; what is refused says why. */
#include "base/check.h"
#include "policy/series.h"
#include "tests/fuzz/fuzz.h"

static void check_series(const Series *series) {
    CHECK(series->count >= 1 && series->count <= SERIES_POINTS_MAX);
    CHECK(date_is_valid(series->read_on) && str_is_line(series->source));
    for (int i = 0; i < series->count; i++) {
        const SeriesPoint *point = &series->points[i];
        CHECK(date_is_valid(point->from) && str_is_line(point->source));
        CHECK(series_find(series, point->from) == &point->percent);
        CHECK(i == 0 || date_compare(point[-1].from, point->from) < 0);
    }
    const Decimal *last = &series->points[series->count - 1].percent;
    CHECK(series_find(series, series->known_until) == last);
    CHECK(series_find(series, (Date){series->known_until.days + 1}) == NULL);
    CHECK(series_find(series, (Date){series->points[0].from.days - 1}) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Series series = {0};
    Err err = {0};
    if (series_parse(str_from(data, (ptrdiff_t)size), &arena, &series, &err)) {
        check_series(&series);
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
