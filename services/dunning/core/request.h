#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/act.h"
#include "contract/item_key.h"
#include "policy/scorecard.h"

/* A request for an act that needs approval, as dunning raises it: for itself, or for a person who
 * proposed it. The evidence is what was known when it was raised. */
enum { REQUEST_ITEMS_MAX = 100, REQUEST_REMINDERS_MAX = 100 };

/* An open item, as it stood. */
typedef struct RequestItem {
    ItemKey key;
    Money open;
    Money amount; /* what of it is to be given up, above zero */
    Date due_on;
} RequestItem;

typedef struct RequestReminder {
    int32_t level;
    Date issued_on;
    Str outcome; /* "sent", "failed", "uncertain", "pending" */
} RequestReminder;

typedef struct Request {
    Str id;
    Act act;
    Money amount; /* sum of what is to be given up of the items */
    const RequestItem *items;
    int item_count;
    Str requester; /* an actor, or "system" */
    Str reason;
    WriteOffReason code; /* of a write-off */
    Str proposal;        /* the person's number of it; empty: dunning's own */
    Date requested_on;
    int32_t days_past_due; /* of the oldest item */
    const RequestReminder *reminders;
    int reminder_count;
    Band band; /* BAND_NONE: none is known */
    int32_t score;
} Request;

typedef enum RequestState {
    REQUEST_WAITING,
    REQUEST_APPROVED, /* the ledger has not said yet what came of it */
    REQUEST_REJECTED,
    REQUEST_REFUSED, /* approved, and not posted: the facts had changed */
    REQUEST_POSTED,
    REQUEST_STATE_COUNT,
} RequestState;

/* A request of dunning's came to this. */
typedef struct RequestNews {
    Str request;
    RequestState state;
    Act act; /* REQUEST_REJECTED */
} RequestNews;

const char *request_state_name(RequestState state);
