/* arrears.billing.v1: what platform teams and people send. One row for each event. */
#include "ledger/wire/billing/room.h"
#include "ledger/wire/room.h"

/* The largest lawful event is an invoice of 120 instalments: some 200 bytes of memory each. */
enum { DECODED_MAX = 64 << 10 };

typedef struct BillingRow {
    Arrears__Billing__V1__BillingEvent__EventCase event;
    void (*read)(WireReader *reader, const BillingEvent *event, LedgerMessage *message);
} BillingRow;

#define ROW(EVENT, read)                                                                           \
    { ARREARS__BILLING__V1__BILLING_EVENT__EVENT_##EVENT, read }

static void read_tick(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    message->is_tick = true;
    message->tick = wire_signed(reader, event->tick);
}

static void read_period(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    message->is_notice = true;
    message->tick = wire_signed(reader, event->period);
}

static const BillingRow ROWS[] = {
    ROW(TICK, read_tick),
    ROW(PERIOD, read_period),
    ROW(INVOICE_ISSUED, billing_invoice),
    ROW(DEBIT_NOTE_ISSUED, billing_debit_note),
    ROW(FEE_CHARGED, billing_fee),
    ROW(INVOICE_CANCELLED, billing_cancellation),
    ROW(PAYMENT_RECEIVED, billing_payment),
    ROW(CREDIT_NOTE_ISSUED, billing_credit_note),
    ROW(PAYMENT_REVERSED, billing_reversal),
    ROW(REFUND_PAID, billing_refund),
    ROW(PAYMENT_MOVED, billing_move),
    ROW(DUE_DATE_EXTENDED, billing_extension),
    ROW(PAUSE_STARTED, billing_pause),
    ROW(PAUSE_ENDED, billing_pause_end),
    ROW(INVOICE_MILESTONE_REACHED, billing_milestone),
    ROW(DEBT_REDUCED, billing_reduction),
    ROW(DEBT_RESTRUCTURED, billing_restructuring),
    ROW(DEBT_BOUGHT_BACK, billing_buy_back),
    ROW(DEBT_REINSTATED, billing_reinstatement),
    ROW(WRITE_OFF_PROPOSED, billing_proposal),
    ROW(WAIVER_PROPOSED, billing_waiver),
    ROW(HOLD_CLEARED, billing_hold_cleared),
    ROW(REMINDER_SETTLED, billing_settlement),
    ROW(REMINDER_RESEND_REQUESTED, billing_resend),
    ROW(BALANCE_AGREED, billing_balance_agreed),
    ROW(BALANCE_DISPUTED, billing_balance_disputed),
};

/* What a later contract added is not among them. */
static void read_event(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    for (ptrdiff_t i = 0; i < COUNT_OF(ROWS); i++) {
        if (ROWS[i].event == event->event_case) {
            ROWS[i].read(reader, event, message);
            return;
        }
    }
    wire_fault(reader, "EVENT_UNKNOWN",
               "The message holds none of the events of arrears.billing.v1; set one of them.");
}

bool wire_read_billing(Str value, Arena *arena, LedgerMessage *message, WireRefusal *refusal) {
    const BillingEvent *event = (const BillingEvent *)wire_unpack(
        &arrears__billing__v1__billing_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (LedgerMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.billing.v1.BillingEvent; send that message in "
                   "protobuf's binary form, without a framing of its own.");
    } else {
        read_event(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}
