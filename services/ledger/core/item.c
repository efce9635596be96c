/* The life of an item, as a table. */
#include "ledger/core/item.h"

#include <stdlib.h>

#include "base/check.h"

typedef enum Guard {
    ALWAYS,
    SOMETHING_LEFT,
    REST_GIVEN_UP,
    NOTHING_LEFT,
    UNTOUCHED,
    TOUCHED,
    REMINDED,
    A_PLAN,
    MONEY_GONE,
    GIVEN_BACK,
    GIVEN_UP_IN_PART,
    AS_APPROVED
} Guard;

typedef struct LifeRow {
    ItemState from;
    ItemEvent event;
    Guard guard;
    ItemState to;
    ItemAnswer answer;
    const char *reason;
} LifeRow;

/* Names without their family, so that a row is a line. */
#define ROW(from, event, guard, to, answer, reason)                                                \
    { ITEM_##from, ITEM_IS_##event, guard, ITEM_##to, ANSWER_##answer, reason }

/* What a closed item says to what people want of it. */
#define CLOSED_ROWS(state, to_cancel, reason)                                                      \
    ROW(state, CANCELLED, ALWAYS, state, to_cancel, reason),                                       \
        ROW(state, PROPOSED, ALWAYS, state, CLOSED, reason),                                       \
        ROW(state, EXTENDED, ALWAYS, state, CLOSED, reason),                                       \
        ROW(state, AGREED, ALWAYS, state, CLOSED, reason),                                         \
        ROW(state, WRITTEN_OFF, ALWAYS, state, CHANGED, reason)

/* What was never revenue cannot be taken back out of it, however much of it is paid. */
#define PLANNED  "it is a plan and stands in the place of the invoices it lists"
#define GONE     "it is owed for money that is gone again"
#define CREDITED "a charge on it was given back as credit"

/* The first row that fits counts. */
/* clang-format off */
static const LifeRow LIFE[] = {
    ROW(UNKNOWN,     ISSUED,      ALWAYS,         OPEN,        DONE,    "on the books"),
    ROW(OPEN,        REDUCED,     SOMETHING_LEFT, OPEN,        DONE,    "paid in part"),
    ROW(OPEN,        REDUCED,     REST_GIVEN_UP,  WRITTEN_OFF, DONE,    "the rest is given up"),
    ROW(OPEN,        REDUCED,     NOTHING_LEFT,   SETTLED,     DONE,    "nothing is left to pay"),
    ROW(OPEN,        CANCELLED,   A_PLAN,         OPEN,        PLAN,    PLANNED),
    ROW(SETTLED,     CANCELLED,   A_PLAN,         SETTLED,     PLAN,    PLANNED),
    ROW(OPEN,        CANCELLED,   MONEY_GONE,     OPEN,        MONEY_GONE, GONE),
    ROW(SETTLED,     CANCELLED,   MONEY_GONE,     SETTLED,     MONEY_GONE, GONE),
    ROW(OPEN,        CANCELLED,   REMINDED,       OPEN,        REMINDED, "a reminder names it"),
    ROW(OPEN,        CANCELLED,   GIVEN_BACK,     OPEN,        IN_USE,  CREDITED),
    ROW(OPEN,        CANCELLED,   UNTOUCHED,      CANCELLED,   DONE,    "taken back as a whole"),
    ROW(OPEN,        CANCELLED,   GIVEN_UP_IN_PART, OPEN,      IN_USE,  "a part of it is given up"),
    ROW(OPEN,        CANCELLED,   TOUCHED,        OPEN,        IN_USE,  "something was applied"),
    ROW(OPEN,        PROPOSED,    ALWAYS,         OPEN,        DONE,    "noted"),
    ROW(OPEN,        WRITTEN_OFF, AS_APPROVED,    WRITTEN_OFF, DONE,    "given up"),
    ROW(OPEN,        WRITTEN_OFF, ALWAYS,         OPEN,        CHANGED, "another amount is open"),
    ROW(WRITTEN_OFF, RECOVERED,   ALWAYS,         WRITTEN_OFF, DONE,    "recovered"),
    ROW(OPEN,        RECOVERED,   ALWAYS,         OPEN,        DONE,    "recovered"),
    ROW(RELEASED,    RECOVERED,   ALWAYS,         RELEASED,    DONE,    "recovered"),
    ROW(ASSIGNED,    RECOVERED,   ALWAYS,         ASSIGNED,    DONE,    "recovered"),
    ROW(RESTRUCTURED, RECOVERED,  ALWAYS,         RESTRUCTURED, DONE,   "recovered"),
    ROW(WRITTEN_OFF, UNRECOVERED, ALWAYS,         WRITTEN_OFF, DONE,    "no longer recovered"),
    ROW(OPEN,        UNRECOVERED, ALWAYS,         OPEN,        DONE,    "no longer recovered"),
    ROW(SETTLED,     UNRECOVERED, ALWAYS,         WRITTEN_OFF, DONE,    "no longer recovered"),
    ROW(RELEASED,    UNRECOVERED, ALWAYS,         RELEASED,    DONE,    "no longer recovered"),
    ROW(ASSIGNED,    UNRECOVERED, ALWAYS,         ASSIGNED,    DONE,    "no longer recovered"),
    ROW(RESTRUCTURED, UNRECOVERED, ALWAYS,        RESTRUCTURED, DONE,   "no longer recovered"),
    ROW(OPEN,        REOPENED,    ALWAYS,         OPEN,        DONE,    "more of it is open again"),
    ROW(SETTLED,     REOPENED,    ALWAYS,         OPEN,        DONE,    "what had paid it is gone"),
    ROW(WRITTEN_OFF, REOPENED,    ALWAYS,         OPEN,        DONE,    "open again"),
    ROW(RELEASED,    REOPENED,    ALWAYS,         OPEN,        DONE,    "what had paid it is gone"),
    ROW(ASSIGNED,    REOPENED,    ALWAYS,         OPEN,        DONE,    "bought back"),
    ROW(CANCELLED,   REOPENED,    ALWAYS,         OPEN,        DONE,    "bought back"),
    ROW(RESTRUCTURED, REOPENED,   ALWAYS,         OPEN,        DONE,    "what had paid it is gone"),
    ROW(OPEN,        EXTENDED,    ALWAYS,         OPEN,        DONE,    "due later"),
    ROW(OPEN,        AGREED,      SOMETHING_LEFT, OPEN,        DONE,    "less is owed"),
    ROW(OPEN,        AGREED,      NOTHING_LEFT,   RELEASED,    DONE,    "nothing is owed any more"),
    ROW(OPEN,        SOLD,        NOTHING_LEFT,   ASSIGNED,    DONE,    "owed to the buyer"),
    ROW(OPEN,        RESTRUCTURED, NOTHING_LEFT,  RESTRUCTURED, DONE,   "owed by a plan instead"),
    ROW(OPEN,        WRITTEN_OFF_IN_PART, SOMETHING_LEFT, OPEN, DONE,   "the rest is owed"),

    ROW(UNKNOWN,     CANCELLED,   ALWAYS,         UNKNOWN,     UNKNOWN, "it is not known"),
    ROW(UNKNOWN,     PROPOSED,    ALWAYS,         UNKNOWN,     UNKNOWN, "it is not known"),
    ROW(UNKNOWN,     WRITTEN_OFF, ALWAYS,         UNKNOWN,     CHANGED, "it is not known"),
    ROW(UNKNOWN,     EXTENDED,    ALWAYS,         UNKNOWN,     UNKNOWN, "it is not known"),
    ROW(UNKNOWN,     AGREED,      ALWAYS,         UNKNOWN,     UNKNOWN, "it is not known"),
    CLOSED_ROWS(SETTLED,      IN_USE, "it is paid"),
    CLOSED_ROWS(CANCELLED,    CLOSED, "it is cancelled"),
    CLOSED_ROWS(WRITTEN_OFF,  CLOSED, "it is written off"),
    CLOSED_ROWS(RELEASED,     CLOSED, "it was released by agreement"),
    CLOSED_ROWS(ASSIGNED,     CLOSED, "it is sold"),
    CLOSED_ROWS(RESTRUCTURED, CLOSED, "it is owed by a plan instead"),
};
/* clang-format on */

static const char *const STATES[ITEM_STATE_COUNT] = {
    [ITEM_UNKNOWN] = "unknown",         [ITEM_OPEN] = "open",
    [ITEM_SETTLED] = "settled",         [ITEM_CANCELLED] = "cancelled",
    [ITEM_WRITTEN_OFF] = "written_off", [ITEM_RELEASED] = "released",
    [ITEM_ASSIGNED] = "assigned",       [ITEM_RESTRUCTURED] = "restructured",
};

const char *item_state_name(ItemState state) {
    CHECK(state < ITEM_STATE_COUNT);
    return STATES[state];
}

bool item_state_parse(Str name, ItemState *state) {
    for (ItemState i = ITEM_OPEN; i < ITEM_STATE_COUNT; i++) {
        if (str_equals(str_of(STATES[i]), name)) {
            *state = i;
            return true;
        }
    }
    return false;
}

static bool guard_holds(Guard guard, const Item *item, Money approved) {
    if (item == NULL) {
        return guard == ALWAYS;
    }
    switch (guard) {
    case ALWAYS:
        return true;
    case SOMETHING_LEFT:
        return !money_is_zero(item->open);
    case REST_GIVEN_UP:
        return money_is_zero(item->open) && !money_is_zero(item->written_off);
    case NOTHING_LEFT:
        return money_is_zero(item->open);
    case UNTOUCHED:
        return money_compare(item->open, item->amount) == 0;
    case TOUCHED:
        return money_compare(item->open, item->amount) != 0;
    case REMINDED:
        return item->reminded;
    case A_PLAN:
        return item->origin == ORIGIN_PLAN;
    case MONEY_GONE:
        return item->origin == ORIGIN_MONEY_GONE;
    case GIVEN_BACK:
        return item->given_back;
    case GIVEN_UP_IN_PART:
        return !money_is_zero(item->written_off);
    case AS_APPROVED:
        return currency_equals(approved.currency, item->open.currency) &&
               money_compare(approved, item->open) == 0;
    }
    CHECK(!"a guard");
}

ItemStep item_step(const Item *item, ItemEvent event, Money approved) {
    ItemState from = item == NULL ? ITEM_UNKNOWN : item->state;
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        const LifeRow *row = &LIFE[i];
        if (row->from == from && row->event == event && guard_holds(row->guard, item, approved)) {
            return (ItemStep){row->to, row->answer, row->reason};
        }
    }
    CHECK(!"an event that this state can have");
}

int item_compare(const Item *a, const Item *b) {
    int order = date_compare(a->due_on, b->due_on);
    return order != 0 ? order : item_key_compare(a->key, b->key);
}

static int by_age(const void *a, const void *b) {
    return item_compare(*(Item *const *)a, *(Item *const *)b);
}

void items_sort(Item **invoices, int count) {
    qsort(invoices, (size_t)count, sizeof(Item *), by_age);
}

/* ---- the picture: what takes place; refusals would only draw loops */

static const char *event_name(ItemEvent event) {
    switch (event) {
    case ITEM_IS_ISSUED:
        return "issued";
    case ITEM_IS_REDUCED:
        return "payment or credit note";
    case ITEM_IS_CANCELLED:
        return "cancellation";
    case ITEM_IS_PROPOSED:
        return "write-off proposed";
    case ITEM_IS_WRITTEN_OFF:
        return "write-off approved";
    case ITEM_IS_RECOVERED:
        return "payment";
    case ITEM_IS_UNRECOVERED:
        return "reversal of a recovery";
    case ITEM_IS_REOPENED:
        return "reversal";
    case ITEM_IS_EXTENDED:
        return "extension";
    case ITEM_IS_AGREED:
        return "concession, return or collateral";
    case ITEM_IS_SOLD:
        return "sale";
    case ITEM_IS_RESTRUCTURED:
        return "restructuring";
    case ITEM_IS_WRITTEN_OFF_IN_PART:
        return "write-off of a part approved";
    }
    CHECK(!"an event of an invoice");
}

Str item_diagram(Arena *arena) {
    StrBuilder text = str_builder(arena, 4 << 10);
    str_add(&text, S("stateDiagram-v2\n"));
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        const LifeRow *row = &LIFE[i];
        if (row->answer == ANSWER_DONE) {
            bool first = row->from == ITEM_UNKNOWN;
            str_addf(&text, "    %s --> %s: %s, %s\n", first ? "[*]" : STATES[row->from],
                     STATES[row->to], event_name(row->event), row->reason);
        }
    }
    CHECK(!text.full);
    return str_built(&text);
}
