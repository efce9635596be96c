/* What came in, what it did, and what is gone again. */
#include "base/check.h"
#include "ledger/wire/fact/room.h"

static Arrears__Ledger__V1__CreditKind put_kind(CreditKind kind) {
    switch (kind) {
    case CREDIT_PAYMENT:
        return ARREARS__LEDGER__V1__CREDIT_KIND__CREDIT_KIND_PAYMENT;
    case CREDIT_NOTE:
        return ARREARS__LEDGER__V1__CREDIT_KIND__CREDIT_KIND_CREDIT_NOTE;
    case CREDIT_NONE:
    case CREDIT_KIND_COUNT:
        break;
    }
    CHECK(!"a kind of credit");
}

/* A discount and a tolerance say the same. */
#define PUT_FORGIVEN(arena, message, forgiven)                                                     \
    do {                                                                                           \
        (message)->invoice_number = wire_put_text(arena, (forgiven)->item.number);                 \
        PUT_PART(message, (forgiven)->item);                                                       \
        (message)->payment_number = wire_put_text(arena, (forgiven)->payment);                     \
        (message)->amount = wire_put_money(arena, (forgiven)->amount);                             \
        (message)->effective_on = wire_put_date(arena, (forgiven)->effective_on);                  \
        (message)->open = wire_put_money(arena, (forgiven)->open);                                 \
    } while (0)

void fact_credit(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const CreditPosted *credit = &fact->credit;
    Arrears__Ledger__V1__CreditPosted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__CreditPosted);
    arrears__ledger__v1__credit_posted__init(message);
    message->kind = put_kind(credit->kind);
    message->number = wire_put_text(arena, credit->number);
    message->amount = wire_put_money(arena, credit->amount);
    message->effective_on = wire_put_date(arena, credit->effective_on);
    message->invoice_number = wire_put_text(arena, credit->invoice);
    message->way = (Arrears__Billing__V1__PaymentWay)credit->way;
    message->payer = wire_put_text(arena, credit->payer);
    message->from_customer = wire_put_text(arena, credit->from);
    message->from_number = wire_put_text(arena, credit->from_number);
    event->credit_posted = message;
}

void fact_allocated(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Allocated *allocated = &fact->allocated;
    Arrears__Ledger__V1__Allocated *message = ARENA_NEW(arena, Arrears__Ledger__V1__Allocated);
    arrears__ledger__v1__allocated__init(message);
    message->kind = put_kind(allocated->kind);
    message->number = wire_put_text(arena, allocated->number);
    message->invoice_number = wire_put_text(arena, allocated->item.number);
    message->amount = wire_put_money(arena, allocated->amount);
    message->effective_on = wire_put_date(arena, allocated->effective_on);
    message->open = wire_put_money(arena, allocated->open);
    message->unapplied = wire_put_money(arena, allocated->unapplied);
    PUT_PART(message, allocated->item);
    message->policy = wire_put_text(arena, str_of(allocation_name(allocated->policy)));
    event->allocated = message;
}

void fact_recovered(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Recovered *recovered = &fact->recovered;
    Arrears__Ledger__V1__Recovered *message = ARENA_NEW(arena, Arrears__Ledger__V1__Recovered);
    arrears__ledger__v1__recovered__init(message);
    message->payment_number = wire_put_text(arena, recovered->payment);
    message->invoice_number = wire_put_text(arena, recovered->item.number);
    message->amount = wire_put_money(arena, recovered->amount);
    message->effective_on = wire_put_date(arena, recovered->effective_on);
    message->written_off = wire_put_money(arena, recovered->written_off);
    PUT_PART(message, recovered->item);
    event->recovered = message;
}

void fact_discount(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Forgiven *forgiven = &fact->forgiven;
    Arrears__Ledger__V1__DiscountGranted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__DiscountGranted);
    arrears__ledger__v1__discount_granted__init(message);
    PUT_FORGIVEN(arena, message, forgiven);
    event->discount_granted = message;
}

void fact_tolerance(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Forgiven *forgiven = &fact->forgiven;
    Arrears__Ledger__V1__ToleranceUsed *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__ToleranceUsed);
    arrears__ledger__v1__tolerance_used__init(message);
    PUT_FORGIVEN(arena, message, forgiven);
    event->tolerance_used = message;
}

void fact_payment_reversed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const PaymentReversed *reversed = &fact->payment_reversed;
    Arrears__Ledger__V1__PaymentReversed *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__PaymentReversed);
    arrears__ledger__v1__payment_reversed__init(message);
    message->number = wire_put_text(arena, reversed->number);
    message->payment_number = wire_put_text(arena, reversed->payment);
    message->kind = (Arrears__Billing__V1__ReversalKind)reversed->kind;
    message->amount = wire_put_money(arena, reversed->amount);
    message->effective_on = wire_put_date(arena, reversed->effective_on);
    message->unapplied = wire_put_money(arena, reversed->unapplied);
    message->recalled = reversed->recalled;
    event->payment_reversed = message;
}

void fact_reopened(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Reopened *reopened = &fact->reopened;
    Arrears__Ledger__V1__AllocationReversed *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__AllocationReversed);
    arrears__ledger__v1__allocation_reversed__init(message);
    message->invoice_number = wire_put_text(arena, reopened->item.number);
    PUT_PART(message, reopened->item);
    message->kind = put_kind(reopened->kind);
    message->number = wire_put_text(arena, reopened->number);
    message->amount = wire_put_money(arena, reopened->amount);
    message->effective_on = wire_put_date(arena, reopened->effective_on);
    message->open = wire_put_money(arena, reopened->open);
    message->issued_on = wire_put_date(arena, reopened->issued_on);
    message->due_on = wire_put_date(arena, reopened->due_on);
    message->forgiven = reopened->forgiven;
    event->allocation_reversed = message;
}

void fact_recovery_reversed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Recovered *recovered = &fact->recovered;
    Arrears__Ledger__V1__RecoveryReversed *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__RecoveryReversed);
    arrears__ledger__v1__recovery_reversed__init(message);
    message->invoice_number = wire_put_text(arena, recovered->item.number);
    PUT_PART(message, recovered->item);
    message->payment_number = wire_put_text(arena, recovered->payment);
    message->amount = wire_put_money(arena, recovered->amount);
    message->effective_on = wire_put_date(arena, recovered->effective_on);
    message->written_off = wire_put_money(arena, recovered->written_off);
    event->recovery_reversed = message;
}

void fact_refunded(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Refunded *refunded = &fact->refunded;
    Arrears__Ledger__V1__Refunded *message = ARENA_NEW(arena, Arrears__Ledger__V1__Refunded);
    arrears__ledger__v1__refunded__init(message);
    message->number = wire_put_text(arena, refunded->number);
    message->amount = wire_put_money(arena, refunded->amount);
    message->effective_on = wire_put_date(arena, refunded->effective_on);
    message->unapplied = wire_put_money(arena, refunded->unapplied);
    event->refunded = message;
}

void fact_sent(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const MoneySent *sent = &fact->sent;
    Arrears__Ledger__V1__MoneySent *message = ARENA_NEW(arena, Arrears__Ledger__V1__MoneySent);
    arrears__ledger__v1__money_sent__init(message);
    message->transfer_id = wire_put_text(arena, sent->transfer);
    message->payment_number = wire_put_text(arena, sent->payment);
    message->to_customer = wire_put_text(arena, sent->to);
    message->amount = wire_put_money(arena, sent->amount);
    message->unapplied = wire_put_money(arena, sent->unapplied);
    message->effective_on = wire_put_date(arena, sent->effective_on);
    message->invoice_number = wire_put_text(arena, sent->invoice);
    message->number = wire_put_text(arena, sent->number);
    message->actor = wire_put_text(arena, sent->actor);
    event->money_sent = message;
}

void fact_recalled(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const MoneyRecalled *recalled = &fact->recalled;
    Arrears__Ledger__V1__MoneyRecalled *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__MoneyRecalled);
    arrears__ledger__v1__money_recalled__init(message);
    message->recall_id = wire_put_text(arena, recalled->recall);
    message->transfer_id = wire_put_text(arena, recalled->transfer);
    message->payment_number = wire_put_text(arena, recalled->payment);
    message->from_customer = wire_put_text(arena, recalled->from);
    message->amount = wire_put_money(arena, recalled->amount);
    message->effective_on = wire_put_date(arena, recalled->effective_on);
    message->number = wire_put_text(arena, recalled->number);
    event->money_recalled = message;
}
