#include "ledger/handler.h"

#include "base/check.h"
#include "contract/journal_key.h"
#include "contract/topics.h"
#include "ledger/compile.h"
#include "ledger/core/decide.h"
#include "ledger/core/rules.h"
#include "ledger/settings.h"
#include "ledger/store.h"
#include "ledger/tree.h"
#include "ledger/wire.h"

enum { INPUT_BILLING, INPUT_APPROVALS, INPUT_TRANSFERS, INPUT_DUNNING, INPUT_COUNT };
enum { OUTPUT_LEDGER, OUTPUT_TRANSFERS, OUTPUT_COUNT };

static const ServiceInput INPUTS[INPUT_COUNT] = {
    [INPUT_BILLING] = {.topic = TOPIC_BILLING,
                       .kind = INPUT_OUTSIDE,
                       .key = KEY_ACCOUNT,
                       .brings_day = true,
                       .dead_letters = "arrears.billing.v1.dlq"},
    [INPUT_APPROVALS] = {.topic = TOPIC_APPROVALS, .kind = INPUT_OURS, .key = KEY_ACCOUNT},
    [INPUT_TRANSFERS] = {.topic = TOPIC_TRANSFERS, .kind = INPUT_OURS, .key = KEY_ACCOUNT},
    [INPUT_DUNNING] = {.topic = TOPIC_DUNNING, .kind = INPUT_OURS, .key = KEY_ACCOUNT},
};

static const ServiceOutput OUTPUTS[OUTPUT_COUNT] = {
    [OUTPUT_LEDGER] = {.topic = TOPIC_LEDGER, .key = KEY_ACCOUNT},
    [OUTPUT_TRANSFERS] = {.topic = TOPIC_TRANSFERS, .key = KEY_ACCOUNT},
};

/* What a batch carries from load to store. */
typedef struct LedgerBatch {
    StoreVisit *visits; /* one for each event */
    Books books;
} LedgerBatch;

/* ---- decode */

static bool (*const READERS[INPUT_COUNT])(Str value, Arena *arena, LedgerMessage *message,
                                          WireRefusal *why) = {
    [INPUT_BILLING] = wire_read_billing,
    [INPUT_APPROVALS] = wire_read_approval,
    [INPUT_TRANSFERS] = wire_read_transfer,
    [INPUT_DUNNING] = wire_read_dunning,
};

static bool handler_decode(void *self, int input, const Record *record, Arena *arena, Event *event,
                           Refusal *refusal) {
    (void)self;
    LedgerMessage *message = ARENA_NEW(arena, LedgerMessage);
    WireRefusal why = {S("VALUE_MISSING"), S("The record has no value; send an event.")};
    if (!record->has_value || !READERS[input](record->value, arena, message, &why)) {
        *refusal = (Refusal){why.code, why.sentence};
        return false;
    }
    bool is_signed = message->is_tick || message->is_notice;
    event->kind = message->is_tick ? EVENT_TICK : message->is_notice ? EVENT_NOTICE : EVENT_INPUT;
    event->account = message->account;
    event->origin = message->origin;
    event->body = is_signed ? (const void *)&message->tick : &message->input;
    return true;
}

static bool handler_notice(void *self, Str payload, Instant received_at, Arena *arena, Event *event,
                           Refusal *refusal) {
    (void)self;
    LedgerInput *input = ARENA_NEW(arena, LedgerInput);
    WireRefusal why = {0};
    input->kind = LEDGER_PERIOD;
    event->body = input;
    bool good = wire_read_period(payload, arena, &input->period, &why);
    if (good && period_is_ahead(&input->period, received_at)) {
        Str at = instant_print(arena, input->period.signed_at);
        why = (WireRefusal){S("SIGNED_AHEAD"),
                            str_format(arena,
                                       "It says that it was signed at %.*s, which is to come: set "
                                       "the clock of the machine that signs, and sign again.",
                                       STR_ARGS(at))};
        good = false;
    }
    *refusal = (Refusal){why.code, why.sentence};
    return good;
}

/* ---- load */

/* What an event asks of its account. Days are about a task: they ask nothing. */
static const LedgerInput *input_of(const Event *event, Arena *arena) {
    LedgerInput *input = ARENA_NEW(arena, LedgerInput);
    switch (event->kind) {
    case EVENT_INPUT:
        return event->body;
    case EVENT_DUE:
        input->kind = LEDGER_DAY_END;
        return input;
    case EVENT_HELD:
        input->kind = LEDGER_HELD;
        input->held = *(const Held *)event->body;
        return input;
    case EVENT_DAY_OPENED:
    case EVENT_DAY_CLOSED:
        return input;
    case EVENT_TICK:
    case EVENT_NOTICE:
    case EVENT_OUTCOME:
        break;
    }
    CHECK(!"ticks are the loop's business, and the ledger does nothing in the world outside");
}

static bool handler_load(void *self, Batch *batch, Err *err) {
    (void)self;
    LedgerBatch *state = ARENA_NEW(batch->arena, LedgerBatch);
    state->visits = ARENA_ARRAY(batch->arena, StoreVisit, batch->count);
    for (int i = 0; i < batch->count; i++) {
        const Event *event = &batch->events[i];
        state->visits[i] = (StoreVisit){
            .task = event->task, .account = event->account, .input = input_of(event, batch->arena)};
    }
    batch->state = state;
    return store_load(batch->pg, state->visits, batch->count, batch->arena, &state->books, err);
}

/* ---- decide */

static void say(Turn *turn, Account account, int32_t partition, const Fact *fact) {
    turn_emit(turn, (Emission){.output = OUTPUT_LEDGER,
                               .account = account,
                               .partition = partition,
                               .type = wire_fact_type(fact->kind),
                               .body = fact});
}

/* Money for another account, perhaps of another task. */
static void say_transfer(Turn *turn, Account account, const Fact *fact) {
    turn_emit(turn, (Emission){.output = OUTPUT_TRANSFERS,
                               .account = {account.creditor, fact_receiver(fact)},
                               .partition = -1,
                               .type = wire_transfer_type(fact),
                               .body = fact});
}

static TaskTree *tree_of(const Books *books, int32_t task) {
    for (int i = 0; i < books->aging_count; i++) {
        if (books->trees[i].task == task) {
            return &books->trees[i];
        }
    }
    CHECK(!"every task of a batch has its tree");
}

static void say_sealed(const LedgerBatch *state, const DayMark *mark, const JournalKeys *keys,
                       Turn *turn) {
    Fact *fact = ARENA_NEW(turn->arena, Fact);
    TaskTree *tree = tree_of(&state->books, turn->task);
    *fact = (Fact){.kind = FACT_JOURNAL_SEALED,
                   .sealed = tree_seal(tree, mark->day, keys, turn->arena)};
    say(turn, (Account){0}, turn->task, fact);
}

static void say_day(Turn *turn, const DayMark *mark) {
    Fact *fact = ARENA_NEW(turn->arena, Fact);
    *fact = (Fact){.kind = mark->opened ? FACT_DAY_OPENED : FACT_DAY_CLOSED, .day = *mark};
    say(turn, (Account){0}, turn->task, fact);
}

static void note_keepings(TaskAging *task, const Turn *turn, const LedgerRules *rules) {
    Str mark = store_keeping_mark(rules, turn->day, turn->arena);
    if (!str_equals(task->keeping_mark, mark)) {
        task->keeping_mark = mark;
        task->keepings = rules;
        task->keepings_on = turn->day;
    }
}

/* Reports count by the buckets, matrices and terms that are written down, so a new rule is written
 * down by the first event that is decided under it. */
static void note_rules(Books *books, const Turn *turn, const LedgerRules *rules) {
    const AgingRule *rule = rules_aging(rules, turn->day);
    for (int i = 0; i < books->aging_count; i++) {
        TaskAging *aging = &books->agings[i];
        bool looked_at =
            aging->looked_at == rules && date_compare(aging->looked_on, turn->day) == 0;
        if (aging->task != turn->task || looked_at) {
            continue;
        }
        aging->looked_at = rules;
        aging->looked_on = turn->day;
        note_keepings(aging, turn, rules);
        if (!str_equals(aging->hash, rule->hash)) {
            aging->rule = rule;
            aging->since = turn->day;
        }
        if (!str_equals(aging->allowance, allowance_mark(&rules->allowances, turn->day))) {
            aging->allowances = &rules->allowances;
            aging->allowances_on = turn->day;
        }
    }
}

static Refusal period_refusal(PeriodAnswer answer, const Period *period, Arena *arena) {
    if (answer == PERIOD_NOT_OVER) {
        return (Refusal){S("PERIOD_NOT_OVER"), S("The month has days that are not closed yet; "
                                                 "close them, then the month.")};
    }
    if (answer == PERIOD_NOT_LAST) {
        Str until = date_print(arena, period->sealed_until);
        return (Refusal){S("PERIOD_NOT_LAST"),
                         str_format(arena,
                                    "The books are sealed up to %.*s: open the later months again "
                                    "first, the last one before the others, each by its own "
                                    "request.",
                                    STR_ARGS(until))};
    }
    CHECK(answer == PERIOD_STALE);
    Str last = instant_print(arena, period->signed_at);
    return (Refusal){S("PERIOD_STALE"),
                     str_format(arena,
                                "A notice of this creditor that was signed at %.*s was taken, "
                                "which is later: an old one changes nothing. Sign a new one, with "
                                "a clock that is right.",
                                STR_ARGS(last))};
}

/* A month is sealed in this task, or not yet. */
static void decide_period(const Books *books, const PeriodNotice *notice, Turn *turn) {
    Period *period = store_period(books, turn->task, notice->creditor);
    PeriodAnswer answer = period_apply(period, notice, turn->day);
    if (answer == PERIOD_TAKEN) {
        Fact *fact = ARENA_NEW(turn->arena, Fact);
        *fact = (Fact){.kind = FACT_PERIOD_CHANGED,
                       .period = {.creditor = notice->creditor,
                                  .sealed_until = period->sealed_until,
                                  .reopened = notice->reopened,
                                  .request = notice->request}};
        say(turn, (Account){0}, turn->task, fact);
    } else if (answer != PERIOD_REPEATED) {
        turn_dead_letter(turn, period_refusal(answer, period, turn->arena));
    }
}

static void decide_account(const Books *books, const StoreVisit *visit, int input,
                           const LedgerRules *rules, Turn *turn) {
    const Bookkeeping *keeping = rules_keeping(rules, visit->account.creditor, turn->day);
    Desk desk = {.arena = turn->arena,
                 .book = visit->book,
                 .day = turn->day,
                 .aging = &rules_aging(rules, turn->day)->aging,
                 .rules = rules,
                 .keeping = keeping,
                 .calendar = rules_calendar(rules, keeping->calendar),
                 .sealed_until =
                     store_period(books, turn->task, visit->account.creditor)->sealed_until};
    decide(&desk, visit->input);
    for (int i = 0; i < desk.fact_count; i++) {
        const Fact *fact = &desk.facts[i];
        say(turn, visit->account, -1, fact);
        if (!str_is_empty(fact_receiver(fact))) {
            say_transfer(turn, visit->account, fact);
        }
        bool conflict =
            fact->kind == FACT_INPUT_REFUSED && fact->refused.reason == REFUSED_CONFLICT;
        if (conflict && input == INPUT_BILLING) {
            /* Two documents under one number, or money gone beyond what the books can hold:
             * somebody has to see it whole. */
            turn_dead_letter(turn, (Refusal){S("CONFLICT"), fact->refused.sentence});
        }
    }
}

static void handler_decide(void *self, Batch *batch, const Event *event, Turn *turn) {
    LedgerBatch *state = batch->state;
    const StoreVisit *visit = &state->visits[event - batch->events];
    const LedgerRules *rules = turn->rules;
    if (rules != NULL) { /* before the first day there are none */
        note_rules(&state->books, turn, rules);
    }
    if (event->kind == EVENT_DAY_CLOSED) {
        say_sealed(state, event->body, self, turn);
    }
    if (event->kind == EVENT_DAY_OPENED || event->kind == EVENT_DAY_CLOSED) {
        say_day(turn, event->body);
    } else if (visit->input->kind == LEDGER_PERIOD) {
        decide_period(&state->books, &visit->input->period, turn);
    } else if (visit->book != NULL) {
        CHECK(rules != NULL);
        int before = visit->book->entry_count;
        decide_account(&state->books, visit, event->input, rules, turn);
        tree_add(tree_of(&state->books, turn->task), visit->book, before);
    }
}

/* ---- store, encode, due */

static bool handler_store(void *self, Batch *batch, Err *err) {
    (void)self;
    const LedgerBatch *state = batch->state;
    return store_save(batch->pg, &state->books, batch->arena, err);
}

static Str handler_encode(void *self, const Emission *emission, const Stamp *stamp, Arena *arena) {
    (void)self;
    return emission->output == OUTPUT_TRANSFERS
               ? wire_write_transfer(emission->body, emission->account, stamp, arena)
               : wire_write_fact(emission->body, emission->account, stamp, arena);
}

static bool handler_due(void *self, Pg *pg, int32_t task, Date day, int limit, Arena *arena,
                        Account *accounts, int *count, Err *err) {
    (void)self;
    StoreDue due = {.task = task, .day = day, .limit = limit};
    return store_due(pg, due, arena, accounts, count, err);
}

/* ---- the table */

bool ledger_check(const void *settings, Err *err) {
    const LedgerSettings *own = settings;
    JournalKeys keys;
    return journal_keys_parse(own->journal_key, &keys, err) ||
           err_context(err, "ARREARS_LEDGER_JOURNAL_KEY");
}

Service ledger_service(void *settings, Arena *arena) {
    const LedgerSettings *own = settings;
    JournalKeys *keys = ARENA_NEW(arena, JournalKeys);
    Err err;
    CHECK(journal_keys_parse(own->journal_key, keys, &err)); /* ledger_check has seen them */
    return (Service){.name = "ledger",
                     .self = keys,
                     .inputs = INPUTS,
                     .input_count = INPUT_COUNT,
                     .outputs = OUTPUTS,
                     .output_count = OUTPUT_COUNT,
                     .decode = handler_decode,
                     .notice = handler_notice,
                     .notice_type = PERIOD_PAYLOAD_TYPE,
                     .load = handler_load,
                     .decide = handler_decide,
                     .store = handler_store,
                     .encode = handler_encode,
                     .due = handler_due,
                     .compile = compile_rules};
}

void ledger_diagram(FILE *to) {
    Arena scratch = arena_open("diagram", 64 << 10);
    Str text = item_diagram(&scratch);
    fprintf(to, "%.*s", STR_ARGS(text));
    arena_close(&scratch);
}
