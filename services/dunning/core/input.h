#pragma once

#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "dunning/core/debtor.h"
#include "dunning/core/reminder.h"

/* What comes to dunning about one account, as plain structs: the ledger's events, contacts, credit
 * states, answers of approvals, outcomes of attempts to send, and the end of a day.
 *
 * wire/ makes them from messages; all texts point into the batch. */
typedef enum DunningInputKind {
    DUNNING_NOTHING, /* understood, and no business of dunning's */
    DUNNING_POSTED,  /* an invoice came into being */
    DUNNING_ALLOCATED,
    DUNNING_CLOSED,   /* taken back or written off: nothing is open any more */
    DUNNING_CREDITED, /* money or a credit note came in */
    DUNNING_RECOVERED,
    DUNNING_REQUEST_NEWS,
    DUNNING_HELD,      /* by another service */
    DUNNING_HELD_HERE, /* dunning itself could not read a record */
    DUNNING_HOLD_CLEARED,
    DUNNING_PROPOSED, /* a person proposes a write-off */
    DUNNING_SETTLED,  /* a person says what became of a reminder */
    DUNNING_RESEND,   /* a person wants one sent once more */
    DUNNING_CONTACT,
    DUNNING_CREDIT,
    DUNNING_OUTCOME,
    DUNNING_DAY_END, /* the open day ends and the account may have something due */
} DunningInputKind;

typedef struct InvoiceNews {
    Str invoice;
    Money open;   /* what is open from now on */
    Money amount; /* what was applied, or came in */
    Date due_on;  /* DUNNING_POSTED */
    Str request;  /* DUNNING_CLOSED by a write-off: the request */
} InvoiceNews;

typedef struct Proposal {
    Str number;
    const Str *invoices;
    int invoice_count; /* 1 to REQUEST_ITEMS_MAX */
    Str reason;
    Str actor;
} Proposal;

/* A person's word about a reminder. */
typedef struct Word {
    Str number;
    Str reminder;
    bool went_out; /* DUNNING_SETTLED */
    Str reason;
    Str actor;
} Word;

typedef struct Attempted {
    Str reminder;
    int32_t attempt;
    ReminderEvent event;
    bool gave_up; /* of REMINDER_WAS_REFUSED: put off too often */
    int32_t code; /* of REMINDER_WAS_WITHDRAWN: why */
    Str sentence;
} Attempted;

typedef struct DunningInput {
    DunningInputKind kind;
    union {
        InvoiceNews invoice;
        RequestNews request;
        Held held; /* DUNNING_HELD; DUNNING_HOLD_CLEARED: which */
        Proposal proposal;
        Word word;
        Contact contact; /* hash empty: erased */
        CreditState credit;
        Attempted attempted;
    };
} DunningInput;
