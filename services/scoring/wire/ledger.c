/* arrears.ledger.v1: of all that the ledger says, what matters for credit. */
#include "arrears/ledger/v1/ledger.pb-c.h"
#include "contract/suspense.h"
#include "contract/wire.h"
#include "scoring/wire.h"

typedef Arrears__Ledger__V1__LedgerEvent LedgerEvent;

enum { DECODED_MAX = 256 << 10 };

static void event_fault(WireReader *reader) {
    wire_fault(reader, "EVENT_UNKNOWN",
               "The ledger says something this program does not know: a newer producer wrote it; "
               "upgrade scoring first.");
}

/* Where a message calls the invoice just its number. */
#define READ_NUMBERED(reader, message)                                                             \
    wire_item(reader,                                                                              \
              &(WireItem){"number", (message)->number, (message)->charge, (message)->instalment})

/* ---- what is owed; an invoice of several items is above any one of them */

static void read_posted(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_POSTED;
    input->key.number = wire_number(reader, "number", event->invoice_posted->number);
    input->amount = wire_money(reader, "amount", event->invoice_posted->amount);
}

static void read_charge(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_POSTED;
    input->key = WIRE_ITEM(reader, event->charge_posted);
    input->amount = wire_amount(reader, "amount", event->charge_posted->amount);
}

static void read_settled(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_SETTLED;
    input->key = READ_NUMBERED(reader, event->invoice_settled);
    input->days = event->invoice_settled->days_late;
    if (input->days < 0) {
        wire_fault(reader, "DAYS_NEGATIVE", "days_late is below zero.");
    }
}

static void read_reversed(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_REVERSED;
    input->key.number = wire_number(reader, "number", event->invoice_reversed->number);
    input->amount = wire_money(reader, "amount", event->invoice_reversed->amount);
}

/* Not past due, too: after an extension. */
static void read_bucket(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_BUCKET_ENTERED;
    input->key = READ_NUMBERED(reader, event->bucket_entered);
    input->open = wire_money(reader, "open", event->bucket_entered->open);
    input->days = event->bucket_entered->days_past_due;
}

static void read_written_off(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    const Arrears__Ledger__V1__WrittenOff *written = event->written_off;
    /* A residue that is not worth a letter says nothing of who left it. */
    input->kind = written->standing ? SCORING_REDUCED : SCORING_WRITTEN_OFF;
    input->key = READ_NUMBERED(reader, written);
    input->amount = wire_amount(reader, "amount", written->amount);
    input->open = written->open == NULL ? money_of(0, input->amount.currency)
                                        : wire_money(reader, "written_off.open", written->open);
}

static void read_due_changed(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_DUE_CHANGED;
    input->key = WIRE_ITEM(reader, event->due_date_changed);
    input->due_on = wire_date(reader, "due_on", event->due_date_changed->due_on);
}

/* ---- less of it, and more again: several messages say the same */

#define READ_LESS(reader, message, how, input)                                                     \
    do {                                                                                           \
        (input)->kind = (how);                                                                     \
        (input)->key = WIRE_ITEM(reader, message);                                                 \
        (input)->amount = wire_amount(reader, "amount", (message)->amount);                        \
        (input)->open = wire_money(reader, "open", (message)->open);                               \
    } while (0)

#define READ_AGAIN(reader, message, input)                                                         \
    do {                                                                                           \
        READ_LESS(reader, message, SCORING_REOPENED, input);                                       \
        (input)->due_on = wire_date(reader, "due_on", (message)->due_on);                          \
    } while (0)

static void read_allocated(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    READ_LESS(reader, event->allocated, SCORING_ALLOCATED, input);
}

static void read_discount(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    READ_LESS(reader, event->discount_granted, SCORING_FORGIVEN, input);
}

static void read_tolerance(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    READ_LESS(reader, event->tolerance_used, SCORING_FORGIVEN, input);
}

static void read_reduced(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    READ_LESS(reader, event->debt_reduced, SCORING_REDUCED, input);
}

static void read_reopened(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    READ_AGAIN(reader, event->allocation_reversed, input);
    input->paid = !event->allocation_reversed->forgiven;
}

static void read_restored(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    READ_AGAIN(reader, event->debt_restored, input);
}

/* ---- credit */

static void read_credit(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_CREDIT_POSTED;
    input->amount = wire_amount(reader, "amount", event->credit_posted->amount);
}

static void read_recovered(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_SPENT;
    input->amount = wire_amount(reader, "amount", event->recovered->amount);
}

/* What had paid something follows item by item. */
static void read_payment_reversed(WireReader *reader, const LedgerEvent *event,
                                  ScoringInput *input) {
    input->kind = SCORING_SPENT;
    input->amount = wire_money(reader, "unapplied", event->payment_reversed->unapplied);
}

static void read_refunded(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_SPENT;
    input->amount = wire_money(reader, "unapplied", event->refunded->unapplied);
}

static void read_sent(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    input->kind = SCORING_SPENT;
    input->amount = wire_amount(reader, "amount", event->money_sent->amount);
}

/* ---- the message */

static void read_day(DayMark mark, ScoringMessage *message) {
    message->is_day = true;
    message->day = mark;
}

/* Says nothing about credit that the score looks at. */
static void read_nothing(WireReader *reader, const LedgerEvent *event, ScoringInput *input) {
    (void)reader;
    (void)event;
    input->kind = SCORING_NOTHING;
}

#define EVENT(name) ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_##name

/* How each event of an account is read, by its place in the message. */
static void (*const READS[])(WireReader *reader, const LedgerEvent *event, ScoringInput *input) = {
    [EVENT(INVOICE_POSTED)] = read_posted,
    [EVENT(CHARGE_POSTED)] = read_charge,
    [EVENT(CREDIT_POSTED)] = read_credit,
    [EVENT(ALLOCATED)] = read_allocated,
    [EVENT(DISCOUNT_GRANTED)] = read_discount,
    [EVENT(TOLERANCE_USED)] = read_tolerance,
    [EVENT(DEBT_REDUCED)] = read_reduced,
    [EVENT(INVOICE_SETTLED)] = read_settled,
    [EVENT(ALLOCATION_REVERSED)] = read_reopened,
    [EVENT(DEBT_RESTORED)] = read_restored,
    [EVENT(INVOICE_REVERSED)] = read_reversed,
    [EVENT(BUCKET_ENTERED)] = read_bucket,
    [EVENT(DUE_DATE_CHANGED)] = read_due_changed,
    [EVENT(WRITTEN_OFF)] = read_written_off,
    [EVENT(RECOVERED)] = read_recovered,
    [EVENT(PAYMENT_REVERSED)] = read_payment_reversed,
    [EVENT(REFUNDED)] = read_refunded,
    [EVENT(MONEY_SENT)] = read_sent,
    [EVENT(MONEY_RECALLED)] = read_nothing,
    [EVENT(HELD)] = read_nothing,
    [EVENT(INPUT_REFUSED)] = read_nothing,
    [EVENT(WRITE_OFF_REFUSED)] = read_nothing,
    [EVENT(RECOVERY_REVERSED)] = read_nothing,
    [EVENT(NOTED)] = read_nothing,
    [EVENT(JOURNAL_SEALED)] = read_nothing,
    [EVENT(PERIOD_CHANGED)] = read_nothing,
    [EVENT(INTEREST_ACCRUED)] = read_nothing,
    [EVENT(ASSIGNMENT_PENDING)] = read_nothing,
    [EVENT(ASSIGNMENT_DROPPED)] = read_nothing,
    [EVENT(STATEMENT_DUE)] = read_nothing,
    [EVENT(BALANCE_AGREED)] = read_nothing,
    [EVENT(BALANCE_DISPUTED)] = read_nothing,
};

static void read_event(WireReader *reader, const LedgerEvent *event, ScoringMessage *message) {
    unsigned place = (unsigned)event->event_case;
    if (place == EVENT(DAY_OPENED)) {
        read_day(wire_day_opened(reader, event->day_opened), message);
    } else if (place == EVENT(DAY_CLOSED)) {
        read_day(wire_day_closed(reader, event->day_closed), message);
    } else if (place < COUNT_OF(READS) && READS[place] != NULL) {
        READS[place](reader, event, &message->input);
    } else {
        event_fault(reader);
    }
}

static void read_message(WireReader *reader, const LedgerEvent *event, ScoringMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    bool about_task = str_is_empty(str_of(event->customer));
    if (!about_task) {
        message->account = (Account){.creditor = wire_part(reader, "creditor", event->creditor),
                                     .customer = wire_part(reader, "customer", event->customer)};
    }
    read_event(reader, event, message);
    if (suspense_is(message->account)) {
        message->account = (Account){0};
        message->input = (ScoringInput){.kind = SCORING_NOTHING};
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
