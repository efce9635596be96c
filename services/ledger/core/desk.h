#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "ledger/core/book.h"
#include "ledger/core/fact.h"
#include "ledger/core/rules.h"

/* The desk of one decision: an account's book, the open day and the rules in force on one side,
 * what is said about it on the other. */
typedef struct Desk {
    Arena *arena;
    Book *book;
    Date day; /* open: the record date */
    const LedgerRules *rules;
    const Aging *aging;
    const Bookkeeping *keeping; /* of the creditor */
    const Calendar *calendar;   /* by which due days move; NULL: they stay */
    bool adds;                  /* a new invoice is decided on: of others the book knows nothing */
    Date sealed_until;          /* last sealed day of the creditor; DATE_NONE: none */
    Fact *facts;                /* in order */
    int fact_count;
    int fact_room;
} Desk;

void desk_say(Desk *desk, Fact fact);
/* An entry into the book, recorded on the open day. */
void desk_post(Desk *desk, Entry entry);
/* From now on the document's number is taken. */
void desk_accept(Desk *desk, const Document *document);
/* The document is not accepted; the sentence says why and what to do. */
void desk_refuse(Desk *desk, RefusedFor reason, const Document *document, const char *format, ...)
    PRINTF(4, 5);

/* A due day as agreed, or the next day on which banks are open, where the creditor wants that. */
Date desk_due_day(const Desk *desk, Date agreed);
/* The instalments with such due days. */
const Instalment *desk_due_days(const Desk *desk, const Instalment *parts, int count);

Date later_of(Date a, Date b);
/* DATE_NONE is no day, not an early one. */
Date sooner_of(Date a, Date b);
/* whole - part, where part is no more than the whole. */
Money rest_of(Money whole, Money part);
