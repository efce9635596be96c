/* The ladder document: its form by a schema, its meaning by checks that name the field. */
#include "policy/ladder.h"

#include <stdio.h>

#include "base/check.h"
#include "base/id.h"
#include "policy/placeholder.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct MinimumText {
    char *currency;
    int64_t minor;
} MinimumText;

typedef struct WordsText {
    char *plain;
    char *courteous;
    char *firm;
} WordsText;

typedef struct LevelText {
    char *name;
    int32_t days_past_due;
    int32_t pay_within_days;
    char *subject;
    WordsText text;
} LevelText;

typedef struct TonesText {
    char **courteous;
    uint32_t courteous_count;
    char **firm;
    uint32_t firm_count;
} TonesText;

typedef struct WriteOffText {
    int32_t days_past_due;
} WriteOffText;

typedef struct LadderText {
    char *id;
    char *valid_from;
    MinimumText *minimum;
    uint32_t minimum_count;
    int32_t days_between;
    TonesText tones;
    LevelText *levels;
    uint32_t levels_count;
    WriteOffText write_off_request;
} LadderText;

enum { BAND_TEXT_MAX = 8, BANDS_MAX = 2 * BAND_COUNT }; /* so that "twice" is said with its place */

static const cyaml_schema_field_t MINIMUM_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("currency", CYAML_FLAG_POINTER, MinimumText, currency, 1, 3),
    CYAML_FIELD_INT("minor", CYAML_FLAG_DEFAULT, MinimumText, minor),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t MINIMUM = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, MinimumText, MINIMUM_FIELDS),
};
static const cyaml_schema_field_t WORDS_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("plain", CYAML_FLAG_POINTER, WordsText, plain, 1, LADDER_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("courteous", CYAML_FLAG_POINTER, WordsText, courteous, 1,
                           LADDER_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("firm", CYAML_FLAG_POINTER, WordsText, firm, 1, LADDER_TEXT_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t LEVEL_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, LevelText, name, 1, LADDER_NAME_MAX),
    CYAML_FIELD_INT("days_past_due", CYAML_FLAG_DEFAULT, LevelText, days_past_due),
    CYAML_FIELD_INT("pay_within_days", CYAML_FLAG_DEFAULT, LevelText, pay_within_days),
    CYAML_FIELD_STRING_PTR("subject", CYAML_FLAG_POINTER, LevelText, subject, 1,
                           LADDER_SUBJECT_MAX),
    CYAML_FIELD_MAPPING("text", CYAML_FLAG_DEFAULT, LevelText, text, WORDS_FIELDS),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t LEVEL = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, LevelText, LEVEL_FIELDS),
};
static const cyaml_schema_value_t BAND_TEXT = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, BAND_TEXT_MAX),
};
static const cyaml_schema_field_t TONES_FIELDS[] = {
    CYAML_FIELD_SEQUENCE("courteous", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, TonesText,
                         courteous, &BAND_TEXT, 1, BANDS_MAX),
    CYAML_FIELD_SEQUENCE("firm", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, TonesText, firm,
                         &BAND_TEXT, 1, BANDS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t WRITE_OFF_FIELDS[] = {
    CYAML_FIELD_INT("days_past_due", CYAML_FLAG_DEFAULT, WriteOffText, days_past_due),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t LADDER_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, LadderText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, LadderText, valid_from, 10, 10),
    CYAML_FIELD_SEQUENCE("minimum", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, LadderText, minimum,
                         &MINIMUM, 1, LADDER_MINIMUMS_MAX),
    CYAML_FIELD_INT("days_between", CYAML_FLAG_DEFAULT, LadderText, days_between),
    CYAML_FIELD_MAPPING("tones", CYAML_FLAG_DEFAULT, LadderText, tones, TONES_FIELDS),
    CYAML_FIELD_SEQUENCE("levels", CYAML_FLAG_POINTER, LadderText, levels, &LEVEL, 1,
                         LADDER_LEVELS_MAX),
    CYAML_FIELD_MAPPING("write_off_request", CYAML_FLAG_DEFAULT, LadderText, write_off_request,
                        WRITE_OFF_FIELDS),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t LADDER = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, LadderText, LADDER_FIELDS),
};

/* ---- tones */

static const char *const TONE_NAMES[TONE_COUNT] = {
    [TONE_PLAIN] = "plain", [TONE_COURTEOUS] = "courteous", [TONE_FIRM] = "firm"};

const char *tone_name(Tone tone) {
    CHECK(tone < TONE_COUNT);
    return TONE_NAMES[tone];
}

bool tone_find(Str name, Tone *tone) {
    for (int i = 0; i < TONE_COUNT; i++) {
        if (str_equals(str_of(TONE_NAMES[i]), name)) {
            *tone = (Tone)i;
            return true;
        }
    }
    return false;
}

Tone tone_of_band(const Ladder *ladder, Band band) {
    CHECK(band < BAND_COUNT);
    return ladder->tone_of_band[band];
}

/* The bands of one tone; that of an unknown band is plain already, and so is every other. */
static bool bands_read(char *const *bands, uint32_t count, Tone tone, Ladder *ladder, Err *err) {
    for (uint32_t i = 0; i < count; i++) {
        Band band = band_find(str_of(bands[i]));
        if (band == BAND_NONE) {
            return yaml_fault(err, "tones.%s[%u]: \"%s\" is no band; known are A to E",
                              tone_name(tone), i, bands[i]);
        }
        if (ladder->tone_of_band[band] != TONE_PLAIN) {
            return yaml_fault(err, "tones.%s[%u]: band %s stands under %s before", tone_name(tone),
                              i, band_name(band), tone_name(ladder->tone_of_band[band]));
        }
        ladder->tone_of_band[band] = tone;
    }
    return true;
}

static bool tones_read(const TonesText *text, Ladder *ladder, Err *err) {
    return bands_read(text->courteous, text->courteous_count, TONE_COURTEOUS, ladder, err) &&
           bands_read(text->firm, text->firm_count, TONE_FIRM, ladder, err);
}

/* ---- minimum */

const Money *ladder_minimum(const Ladder *ladder, Currency currency) {
    for (int i = 0; i < ladder->minimum_count; i++) {
        if (currency_equals(ladder->minimums[i].currency, currency)) {
            return &ladder->minimums[i];
        }
    }
    return NULL;
}

static bool minimums_read(const LadderText *text, Ladder *ladder, Err *err) {
    for (uint32_t i = 0; i < text->minimum_count; i++) {
        const MinimumText *minimum = &text->minimum[i];
        Currency currency = {0};
        if (!currency_find(str_of(minimum->currency), &currency)) {
            return yaml_fault(err, "minimum[%u].currency: \"%s\" is no currency of ISO 4217", i,
                              minimum->currency);
        }
        if (minimum->minor <= 0) {
            return yaml_fault(err,
                              "minimum[%u].minor: a minimum is above zero; leave the currency out "
                              "where there is none",
                              i);
        }
        if (ladder_minimum(ladder, currency) != NULL) {
            return yaml_fault(err, "minimum[%u].currency: %s stands here twice", i, currency.code);
        }
        ladder->minimums[ladder->minimum_count++] = money_of(minimum->minor, currency);
    }
    return true;
}

/* ---- levels */

static bool name_read(const LadderText *text, Ladder *ladder, uint32_t i, Arena *arena, Err *err) {
    Str name = str_of(text->levels[i].name);
    if (!id_is_part(name)) {
        return yaml_fault(err, "levels[%u].name: characters of [A-Za-z0-9._~-] are wanted", i);
    }
    for (uint32_t before = 0; before < i; before++) {
        if (str_equals(ladder->levels[before].name, name)) {
            return yaml_fault(err, "levels[%u].name: \"%s\" is the name of levels[%u] too", i,
                              text->levels[i].name, before);
        }
    }
    ladder->levels[i].name = str_copy(arena, name);
    return true;
}

/* Days rise, and nobody is reminded again before the day that was named has passed. */
static bool days_read(const LadderText *text, Ladder *ladder, uint32_t i, Err *err) {
    const LevelText *level = &text->levels[i];
    int32_t least = i == 0 ? 1 : text->levels[i - 1].days_past_due + 1;
    if (level->days_past_due < least || level->days_past_due > LADDER_DAYS_MAX) {
        return yaml_fault(err, "levels[%u].days_past_due: %d; %d to %d are lawful here", i,
                          level->days_past_due, least, LADDER_DAYS_MAX);
    }
    if (level->pay_within_days < 1 || level->pay_within_days > text->days_between) {
        return yaml_fault(err,
                          "levels[%u].pay_within_days: %d; from 1 to the %d of days_between, or "
                          "the next reminder comes before this one is to be paid",
                          i, level->pay_within_days, text->days_between);
    }
    ladder->levels[i].days_past_due = level->days_past_due;
    ladder->levels[i].pay_within_days = level->pay_within_days;
    return true;
}

static bool words_read(const LevelText *text, uint32_t i, Arena *arena, LadderLevel *level,
                       Err *err) {
    const char *words[TONE_COUNT] = {[TONE_PLAIN] = text->text.plain,
                                     [TONE_COURTEOUS] = text->text.courteous,
                                     [TONE_FIRM] = text->text.firm};
    char place[64];
    snprintf(place, sizeof place, "levels[%u].subject", i);
    if (!placeholder_check_subject(str_of(text->subject), place, err)) {
        return false;
    }
    level->subject = str_copy(arena, str_trim(str_of(text->subject)));
    for (int tone = 0; tone < TONE_COUNT; tone++) {
        snprintf(place, sizeof place, "levels[%u].text.%s", i, tone_name((Tone)tone));
        if (!placeholder_check_text(str_of(words[tone]), place, err)) {
            return false;
        }
        level->texts[tone] = str_copy(arena, str_of(words[tone]));
    }
    return true;
}

static bool levels_read(const LadderText *text, Arena *arena, Ladder *ladder, Err *err) {
    for (uint32_t i = 0; i < text->levels_count; i++) {
        if (!name_read(text, ladder, i, arena, err) || !days_read(text, ladder, i, err) ||
            !words_read(&text->levels[i], i, arena, &ladder->levels[i], err)) {
            return false;
        }
    }
    ladder->level_count = (int)text->levels_count;
    return true;
}

/* ---- the document */

static bool write_off_read(const LadderText *text, Ladder *ladder, Err *err) {
    int32_t days = text->write_off_request.days_past_due;
    int32_t last = ladder->levels[ladder->level_count - 1].days_past_due;
    if (days <= last || days > LADDER_DAYS_MAX) {
        return yaml_fault(err,
                          "write_off_request.days_past_due: %d; above the %d of the last level, "
                          "up to %d",
                          days, last, LADDER_DAYS_MAX);
    }
    ladder->write_off_days = days;
    return true;
}

static bool head_read(const LadderText *text, Arena *arena, Ladder *ladder, Err *err) {
    if (!yaml_read_id(text->id, "id", &ladder->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &ladder->valid_from, err)) {
        return false;
    }
    if (text->days_between < 1 || text->days_between > LADDER_DAYS_MAX) {
        return yaml_fault(err, "days_between: %d; 1 to %d are lawful", text->days_between,
                          LADDER_DAYS_MAX);
    }
    ladder->id = str_copy(arena, ladder->id);
    ladder->days_between = text->days_between;
    return true;
}

static bool ladder_read(const LadderText *text, Arena *arena, Ladder *ladder, Err *err) {
    return head_read(text, arena, ladder, err) && minimums_read(text, ladder, err) &&
           tones_read(&text->tones, ladder, err) && levels_read(text, arena, ladder, err) &&
           write_off_read(text, ladder, err);
}

bool ladder_parse(Str yaml, Arena *arena, Ladder *ladder, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &LADDER, &document, err)) {
        return false;
    }
    Ladder read = {0};
    bool good = ladder_read(document, arena, &read, err);
    yaml_release(&LADDER, document);
    if (good) {
        *ladder = read;
    }
    return good;
}
