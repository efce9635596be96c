/* arrears.approvals.v1: what approvals says. One row for each kind of fact: its type in the
 * CloudEvents header, its place in the message, and the function that fills it. */
#include "approvals/wire.h"
#include "arrears/approvals/v1/approvals.pb-c.h"
#include "base/check.h"
#include "contract/wire.h"

typedef Arrears__Approvals__V1__ApprovalEvent ApprovalEvent;

/* ---- enums */

static Arrears__Approvals__V1__RequestKind put_kind(RequestKind kind) {
    CHECK(kind == REQUEST_WRITE_OFF || kind == REQUEST_WAIVER);
    return kind == REQUEST_WAIVER ? ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WAIVER
                                  : ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WRITE_OFF;
}

static Arrears__Approvals__V1__DecisionRefusal put_refusal(Answer answer) {
    switch (answer) {
    case ANSWER_UNKNOWN_REQUEST:
        return ARREARS__APPROVALS__V1__DECISION_REFUSAL__DECISION_REFUSAL_UNKNOWN_REQUEST;
    case ANSWER_ALREADY_DECIDED:
        return ARREARS__APPROVALS__V1__DECISION_REFUSAL__DECISION_REFUSAL_ALREADY_DECIDED;
    case ANSWER_BAD_SIGNATURE:
        return ARREARS__APPROVALS__V1__DECISION_REFUSAL__DECISION_REFUSAL_BAD_SIGNATURE;
    case ANSWER_NO_AUTHORITY:
        return ARREARS__APPROVALS__V1__DECISION_REFUSAL__DECISION_REFUSAL_NO_AUTHORITY;
    case ANSWER_OWN_REQUEST:
        return ARREARS__APPROVALS__V1__DECISION_REFUSAL__DECISION_REFUSAL_OWN_REQUEST;
    case ANSWER_OTHER_FACTS:
        return ARREARS__APPROVALS__V1__DECISION_REFUSAL__DECISION_REFUSAL_OTHER_FACTS;
    case ANSWER_OUT_OF_TIME:
        return ARREARS__APPROVALS__V1__DECISION_REFUSAL__DECISION_REFUSAL_OUT_OF_TIME;
    case ANSWER_DONE:
    case ANSWER_NOTHING:
    case ANSWER_CONFLICT:
    case ANSWER_COUNT:
        break;
    }
    CHECK(!"an answer that refuses a decision");
}

/* ---- parts */

static ProtobufCBinaryData put_bytes(Arena *arena, Str bytes) {
    Str copy = str_copy(arena, bytes);
    return (ProtobufCBinaryData){.len = (size_t)copy.len, .data = (uint8_t *)copy.ptr};
}

static Arrears__Envelope__V1__Signed *put_signed(Arena *arena, const Signed *seal) {
    Arrears__Envelope__V1__Signed *message = ARENA_NEW(arena, Arrears__Envelope__V1__Signed);
    arrears__envelope__v1__signed__init(message);
    message->payload = put_bytes(arena, seal->payload);
    message->key_id = wire_put_text(arena, seal->key_id);
    message->signature = put_bytes(arena, seal->signature);
    return message;
}

static Arrears__Approvals__V1__RequestItem **put_items(Arena *arena, const Request *request) {
    Arrears__Approvals__V1__RequestItem **items =
        ARENA_ARRAY(arena, Arrears__Approvals__V1__RequestItem *, request->item_count);
    for (int i = 0; i < request->item_count; i++) {
        items[i] = ARENA_NEW(arena, Arrears__Approvals__V1__RequestItem);
        arrears__approvals__v1__request_item__init(items[i]);
        items[i]->invoice_number = wire_put_text(arena, request->items[i].key.number);
        items[i]->charge = wire_put_charge(request->items[i].key.charge);
        items[i]->instalment = request->items[i].key.instalment;
        items[i]->open = wire_put_money(arena, request->items[i].open);
        items[i]->due_on = wire_put_date(arena, request->items[i].due_on);
        if (!money_is_zero(request->items[i].amount)) {
            items[i]->amount = wire_put_money(arena, request->items[i].amount);
        }
    }
    return items;
}

/* ---- facts */

static void put_day_opened(Arena *arena, const Fact *fact, ApprovalEvent *event) {
    event->day_opened = wire_put_day_opened(arena, &fact->day);
}

static void put_day_closed(Arena *arena, const Fact *fact, ApprovalEvent *event) {
    event->day_closed = wire_put_day_closed(arena, &fact->day);
}

static void put_received(Arena *arena, const Fact *fact, ApprovalEvent *event) {
    const Request *request = fact->received;
    event->received = ARENA_NEW(arena, Arrears__Approvals__V1__RequestReceived);
    arrears__approvals__v1__request_received__init(event->received);
    event->received->request_id = wire_put_text(arena, request->id);
    event->received->kind = put_kind(request->kind);
    event->received->amount = wire_put_money(arena, request->amount);
    event->received->requester = wire_put_text(arena, request->requester);
    event->received->request_hash = put_bytes(arena, request->hash);
    event->received->n_items = (size_t)request->item_count;
    event->received->items = put_items(arena, request);
}

static void put_routed(Arena *arena, const Fact *fact, ApprovalEvent *event) {
    const Routed *routed = &fact->routed;
    Arrears__Approvals__V1__RequestRouted *message =
        ARENA_NEW(arena, Arrears__Approvals__V1__RequestRouted);
    arrears__approvals__v1__request_routed__init(message);
    message->request_id = wire_put_text(arena, routed->request);
    message->tier = wire_put_text(arena, routed->tier);
    message->n_approvers = (size_t)routed->approver_count;
    message->approvers = ARENA_ARRAY(arena, char *, routed->approver_count);
    for (int i = 0; i < routed->approver_count; i++) {
        message->approvers[i] = wire_put_text(arena, routed->approvers[i]);
    }
    event->routed = message;
}

static void put_approved(Arena *arena, const Fact *fact, ApprovalEvent *event) {
    const Decided *decided = &fact->decided;
    Arrears__Approvals__V1__RequestApproved *message =
        ARENA_NEW(arena, Arrears__Approvals__V1__RequestApproved);
    arrears__approvals__v1__request_approved__init(message);
    message->request_id = wire_put_text(arena, decided->request->id);
    message->kind = put_kind(decided->request->kind);
    message->n_items = (size_t)decided->request->item_count;
    message->items = put_items(arena, decided->request);
    message->amount = wire_put_money(arena, decided->request->amount);
    message->approver = wire_put_text(arena, decided->approver);
    message->requester = wire_put_text(arena, decided->request->requester);
    message->reason = wire_put_text(arena, decided->request->reason);
    message->reason_code = (Arrears__Envelope__V1__WriteOffReason)decided->request->code;
    message->tier = wire_put_text(arena, decided->tier);
    message->decision = put_signed(arena, &decided->seal);
    event->approved = message;
}

static void put_rejected(Arena *arena, const Fact *fact, ApprovalEvent *event) {
    const Decided *decided = &fact->decided;
    Arrears__Approvals__V1__RequestRejected *message =
        ARENA_NEW(arena, Arrears__Approvals__V1__RequestRejected);
    arrears__approvals__v1__request_rejected__init(message);
    message->request_id = wire_put_text(arena, decided->request->id);
    message->kind = put_kind(decided->request->kind);
    message->approver = wire_put_text(arena, decided->approver);
    message->reason = wire_put_text(arena, decided->reason);
    message->decision = put_signed(arena, &decided->seal);
    event->rejected = message;
}

static void put_refused(Arena *arena, const Fact *fact, ApprovalEvent *event) {
    const Refused *refused = &fact->refused;
    Arrears__Approvals__V1__DecisionRefused *message =
        ARENA_NEW(arena, Arrears__Approvals__V1__DecisionRefused);
    arrears__approvals__v1__decision_refused__init(message);
    message->request_id = wire_put_text(arena, refused->request);
    message->reason = put_refusal(refused->reason);
    message->sentence = wire_put_text(arena, refused->sentence);
    message->actor = wire_put_text(arena, refused->actor);
    event->decision_refused = message;
}

/* ---- the table */

typedef struct FactRow {
    const char *type;
    Arrears__Approvals__V1__ApprovalEvent__EventCase place;
    void (*put)(Arena *arena, const Fact *fact, ApprovalEvent *event);
} FactRow;

#define ROW(name, PLACE, put)                                                                      \
    { "arrears.approvals.v1." name, ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_##PLACE, put }

static const FactRow FACTS[FACT_KIND_COUNT] = {
    [FACT_DAY_OPENED] = ROW("DayOpened", DAY_OPENED, put_day_opened),
    [FACT_DAY_CLOSED] = ROW("DayClosed", DAY_CLOSED, put_day_closed),
    [FACT_RECEIVED] = ROW("RequestReceived", RECEIVED, put_received),
    [FACT_ROUTED] = ROW("RequestRouted", ROUTED, put_routed),
    [FACT_APPROVED] = ROW("RequestApproved", APPROVED, put_approved),
    [FACT_REJECTED] = ROW("RequestRejected", REJECTED, put_rejected),
    [FACT_REFUSED] = ROW("DecisionRefused", DECISION_REFUSED, put_refused),
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
    ApprovalEvent event = ARREARS__APPROVALS__V1__APPROVAL_EVENT__INIT;
    event.origin = wire_put_origin(arena, &stamp->origin);
    event.cause = wire_put_cause(arena, &stamp->cause);
    event.creditor = wire_put_text(arena, account.creditor);
    event.customer = wire_put_text(arena, account.customer);
    event.recorded_on = wire_put_date(arena, stamp->day);
    event.event_case = row->place;
    row->put(arena, fact, &event);
    return wire_pack(&event.base, arena);
}
