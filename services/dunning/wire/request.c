/* arrears.approval-requests.v1: what needs approval, with its evidence. */
#include "arrears/approvals/v1/approvals.pb-c.h"
#include "base/check.h"
#include "dunning/wire/room.h"

typedef Arrears__Approvals__V1__ApprovalRequestEvent RequestMessage;
typedef Arrears__Approvals__V1__ApprovalRequested Requested;
typedef Arrears__Approvals__V1__Evidence Evidence;

const char WIRE_REQUEST_TYPE[] = "arrears.approvals.v1.ApprovalRequested";

static void put_items(Arena *arena, const Request *request, Requested *message) {
    message->n_items = (size_t)request->item_count;
    message->items = ARENA_ARRAY(arena, Arrears__Approvals__V1__RequestItem *, request->item_count);
    for (int i = 0; i < request->item_count; i++) {
        Arrears__Approvals__V1__RequestItem *item =
            ARENA_NEW(arena, Arrears__Approvals__V1__RequestItem);
        arrears__approvals__v1__request_item__init(item);
        item->invoice_number = wire_put_text(arena, request->items[i].key.number);
        item->charge = wire_put_charge(request->items[i].key.charge);
        item->instalment = request->items[i].key.instalment;
        item->open = wire_put_money(arena, request->items[i].open);
        item->due_on = wire_put_date(arena, request->items[i].due_on);
        if (money_compare(request->items[i].amount, request->items[i].open) != 0) {
            item->amount = wire_put_money(arena, request->items[i].amount);
        }
        message->items[i] = item;
    }
}

static Evidence *put_evidence(Arena *arena, const Request *request) {
    Evidence *evidence = ARENA_NEW(arena, Evidence);
    arrears__approvals__v1__evidence__init(evidence);
    evidence->days_past_due = request->days_past_due;
    if (request->band != BAND_NONE) {
        evidence->credit_band = wire_put_text(arena, str_of(band_name(request->band)));
        evidence->credit_score = request->score;
    }
    evidence->n_reminders = (size_t)request->reminder_count;
    evidence->reminders =
        ARENA_ARRAY(arena, Arrears__Approvals__V1__EvidenceReminder *, request->reminder_count);
    for (int i = 0; i < request->reminder_count; i++) {
        const RequestReminder *listed = &request->reminders[i];
        Arrears__Approvals__V1__EvidenceReminder *reminder =
            ARENA_NEW(arena, Arrears__Approvals__V1__EvidenceReminder);
        arrears__approvals__v1__evidence_reminder__init(reminder);
        reminder->level = listed->level;
        reminder->issued_on = wire_put_date(arena, listed->issued_on);
        reminder->outcome = wire_put_text(arena, listed->outcome);
        evidence->reminders[i] = reminder;
    }
    return evidence;
}

static Arrears__Approvals__V1__RequestKind put_kind(Act act) {
    CHECK(act == ACT_WRITE_OFF || act == ACT_WAIVER);
    return act == ACT_WAIVER ? ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WAIVER
                             : ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WRITE_OFF;
}

Str wire_write_request(const Request *request, Account account, const Stamp *stamp, Arena *arena) {
    Requested message = ARREARS__APPROVALS__V1__APPROVAL_REQUESTED__INIT;
    message.request_id = wire_put_text(arena, request->id);
    message.kind = put_kind(request->act);
    message.creditor = wire_put_text(arena, account.creditor);
    message.customer = wire_put_text(arena, account.customer);
    message.amount = wire_put_money(arena, request->amount);
    message.requester = wire_put_text(arena, request->requester);
    message.reason = wire_put_text(arena, request->reason);
    message.reason_code = (Arrears__Envelope__V1__WriteOffReason)request->code;
    message.requested_on = wire_put_date(arena, request->requested_on);
    message.proposal_number = wire_put_text(arena, request->proposal);
    message.evidence = put_evidence(arena, request);
    put_items(arena, request, &message);
    RequestMessage event = ARREARS__APPROVALS__V1__APPROVAL_REQUEST_EVENT__INIT;
    event.origin = wire_put_origin(arena, &stamp->origin);
    event.cause = wire_put_cause(arena, &stamp->cause);
    event.event_case = ARREARS__APPROVALS__V1__APPROVAL_REQUEST_EVENT__EVENT_REQUESTED;
    event.requested = &message;
    return wire_pack(&event.base, arena);
}
