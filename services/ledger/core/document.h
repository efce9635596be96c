#pragma once

#include <stdbool.h>

#include "base/date.h"
#include "base/str.h"

/* The identity of what a platform team sends: (creditor, customer, kind, number), with a hash over
 * its content. The first one stands: sent again with the same content it has no effect, with other
 * content it is refused. Only accepted documents are remembered; a refused one may be sent again
 * when the reason is gone. Invoices and credits are remembered by their own rows. */
typedef enum DocumentKind {
    DOCUMENT_NONE,
    DOCUMENT_INVOICE,
    DOCUMENT_CREDIT_NOTE,
    DOCUMENT_PAYMENT,
    DOCUMENT_CANCELLATION,
    DOCUMENT_PROPOSAL,
    DOCUMENT_SETTLEMENT,
    DOCUMENT_RESEND,
    DOCUMENT_DEBIT_NOTE,
    DOCUMENT_FEE,
    DOCUMENT_REVERSAL,
    DOCUMENT_REFUND,
    DOCUMENT_EXTENSION,
    DOCUMENT_PAUSE,
    DOCUMENT_PAUSE_END,
    DOCUMENT_MILESTONE,
    DOCUMENT_REDUCTION,
    DOCUMENT_RESTRUCTURING,
    DOCUMENT_BUY_BACK,
    DOCUMENT_REINSTATEMENT,
    DOCUMENT_MOVE,
    DOCUMENT_BALANCE_AGREED,
    DOCUMENT_BALANCE_DISPUTED,
    DOCUMENT_WAIVER,
    DOCUMENT_KIND_COUNT,
} DocumentKind;

typedef struct Document {
    DocumentKind kind;
    Str number;
    Str hash;         /* 32 bytes */
    Date recorded_on; /* the open day when it was accepted */
    bool changed;     /* accepted since the book was loaded */
} Document;

/* "invoice", as refusals and tables call it. */
const char *document_kind_name(DocumentKind kind);
