#include "ledger/core/decide.h"

#include "base/check.h"
#include "ledger/core/aging.h"
#include "ledger/core/asked.h"
#include "ledger/core/assignment.h"
#include "ledger/core/cancel.h"
#include "ledger/core/charge.h"
#include "ledger/core/hold.h"
#include "ledger/core/late.h"
#include "ledger/core/move.h"
#include "ledger/core/period.h"
#include "ledger/core/post.h"
#include "ledger/core/reconcile.h"
#include "ledger/core/reminder.h"
#include "ledger/core/restore.h"
#include "ledger/core/reverse.h"
#include "ledger/core/small.h"
#include "ledger/core/terms.h"
#include "ledger/core/way_out.h"
#include "ledger/core/write_off.h"

/* ---- identity */

enum { SHOWN_BYTES = 6 }; /* of a hash: enough to tell two contents apart by eye */

static Str shown(Arena *arena, Str hash) {
    return str_hex(arena, str_slice(hash, 0, hash.len < SHOWN_BYTES ? hash.len : SHOWN_BYTES));
}

static void refuse_conflict(Desk *desk, const Document *first, const Document *second) {
    Str known = shown(desk->arena, first->hash);
    Str given = shown(desk->arena, second->hash);
    desk_refuse(
        desk, REFUSED_CONFLICT, second,
        "The %s %.*s came before with other content (%.*s then, %.*s now). The first stands; "
        "send a correction under a number of its own.",
        document_kind_name(second->kind), STR_ARGS(second->number), STR_ARGS(known),
        STR_ARGS(given));
}

/* A repetition is nothing at all; the same number with other content is refused. */
static bool is_new(Desk *desk, const Document *document) {
    if (document->kind == DOCUMENT_NONE) {
        return true;
    }
    const Document *first = book_find_document(desk->book, document->kind, document->number);
    if (first != NULL && !str_equals(first->hash, document->hash)) {
        refuse_conflict(desk, first, document);
    }
    return first == NULL;
}

/* ---- the decision */

/* First all that posts, then what is looked at once nothing moves any more. */
static void end_open_day(Desk *desk, const LedgerInput *input) {
    (void)input;
    assignment_settle(desk);
    late_end_month(desk);
    write_off_small(desk);
    late_settle(desk);
    end_day(desk);
    statement_end_day(desk);
}

/* Of no account, or of no business. */
static void pass_over(Desk *desk, const LedgerInput *input) {
    (void)desk, (void)input;
}

typedef void (*Decision)(Desk *desk, const LedgerInput *input);

static Decision decision_of(LedgerInputKind kind) {
    switch (kind) {
    case LEDGER_NOTHING:
    case LEDGER_PERIOD:
        return pass_over;
    case LEDGER_INVOICE:
    case LEDGER_DEBIT_NOTE:
        return post_invoice;
    case LEDGER_FEE:
        return post_fee;
    case LEDGER_REVERSAL:
        return reverse_payment;
    case LEDGER_REFUND:
        return post_refund;
    case LEDGER_EXTENSION:
        return extend_due_date;
    case LEDGER_PAUSE:
        return start_pause;
    case LEDGER_PAUSE_END:
        return end_pause;
    case LEDGER_MILESTONE:
        return reach_milestone;
    case LEDGER_REDUCTION:
        return reduce_debt;
    case LEDGER_RESTRUCTURING:
        return restructure_debt;
    case LEDGER_BUY_BACK:
        return buy_back;
    case LEDGER_REINSTATEMENT:
        return reinstate;
    case LEDGER_MOVE:
        return move_payment;
    case LEDGER_CREDIT:
        return post_credit;
    case LEDGER_CANCELLATION:
        return cancel_invoice;
    case LEDGER_PROPOSAL:
        return note_proposal;
    case LEDGER_APPROVAL:
        return act_as_approved;
    case LEDGER_HELD:
        return put_on_hold;
    case LEDGER_HOLD_CLEARED:
        return clear_hold;
    case LEDGER_SETTLEMENT:
    case LEDGER_RESEND:
        return note_reminder;
    case LEDGER_REMINDER:
        return hear_reminder;
    case LEDGER_REQUEST:
        return note_request;
    case LEDGER_DAY_END:
        return end_open_day;
    case LEDGER_BALANCE_AGREED:
    case LEDGER_BALANCE_DISPUTED:
        return answer_statement;
    }
    CHECK(!"a kind of input");
}

/* The next day whose end has something to do. Of what is open a new invoice changes nothing but
 * what it brings itself; a day that ends is over. */
static Date next_due(const Desk *desk, const LedgerInput *input, int items, int accrued) {
    const Book *book = desk->book;
    bool adds = desk->adds;
    bool ends = input->kind == LEDGER_DAY_END;
    Date from = ends ? date_add(desk->day, 1) : desk->day;
    Date aging = aging_next_due(book, adds ? items : 0, desk->aging, desk->day);
    Date late = late_next_due(book, adds ? accrued : 0, from);
    Date small = small_next_due(desk, adds ? items : 0, from);
    Date next = sooner_of(sooner_of(aging, late), statement_next_due(desk, from));
    next = sooner_of(sooner_of(next, small), assignment_next_due(book));
    return adds ? sooner_of(book->next_due, next) : next;
}

void decide(Desk *desk, const LedgerInput *input) {
    if (!is_new(desk, &input->document) || !period_admits(desk, input)) {
        return;
    }
    Book *book = desk->book;
    desk->adds = input->kind == LEDGER_INVOICE;
    int items = book->item_count;
    int accrued = book->accrued_count;
    decision_of(input->kind)(desk, input);
    late_settle(desk);
    Date due = next_due(desk, input, items, accrued);
    bool moved = date_compare(due, book->next_due) != 0;
    book->next_due = due;
    book->changed = book->changed || moved || desk->fact_count > 0;
}
