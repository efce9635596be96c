#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/item_key.h"
#include "policy/ladder.h"
#include "policy/scorecard.h"

/* A reminder and its life. It is issued once; each attempt sends it at most once; what became of it
 * is an outcome, or a person's word. The life is a table of rows (from, event, guard, to, answer,
 * reason), and the picture in README.md is printed from it. */
typedef enum ReminderState {
    REMINDER_UNKNOWN, /* never issued */
    REMINDER_ISSUED,
    REMINDER_SENT,
    REMINDER_FAILED,
    REMINDER_UNCERTAIN,
    REMINDER_WITHDRAWN,
    REMINDER_STATE_COUNT,
} ReminderState;

typedef enum ReminderEvent {
    REMINDER_WAS_DONE, /* outcomes of an attempt */
    REMINDER_WAS_REFUSED,
    REMINDER_WAS_WITHDRAWN,
    REMINDER_IS_UNCERTAIN,
    REMINDER_SETTLED_SENT, /* a person's words */
    REMINDER_SETTLED_NOT_SENT,
    REMINDER_RESEND_WANTED,
} ReminderEvent;

/* What a guard may look at. */
typedef struct ReminderFacts {
    bool stale;        /* the outcome is of an attempt before the last one */
    bool newer_exists; /* of the same customer and currency */
} ReminderFacts;

typedef enum ReminderAnswer {
    REMINDER_DONE,
    REMINDER_NOTHING,
    REMINDER_NOT_POSSIBLE, /* a person's wish that is refused, with the reason */
} ReminderAnswer;

typedef struct ReminderStep {
    ReminderState to;
    ReminderAnswer answer;
    const char *reason;
} ReminderStep;

ReminderStep reminder_step(ReminderState from, ReminderEvent event, const ReminderFacts *facts);

enum { REMINDER_ITEMS_MAX = 100 };

typedef struct ReminderItem {
    ItemKey key;
    Money open;
    Date due_on;
    int32_t
        level_before; /* of the item, so that a reminder that did not go out counts for nothing */
    int32_t level_after;
} ReminderItem;

typedef struct Reminder {
    Str id;
    ReminderState state;
    int32_t level; /* from 1 */
    Str level_name;
    Tone tone;
    Date issued_on;
    Date reminded_before; /* the one before it; DATE_NONE: none */
    Money total;          /* of all overdue items */
    const ReminderItem *items;
    int item_count;
    int items_left_out;
    int32_t attempt; /* the last one that is known of */
    Str ladder_hash;
    Band band; /* BAND_NONE: none was known; then the next three are zero */
    int32_t score;
    int64_t credit_epoch;
    int64_t credit_version;
    Str contact_hash;
    /* the mail */
    Str from_name;
    Str from;
    Str reply_to;
    Str to_name;
    Str to;
    Str subject;
    Str body;
    /* what became of it */
    Str sentence; /* the mail server's or a person's words; may be empty */
    Str said_by;  /* the person; empty: nobody had to say */
    bool issued;  /* in this batch: all of it is new */
    bool changed; /* in this batch: state, attempt, sentence, said_by */
} Reminder;

/* "issued", as tables and answers call it. */
const char *reminder_state_name(ReminderState state);
bool reminder_state_parse(Str name, ReminderState *state) MUST_USE;
/* As evidence calls it: "pending", "sent", "failed", "uncertain"; NULL: no evidence of anything. */
const char *reminder_as_evidence(ReminderState state);

Str reminder_diagram(Arena *arena);
