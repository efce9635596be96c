#include "scoring/handler.h"

#include "base/check.h"
#include "chassis/numbers.h"
#include "chassis/truth.h"
#include "contract/topics.h"
#include "policy/scorecard.h"
#include "scoring/core/decide.h"
#include "scoring/query.h"
#include "scoring/store.h"
#include "scoring/wire.h"

enum { INPUT_LEDGER, INPUT_COUNT };
enum { OUTPUT_CREDIT, OUTPUT_WARNINGS, OUTPUT_COUNT };

static const ServiceInput INPUTS[INPUT_COUNT] = {
    [INPUT_LEDGER] = {.topic = TOPIC_LEDGER,
                      .kind = INPUT_OURS,
                      .key = KEY_ACCOUNT,
                      .brings_day = true},
};

static const ServiceOutput OUTPUTS[OUTPUT_COUNT] = {
    [OUTPUT_CREDIT] = {.topic = TOPIC_CREDIT, .key = KEY_ACCOUNT},
    [OUTPUT_WARNINGS] = {.topic = TOPIC_WARNINGS, .key = KEY_ACCOUNT},
};

/* The cards of a rule set. */
typedef struct ScoringRules {
    Scorecard *cards;
    int count;
} ScoringRules;

/* ---- decode */

static bool handler_decode(void *self, int input, const Record *record, Arena *arena, Event *event,
                           Refusal *refusal) {
    (void)self;
    CHECK(input == INPUT_LEDGER);
    ScoringMessage *message = ARENA_NEW(arena, ScoringMessage);
    WireRefusal why = {S("VALUE_MISSING"), S("The record has no value.")};
    if (!record->has_value || !wire_read_ledger(record->value, arena, message, &why)) {
        *refusal = (Refusal){why.code, why.sentence};
        return false;
    }
    message->input.topic = str_of(TOPIC_LEDGER);
    message->input.origin = message->origin;
    event->kind = !message->is_day      ? EVENT_INPUT
                  : message->day.opened ? EVENT_DAY_OPENED
                                        : EVENT_DAY_CLOSED;
    event->account = message->account;
    event->origin = message->origin;
    event->body = message->is_day ? (const void *)&message->day : &message->input;
    return true;
}

/* ---- load */

static bool profile_read(StoreVisit *visit, Arena *arena, Err *err) {
    if (!visit->state.ptr) {
        visit->profile = (Profile){.account = visit->account, .day = DATE_NONE};
        return true;
    }
    CreditMessage message;
    if (!wire_read_credit(visit->state, arena, &message) || message.kind != CREDIT_STATE) {
        return err_set(err, VERDICT_STOP, "STATE_UNREADABLE",
                       "the state of %.*s/%.*s cannot be read: a newer program wrote it",
                       STR_ARGS(visit->account.creditor), STR_ARGS(visit->account.customer));
    }
    visit->profile = message.profile;
    return true;
}

static bool handler_load(void *self, Batch *batch, Err *err) {
    (void)self;
    StoreVisits *visits = ARENA_NEW(batch->arena, StoreVisits);
    *visits = store_load(batch->states, batch->events, batch->count, batch->arena);
    batch->state = visits;
    for (int i = 0; i < visits->count; i++) {
        if (!profile_read(&visits->rows[i], batch->arena, err)) {
            return false;
        }
    }
    return true;
}

/* ---- decide */

/* Later events of the batch go on from the profile, so what is said is a copy of it. */
static const Profile *profile_copy(const Profile *profile, Arena *arena) {
    Profile *copy = ARENA_NEW(arena, Profile);
    *copy = *profile;
    copy->exposures = ARENA_ARRAY(arena, Exposure, profile->exposure_count + 1);
    copy->overdue = ARENA_ARRAY(arena, OverdueItem, profile->overdue_count + 1);
    copy->applied = ARENA_ARRAY(arena, AppliedMark, profile->applied_count + 1);
    for (int i = 0; i < profile->exposure_count; i++) {
        copy->exposures[i] = profile->exposures[i];
    }
    for (int i = 0; i < profile->overdue_count; i++) {
        copy->overdue[i] = profile->overdue[i];
    }
    for (int i = 0; i < profile->applied_count; i++) {
        copy->applied[i] = profile->applied[i];
    }
    return copy;
}

static Emission emission_of_warning(Account account, const Warning *warning) {
    return (Emission){.output = OUTPUT_WARNINGS,
                      .account = account,
                      .partition = -1,
                      .type = "arrears.warnings.v1.BandFell",
                      .body = warning};
}

static void say(Turn *turn, const Desk *desk) {
    const Profile *said = profile_copy(desk->profile, turn->arena);
    turn_emit(turn, (Emission){.output = OUTPUT_CREDIT,
                               .account = said->account,
                               .partition = -1,
                               .type = "arrears.credit.v1.CreditState",
                               .body = said});
    if (desk->warned) {
        const Warning *warning = &said->warnings[said->warning_count - 1];
        turn_emit(turn, emission_of_warning(said->account, warning));
    }
}

static void handler_decide(void *self, Batch *batch, const Event *event, Turn *turn) {
    (void)self;
    const StoreVisits *visits = batch->state;
    int at = visits->of_event[event - batch->events];
    if (at < 0) {
        return; /* a day: nothing falls due here, aging is the ledger's word */
    }
    const ScoringRules *rules = turn->rules;
    CHECK(rules != NULL); /* before the first day nothing is taken */
    Desk desk = {.arena = turn->arena,
                 .profile = &visits->rows[at].profile,
                 .day = turn->day,
                 .card = scorecard_on(rules->cards, rules->count, turn->day)};
    decide(&desk, event->body);
    if (desk.changed) {
        say(turn, &desk);
    }
}

/* ---- store, encode, due */

static bool handler_store(void *self, Batch *batch, Err *err) {
    (void)self, (void)batch, (void)err;
    return true; /* what was said is what is stored */
}

static Str handler_encode(void *self, const Emission *emission, const Stamp *stamp, Arena *arena) {
    (void)self;
    if (emission->output == OUTPUT_WARNINGS) {
        return wire_write_warning(emission->body, emission->account, arena);
    }
    CreditMessage message = {.kind = CREDIT_STATE,
                             .epoch = stamp->epoch,
                             .commit_no = stamp->commit_no,
                             .profile = *(const Profile *)emission->body};
    return wire_write_credit(&message, arena);
}

static bool handler_due(void *self, Pg *pg, int32_t task, Date day, int limit, Arena *arena,
                        Account *accounts, int *count, Err *err) {
    (void)self, (void)pg, (void)task, (void)day, (void)limit, (void)arena, (void)accounts,
        (void)err;
    *count = 0;
    return true;
}

/* ---- compile */

static bool handler_compile(void *self, const RuleDocument *documents, int count, Arena *arena,
                            const void **rules, Err *err) {
    (void)self;
    ScoringRules *compiled = ARENA_NEW(arena, ScoringRules);
    compiled->cards = ARENA_ARRAY(arena, Scorecard, count + 1);
    for (int i = 0; i < count; i++) {
        if (!str_starts_with(documents[i].path, S("scorecard/"))) {
            continue; /* another service's */
        }
        if (!scorecard_parse(documents[i].yaml, arena, &compiled->cards[compiled->count], err)) {
            return err_context(err, "%.*s", STR_ARGS(documents[i].path));
        }
        compiled->count++;
    }
    *rules = compiled;
    return compiled->count > 0 ||
           err_set(err, VERDICT_STOP, "POLICY_MISSING", "the rule set has no scorecard/*.yaml");
}

/* ---- the truth */

static void numbers_of(const CreditCheckpoint *from, const Service *service, Arena *arena,
                       TaskNumbers *numbers) {
    *numbers = (TaskNumbers){.day = from->day,
                             .simulated = from->simulated,
                             .marks = ARENA_ARRAY(arena, TaskMark, from->mark_count + 1)};
    numbers->has_policy_set = hash_parse(from->policy_set, &numbers->policy_set);
    numbers->phase = !numbers->has_policy_set ? TASK_UNOPENED
                     : from->closing          ? TASK_CLOSING
                                              : TASK_OPEN;
    for (int i = 0; i < from->position_count; i++) {
        int input = service_find_input(service, from->positions[i].topic);
        if (input >= 0) {
            numbers->inputs[input] =
                (TaskInput){from->positions[i].next, from->positions[i].last_hash};
        }
    }
    for (int i = 0; i < from->mark_count; i++) {
        const AppliedMark *mark = &from->marks[i];
        int input = service_find_input(service, mark->topic);
        if (input >= 0) {
            numbers->marks[numbers->mark_count++] =
                (TaskMark){input, mark->service, mark->task, mark->seq};
        }
    }
}

static CreditCheckpoint checkpoint_of(const TaskNumbers *numbers, Arena *arena) {
    CreditPosition *positions = ARENA_ARRAY(arena, CreditPosition, INPUT_COUNT);
    for (int i = 0; i < INPUT_COUNT; i++) {
        positions[i] = (CreditPosition){str_of(INPUTS[i].topic), numbers->inputs[i].next,
                                        numbers->inputs[i].last_hash};
    }
    AppliedMark *marks = ARENA_ARRAY(arena, AppliedMark, numbers->mark_count + 1);
    for (int i = 0; i < numbers->mark_count; i++) {
        const TaskMark *mark = &numbers->marks[i];
        marks[i] = (AppliedMark){str_of(INPUTS[mark->input].topic), mark->service,
                                 mark->source_task, mark->seq};
    }
    bool opened = numbers->phase != TASK_UNOPENED;
    return (CreditCheckpoint){.positions = positions,
                              .position_count = INPUT_COUNT,
                              .marks = marks,
                              .mark_count = numbers->mark_count,
                              .day = opened ? numbers->day : DATE_NONE,
                              .closing = numbers->phase == TASK_CLOSING,
                              .simulated = numbers->simulated,
                              .policy_set = numbers->has_policy_set
                                                ? hash_hex(arena, numbers->policy_set)
                                                : (Str){NULL, 0}};
}

static TruthKind truth_kind(CreditKind kind) {
    switch (kind) {
    case CREDIT_STATE:
        return TRUTH_STATE;
    case CREDIT_CLAIM:
        return TRUTH_CLAIM;
    case CREDIT_CHECKPOINT:
        return TRUTH_CHECKPOINT;
    }
    CHECK(!"a kind of credit record");
}

static bool handler_truth_read(void *self, Str value, Arena *arena, TruthRecord *record) {
    Service service = scoring_service(self, arena);
    CreditMessage message;
    if (!wire_read_credit(value, arena, &message)) {
        return false;
    }
    *record = (TruthRecord){.kind = truth_kind(message.kind),
                            .epoch = message.epoch,
                            .commit_no = message.commit_no,
                            .version = message.profile.version,
                            .nonce = message.nonce};
    if (record->kind == TRUTH_CHECKPOINT) {
        numbers_of(&message.checkpoint, &service, arena, &record->numbers);
    }
    return true;
}

static Str handler_truth_write(void *self, const TruthRecord *record, Arena *arena) {
    (void)self;
    CHECK(record->kind != TRUTH_STATE); /* states are said */
    CreditMessage message = {.kind = CREDIT_CLAIM,
                             .epoch = record->epoch,
                             .commit_no = record->commit_no,
                             .nonce = record->nonce};
    if (record->kind == TRUTH_CHECKPOINT) {
        message.kind = CREDIT_CHECKPOINT;
        message.checkpoint = checkpoint_of(&record->numbers, arena);
    }
    return wire_write_credit(&message, arena);
}

/* Open warnings, with the ids they had. */
static int handler_truth_again(void *self, Str state, Arena *arena, Emission **emissions) {
    (void)self;
    CreditMessage *message = ARENA_NEW(arena, CreditMessage);
    bool good = wire_read_credit(state, arena, message);
    CHECK(good && message->kind == CREDIT_STATE); /* it was read a moment ago */
    const Profile *profile = &message->profile;
    *emissions = ARENA_ARRAY(arena, Emission, profile->warning_count + 1);
    for (int i = 0; i < profile->warning_count; i++) {
        (*emissions)[i] = emission_of_warning(profile->account, &profile->warnings[i]);
    }
    return profile->warning_count;
}

static const Truth TRUTH = {.output = OUTPUT_CREDIT,
                            .read = handler_truth_read,
                            .write = handler_truth_write,
                            .again = handler_truth_again};

/* ---- the table */

Service scoring_service(void *settings, Arena *arena) {
    (void)arena;
    return (Service){.name = "scoring",
                     .inputs = INPUTS,
                     .input_count = INPUT_COUNT,
                     .outputs = OUTPUTS,
                     .output_count = OUTPUT_COUNT,
                     .self = settings,
                     .decode = handler_decode,
                     .load = handler_load,
                     .decide = handler_decide,
                     .store = handler_store,
                     .encode = handler_encode,
                     .due = handler_due,
                     .compile = handler_compile,
                     .truth = &TRUTH};
}

/* ---- answers */

static bool state_read(Str state, Arena *arena, Profile *profile) {
    CreditMessage message;
    bool good = wire_read_credit(state, arena, &message) && message.kind == CREDIT_STATE;
    *profile = message.profile;
    return good;
}

int scoring_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes) {
    return query_routes(settings, door, state_read, arena, routes);
}
