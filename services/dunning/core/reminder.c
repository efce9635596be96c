/* The life of a reminder, as a table. */
#include "dunning/core/reminder.h"

#include "base/check.h"

typedef enum Guard { ALWAYS, STALE, NEWER } Guard;

/* As `from`: whatever it is; as `to`: it stays what it is. */
enum { REMINDER_ANY = REMINDER_STATE_COUNT };

typedef struct LifeRow {
    int from;
    ReminderEvent event;
    Guard guard;
    int to;
    ReminderAnswer answer;
    const char *reason;
} LifeRow;

#define OUTCOME(from, event, to, reason)                                                           \
    { REMINDER_##from, REMINDER_##event, ALWAYS, REMINDER_##to, REMINDER_DONE, reason }
#define WISH(from, event, guard, to, answer, reason)                                               \
    { REMINDER_##from, REMINDER_##event, guard, REMINDER_##to, REMINDER_##answer, reason }

static const char NO_SUCH[] = "this customer has no such reminder";
static const char KNOWN[] = "it is known what became of it";
static const char NOT_AGAIN[] = "only what failed or is uncertain is sent once more";

/* The first row that fits counts. An outcome of an attempt that was followed by another one says
 * nothing about that one. */
/* clang-format off */
static const LifeRow LIFE[] = {
    WISH(ANY, WAS_DONE,      STALE, ANY, NOTHING, "of an earlier attempt"),
    WISH(ANY, WAS_REFUSED,   STALE, ANY, NOTHING, "of an earlier attempt"),
    WISH(ANY, WAS_WITHDRAWN, STALE, ANY, NOTHING, "of an earlier attempt"),
    WISH(ANY, IS_UNCERTAIN,  STALE, ANY, NOTHING, "of an earlier attempt"),

    OUTCOME(ISSUED,    WAS_DONE,      SENT,      "the mail server took it"),
    OUTCOME(ISSUED,    WAS_REFUSED,   FAILED,    "the mail server refused it"),
    OUTCOME(ISSUED,    WAS_WITHDRAWN, WITHDRAWN, "it does not fit the facts any more"),
    OUTCOME(ISSUED,    IS_UNCERTAIN,  UNCERTAIN, "nobody knows how the attempt ended"),
    OUTCOME(UNCERTAIN, WAS_DONE,      SENT,      "the mail server had taken it"),
    OUTCOME(UNCERTAIN, WAS_REFUSED,   FAILED,    "the mail server had refused it"),
    OUTCOME(UNCERTAIN, WAS_WITHDRAWN, WITHDRAWN, "it did not fit the facts any more"),
    WISH(ANY, WAS_DONE,      ALWAYS, ANY, NOTHING, "a person has said what became of it"),
    WISH(ANY, WAS_REFUSED,   ALWAYS, ANY, NOTHING, "a person has said what became of it"),
    WISH(ANY, WAS_WITHDRAWN, ALWAYS, ANY, NOTHING, "a person has said what became of it"),
    WISH(ANY, IS_UNCERTAIN,  ALWAYS, ANY, NOTHING, "it is known by now"),

    WISH(UNKNOWN,   SETTLED_SENT, ALWAYS, UNKNOWN,   NOT_POSSIBLE, NO_SUCH),
    WISH(UNCERTAIN, SETTLED_SENT, ALWAYS, SENT,      DONE,         "a person says it went out"),
    WISH(ISSUED,    SETTLED_SENT, ALWAYS, ISSUED,    NOT_POSSIBLE, "it is being sent"),
    WISH(ANY,       SETTLED_SENT, ALWAYS, ANY,       NOT_POSSIBLE, KNOWN),

    WISH(UNKNOWN,   SETTLED_NOT_SENT, ALWAYS, UNKNOWN, NOT_POSSIBLE, NO_SUCH),
    WISH(UNCERTAIN, SETTLED_NOT_SENT, ALWAYS, FAILED,  DONE,       "a person says it did not go"),
    WISH(SENT,      SETTLED_NOT_SENT, ALWAYS, FAILED,  DONE,         "a person says it came back"),
    WISH(ISSUED,    SETTLED_NOT_SENT, ALWAYS, ISSUED,  NOT_POSSIBLE, "it is being sent"),
    WISH(ANY,       SETTLED_NOT_SENT, ALWAYS, ANY,     NOT_POSSIBLE, KNOWN),

    WISH(UNKNOWN,   RESEND_WANTED, ALWAYS, UNKNOWN, NOT_POSSIBLE, NO_SUCH),
    WISH(ANY,       RESEND_WANTED, NEWER,  ANY,     NOT_POSSIBLE, "a later reminder was issued"),
    WISH(FAILED,    RESEND_WANTED, ALWAYS, ISSUED,  DONE,         "a person wants it once more"),
    WISH(UNCERTAIN, RESEND_WANTED, ALWAYS, ISSUED,  DONE,         "a person wants it once more"),
    WISH(ISSUED,    RESEND_WANTED, ALWAYS, ISSUED,  NOT_POSSIBLE, "it is being sent"),
    WISH(ANY,       RESEND_WANTED, ALWAYS, ANY,     NOT_POSSIBLE, NOT_AGAIN),
};
/* clang-format on */

static const char *const STATES[REMINDER_STATE_COUNT] = {
    [REMINDER_UNKNOWN] = "unknown",     [REMINDER_ISSUED] = "issued",
    [REMINDER_SENT] = "sent",           [REMINDER_FAILED] = "failed",
    [REMINDER_UNCERTAIN] = "uncertain", [REMINDER_WITHDRAWN] = "withdrawn",
};

const char *reminder_state_name(ReminderState state) {
    CHECK(state < REMINDER_STATE_COUNT);
    return STATES[state];
}

bool reminder_state_parse(Str name, ReminderState *state) {
    for (ReminderState i = REMINDER_ISSUED; i < REMINDER_STATE_COUNT; i++) {
        if (str_equals(str_of(STATES[i]), name)) {
            *state = i;
            return true;
        }
    }
    return false;
}

const char *reminder_as_evidence(ReminderState state) {
    switch (state) {
    case REMINDER_ISSUED:
        return "pending";
    case REMINDER_SENT:
    case REMINDER_FAILED:
    case REMINDER_UNCERTAIN:
        return STATES[state];
    case REMINDER_UNKNOWN:
    case REMINDER_WITHDRAWN:
    case REMINDER_STATE_COUNT:
        break;
    }
    return NULL;
}

static bool guard_holds(Guard guard, const ReminderFacts *facts) {
    switch (guard) {
    case ALWAYS:
        return true;
    case STALE:
        return facts->stale;
    case NEWER:
        return facts->newer_exists;
    }
    CHECK(!"a guard");
}

ReminderStep reminder_step(ReminderState from, ReminderEvent event, const ReminderFacts *facts) {
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        const LifeRow *row = &LIFE[i];
        bool here = row->from == REMINDER_ANY || row->from == (int)from;
        if (here && row->event == event && guard_holds(row->guard, facts)) {
            ReminderState to = row->to == REMINDER_ANY ? from : (ReminderState)row->to;
            return (ReminderStep){to, row->answer, row->reason};
        }
    }
    CHECK(!"an event that every state can have");
}

/* ---- the picture: what takes place */

Str reminder_diagram(Arena *arena) {
    StrBuilder text = str_builder(arena, 4 << 10);
    str_add(&text, S("stateDiagram-v2\n    [*] --> issued: the next level is due\n"));
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        const LifeRow *row = &LIFE[i];
        if (row->answer == REMINDER_DONE) {
            str_addf(&text, "    %s --> %s: %s\n", STATES[row->from], STATES[row->to], row->reason);
        }
    }
    str_add(&text, S("    sent --> [*]\n    withdrawn --> [*]\n"));
    CHECK(!text.full);
    return str_built(&text);
}
