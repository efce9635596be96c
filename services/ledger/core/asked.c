#include "ledger/core/asked.h"

static bool stands_in(const Book *book, Str invoice, Str request) {
    for (int i = 0; i < book->asked_count; i++) {
        const Asked *asked = &book->asked[i];
        if (!asked->over && str_equals(asked->request, request) &&
            str_equals(asked->invoice, invoice)) {
            return true;
        }
    }
    return false;
}

/* Whether anything stood in it. */
static bool take_out(Book *book, Str request) {
    bool ended = false;
    for (int i = 0; i < book->asked_count; i++) {
        Asked *asked = &book->asked[i];
        if (!asked->over && str_equals(asked->request, request)) {
            asked->over = true;
            ended = true;
        }
    }
    return ended;
}

/* Whether anything is new in it: not all of it stood there before, or is unknown here. */
static bool put_in(Book *book, const LedgerInput *input) {
    bool added = false;
    Str request = input->request.request;
    for (int i = 0; i < input->invoice_count; i++) {
        Str invoice = input->invoices[i];
        if (book_next_of(book, invoice, NULL) != NULL && !stands_in(book, invoice, request)) {
            (void)book_add_asked(book,
                                 (Asked){.request = request, .invoice = invoice, .is_new = true});
            added = true;
        }
    }
    return added;
}

void request_end(Desk *desk, Str request) {
    (void)take_out(desk->book, request);
}

void note_request(Desk *desk, const LedgerInput *input) {
    bool changed = input->request.over ? take_out(desk->book, input->request.request)
                                       : put_in(desk->book, input);
    if (changed) {
        desk_say(desk, (Fact){.kind = FACT_REQUEST_NOTED, .noted = input});
    }
}

bool invoice_is_asked(const Book *book, Str invoice) {
    for (int i = 0; i < book->asked_count; i++) {
        const Asked *asked = &book->asked[i];
        if (!asked->over && str_equals(asked->invoice, invoice)) {
            return true;
        }
    }
    return false;
}
