/* arrears.decisions.v1: what people signed, and the day. Anybody can write there, so a record that
 * is no message at all goes to the dead letters; whether a decision counts is another question. */
#include "approvals/wire/room.h"
#include "arrears/approvals/v1/approvals.pb-c.h"

typedef Arrears__Approvals__V1__DecisionEvent DecisionMessage;
typedef Arrears__Approvals__V1__Decision DecisionBody;

enum { DECODED_MAX = 64 << 10 };

static const DecisionBody *body_of(Str payload, Arena *arena) {
    return (const DecisionBody *)wire_unpack(&arrears__approvals__v1__decision__descriptor, payload,
                                             arena, DECODED_MAX);
}

/* ---- before the signature is proven: where to look */

static void read_hints(Arena *arena, SignedDecision *decision) {
    const DecisionBody *body = body_of(decision->seal.payload, arena);
    if (body == NULL) {
        return;
    }
    Str request = str_of(body->request_id);
    if (id_is_number(request)) {
        decision->request_hint = request;
    }
    if (body->nonce.len == NONCE_SIZE) {
        decision->nonce_hint = str_from(body->nonce.data, NONCE_SIZE);
    }
}

static void read_message(WireReader *reader, const DecisionMessage *event,
                         ApprovalsMessage *message) {
    switch (event->event_case) {
    case ARREARS__APPROVALS__V1__DECISION_EVENT__EVENT_TICK:
        message->is_tick = true;
        message->tick = wire_signed(reader, event->tick);
        return;
    case ARREARS__APPROVALS__V1__DECISION_EVENT__EVENT_DECISION:
        message->input.kind = APPROVALS_DECISION;
        message->input.decision.seal = wire_signed(reader, event->decision);
        read_hints(reader->arena, &message->input.decision);
        return;
    case ARREARS__APPROVALS__V1__DECISION_EVENT__EVENT__NOT_SET:
    case _ARREARS__APPROVALS__V1__DECISION_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
    }
    wire_fault(reader, "EVENT_UNKNOWN",
               "the event is none this program knows; send a decision as the arrears tool makes "
               "it.");
}

bool wire_read_decision(Str value, Arena *arena, ApprovalsMessage *message, WireRefusal *refusal) {
    const DecisionMessage *event = (const DecisionMessage *)wire_unpack(
        &arrears__approvals__v1__decision_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (ApprovalsMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.approvals.v1.DecisionEvent.");
    } else {
        read_message(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}

/* ---- after it is proven */

static Choice choice_of(const DecisionBody *body) {
    if (body->verdict == ARREARS__APPROVALS__V1__VERDICT__VERDICT_APPROVE) {
        return CHOICE_APPROVE;
    }
    return body->verdict == ARREARS__APPROVALS__V1__VERDICT__VERDICT_REJECT ? CHOICE_REJECT
                                                                            : CHOICE_NONE;
}

static Str bytes_of(const ProtobufCBinaryData *bytes) {
    return str_from(bytes->data, (ptrdiff_t)bytes->len);
}

static void read_body(WireReader *reader, const DecisionBody *body, Decision *decision) {
    decision->request = wire_number(reader, "request_id", body->request_id);
    decision->choice = choice_of(body);
    decision->hash = bytes_of(&body->request_hash);
    decision->account.creditor = wire_part(reader, "creditor", body->creditor);
    decision->account.customer = wire_part(reader, "customer", body->customer);
    decision->amount = wire_money(reader, "amount", body->amount);
    decision->reason = wire_text(reader, "reason", body->reason, REQUEST_REASON_MAX);
    decision->not_before = wire_date(reader, "not_before", body->not_before);
    decision->expires_on = wire_date(reader, "expires_on", body->expires_on);
    decision->nonce = bytes_of(&body->nonce);
    decision->readable = wire_is_good(reader) && decision->choice != CHOICE_NONE &&
                         decision->hash.len == HASH_SIZE && decision->nonce.len == NONCE_SIZE;
}

Decision wire_prove(const SignedDecision *signed_decision, const KeyRing *ring, Arena *arena) {
    const Signed *seal = &signed_decision->seal;
    Decision decision = {0};
    if (!seal_verify(ring, seal->key_id, str_of(DECISION_PAYLOAD_TYPE), seal->payload,
                     seal->signature, arena)) {
        return decision;
    }
    const DecisionBody *body = body_of(seal->payload, arena);
    decision.proven = true;
    decision.actor = seal->key_id;
    if (body != NULL) {
        WireReader reader = wire_reader(arena);
        read_body(&reader, body, &decision);
        decision.proven = str_equals(str_of(body->actor), seal->key_id);
    }
    return decision;
}
