#include "ledger/core/document.h"

#include "base/check.h"

static const char *const NAMES[DOCUMENT_KIND_COUNT] = {
    [DOCUMENT_INVOICE] = "invoice",
    [DOCUMENT_CREDIT_NOTE] = "credit_note",
    [DOCUMENT_PAYMENT] = "payment",
    [DOCUMENT_CANCELLATION] = "cancellation",
    [DOCUMENT_PROPOSAL] = "write_off_proposal",
    [DOCUMENT_SETTLEMENT] = "reminder_settlement",
    [DOCUMENT_RESEND] = "reminder_resend",
};

const char *document_kind_name(DocumentKind kind) {
    CHECK(kind > DOCUMENT_NONE && kind < DOCUMENT_KIND_COUNT);
    return NAMES[kind];
}
