#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/id.h"
#include "contract/act.h"
#include "ledger/core/accrued.h"
#include "ledger/core/agreed.h"
#include "ledger/core/assigned.h"
#include "ledger/core/credit.h"
#include "ledger/core/document.h"
#include "ledger/core/item.h"
#include "ledger/core/journal.h"
#include "ledger/core/reminded.h"
#include "ledger/core/statement.h"
#include "ledger/core/transfer.h"

/* One account's book, as far as a batch needs it: every open item, the closed ones and the
 * documents that the batch names, every credit with something unapplied (in suspense those that the
 * batch names, since there is nothing to be paid), every hold in force. An
 * account that is only sent invoices needs none of its open ones: what deciding on an invoice asks
 * of the others is in open_total and next_due.
 *
 * The store fills it; deciding changes this copy and adds journal entries; the store writes what is
 * marked as changed, and all entries. The arena owns the rows, and adding one may move the others
 * of its list: no pointer to a row is kept across an addition to the same list. */
typedef struct Hold {
    Str topic;
    int32_t partition;
    int64_t offset;
    Str reason;
    Str sentence;
    Date held_on;
    Date cleared_on; /* DATE_NONE: in force */
    bool changed;
} Hold;

/* Why something was given up: kept beside the entries that name the document. */
typedef struct Ground {
    Str document; /* the approved request, or the reference of a standing approval */
    WriteOffReason code;
    Str reason;
    bool standing;
    Date recorded_on;
} Ground;

/* An invoice stands in a request that is not decided yet. */
typedef struct Asked {
    Str request;
    Str invoice;
    bool over;
    bool is_new; /* not stored yet */
} Asked;

typedef struct Book {
    Arena *arena;
    int32_t task;
    Account account;
    int64_t number;      /* of the account, the store's short name for it */
    int64_t last_entry;  /* number of the last journal entry */
    Date next_due;       /* first day whose end has something to do here; DATE_NONE: none */
    int64_t open_total;  /* minor units of all open items, whatever their currency */
    bool bears_interest; /* one of its items was issued under a regime */
    bool has_pauses;     /* there ever was one */
    bool is_new;         /* the account is not stored yet */
    bool changed;        /* since it was loaded, anything at all */

    Item *items;
    Credit *credits;
    Document *documents;
    Hold *holds;
    Pause *pauses;           /* of the invoices in question, and those that the batch ends */
    DueChange *dues;         /* new ones, and those of items that bear interest */
    Detail *details;         /* of the invoices that the batch names */
    Accrued *accrued;        /* of the invoices that are in the book */
    Entry *past;             /* what was done before that the batch asks about */
    Entry *entries;          /* new ones, in order */
    Move *moves;             /* of the payments that the batch takes back, and new ones */
    Assignment *assignments; /* that are pending, and new ones */
    Reminder *reminders;     /* that the batch is about, and of the invoices that it takes back */
    Reminded *reminded;      /* of the invoices that the batch takes back, and new ones */
    Statement *statements;   /* that the batch answers, and new ones; with the next two */
    StatementBalance *statement_balances;
    StatementLine *statement_lines; /* of an answered one those that are disputed */
    Ground *grounds;                /* new ones */
    Asked *asked;                   /* where a day ends or a request is heard of, and new ones */
    int item_count;
    int credit_count;
    int document_count;
    int hold_count;
    int pause_count;
    int due_count;
    int detail_count;
    int accrued_count;
    int past_count;
    int entry_count;
    int move_count;
    int assignment_count;
    int reminder_count;
    int reminded_count;
    int statement_count;
    int statement_balance_count;
    int statement_line_count;
    int ground_count;
    int asked_count;
    int item_room;
    int credit_room;
    int document_room;
    int hold_room;
    int pause_room;
    int due_room;
    int detail_room;
    int accrued_room;
    int past_room;
    int entry_room;
    int move_room;
    int assignment_room;
    int reminder_room;
    int reminded_room;
    int statement_room;
    int statement_balance_room;
    int statement_line_room;
    int ground_room;
    int asked_room;
} Book;

/* Each returns the added row. */
Item *book_add_item(Book *book, Item item);
Credit *book_add_credit(Book *book, Credit credit);
Document *book_add_document(Book *book, Document document);
Hold *book_add_hold(Book *book, Hold hold);
Pause *book_add_pause(Book *book, Pause pause);
DueChange *book_add_due(Book *book, DueChange due);
Detail *book_add_detail(Book *book, Detail detail);
Accrued *book_add_accrued(Book *book, Accrued accrued);
Entry *book_add_past(Book *book, Entry entry);
Move *book_add_move(Book *book, Move move);
Assignment *book_add_assignment(Book *book, Assignment assignment);
Reminder *book_add_reminder(Book *book, Reminder reminder);
Reminded *book_add_reminded(Book *book, Reminded reminded);
Statement *book_add_statement(Book *book, Statement statement);
StatementBalance *book_add_statement_balance(Book *book, StatementBalance balance);
StatementLine *book_add_statement_line(Book *book, StatementLine line);
Ground *book_add_ground(Book *book, Ground ground);
Asked *book_add_asked(Book *book, Asked asked);
/* Numbers the entry; one that moves nothing stops the program. */
void book_post(Book *book, Entry entry);
/* What the book knows of the journal, of past batches and then of this one. */
int book_known_count(const Book *book);
const Entry *book_known(const Book *book, int place);

/* An item's open amount has grown by that much, or become less. */
void book_note_open(Book *book, int64_t minor);

/* NULL when it is not in the book. */
Item *book_find_item(const Book *book, ItemKey key);
/* The items of an invoice one after the other, by charge and instalment, wherever they stand in the
 * book: the one after `last`, or the first when it is NULL. NULL: there is none. */
Item *book_next_of(const Book *book, Str invoice, const Item *last);
Credit *book_find_credit(const Book *book, CreditKind kind, Str number);
Pause *book_find_pause(const Book *book, Str number);
Detail *book_find_detail(const Book *book, Str invoice);
Reminder *book_find_reminder(const Book *book, Str id);
/* The one issued last that stands on an invoice, of one day by its id; NULL: none does. */
const Reminder *book_standing_reminder(const Book *book, Str invoice);
/* Of an item of the book; NULL: it bears no interest. */
Accrued *book_accrued_of(const Book *book, const Item *item);
/* Every row of interest to its item, once all of both are there. */
void book_link_accrued(Book *book);
/* Invoices, debit notes and plans share one series of numbers: who pays names them by number alone.
 */
const Document *book_find_document(const Book *book, DocumentKind kind, Str number);
Hold *book_find_hold(const Book *book, Str topic, int32_t partition, int64_t offset);
bool hold_is_in_force(const Hold *hold);
bool book_is_held(const Book *book);
bool book_has_credit(const Book *book);
bool book_has_pending(const Book *book); /* an assignment */
Statement *book_find_statement(const Book *book, Str number);
StatementLine *book_find_statement_line(const Book *book, Str statement, ItemKey item);
