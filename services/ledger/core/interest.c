/* Late days, one after the other. */
#include "ledger/core/interest.h"

#include <string.h>

#include "base/check.h"
#include "ledger/core/accrual.h"

/* So much of what is open on a day, and the rate it bears. */
typedef struct Part {
    int64_t minor;
    Decimal percent;
} Part;

/* What is known while the days are walked, from the first late one on. */
typedef struct Walk {
    const InterestTerms *terms;
    const InterestCase *late;
    Arena *arena;
    InterestResult *result;
    int line_room;
    Part *parts; /* of the day; one more than there are steps */
    int part_count;
    Date day;
    int step;    /* of the day; -1: nothing was open yet */
    Wide before; /* interest of the days before those asked for */
    Wide sum;    /* of all days */
    Wide added;  /* interest that bears interest itself */
    Date add_on; /* the next day from which more of it does; DATE_NONE: none */
    int32_t months;
} Walk;

/* ---- the case */

Date interest_start(const Interest *regime, Date invoiced_on, Date due_on) {
    Date due = date_is_none(due_on) ? date_add(invoiced_on, regime->without_due_days) : due_on;
    return date_add(due, regime->grace_days + 1);
}

static void case_check(const InterestTerms *terms, const InterestCase *late) {
    CHECK(late->step_count <= INTEREST_STEPS_MAX && late->pause_count <= INTEREST_STEPS_MAX);
    CHECK((terms->regime->rate == INTEREST_RATE_REFERENCE) == (terms->series != NULL));
    for (int i = 0; i < late->step_count; i++) {
        const OpenStep *step = &late->steps[i];
        CHECK(currency_equals(step->open.currency, late->invoiced.currency));
        CHECK(step->open.minor >= 0);
        CHECK(i == 0 || date_compare(step[-1].from, step->from) < 0);
    }
}

static bool day_is_paused(const InterestCase *late, Date day) {
    for (int i = 0; i < late->pause_count; i++) {
        const InterestPause *pause = &late->pauses[i];
        bool ended = !date_is_none(pause->to) && date_compare(day, pause->to) >= 0;
        if (date_compare(day, pause->from) >= 0 && !ended) {
            return true;
        }
    }
    return false;
}

/* ---- rates */

static Date half_year_of(Date day) {
    DateParts parts = date_parts(day);
    Date first = {0};
    CHECK(date_of_parts((DateParts){parts.year, parts.month <= 6 ? 1 : 7, 1}, &first));
    return first;
}

static Date reference_day(ReferenceDay rule, Date day) {
    switch (rule) {
    case REFERENCE_DAY:
        return day;
    case REFERENCE_HALF_YEAR:
        return half_year_of(day);
    case REFERENCE_HALF_YEAR_BEFORE:
        return date_add(half_year_of(day), -1);
    case REFERENCE_COUNT:
        break;
    }
    CHECK(!"a reference day");
}

/* The rate that a day gives; false when it is not known. */
static bool rate_find(const InterestTerms *terms, Date day, Decimal *percent) {
    const Interest *regime = terms->regime;
    *percent = regime->percent;
    if (regime->rate != INTEREST_RATE_REFERENCE) {
        return true;
    }
    const Decimal *value = series_find(terms->series, reference_day(regime->reference, day));
    if (value == NULL) {
        return false;
    }
    bool floored = regime->reference_floor && value->millionths < 0;
    percent->millionths += floored ? 0 : value->millionths;
    percent->millionths = percent->millionths < 0 ? 0 : percent->millionths;
    return true;
}

static int32_t days_of_year(const Interest *regime, Date day) {
    if (regime->rate == INTEREST_RATE_DAILY) {
        return ACCRUAL_OF_A_DAY;
    }
    Date leap = {0};
    switch (regime->basis) {
    case DAY_BASIS_365:
        return 365;
    case DAY_BASIS_360:
        return 360;
    case DAY_BASIS_ACTUAL:
        return date_of_parts((DateParts){date_parts(day).year, 2, 29}, &leap) ? 366 : 365;
    case DAY_BASIS_COUNT:
        break;
    }
    CHECK(!"a day basis");
}

/* ---- lines */

static bool line_goes_on(const InterestLine *line, const InterestLine *next) {
    return date_compare(date_add(line->from, line->days), next->from) == 0 &&
           line->principal.minor == next->principal.minor &&
           line->percent.millionths == next->percent.millionths &&
           line->year_days == next->year_days;
}

/* Doubled when it is full; what was there before stays behind in the arena. */
static bool lines_grow(Walk *walk) {
    InterestResult *result = walk->result;
    if (result->line_count == INTEREST_LINES_MAX) {
        result->answer = INTEREST_TOO_LONG;
        return false;
    }
    int room = walk->line_room == 0 ? 8 : 2 * walk->line_room; /* most invoices need fewer */
    InterestLine *lines = ARENA_ARRAY(walk->arena, InterestLine, room);
    if (result->line_count > 0) {
        memcpy(lines, result->lines, (size_t)result->line_count * sizeof *lines);
    }
    result->lines = lines;
    walk->line_room = room;
    return true;
}

/* Parts of one day that are paid on different days go on side by side. */
static bool line_add(Walk *walk, InterestLine next) {
    InterestResult *result = walk->result;
    int oldest = result->line_count - walk->late->step_count - 1;
    for (int i = result->line_count - 1; i >= 0 && i >= oldest; i--) {
        if (line_goes_on(&result->lines[i], &next)) {
            result->lines[i].days++;
            return true;
        }
    }
    if (result->line_count == walk->line_room && !lines_grow(walk)) {
        return false;
    }
    result->lines[result->line_count++] = next;
    return true;
}

/* ---- the parts of a day */

/* False when the rate is not known; the walk ends before this day. */
static bool part_add(Walk *walk, int64_t minor, Date rate_day) {
    Part *part = &walk->parts[walk->part_count++];
    part->minor = minor;
    if (!rate_find(walk->terms, rate_day, &part->percent)) {
        walk->result->answer = INTEREST_RATE_UNKNOWN;
        walk->result->unknown_from = walk->day;
        return false;
    }
    return true;
}

/* What is open is cut by the days on which it was paid: a later step that is lower took its part on
 * the day before it. */
static bool payments_cut(Walk *walk) {
    const OpenStep *steps = walk->late->steps;
    int64_t open = steps[walk->step].open.minor;
    for (int i = walk->step + 1; i < walk->late->step_count; i++) {
        bool later = date_compare(steps[i].from, walk->late->last) > 0;
        int64_t paid = later ? 0 : open - steps[i].open.minor;
        if (paid > 0 && !part_add(walk, paid, date_add(steps[i].from, -1))) {
            return false;
        }
        open -= paid > 0 ? paid : 0;
    }
    return open == 0 || part_add(walk, open, walk->late->last);
}

static bool parts_cut(Walk *walk) {
    int64_t open = walk->late->steps[walk->step].open.minor;
    walk->part_count = 0;
    switch (walk->terms->regime->stepping) {
    case STEPPING_STEPPED:
        return part_add(walk, open, walk->day);
    case STEPPING_FIXED_AT_DUE:
        return part_add(walk, open, walk->result->starts_on);
    case STEPPING_FIXED_AT_PAYMENT:
        return payments_cut(walk);
    case STEPPING_COUNT:
        break;
    }
    CHECK(!"a stepping");
}

/* Interest bears interest only beside a principal, and there is one part then: the parser lets
 * nobody compound what is cut by its payments. */
static bool part_accrue(Walk *walk, const Part *part, Wide *interest) {
    const Interest *regime = walk->terms->regime;
    InterestLine line = {.from = walk->day,
                         .days = 1,
                         .principal = money_of(part->minor, walk->late->invoiced.currency),
                         .percent = part->percent,
                         .year_days = days_of_year(regime, walk->day)};
    Wide principal = accrual_of_money(line.principal) + walk->added;
    *interest += accrual_day(principal, line.percent, line.year_days);
    if (!accrual_round(principal, regime->rounding, &line.principal)) {
        walk->result->answer = INTEREST_TOO_LARGE;
        return false;
    }
    return date_compare(walk->day, walk->late->first) < 0 || line_add(walk, line);
}

static bool parts_accrue(Walk *walk) {
    const Interest *regime = walk->terms->regime;
    Wide interest = 0;
    for (int i = 0; i < walk->part_count; i++) {
        if (!part_accrue(walk, &walk->parts[i], &interest)) {
            return false;
        }
    }
    Money rounded = money_of(0, walk->late->invoiced.currency);
    if (regime->rounding_point == ROUNDING_POINT_DAILY) {
        if (!accrual_round(interest, regime->rounding, &rounded)) {
            walk->result->answer = INTEREST_TOO_LARGE;
            return false;
        }
        interest = accrual_of_money(rounded);
    }
    walk->sum += interest;
    walk->before += date_compare(walk->day, walk->late->first) < 0 ? interest : 0;
    return true;
}

/* The same day of a later month, or its last one; counted from the start, so that the 31st comes
 * back. DATE_NONE after the last day there is. */
static Date months_after(Date day, int32_t months) {
    DateParts parts = date_parts(day);
    int month = parts.month - 1 + months;
    DateParts at = {parts.year + month / 12, month % 12 + 1, parts.day};
    Date found = DATE_NONE;
    while (at.day > 28 && !date_of_parts(at, &found)) {
        at.day--;
    }
    return date_of_parts(at, &found) ? found : DATE_NONE;
}

static void next_add(Walk *walk) {
    int32_t months = walk->terms->regime->compounding_months;
    walk->months += months;
    walk->add_on = months == 0 ? DATE_NONE : months_after(walk->result->starts_on, walk->months);
}

static void steps_go_on(Walk *walk) {
    const InterestCase *late = walk->late;
    while (walk->step + 1 < late->step_count &&
           date_compare(late->steps[walk->step + 1].from, walk->day) <= 0) {
        walk->step++;
    }
    if (date_compare(walk->day, walk->add_on) == 0) {
        walk->added = walk->sum;
        next_add(walk);
    }
}

/* False when the walk ends here, with its answer said. */
static bool day_walk(Walk *walk) {
    steps_go_on(walk);
    if (walk->step < 0 || walk->late->steps[walk->step].open.minor == 0 ||
        day_is_paused(walk->late, walk->day)) {
        return true;
    }
    if (date_is_none(walk->result->late_on)) {
        walk->result->late_on = walk->day;
    }
    return walk->terms->regime->rate == INTEREST_RATE_NONE ||
           (parts_cut(walk) && parts_accrue(walk));
}

/* ---- the whole */

static InterestResult result_of(InterestAnswer answer, Date starts_on, Currency currency) {
    return (InterestResult){.answer = answer,
                            .unknown_from = DATE_NONE,
                            .starts_on = starts_on,
                            .late_on = DATE_NONE,
                            .accrued = money_of(0, currency),
                            .fixed_sum = money_of(0, currency)};
}

/* What was rounded before the first day asked for is not owed again. */
static bool sums_round(Walk *walk) {
    Rounding rounding = walk->terms->regime->rounding;
    Money all = walk->result->accrued;
    Money before = walk->result->accrued;
    if (!accrual_round(walk->sum, rounding, &all) ||
        !accrual_round(walk->before, rounding, &before) ||
        !money_subtract(all, before, &walk->result->accrued)) {
        walk->result->answer = INTEREST_TOO_LARGE;
        return false;
    }
    return true;
}

static void days_walk(Walk *walk) {
    next_add(walk);
    while (date_compare(walk->day, walk->late->last) <= 0 && day_walk(walk)) {
        walk->day = date_add(walk->day, 1);
    }
}

InterestResult interest_accrue(const InterestTerms *terms, const InterestCase *late, Arena *arena) {
    case_check(terms, late);
    Date start = interest_start(terms->regime, late->invoiced_on, late->due_on);
    Currency currency = late->invoiced.currency;
    InterestResult result = result_of(INTEREST_ACCRUED, start, currency);
    Walk walk = {.terms = terms,
                 .late = late,
                 .arena = arena,
                 .result = &result,
                 .parts = ARENA_ARRAY(arena, Part, late->step_count + 1),
                 .day = start,
                 .step = -1};
    days_walk(&walk);
    if (result.answer == INTEREST_TOO_LONG || result.answer == INTEREST_TOO_LARGE ||
        !sums_round(&walk)) {
        return result_of(result.answer, start, currency);
    }
    if (!date_is_none(result.late_on)) {
        result.fixed_sum = interest_fixed_sum(terms->regime, late->invoiced);
    }
    return result;
}
