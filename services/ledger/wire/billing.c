/* arrears.billing.v1: what platform teams and people send. Anybody writes there, so everything is
 * checked, and a fault names the field. */
#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/content.h"
#include "contract/topics.h"
#include "contract/wire.h"
#include "ledger/wire.h"
#include "ledger/wire/room.h"

typedef Arrears__Billing__V1__BillingEvent BillingEvent;

/* The largest lawful event is a proposal: 100 numbers of 64 bytes and a reason, 16 KiB decoded. */
enum { DECODED_MAX = 64 << 10, TOPIC_NAME_MAX = 249 /* Kafka's limit */ };

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

/* The document's number and what tells it from another of the same number. */
static Document read_document(WireReader *reader, DocumentKind kind, const char *number,
                              ProtobufCMessage *message) {
    Hash hash = content_hash(message, reader->arena);
    return (Document){.kind = kind,
                      .number = wire_number(reader, "number", number),
                      .hash = str_copy(reader->arena, str_from(hash.bytes, HASH_SIZE))};
}

/* ---- events */

/* Each later than the one before, no part of another currency, and all of them the whole. */
static void instalment_check(WireReader *reader, Money whole, const Instalment *parts, int i) {
    if (!currency_equals(parts[i].amount.currency, whole.currency)) {
        wire_fault(reader, "CURRENCY_DIFFERS",
                   "instalments[%d] is in %s, the invoice in %s; send one currency.", i,
                   parts[i].amount.currency.code, whole.currency.code);
    } else if (i > 0 && date_compare(parts[i - 1].due_on, parts[i].due_on) >= 0) {
        wire_fault(reader, "INSTALMENT_ORDER",
                   "instalments[%d] is not due later than the one before; send them in the order "
                   "of their days.",
                   i);
    }
}

static void instalments_check(WireReader *reader, Money whole, const Instalment *parts, int count) {
    Money sum = money_of(0, whole.currency);
    for (int i = 0; i < count && wire_is_good(reader); i++) {
        instalment_check(reader, whole, parts, i);
        if (wire_is_good(reader) && !money_add(sum, parts[i].amount, &sum)) {
            sum = money_of(0, whole.currency); /* cannot be the whole */
            break;
        }
    }
    if (wire_is_good(reader) && money_compare(sum, whole) != 0) {
        Str parts_sum = money_print(reader->arena, sum);
        Str amount = money_print(reader->arena, whole);
        wire_fault(reader, "INSTALMENT_SUM",
                   "The instalments sum to %.*s, the invoice is over %.*s; send parts that sum to "
                   "the whole.",
                   STR_ARGS(parts_sum), STR_ARGS(amount));
    }
}

static void read_instalments(WireReader *reader, const Arrears__Billing__V1__InvoiceIssued *issued,
                             IssuedInvoice *invoice) {
    size_t count = issued->n_instalments;
    if (count < 2 || count > ITEM_INSTALMENTS_MAX) {
        wire_fault(reader, "LIST_SIZE", "instalments has %zu parts; send 2 to %d, or none.", count,
                   ITEM_INSTALMENTS_MAX);
        return;
    }
    if (issued->due_on[0] != '\0') {
        wire_fault(
            reader, "DUE_TWICE",
            "due_on is given beside instalments, which have days of their own; leave it out.");
        return;
    }
    Instalment *parts = ARENA_ARRAY(reader->arena, Instalment, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        parts[i].amount = wire_amount(reader, "instalments.amount", issued->instalments[i]->amount);
        parts[i].due_on = wire_date(reader, "instalments.due_on", issued->instalments[i]->due_on);
    }
    invoice->instalments = parts;
    invoice->instalment_count = (int)count;
    invoice->due_on = parts[count - 1].due_on;
    if (wire_is_good(reader)) {
        instalments_check(reader, invoice->amount, parts, (int)count);
    }
}

static void read_invoice(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__InvoiceIssued *issued = event->invoice_issued;
    message->account = read_account(reader, issued->creditor, issued->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_INVOICE,
        .document = read_document(reader, DOCUMENT_INVOICE, issued->number, &issued->base),
        .issued = {.amount = wire_amount(reader, "amount", issued->amount),
                   .issued_on = wire_date(reader, "issued_on", issued->issued_on)},
    };
    if (issued->n_instalments > 0) {
        read_instalments(reader, issued, &message->input.issued);
    } else {
        message->input.issued.due_on = wire_date(reader, "due_on", issued->due_on);
    }
}

static void read_credit_note(WireReader *reader, const BillingEvent *event,
                             LedgerMessage *message) {
    Arrears__Billing__V1__CreditNoteIssued *issued = event->credit_note_issued;
    message->account = read_account(reader, issued->creditor, issued->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = read_document(reader, DOCUMENT_CREDIT_NOTE, issued->number, &issued->base),
        .credit = {.kind = CREDIT_NOTE,
                   .amount = wire_amount(reader, "amount", issued->amount),
                   .effective_on = wire_date(reader, "issued_on", issued->issued_on)},
    };
    read_invoice_name(reader, issued->invoice_number, &message->input);
}

static void read_payment(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__PaymentReceived *received = event->payment_received;
    message->account = read_account(reader, received->creditor, received->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = read_document(reader, DOCUMENT_PAYMENT, received->number, &received->base),
        .credit = {.kind = CREDIT_PAYMENT,
                   .amount = wire_amount(reader, "amount", received->amount),
                   .effective_on = wire_date(reader, "received_on", received->received_on)},
    };
    read_invoice_name(reader, received->invoice_number, &message->input);
}

static void read_cancellation(WireReader *reader, const BillingEvent *event,
                              LedgerMessage *message) {
    Arrears__Billing__V1__InvoiceCancelled *cancelled = event->invoice_cancelled;
    message->account = read_account(reader, cancelled->creditor, cancelled->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_CANCELLATION,
        .document =
            read_document(reader, DOCUMENT_CANCELLATION, cancelled->number, &cancelled->base),
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
    Arrears__Billing__V1__WriteOffProposed *proposed = event->write_off_proposed;
    message->account = read_account(reader, proposed->creditor, proposed->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_PROPOSAL,
        .document = read_document(reader, DOCUMENT_PROPOSAL, proposed->number, &proposed->base),
        .proposal = {.reason = wire_text(reader, "reason", proposed->reason, LEDGER_REASON_MAX),
                     .actor = read_actor(reader, proposed->actor)},
    };
    read_invoice_names(reader, proposed->invoice_numbers, proposed->n_invoice_numbers,
                       &message->input);
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
    Arrears__Billing__V1__ReminderSettled *settled = event->reminder_settled;
    message->account = read_account(reader, settled->creditor, settled->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_SETTLEMENT,
        .document = read_document(reader, DOCUMENT_SETTLEMENT, settled->number, &settled->base),
        .reminder = {.reminder = wire_number(reader, "reminder_id", settled->reminder_id),
                     .outcome = read_outcome(reader, settled->outcome),
                     .reason = read_reason(reader, settled->reason),
                     .actor = read_actor(reader, settled->actor)},
    };
}

static void read_resend(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__ReminderResendRequested *wish = event->reminder_resend_requested;
    message->account = read_account(reader, wish->creditor, wish->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_RESEND,
        .document = read_document(reader, DOCUMENT_RESEND, wish->number, &wish->base),
        .reminder = {.reminder = wire_number(reader, "reminder_id", wish->reminder_id),
                     .reason = read_reason(reader, wish->reason),
                     .actor = read_actor(reader, wish->actor)},
    };
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
