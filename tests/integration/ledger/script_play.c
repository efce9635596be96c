#include "tests/integration/ledger/script_play.h"

#include <string.h>

#include "base/check.h"
#include "tests/golden/ledger/fees.h"
#include "tests/golden/ledger/script.h"
#include "tests/integration/ledger/command.h"
#include "tests/integration/ledger/play.h"

enum { DUE_MAX = 25 };

ScriptPlay *script_play_open(Arena *arena) {
    ScriptPlay *play = ARENA_NEW(arena, ScriptPlay);
    *play = (ScriptPlay){.arena = arena,
                         .account = {S("ACME"), S("C-1")},
                         .customer = S("C-1"),
                         .day = DATE_NONE,
                         .keeping = memory_standard_keeping(),
                         .waiting = ARENA_ARRAY(arena, Event, 2 * RIG_SENT_MAX)};
    rig.rules.keepings = &play->keeping;
    return play;
}

static void hear_nothing(void *self, Str said) {
    (void)self, (void)said;
}

static void days_set(Date day) {
    for (int task = 0; task < RIG_TASKS; task++) {
        rig_set_day(&rig, task, day);
    }
}

void script_play_to(ScriptPlay *play, Date day) {
    if (date_is_none(play->day)) {
        play->day = day;
        rig_reset(&rig, day);
    }
    while (date_compare(play->day, day) < 0) {
        (void)rig_end_day(&rig, 0, play->day, DUE_MAX, hear_nothing, NULL);
        play->day = date_add(play->day, 1);
    }
    days_set(play->day);
}

static void step_play(ScriptPlay *play, Event *events, int count) {
    Err err = {0};
    must(rig_step(&rig, events, count, play->day, &err), &err);
    CHECK(play->waiting_count < RIG_SENT_MAX);
    play->waiting_count += arrivals(play->arena, play->waiting + play->waiting_count);
}

static void line_run(ScriptPlay *play) {
    while (!play->stopped && play->waiting_count > 0) {
        Event first = play->waiting[0];
        play->waiting_count--;
        memmove(play->waiting, play->waiting + 1, (size_t)play->waiting_count * sizeof first);
        step_play(play, &first, 1);
    }
}

static void input_play(ScriptPlay *play, const LedgerInput *input) {
    bool held = input->kind == LEDGER_HELD;
    Event event = {.kind = held ? EVENT_HELD : EVENT_INPUT,
                   .account = play->account,
                   .body = held ? (const void *)&input->held : input};
    step_play(play, &event, 1);
    line_run(play);
}

/* A scene that begins without the books so far has customers of its own. */
static void customer_take(ScriptPlay *play, Str name) {
    play->customer = name;
    play->account.customer =
        play->scene == 0 ? name : str_format(play->arena, "%.*s.%d", STR_ARGS(name), play->scene);
}

static void event_play(ScriptPlay *play, Str text) {
    Err err = {0};
    ScriptLine *line = ARENA_NEW(play->arena, ScriptLine);
    must(script_line_parse(text, play->arena, line, &err), &err);
    script_play_to(play, line->day);
    if (str_equals(line->verb, S("bookkeeping"))) {
        Str yaml = str_format(play->arena, "{id: default, valid_from: 1900-01-01, %.*s}",
                              STR_ARGS(line->rest));
        must(bookkeeping_parse(yaml, play->arena, &play->keeping, &err), &err);
        must(fees_put(play->keeping.fees, &rig.rules, play->arena, &err), &err);
    } else if (str_equals(line->verb, S("aging"))) {
        rig_age_from(&rig, str_equals(line->rest, S("from: invoice")));
    } else if (str_equals(line->verb, S("forget"))) {
        play->scene++;
        customer_take(play, play->customer);
    } else if (str_equals(line->verb, S("line"))) {
        play->stopped = str_equals(line->rest, S("stopped"));
        line_run(play);
    } else if (str_equals(line->verb, S("regime"))) {
        must(regimes_add(&play->regimes, line->rest, play->arena, &err), &err);
        regimes_put(&play->regimes, &rig.rules);
    } else if (line->input.kind != LEDGER_NOTHING) {
        input_play(play, &line->input);
    }
}

static void line_play(ScriptPlay *play, Str line) {
    if (str_starts_with(line, S("customer "))) {
        customer_take(play, str_trim(str_slice(line, 9, line.len)));
    } else if (line.len > 0 && line.ptr[0] >= '0' && line.ptr[0] <= '9') {
        event_play(play, line);
    }
}

void script_play_text(ScriptPlay *play, Str text) {
    while (!str_is_empty(text)) {
        StrCut cut = str_cut(text, '\n');
        line_play(play, cut.head);
        text = cut.tail;
    }
}

ScriptPlay *script_played(Arena *arena, const char *text) {
    ScriptPlay *play = script_play_open(arena);
    script_play_text(play, str_of(text));
    return play;
}

int script_play_each(bool (*played)(const char *path)) {
    int count = 0;
    Arena arena = arena_open("names", 1 << 20);
    Str list = command_run(&arena, "ls tests/golden/ledger/[0-9]*.txt", 0);
    while (!str_is_empty(list)) {
        StrCut cut = str_cut(list, '\n');
        count += played(str_terminated(&arena, cut.head));
        list = cut.tail;
    }
    arena_close(&arena);
    return count;
}
