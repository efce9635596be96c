/* The lists of a book: they grow in the arena, and are short enough to be searched from the front.
 */
#include "ledger/core/book.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { FIRST_ROOM = 4 };

/* The rows, moved to a larger place when there is no room for one more. */
static void *with_room(Book *book, void *rows, ptrdiff_t size, int count, int *room) {
    if (count < *room) {
        return rows;
    }
    *room = count < FIRST_ROOM ? FIRST_ROOM : 2 * count;
    void *moved = arena_get(book->arena, size, *room);
    if (count > 0) {
        memcpy(moved, rows, (size_t)(size * count));
    }
    return moved;
}

Item *book_add_item(Book *book, Item item) {
    book->items = with_room(book, book->items, sizeof item, book->item_count, &book->item_room);
    book->items[book->item_count] = item;
    return &book->items[book->item_count++];
}

Credit *book_add_credit(Book *book, Credit credit) {
    book->credits =
        with_room(book, book->credits, sizeof credit, book->credit_count, &book->credit_room);
    book->credits[book->credit_count] = credit;
    return &book->credits[book->credit_count++];
}

Document *book_add_document(Book *book, Document document) {
    book->documents = with_room(book, book->documents, sizeof document, book->document_count,
                                &book->document_room);
    book->documents[book->document_count] = document;
    return &book->documents[book->document_count++];
}

Hold *book_add_hold(Book *book, Hold hold) {
    book->holds = with_room(book, book->holds, sizeof hold, book->hold_count, &book->hold_room);
    book->holds[book->hold_count] = hold;
    return &book->holds[book->hold_count++];
}

Pause *book_add_pause(Book *book, Pause pause) {
    book->pauses =
        with_room(book, book->pauses, sizeof pause, book->pause_count, &book->pause_room);
    book->pauses[book->pause_count] = pause;
    book->has_pauses = true;
    return &book->pauses[book->pause_count++];
}

DueChange *book_add_due(Book *book, DueChange due) {
    book->dues = with_room(book, book->dues, sizeof due, book->due_count, &book->due_room);
    book->dues[book->due_count] = due;
    return &book->dues[book->due_count++];
}

Detail *book_add_detail(Book *book, Detail detail) {
    book->details =
        with_room(book, book->details, sizeof detail, book->detail_count, &book->detail_room);
    book->details[book->detail_count] = detail;
    return &book->details[book->detail_count++];
}

Accrued *book_add_accrued(Book *book, Accrued accrued) {
    book->accrued =
        with_room(book, book->accrued, sizeof accrued, book->accrued_count, &book->accrued_room);
    book->accrued[book->accrued_count] = accrued;
    book->bears_interest = true;
    return &book->accrued[book->accrued_count++];
}

Entry *book_add_past(Book *book, Entry entry) {
    book->past = with_room(book, book->past, sizeof entry, book->past_count, &book->past_room);
    book->past[book->past_count] = entry;
    return &book->past[book->past_count++];
}

Move *book_add_move(Book *book, Move move) {
    book->moves = with_room(book, book->moves, sizeof move, book->move_count, &book->move_room);
    book->moves[book->move_count] = move;
    return &book->moves[book->move_count++];
}

Assignment *book_add_assignment(Book *book, Assignment assignment) {
    book->assignments = with_room(book, book->assignments, sizeof assignment,
                                  book->assignment_count, &book->assignment_room);
    book->assignments[book->assignment_count] = assignment;
    return &book->assignments[book->assignment_count++];
}

Reminder *book_add_reminder(Book *book, Reminder reminder) {
    book->reminders = with_room(book, book->reminders, sizeof reminder, book->reminder_count,
                                &book->reminder_room);
    book->reminders[book->reminder_count] = reminder;
    return &book->reminders[book->reminder_count++];
}

Reminded *book_add_reminded(Book *book, Reminded reminded) {
    book->reminded = with_room(book, book->reminded, sizeof reminded, book->reminded_count,
                               &book->reminded_room);
    book->reminded[book->reminded_count] = reminded;
    return &book->reminded[book->reminded_count++];
}

Statement *book_add_statement(Book *book, Statement statement) {
    book->statements = with_room(book, book->statements, sizeof statement, book->statement_count,
                                 &book->statement_room);
    book->statements[book->statement_count] = statement;
    return &book->statements[book->statement_count++];
}

StatementBalance *book_add_statement_balance(Book *book, StatementBalance balance) {
    book->statement_balances =
        with_room(book, book->statement_balances, sizeof balance, book->statement_balance_count,
                  &book->statement_balance_room);
    book->statement_balances[book->statement_balance_count] = balance;
    return &book->statement_balances[book->statement_balance_count++];
}

StatementLine *book_add_statement_line(Book *book, StatementLine line) {
    book->statement_lines = with_room(book, book->statement_lines, sizeof line,
                                      book->statement_line_count, &book->statement_line_room);
    book->statement_lines[book->statement_line_count] = line;
    return &book->statement_lines[book->statement_line_count++];
}

Ground *book_add_ground(Book *book, Ground ground) {
    book->grounds =
        with_room(book, book->grounds, sizeof ground, book->ground_count, &book->ground_room);
    book->grounds[book->ground_count] = ground;
    return &book->grounds[book->ground_count++];
}

Asked *book_add_asked(Book *book, Asked asked) {
    book->asked = with_room(book, book->asked, sizeof asked, book->asked_count, &book->asked_room);
    book->asked[book->asked_count] = asked;
    return &book->asked[book->asked_count++];
}

void book_post(Book *book, Entry entry) {
    CHECK(entry.amount.minor > 0 && entry.debit != entry.credit);
    book->entries =
        with_room(book, book->entries, sizeof entry, book->entry_count, &book->entry_room);
    entry.number = ++book->last_entry;
    book->entries[book->entry_count++] = entry;
}

int book_known_count(const Book *book) {
    return book->past_count + book->entry_count;
}

const Entry *book_known(const Book *book, int place) {
    bool before = place < book->past_count;
    return before ? &book->past[place] : &book->entries[place - book->past_count];
}

void book_note_open(Book *book, int64_t minor) {
    CHECK(!__builtin_add_overflow(book->open_total, minor, &book->open_total));
    CHECK(book->open_total >= 0);
}

Item *book_find_item(const Book *book, ItemKey key) {
    for (int i = 0; i < book->item_count; i++) {
        if (item_key_equals(book->items[i].key, key)) {
            return &book->items[i];
        }
    }
    return NULL;
}

static int part_compare(ItemKey a, ItemKey b) {
    int order = (a.charge > b.charge) - (a.charge < b.charge);
    return order != 0 ? order : (a.instalment > b.instalment) - (a.instalment < b.instalment);
}

Item *book_next_of(const Book *book, Str invoice, const Item *last) {
    Item *next = NULL;
    for (int i = 0; i < book->item_count; i++) {
        Item *item = &book->items[i];
        bool after = last == NULL || part_compare(item->key, last->key) > 0;
        if (after && str_equals(item->key.number, invoice) &&
            (next == NULL || part_compare(item->key, next->key) < 0)) {
            next = item;
        }
    }
    return next;
}

Credit *book_find_credit(const Book *book, CreditKind kind, Str number) {
    for (int i = 0; i < book->credit_count; i++) {
        Credit *credit = &book->credits[i];
        if (credit->kind == kind && str_equals(credit->number, number)) {
            return credit;
        }
    }
    return NULL;
}

Pause *book_find_pause(const Book *book, Str number) {
    for (int i = 0; i < book->pause_count; i++) {
        if (str_equals(book->pauses[i].number, number)) {
            return &book->pauses[i];
        }
    }
    return NULL;
}

Detail *book_find_detail(const Book *book, Str invoice) {
    for (int i = 0; i < book->detail_count; i++) {
        if (str_equals(book->details[i].invoice, invoice)) {
            return &book->details[i];
        }
    }
    return NULL;
}

Reminder *book_find_reminder(const Book *book, Str id) {
    for (int i = 0; i < book->reminder_count; i++) {
        if (str_equals(book->reminders[i].id, id)) {
            return &book->reminders[i];
        }
    }
    return NULL;
}

static bool is_issued_later(const Reminder *a, const Reminder *b) {
    int order = date_compare(a->recorded_on, b->recorded_on);
    return order != 0 ? order > 0 : str_compare(a->id, b->id) > 0;
}

const Reminder *book_standing_reminder(const Book *book, Str invoice) {
    const Reminder *last = NULL;
    for (int i = 0; i < book->reminded_count; i++) {
        const Reminded *reminded = &book->reminded[i];
        if (!str_equals(reminded->invoice, invoice)) {
            continue;
        }
        const Reminder *reminder = book_find_reminder(book, reminded->reminder);
        CHECK(reminder != NULL);
        if (reminder_stands(reminder) && (last == NULL || is_issued_later(reminder, last))) {
            last = reminder;
        }
    }
    return last;
}

Accrued *book_accrued_of(const Book *book, const Item *item) {
    return item->accrued == 0 ? NULL : &book->accrued[item->accrued - 1];
}

/* A row's key and its place in its list. */
typedef struct Keyed {
    ItemKey key;
    int place;
} Keyed;

static int keyed_compare(const void *a, const void *b) {
    return item_key_compare(((const Keyed *)a)->key, ((const Keyed *)b)->key);
}

void book_link_accrued(Book *book) {
    Keyed *items = ARENA_ARRAY(book->arena, Keyed, book->item_count + 1);
    for (int i = 0; i < book->item_count; i++) {
        items[i] = (Keyed){book->items[i].key, i};
    }
    qsort(items, (size_t)book->item_count, sizeof *items, keyed_compare);
    for (int i = 0; i < book->accrued_count; i++) {
        const Keyed wanted = {.key = book->accrued[i].key};
        const Keyed *found =
            bsearch(&wanted, items, (size_t)book->item_count, sizeof *items, keyed_compare);
        book->accrued[i].place = found == NULL ? -1 : found->place;
        if (found != NULL) {
            book->items[found->place].accrued = i + 1;
        }
    }
}

static bool is_debt(DocumentKind kind) {
    return kind == DOCUMENT_INVOICE || kind == DOCUMENT_DEBIT_NOTE ||
           kind == DOCUMENT_RESTRUCTURING;
}

static bool kinds_share_numbers(DocumentKind a, DocumentKind b) {
    return a == b || (is_debt(a) && is_debt(b));
}

const Document *book_find_document(const Book *book, DocumentKind kind, Str number) {
    for (int i = 0; i < book->document_count; i++) {
        const Document *document = &book->documents[i];
        if (kinds_share_numbers(document->kind, kind) && str_equals(document->number, number)) {
            return document;
        }
    }
    return NULL;
}

Hold *book_find_hold(const Book *book, Str topic, int32_t partition, int64_t offset) {
    for (int i = 0; i < book->hold_count; i++) {
        Hold *hold = &book->holds[i];
        if (hold->partition == partition && hold->offset == offset &&
            str_equals(hold->topic, topic)) {
            return hold;
        }
    }
    return NULL;
}

bool hold_is_in_force(const Hold *hold) {
    return date_is_none(hold->cleared_on);
}

bool book_is_held(const Book *book) {
    for (int i = 0; i < book->hold_count; i++) {
        if (hold_is_in_force(&book->holds[i])) {
            return true;
        }
    }
    return false;
}

bool book_has_credit(const Book *book) {
    for (int i = 0; i < book->credit_count; i++) {
        if (!money_is_zero(book->credits[i].unapplied)) {
            return true;
        }
    }
    return false;
}

bool book_has_pending(const Book *book) {
    for (int i = 0; i < book->assignment_count; i++) {
        if (book->assignments[i].state == ASSIGNMENT_PENDING) {
            return true;
        }
    }
    return false;
}

Statement *book_find_statement(const Book *book, Str number) {
    for (int i = 0; i < book->statement_count; i++) {
        if (str_equals(book->statements[i].number, number)) {
            return &book->statements[i];
        }
    }
    return NULL;
}

StatementLine *book_find_statement_line(const Book *book, Str statement, ItemKey item) {
    for (int i = 0; i < book->statement_line_count; i++) {
        StatementLine *line = &book->statement_lines[i];
        if (item_key_equals(line->item, item) && str_equals(line->statement, statement)) {
            return line;
        }
    }
    return NULL;
}
