/* The scorecard document: its form by a schema, its meaning by checks that name the field. */
#include "policy/scorecard.h"

#include "base/check.h"
#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct RangeText {
    int32_t *from;
    int32_t *to;
    int32_t points;
} RangeText;

typedef struct RowText {
    char *name;
    int32_t unknown;
    RangeText *ranges;
    uint32_t ranges_count;
} RowText;

typedef struct BandText {
    char *name;
    int32_t from;
} BandText;

typedef struct CardText {
    char *id;
    char *valid_from;
    int32_t base;
    RowText *characteristics;
    uint32_t characteristics_count;
    BandText *bands;
    uint32_t bands_count;
} CardText;

enum { NAME_MAX_BYTES = 32, ROWS_MAX = CHARACTERISTIC_COUNT - 1, BANDS = BAND_COUNT - 1 };

static const cyaml_schema_field_t RANGE_FIELDS[] = {
    CYAML_FIELD_INT_PTR("from", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, RangeText, from),
    CYAML_FIELD_INT_PTR("to", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, RangeText, to),
    CYAML_FIELD_INT("points", CYAML_FLAG_DEFAULT, RangeText, points),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t RANGE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, RangeText, RANGE_FIELDS),
};
static const cyaml_schema_field_t ROW_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, RowText, name, 1, NAME_MAX_BYTES),
    CYAML_FIELD_INT("unknown", CYAML_FLAG_DEFAULT, RowText, unknown),
    CYAML_FIELD_SEQUENCE("ranges", CYAML_FLAG_POINTER, RowText, ranges, &RANGE, 1,
                         SCORECARD_RANGES_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t ROW = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, RowText, ROW_FIELDS),
};
static const cyaml_schema_field_t BAND_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, BandText, name, 1, NAME_MAX_BYTES),
    CYAML_FIELD_INT("from", CYAML_FLAG_DEFAULT, BandText, from),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t BAND = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, BandText, BAND_FIELDS),
};
static const cyaml_schema_field_t CARD_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, CardText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, CardText, valid_from, 10, 10),
    CYAML_FIELD_INT("base", CYAML_FLAG_DEFAULT, CardText, base),
    CYAML_FIELD_SEQUENCE("characteristics", CYAML_FLAG_POINTER, CardText, characteristics, &ROW, 1,
                         ROWS_MAX),
    CYAML_FIELD_SEQUENCE("bands", CYAML_FLAG_POINTER, CardText, bands, &BAND, BANDS, BANDS),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t CARD = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, CardText, CARD_FIELDS),
};

/* ---- names */

static const char *const CHARACTERISTICS[CHARACTERISTIC_COUNT] = {
    [CHARACTERISTIC_NONE] = "",
    [CHARACTERISTIC_LATE_SHARE] = "late_share",
    [CHARACTERISTIC_MEAN_DAYS_LATE] = "mean_days_late",
    [CHARACTERISTIC_OVERDUE_SHARE] = "overdue_share",
    [CHARACTERISTIC_OLDEST_OVERDUE] = "oldest_overdue",
    [CHARACTERISTIC_EXPOSURE_TO_PAID] = "exposure_to_paid",
    [CHARACTERISTIC_WRITE_OFFS] = "write_offs",
};
static const char *const BAND_NAMES[BAND_COUNT] = {"", "A", "B", "C", "D", "E"};

static int name_find(const char *const *names, int count, Str name) {
    for (int i = 1; i < count; i++) {
        if (str_equals(str_of(names[i]), name)) {
            return i;
        }
    }
    return 0;
}

Characteristic characteristic_find(Str name) {
    return (Characteristic)name_find(CHARACTERISTICS, CHARACTERISTIC_COUNT, name);
}

const char *characteristic_name(Characteristic characteristic) {
    CHECK(characteristic < CHARACTERISTIC_COUNT);
    return CHARACTERISTICS[characteristic];
}

Band band_find(Str name) {
    return (Band)name_find(BAND_NAMES, BAND_COUNT, name);
}

const char *band_name(Band band) {
    CHECK(band < BAND_COUNT);
    return BAND_NAMES[band];
}

/* ---- meaning */

static bool points_check(Err *err, int32_t points, const char *place) {
    return (points >= 0 && points <= SCORE_MOST) ||
           yaml_fault(err, "%s: %d points; 0 to %d are lawful", place, points, SCORE_MOST);
}

/* Where the range before ends, this one goes on; only the last has no end. */
static bool range_check(const RowText *row, uint32_t i, int32_t wanted, const char *place,
                        Err *err) {
    const RangeText *range = &row->ranges[i];
    bool last = i + 1 == row->ranges_count;
    if (range->from == NULL) {
        return yaml_fault(err, "%s.from: missing; %d is wanted here", place, wanted);
    }
    if (*range->from != wanted) {
        return yaml_fault(err, "%s.from: %s: %d is wanted here, not %d", place,
                          *range->from > wanted ? "gap" : "overlap", wanted, *range->from);
    }
    if (last && range->to != NULL) {
        return yaml_fault(err, "%s.to: the last range has no end, leave it out", place);
    }
    if (!last && range->to == NULL) {
        return yaml_fault(err, "%s.to: missing; only the last range has no end", place);
    }
    if (!last && (*range->to < *range->from || *range->to == INT32_MAX)) {
        return yaml_fault(err, "%s.to: %d is no end of a range that begins with %d", place,
                          *range->to, *range->from);
    }
    char points_place[80];
    snprintf(points_place, sizeof points_place, "%s.points", place);
    return points_check(err, range->points, points_place);
}

static bool row_read(const RowText *text, uint32_t index, ScoreRow *row, Err *err) {
    char place[64];
    *row = (ScoreRow){.characteristic = characteristic_find(str_of(text->name)),
                      .unknown = text->unknown,
                      .best = text->unknown};
    if (row->characteristic == CHARACTERISTIC_NONE) {
        return yaml_fault(err, "characteristics[%u].name: \"%s\" is none that scoring knows", index,
                          text->name);
    }
    snprintf(place, sizeof place, "characteristics[%u].unknown", index);
    if (!points_check(err, text->unknown, place)) {
        return false;
    }
    int32_t wanted = 0;
    for (uint32_t i = 0; i < text->ranges_count; i++) {
        const RangeText *range = &text->ranges[i];
        snprintf(place, sizeof place, "characteristics[%u].ranges[%u]", index, i);
        if (!range_check(text, i, wanted, place, err)) {
            return false;
        }
        row->ranges[row->range_count++] = (ScoreRange){*range->from, range->points};
        row->best = range->points > row->best ? range->points : row->best;
        wanted = range->to == NULL ? 0 : *range->to + 1;
    }
    return true;
}

static bool rows_read(const CardText *text, Scorecard *card, Err *err) {
    int32_t most = card->base;
    for (uint32_t i = 0; i < text->characteristics_count; i++) {
        ScoreRow *row = &card->rows[i];
        if (!row_read(&text->characteristics[i], i, row, err)) {
            return false;
        }
        for (uint32_t before = 0; before < i; before++) {
            if (card->rows[before].characteristic == row->characteristic) {
                return yaml_fault(err, "characteristics[%u].name: \"%s\" stands there twice", i,
                                  text->characteristics[i].name);
            }
        }
        most += row->best;
    }
    card->row_count = (int)text->characteristics_count;
    return most <= SCORE_MOST || yaml_fault(err,
                                            "characteristics: the best customer would get %d "
                                            "points; %d is the most",
                                            most, SCORE_MOST);
}

static bool bands_read(const CardText *text, Scorecard *card, Err *err) {
    for (uint32_t i = 0; i < text->bands_count; i++) {
        const BandText *band = &text->bands[i];
        Band wanted = (Band)(i + 1);
        if (band_find(str_of(band->name)) != wanted) {
            return yaml_fault(err, "bands[%u].name: \"%s\" is wanted here, not \"%s\"", i,
                              band_name(wanted), band->name);
        }
        if (band->from < 0 || band->from > SCORE_MOST) {
            return yaml_fault(err, "bands[%u].from: %d; 0 to %d are lawful", i, band->from,
                              SCORE_MOST);
        }
        if (i > 0 && band->from >= text->bands[i - 1].from) {
            return yaml_fault(err,
                              "bands[%u].from: %d is not below %d, where the band before begins", i,
                              band->from, text->bands[i - 1].from);
        }
        card->band_from[wanted] = band->from;
    }
    return card->band_from[BAND_E] == 0 ||
           yaml_fault(err, "bands[4].from: %d; the last band begins with 0",
                      card->band_from[BAND_E]);
}

static bool card_read(const CardText *text, Arena *arena, Scorecard *card, Err *err) {
    if (!yaml_read_id(text->id, "id", &card->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &card->valid_from, err)) {
        return false;
    }
    card->base = text->base;
    if (!points_check(err, card->base, "base") || !rows_read(text, card, err) ||
        !bands_read(text, card, err)) {
        return false;
    }
    card->id = str_copy(arena, card->id);
    return true;
}

bool scorecard_parse(Str yaml, Arena *arena, Scorecard *card, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &CARD, &document, err)) {
        return false;
    }
    Scorecard read = {0};
    bool good = card_read(document, arena, &read, err);
    yaml_release(&CARD, document);
    if (good) {
        *card = read;
    }
    return good;
}
