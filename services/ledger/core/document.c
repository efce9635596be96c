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
    [DOCUMENT_DEBIT_NOTE] = "debit_note",
    [DOCUMENT_FEE] = "fee",
    [DOCUMENT_REVERSAL] = "payment_reversal",
    [DOCUMENT_REFUND] = "refund",
    [DOCUMENT_EXTENSION] = "due_date_extension",
    [DOCUMENT_PAUSE] = "pause",
    [DOCUMENT_PAUSE_END] = "pause_end",
    [DOCUMENT_MILESTONE] = "milestone",
    [DOCUMENT_REDUCTION] = "debt_reduction",
    [DOCUMENT_RESTRUCTURING] = "restructuring",
    [DOCUMENT_BUY_BACK] = "buy_back",
    [DOCUMENT_REINSTATEMENT] = "reinstatement",
    [DOCUMENT_MOVE] = "payment_move",
    [DOCUMENT_BALANCE_AGREED] = "balance_agreement",
    [DOCUMENT_BALANCE_DISPUTED] = "balance_dispute",
    [DOCUMENT_WAIVER] = "waiver_proposal",
};

const char *document_kind_name(DocumentKind kind) {
    CHECK(kind > DOCUMENT_NONE && kind < DOCUMENT_KIND_COUNT);
    return NAMES[kind];
}
