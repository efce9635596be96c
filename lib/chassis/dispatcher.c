#include "chassis/dispatcher.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/crash.h"
#include "chassis/dispatcher_room.h"
#include "chassis/log.h"
#include "chassis/metrics.h"

enum {
    ROUND_ATTEMPTS = 200,   /* then the broker is asked again where the facts end */
    ROUND_MS = 20000,       /* likewise: the answer must never be a minute old */
    SWEEP_MS = 1000,        /* how often attempts without outcome are looked for */
    LOOK_MS = 1000,         /* for what was put off, and for what another process left */
    IDLE_MS = 100,          /* nothing is wanted */
    BUSY_MS = 10,           /* something is wanted and cannot begin yet */
    CLOSED_FIRST_MS = 1000, /* the door is closed: when it is tried again */
    CLOSED_MOST_MS = 60000, /* and at most */
    RETRY_MOST_MS = 6 * 3600 * 1000,
    ROUND_MEMORY = 16 << 20,
    ATTEMPT_MEMORY = 16 << 20,
    DOUBLINGS_MAX = 20,
};

const Setting DISPATCHER_SETTINGS[] = {
    SETTING_NUMBER(DispatcherSettings, retry_ms, "ARREARS_DISPATCH_RETRY_MS", "60000", 100, 3600000,
                   "After a message was put off: time to the second try, doubled for each of the "
                   "six after it."),
    SETTING_NUMBER(DispatcherSettings, uncertain_ms, "ARREARS_DISPATCH_UNCERTAIN_MS", "300000",
                   1000, 3600000,
                   "An attempt to send without an outcome counts as uncertain after this."),
};
const ptrdiff_t DISPATCHER_SETTINGS_COUNT = COUNT_OF(DISPATCHER_SETTINGS);

static const char *const OUTCOME_LABELS[] = {"none",      "done",      "refused", "gave_up",
                                             "withdrawn", "uncertain", "put_off", NULL};
static Metric METRICS[] = {
    {.name = "arrears_dispatch_attempts_total",
     .help = "Attempts to do something in the world outside, by what became of them.",
     .type = METRIC_COUNTER,
     .label = "outcome",
     .label_values = OUTCOME_LABELS},
    {.name = "arrears_dispatch_door_closed",
     .help = "1 while nothing can be sent at all.",
     .type = METRIC_GAUGE},
};
enum { ATTEMPTS, DOOR_CLOSED };

struct Dispatcher {
    DispatcherOptions options;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    _Atomic bool stopping;
    _Atomic bool stopped;
    KafkaClient *client;
    Pg *pg;    /* claims and outcomes */
    Pg *facts; /* read-only: what compose looks at */
    Arena round;
    Arena attempt;
    StepTask *tasks; /* whose facts are read to the end, of this round */
    int task_count;
    int64_t swept_ms;
    int64_t closed_until_ms;
    int64_t closed_ms; /* 0: the door is open */
};

/* ---- connections */

static bool connect_one(Pg **pg, const PgOptions *options, bool read_only, Err *err) {
    if (*pg && !pg_is_lost(*pg)) {
        return true;
    }
    PgOptions own = *options;
    own.read_only = read_only;
    pg_close(*pg);
    *pg = NULL;
    return pg_open(&own, pg, err);
}

static bool connect(Dispatcher *dispatcher, Err *err) {
    const DispatcherOptions *options = &dispatcher->options;
    return connect_one(&dispatcher->pg, options->store, false, err) &&
           connect_one(&dispatcher->facts, options->store, true, err) &&
           (dispatcher->client || kafka_client_open(options->kafka, &dispatcher->client, err));
}

/* ---- which tasks */

/* Only tasks whose facts are read to the end of the topic, asked now. */
static bool tasks_find(Dispatcher *dispatcher, Err *err) {
    Step *step = dispatcher->options.step;
    int room = step_partitions(step);
    dispatcher->tasks = ARENA_ARRAY(&dispatcher->round, StepTask, room);
    int count = step_tasks(step, dispatcher->tasks, room);
    KafkaEnd *ends = ARENA_ARRAY(&dispatcher->round, KafkaEnd, room);
    for (int i = 0; i < count; i++) {
        ends[i] =
            (KafkaEnd){.topic = dispatcher->options.facts, .partition = dispatcher->tasks[i].task};
    }
    dispatcher->task_count = 0;
    if (count > 0 && !kafka_ends(dispatcher->client, ends, count, err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (dispatcher->tasks[i].next >= ends[i].end) {
            dispatcher->tasks[dispatcher->task_count++] = dispatcher->tasks[i];
        }
    }
    return true;
}

static int32_t *task_ids(Dispatcher *dispatcher) {
    int32_t *ids = ARENA_ARRAY(&dispatcher->round, int32_t, dispatcher->task_count + 1);
    for (int i = 0; i < dispatcher->task_count; i++) {
        ids[i] = dispatcher->tasks[i].task;
    }
    return ids;
}

static int64_t epoch_of(const Dispatcher *dispatcher, int32_t task) {
    for (int i = 0; i < dispatcher->task_count; i++) {
        if (dispatcher->tasks[i].task == task) {
            return dispatcher->tasks[i].epoch;
        }
    }
    CHECK(!"an attempt of a task that was not asked for");
    return 0;
}

/* ---- the door */

static void door_close(Dispatcher *dispatcher, const Outcome *outcome) {
    if (dispatcher->closed_ms == 0) {
        /* With a code the words are the world's, and may name somebody. */
        LOG_WARNING("door_closed", "nothing can be sent; trying again",
                    log_int("code", outcome->code),
                    log_text("error.message", outcome->code == 0 ? outcome->sentence : S("")));
        metric_set(&METRICS[DOOR_CLOSED], 0, 1);
    }
    int64_t doubled = 2 * dispatcher->closed_ms;
    doubled = doubled < CLOSED_MOST_MS ? doubled : CLOSED_MOST_MS;
    dispatcher->closed_ms = dispatcher->closed_ms == 0 ? CLOSED_FIRST_MS : doubled;
    dispatcher->closed_until_ms = clock_monotonic_ms() + dispatcher->closed_ms;
}

static void door_open(Dispatcher *dispatcher) {
    if (dispatcher->closed_ms != 0) {
        LOG_INFO("door_open", "sending again");
        metric_set(&METRICS[DOOR_CLOSED], 0, 0);
    }
    dispatcher->closed_ms = 0;
}

static bool door_is_open(const Dispatcher *dispatcher) {
    return dispatcher->closed_ms == 0 || clock_monotonic_ms() >= dispatcher->closed_until_ms;
}

/* ---- one attempt */

static int64_t wait_ms(const Dispatcher *dispatcher, const Attempted *attempt) {
    int64_t wait = dispatcher->options.settings.retry_ms;
    int tries_made = DISPATCH_TRIES - 1 - attempt->tries_left;
    for (int i = 0; i < tries_made && i < DOUBLINGS_MAX && wait < RETRY_MOST_MS; i++) {
        wait *= 2;
    }
    return wait < RETRY_MOST_MS ? wait : RETRY_MOST_MS;
}

static void rest(Dispatcher *dispatcher, int64_t ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns = until.tv_nsec + ms * 1000000;
    until.tv_sec += (time_t)(ns / 1000000000);
    until.tv_nsec = (long)(ns % 1000000000);
    pthread_mutex_lock(&dispatcher->lock);
    if (!dispatcher->stopping) {
        pthread_cond_timedwait(&dispatcher->wake, &dispatcher->lock, &until);
    }
    pthread_mutex_unlock(&dispatcher->lock);
}

/* An outcome is worth asking for it again, for as long as a database takes to start: the attempt
 * cannot be repeated. What stays unwritten becomes uncertain. `outcome` becomes the one written. */
static bool note(Dispatcher *dispatcher, const Attempted *attempt, Outcome *outcome,
                 bool door_closed, Err *err) {
    enum { ASKS = 30, PAUSE_MS = 1000 };
    bool tries_over = attempt->tries_left == 0 && !door_closed;
    if (outcome->kind == OUTCOME_PUT_OFF && tries_over) {
        outcome->kind = OUTCOME_GAVE_UP;
    }
    ptrdiff_t len = outcome->sentence.len;
    outcome->sentence =
        str_slice(outcome->sentence, 0, len < OUTCOME_SENTENCE_MAX ? len : OUTCOME_SENTENCE_MAX);
    int64_t wait = door_closed ? 0 : wait_ms(dispatcher, attempt); /* the door has its own */
    bool noted = false;
    for (int i = 0; i < ASKS && !noted; i++) {
        if (i > 0) {
            rest(dispatcher, PAUSE_MS);
        }
        noted = connect(dispatcher, err) && dispatch_note(dispatcher->pg, attempt, outcome, wait,
                                                          !door_closed, &dispatcher->attempt, err);
    }
    metric_add(&METRICS[ATTEMPTS], (int)outcome->kind, 1);
    return noted || err_context(err, "the outcome of %.*s, attempt %d, was not written down",
                                STR_ARGS(attempt->intent.id), (int)attempt->intent.attempt);
}

/* Claimed. From here on only an outcome ends it. */
static bool carry_out(Dispatcher *dispatcher, const Attempted *attempt, Err *err) {
    const Dispatch *dispatch = dispatcher->options.dispatch;
    Arena *arena = &dispatcher->attempt;
    const void *parcel = NULL;
    bool closed = false;
    Outcome outcome = {.kind = OUTCOME_WITHDRAWN};
    if (!dispatch->compose(dispatch->self, dispatcher->facts, attempt->task, &attempt->intent,
                           arena, &parcel, &outcome.code, err)) {
        closed = true; /* nothing left the house, and nothing would now */
        outcome =
            (Outcome){.kind = OUTCOME_PUT_OFF,
                      .sentence = str_format(arena, "the facts cannot be read: %s", err->text)};
    } else if (parcel) {
        CRASH_POINT("before_send");
        outcome = dispatch->send(dispatch->self, parcel, arena, &closed);
        CRASH_POINT("after_send");
    }
    closed = closed && outcome.kind == OUTCOME_PUT_OFF;
    /* Who leaves one without an answer would leave the next one without, too. */
    if (closed || outcome.kind == OUTCOME_UNCERTAIN) {
        door_close(dispatcher, &outcome);
    } else if (parcel) {
        door_open(dispatcher);
    }
    bool noted = note(dispatcher, attempt, &outcome, closed, err);
    if (outcome.kind == OUTCOME_PUT_OFF) {
        return noted; /* the next attempt stands in the table; the step has nothing to learn */
    }
    CRASH_POINT("after_outcome");
    if (!dispatcher->stopping) { /* else the step may be gone; whoever comes next finds it */
        step_note_outcome(dispatcher->options.step);
    }
    return noted;
}

static bool attempt_serve(Dispatcher *dispatcher, const Attempted *attempt, Err *err) {
    bool ours;
    arena_reset(&dispatcher->attempt);
    if (BROKEN("no_claim")) {
        return carry_out(dispatcher, attempt, err);
    }
    if (!dispatch_claim(dispatcher->pg, attempt, epoch_of(dispatcher, attempt->task),
                        &dispatcher->attempt, &ours, err)) {
        return false;
    }
    CRASH_POINT("after_dispatch_claim");
    return !ours || carry_out(dispatcher, attempt, err);
}

/* ---- rounds */

static bool sweep(Dispatcher *dispatcher, Err *err) {
    int64_t now_ms = clock_monotonic_ms();
    int64_t given_up = 0;
    if (now_ms - dispatcher->swept_ms < SWEEP_MS) {
        return true;
    }
    dispatcher->swept_ms = now_ms;
    if (!dispatch_give_up_waiting(dispatcher->pg, task_ids(dispatcher), dispatcher->task_count,
                                  dispatcher->options.settings.uncertain_ms, &dispatcher->round,
                                  &given_up, err)) {
        return false;
    }
    if (given_up > 0) {
        LOG_WARNING("attempts_uncertain",
                    "nobody knows how these attempts ended; a person has to "
                    "say what became of them",
                    log_int("attempts", given_up));
        metric_add(&METRICS[ATTEMPTS], OUTCOME_UNCERTAIN, given_up);
        step_note_outcome(dispatcher->options.step);
    }
    return true;
}

/* `worked`: there may be more to do at once. */
static bool round_serve(Dispatcher *dispatcher, bool *worked, Err *err) {
    Attempted *found;
    int count = 0;
    int64_t until_ms = clock_monotonic_ms() + ROUND_MS;
    arena_reset(&dispatcher->round);
    if (!connect(dispatcher, err) || !tasks_find(dispatcher, err) || !sweep(dispatcher, err)) {
        return false;
    }
    found = ARENA_ARRAY(&dispatcher->round, Attempted, ROUND_ATTEMPTS);
    if (dispatcher->task_count > 0 && door_is_open(dispatcher) &&
        !dispatch_find(dispatcher->pg, task_ids(dispatcher), dispatcher->task_count, ROUND_ATTEMPTS,
                       &dispatcher->round, found, &count, err)) {
        return false;
    }
    *worked = false;
    for (int i = 0; i < count && !dispatcher->stopping && door_is_open(dispatcher) &&
                    clock_monotonic_ms() < until_ms;
         i++) {
        if (!attempt_serve(dispatcher, &found[i], err)) {
            return false;
        }
        *worked = true;
    }
    return true;
}

static void *dispatcher_run(void *self) {
    Dispatcher *dispatcher = self;
    bool failing = false;
    int64_t looked_ms = 0;
    while (!dispatcher->stopping) {
        Err err;
        bool worked = false;
        bool wanted = step_under_way(dispatcher->options.step) > 0;
        bool look = wanted || clock_monotonic_ms() - looked_ms >= LOOK_MS;
        looked_ms = look ? clock_monotonic_ms() : looked_ms;
        bool good = !look || round_serve(dispatcher, &worked, &err);
        if (!good && !failing) {
            log_failure(LOG_LEVEL_WARNING, "dispatch_waits", "nothing is sent; trying again", &err);
        } else if (good && failing) {
            LOG_INFO("dispatch_goes_on", "the dispatcher works again");
        }
        failing = !good;
        if (!worked) {
            bool waits = !good || !door_is_open(dispatcher);
            rest(dispatcher, waits ? CLOSED_FIRST_MS : wanted ? BUSY_MS : IDLE_MS);
        }
    }
    dispatcher->stopped = true;
    return NULL;
}

/* ---- life */

Dispatcher *dispatcher_open(const DispatcherOptions *options) {
    Dispatcher *dispatcher = calloc(1, sizeof *dispatcher);
    pthread_condattr_t monotonic;
    CHECK(dispatcher);
    dispatcher->options = *options;
    dispatcher->round = arena_open("dispatch round", ROUND_MEMORY);
    dispatcher->attempt = arena_open("dispatch attempt", ATTEMPT_MEMORY);
    metrics_register(METRICS, COUNT_OF(METRICS));
    CHECK(pthread_mutex_init(&dispatcher->lock, NULL) == 0);
    CHECK(pthread_condattr_init(&monotonic) == 0);
    CHECK(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    CHECK(pthread_cond_init(&dispatcher->wake, &monotonic) == 0);
    pthread_condattr_destroy(&monotonic);
    CHECK(pthread_create(&dispatcher->thread, NULL, dispatcher_run, dispatcher) == 0);
    return dispatcher;
}

void dispatcher_stop(Dispatcher *dispatcher) {
    pthread_mutex_lock(&dispatcher->lock);
    dispatcher->stopping = true;
    pthread_cond_signal(&dispatcher->wake);
    pthread_mutex_unlock(&dispatcher->lock);
}

bool dispatcher_has_stopped(const Dispatcher *dispatcher) {
    return dispatcher->stopped;
}

void dispatcher_close(Dispatcher *dispatcher) {
    CHECK(dispatcher->stopped);
    pthread_join(dispatcher->thread, NULL);
    if (dispatcher->options.dispatch->close) {
        dispatcher->options.dispatch->close(dispatcher->options.dispatch->self);
    }
    pg_close(dispatcher->pg);
    pg_close(dispatcher->facts);
    kafka_client_close(dispatcher->client);
    arena_close(&dispatcher->round);
    arena_close(&dispatcher->attempt);
    pthread_cond_destroy(&dispatcher->wake);
    pthread_mutex_destroy(&dispatcher->lock);
    free(dispatcher);
}
