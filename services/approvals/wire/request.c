/* arrears.approval-requests.v1: what our own services ask for. What cannot be read stops the task,
 * it is not poison. */
#include "approvals/wire/room.h"
#include "arrears/approvals/v1/approvals.pb-c.h"

typedef Arrears__Approvals__V1__ApprovalRequestEvent RequestMessage;
typedef Arrears__Approvals__V1__ApprovalRequested Requested;

/* The largest lawful request: 100 items and 100 reminders, 64 KiB decoded. */
enum { DECODED_MAX = 256 << 10, SCORE_MOST = 1000, OUTCOME_MAX = 32, BAND_MAX = 8 };
enum { FIELD_REQUESTED = 3 }; /* of ApprovalRequestEvent */

/* What of an item is to be given up; 0: all of it. */
static Money read_amount(WireReader *reader, const Arrears__Approvals__V1__RequestItem *item) {
    return item->amount == NULL ? (Money){0} : wire_amount(reader, "items.amount", item->amount);
}

static void read_items(WireReader *reader, const Requested *requested, Request *request) {
    if (requested->n_items < 1 || requested->n_items > REQUEST_ITEMS_MAX) {
        wire_fault(reader, "LIST_SIZE", "items has %zu items; 1 to %d are lawful.",
                   requested->n_items, REQUEST_ITEMS_MAX);
        return;
    }
    RequestItem *items = ARENA_ARRAY(reader->arena, RequestItem, (ptrdiff_t)requested->n_items);
    for (size_t i = 0; i < requested->n_items; i++) {
        const Arrears__Approvals__V1__RequestItem *item = requested->items[i];
        items[i] = (RequestItem){
            .key = wire_item(reader, &(WireItem){"items.invoice_number", item->invoice_number,
                                                 item->charge, item->instalment}),
            .open = wire_amount(reader, "items.open", item->open),
            .amount = read_amount(reader, item),
            .due_on = wire_date(reader, "items.due_on", item->due_on)};
    }
    request->items = items;
    request->item_count = (int)requested->n_items;
}

/* False: what is to be given up is no part of what is open. */
static bool given_up(const RequestItem *item, Money *amount) {
    *amount = money_is_zero(item->amount) ? item->open : item->amount;
    return currency_equals(amount->currency, item->open.currency) &&
           money_compare(*amount, item->open) <= 0;
}

/* What authority is measured by is what is given up. */
static void check_sum(WireReader *reader, const Request *request) {
    Money rest = request->amount;
    for (int i = 0; wire_is_good(reader) && i < request->item_count; i++) {
        Money amount;
        bool good = given_up(&request->items[i], &amount) &&
                    currency_equals(rest.currency, amount.currency) &&
                    money_subtract(rest, amount, &rest) && rest.minor >= 0;
        if (!good) {
            wire_fault(reader, "AMOUNT_UNLIKE_ITEMS", "amount is not the sum of the items.");
        }
    }
    if (wire_is_good(reader) && !money_is_zero(rest)) {
        wire_fault(reader, "AMOUNT_UNLIKE_ITEMS", "amount is not the sum of the items.");
    }
}

static void read_reminders(WireReader *reader, const Arrears__Approvals__V1__Evidence *evidence,
                           Request *request) {
    if (evidence->n_reminders > REQUEST_REMINDERS_MAX) {
        wire_fault(reader, "LIST_SIZE", "evidence has %zu reminders; up to %d are lawful.",
                   evidence->n_reminders, REQUEST_REMINDERS_MAX);
        return;
    }
    Reminder *reminders = ARENA_ARRAY(reader->arena, Reminder, (ptrdiff_t)evidence->n_reminders);
    for (size_t i = 0; i < evidence->n_reminders; i++) {
        const Arrears__Approvals__V1__EvidenceReminder *reminder = evidence->reminders[i];
        reminders[i] = (Reminder){
            .level = reminder->level,
            .issued_on = wire_date(reader, "evidence.reminders.issued_on", reminder->issued_on),
            .outcome =
                wire_text(reader, "evidence.reminders.outcome", reminder->outcome, OUTCOME_MAX)};
    }
    request->reminders = reminders;
    request->reminder_count = (int)evidence->n_reminders;
}

static void read_evidence(WireReader *reader, const Arrears__Approvals__V1__Evidence *evidence,
                          Request *request) {
    if (evidence == NULL) {
        return;
    }
    request->days_past_due = evidence->days_past_due;
    request->credit_band =
        wire_text(reader, "evidence.credit_band", evidence->credit_band, BAND_MAX);
    request->credit_score = evidence->credit_score;
    if (request->credit_score < 0 || request->credit_score > SCORE_MOST) {
        wire_fault(reader, "SCORE_UNLAWFUL", "evidence.credit_score is not within 0 to %d.",
                   SCORE_MOST);
    }
    read_reminders(reader, evidence, request);
}

static RequestKind read_kind(WireReader *reader, const Requested *requested) {
    if (requested->kind == ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WRITE_OFF) {
        return REQUEST_WRITE_OFF;
    }
    if (requested->kind == ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WAIVER) {
        return REQUEST_WAIVER;
    }
    wire_fault(reader, "KIND_UNKNOWN",
               "kind is none this program knows: a newer producer wrote it; upgrade approvals "
               "first.");
    return REQUEST_NO_KIND;
}

static Str hash_bytes(Arena *arena, Str bytes) {
    Hash hash = hash_of(bytes);
    return str_copy(arena, str_from(hash.bytes, HASH_SIZE));
}

static void read_requested(WireReader *reader, const Requested *requested, Request *request) {
    *request = (Request){
        .id = wire_number(reader, "request_id", requested->request_id),
        .kind = read_kind(reader, requested),
        .account = {.creditor = wire_part(reader, "creditor", requested->creditor),
                    .customer = wire_part(reader, "customer", requested->customer)},
        .amount = wire_money(reader, "amount", requested->amount), /* a sum: above any one item */
        .requester = wire_number(reader, "requester", requested->requester),
        .reason = wire_text(reader, "reason", requested->reason, REQUEST_REASON_MAX),
        .code = wire_write_off_reason(reader, "reason_code", requested->reason_code),
        .requested_on = wire_date(reader, "requested_on", requested->requested_on),
    };
    read_items(reader, requested, request);
    read_evidence(reader, requested->evidence, request);
    check_sum(reader, request);
}

static void read_message(WireReader *reader, const RequestMessage *event, Str value,
                         ApprovalsMessage *message) {
    Str bytes = {0};
    message->origin = wire_origin(reader, event->origin);
    if (event->event_case != ARREARS__APPROVALS__V1__APPROVAL_REQUEST_EVENT__EVENT_REQUESTED) {
        wire_fault(reader, "EVENT_UNKNOWN",
                   "the event is none this program knows: a newer producer wrote it; upgrade "
                   "approvals first.");
    } else if (!wire_find_bytes(value, FIELD_REQUESTED, &bytes)) {
        wire_fault(reader, "MESSAGE_UNREADABLE",
                   "the request stands in its record more than once, so it has no one hash.");
    } else {
        message->input.kind = APPROVALS_REQUEST;
        read_requested(reader, event->requested, &message->input.request);
        message->input.request.hash = hash_bytes(reader->arena, bytes);
        message->creditor = message->input.request.account.creditor;
    }
}

bool wire_read_request(Str value, Arena *arena, ApprovalsMessage *message, WireRefusal *refusal) {
    const RequestMessage *event = (const RequestMessage *)wire_unpack(
        &arrears__approvals__v1__approval_request_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (ApprovalsMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.approvals.v1.ApprovalRequestEvent.");
    } else {
        read_message(&reader, event, value, message);
    }
    return room_is_good(&reader, refusal);
}
