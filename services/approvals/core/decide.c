#include "approvals/core/decide.h"

#include "base/check.h"

/* ---- requests */

/* Those of the tier, without who asks. */
static void route(Desk *desk, const Request *request) {
    const AuthorityTier *tier = authority_tier(desk->authority, request->amount);
    Str *approvers = ARENA_ARRAY(desk->arena, Str, tier->person_count);
    int count = 0;
    for (int i = 0; i < tier->person_count; i++) {
        if (!str_equals(tier->persons[i], request->requester)) {
            approvers[count++] = tier->persons[i];
        }
    }
    desk->file->tier = tier->name;
    desk->file->approvers = approvers;
    desk->file->approver_count = count;
    desk_say(desk, (Fact){.kind = FACT_ROUTED,
                          .routed = {.request = request->id,
                                     .tier = tier->name,
                                     .approvers = approvers,
                                     .approver_count = count}});
}

void receive(Desk *desk, const Request *request) {
    CaseFile *file = desk->file;
    CHECK(file != NULL);
    RequestFacts facts = {.same_content = str_equals(file->request.hash, request->hash)};
    RequestStep step = request_step(file->state, REQUEST_IS_RAISED, &facts);
    file->conflicted = file->conflicted || step.answer == ANSWER_CONFLICT;
    if (step.answer != ANSWER_DONE) {
        return;
    }
    file->request = *request;
    file->state = step.to;
    file->raised = true;
    desk_say(desk, (Fact){.kind = FACT_RECEIVED, .received = &file->request});
    route(desk, &file->request);
}

/* ---- decisions */

static bool same_amount(Money a, Money b) {
    return currency_equals(a.currency, b.currency) && a.minor == b.minor;
}

static bool is_same_facts(const Request *request, const Decision *decision) {
    return str_equals(request->id, decision->request) &&
           str_equals(request->hash, decision->hash) &&
           account_equals(request->account, decision->account) &&
           same_amount(request->amount, decision->amount);
}

static RequestFacts facts_of(const Desk *desk, const Decision *decision) {
    RequestFacts facts = {.proven = decision->proven, .readable = decision->readable};
    bool known = desk->file != NULL && desk->file->state != REQUEST_UNKNOWN;
    if (!facts.proven || !facts.readable || !known) {
        return facts;
    }
    const Request *request = &desk->file->request;
    const AuthorityTier *tier = authority_tier(desk->authority, request->amount);
    facts.same_facts = is_same_facts(request, decision);
    facts.own = str_equals(request->requester, decision->actor);
    facts.authorized = tier_has_person(tier, decision->actor);
    facts.too_early = date_compare(desk->day, decision->not_before) < 0;
    facts.too_late = date_compare(desk->day, decision->expires_on) > 0;
    facts.replayed = desk->replayed;
    facts.approves = decision->choice == CHOICE_APPROVE;
    return facts;
}

static const char *advice(Answer answer) {
    switch (answer) {
    case ANSWER_UNKNOWN_REQUEST:
        return "Look the request up: `arrears approvals list`.";
    case ANSWER_ALREADY_DECIDED:
        return "The first decision stands.";
    case ANSWER_BAD_SIGNATURE:
        return "Decide again with the key that the authority policy has for you, and let the key "
               "id be your id there.";
    case ANSWER_NO_AUTHORITY:
    case ANSWER_OWN_REQUEST:
        return "Let one of those decide before whom it was put.";
    case ANSWER_OTHER_FACTS:
        return "Look at the request again and decide on what it says.";
    case ANSWER_OUT_OF_TIME:
        return "Decide again, with days that the open day lies between.";
    case ANSWER_DONE:
    case ANSWER_NOTHING:
    case ANSWER_CONFLICT:
    case ANSWER_COUNT:
        break;
    }
    CHECK(!"an answer that refuses a decision");
}

static void refuse(Desk *desk, RequestStep step) {
    Attempt *attempt = &desk->attempt;
    attempt->sentence = str_format(desk->arena, "The decision does not count: %s. %s", step.reason,
                                   advice(step.answer));
    desk_say(desk, (Fact){.kind = FACT_REFUSED,
                          .refused = {.request = attempt->request,
                                      .reason = step.answer,
                                      .sentence = attempt->sentence,
                                      .actor = attempt->actor}});
}

static void accept(Desk *desk, const Decision *decision, RequestStep step) {
    CaseFile *file = desk->file;
    Attempt *attempt = &desk->attempt;
    CHECK(file != NULL); /* without one there is nothing to count for */
    file->state = step.to;
    attempt->state = step.to;
    attempt->nonce = decision->nonce;
    attempt->sentence = decision->reason;
    attempt->tier = authority_tier(desk->authority, file->request.amount)->name;
    desk_say(desk, (Fact){.kind = step.to == REQUEST_APPROVED ? FACT_APPROVED : FACT_REJECTED,
                          .decided = {.request = &file->request,
                                      .approver = decision->actor,
                                      .tier = attempt->tier,
                                      .reason = decision->reason,
                                      .seal = attempt->seal}});
}

void judge(Desk *desk, const SignedDecision *signed_decision, const Decision *decision) {
    RequestState state = desk->file == NULL ? REQUEST_UNKNOWN : desk->file->state;
    RequestFacts facts = facts_of(desk, decision);
    RequestStep step = request_step(state, REQUEST_IS_DECIDED, &facts);
    bool named = decision->proven && decision->readable;
    desk->attempt = (Attempt){.offset = signed_decision->offset,
                              .request = signed_decision->request_hint,
                              .actor = named ? decision->actor : signed_decision->seal.key_id,
                              .answer = step.answer,
                              .seal = signed_decision->seal,
                              .decided_on = desk->day};
    if (step.answer == ANSWER_DONE) {
        accept(desk, decision, step);
    } else {
        refuse(desk, step);
    }
}
