#include "ledger/core/assignment.h"

#include <stdlib.h>

#include "base/check.h"
#include "ledger/core/way_out.h"

static void say(Desk *desk, FactKind kind, const Assignment *assignment, const char *why) {
    desk_say(desk, (Fact){.kind = kind,
                          .assignment = {.item = assignment->key,
                                         .number = assignment->sale,
                                         .open = assignment->open,
                                         .price = assignment->price,
                                         .settles_on = assignment->settles_on,
                                         .why = why}});
}

void assignment_agree(Desk *desk, const LedgerInput *input, const Money *prices) {
    const DebtReduction *sale = &input->reduction;
    for (int i = 0; i < sale->part_count; i++) {
        const Item *item = book_find_item(desk->book, sale->parts[i].item);
        const Assignment *agreed =
            book_add_assignment(desk->book, (Assignment){.sale = input->document.number,
                                                         .key = item->key,
                                                         .open = item->open,
                                                         .price = prices[i],
                                                         .settles_on = sale->effective_on,
                                                         .state = ASSIGNMENT_PENDING,
                                                         .recorded_on = desk->day,
                                                         .changed = true});
        say(desk, FACT_ASSIGNMENT_PENDING, agreed, NULL);
    }
}

const Assignment *assignment_pending(const Book *book, ItemKey key) {
    for (int i = 0; i < book->assignment_count; i++) {
        const Assignment *assignment = &book->assignments[i];
        if (assignment->state == ASSIGNMENT_PENDING && item_key_equals(assignment->key, key)) {
            return assignment;
        }
    }
    return NULL;
}

/* ---- the day has come */

/* The price that was agreed on, for what is left: never more than that. */
static Money price_of(const Assignment *assignment, Money open) {
    return money_share(open, assignment->price.minor, assignment->open.minor, ROUNDING_HALF_EVEN);
}

static void end(Assignment *assignment, AssignmentState state) {
    assignment->state = state;
    assignment->changed = true;
}

static void settle(Desk *desk, Assignment *assignment) {
    Item *item = book_find_item(desk->book, assignment->key);
    if (item == NULL || item->state != ITEM_OPEN) {
        end(assignment, ASSIGNMENT_DROPPED);
        say(desk, FACT_ASSIGNMENT_DROPPED, assignment, "nothing is open any more");
        return;
    }
    end(assignment, ASSIGNMENT_ACTIVE);
    sell_item(desk, item,
              &(Sale){assignment->sale, price_of(assignment, item->open), assignment->settles_on});
}

static int by_day(const void *a, const void *b) {
    return assignment_compare(a, b);
}

void assignment_settle(Desk *desk) {
    Book *book = desk->book;
    if (book->assignment_count == 0) {
        return;
    }
    /* However they came into the book. */
    qsort(book->assignments, (size_t)book->assignment_count, sizeof *book->assignments, by_day);
    for (int i = 0; i < book->assignment_count; i++) {
        Assignment *assignment = &book->assignments[i];
        if (assignment->state == ASSIGNMENT_PENDING &&
            date_compare(assignment->settles_on, desk->day) <= 0) {
            settle(desk, assignment);
        }
    }
}

/* ---- taken back before */

bool assignment_take_back(Desk *desk, Str sale) {
    bool any = false;
    for (int i = 0; i < desk->book->assignment_count; i++) {
        Assignment *assignment = &desk->book->assignments[i];
        if (assignment->state == ASSIGNMENT_PENDING && str_equals(assignment->sale, sale)) {
            end(assignment, ASSIGNMENT_DROPPED);
            say(desk, FACT_ASSIGNMENT_DROPPED, assignment, "the sale was taken back");
            any = true;
        }
    }
    return any;
}

Date assignment_next_due(const Book *book) {
    Date next = DATE_NONE;
    for (int i = 0; i < book->assignment_count; i++) {
        const Assignment *assignment = &book->assignments[i];
        if (assignment->state == ASSIGNMENT_PENDING) {
            next = sooner_of(next, assignment->settles_on);
        }
    }
    return next;
}
