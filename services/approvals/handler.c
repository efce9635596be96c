#include "approvals/handler.h"

#include <stdlib.h>

#include "approvals/core/decide.h"
#include "approvals/core/rules.h"
#include "approvals/store.h"
#include "approvals/wire.h"
#include "base/check.h"
#include "contract/topics.h"
#include "policy/authority.h"

enum { INPUT_REQUESTS, INPUT_DECISIONS, INPUT_COUNT };
enum { OUTPUT_APPROVALS, OUTPUT_COUNT };

static const ServiceInput INPUTS[INPUT_COUNT] = {
    [INPUT_REQUESTS] = {.topic = TOPIC_APPROVAL_REQUESTS, .kind = INPUT_OURS, .key = KEY_CREDITOR},
    [INPUT_DECISIONS] = {.topic = TOPIC_DECISIONS,
                         .kind = INPUT_OUTSIDE,
                         .key = KEY_CREDITOR,
                         .brings_day = true,
                         .dead_letters = "arrears.decisions.v1.dlq"},
};

static const ServiceOutput OUTPUTS[OUTPUT_COUNT] = {
    [OUTPUT_APPROVALS] = {.topic = TOPIC_APPROVALS, .key = KEY_ACCOUNT},
};

/* What a batch carries from load to store. */
typedef struct ApprovalsBatch {
    StoreVisit *visits; /* one for each event */
    Docket docket;
} ApprovalsBatch;

/* ---- decode */

/* A decision is about the creditor its key names; that what was signed says the same is looked at
 * when the signature is proven. */
static bool handler_decode(void *self, int input, const Record *record, Arena *arena, Event *event,
                           Refusal *refusal) {
    (void)self;
    ApprovalsMessage *message = ARENA_NEW(arena, ApprovalsMessage);
    WireRefusal why = {S("VALUE_MISSING"), S("The record has no value; send an event.")};
    bool good = record->has_value &&
                (input == INPUT_REQUESTS ? wire_read_request(record->value, arena, message, &why)
                                         : wire_read_decision(record->value, arena, message, &why));
    if (!good) {
        *refusal = (Refusal){why.code, why.sentence};
        return false;
    }
    Str creditor = input == INPUT_REQUESTS ? message->creditor : record->key;
    if (message->input.kind == APPROVALS_DECISION) {
        message->input.decision.offset = record->offset;
    }
    event->kind = message->is_tick ? EVENT_TICK : EVENT_INPUT;
    event->account.creditor = message->is_tick ? (Str){0} : str_copy(arena, creditor);
    event->origin = message->origin;
    event->body = message->is_tick ? (const void *)&message->tick : &message->input;
    return true;
}

/* ---- load */

static StoreVisit visit_of(const Event *event) {
    StoreVisit visit = {.task = event->task, .creditor = event->account.creditor};
    if (event->kind != EVENT_INPUT) {
        return visit; /* days are about a task */
    }
    const ApprovalsInput *input = event->body;
    if (input->kind == APPROVALS_REQUEST) {
        visit.request = input->request.id;
    } else {
        visit.request = input->decision.request_hint;
        visit.nonce = input->decision.nonce_hint;
    }
    return visit;
}

static bool handler_load(void *self, Batch *batch, Err *err) {
    (void)self;
    ApprovalsBatch *state = ARENA_NEW(batch->arena, ApprovalsBatch);
    state->visits = ARENA_ARRAY(batch->arena, StoreVisit, batch->count);
    for (int i = 0; i < batch->count; i++) {
        state->visits[i] = visit_of(&batch->events[i]);
    }
    batch->state = state;
    return store_load(batch->pg, state->visits, batch->count, batch->arena, &state->docket, err);
}

/* ---- decide */

static void say(Turn *turn, Account account, int32_t partition, const Fact *fact) {
    turn_emit(turn, (Emission){.output = OUTPUT_APPROVALS,
                               .account = account,
                               .partition = partition,
                               .type = wire_fact_type(fact->kind),
                               .body = fact});
}

static void say_day(Turn *turn, const DayMark *mark) {
    Fact *fact = ARENA_NEW(turn->arena, Fact);
    *fact = (Fact){.kind = mark->opened ? FACT_DAY_OPENED : FACT_DAY_CLOSED, .day = *mark};
    say(turn, (Account){0}, turn->task, fact);
}

/* A decision about a request that nobody knows belongs to no account: it is said in the task's own
 * partition. */
static void say_all(Turn *turn, Str creditor, const Desk *desk) {
    bool known = desk->file != NULL && desk->file->state != REQUEST_UNKNOWN;
    Account account = known ? desk->file->request.account : (Account){.creditor = creditor};
    for (int i = 0; i < desk->fact_count; i++) {
        Fact *fact = ARENA_NEW(turn->arena, Fact);
        *fact = desk->facts[i];
        say(turn, account, known ? -1 : turn->task, fact);
    }
}

static void handler_decide(void *self, Batch *batch, const Event *event, Turn *turn) {
    (void)self;
    ApprovalsBatch *state = batch->state;
    const StoreVisit *visit = &state->visits[event - batch->events];
    if (event->kind == EVENT_DAY_OPENED || event->kind == EVENT_DAY_CLOSED) {
        say_day(turn, event->body);
        return;
    }
    if (event->kind != EVENT_INPUT) {
        return; /* nothing of approvals' is ever due or held */
    }
    CHECK(turn->rules != NULL);
    const AuthorityRule *rule = rules_authority(turn->rules, turn->day);
    const ApprovalsInput *input = event->body;
    Desk desk = {
        .arena = turn->arena, .file = visit->file, .day = turn->day, .authority = &rule->authority};
    if (input->kind == APPROVALS_REQUEST) {
        receive(&desk, &input->request);
    } else {
        Decision decision = wire_prove(&input->decision, &rule->ring, turn->arena);
        desk.replayed =
            docket_has_nonce(&state->docket, visit->task, visit->creditor, visit->nonce);
        judge(&desk, &input->decision, &decision);
        docket_keep(&state->docket, (KeptAttempt){visit->task, visit->creditor, desk.attempt});
    }
    say_all(turn, visit->creditor, &desk);
}

/* ---- store, encode, due */

static bool handler_store(void *self, Batch *batch, Err *err) {
    (void)self;
    const ApprovalsBatch *state = batch->state;
    return store_save(batch->pg, &state->docket, batch->arena, err);
}

static Str handler_encode(void *self, const Emission *emission, const Stamp *stamp, Arena *arena) {
    (void)self;
    return wire_write_fact(emission->body, emission->account, stamp, arena);
}

/* Nothing happens to a request by the passing of days: a decision says itself how long it holds. */
static bool handler_due(void *self, Pg *pg, int32_t task, Date day, int limit, Arena *arena,
                        Account *accounts, int *count, Err *err) {
    (void)self;
    (void)pg;
    (void)task;
    (void)day;
    (void)limit;
    (void)arena;
    (void)accounts;
    (void)err;
    *count = 0;
    return true;
}

/* ---- compile */

static int authority_compare(const void *a, const void *b) {
    return date_compare(((const AuthorityRule *)a)->authority.valid_from,
                        ((const AuthorityRule *)b)->authority.valid_from);
}

/* By valid_from, each day once. */
static bool authorities_order(AuthorityRule *authorities, int count, Err *err) {
    if (count == 0) {
        return err_set(err, VERDICT_STOP, "POLICY_MISSING", "the rule set has no authority/*.yaml");
    }
    qsort(authorities, (size_t)count, sizeof *authorities, authority_compare);
    for (int i = 1; i < count; i++) {
        if (authority_compare(&authorities[i - 1], &authorities[i]) == 0) {
            return err_set(err, VERDICT_STOP, "POLICY_MEANING",
                           "two authority documents have the same valid_from");
        }
    }
    return true;
}

static bool handler_compile(void *self, const RuleDocument *documents, int count, Arena *arena,
                            const void **rules, Err *err) {
    (void)self;
    AuthorityRule *authorities = ARENA_ARRAY(arena, AuthorityRule, count);
    int found = 0;
    for (int i = 0; i < count; i++) {
        const RuleDocument *document = &documents[i];
        if (!str_starts_with(document->path, S("authority/"))) {
            continue; /* another service's */
        }
        AuthorityRule *rule = &authorities[found++];
        if (!authority_parse(document->yaml, arena, &rule->authority, err)) {
            return err_context(err, "%.*s", STR_ARGS(document->path));
        }
        rule->ring = rules_ring(&rule->authority, arena);
    }
    ApprovalsRules *compiled = ARENA_NEW(arena, ApprovalsRules);
    *compiled = (ApprovalsRules){.authorities = authorities, .authority_count = found};
    *rules = compiled;
    return authorities_order(authorities, found, err);
}

/* ---- the table */

Service approvals_service(void *settings, Arena *arena) {
    (void)settings;
    (void)arena;
    return (Service){.name = "approvals",
                     .inputs = INPUTS,
                     .input_count = INPUT_COUNT,
                     .outputs = OUTPUTS,
                     .output_count = OUTPUT_COUNT,
                     .decode = handler_decode,
                     .load = handler_load,
                     .decide = handler_decide,
                     .store = handler_store,
                     .encode = handler_encode,
                     .due = handler_due,
                     .compile = handler_compile};
}

void approvals_diagram(FILE *to) {
    Arena scratch = arena_open("diagram", 64 << 10);
    Str text = request_diagram(&scratch);
    fprintf(to, "%.*s", STR_ARGS(text));
    arena_close(&scratch);
}
