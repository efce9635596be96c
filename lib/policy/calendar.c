/* The document of a banking calendar: its form by a schema, its meaning by checks that name the
 * field. */
#include "policy/calendar.h"

#include <stdio.h>

#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct HolidayText {
    char *on;
    char *name;
} HolidayText;

typedef struct CalendarText {
    char *id;
    char *source;
    char *known_until;
    char **closed;
    uint32_t closed_count;
    HolidayText *holidays;
    uint32_t holidays_count;
} CalendarText;

enum { SOURCE_MAX = 400, DAY_NAME_MAX = 12, PLACE_SIZE = 40, MOST_CLOSED = CALENDAR_WEEK - 1 };

static const cyaml_schema_field_t HOLIDAY_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("on", CYAML_FLAG_POINTER, HolidayText, on, 10, 10),
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, HolidayText, name, 1, CALENDAR_NAME_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t HOLIDAY = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, HolidayText, HOLIDAY_FIELDS),
};
static const cyaml_schema_value_t DAY_NAME = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, DAY_NAME_MAX),
};
static const cyaml_schema_field_t CALENDAR_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, CalendarText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("source", CYAML_FLAG_POINTER, CalendarText, source, 1, SOURCE_MAX),
    CYAML_FIELD_STRING_PTR("known_until", CYAML_FLAG_POINTER, CalendarText, known_until, 10, 10),
    CYAML_FIELD_SEQUENCE("closed", CYAML_FLAG_POINTER, CalendarText, closed, &DAY_NAME, 0,
                         MOST_CLOSED),
    CYAML_FIELD_SEQUENCE("holidays", CYAML_FLAG_POINTER, CalendarText, holidays, &HOLIDAY, 0,
                         CALENDAR_HOLIDAYS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t CALENDAR = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, CalendarText, CALENDAR_FIELDS),
};

static const char *const DAYS[CALENDAR_WEEK] = {"monday", "tuesday",  "wednesday", "thursday",
                                                "friday", "saturday", "sunday"};

/* ---- meaning */

static bool closed_read(const CalendarText *text, Calendar *calendar, Err *err) {
    for (uint32_t i = 0; i < text->closed_count; i++) {
        char place[PLACE_SIZE];
        int day = 0;
        snprintf(place, sizeof place, "closed[%u]", i);
        YamlNames names = {place, DAYS, CALENDAR_WEEK};
        if (!yaml_read_name(text->closed[i], &names, &day, err)) {
            return false;
        }
        if (calendar->closed[day]) {
            return yaml_fault(err, "%s: %s stands here twice", place, DAYS[day]);
        }
        calendar->closed[day] = true;
    }
    return true;
}

static bool holiday_read(const CalendarText *text, uint32_t i, Holiday *holidays, Err *err) {
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "holidays[%u].on", i);
    if (!yaml_read_day(text->holidays[i].on, place, &holidays[i].on, err)) {
        return false;
    }
    if (i > 0 && date_compare(holidays[i].on, holidays[i - 1].on) <= 0) {
        return yaml_fault(err, "%s: %s is not after the holiday before", place,
                          text->holidays[i].on);
    }
    holidays[i].name = str_of(text->holidays[i].name);
    snprintf(place, sizeof place, "holidays[%u].name", i);
    return str_is_line(holidays[i].name) ||
           yaml_fault(err, "%s: one line of text without control characters is wanted", place);
}

static bool calendar_read(const CalendarText *text, Arena *arena, Calendar *calendar, Err *err) {
    Str id = {0};
    if (!yaml_read_id(text->id, "id", &id, err) ||
        !yaml_read_day(text->known_until, "known_until", &calendar->known_until, err) ||
        !closed_read(text, calendar, err)) {
        return false;
    }
    Holiday *holidays = ARENA_ARRAY(arena, Holiday, (ptrdiff_t)text->holidays_count);
    for (uint32_t i = 0; i < text->holidays_count; i++) {
        if (!holiday_read(text, i, holidays, err)) {
            return false;
        }
        holidays[i].name = str_copy(arena, holidays[i].name);
    }
    calendar->count = (int)text->holidays_count;
    if (calendar->count > 0 &&
        date_compare(holidays[calendar->count - 1].on, calendar->known_until) > 0) {
        return yaml_fault(err, "known_until: %s is before the last holiday", text->known_until);
    }
    calendar->id = str_copy(arena, id);
    calendar->source = str_copy(arena, str_of(text->source));
    calendar->holidays = holidays;
    return true;
}

bool calendar_parse(Str yaml, Arena *arena, Calendar *calendar, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &CALENDAR, &document, err)) {
        return false;
    }
    Calendar read = {0};
    bool good = calendar_read(document, arena, &read, err);
    yaml_release(&CALENDAR, document);
    if (good) {
        *calendar = read;
    }
    return good;
}

/* ---- questions */

/* 1970-01-01 was a Thursday. */
static int day_of_week(Date day) {
    enum { THURSDAY = 3 };
    int32_t days = (day.days + THURSDAY) % CALENDAR_WEEK;
    return (int)(days < 0 ? days + CALENDAR_WEEK : days);
}

static bool is_holiday(const Calendar *calendar, Date day) {
    int first = 0;
    int end = calendar->count;
    while (first < end) {
        int middle = first + (end - first) / 2;
        int order = date_compare(calendar->holidays[middle].on, day);
        if (order == 0) {
            return true;
        }
        first = order < 0 ? middle + 1 : first;
        end = order < 0 ? end : middle;
    }
    return false;
}

bool calendar_is_open(const Calendar *calendar, Date day) {
    return !calendar->closed[day_of_week(day)] && !is_holiday(calendar, day);
}

static Date banking_day(const Calendar *calendar, Date day, int32_t step) {
    while (!calendar_is_open(calendar, day)) {
        day = date_add(day, step); /* holidays are few, and one day of the week is open */
    }
    return day;
}

Date calendar_banking_day(const Calendar *calendar, Date day) {
    return banking_day(calendar, day, 1);
}

Date calendar_banking_day_before(const Calendar *calendar, Date day) {
    return banking_day(calendar, day, -1);
}
