/* Golden scripts of late-payment interest: an invoice and its payments in, lines of days, amounts
 * and rates out.
 *
 * "regime: ireland" plays what follows by policies/interest/ireland.yaml; "rounding: daily" takes
 * its other rounding point. The interest of a line is computed here a second time, in plain
 * fractions and to three digits more than the currency has, for the reader who adds them up. The
 * rest of a script: script.h and tests/harness/golden.h. */
#include "tests/harness/golden.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/fixed.h"
#include "ledger/core/accrual.h"
#include "tests/golden/interest/script.h"
#include "tests/harness/file.h"

typedef struct Play {
    GoldenScript *script;
    Script read;
    Interest regime;
    Series series;
} Play;

static Str document_read(Play *play, const char *folder, Str id) {
    Arena *arena = &play->script->arena;
    Str path = str_format(arena, "policies/%s/%.*s.yaml", folder, STR_ARGS(id));
    return file_read(arena, str_terminated(arena, path));
}

static void regime_read(Play *play, Str id) {
    Err err = {0};
    Arena *arena = &play->script->arena;
    CHECK(interest_parse(document_read(play, "interest", id), arena, &play->regime, &err));
    if (!str_is_empty(play->regime.series)) {
        Str series = document_read(play, "series", play->regime.series);
        CHECK(series_parse(series, arena, &play->series, &err));
    }
}

static void remark(void *self, Str line) {
    Play *play = self;
    StrCut cut = str_cut(line, ':');
    if (str_equals(cut.head, S("regime"))) {
        regime_read(play, str_trim(cut.tail));
    } else if (str_equals(line, S("rounding: daily"))) {
        play->regime.rounding_point = ROUNDING_POINT_DAILY;
    }
}

/* ---- what comes out */

enum { MORE_DIGITS = 3, MORE = 1000 };

/* principal * percent * days / (100 * year_days), to three digits more. */
static Str line_interest(Arena *arena, const InterestLine *line) {
    Wide numerator = (Wide)line->principal.minor * line->percent.millionths * line->days * MORE;
    Wide denominator = (Wide)100 * DECIMAL_ONE * line->year_days;
    int64_t value = (int64_t)fixed_divide(numerator, denominator, ROUNDING_HALF_EVEN);
    return fixed_print(arena, value, line->principal.currency.exponent + MORE_DIGITS);
}

static void print_line(Play *play, const InterestLine *line) {
    Arena *arena = &play->script->arena;
    Str from = date_print(arena, line->from);
    Str last = date_print(arena, date_add(line->from, line->days - 1));
    Str principal = money_print(arena, line->principal);
    Str percent = decimal_print(arena, line->percent);
    Str per = line->year_days == ACCRUAL_OF_A_DAY
                  ? S("a day")
                  : str_format(arena, "/ %" PRId32, line->year_days);
    Str interest = line_interest(arena, line);
    str_addf(&play->script->out,
             "    %.*s to %.*s  %4" PRId32 " days  %16.*s  %6.*s %% %-5.*s  %14.*s\n",
             STR_ARGS(from), STR_ARGS(last), line->days, STR_ARGS(principal), STR_ARGS(percent),
             STR_ARGS(per), STR_ARGS(interest));
}

static void print_money(Play *play, const char *word, Money money) {
    Str text = money_print(&play->script->arena, money);
    str_addf(&play->script->out, "    %-12s %.*s\n", word, STR_ARGS(text));
}

static void print_day(Play *play, const char *word, Date day) {
    Str text = date_print(&play->script->arena, day);
    str_addf(&play->script->out, "    %-12s %.*s\n", word, STR_ARGS(text));
}

static void print_result(Play *play, const InterestResult *result) {
    CHECK(result->answer == INTEREST_ACCRUED || result->answer == INTEREST_RATE_UNKNOWN);
    for (int i = 0; i < result->line_count; i++) {
        print_line(play, &result->lines[i]);
    }
    if (result->answer == INTEREST_RATE_UNKNOWN) {
        print_day(play, "not known from", result->unknown_from);
    }
    print_money(play, "interest", result->accrued);
    if (!money_is_zero(result->fixed_sum)) {
        print_money(play, "fixed sum", result->fixed_sum);
    }
}

static bool event(void *self, Str line, Err *err) {
    Play *play = self;
    if (!script_line_read(&play->read, line, err)) {
        return false;
    }
    str_addf(&play->script->out, "%.*s\n", STR_ARGS(line));
    if (play->read.asked) {
        InterestTerms terms = {&play->regime,
                               str_is_empty(play->regime.series) ? NULL : &play->series};
        InterestResult result = interest_accrue(&terms, &play->read.late, &play->script->arena);
        print_result(play, &result);
    }
    return true;
}

static void *start(GoldenScript *script, Err *err) {
    (void)err;
    Play *play = ARENA_NEW(&script->arena, Play);
    play->script = script;
    return play;
}

int main(int argc, char **argv) {
    const GoldenPlayer player = {.start = start, .event = event, .remark = remark};
    return golden_main(argc, argv, &player);
}
