/* The document of a reference rate: its form by a schema, its meaning by checks that name the
 * field. */
#include "policy/series.h"

#include <stdio.h>

#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct PointText {
    char *from;
    char *rate;
    char *source;
} PointText;

typedef struct SeriesText {
    char *id;
    char *source;
    char *read;
    char *known_until;
    PointText *points;
    uint32_t points_count;
} SeriesText;

enum { RATE_TEXT_MAX = 24, PLACE_SIZE = 40 };

static const cyaml_schema_field_t POINT_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("from", CYAML_FLAG_POINTER, PointText, from, 10, 10),
    CYAML_FIELD_STRING_PTR("rate", CYAML_FLAG_POINTER, PointText, rate, 1, RATE_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("source", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, PointText, source, 1,
                           SERIES_SOURCE_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t POINT = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, PointText, POINT_FIELDS),
};
static const cyaml_schema_field_t SERIES_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, SeriesText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("source", CYAML_FLAG_POINTER, SeriesText, source, 1, SERIES_SOURCE_MAX),
    CYAML_FIELD_STRING_PTR("read", CYAML_FLAG_POINTER, SeriesText, read, 10, 10),
    CYAML_FIELD_STRING_PTR("known_until", CYAML_FLAG_POINTER, SeriesText, known_until, 10, 10),
    CYAML_FIELD_SEQUENCE("points", CYAML_FLAG_POINTER, SeriesText, points, &POINT, 1,
                         SERIES_POINTS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t SERIES = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, SeriesText, SERIES_FIELDS),
};

static bool source_check(const char *text, const char *place, Err *err) {
    return text == NULL || str_is_line(str_of(text)) ||
           yaml_fault(err, "%s: one line of text without control characters is wanted", place);
}

static bool point_read(const PointText *text, uint32_t i, SeriesPoint *point, Err *err) {
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "points[%u].from", i);
    if (!yaml_read_day(text->from, place, &point->from, err)) {
        return false;
    }
    snprintf(place, sizeof place, "points[%u].rate", i);
    if (!yaml_read_percent(text->rate, place, &point->percent, err)) {
        return false;
    }
    snprintf(place, sizeof place, "points[%u].source", i);
    point->source = str_of(text->source);
    return source_check(text->source, place, err);
}

/* In the order of their days, none twice. */
static bool order_check(const SeriesText *text, uint32_t i, const SeriesPoint *points, Err *err) {
    int order = i == 0 ? 1 : date_compare(points[i].from, points[i - 1].from);
    if (order > 0) {
        return true;
    }
    return yaml_fault(err, "points[%u].from: %s %s the day of the point before", i,
                      text->points[i].from, order == 0 ? "is" : "is before");
}

static bool points_read(const SeriesText *text, Arena *arena, Series *series, Err *err) {
    SeriesPoint *points = ARENA_ARRAY(arena, SeriesPoint, text->points_count);
    for (uint32_t i = 0; i < text->points_count; i++) {
        if (!point_read(&text->points[i], i, &points[i], err) ||
            !order_check(text, i, points, err)) {
            return false;
        }
        points[i].source = str_copy(arena, points[i].source);
    }
    series->points = points;
    series->count = (int)text->points_count;
    return true;
}

static bool end_check(const SeriesText *text, const Series *series, Err *err) {
    Date last = series->points[series->count - 1].from;
    return date_compare(series->known_until, last) >= 0 ||
           yaml_fault(err, "known_until: %s is before the last point, %s", text->known_until,
                      text->points[series->count - 1].from);
}

static bool series_read(const SeriesText *text, Arena *arena, Series *series, Err *err) {
    if (!yaml_read_id(text->id, "id", &series->id, err) ||
        !source_check(text->source, "source", err) ||
        !yaml_read_day(text->read, "read", &series->read_on, err) ||
        !yaml_read_day(text->known_until, "known_until", &series->known_until, err) ||
        !points_read(text, arena, series, err) || !end_check(text, series, err)) {
        return false;
    }
    series->id = str_copy(arena, series->id);
    series->source = str_copy(arena, str_of(text->source));
    return true;
}

bool series_parse(Str yaml, Arena *arena, Series *series, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &SERIES, &document, err)) {
        return false;
    }
    Series read = {0};
    bool good = series_read(document, arena, &read, err);
    yaml_release(&SERIES, document);
    if (good) {
        *series = read;
    }
    return good;
}

/* From the last point back: what is asked for is mostly recent. */
const Decimal *series_find(const Series *series, Date day) {
    if (date_compare(day, series->known_until) > 0) {
        return NULL;
    }
    for (int i = series->count - 1; i >= 0; i--) {
        if (date_compare(series->points[i].from, day) <= 0) {
            return &series->points[i].percent;
        }
    }
    return NULL;
}
