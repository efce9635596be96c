/* The life of a request, as a table. */
#include "approvals/core/request.h"

#include "base/check.h"

typedef enum Guard {
    ALWAYS,
    SAME,
    UNPROVEN,
    GARBLED,
    OTHER,
    OWN,
    POWERLESS,
    EARLY,
    LATE,
    REPLAYED,
    APPROVES,
} Guard;

/* As `from`: whatever it is; as `to`: it stays what it is. */
enum { REQUEST_ANY = REQUEST_STATE_COUNT };

typedef struct LifeRow {
    int from;
    RequestEvent event;
    Guard guard;
    int to;
    Answer answer;
    const char *reason;
} LifeRow;

/* Names without their family, so that a row is a line. */
#define ROW(from, event, guard, to, answer, reason)                                                \
    { REQUEST_##from, REQUEST_IS_##event, guard, REQUEST_##to, ANSWER_##answer, reason }

/* The first row that fits counts: so nothing is looked at before the signature is proven. */
/* clang-format off */
static const LifeRow LIFE[] = {
    ROW(UNKNOWN,  RAISED,  ALWAYS,   WAITING,  DONE,            "put before a tier"),
    ROW(ANY,      RAISED,  SAME,     ANY,      NOTHING,         "it was raised before"),
    ROW(ANY,      RAISED,  ALWAYS,   ANY,      CONFLICT,        "it was raised with other content"),

    ROW(ANY,      DECIDED, UNPROVEN, ANY,      BAD_SIGNATURE,   "no known key signed it"),
    ROW(UNKNOWN,  DECIDED, ALWAYS,   UNKNOWN,  UNKNOWN_REQUEST, "no such request was raised"),
    ROW(APPROVED, DECIDED, ALWAYS,   APPROVED, ALREADY_DECIDED, "it was approved before"),
    ROW(REJECTED, DECIDED, ALWAYS,   REJECTED, ALREADY_DECIDED, "it was rejected before"),
    ROW(WAITING,  DECIDED, GARBLED,  WAITING,  OTHER_FACTS,     "the signed bytes are incomplete"),
    ROW(WAITING,  DECIDED, OTHER,    WAITING,  OTHER_FACTS,     "it names other facts"),
    ROW(WAITING,  DECIDED, OWN,      WAITING,  OWN_REQUEST,     "nobody decides his own request"),
    ROW(WAITING,  DECIDED, POWERLESS,WAITING,  NO_AUTHORITY,    "the authority does not reach it"),
    ROW(WAITING,  DECIDED, EARLY,    WAITING,  OUT_OF_TIME,     "it does not hold yet"),
    ROW(WAITING,  DECIDED, LATE,     WAITING,  OUT_OF_TIME,     "it does not hold any longer"),
    ROW(WAITING,  DECIDED, REPLAYED, WAITING,  ALREADY_DECIDED, "its nonce was used before"),
    ROW(WAITING,  DECIDED, APPROVES, APPROVED, DONE,            "approved by authority"),
    ROW(WAITING,  DECIDED, ALWAYS,   REJECTED, DONE,            "rejected by authority"),
};
/* clang-format on */

static const char *const STATES[REQUEST_STATE_COUNT] = {
    [REQUEST_UNKNOWN] = "unknown",
    [REQUEST_WAITING] = "waiting",
    [REQUEST_APPROVED] = "approved",
    [REQUEST_REJECTED] = "rejected",
};

static const char *const KINDS[REQUEST_KIND_COUNT] = {
    [REQUEST_NO_KIND] = "",
    [REQUEST_WRITE_OFF] = "write_off",
    [REQUEST_WAIVER] = "waiver",
};

static const char *const ANSWERS[ANSWER_COUNT] = {
    [ANSWER_DONE] = "done",
    [ANSWER_NOTHING] = "nothing",
    [ANSWER_CONFLICT] = "conflict",
    [ANSWER_UNKNOWN_REQUEST] = "unknown_request",
    [ANSWER_ALREADY_DECIDED] = "already_decided",
    [ANSWER_BAD_SIGNATURE] = "bad_signature",
    [ANSWER_NO_AUTHORITY] = "no_authority",
    [ANSWER_OWN_REQUEST] = "own_request",
    [ANSWER_OTHER_FACTS] = "other_facts",
    [ANSWER_OUT_OF_TIME] = "out_of_time",
};

const char *request_state_name(RequestState state) {
    CHECK(state < REQUEST_STATE_COUNT);
    return STATES[state];
}

bool request_state_parse(Str name, RequestState *state) {
    for (RequestState i = REQUEST_WAITING; i < REQUEST_STATE_COUNT; i++) {
        if (str_equals(str_of(STATES[i]), name)) {
            *state = i;
            return true;
        }
    }
    return false;
}

const char *request_kind_name(RequestKind kind) {
    CHECK(kind < REQUEST_KIND_COUNT);
    return KINDS[kind];
}

bool request_kind_parse(Str name, RequestKind *kind) {
    for (RequestKind i = REQUEST_WRITE_OFF; i < REQUEST_KIND_COUNT; i++) {
        if (str_equals(str_of(KINDS[i]), name)) {
            *kind = i;
            return true;
        }
    }
    return false;
}

const char *answer_name(Answer answer) {
    CHECK(answer < ANSWER_COUNT);
    return ANSWERS[answer];
}

static bool guard_holds(Guard guard, const RequestFacts *facts) {
    switch (guard) {
    case ALWAYS:
        return true;
    case SAME:
        return facts->same_content;
    case UNPROVEN:
        return !facts->proven;
    case GARBLED:
        return !facts->readable;
    case OTHER:
        return !facts->same_facts;
    case OWN:
        return facts->own;
    case POWERLESS:
        return !facts->authorized;
    case EARLY:
        return facts->too_early;
    case LATE:
        return facts->too_late;
    case REPLAYED:
        return facts->replayed;
    case APPROVES:
        return facts->approves;
    }
    CHECK(!"a guard");
}

RequestStep request_step(RequestState from, RequestEvent event, const RequestFacts *facts) {
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        const LifeRow *row = &LIFE[i];
        bool here = row->from == REQUEST_ANY || row->from == (int)from;
        if (here && row->event == event && guard_holds(row->guard, facts)) {
            RequestState to = row->to == REQUEST_ANY ? from : (RequestState)row->to;
            return (RequestStep){to, row->answer, row->reason};
        }
    }
    CHECK(!"an event that this state can have");
}

/* ---- the picture: what takes place, and from where nothing leads on; refusals of a waiting
 * request are drawn, since it is they that keep it waiting */

static void diagram_row(StrBuilder *text, const LifeRow *row) {
    const char *event = row->event == REQUEST_IS_RAISED ? "raised" : "decided";
    if (row->answer == ANSWER_DONE) {
        bool first = row->from == REQUEST_UNKNOWN;
        str_addf(text, "    %s --> %s: %s, %s\n", first ? "[*]" : STATES[row->from],
                 STATES[row->to], event, row->reason);
    } else if (row->from == REQUEST_WAITING) {
        str_addf(text, "    waiting --> waiting: refused, %s\n", row->reason);
    }
}

Str request_diagram(Arena *arena) {
    StrBuilder text = str_builder(arena, 4 << 10);
    str_add(&text, S("stateDiagram-v2\n"));
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        diagram_row(&text, &LIFE[i]);
    }
    str_add(&text, S("    approved --> [*]\n    rejected --> [*]\n"));
    CHECK(!text.full);
    return str_built(&text);
}
