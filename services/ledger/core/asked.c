#include "ledger/core/asked.h"

void request_end(Desk *desk, Str request) {
    Book *book = desk->book;
    if (book->is_new) { /* nothing is known of it */
        return;
    }
    for (int i = 0; i < book->asked_count; i++) {
        if (str_equals(book->asked[i].request, request)) {
            book->asked[i].over = true;
        }
    }
    (void)book_add_asked(book, (Asked){.request = request, .over = true});
}

void note_request(Desk *desk, const LedgerInput *input) {
    const RequestNotice *notice = &input->request;
    if (notice->over) {
        request_end(desk, notice->request);
        return;
    }
    for (int i = 0; !desk->book->is_new && i < input->invoice_count; i++) {
        (void)book_add_asked(
            desk->book,
            (Asked){.request = notice->request, .invoice = input->invoices[i], .is_new = true});
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
