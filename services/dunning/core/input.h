#pragma once

#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/act.h"
#include "contract/envelope.h"
#include "dunning/core/debtor.h"
#include "dunning/core/reminder.h"

/* What comes to dunning about one account, as plain structs: the ledger's events, contacts, credit
 * states, answers of approvals, outcomes of attempts to send, and the end of a day.
 *
 * wire/ makes them from messages; all texts point into the batch. */
typedef enum DunningInputKind {
    DUNNING_NOTHING, /* understood, and no business of dunning's */
    DUNNING_POSTED,  /* an invoice came into being, or a charge on one */
    DUNNING_ALLOCATED,
    DUNNING_REDUCED,     /* otherwise than by credit: discount, tolerance, agreement */
    DUNNING_REOPENED,    /* what had reduced an item is gone */
    DUNNING_CANCELLED,   /* an invoice was taken back, with all that is of it */
    DUNNING_WRITTEN_OFF, /* or a part of it, by a request */
    DUNNING_DUE_CHANGED,
    DUNNING_CREDITED, /* money or a credit note came in */
    DUNNING_SPENT,    /* credit that waited is gone: recovered, reversed, given back */
    DUNNING_PAUSED,
    DUNNING_PAUSE_ENDED,
    DUNNING_REQUEST_NEWS,
    DUNNING_HELD,      /* by another service */
    DUNNING_HELD_HERE, /* dunning itself could not read a record */
    DUNNING_HOLD_CLEARED,
    DUNNING_PROPOSED, /* a person proposes what needs approval */
    DUNNING_SETTLED,  /* a person says what became of a reminder */
    DUNNING_RESEND,   /* a person wants one sent once more */
    DUNNING_CONTACT,
    DUNNING_CREDIT,
    DUNNING_OUTCOME,
    DUNNING_DAY_END, /* the open day ends and the account may have something due */
} DunningInputKind;

typedef struct InstalmentNews {
    Money amount;
    Date due_on;
} InstalmentNews;

typedef struct InvoiceNews {
    ItemKey key;  /* DUNNING_CANCELLED: the number alone */
    Money open;   /* what is open from now on */
    Money amount; /* what was applied, came in or is gone */
    Date due_on;  /* DUNNING_POSTED, _REOPENED, _DUE_CHANGED; the first instalment's */
    Str request;  /* DUNNING_WRITTEN_OFF */
    const InstalmentNews *instalments; /* DUNNING_POSTED; the first one is due first */
    int32_t instalment_count;          /* 0 to ITEM_INSTALMENTS_MAX; 0: due as a whole */
} InvoiceNews;

typedef struct PauseNews {
    Str number;
    Str invoice;    /* DUNNING_PAUSED, like the next */
    Date starts_on; /* the first day on which the clock stands still */
    Date ends_on;   /* the first one on which it runs again; DATE_NONE: not known yet */
} PauseNews;

/* Of an item; no amount: all that is open. */
typedef struct ProposedPart {
    ItemKey item;
    Money amount;
} ProposedPart;

/* All that is open on invoices, or parts of items. */
typedef struct Proposal {
    Act act;
    Str number;
    const Str *invoices;
    int invoice_count; /* 1 to REQUEST_ITEMS_MAX, or none and parts */
    const ProposedPart *parts;
    int part_count; /* 0 to REQUEST_ITEMS_MAX, each item once */
    Str reason;
    WriteOffReason code;
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
        PauseNews pause;
        RequestNews request;
        Held held; /* DUNNING_HELD; DUNNING_HOLD_CLEARED: which */
        Proposal proposal;
        Word word;
        Contact contact; /* hash empty: erased */
        CreditState credit;
        Attempted attempted;
    };
} DunningInput;
