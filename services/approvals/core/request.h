#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/id.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/act.h"
#include "contract/item_key.h"

/* A request and its life. The life is a table of rows (from, event, guard, to, answer, reason);
 * whatever happens to a request is looked up there, and the picture in README.md is printed from
 * it. */
typedef enum RequestState {
    REQUEST_UNKNOWN, /* never seen */
    REQUEST_WAITING,
    REQUEST_APPROVED,
    REQUEST_REJECTED,
    REQUEST_STATE_COUNT,
} RequestState;

typedef enum RequestEvent {
    REQUEST_IS_RAISED,
    REQUEST_IS_DECIDED, /* somebody sent a decision about it */
} RequestEvent;

/* What comes of an event: it takes place, or why it does not. */
typedef enum Answer {
    ANSWER_DONE,
    ANSWER_NOTHING,  /* a repetition */
    ANSWER_CONFLICT, /* the writer contradicts itself */
    ANSWER_UNKNOWN_REQUEST,
    ANSWER_ALREADY_DECIDED,
    ANSWER_BAD_SIGNATURE,
    ANSWER_NO_AUTHORITY,
    ANSWER_OWN_REQUEST,
    ANSWER_OTHER_FACTS,
    ANSWER_OUT_OF_TIME,
    ANSWER_COUNT,
} Answer;

/* What a guard may look at: facts about an event, found before the table is asked. */
typedef struct RequestFacts {
    bool same_content; /* of a request that is raised again */
    bool proven;       /* the signature fits the bytes and the person's key */
    bool readable;     /* what was signed is a whole decision */
    bool same_facts;   /* hash, amount, creditor and customer are the request's */
    bool own;          /* who decides is who asked */
    bool authorized;   /* the tier of the amount names who decides */
    bool too_early;
    bool too_late;
    bool replayed; /* its nonce was used by a decision that counted */
    bool approves;
} RequestFacts;

typedef enum RequestKind {
    REQUEST_NO_KIND,
    REQUEST_WRITE_OFF,
    REQUEST_WAIVER, /* of interest and costs */
    REQUEST_KIND_COUNT,
} RequestKind;

enum { REQUEST_ITEMS_MAX = 100, REQUEST_REMINDERS_MAX = 100, REQUEST_REASON_MAX = 1000 };

typedef struct RequestItem {
    ItemKey key;
    Money open;
    Money amount; /* what of it is to be given up, less than is open; 0: all of it */
    Date due_on;
} RequestItem;

typedef struct Reminder {
    int32_t level;
    Date issued_on;
    Str outcome;
} Reminder;

/* As it was raised; nothing of it ever changes but the state. */
typedef struct Request {
    Str id;
    RequestKind kind;
    Account account;
    Money amount; /* sum of what is to be given up of the items */
    const RequestItem *items;
    int item_count; /* 1 to REQUEST_ITEMS_MAX */
    Str requester;
    Str reason;
    WriteOffReason code; /* of a write-off */
    Date requested_on;
    int32_t days_past_due;
    const Reminder *reminders;
    int reminder_count;
    Str credit_band; /* empty: not known */
    int32_t credit_score;
    Str hash; /* 32 bytes: SHA-256 over the request as it stands in its record */
} Request;

typedef struct RequestStep {
    RequestState to;
    Answer answer;
    const char *reason; /* a clause for a person */
} RequestStep;

const char *request_state_name(RequestState state);
bool request_state_parse(Str name, RequestState *state) MUST_USE;
const char *request_kind_name(RequestKind kind);
bool request_kind_parse(Str name, RequestKind *kind) MUST_USE;
/* "bad_signature", for people, tests and the table of decisions. */
const char *answer_name(Answer answer);

/* What the table says; changes nothing. */
RequestStep request_step(RequestState from, RequestEvent event, const RequestFacts *facts);
/* The table as a mermaid state diagram. */
Str request_diagram(Arena *arena);
