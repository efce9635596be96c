/* arrears.approvals.v1: what was decided about requests of dunning's. */
#include "arrears/approvals/v1/approvals.pb-c.h"
#include "dunning/wire/room.h"

typedef Arrears__Approvals__V1__ApprovalEvent ApprovalEvent;

enum { DECODED_MAX = 256 << 10 };

/* Other kinds of requests are not dunning's. */
static void read_decided(WireReader *reader, Arrears__Approvals__V1__RequestKind kind,
                         const char *request, RequestState state, DunningInput *input) {
    bool waiver = kind == ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WAIVER;
    if (waiver || kind == ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WRITE_OFF) {
        input->kind = DUNNING_REQUEST_NEWS;
        input->request = (RequestNews){.request = wire_number(reader, "request_id", request),
                                       .state = state,
                                       .act = waiver ? ACT_WAIVER : ACT_WRITE_OFF};
    }
}

/* False: an event that this program does not know. */
static bool read_event(WireReader *reader, const ApprovalEvent *event, DunningInput *input) {
    switch (event->event_case) {
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_APPROVED:
        read_decided(reader, event->approved->kind, event->approved->request_id, REQUEST_APPROVED,
                     input);
        return true;
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_REJECTED:
        read_decided(reader, event->rejected->kind, event->rejected->request_id, REQUEST_REJECTED,
                     input);
        return true;
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_DAY_CLOSED:
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_DAY_OPENED:
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_RECEIVED:
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_ROUTED:
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT_DECISION_REFUSED:
        return true; /* the request waits as before */
    case ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT__NOT_SET:
    case _ARREARS__APPROVALS__V1__APPROVAL_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
    }
    return false;
}

static void read_message(WireReader *reader, const ApprovalEvent *event, DunningMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    message->account = room_account(reader, event->creditor, event->customer);
    if (!read_event(reader, event, &message->input)) {
        wire_fault(reader, "EVENT_UNKNOWN",
                   "Approvals says something this program does not know: a newer producer wrote "
                   "it; upgrade dunning first.");
    }
    room_need_account(reader, message);
}

bool wire_read_approval(Str value, Arena *arena, DunningMessage *message, WireRefusal *refusal) {
    const ApprovalEvent *event = (const ApprovalEvent *)wire_unpack(
        &arrears__approvals__v1__approval_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (DunningMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.approvals.v1.ApprovalEvent.");
    } else {
        read_message(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}
