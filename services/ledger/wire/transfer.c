/* arrears.transfers.v1: money between accounts, from ledger to ledger. What cannot be read stops
 * the task: only a ledger writes there. */
#include "arrears/transfers/v1/transfers.pb-c.h"
#include "base/check.h"
#include "contract/content.h"
#include "contract/wire.h"
#include "ledger/wire.h"
#include "ledger/wire/room.h"

typedef Arrears__Transfers__V1__TransferEvent TransferEvent;
typedef Arrears__Transfers__V1__MoneySent SentMessage;
typedef Arrears__Transfers__V1__MoneyRecalled RecalledMessage;

enum { DECODED_MAX = 64 << 10 };

/* ---- reading */

static Document read_document(WireReader *reader, DocumentKind kind, Str number,
                              ProtobufCMessage *message) {
    Hash hash = content_hash(message, reader->arena);
    return (Document){.kind = kind,
                      .number = number,
                      .hash = str_copy(reader->arena, str_from(hash.bytes, HASH_SIZE))};
}

static void name_one(WireReader *reader, LedgerInput *input, Str name) {
    if (!str_is_empty(name)) {
        Str *names = ARENA_NEW(reader->arena, Str);
        *names = name;
        input->invoices = names;
        input->invoice_count = 1;
    }
}

static void read_sent(WireReader *reader, SentMessage *sent, LedgerInput *input) {
    Str id = wire_number(reader, "transfer_id", sent->transfer_id);
    bool known = (unsigned)sent->way < WAY_COUNT;
    *input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = read_document(reader, DOCUMENT_PAYMENT, id, &sent->base),
        .credit = {.kind = CREDIT_PAYMENT,
                   .amount = wire_amount(reader, "amount", sent->amount),
                   .effective_on = wire_date(reader, "effective_on", sent->effective_on),
                   .received_on = wire_date(reader, "received_on", sent->received_on),
                   .way = known ? (PaymentWay)sent->way : WAY_UNKNOWN,
                   .payer = wire_number_or_empty(reader, "payer", sent->payer),
                   .from = wire_part(reader, "from_customer", sent->from_customer),
                   .from_number = wire_number(reader, "payment_number", sent->payment_number),
                   .moves = sent->moves},
    };
    input->credit.tax = money_of(0, input->credit.amount.currency);
    name_one(reader, input, wire_number_or_empty(reader, "invoice_number", sent->invoice_number));
}

/* What the receiver does not have any more is owed under the recall's own number. */
static void read_recalled(WireReader *reader, RecalledMessage *recalled, LedgerInput *input) {
    Str id = wire_number(reader, "recall_id", recalled->recall_id);
    bool known = (unsigned)recalled->kind < REVERSAL_KIND_COUNT;
    *input = (LedgerInput){
        .kind = LEDGER_REVERSAL,
        .document = read_document(reader, DOCUMENT_REVERSAL, id, &recalled->base),
        .reversal = {.payment = wire_number(reader, "transfer_id", recalled->transfer_id),
                     .kind = known ? (ReversalKind)recalled->kind : REVERSAL_NONE,
                     .amount = wire_amount(reader, "amount", recalled->amount),
                     .reversed_on = wire_date(reader, "effective_on", recalled->effective_on),
                     .recalled = true},
    };
    name_one(reader, input, id);
}

static void read_message(WireReader *reader, const TransferEvent *event, LedgerMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    message->account = (Account){.creditor = wire_part(reader, "creditor", event->creditor),
                                 .customer = wire_part(reader, "customer", event->customer)};
    switch (event->event_case) {
    case ARREARS__TRANSFERS__V1__TRANSFER_EVENT__EVENT_SENT:
        read_sent(reader, event->sent, &message->input);
        return;
    case ARREARS__TRANSFERS__V1__TRANSFER_EVENT__EVENT_RECALLED:
        read_recalled(reader, event->recalled, &message->input);
        return;
    case ARREARS__TRANSFERS__V1__TRANSFER_EVENT__EVENT__NOT_SET:
    case _ARREARS__TRANSFERS__V1__TRANSFER_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
    }
    wire_fault(reader, "EVENT_UNKNOWN",
               "A ledger says something this program does not know: a newer one wrote it; upgrade "
               "this one.");
}

bool wire_read_transfer(Str value, Arena *arena, LedgerMessage *message, WireRefusal *refusal) {
    const TransferEvent *event = (const TransferEvent *)wire_unpack(
        &arrears__transfers__v1__transfer_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (LedgerMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.transfers.v1.TransferEvent.");
    } else {
        read_message(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}

/* ---- writing */

static void put_sent(Arena *arena, const MoneySent *sent, TransferEvent *event) {
    SentMessage *message = ARENA_NEW(arena, SentMessage);
    arrears__transfers__v1__money_sent__init(message);
    message->transfer_id = wire_put_text(arena, sent->transfer);
    message->from_customer = wire_put_text(arena, sent->from);
    message->payment_number = wire_put_text(arena, sent->payment);
    message->amount = wire_put_money(arena, sent->amount);
    message->effective_on = wire_put_date(arena, sent->effective_on);
    message->received_on = wire_put_date(arena, sent->received_on);
    message->invoice_number = wire_put_text(arena, sent->invoice);
    message->way = (Arrears__Billing__V1__PaymentWay)sent->way;
    message->payer = wire_put_text(arena, sent->payer);
    message->moves = sent->moves;
    event->event_case = ARREARS__TRANSFERS__V1__TRANSFER_EVENT__EVENT_SENT;
    event->sent = message;
    event->customer = wire_put_text(arena, sent->to);
}

static void put_recalled(Arena *arena, const MoneyRecalled *recalled, TransferEvent *event) {
    RecalledMessage *message = ARENA_NEW(arena, RecalledMessage);
    arrears__transfers__v1__money_recalled__init(message);
    message->recall_id = wire_put_text(arena, recalled->recall);
    message->transfer_id = wire_put_text(arena, recalled->transfer);
    message->from_customer = wire_put_text(arena, recalled->to);
    message->kind = (Arrears__Billing__V1__ReversalKind)recalled->kind;
    message->amount = wire_put_money(arena, recalled->amount);
    message->effective_on = wire_put_date(arena, recalled->effective_on);
    event->event_case = ARREARS__TRANSFERS__V1__TRANSFER_EVENT__EVENT_RECALLED;
    event->recalled = message;
    event->customer = wire_put_text(arena, recalled->from);
}

const char *wire_transfer_type(const Fact *fact) {
    CHECK(fact_receiver(fact).ptr != NULL);
    return fact->kind == FACT_MONEY_SENT ? "arrears.transfers.v1.MoneySent"
                                         : "arrears.transfers.v1.MoneyRecalled";
}

Str wire_write_transfer(const Fact *fact, Account account, const Stamp *stamp, Arena *arena) {
    TransferEvent event = ARREARS__TRANSFERS__V1__TRANSFER_EVENT__INIT;
    event.origin = wire_put_origin(arena, &stamp->origin);
    event.cause = wire_put_cause(arena, &stamp->cause);
    event.creditor = wire_put_text(arena, account.creditor);
    event.recorded_on = wire_put_date(arena, stamp->day);
    if (fact->kind == FACT_MONEY_SENT) {
        put_sent(arena, &fact->sent, &event);
    } else {
        CHECK(fact->kind == FACT_MONEY_RECALLED);
        put_recalled(arena, &fact->recalled, &event);
    }
    return wire_pack(&event.base, arena);
}
