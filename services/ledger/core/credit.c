#include "ledger/core/credit.h"

#include "base/check.h"

static const char *const NAMES[CREDIT_KIND_COUNT] = {
    [CREDIT_PAYMENT] = "payment",
    [CREDIT_NOTE] = "credit_note",
};

const char *credit_kind_name(CreditKind kind) {
    CHECK(kind > CREDIT_NONE && kind < CREDIT_KIND_COUNT);
    return NAMES[kind];
}

bool credit_kind_parse(Str name, CreditKind *kind) {
    for (CreditKind i = CREDIT_NONE + 1; i < CREDIT_KIND_COUNT; i++) {
        if (str_equals(str_of(NAMES[i]), name)) {
            *kind = i;
            return true;
        }
    }
    return false;
}

bool credit_names(const Credit *credit, Str invoice) {
    return !str_is_empty(credit->invoice) && str_equals(credit->invoice, invoice);
}

bool credit_is_free(const Credit *credit) {
    return credit->kind == CREDIT_PAYMENT || str_is_empty(credit->invoice);
}

int credit_compare(const Credit *a, const Credit *b) {
    int order = date_compare(a->effective_on, b->effective_on);
    order = order != 0 ? order : (a->kind > b->kind) - (a->kind < b->kind);
    return order != 0 ? order : str_compare(a->number, b->number);
}
