#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/id.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/item_key.h"
#include "dunning/core/dunning.h"
#include "dunning/core/reminder.h"
#include "dunning/core/request.h"
#include "policy/scorecard.h"

/* One customer of one creditor, as dunning knows him: what is open, how he is reached, what was
 * sent, and what else there is to know.
 *
 * The store fills it; deciding changes this copy and marks what it changed; the store writes that.
 * The lists grow in the arena and are short enough to be searched from the front. */

/* One open item: an instalment of an invoice, or what was charged on it, as far as it is open. The
 * ladder passes over one that stands in a write-off request, until that request has come to
 * nothing, and over one whose invoice is paused. */
typedef struct Item {
    ItemKey key;
    int32_t instalments; /* that the invoice has; 0: none, or not known any more */
    Money open;          /* zero: closed, and forgotten with this batch */
    Date due_on;
    int32_t level; /* up to which its own age was reminded of; 0: never */
    Str request;   /* the write-off request it stands in; empty: none */
    bool rejected; /* that request was rejected: a person has to find another way */
    bool changed;
} Item;

/* Days on which the clock of an invoice stands still: from the first one to before the last. It may
 * be known before the invoice is. */
typedef struct Pause {
    Str number;
    Str invoice;
    Date starts_on;
    Date ends_on; /* DATE_NONE: not known yet */
    bool over;    /* forgotten with this batch */
    bool changed;
} Pause;

/* A record of the account that could not be read. */
typedef struct Hold {
    Str topic;
    int32_t partition;
    int64_t offset;
    bool here; /* dunning itself could not read it */
    Str reason;
    Str sentence;
    Date held_on;
    bool cleared;
    bool changed;
} Hold;

typedef struct Contact {
    Str hash; /* over the record that said it, 64 hex digits; empty: none is known */
    Str name;
    Str mail;     /* empty: none */
    bool refused; /* a mail server, or a person, says that this address takes nothing */
} Contact;

/* As scoring said it. */
typedef struct CreditState {
    Band band; /* BAND_NONE: none is known */
    int32_t score;
    int64_t epoch;
    int64_t version; /* 0: none is known; (epoch, version) orders the states */
    Date day;
} CreditState;

/* How much of him is loaded. A list that is not is empty and says nothing: whoever wants it stops
 * the program. */
typedef enum DebtorExtent {
    DEBTOR_ROW,      /* what is not a list */
    DEBTOR_DUNNINGS, /* and the dunnings; of the items there are those alone that the batch adds */
    DEBTOR_WHOLE,
} DebtorExtent;

typedef struct Debtor {
    Arena *arena;
    DebtorExtent extent;
    int32_t task;
    Account account;
    Date visit_on; /* the first day whose end may have something to do here; DATE_NONE: none */
    Contact contact;
    CreditState credit;        /* the latest */
    CreditState credit_before; /* the latest of an earlier day than that one's */
    Item *items;               /* open ones */
    int item_count;
    int item_room;
    Dunning *dunnings; /* one a currency */
    int dunning_count;
    int dunning_room;
    Pause *pauses; /* that are not over */
    int pause_count;
    int pause_room;
    Hold *holds; /* in force */
    int hold_count;
    int hold_room;
    Reminder *reminders; /* of open items, and those that the batch names; the earliest first */
    int reminder_count;
    int reminder_room;
    Request *requests; /* raised in this batch */
    int request_count;
    int request_room;
    RequestNews *news; /* what became of earlier ones, in this batch */
    int news_count;
    int news_room;
    bool erased;  /* in this batch: what was written to him is forgotten, too */
    bool changed; /* of the above, what is not a list */
} Debtor;

Item *debtor_add_item(Debtor *debtor, Item item);
Pause *debtor_add_pause(Debtor *debtor, Pause pause);
Hold *debtor_add_hold(Debtor *debtor, Hold hold);
Dunning *debtor_add_dunning(Debtor *debtor, Dunning dunning);
Reminder *debtor_add_reminder(Debtor *debtor, Reminder reminder);
void debtor_add_request(Debtor *debtor, Request request);
void debtor_add_news(Debtor *debtor, RequestNews news);

/* NULL: no such open item. */
Item *debtor_find_item(const Debtor *debtor, ItemKey key);
Pause *debtor_find_pause(const Debtor *debtor, Str number);
/* Whether the clock of the invoice stands still on that day; NULL: it runs. */
const Pause *debtor_paused(const Debtor *debtor, Str invoice, Date day);
Hold *debtor_find_hold(const Debtor *debtor, Str topic, int32_t partition, int64_t offset);
Reminder *debtor_find_reminder(const Debtor *debtor, Str id);
/* Begun when it is first asked for. */
Dunning *debtor_dunning(Debtor *debtor, Currency currency, Date day);
bool debtor_is_held(const Debtor *debtor);
/* What the close of a day may go by: the last state stamped before that day. */
const CreditState *debtor_credit(const Debtor *debtor, Date day);

/* Negative when `a` is the older debt: by due date, then key. */
int item_compare(const Item *a, const Item *b);
void items_sort(Item **items, int count);
