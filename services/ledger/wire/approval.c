/* arrears.approvals.v1: of all that approvals says, the ledger acts on what was approved of debts.
 * The writer is one of our own services: what cannot be read stops the task, it is not poison. */
#include "arrears/approvals/v1/approvals.pb-c.h"
#include "contract/wire.h"
#include "ledger/wire.h"
#include "ledger/wire/room.h"

typedef Arrears__Approvals__V1__ApprovalEvent ApprovalEvent;
typedef Arrears__Approvals__V1__RequestApproved RequestApproved;

enum { DECODED_MAX = 256 << 10 };

static ItemKey read_key(WireReader *reader, const Arrears__Approvals__V1__RequestItem *item) {
    return wire_item(reader, &(WireItem){"items.invoice_number", item->invoice_number, item->charge,
                                         item->instalment});
}

/* What of it is given up; 0: all of it. */
static Money read_amount(WireReader *reader, const Arrears__Approvals__V1__RequestItem *item,
                         Money open) {
    Money amount = money_of(0, open.currency);
    if (item->amount == NULL) {
        return amount;
    }
    amount = wire_amount(reader, "items.amount", item->amount);
    if (wire_is_good(reader) &&
        (!currency_equals(amount.currency, open.currency) || money_compare(amount, open) > 0)) {
        wire_fault(reader, "AMOUNT_ABOVE_OPEN", "items.amount is not a part of what is open.");
    }
    return amount;
}

static void read_items(WireReader *reader, const RequestApproved *approved, LedgerInput *input) {
    if (approved->n_items < 1 || approved->n_items > LEDGER_INVOICES_MAX) {
        wire_fault(reader, "LIST_SIZE", "items has %zu items; 1 to %d are lawful.",
                   approved->n_items, LEDGER_INVOICES_MAX);
        return;
    }
    ptrdiff_t count = (ptrdiff_t)approved->n_items;
    Str *names = ARENA_ARRAY(reader->arena, Str, count);
    ItemKey *items = ARENA_ARRAY(reader->arena, ItemKey, count);
    Money *open = ARENA_ARRAY(reader->arena, Money, count);
    Money *amounts = ARENA_ARRAY(reader->arena, Money, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        items[i] = read_key(reader, approved->items[i]);
        names[i] = items[i].number;
        open[i] = wire_amount(reader, "items.open", approved->items[i]->open);
        amounts[i] = read_amount(reader, approved->items[i], open[i]);
    }
    input->invoices = names;
    input->invoice_count = (int)count;
    input->approval.items = items;
    input->approval.open = open;
    input->approval.amounts = amounts;
    input->approval.count = (int)count;
}

/* Other kinds of requests are other services' business. */
static Act act_of(Arrears__Approvals__V1__RequestKind kind) {
    return kind == ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WRITE_OFF ? ACT_WRITE_OFF
           : kind == ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WAIVER  ? ACT_WAIVER
                                                                                : ACT_NONE;
}

static void read_approved(WireReader *reader, const RequestApproved *approved, LedgerInput *input) {
    Act act = act_of(approved->kind);
    if (act == ACT_NONE) {
        return;
    }
    input->kind = LEDGER_APPROVAL;
    input->approval.act = act;
    input->approval.request = wire_number(reader, "request_id", approved->request_id);
    input->approval.reason = wire_text(reader, "reason", approved->reason, LEDGER_REASON_MAX);
    input->approval.code = wire_write_off_reason(reader, "reason_code", approved->reason_code);
    read_items(reader, approved, input);
    for (int i = 0; wire_is_good(reader) && act == ACT_WAIVER && i < input->approval.count; i++) {
        if (input->approval.items[i].charge == CHARGE_PRINCIPAL) {
            wire_fault(reader, "CHARGE_PRINCIPAL", "A waiver lists what was invoiced.");
        }
    }
}

/* Each invoice once; of an older approvals there are no items, and nothing is noted. */
static void read_received(WireReader *reader,
                          const Arrears__Approvals__V1__RequestReceived *received,
                          LedgerInput *input) {
    if (act_of(received->kind) == ACT_NONE || received->n_items == 0) {
        return;
    }
    if (received->n_items > LEDGER_INVOICES_MAX) {
        wire_fault(reader, "LIST_SIZE", "items has %zu items; 1 to %d are lawful.",
                   received->n_items, LEDGER_INVOICES_MAX);
        return;
    }
    Str *names = ARENA_ARRAY(reader->arena, Str, (ptrdiff_t)received->n_items);
    int count = 0;
    for (size_t i = 0; i < received->n_items; i++) {
        Str name = read_key(reader, received->items[i]).number;
        bool known = false;
        for (int before = 0; before < count; before++) {
            known = known || str_equals(names[before], name);
        }
        names[count] = name;
        count += known ? 0 : 1;
    }
    input->kind = LEDGER_REQUEST;
    input->request.request = wire_number(reader, "request_id", received->request_id);
    input->invoices = names;
    input->invoice_count = count;
}

static void read_rejected(WireReader *reader,
                          const Arrears__Approvals__V1__RequestRejected *rejected,
                          LedgerInput *input) {
    if (act_of(rejected->kind) != ACT_NONE) {
        input->kind = LEDGER_REQUEST;
        input->request = (RequestNotice){
            .request = wire_number(reader, "request_id", rejected->request_id), .over = true};
    }
}

/* False: an event that this program does not know. */
static bool read_event(WireReader *reader, const ApprovalEvent *event, LedgerInput *input) {
    switch (event->event_case) {
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_APPROVED:
        read_approved(reader, event->approved, input);
        return true;
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_REJECTED:
        read_rejected(reader, event->rejected, input);
        return true;
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_RECEIVED:
        read_received(reader, event->received, input);
        return true;
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_DAY_CLOSED:
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_DAY_OPENED:
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_ROUTED:
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_DECISION_REFUSED:
        return true;
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT__NOT_SET:
    case _ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
    }
    return false;
}

static void read_message(WireReader *reader, const ApprovalEvent *event, LedgerMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    bool about_task = str_is_empty(str_of(event->customer));
    if (!about_task) {
        message->account = (Account){.creditor = wire_part(reader, "creditor", event->creditor),
                                     .customer = wire_part(reader, "customer", event->customer)};
    }
    if (!read_event(reader, event, &message->input)) {
        wire_fault(reader, "EVENT_UNKNOWN",
                   "approvals says something this program does not know: a newer producer wrote "
                   "it; upgrade the ledger first.");
    }
    if (about_task && message->input.kind != LEDGER_NOTHING) {
        wire_fault(reader, "ACCOUNT_MISSING", "An approved request names no customer.");
    }
}

bool wire_read_approval(Str value, Arena *arena, LedgerMessage *message, WireRefusal *refusal) {
    const ApprovalEvent *event = (const ApprovalEvent *)wire_unpack(
        &arrears__approvals__v1__approval_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (LedgerMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.approvals.v1.ApprovalEvent.");
    } else {
        read_message(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}
