/* arrears.billing.v1: what platform teams and people send. Anybody writes there, so everything is
 * checked, and a fault names the field. */
#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/seal.h"
#include "contract/topics.h"
#include "contract/wire.h"
#include "ledger/wire.h"
#include "ledger/wire/room.h"

typedef Arrears__Billing__V1__BillingEvent BillingEvent;

/* The largest lawful event is a proposal: 100 numbers of 64 bytes and a reason, 16 KiB decoded. */
enum { DECODED_MAX = 64 << 10, TOPIC_NAME_MAX = 249 /* Kafka's limit */ };

/* ---- the content hash
 *
 * Over the known business fields, each as number, length and text, and only where it is not empty:
 * so a field that is added later leaves the hashes of all earlier documents as they are. */

enum { CONTENT_MAX = 16 << 10 };

typedef struct Content {
    StrBuilder text;
} Content;

static Content content_begin(Arena *arena) {
    return (Content){str_builder(arena, CONTENT_MAX)};
}

static void content_text(Content *content, int field, const char *text) {
    Str value = str_of(text);
    if (!str_is_empty(value)) {
        str_addf(&content->text, "%d:%td:%.*s;", field, value.len, STR_ARGS(value));
    }
}

static void content_money(Content *content, int field, const Arrears__Envelope__V1__Money *money) {
    if (money != NULL) {
        str_addf(&content->text, "%d:%s %jd;", field, money->currency, (intmax_t)money->minor);
    }
}

static void content_number(Content *content, int field, int64_t number) {
    str_addf(&content->text, "%d:%jd;", field, (intmax_t)number);
}

/* A content too long for the builder was refused by the checks of its fields. */
static Str content_hash(const Content *content, Arena *arena) {
    Hash hash = hash_of(str_built(&content->text));
    return str_copy(arena, str_from(hash.bytes, HASH_SIZE));
}

/* ---- parts that many events have */

/* Names that begin with '~' are our own accounts, like suspense. */
static Str read_name(WireReader *reader, const char *field, const char *text) {
    Str name = wire_part(reader, field, text);
    if (str_starts_with(name, S("~"))) {
        wire_fault(reader, "NAME_RESERVED", "%s begins with '~'; such names are Arrears' own.",
                   field);
    }
    return name;
}

static Account read_account(WireReader *reader, const char *creditor, const char *customer) {
    return (Account){.creditor = read_name(reader, "creditor", creditor),
                     .customer = read_name(reader, "customer", customer)};
}

static void read_invoice_name(WireReader *reader, const char *text, LedgerInput *input) {
    Str name = wire_number_or_empty(reader, "invoice_number", text);
    if (!str_is_empty(name)) {
        Str *names = ARENA_NEW(reader->arena, Str);
        *names = name;
        input->invoices = names;
        input->invoice_count = 1;
    }
}

static Str read_actor(WireReader *reader, const Arrears__Envelope__V1__Actor *actor) {
    if (actor == NULL) {
        wire_fault(reader, "ACTOR_MISSING", "actor is missing; say who did it.");
        return (Str){0};
    }
    return wire_number(reader, "actor.id", actor->id);
}

/* What a person gives as the reason may not be left out. */
static Str read_reason(WireReader *reader, const char *text) {
    Str reason = wire_text(reader, "reason", text, LEDGER_REASON_MAX);
    if (str_is_empty(reason)) {
        wire_fault(reader, "REASON_MISSING", "reason is empty; say how it is known or why.");
    }
    return reason;
}

/* ---- events */

static void read_invoice(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    const Arrears__Billing__V1__InvoiceIssued *issued = event->invoice_issued;
    message->account = read_account(reader, issued->creditor, issued->customer);
    Content content = content_begin(reader->arena);
    content_money(&content, 4, issued->amount);
    content_text(&content, 5, issued->issued_on);
    content_text(&content, 6, issued->due_on);
    message->input = (LedgerInput){
        .kind = LEDGER_INVOICE,
        .document = {.kind = DOCUMENT_INVOICE,
                     .number = wire_number(reader, "number", issued->number),
                     .hash = content_hash(&content, reader->arena)},
        .issued = {.amount = wire_amount(reader, "amount", issued->amount),
                   .issued_on = wire_date(reader, "issued_on", issued->issued_on),
                   .due_on = wire_date(reader, "due_on", issued->due_on)},
    };
}

static void read_credit_note(WireReader *reader, const BillingEvent *event,
                             LedgerMessage *message) {
    const Arrears__Billing__V1__CreditNoteIssued *issued = event->credit_note_issued;
    message->account = read_account(reader, issued->creditor, issued->customer);
    Content content = content_begin(reader->arena);
    content_money(&content, 4, issued->amount);
    content_text(&content, 5, issued->issued_on);
    content_text(&content, 6, issued->invoice_number);
    message->input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = {.kind = DOCUMENT_CREDIT_NOTE,
                     .number = wire_number(reader, "number", issued->number),
                     .hash = content_hash(&content, reader->arena)},
        .credit = {.kind = CREDIT_NOTE,
                   .amount = wire_amount(reader, "amount", issued->amount),
                   .effective_on = wire_date(reader, "issued_on", issued->issued_on)},
    };
    read_invoice_name(reader, issued->invoice_number, &message->input);
}

static void read_payment(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    const Arrears__Billing__V1__PaymentReceived *received = event->payment_received;
    message->account = read_account(reader, received->creditor, received->customer);
    Content content = content_begin(reader->arena);
    content_money(&content, 4, received->amount);
    content_text(&content, 5, received->received_on);
    content_text(&content, 6, received->invoice_number);
    message->input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = {.kind = DOCUMENT_PAYMENT,
                     .number = wire_number(reader, "number", received->number),
                     .hash = content_hash(&content, reader->arena)},
        .credit = {.kind = CREDIT_PAYMENT,
                   .amount = wire_amount(reader, "amount", received->amount),
                   .effective_on = wire_date(reader, "received_on", received->received_on)},
    };
    read_invoice_name(reader, received->invoice_number, &message->input);
}

static void read_cancellation(WireReader *reader, const BillingEvent *event,
                              LedgerMessage *message) {
    const Arrears__Billing__V1__InvoiceCancelled *cancelled = event->invoice_cancelled;
    message->account = read_account(reader, cancelled->creditor, cancelled->customer);
    Content content = content_begin(reader->arena);
    content_text(&content, 4, cancelled->invoice_number);
    content_text(&content, 5, cancelled->cancelled_on);
    content_text(&content, 6, cancelled->reason);
    message->input = (LedgerInput){
        .kind = LEDGER_CANCELLATION,
        .document = {.kind = DOCUMENT_CANCELLATION,
                     .number = wire_number(reader, "number", cancelled->number),
                     .hash = content_hash(&content, reader->arena)},
        .cancellation = {.effective_on =
                             wire_date(reader, "cancelled_on", cancelled->cancelled_on)},
    };
    (void)wire_number(reader, "invoice_number", cancelled->invoice_number); /* must be there */
    (void)wire_text(reader, "reason", cancelled->reason, LEDGER_REASON_MAX);
    read_invoice_name(reader, cancelled->invoice_number, &message->input);
}

/* 1 to LEDGER_INVOICES_MAX numbers, each once. */
static void read_invoice_names(WireReader *reader, char **texts, size_t count, LedgerInput *input) {
    if (count < 1 || count > LEDGER_INVOICES_MAX) {
        wire_fault(reader, "LIST_SIZE", "invoice_numbers has %zu numbers; send 1 to %d.", count,
                   LEDGER_INVOICES_MAX);
        return;
    }
    Str *names = ARENA_ARRAY(reader->arena, Str, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        names[i] = wire_number(reader, "invoice_numbers", texts[i]);
        for (size_t before = 0; before < i; before++) {
            if (str_equals(names[before], names[i])) {
                wire_fault(reader, "LIST_REPEATS",
                           "invoice_numbers names an invoice twice; send each once.");
            }
        }
    }
    input->invoices = names;
    input->invoice_count = (int)count;
}

static void read_proposal(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    const Arrears__Billing__V1__WriteOffProposed *proposed = event->write_off_proposed;
    message->account = read_account(reader, proposed->creditor, proposed->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_PROPOSAL,
        .document = {.kind = DOCUMENT_PROPOSAL,
                     .number = wire_number(reader, "number", proposed->number)},
        .proposal = {.reason = wire_text(reader, "reason", proposed->reason, LEDGER_REASON_MAX),
                     .actor = read_actor(reader, proposed->actor)},
    };
    read_invoice_names(reader, proposed->invoice_numbers, proposed->n_invoice_numbers,
                       &message->input);
    if (!wire_is_good(reader)) {
        return;
    }
    Content content = content_begin(reader->arena);
    for (size_t i = 0; i < proposed->n_invoice_numbers; i++) {
        content_text(&content, 4, proposed->invoice_numbers[i]);
    }
    content_text(&content, 5, proposed->reason);
    content_text(&content, 6, proposed->actor->id);
    message->input.document.hash = content_hash(&content, reader->arena);
}

static void read_cleared(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    const Arrears__Billing__V1__HoldCleared *cleared = event->hold_cleared;
    bool own = str_equals(str_of(cleared->topic), str_of(TOPIC_BILLING));
    message->account = read_account(reader, cleared->creditor, cleared->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_HOLD_CLEARED,
        .cleared = {.elsewhere = !own,
                    .topic = wire_text(reader, "topic", cleared->topic, TOPIC_NAME_MAX),
                    .partition = cleared->partition,
                    .offset = cleared->offset,
                    .reason = wire_text(reader, "reason", cleared->reason, LEDGER_REASON_MAX),
                    .actor = read_actor(reader, cleared->actor)},
    };
}

static ReminderOutcome read_outcome(WireReader *reader,
                                    Arrears__Billing__V1__ReminderOutcome outcome) {
    /* The sender's number, which may be one of a later contract: no switch over the enum. */
    if (outcome == ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_SENT) {
        return REMINDER_SENT;
    }
    if (outcome == ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_NOT_SENT) {
        return REMINDER_NOT_SENT;
    }
    wire_fault(reader, "OUTCOME_UNKNOWN", "outcome is %d; send 1 (sent) or 2 (not sent).",
               (int)outcome);
    return REMINDER_OUTCOME_NONE;
}

static void read_settlement(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    const Arrears__Billing__V1__ReminderSettled *settled = event->reminder_settled;
    message->account = read_account(reader, settled->creditor, settled->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_SETTLEMENT,
        .document = {.kind = DOCUMENT_SETTLEMENT,
                     .number = wire_number(reader, "number", settled->number)},
        .reminder = {.reminder = wire_number(reader, "reminder_id", settled->reminder_id),
                     .outcome = read_outcome(reader, settled->outcome),
                     .reason = read_reason(reader, settled->reason),
                     .actor = read_actor(reader, settled->actor)},
    };
    if (!wire_is_good(reader)) {
        return;
    }
    Content content = content_begin(reader->arena);
    content_text(&content, 4, settled->reminder_id);
    content_number(&content, 5, settled->outcome);
    content_text(&content, 6, settled->reason);
    content_text(&content, 7, settled->actor->id);
    message->input.document.hash = content_hash(&content, reader->arena);
}

static void read_resend(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    const Arrears__Billing__V1__ReminderResendRequested *wish = event->reminder_resend_requested;
    message->account = read_account(reader, wish->creditor, wish->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_RESEND,
        .document = {.kind = DOCUMENT_RESEND,
                     .number = wire_number(reader, "number", wish->number)},
        .reminder = {.reminder = wire_number(reader, "reminder_id", wish->reminder_id),
                     .reason = read_reason(reader, wish->reason),
                     .actor = read_actor(reader, wish->actor)},
    };
    if (!wire_is_good(reader)) {
        return;
    }
    Content content = content_begin(reader->arena);
    content_text(&content, 4, wish->reminder_id);
    content_text(&content, 5, wish->reason);
    content_text(&content, 6, wish->actor->id);
    message->input.document.hash = content_hash(&content, reader->arena);
}

static void read_event(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    switch (event->event_case) {
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_TICK:
        message->is_tick = true;
        message->tick = wire_signed(reader, event->tick);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_INVOICE_ISSUED:
        read_invoice(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_CREDIT_NOTE_ISSUED:
        read_credit_note(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_INVOICE_CANCELLED:
        read_cancellation(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_RECEIVED:
        read_payment(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_WRITE_OFF_PROPOSED:
        read_proposal(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_HOLD_CLEARED:
        read_cleared(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_REMINDER_SETTLED:
        read_settlement(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT_REMINDER_RESEND_REQUESTED:
        read_resend(reader, event, message);
        return;
    case ARREARS__BILLING__V1__BILLING_EVENT__EVENT__NOT_SET:
    case _ARREARS__BILLING__V1__BILLING_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
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
