/* How dunning goes, as a table. */
#include "dunning/core/dunning.h"

#include "base/check.h"

typedef enum Guard {
    ALWAYS,
    HELD,
    NOTHING,
    COVERED,
    PENDING,
    WRITE_OFF,
    SMALL,
    NOBODY,
    LAST_LEVEL,
    LEVEL,
    ALL_SENT,
} Guard;

/* As `from`: whatever it is; as `to`: it stays what it is. */
enum { DUNNING_ANY = DUNNING_STATE_COUNT };

typedef struct LadderRow {
    int from;
    Guard guard;
    int to;
    DunningAction action;
    const char *reason;
} LadderRow;

/* Names without their family, so that a row is a line. */
#define ROW(from, guard, to, action, reason)                                                       \
    { DUNNING_##from, guard, DUNNING_##to, DUNNING_##action, reason }

/* The first row that fits counts: incomplete facts come before everything, and one thing is done at
 * the end of a day. */
/* clang-format off */
static const LadderRow LADDER[] = {
    ROW(ANY, HELD,      ANY,       WAITS,          "a record of the account could not be read"),
    ROW(ANY, NOTHING,   RESTING,   WAITS,          "nothing is overdue"),
    ROW(ANY, COVERED,   RESTING,   WAITS,          "money that is not applied yet would pay it"),
    ROW(ANY, PENDING,   ANY,       WAITS,          "the letter before has not left yet"),
    ROW(ANY, WRITE_OFF, RESTING,   ASKS_WRITE_OFF, "old, and nothing is left to send"),
    ROW(ANY, SMALL,     RESTING,   WAITS,          "too little for a letter"),
    ROW(ANY, NOBODY,    PERSON,    CALLS_PERSON,   "no mail can be written"),
    ROW(ANY, LAST_LEVEL,EXHAUSTED, REMINDS,        "the last level is due"),
    ROW(ANY, LEVEL,     REMINDING, REMINDS,        "the next level is due"),
    ROW(ANY, ALL_SENT,  EXHAUSTED, WAITS,          "all levels were issued"),
    ROW(ANY, ALWAYS,    REMINDING, WAITS,          "the next level is not due yet"),
};
/* clang-format on */

static const char *const STATES[DUNNING_STATE_COUNT] = {
    [DUNNING_RESTING] = "resting",
    [DUNNING_REMINDING] = "reminding",
    [DUNNING_EXHAUSTED] = "exhausted",
    [DUNNING_PERSON] = "person",
};

static const char *const REASONS[PERSON_REASON_COUNT] = {
    [PERSON_NOT_NEEDED] = "",
    [PERSON_NO_CONTACT] = "no_contact",
    [PERSON_ADDRESS_REFUSED] = "address_refused",
    [PERSON_NO_SENDER] = "no_sender",
    [PERSON_WRITE_OFF_REJECTED] = "write_off_rejected",
};

const char *dunning_state_name(DunningState state) {
    CHECK(state < DUNNING_STATE_COUNT);
    return STATES[state];
}

bool dunning_state_parse(Str name, DunningState *state) {
    for (DunningState i = DUNNING_RESTING; i < DUNNING_STATE_COUNT; i++) {
        if (str_equals(str_of(STATES[i]), name)) {
            *state = i;
            return true;
        }
    }
    return false;
}

const char *person_reason_name(PersonReason reason) {
    CHECK(reason < PERSON_REASON_COUNT);
    return REASONS[reason];
}

bool person_reason_parse(Str name, PersonReason *reason) {
    for (PersonReason i = PERSON_NOT_NEEDED; i < PERSON_REASON_COUNT; i++) {
        if (str_equals(str_of(REASONS[i]), name)) {
            *reason = i;
            return true;
        }
    }
    return false;
}

/* A debt too small for a letter, or one whose debtor no mail reaches, grows old without levels. */
static bool nothing_left_to_send(const DunningFacts *facts) {
    return !facts->levels_left || !facts->worth_a_letter || facts->person != PERSON_NOT_NEEDED;
}

static bool guard_holds(Guard guard, const DunningFacts *facts) {
    switch (guard) {
    case ALWAYS:
        return true;
    case HELD:
        return facts->held;
    case NOTHING:
        return !facts->overdue;
    case COVERED:
        return facts->covered;
    case PENDING:
        return facts->pending;
    case WRITE_OFF:
        return facts->write_off_due && nothing_left_to_send(facts);
    case SMALL:
        return !facts->worth_a_letter;
    case NOBODY:
        return facts->first_level_due && facts->person != PERSON_NOT_NEEDED;
    case LAST_LEVEL:
        return facts->levels_left && facts->level_due && facts->last_level;
    case LEVEL:
        return facts->levels_left && facts->level_due;
    case ALL_SENT:
        return !facts->levels_left;
    }
    CHECK(!"a guard");
}

DunningStep dunning_step(DunningState from, const DunningFacts *facts) {
    for (ptrdiff_t i = 0; i < COUNT_OF(LADDER); i++) {
        const LadderRow *row = &LADDER[i];
        bool here = row->from == DUNNING_ANY || row->from == (int)from;
        if (here && guard_holds(row->guard, facts)) {
            DunningState to = row->to == DUNNING_ANY ? from : (DunningState)row->to;
            return (DunningStep){to, row->action, row->reason};
        }
    }
    CHECK(!"a state at the end of a day");
}

/* ---- the picture: every row leads from the end of a day to where it leaves the dunning */

static const char *action_word(DunningAction action) {
    switch (action) {
    case DUNNING_WAITS:
        return "";
    case DUNNING_REMINDS:
        return "issue a reminder: ";
    case DUNNING_ASKS_WRITE_OFF:
        return "ask for a write-off: ";
    case DUNNING_CALLS_PERSON:
        return "call a person: ";
    }
    CHECK(!"an action");
}

Str dunning_diagram(Arena *arena) {
    StrBuilder text = str_builder(arena, 4 << 10);
    str_add(&text, S("stateDiagram-v2\n    state end_of_day <<choice>>\n    [*] --> resting\n"));
    for (DunningState state = DUNNING_RESTING; state < DUNNING_STATE_COUNT; state++) {
        str_addf(&text, "    %s --> end_of_day\n", STATES[state]);
    }
    for (ptrdiff_t i = 0; i < COUNT_OF(LADDER); i++) {
        const LadderRow *row = &LADDER[i];
        if (row->to != DUNNING_ANY) {
            str_addf(&text, "    end_of_day --> %s: %s%s\n", STATES[row->to],
                     action_word(row->action), row->reason);
        }
    }
    CHECK(!text.full);
    return str_built(&text);
}
