/* arrears.ledger.v1: of all that the ledger says, what matters for dunning. */
#include "arrears/ledger/v1/ledger.pb-c.h"
#include "contract/suspense.h"
#include "dunning/wire/room.h"

typedef Arrears__Ledger__V1__LedgerEvent LedgerEvent;
typedef Arrears__Ledger__V1__Noted Noted;

enum { DECODED_MAX = 256 << 10, TOPIC_NAME_MAX = 249 /* Kafka's limit */, SENTENCE_MAX = 4096 };

static void event_fault(WireReader *reader) {
    wire_fault(reader, "EVENT_UNKNOWN",
               "The ledger says something this program does not know: a newer producer wrote it; "
               "upgrade dunning first.");
}

/* ---- debts and what becomes of them */

static void read_instalments(WireReader *reader, const Arrears__Ledger__V1__InvoicePosted *posted,
                             InvoiceNews *news) {
    if (posted->n_instalments > ITEM_INSTALMENTS_MAX) {
        wire_fault(reader, "LIST_SIZE", "instalments has %zu of them; at most %d are lawful.",
                   posted->n_instalments, ITEM_INSTALMENTS_MAX);
        return;
    }
    InstalmentNews *read =
        ARENA_ARRAY(reader->arena, InstalmentNews, (ptrdiff_t)posted->n_instalments);
    for (size_t i = 0; i < posted->n_instalments; i++) {
        const Arrears__Billing__V1__Instalment *instalment = posted->instalments[i];
        read[i].amount = wire_amount(reader, "instalments.amount", instalment->amount);
        read[i].due_on = wire_date(reader, "instalments.due_on", instalment->due_on);
    }
    news->instalments = read;
    news->instalment_count = (int32_t)posted->n_instalments;
    news->due_on = read[0].due_on;
}

static void read_posted(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__InvoicePosted *posted = event->invoice_posted;
    input->kind = DUNNING_POSTED;
    input->invoice.key.number = wire_number(reader, "number", posted->number);
    /* The sum of instalments: above any one item. */
    input->invoice.open = wire_money(reader, "amount", posted->amount);
    input->invoice.due_on = wire_date(reader, "due_on", posted->due_on);
    if (posted->n_instalments > 0) {
        read_instalments(reader, posted, &input->invoice);
    }
}

static void read_charge(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__ChargePosted *charge = event->charge_posted;
    input->kind = DUNNING_POSTED;
    input->invoice.key = WIRE_ITEM(reader, charge);
    input->invoice.open = wire_amount(reader, "amount", charge->amount);
    input->invoice.due_on = wire_date(reader, "due_on", charge->due_on);
}

static void read_allocated(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__Allocated *allocated = event->allocated;
    input->kind = DUNNING_ALLOCATED;
    input->invoice.key = WIRE_ITEM(reader, allocated);
    input->invoice.amount = wire_amount(reader, "amount", allocated->amount);
    input->invoice.open = wire_money(reader, "open", allocated->open);
}

/* What several messages say alike: less of an item is open. */
#define READ_REDUCED(reader, message, input)                                                       \
    do {                                                                                           \
        (input)->kind = DUNNING_REDUCED;                                                           \
        (input)->invoice.key = WIRE_ITEM(reader, message);                                         \
        (input)->invoice.open = wire_money(reader, "open", (message)->open);                       \
    } while (0)

/* And these: it is open again. */
#define READ_REOPENED(reader, message, input)                                                      \
    do {                                                                                           \
        (input)->kind = DUNNING_REOPENED;                                                          \
        (input)->invoice.key = WIRE_ITEM(reader, message);                                         \
        (input)->invoice.open = wire_amount(reader, "open", (message)->open);                      \
        (input)->invoice.due_on = wire_date(reader, "due_on", (message)->due_on);                  \
    } while (0)

static void read_discount(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    READ_REDUCED(reader, event->discount_granted, input);
}

static void read_tolerance(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    READ_REDUCED(reader, event->tolerance_used, input);
}

static void read_reduced(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__DebtReduced *reduced = event->debt_reduced;
    READ_REDUCED(reader, reduced, input);
    if (reduced->kind == ARREARS__BILLING__V1__REDUCTION_KIND__REDUCTION_KIND_WAIVED) {
        input->kind = DUNNING_WRITTEN_OFF; /* by a request of dunning's, too */
        input->invoice.request = wire_number(reader, "number", reduced->number);
    }
}

static void read_reopened(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    READ_REOPENED(reader, event->allocation_reversed, input);
}

static void read_restored(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    READ_REOPENED(reader, event->debt_restored, input);
}

static void read_reversed(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__InvoiceReversed *reversed = event->invoice_reversed;
    input->kind = DUNNING_CANCELLED;
    input->invoice.key.number = wire_number(reader, "number", reversed->number);
}

static void read_written_off(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__WrittenOff *written = event->written_off;
    input->kind = DUNNING_WRITTEN_OFF;
    input->invoice.key = wire_item(
        reader, &(WireItem){"number", written->number, written->charge, written->instalment});
    Money amount = wire_amount(reader, "amount", written->amount);
    input->invoice.open = written->open == NULL ? money_of(0, amount.currency)
                                                : wire_money(reader, "open", written->open);
    if (!written->standing) { /* the reference of an approval may be named like a request */
        input->invoice.request = wire_number(reader, "request_id", written->request_id);
    }
}

static void read_due_changed(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__DueDateChanged *changed = event->due_date_changed;
    input->kind = DUNNING_DUE_CHANGED;
    input->invoice.key = WIRE_ITEM(reader, changed);
    input->invoice.due_on = wire_date(reader, "due_on", changed->due_on);
}

/* ---- credit */

static void read_credited(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Ledger__V1__CreditPosted *posted = event->credit_posted;
    input->kind = DUNNING_CREDITED;
    input->invoice.amount = wire_amount(reader, "amount", posted->amount);
}

/* Credit that waited for an invoice is gone, if there was any. */
static void spend(WireReader *reader, const Arrears__Envelope__V1__Money *amount,
                  DunningInput *input) {
    input->invoice.amount = wire_money(reader, "amount", amount);
    input->kind = money_is_zero(input->invoice.amount) ? DUNNING_NOTHING : DUNNING_SPENT;
}

static void read_recovered(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    spend(reader, event->recovered->amount, input);
}

static void read_payment_reversed(WireReader *reader, const LedgerEvent *event,
                                  DunningInput *input) {
    spend(reader, event->payment_reversed->unapplied, input);
}

static void read_refunded(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    spend(reader, event->refunded->unapplied, input);
}

static void read_sent(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    spend(reader, event->money_sent->amount, input);
}

/* ---- requests and holds */

static void read_write_off_refused(WireReader *reader, const LedgerEvent *event,
                                   DunningInput *input) {
    const Arrears__Ledger__V1__WriteOffRefused *refused = event->write_off_refused;
    input->kind = DUNNING_REQUEST_NEWS;
    input->request.request = wire_number(reader, "request_id", refused->request_id);
    input->request.state = REQUEST_REFUSED;
}

static void read_held(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Arrears__Envelope__V1__Held *held = event->held;
    input->kind = DUNNING_HELD;
    input->held = (Held){.topic = wire_text(reader, "topic", held->topic, TOPIC_NAME_MAX),
                         .partition = held->partition,
                         .offset = held->offset,
                         .reason = wire_text(reader, "reason", held->reason, WIRE_REASON_MAX),
                         .sentence = wire_text(reader, "sentence", held->sentence, SENTENCE_MAX)};
}

/* ---- what persons say; the ledger has checked it, and notes it in its place */

static Str read_actor(WireReader *reader, const Arrears__Envelope__V1__Actor *actor) {
    return wire_number(reader, "actor.id", actor ? actor->id : "");
}

static void read_cleared(WireReader *reader, const Arrears__Billing__V1__HoldCleared *cleared,
                         DunningInput *input) {
    input->kind = DUNNING_HOLD_CLEARED;
    input->held = (Held){.topic = wire_text(reader, "topic", cleared->topic, TOPIC_NAME_MAX),
                         .partition = cleared->partition,
                         .offset = cleared->offset};
}

static void read_invoices(WireReader *reader, char **texts, size_t count, Proposal *proposal) {
    Str *invoices = ARENA_ARRAY(reader->arena, Str, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        invoices[i] = wire_number(reader, "invoice_numbers", texts[i]);
    }
    proposal->invoices = invoices;
    proposal->invoice_count = (int)count;
}

static void read_parts(WireReader *reader, Arrears__Billing__V1__DebtPart *const *texts,
                       size_t count, Proposal *proposal) {
    ProposedPart *parts = ARENA_ARRAY(reader->arena, ProposedPart, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        parts[i].item = WIRE_ITEM(reader, texts[i]);
        if (texts[i]->amount != NULL) {
            parts[i].amount = wire_amount(reader, "parts.amount", texts[i]->amount);
        }
    }
    proposal->parts = parts;
    proposal->part_count = (int)count;
}

/* What both proposals say under the same names. */
#define READ_PROPOSAL(reader, message, input)                                                      \
    do {                                                                                           \
        size_t named = (message)->n_invoice_numbers + (message)->n_parts;                          \
        if (named < 1 || named > REQUEST_ITEMS_MAX) {                                              \
            wire_fault(reader, "LIST_SIZE", "the proposal names %zu debts; 1 to %d are lawful.",   \
                       named, REQUEST_ITEMS_MAX);                                                  \
            return;                                                                                \
        }                                                                                          \
        (input)->kind = DUNNING_PROPOSED;                                                          \
        (input)->proposal =                                                                        \
            (Proposal){.number = wire_number(reader, "number", (message)->number),                 \
                       .reason = wire_text(reader, "reason", (message)->reason, WIRE_REASON_MAX),  \
                       .actor = read_actor(reader, (message)->actor)};                             \
        read_invoices(reader, (message)->invoice_numbers, (message)->n_invoice_numbers,            \
                      &(input)->proposal);                                                         \
        read_parts(reader, (message)->parts, (message)->n_parts, &(input)->proposal);              \
    } while (0)

static void read_proposed(WireReader *reader,
                          const Arrears__Billing__V1__WriteOffProposed *proposed,
                          DunningInput *input) {
    READ_PROPOSAL(reader, proposed, input);
    input->proposal.act = ACT_WRITE_OFF;
    input->proposal.code = wire_write_off_reason(reader, "reason_code", proposed->reason_code);
}

static void read_waiver(WireReader *reader, const Arrears__Billing__V1__WaiverProposed *proposed,
                        DunningInput *input) {
    READ_PROPOSAL(reader, proposed, input);
    input->proposal.act = ACT_WAIVER;
}

static void read_settled(WireReader *reader, const Arrears__Billing__V1__ReminderSettled *settled,
                         DunningInput *input) {
    bool sent = settled->outcome == ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_SENT;
    if (!sent &&
        settled->outcome != ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_NOT_SENT) {
        wire_fault(reader, "OUTCOME_UNKNOWN", "outcome is none this program knows.");
    }
    input->kind = DUNNING_SETTLED;
    input->word = (Word){.number = wire_number(reader, "number", settled->number),
                         .reminder = wire_number(reader, "reminder_id", settled->reminder_id),
                         .went_out = sent,
                         .reason = wire_text(reader, "reason", settled->reason, WIRE_REASON_MAX),
                         .actor = read_actor(reader, settled->actor)};
}

static void read_resend(WireReader *reader,
                        const Arrears__Billing__V1__ReminderResendRequested *wanted,
                        DunningInput *input) {
    input->kind = DUNNING_RESEND;
    input->word = (Word){.number = wire_number(reader, "number", wanted->number),
                         .reminder = wire_number(reader, "reminder_id", wanted->reminder_id),
                         .reason = wire_text(reader, "reason", wanted->reason, WIRE_REASON_MAX),
                         .actor = read_actor(reader, wanted->actor)};
}

static void read_pause(WireReader *reader, const Arrears__Billing__V1__PauseStarted *started,
                       DunningInput *input) {
    input->kind = DUNNING_PAUSED;
    input->pause =
        (PauseNews){.number = wire_number(reader, "number", started->number),
                    .invoice = wire_number(reader, "invoice_number", started->invoice_number),
                    .starts_on = wire_date(reader, "starts_on", started->starts_on),
                    .ends_on = wire_date_or_none(reader, "ends_on", started->ends_on)};
}

static void read_pause_end(WireReader *reader, const Arrears__Billing__V1__PauseEnded *ended,
                           DunningInput *input) {
    input->kind = DUNNING_PAUSE_ENDED;
    input->pause = (PauseNews){.number = wire_number(reader, "pause_number", ended->pause_number),
                               .ends_on = wire_date(reader, "ends_on", ended->ends_on)};
}

static void read_noted(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    const Noted *noted = event->noted;
    switch (noted->note_case) {
    case ARREARS__LEDGER__V1__NOTED__NOTE_WRITE_OFF_PROPOSED:
        read_proposed(reader, noted->write_off_proposed, input);
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE_WAIVER_PROPOSED:
        read_waiver(reader, noted->waiver_proposed, input);
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE_HOLD_CLEARED:
        read_cleared(reader, noted->hold_cleared, input);
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_SETTLED:
        read_settled(reader, noted->reminder_settled, input);
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_RESEND_REQUESTED:
        read_resend(reader, noted->reminder_resend_requested, input);
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE_PAUSE_STARTED:
        read_pause(reader, noted->pause_started, input);
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE_PAUSE_ENDED:
        read_pause_end(reader, noted->pause_ended, input);
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE_INVOICE_MILESTONE_REACHED:
    case ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER: /* what dunning said itself */
    case ARREARS__LEDGER__V1__NOTED__NOTE_REQUEST:  /* what approvals said */
        return;
    case ARREARS__LEDGER__V1__NOTED__NOTE__NOT_SET:
    case _ARREARS__LEDGER__V1__NOTED__NOTE__CASE_IS_INT_SIZE:
        event_fault(reader);
        return;
    }
}

/* ---- the message */

static void read_day(DayMark mark, DunningMessage *message) {
    message->is_day = true;
    message->day = mark;
}

/* Follows from what was said before, or moves nothing. */
static void read_nothing(WireReader *reader, const LedgerEvent *event, DunningInput *input) {
    (void)reader;
    (void)event;
    input->kind = DUNNING_NOTHING;
}

#define EVENT(name) ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_##name

/* How each event of an account is read, by its place in the message. */
static void (*const READS[])(WireReader *reader, const LedgerEvent *event, DunningInput *input) = {
    [EVENT(INVOICE_POSTED)] = read_posted,
    [EVENT(CHARGE_POSTED)] = read_charge,
    [EVENT(ALLOCATED)] = read_allocated,
    [EVENT(DISCOUNT_GRANTED)] = read_discount,
    [EVENT(TOLERANCE_USED)] = read_tolerance,
    [EVENT(DEBT_REDUCED)] = read_reduced,
    [EVENT(ALLOCATION_REVERSED)] = read_reopened,
    [EVENT(DEBT_RESTORED)] = read_restored,
    [EVENT(INVOICE_REVERSED)] = read_reversed,
    [EVENT(WRITTEN_OFF)] = read_written_off,
    [EVENT(DUE_DATE_CHANGED)] = read_due_changed,
    [EVENT(CREDIT_POSTED)] = read_credited,
    [EVENT(RECOVERED)] = read_recovered,
    [EVENT(PAYMENT_REVERSED)] = read_payment_reversed,
    [EVENT(REFUNDED)] = read_refunded,
    [EVENT(MONEY_SENT)] = read_sent,
    [EVENT(MONEY_RECALLED)] = read_nothing,
    [EVENT(WRITE_OFF_REFUSED)] = read_write_off_refused,
    [EVENT(HELD)] = read_held,
    [EVENT(NOTED)] = read_noted,
    [EVENT(INPUT_REFUSED)] = read_nothing,
    [EVENT(INVOICE_SETTLED)] = read_nothing,
    [EVENT(BUCKET_ENTERED)] = read_nothing,
    [EVENT(RECOVERY_REVERSED)] = read_nothing,
    [EVENT(JOURNAL_SEALED)] = read_nothing,
    [EVENT(PERIOD_CHANGED)] = read_nothing,
    [EVENT(INTEREST_ACCRUED)] = read_nothing,
    [EVENT(ASSIGNMENT_PENDING)] = read_nothing,
    [EVENT(ASSIGNMENT_DROPPED)] = read_nothing,
    [EVENT(STATEMENT_DUE)] = read_nothing,
    [EVENT(BALANCE_AGREED)] = read_nothing,
    [EVENT(BALANCE_DISPUTED)] = read_nothing,
};

static void read_event(WireReader *reader, const LedgerEvent *event, DunningMessage *message) {
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

static void read_message(WireReader *reader, const LedgerEvent *event, DunningMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    message->account = room_account(reader, event->creditor, event->customer);
    read_event(reader, event, message);
    if (suspense_is(message->account)) {
        message->account = (Account){0};
        message->input = (DunningInput){.kind = DUNNING_NOTHING};
    }
    room_need_account(reader, message);
}

bool wire_read_ledger(Str value, Arena *arena, DunningMessage *message, WireRefusal *refusal) {
    const LedgerEvent *event = (const LedgerEvent *)wire_unpack(
        &arrears__ledger__v1__ledger_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (DunningMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE", "The value is no arrears.ledger.v1.LedgerEvent.");
    } else {
        read_message(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}
