/* Golden scripts of scoring: what the ledger says in, credit states and warnings out, compared with
 * what the file says. The scorecard is the shipped one.
 *
 * A line that begins with a day or "customer" goes in (script.h); the rest of a script, and how to
 * accept what comes out: tests/harness/golden.h. */
#include "tests/harness/golden.h"

#include <inttypes.h>

#include "base/check.h"
#include "policy/scorecard.h"
#include "scoring/core/decide.h"
#include "tests/golden/scoring/script.h"
#include "tests/harness/file.h"
#include "tests/harness/item.h"

enum { CUSTOMERS_MAX = 8 };

/* One script being played. */
typedef struct Play {
    Arena *arena;
    Scorecard card;
    Profile profiles[CUSTOMERS_MAX];
    int count;
    int at; /* whose events come now */
    int64_t seq;
    ScoringInput last; /* for "again" */
    StrBuilder *out;
} Play;

/* ---- what comes out */

static void add_money(Play *play, const char *word, Money money) {
    Str text = money_print(play->arena, money);
    str_addf(play->out, "  %s %.*s", word, STR_ARGS(text));
}

static void add_reasons(Play *play, const Reasons *reasons) {
    for (int i = 0; i < reasons->count; i++) {
        const Reason *reason = &reasons->rows[i];
        const char *name = characteristic_name(reason->characteristic);
        if (reason->value < 0) {
            str_addf(play->out, "\n          -%-3" PRId32 "  %s not known yet", reason->missing,
                     name);
        } else {
            str_addf(play->out, "\n          -%-3" PRId32 "  %s %" PRId64, reason->missing, name,
                     reason->value);
        }
    }
    str_add(play->out, S("\n"));
}

static void print_state(Play *play, const Profile *profile) {
    str_addf(play->out, "    CreditState  v%" PRId64 "  %s %" PRId32, profile->version,
             band_name(profile->band), profile->score);
    for (int i = 0; i < profile->exposure_count; i++) {
        add_money(play, "open", profile->exposures[i].open);
        if (!money_is_zero(profile->exposures[i].overdue)) {
            add_money(play, "overdue", profile->exposures[i].overdue);
        }
    }
    add_reasons(play, &profile->reasons);
}

static void print_warning(Play *play, const Warning *warning) {
    str_addf(play->out, "    Warning      %s -> %s  score %" PRId32 "  id %.*s\n",
             band_name(warning->from), band_name(warning->to), warning->score,
             STR_ARGS(warning->id));
}

static void print_profile(Play *play, const Profile *profile) {
    str_addf(play->out,
             "    settled %" PRId64 ", late %" PRId64 ", mean days late %" PRId64 ".%03" PRId64
             ", written off %" PRId64 "\n",
             profile->settled_count, profile->settled_late_count,
             profile->mean_days_late_milli / 1000, profile->mean_days_late_milli % 1000,
             profile->written_off_count);
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        str_add(play->out, S("  "));
        add_money(play, "open", exposure->open);
        add_money(play, "overdue", exposure->overdue);
        add_money(play, "unapplied", exposure->unapplied);
        add_money(play, "paid", exposure->paid);
        str_add(play->out, S("\n"));
    }
    for (int i = 0; i < profile->overdue_count; i++) {
        const OverdueItem *item = &profile->overdue[i];
        Str name = item_short(play->arena, item->key);
        str_addf(play->out, "    overdue %.*s", STR_ARGS(name));
        add_money(play, "open", item->open);
        str_addf(play->out, "  days %" PRId32 "\n", item->days_past_due);
    }
    for (int i = 0; i < profile->warning_count; i++) {
        str_add(play->out, S("    holds:\n"));
        print_warning(play, &profile->warnings[i]);
    }
}

/* ---- what goes in */

static void play_input(Play *play, ScoringInput input, Date day) {
    Profile *profile = &play->profiles[play->at];
    Desk desk = {.arena = play->arena, .profile = profile, .day = day, .card = &play->card};
    decide(&desk, &input);
    if (desk.changed) {
        print_state(play, profile);
    } else {
        str_add(play->out, S("    no change\n"));
    }
    if (desk.warned) {
        print_warning(play, &profile->warnings[profile->warning_count - 1]);
    }
}

static bool play_event(void *self, Str text, Err *err) {
    Play *play = self;
    ScriptLine line;
    if (!script_line_parse(text, play->arena, &line, err)) {
        return false;
    }
    str_addf(play->out, "%.*s\n", STR_ARGS(text));
    if (str_equals(line.verb, S("profile"))) {
        print_profile(play, &play->profiles[play->at]);
    } else if (str_equals(line.verb, S("again"))) {
        play_input(play, play->last, line.day);
    } else {
        line.input.topic = S("ledger");
        line.input.origin = (Origin){.service = S("ledger"), .seq = ++play->seq};
        play->last = line.input;
        play_input(play, line.input, line.day);
    }
    return true;
}

static void play_customer(Play *play, Str customer) {
    for (play->at = 0; play->at < play->count; play->at++) {
        if (str_equals(play->profiles[play->at].account.customer, customer)) {
            return;
        }
    }
    CHECK(play->count < CUSTOMERS_MAX);
    play->profiles[play->count++] = (Profile){.account = {S("ACME"), customer}, .day = DATE_NONE};
}

static void play_remark(void *self, Str text) {
    if (str_starts_with(text, S("customer "))) {
        play_customer(self, str_trim(str_slice(text, 9, text.len)));
    }
}

static void *play_start(GoldenScript *script, Err *err) {
    static const char *const shipped = "policies/scorecard/standard.yaml";
    Play *play = ARENA_NEW(&script->arena, Play);
    play->arena = &script->arena;
    play->out = &script->out;
    if (!scorecard_parse(file_read(play->arena, shipped), play->arena, &play->card, err)) {
        err_context(err, "%s", shipped);
        return NULL;
    }
    play_customer(play, S("C-1"));
    return play;
}

int main(int argc, char **argv) {
    static const GoldenPlayer player = {
        .start = play_start, .event = play_event, .remark = play_remark};
    return golden_main(argc, argv, &player);
}
