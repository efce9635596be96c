/* arrears.ledger.v1: of all that the ledger says, what matters for credit. */
#include "arrears/ledger/v1/ledger.pb-c.h"
#include "contract/wire.h"
#include "scoring/wire.h"

typedef Arrears__Ledger__V1__LedgerEvent LedgerEvent;

enum { DECODED_MAX = 256 << 10 };

static void read_posted(WireReader *reader, const Arrears__Ledger__V1__InvoicePosted *posted,
                        ScoringInput *input) {
    input->kind = SCORING_INVOICE_POSTED;
    input->invoice = wire_number(reader, "number", posted->number);
    input->amount = wire_amount(reader, "amount", posted->amount);
}

static void read_credit(WireReader *reader, const Arrears__Ledger__V1__CreditPosted *posted,
                        ScoringInput *input) {
    input->kind = SCORING_CREDIT_POSTED;
    input->amount = wire_amount(reader, "amount", posted->amount);
}

static void read_allocated(WireReader *reader, const Arrears__Ledger__V1__Allocated *allocated,
                           ScoringInput *input) {
    input->kind = SCORING_ALLOCATED;
    input->invoice = wire_number(reader, "invoice_number", allocated->invoice_number);
    input->amount = wire_amount(reader, "amount", allocated->amount);
    input->open = wire_money(reader, "open", allocated->open);
}

static void read_settled(WireReader *reader, const Arrears__Ledger__V1__InvoiceSettled *settled,
                         ScoringInput *input) {
    input->kind = SCORING_SETTLED;
    input->invoice = wire_number(reader, "number", settled->number);
    input->days = settled->days_late;
    if (settled->days_late < 0) {
        wire_fault(reader, "DAYS_NEGATIVE", "days_late is below zero.");
    }
}

static void read_reversed(WireReader *reader, const Arrears__Ledger__V1__InvoiceReversed *reversed,
                          ScoringInput *input) {
    input->kind = SCORING_REVERSED;
    input->invoice = wire_number(reader, "number", reversed->number);
    input->amount = wire_amount(reader, "amount", reversed->amount);
}

static void read_bucket(WireReader *reader, const Arrears__Ledger__V1__BucketEntered *entered,
                        ScoringInput *input) {
    input->kind = SCORING_BUCKET_ENTERED;
    input->invoice = wire_number(reader, "number", entered->number);
    input->open = wire_money(reader, "open", entered->open);
    input->days = entered->days_past_due;
    if (entered->days_past_due < 0) {
        wire_fault(reader, "DAYS_NEGATIVE", "days_past_due is below zero.");
    }
}

static void read_written_off(WireReader *reader, const Arrears__Ledger__V1__WrittenOff *written,
                             ScoringInput *input) {
    input->kind = SCORING_WRITTEN_OFF;
    input->invoice = wire_number(reader, "number", written->number);
    input->amount = wire_amount(reader, "amount", written->amount);
}

static void read_recovered(WireReader *reader, const Arrears__Ledger__V1__Recovered *recovered,
                           ScoringInput *input) {
    input->kind = SCORING_RECOVERED;
    input->invoice = wire_number(reader, "invoice_number", recovered->invoice_number);
    input->amount = wire_amount(reader, "amount", recovered->amount);
}

static void read_day(DayMark mark, ScoringMessage *message) {
    message->is_day = true;
    message->day = mark;
}

/* False: an event that this program does not know. */
static bool read_event(WireReader *reader, const LedgerEvent *event, ScoringMessage *message) {
    ScoringInput *input = &message->input;
    switch (event->event_case) {
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DAY_OPENED:
        read_day(wire_day_opened(reader, event->day_opened), message);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DAY_CLOSED:
        read_day(wire_day_closed(reader, event->day_closed), message);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INVOICE_POSTED:
        read_posted(reader, event->invoice_posted, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_CREDIT_POSTED:
        read_credit(reader, event->credit_posted, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_ALLOCATED:
        read_allocated(reader, event->allocated, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INVOICE_SETTLED:
        read_settled(reader, event->invoice_settled, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INVOICE_REVERSED:
        read_reversed(reader, event->invoice_reversed, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_BUCKET_ENTERED:
        read_bucket(reader, event->bucket_entered, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_WRITTEN_OFF:
        read_written_off(reader, event->written_off, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_RECOVERED:
        read_recovered(reader, event->recovered, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_HELD:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INPUT_REFUSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_WRITE_OFF_REFUSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_CHARGE_POSTED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DISCOUNT_GRANTED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_TOLERANCE_USED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_PAYMENT_REVERSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_ALLOCATION_REVERSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_RECOVERY_REVERSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_REFUNDED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DUE_DATE_CHANGED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DEBT_REDUCED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DEBT_RESTORED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_PERIOD_CHANGED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_NOTED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_JOURNAL_SEALED:
        return true; /* says nothing about credit that the score looks at */
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT__NOT_SET:
    case _ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
    }
    return false;
}

static void read_message(WireReader *reader, const LedgerEvent *event, ScoringMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    bool about_task = str_is_empty(str_of(event->customer));
    if (!about_task) {
        message->account = (Account){.creditor = wire_part(reader, "creditor", event->creditor),
                                     .customer = wire_part(reader, "customer", event->customer)};
    }
    if (!read_event(reader, event, message)) {
        wire_fault(reader, "EVENT_UNKNOWN",
                   "The ledger says something this program does not know: a newer producer wrote "
                   "it; upgrade scoring first.");
    }
    if (about_task && message->input.kind != SCORING_NOTHING) {
        wire_fault(reader, "ACCOUNT_MISSING", "An event about an invoice names no customer.");
    }
}

bool wire_read_ledger(Str value, Arena *arena, ScoringMessage *message, WireRefusal *refusal) {
    const LedgerEvent *event = (const LedgerEvent *)wire_unpack(
        &arrears__ledger__v1__ledger_event__descriptor, value, arena, DECODED_MAX);
    *message = (ScoringMessage){0};
    if (event == NULL) {
        *refusal = (WireRefusal){S("VALUE_UNREADABLE"), S("The value is no LedgerEvent.")};
        return false;
    }
    WireReader reader = wire_reader(arena);
    read_message(&reader, event, message);
    if (!wire_is_good(&reader)) {
        *refusal = (WireRefusal){str_of(reader.code), reader.sentence};
        return false;
    }
    return true;
}
