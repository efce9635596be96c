#pragma once

#include "base/arena.h"
#include "base/date.h"
#include "base/id.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/item_key.h"
#include "policy/creditor.h"
#include "policy/ladder.h"

/* A reminder as the customer reads it: the words of a level, filled, and around them what every
 * letter says alike: the table of items, how to pay, who writes.
 *
 * Plain UTF-8 text with LF at the end of each line and at most 72 columns, unless a single word is
 * longer; a column is a code point. The same facts give the same bytes. The subject is one line.
 *
 * A letter that would be wrong is never written: a total that is not the sum of the items, an item
 * that is not overdue, or a text with a control character (str_is_line) stops. */
enum { LETTER_COLUMNS = 72, LETTER_ITEMS_MAX = 100 };

typedef struct LetterItem {
    ItemKey key;
    int32_t instalments; /* that the invoice has; 0: not known */
    Money open;          /* above zero */
    Date due_on;
} LetterItem;

typedef struct LetterFacts {
    const Creditor *creditor;
    const LadderLevel *level;
    Tone tone;
    Str customer_name;
    Account account;
    Str reminder;            /* its id: with the account, the reference to quote */
    Date issued_on;          /* the day whose close decided on it; terms count from here */
    const LetterItem *items; /* overdue, the oldest first, of one currency */
    int item_count;          /* 1 to LETTER_ITEMS_MAX */
    int items_left_out;      /* overdue too, and not listed */
    Money total;             /* of all overdue items, those left out included */
} LetterFacts;

typedef struct Letter {
    Str subject;
    Str body;
} Letter;

/* Both live in the arena. */
Letter letter_write(const LetterFacts *facts, Arena *arena);
