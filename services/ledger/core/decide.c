#include "ledger/core/decide.h"

#include "base/check.h"
#include "ledger/core/aging.h"
#include "ledger/core/cancel.h"
#include "ledger/core/hold.h"
#include "ledger/core/period.h"
#include "ledger/core/post.h"
#include "ledger/core/reminder.h"
#include "ledger/core/restore.h"
#include "ledger/core/reverse.h"
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

static void dispatch(Desk *desk, const LedgerInput *input) {
    switch (input->kind) {
    case LEDGER_NOTHING:
    case LEDGER_PERIOD: /* of no account */
        return;
    case LEDGER_INVOICE:
    case LEDGER_DEBIT_NOTE:
        post_invoice(desk, input);
        return;
    case LEDGER_FEE:
        post_fee(desk, input);
        return;
    case LEDGER_REVERSAL:
        reverse_payment(desk, input);
        return;
    case LEDGER_REFUND:
        post_refund(desk, input);
        return;
    case LEDGER_EXTENSION:
        extend_due_date(desk, input);
        return;
    case LEDGER_PAUSE:
        start_pause(desk, input);
        return;
    case LEDGER_PAUSE_END:
        end_pause(desk, input);
        return;
    case LEDGER_MILESTONE:
        reach_milestone(desk, input);
        return;
    case LEDGER_REDUCTION:
        reduce_debt(desk, input);
        return;
    case LEDGER_RESTRUCTURING:
        restructure_debt(desk, input);
        return;
    case LEDGER_BUY_BACK:
        buy_back(desk, input);
        return;
    case LEDGER_REINSTATEMENT:
        reinstate(desk, input);
        return;
    case LEDGER_CREDIT:
        post_credit(desk, input);
        return;
    case LEDGER_CANCELLATION:
        cancel_invoice(desk, input);
        return;
    case LEDGER_PROPOSAL:
        note_proposal(desk, input);
        return;
    case LEDGER_APPROVAL:
        write_off(desk, input);
        return;
    case LEDGER_HELD:
        put_on_hold(desk, input);
        return;
    case LEDGER_HOLD_CLEARED:
        clear_hold(desk, input);
        return;
    case LEDGER_SETTLEMENT:
    case LEDGER_RESEND:
        note_reminder(desk, input);
        return;
    case LEDGER_DAY_END:
        end_day(desk);
        return;
    }
    CHECK(!"a kind of input");
}

void decide(Desk *desk, const LedgerInput *input) {
    if (!is_new(desk, &input->document) || !period_admits(desk, input)) {
        return;
    }
    Book *book = desk->book;
    int known = book->item_count;
    dispatch(desk, input);
    /* Of what is open a new invoice changes nothing but what it brings itself. */
    Date next_due =
        input->kind == LEDGER_INVOICE
            ? sooner_of(book->next_due, aging_next_due(book, known, desk->aging, desk->day))
            : aging_next_due(book, 0, desk->aging, desk->day);
    bool moved = date_compare(next_due, book->next_due) != 0;
    book->next_due = next_due;
    book->changed = book->changed || moved || desk->fact_count > 0;
}
