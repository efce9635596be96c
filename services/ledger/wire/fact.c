/* arrears.ledger.v1: what the ledger says. One row for each kind of fact: its type in the
 * CloudEvents header, its place in the message, and the function that fills it. */
#include "base/check.h"
#include "ledger/wire/fact/room.h"

/* ---- enums */

static Arrears__Envelope__V1__RefusalReason put_refusal(RefusedFor reason) {
    switch (reason) {
    case REFUSED_CONFLICT:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CONFLICT;
    case REFUSED_UNKNOWN_DOCUMENT:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_UNKNOWN_DOCUMENT;
    case REFUSED_CLOSED_DOCUMENT:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CLOSED_DOCUMENT;
    case REFUSED_DOCUMENT_IN_USE:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_DOCUMENT_IN_USE;
    case REFUSED_CURRENCY_DIFFERS:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CURRENCY_DIFFERS;
    case REFUSED_UNKNOWN_HOLD:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_UNKNOWN_HOLD;
    case REFUSED_OVERFLOW:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_OVERFLOW;
    case REFUSED_ON_HOLD:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_ON_HOLD;
    case REFUSED_AMOUNT:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_AMOUNT;
    case REFUSED_OVERLAP:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_OVERLAP;
    case REFUSED_NO_PAUSE:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_NO_PAUSE;
    case REFUSED_NOT_LATER:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_NOT_LATER;
    case REFUSED_PLAN_SUM:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_PLAN_SUM;
    case REFUSED_SEALED_PERIOD:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_SEALED_PERIOD;
    case REFUSED_MOVED:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_MOVED;
    case REFUSED_TOO_LATE:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_TOO_LATE;
    case REFUSED_UNKNOWN_POLICY:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_UNKNOWN_POLICY;
    case REFUSED_NONE:
    case REFUSED_FACTS_CHANGED:
    case REFUSED_COUNT:
        break;
    }
    CHECK(!"a reason to refuse input");
}

/* ---- facts */

static void put_day_opened(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->day_opened = wire_put_day_opened(arena, &fact->day);
}

static void put_day_closed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->day_closed = wire_put_day_closed(arena, &fact->day);
}

static void put_held(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->held = wire_put_held(arena, &fact->held);
}

static void put_refused(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InputRefused *refused = &fact->refused;
    Arrears__Envelope__V1__InputRefused *message =
        ARENA_NEW(arena, Arrears__Envelope__V1__InputRefused);
    arrears__envelope__v1__input_refused__init(message);
    message->reason = put_refusal(refused->reason);
    message->sentence = wire_put_text(arena, refused->sentence);
    message->kind = wire_put_text(arena, str_of(refused->kind));
    message->number = wire_put_text(arena, refused->number);
    event->input_refused = message;
}

static void put_sealed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->journal_sealed = ARENA_NEW(arena, Arrears__Ledger__V1__JournalSealed);
    arrears__ledger__v1__journal_sealed__init(event->journal_sealed);
    event->journal_sealed->note = wire_put_text(arena, fact->sealed);
}

static void put_period(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const PeriodChanged *changed = &fact->period;
    Arrears__Ledger__V1__PeriodChanged *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__PeriodChanged);
    arrears__ledger__v1__period_changed__init(message);
    message->creditor = wire_put_text(arena, changed->creditor);
    if (!date_is_none(changed->sealed_until)) {
        message->sealed_until = wire_put_date(arena, changed->sealed_until);
    }
    message->reopened = changed->reopened;
    message->request_id = wire_put_text(arena, changed->request);
    event->period_changed = message;
}

/* ---- the table */

typedef struct FactRow {
    const char *type;
    Arrears__Ledger__V1__LedgerEvent__EventCase place;
    void (*put)(Arena *arena, const Fact *fact, LedgerEvent *event);
} FactRow;

#define ROW(name, PLACE, put)                                                                      \
    { "arrears.ledger.v1." name, ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_##PLACE, put }

static const FactRow FACTS[FACT_KIND_COUNT] = {
    [FACT_DAY_OPENED] = ROW("DayOpened", DAY_OPENED, put_day_opened),
    [FACT_DAY_CLOSED] = ROW("DayClosed", DAY_CLOSED, put_day_closed),
    [FACT_HELD] = ROW("Held", HELD, put_held),
    [FACT_INPUT_REFUSED] = ROW("InputRefused", INPUT_REFUSED, put_refused),
    [FACT_INVOICE_POSTED] = ROW("InvoicePosted", INVOICE_POSTED, fact_posted),
    [FACT_CREDIT_POSTED] = ROW("CreditPosted", CREDIT_POSTED, fact_credit),
    [FACT_ALLOCATED] = ROW("Allocated", ALLOCATED, fact_allocated),
    [FACT_INVOICE_SETTLED] = ROW("InvoiceSettled", INVOICE_SETTLED, fact_settled),
    [FACT_INVOICE_REVERSED] = ROW("InvoiceReversed", INVOICE_REVERSED, fact_reversed),
    [FACT_BUCKET_ENTERED] = ROW("BucketEntered", BUCKET_ENTERED, fact_entered),
    [FACT_WRITTEN_OFF] = ROW("WrittenOff", WRITTEN_OFF, fact_written_off),
    [FACT_WRITE_OFF_REFUSED] = ROW("WriteOffRefused", WRITE_OFF_REFUSED, fact_write_off_refused),
    [FACT_RECOVERED] = ROW("Recovered", RECOVERED, fact_recovered),
    [FACT_PROPOSAL_NOTED] = ROW("Noted", NOTED, fact_proposal),
    [FACT_HOLD_CLEARED_NOTED] = ROW("Noted", NOTED, fact_cleared),
    [FACT_SETTLEMENT_NOTED] = ROW("Noted", NOTED, fact_settlement),
    [FACT_RESEND_NOTED] = ROW("Noted", NOTED, fact_resend),
    [FACT_REMINDER_NOTED] = ROW("Noted", NOTED, fact_reminder),
    [FACT_REQUEST_NOTED] = ROW("Noted", NOTED, fact_request),
    [FACT_CHARGE_POSTED] = ROW("ChargePosted", CHARGE_POSTED, fact_charge),
    [FACT_DISCOUNT_GRANTED] = ROW("DiscountGranted", DISCOUNT_GRANTED, fact_discount),
    [FACT_TOLERANCE_USED] = ROW("ToleranceUsed", TOLERANCE_USED, fact_tolerance),
    [FACT_PAYMENT_REVERSED] = ROW("PaymentReversed", PAYMENT_REVERSED, fact_payment_reversed),
    [FACT_ALLOCATION_REVERSED] = ROW("AllocationReversed", ALLOCATION_REVERSED, fact_reopened),
    [FACT_RECOVERY_REVERSED] = ROW("RecoveryReversed", RECOVERY_REVERSED, fact_recovery_reversed),
    [FACT_REFUNDED] = ROW("Refunded", REFUNDED, fact_refunded),
    [FACT_DUE_DATE_EXTENDED] = ROW("DueDateChanged", DUE_DATE_CHANGED, fact_due_changed),
    [FACT_PAUSE_NOTED] = ROW("Noted", NOTED, fact_pause),
    [FACT_PAUSE_END_NOTED] = ROW("Noted", NOTED, fact_pause_end),
    [FACT_MILESTONE_NOTED] = ROW("Noted", NOTED, fact_milestone),
    [FACT_DEBT_REDUCED] = ROW("DebtReduced", DEBT_REDUCED, fact_debt_reduced),
    [FACT_ASSIGNMENT_PENDING] =
        ROW("AssignmentPending", ASSIGNMENT_PENDING, fact_assignment_pending),
    [FACT_ASSIGNMENT_DROPPED] =
        ROW("AssignmentDropped", ASSIGNMENT_DROPPED, fact_assignment_dropped),
    [FACT_DEBT_RESTORED] = ROW("DebtRestored", DEBT_RESTORED, fact_debt_restored),
    [FACT_INTEREST_ACCRUED] = ROW("InterestAccrued", INTEREST_ACCRUED, fact_accrued),
    [FACT_PERIOD_CHANGED] = ROW("PeriodChanged", PERIOD_CHANGED, put_period),
    [FACT_MONEY_SENT] = ROW("MoneySent", MONEY_SENT, fact_sent),
    [FACT_MONEY_RECALLED] = ROW("MoneyRecalled", MONEY_RECALLED, fact_recalled),
    [FACT_STATEMENT_DUE] = ROW("StatementDue", STATEMENT_DUE, fact_statement),
    [FACT_BALANCE_AGREED] = ROW("BalanceAgreed", BALANCE_AGREED, fact_balance_agreed),
    [FACT_BALANCE_DISPUTED] = ROW("BalanceDisputed", BALANCE_DISPUTED, fact_balance_disputed),
    [FACT_JOURNAL_SEALED] = ROW("JournalSealed", JOURNAL_SEALED, put_sealed),
};

static const FactRow *row_of(FactKind kind) {
    CHECK(kind > FACT_NONE && kind < FACT_KIND_COUNT && FACTS[kind].put != NULL);
    return &FACTS[kind];
}

const char *wire_fact_type(FactKind kind) {
    return row_of(kind)->type;
}

Str wire_write_fact(const Fact *fact, Account account, const Stamp *stamp, Arena *arena) {
    const FactRow *row = row_of(fact->kind);
    LedgerEvent event = ARREARS__LEDGER__V1__LEDGER_EVENT__INIT;
    event.origin = wire_put_origin(arena, &stamp->origin);
    event.cause = wire_put_cause(arena, &stamp->cause);
    event.creditor = wire_put_text(arena, account.creditor);
    event.customer = wire_put_text(arena, account.customer);
    event.recorded_on = wire_put_date(arena, stamp->day);
    event.event_case = row->place;
    row->put(arena, fact, &event);
    return wire_pack(&event.base, arena);
}
