/* Golden scripts of scoring: what the ledger says in, credit states and warnings out, compared with
 * what the file says. The scorecard is the shipped one.
 *
 *     scoring_golden_test tests/golden/scoring              compare
 *     scoring_golden_test --accept tests/golden/scoring     write what comes out into the files
 *
 * A line that begins with a day or "customer" goes in (script.h). Lines indented by four blanks are
 * what came out of the line above. Everything else is for the reader. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "policy/scorecard.h"
#include "scoring/core/decide.h"
#include "tests/golden/scoring/script.h"

enum { FILE_MAX = 256 << 10, CUSTOMERS_MAX = 8 };

/* One script being played. */
typedef struct Play {
    Arena arena;
    Scorecard card;
    Profile profiles[CUSTOMERS_MAX];
    int count;
    int at; /* whose events come now */
    int64_t seq;
    ScoringInput last; /* for "again" */
    StrBuilder out;
    const char *path;
    int line;
} Play;

/* ---- what comes out */

static void add_money(Play *play, const char *word, Money money) {
    Str text = money_print(&play->arena, money);
    str_addf(&play->out, "  %s %.*s", word, STR_ARGS(text));
}

static void add_reasons(Play *play, const Reasons *reasons) {
    for (int i = 0; i < reasons->count; i++) {
        const Reason *reason = &reasons->rows[i];
        const char *name = characteristic_name(reason->characteristic);
        if (reason->value < 0) {
            str_addf(&play->out, "\n          -%-3" PRId32 "  %s not known yet", reason->missing,
                     name);
        } else {
            str_addf(&play->out, "\n          -%-3" PRId32 "  %s %" PRId64, reason->missing, name,
                     reason->value);
        }
    }
    str_add(&play->out, S("\n"));
}

static void print_state(Play *play, const Profile *profile) {
    str_addf(&play->out, "    CreditState  v%" PRId64 "  %s %" PRId32, profile->version,
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
    str_addf(&play->out, "    Warning      %s -> %s  score %" PRId32 "  id %.*s\n",
             band_name(warning->from), band_name(warning->to), warning->score,
             STR_ARGS(warning->id));
}

static void print_profile(Play *play, const Profile *profile) {
    str_addf(&play->out,
             "    settled %" PRId64 ", late %" PRId64 ", mean days late %" PRId64 ".%03" PRId64
             ", written off %" PRId64 "\n",
             profile->settled_count, profile->settled_late_count,
             profile->mean_days_late_milli / 1000, profile->mean_days_late_milli % 1000,
             profile->written_off_count);
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        str_add(&play->out, S("  "));
        add_money(play, "open", exposure->open);
        add_money(play, "overdue", exposure->overdue);
        add_money(play, "unapplied", exposure->unapplied);
        add_money(play, "paid", exposure->paid);
        str_add(&play->out, S("\n"));
    }
    for (int i = 0; i < profile->overdue_count; i++) {
        const OverdueInvoice *invoice = &profile->overdue[i];
        str_addf(&play->out, "    overdue %.*s", STR_ARGS(invoice->number));
        add_money(play, "open", invoice->open);
        str_addf(&play->out, "  days %" PRId32 "\n", invoice->days_past_due);
    }
    for (int i = 0; i < profile->warning_count; i++) {
        str_add(&play->out, S("    holds:\n"));
        print_warning(play, &profile->warnings[i]);
    }
}

/* ---- what goes in */

static void play_input(Play *play, ScoringInput input, Date day) {
    Profile *profile = &play->profiles[play->at];
    Desk desk = {.arena = &play->arena, .profile = profile, .day = day, .card = &play->card};
    decide(&desk, &input);
    if (desk.changed) {
        print_state(play, profile);
    } else {
        str_add(&play->out, S("    no change\n"));
    }
    if (desk.warned) {
        print_warning(play, &profile->warnings[profile->warning_count - 1]);
    }
}

static bool play_event(Play *play, Str text) {
    Err err = {0};
    ScriptLine line;
    if (!script_line_parse(text, &play->arena, &line, &err)) {
        fprintf(stderr, "%s:%d: %s\n", play->path, play->line, err.text);
        return false;
    }
    str_addf(&play->out, "%.*s\n", STR_ARGS(text));
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

static bool play_line(Play *play, Str text) {
    if (text.len > 4 && text.ptr[0] >= '0' && text.ptr[0] <= '9') {
        return play_event(play, text);
    }
    if (str_starts_with(text, S("    "))) {
        return true; /* what came out when it was accepted */
    }
    if (str_starts_with(text, S("customer "))) {
        play_customer(play, str_trim(str_slice(text, 9, text.len)));
    }
    str_addf(&play->out, "%.*s\n", STR_ARGS(text));
    return true;
}

static bool play_text(Play *play, Str text) {
    play_customer(play, S("C-1"));
    while (!str_is_empty(text)) {
        StrCut cut = str_cut(text, '\n');
        play->line++;
        if (!play_line(play, cut.head)) {
            return false;
        }
        text = cut.tail;
    }
    CHECK(!play->out.full);
    return true;
}

/* ---- files */

static Str file_read(Arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    char *bytes = arena_get(arena, 1, FILE_MAX);
    size_t size = fread(bytes, 1, FILE_MAX, file);
    CHECK(feof(file) != 0);
    fclose(file);
    return str_from(bytes, (ptrdiff_t)size);
}

static bool file_write(const char *path, Str text) {
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL);
    bool written = fwrite(text.ptr, 1, (size_t)text.len, file) == (size_t)text.len;
    return fclose(file) == 0 && written;
}

/* The first line where the two part. */
static void show_difference(const char *path, Str expected, Str got) {
    int line = 1;
    StrCut e = str_cut(expected, '\n');
    StrCut g = str_cut(got, '\n');
    while (str_equals(e.head, g.head) && (e.found || g.found)) {
        e = str_cut(e.tail, '\n');
        g = str_cut(g.tail, '\n');
        line++;
    }
    fprintf(stderr, "%s:%d:\n  expected: %.*s\n  got:      %.*s\n", path, line, STR_ARGS(e.head),
            STR_ARGS(g.head));
}

static bool golden_run(const char *path, bool accept) {
    Play play = {.arena = arena_open("golden", 16 << 20), .path = path};
    Err err = {0};
    if (!scorecard_parse(file_read(&play.arena, "policies/scorecard/standard.yaml"), &play.arena,
                         &play.card, &err)) {
        fprintf(stderr, "policies/scorecard/standard.yaml: %s\n", err.text);
        return false;
    }
    play.out = str_builder(&play.arena, FILE_MAX);
    Str expected = file_read(&play.arena, path);
    bool good = play_text(&play, expected);
    Str got = str_built(&play.out);
    bool same = str_equals(expected, got);
    if (good && accept && !same) {
        good = file_write(path, got);
        printf("accepted %s\n", path);
    } else if (good && !same) {
        show_difference(path, expected, got);
        good = false;
    }
    arena_close(&play.arena);
    return good;
}

/* They begin with their number. */
static int is_script(const struct dirent *entry) {
    bool numbered = entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
    return numbered && str_ends_with(str_of(entry->d_name), S(".txt"));
}

int main(int argc, char **argv) {
    bool accept = argc == 3 && strcmp(argv[1], "--accept") == 0;
    const char *folder = argc >= 2 ? argv[argc - 1] : "";
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_script, alphasort);
    if (argc > 3 || count <= 0) {
        fprintf(stderr, "usage: %s [--accept] FOLDER (with scripts NN_*.txt)\n", argv[0]);
        return 2;
    }
    int bad = 0;
    Arena arena = arena_open("paths", 1 << 20);
    for (int i = 0; i < count; i++) {
        Str path = str_format(&arena, "%s/%s", folder, entries[i]->d_name);
        bad += !golden_run(str_terminated(&arena, path), accept);
        free(entries[i]);
    }
    free(entries);
    arena_close(&arena);
    printf("%d scripts, %d differ\n", count, bad);
    return bad == 0 ? 0 : 1;
}
