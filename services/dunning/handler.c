#include "dunning/handler.h"

#include <stdlib.h>

#include "base/check.h"
#include "contract/seal.h"
#include "contract/topics.h"
#include "dunning/core/decide.h"
#include "dunning/core/rules.h"
#include "dunning/handler/post.h"
#include "dunning/settings.h"
#include "dunning/store.h"
#include "dunning/wire.h"

enum { INPUT_LEDGER, INPUT_CONTACTS, INPUT_CREDIT, INPUT_APPROVALS, INPUT_COUNT };
enum { OUTPUT_DUNNING, OUTPUT_REQUESTS, OUTPUT_COUNT };

/* The ledger first: what is open comes before how to act on it. */
static const ServiceInput INPUTS[INPUT_COUNT] = {
    [INPUT_LEDGER] = {.topic = TOPIC_LEDGER,
                      .kind = INPUT_OURS,
                      .key = KEY_ACCOUNT,
                      .brings_day = true},
    [INPUT_CONTACTS] = {.topic = TOPIC_CONTACTS,
                        .kind = INPUT_OUTSIDE,
                        .key = KEY_ACCOUNT,
                        .dead_letters = "arrears.contacts.v1.dlq"},
    [INPUT_CREDIT] = {.topic = TOPIC_CREDIT, .kind = INPUT_STATES, .key = KEY_ACCOUNT},
    [INPUT_APPROVALS] = {.topic = TOPIC_APPROVALS, .kind = INPUT_OURS, .key = KEY_ACCOUNT},
};

static const ServiceOutput OUTPUTS[OUTPUT_COUNT] = {
    [OUTPUT_DUNNING] = {.topic = TOPIC_DUNNING, .key = KEY_ACCOUNT},
    [OUTPUT_REQUESTS] = {.topic = TOPIC_APPROVAL_REQUESTS, .key = KEY_CREDITOR},
};

/* What a batch carries from load to store. */
typedef struct DunningBatch {
    StoreVisit *visits; /* one for each event */
    Debtors debtors;
} DunningBatch;

/* ---- decode */

/* No value erases the contact of the account that the key names. */
static bool erased_read(const Record *record, DunningMessage *message, WireRefusal *why) {
    message->input = (DunningInput){.kind = DUNNING_CONTACT};
    *why = (WireRefusal){S("KEY_MALFORMED"), S("The key is not creditor/customer.")};
    return record->has_key && account_parse(record->key, &message->account);
}

static bool message_read(int input, const Record *record, Arena *arena, DunningMessage *message,
                         WireRefusal *why) {
    if (!record->has_value) {
        *message = (DunningMessage){0};
        if (input == INPUT_CONTACTS) {
            return erased_read(record, message, why);
        }
        *why = (WireRefusal){S("VALUE_MISSING"), S("The record has no value.")};
        return input == INPUT_CREDIT; /* a customer's credit was erased: nothing more is said */
    }
    switch (input) {
    case INPUT_LEDGER:
        return wire_read_ledger(record->value, arena, message, why);
    case INPUT_CONTACTS:
        return wire_read_contact(record->value, arena, message, why);
    case INPUT_CREDIT:
        return wire_read_credit(record->value, arena, message, why);
    default:
        return wire_read_approval(record->value, arena, message, why);
    }
}

static bool handler_decode(void *self, int input, const Record *record, Arena *arena, Event *event,
                           Refusal *refusal) {
    (void)self;
    DunningMessage *message = ARENA_NEW(arena, DunningMessage);
    WireRefusal why = {0};
    if (!message_read(input, record, arena, message, &why)) {
        *refusal = (Refusal){why.code, why.sentence};
        return false;
    }
    event->kind = !message->is_day      ? EVENT_INPUT
                  : message->day.opened ? EVENT_DAY_OPENED
                                        : EVENT_DAY_CLOSED;
    event->account = message->account;
    event->origin = message->origin;
    event->body = message->is_day ? (const void *)&message->day : &message->input;
    return true;
}

/* ---- load */

/* What may be said of it for ever: a mail server's own words may name an address. */
static Attempted attempted_of(const Outcome *outcome, Arena *arena) {
    Attempted attempted = {
        .reminder = outcome->intent, .attempt = outcome->attempt, .code = outcome->code};
    Str answer = str_format(arena, "the mail server answered %d", (int)outcome->code);
    switch (outcome->kind) {
    case OUTCOME_DONE:
        attempted.event = REMINDER_WAS_DONE;
        return attempted;
    case OUTCOME_GAVE_UP:
        attempted.gave_up = true;
        attempted.event = REMINDER_WAS_REFUSED;
        attempted.sentence = answer;
        return attempted;
    case OUTCOME_REFUSED:
        attempted.event = REMINDER_WAS_REFUSED;
        attempted.sentence = answer;
        return attempted;
    case OUTCOME_WITHDRAWN:
        attempted.event = REMINDER_WAS_WITHDRAWN;
        return attempted;
    case OUTCOME_UNCERTAIN:
        attempted.event = REMINDER_IS_UNCERTAIN;
        return attempted;
    case OUTCOME_NONE:
    case OUTCOME_PUT_OFF:
    case OUTCOME_KIND_COUNT:
        break;
    }
    CHECK(!"an outcome that the service sees");
}

/* What an event asks of its account. Days are about a task: they ask nothing. */
static const DunningInput *input_of(const Event *event, Arena *arena) {
    DunningInput *input = ARENA_NEW(arena, DunningInput);
    switch (event->kind) {
    case EVENT_INPUT:
        return event->body;
    case EVENT_DUE:
        input->kind = DUNNING_DAY_END;
        return input;
    case EVENT_HELD:
        input->kind = DUNNING_HELD_HERE;
        input->held = *(const Held *)event->body;
        return input;
    case EVENT_OUTCOME:
        input->kind = DUNNING_OUTCOME;
        input->attempted = attempted_of(event->body, arena);
        return input;
    case EVENT_DAY_OPENED:
    case EVENT_DAY_CLOSED:
        return input;
    case EVENT_TICK:
    case EVENT_NOTICE:
        break;
    }
    CHECK(!"a tick is the loop's business");
}

static bool handler_load(void *self, Batch *batch, Err *err) {
    (void)self;
    DunningBatch *state = ARENA_NEW(batch->arena, DunningBatch);
    state->visits = ARENA_ARRAY(batch->arena, StoreVisit, batch->count);
    for (int i = 0; i < batch->count; i++) {
        const Event *event = &batch->events[i];
        state->visits[i] = (StoreVisit){
            .task = event->task, .account = event->account, .input = input_of(event, batch->arena)};
    }
    batch->state = state;
    return store_load(batch->pg, state->visits, batch->count, batch->arena, &state->debtors, err);
}

/* ---- decide */

static void say(Turn *turn, Account account, int32_t partition, const Fact *fact) {
    bool request = fact->kind == FACT_REQUESTED;
    turn_emit(turn, (Emission){.output = request ? OUTPUT_REQUESTS : OUTPUT_DUNNING,
                               .account = account,
                               .partition = partition,
                               .type = request ? WIRE_REQUEST_TYPE : wire_fact_type(fact->kind),
                               .body = fact});
}

static void say_day(Turn *turn, const DayMark *mark) {
    Fact *fact = ARENA_NEW(turn->arena, Fact);
    *fact = (Fact){.kind = mark->opened ? FACT_DAY_OPENED : FACT_DAY_CLOSED, .day = *mark};
    say(turn, (Account){0}, turn->task, fact);
}

/* The days on which debtors are visited were found by the rules in force. The day that begins may
 * be the first one of another rule set, or of a document: known when the day before it ends, so
 * that its own end finds everybody to be looked at. */
static void note_day(TaskState *task, const Turn *turn, const DayMark *mark) {
    Date next = mark->opened ? mark->day : date_add(mark->day, 1);
    const DunningRules *rules = turn->rules; /* none before the first day */
    bool other_documents =
        rules != NULL && rules_valid(rules, mark->day) != rules_valid(rules, next);
    if (other_documents || !str_equals(task->policy_set, mark->policy_set)) {
        task->policy_set = mark->policy_set;
        task->revisit_from = next;
    }
}

static void decide_account(const StoreVisit *visit, TaskState *task, Turn *turn) {
    Desk desk = {.arena = turn->arena,
                 .debtor = visit->debtor,
                 .day = turn->day,
                 .guidance = rules_guide(turn->rules, visit->account.creditor, turn->day),
                 .numbers = &task->numbers};
    decide(&desk, visit->input);
    if (visit->is_last) {
        decide_visit(&desk, visit->input);
    }
    for (int i = 0; i < desk.fact_count; i++) {
        say(turn, visit->account, -1, &desk.facts[i]);
    }
    for (int i = 0; i < desk.sending_count; i++) {
        turn_intend(turn, (Intent){.id = desk.sendings[i].reminder,
                                   .account = visit->account,
                                   .attempt = desk.sendings[i].attempt});
    }
}

static void handler_decide(void *self, Batch *batch, const Event *event, Turn *turn) {
    (void)self;
    DunningBatch *state = batch->state;
    const StoreVisit *visit = &state->visits[event - batch->events];
    TaskState *task = debtors_task(&state->debtors, event->task);
    if (event->kind == EVENT_DAY_OPENED || event->kind == EVENT_DAY_CLOSED) {
        note_day(task, turn, event->body);
        say_day(turn, event->body);
    } else if (visit->debtor != NULL) {
        CHECK(turn->rules != NULL);
        decide_account(visit, task, turn);
    }
}

/* ---- store, encode, due */

static bool handler_store(void *self, Batch *batch, Err *err) {
    (void)self;
    const DunningBatch *state = batch->state;
    return store_save(batch->pg, &state->debtors, batch->arena, err);
}

static Str handler_encode(void *self, const Emission *emission, const Stamp *stamp, Arena *arena) {
    (void)self;
    const Fact *fact = emission->body;
    return fact->kind == FACT_REQUESTED
               ? wire_write_request(fact->requested, emission->account, stamp, arena)
               : wire_write_fact(fact, emission->account, stamp, arena);
}

static bool handler_due(void *self, Pg *pg, int32_t task, Date day, int limit, Arena *arena,
                        Account *accounts, int *count, Err *err) {
    (void)self;
    StoreDue due = {.task = task, .day = day, .limit = limit};
    return store_due(pg, due, arena, accounts, count, err);
}

/* ---- compile */

static int ladder_compare(const void *a, const void *b) {
    return date_compare(((const LadderRule *)a)->ladder.valid_from,
                        ((const LadderRule *)b)->ladder.valid_from);
}

static int creditor_compare(const void *a, const void *b) {
    return date_compare(((const Creditor *)a)->valid_from, ((const Creditor *)b)->valid_from);
}

static bool document_read(const RuleDocument *document, Arena *arena, LadderRule *ladders,
                          Creditor *creditors, DunningRules *rules, Err *err) {
    bool good = true;
    if (str_starts_with(document->path, S("ladder/"))) {
        LadderRule *rule = &ladders[rules->ladder_count++];
        rule->hash = document->hash;
        good = ladder_parse(document->yaml, arena, &rule->ladder, err);
    } else if (str_starts_with(document->path, S("creditor/"))) {
        good = creditor_parse(document->yaml, arena, &creditors[rules->creditor_count++], err);
    } else {
        return true; /* another service's */
    }
    return good || err_context(err, "%.*s", STR_ARGS(document->path));
}

/* Each creditor's ladder is there. `arrears policy check` says the same before a set is published.
 */
static bool ladders_check(const DunningRules *rules, Err *err) {
    for (int i = 0; i < rules->creditor_count; i++) {
        const Creditor *creditor = &rules->creditors[i];
        if (rules_ladder(rules, creditor->ladder, creditor->valid_from) == NULL) {
            return err_set(err, VERDICT_STOP, "POLICY_MEANING",
                           "creditor %.*s: ladder: no document has the id %.*s",
                           STR_ARGS(creditor->id), STR_ARGS(creditor->ladder));
        }
    }
    return true;
}

static bool handler_compile(void *self, const RuleDocument *documents, int count, Arena *arena,
                            const void **rules, Err *err) {
    (void)self;
    LadderRule *ladders = ARENA_ARRAY(arena, LadderRule, count);
    Creditor *creditors = ARENA_ARRAY(arena, Creditor, count);
    DunningRules *compiled = ARENA_NEW(arena, DunningRules);
    for (int i = 0; i < count; i++) {
        if (!document_read(&documents[i], arena, ladders, creditors, compiled, err)) {
            return false;
        }
    }
    qsort(ladders, (size_t)compiled->ladder_count, sizeof *ladders, ladder_compare);
    qsort(creditors, (size_t)compiled->creditor_count, sizeof *creditors, creditor_compare);
    compiled->ladders = ladders;
    compiled->creditors = creditors;
    *rules = compiled;
    return ladders_check(compiled, err);
}

/* ---- the table */

bool dunning_settings_check(const void *settings, Err *err) {
    Post post = {.settings = settings};
    bool good = post_open(&post, err);
    post_close(&post);
    return good || err_context(err, "ARREARS_SMTP_URL, ARREARS_SMTP_TLS, ARREARS_SMTP_CA_FILE");
}

Service dunning_service(void *settings, Arena *arena) {
    Post *post = ARENA_NEW(arena, Post);
    *post = (Post){.settings = settings};
    Dispatch *dispatch = ARENA_NEW(arena, Dispatch);
    *dispatch =
        (Dispatch){.compose = post_compose, .send = post_send, .close = post_close, .self = post};
    return (Service){.name = "dunning",
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
                     .compile = handler_compile,
                     .dispatch = dispatch};
}

void dunning_diagrams(FILE *to) {
    Arena scratch = arena_open("diagrams", 64 << 10);
    Str dunning = dunning_diagram(&scratch);
    Str reminder = reminder_diagram(&scratch);
    fprintf(to, "%.*s\n%.*s", STR_ARGS(dunning), STR_ARGS(reminder));
    arena_close(&scratch);
}
