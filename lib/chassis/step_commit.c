/* One batch: what was taken becomes events, the service decides, everything is numbered and
 * committed in one transaction, and only then do the numbers and the messages enter memory. */
#include <limits.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/crash.h"
#include "chassis/headers.h"
#include "chassis/log.h"
#include "chassis/metrics.h"
#include "chassis/step_attempt.h"

enum { EVENT_BYTES_MAX = 256 << 10, ENCODED_INSIDE_MAX = 20000 };

enum { COMMITS, EVENTS, DEAD_LETTERS, DUPLICATES, GAPS, COMMIT_SECONDS };
static Metric METRICS[] = {
    {.name = "arrears_commits_total", .help = "Transactions committed.", .type = METRIC_COUNTER},
    {.name = "arrears_processed_events_total",
     .help = "Events given to the service.",
     .type = METRIC_COUNTER},
    {.name = "arrears_dead_letter_records_total",
     .help = "Records sent to a dead-letter topic.",
     .type = METRIC_COUNTER},
    {.name = "arrears_duplicate_events_total",
     .help = "Events of our own services that had been applied.",
     .type = METRIC_COUNTER},
    {.name = "arrears_gap_events_total",
     .help = "Events dropped because an earlier number is missing.",
     .type = METRIC_COUNTER},
    {.name = "arrears_batch_commit_seconds",
     .help = "From the first read to the answer of COMMIT.",
     .type = METRIC_SECONDS},
};

void commit_metrics(void) {
    metrics_register(METRICS, COUNT_OF(METRICS));
}

/* ---- building */

Attempt attempt_open(Step *step, int events) {
    arena_reset(&step->work);
    Attempt attempt = {.step = step, .arena = &step->work};
    attempt.works = ARENA_ARRAY(attempt.arena, Work, step->partitions);
    attempt.batch = (Batch){.pg = tasks_pg(step->tasks), /* states: with the first task */
                            .arena = attempt.arena,
                            .events = ARENA_ARRAY(attempt.arena, Event, events + 1)};
    attempt.taken_of = ARENA_ARRAY(attempt.arena, const Taken *, events + 1);
    attempt.letters = ARENA_ARRAY(attempt.arena, Letter, events + 1);
    attempt.work_of = ARENA_ARRAY(attempt.arena, Work *, events + 1);
    return attempt;
}

Work *attempt_work(Attempt *attempt, Owned *task) {
    for (int i = 0; i < attempt->work_count; i++) {
        if (attempt->works[i].task == task) {
            return &attempt->works[i];
        }
    }
    int partitions = attempt->step->partitions;
    int outputs = service_output_count(attempt->step->options.service);
    CHECK(attempt->work_count == 0 || !tasks_is_single(attempt->step->tasks));
    Work *work = &attempt->works[attempt->work_count++];
    attempt->batch.states = tasks_states(attempt->step->tasks, task->id);
    *work = (Work){.task = task, .day = task->now.day};
    work->numbers =
        task_copy(&task->now, attempt->arena, partitions * TASK_INPUTS_MAX, partitions * outputs);
    for (int i = 0; i < work->numbers.output_count; i++) {
        TaskOutput *output = &work->numbers.outputs[i];
        output->acked = publisher_acked(attempt->step->publisher,
                                        (StreamId){task->id, output->output, output->partition});
    }
    return work;
}

void attempt_event_add(Attempt *attempt, Work *work, Event event, const Taken *taken) {
    event.task = work->task->id;
    attempt->taken_of[attempt->batch.count] = taken;
    attempt->work_of[attempt->batch.count] = work;
    attempt->batch.events[attempt->batch.count++] = event;
}

static void said_add(Attempt *attempt, Said said) {
    if (attempt->said_count == attempt->said_room) {
        int room = attempt->said_room ? 2 * attempt->said_room : 256;
        Said *grown = ARENA_ARRAY(attempt->arena, Said, room);
        if (attempt->said_count) {
            memcpy(grown, attempt->said, (size_t)attempt->said_count * sizeof(Said));
        }
        attempt->said = grown;
        attempt->said_room = room;
    }
    attempt->said[attempt->said_count++] = said;
}

void turn_emit(Turn *turn, Emission emission) {
    Attempt *attempt = turn->emitter;
    Said said = attempt->speaking;
    said.emission = emission;
    said_add(attempt, said);
}

void turn_intend(Turn *turn, Intent intent) {
    Attempt *attempt = turn->emitter;
    CHECK(attempt->step->options.service->dispatch);
    if (attempt->intent_count == attempt->intent_room) {
        int room = attempt->intent_room ? 2 * attempt->intent_room : 256;
        IntentRow *grown = ARENA_ARRAY(attempt->arena, IntentRow, room);
        if (attempt->intent_count) {
            memcpy(grown, attempt->intents, (size_t)attempt->intent_count * sizeof(IntentRow));
        }
        attempt->intents = grown;
        attempt->intent_room = room;
    }
    attempt->intents[attempt->intent_count++] = (IntentRow){turn->task, intent};
}

void turn_dead_letter(Turn *turn, Refusal refusal) {
    Attempt *attempt = turn->emitter;
    CHECK(attempt->deciding); /* a record, not the day, is at fault */
    Taken *refused = ARENA_NEW(attempt->arena, Taken);
    *refused = *attempt->deciding;
    intake_refuse(refused, refusal.code, refusal.sentence);
    Said said = attempt->speaking;
    said.dead = refused;
    said_add(attempt, said);
}

void attempt_dead_letter_add(Attempt *attempt, Work *work, const Taken *taken) {
    attempt->letters[attempt->letter_count++] = (Letter){taken, work, attempt->batch.count};
    LOG_WARNING(
        "dead_letter", "a record went to the dead letters",
        log_text("topic", taken->event.cause.topic), log_int("partition", taken->record.partition),
        log_int("offset", taken->record.offset), log_text("error.code", taken->refusal.code),
        log_text("error.message", taken->refusal.sentence));
    if (str_is_empty(taken->event.account.customer)) {
        return;
    }
    Held *held = ARENA_NEW(attempt->arena, Held);
    *held = (Held){taken->event.cause.topic, taken->record.partition, taken->record.offset,
                   taken->refusal.code, taken->refusal.sentence};
    Event event = taken->event;
    event.kind = EVENT_HELD;
    event.body = held;
    attempt_event_add(attempt, work, event, taken);
}

static void gap_note(Owned *task) {
    if (task->gap_since_ms == 0) {
        task->gap_since_ms = clock_monotonic_ms();
        LOG_WARNING("gap", "a number is missing; later events wait for its writer to go back",
                    log_int("task", task->id));
    }
    metric_add(&METRICS[GAPS], 0, 1);
}

static bool number_allows(Work *work, const Event *event) {
    switch (task_apply_number(&work->numbers, event)) {
    case NUMBER_NEXT:
        work->task->gap_since_ms = 0;
        return true;
    case NUMBER_DUPLICATE:
        metric_add(&METRICS[DUPLICATES], 0, 1);
        return BROKEN("no_mark_check");
    case NUMBER_GAP:
        gap_note(work->task);
        return false;
    }
    return false;
}

static void position_move(Work *work, const Record *record) {
    TaskInput *position = &work->numbers.inputs[record->topic];
    position->next = record->offset + 1;
    work->records++;
}

/* The hash is kept for the last record of each input only: that is the one a later start compares.
 */
static void hashes_take(Attempt *attempt, const Taken *taken, int count) {
    for (int i = count - 1; i >= 0; i--) {
        const Record *record = &taken[i].record;
        Work *work = attempt_work(attempt, &attempt->step->owned[record->partition]);
        TaskInput *position = &work->numbers.inputs[record->topic];
        if (position->next == record->offset + 1) {
            position->last_hash = task_record_hash(record);
        }
    }
}

static void records_add(Attempt *attempt, const Taken *taken, int count) {
    for (int i = 0; i < count; i++) {
        const Taken *one = &taken[i];
        Work *work = attempt_work(attempt, &attempt->step->owned[one->record.partition]);
        position_move(work, &one->record);
        bool ours = !str_is_empty(one->event.origin.service);
        if (one->fate == FATE_DEAD && BROKEN("no_hold")) {
            continue;
        }
        if (one->fate == FATE_DEAD) {
            attempt_dead_letter_add(attempt, work, one);
        } else if (one->fate == FATE_APPLY && (!ours || number_allows(work, &one->event))) {
            attempt_event_add(attempt, work, one->event, one);
        } else if (one->fate == FATE_PASS && ours) {
            (void)number_allows(work, &one->event); /* passed over, and counted as applied */
        }
    }
    hashes_take(attempt, taken, count);
}

/* ---- deciding */

/* Those that come before that event. */
static void letters_say(Attempt *attempt, int event) {
    for (; attempt->letters_said < attempt->letter_count; attempt->letters_said++) {
        const Letter *letter = &attempt->letters[attempt->letters_said];
        if (letter->before > event) {
            return;
        }
        said_add(attempt, (Said){.dead = letter->taken,
                                 .cause = letter->taken->event.cause,
                                 .work = letter->work});
    }
}

static void decide_all(Attempt *attempt) {
    const Service *service = attempt->step->options.service;
    for (int i = 0; i < attempt->batch.count; i++) {
        const Event *event = &attempt->batch.events[i];
        Work *work = attempt->work_of[i];
        letters_say(attempt, i);
        attempt->deciding = attempt->taken_of[i];
        attempt->speaking = (Said){
            .cause = event->cause,
            .hops = str_is_empty(event->origin.service) ? 0 : event->origin.hops + 1,
            .work = work,
        };
        Turn turn = {.task = work->task->id,
                     .day = work->day,
                     .rules = work->task->rules,
                     .arena = attempt->arena,
                     .emitter = attempt};
        service->decide(service->self, &attempt->batch, event, &turn);
    }
    letters_say(attempt, attempt->batch.count);
    metric_add(&METRICS[EVENTS], 0, attempt->batch.count);
}

/* ---- numbering */

static int32_t partition_for(Attempt *attempt, const Said *said, Str key) {
    if (said->dead) {
        return said->dead->record.partition;
    }
    return said->emission.partition >= 0 ? said->emission.partition
                                         : kafka_partition_of(key, attempt->step->partitions);
}

static Str key_for(Attempt *attempt, const Said *said) {
    const Account *account = &said->emission.account;
    if (said->dead) {
        return said->dead->record.has_key ? said->dead->record.key : (Str){NULL, 0};
    }
    if (str_is_empty(account->creditor)) {
        return (Str){NULL, 0};
    }
    bool by_account =
        attempt->step->options.service->outputs[said->emission.output].key == KEY_ACCOUNT;
    return by_account ? account_key(attempt->arena, *account) : account->creditor;
}

static void dead_letter_fill(Attempt *attempt, const Said *said, OutboxRow *row) {
    const Service *service = attempt->step->options.service;
    const Record *record = &said->dead->record;
    row->type = S("dead_letter");
    row->value = record->has_value ? record->value : (Str){NULL, 0};
    row->headers = headers_pack_dead_letter(service, record->topic, record, said->dead->refusal,
                                            attempt->arena);
}

static bool event_fill(Attempt *attempt, const Said *said, OutboxRow *row, Err *err) {
    const Service *service = attempt->step->options.service;
    Stamp stamp = {.origin = {.service = str_of(service->name),
                              .task = row->task,
                              .seq = row->seq,
                              .order = row->ordinal,
                              .hops = said->hops},
                   .cause = said->cause,
                   .day = said->work->day,
                   .epoch = said->work->task->epoch,
                   .commit_no = tasks_next_commit(attempt->step->tasks, row->task)};
    row->type = str_of(said->emission.type);
    row->value = service->encode(service->self, &said->emission, &stamp, attempt->arena);
    if (row->value.len > EVENT_BYTES_MAX) {
        return err_set(err, VERDICT_STOP, "EVENT_TOO_LARGE",
                       "%s would be %td bytes, the limit is %d", said->emission.type,
                       row->value.len, EVENT_BYTES_MAX);
    }
    return true;
}

/* Gives numbers; what is said is written down by encode_all. */
static void number_all(Attempt *attempt, Instant at) {
    const Service *service = attempt->step->options.service;
    attempt->rows = ARENA_ARRAY(attempt->arena, OutboxRow, attempt->said_count + 1);
    for (int i = 0; i < attempt->said_count; i++) {
        const Said *said = &attempt->said[i];
        TaskNumbers *numbers = &said->work->numbers;
        int output = said->dead ? service_dead_letter_output(service, said->dead->record.topic)
                                : said->emission.output;
        Str key = key_for(attempt, said);
        TaskOutput *stream = task_output(numbers, output, partition_for(attempt, said, key));
        attempt->rows[i] = (OutboxRow){.task = said->work->task->id,
                                       .output = output,
                                       .partition = stream->partition,
                                       .seq = ++stream->seq,
                                       .ordinal = ++numbers->order,
                                       .at = at,
                                       .key = key,
                                       .headers = {NULL, 0}};
    }
}

static bool encode_all(Attempt *attempt, Err *err) {
    const Service *service = attempt->step->options.service;
    attempt->headers = ARENA_ARRAY(attempt->arena, KafkaHeader *, attempt->said_count + 1);
    attempt->header_counts = ARENA_ARRAY(attempt->arena, int, attempt->said_count + 1);
    for (int i = 0; i < attempt->said_count; i++) {
        const Said *said = &attempt->said[i];
        OutboxRow *row = &attempt->rows[i];
        if (said->dead) {
            dead_letter_fill(attempt, said, row);
            metric_add(&METRICS[DEAD_LETTERS], 0, 1);
        } else if (!event_fill(attempt, said, row, err)) {
            return false;
        }
        attempt->header_counts[i] =
            headers_make(service, row, attempt->arena, &attempt->headers[i]);
    }
    return true;
}

/* ---- committing */

static int deaths_after(const Work *work) {
    const Owned *task = work->task;
    if (work->records == 0) {
        return task->deaths; /* nothing was risked */
    }
    bool survived = task->deaths < DEATHS_CAREFUL || task->careful_left <= work->records;
    return survived ? 0 : DEATHS_CAREFUL;
}

static TaskCommit *commits_make(Attempt *attempt) {
    TaskCommit *commits = ARENA_ARRAY(attempt->arena, TaskCommit, attempt->work_count + 1);
    for (int i = 0; i < attempt->work_count; i++) {
        const Work *work = &attempt->works[i];
        commits[i] = (TaskCommit){.task = work->task->id,
                                  .epoch = work->task->epoch,
                                  .deaths = deaths_after(work),
                                  .numbers = &work->numbers};
    }
    return commits;
}

/* Somebody else took a task over while we thought it ours. Its effects must not be written; if the
 * group still says it is ours, we take it back, else it is forgotten. */
static bool fenced(Attempt *attempt, const TaskCommit *commits, Err *err) {
    ahead_end(attempt->step); /* positions change */
    tasks_rollback(attempt->step->tasks);
    for (int i = 0; i < attempt->work_count; i++) {
        Owned *task = attempt->works[i].task;
        if (commits[i].found) {
            continue;
        }
        LOG_WARNING("task_fenced", "another process took the task over", log_int("task", task->id),
                    log_int("epoch", task->epoch));
        publisher_forget(attempt->step->publisher, task->id);
        task->known = false;
        if (task->assigned && !task_take_over(attempt->step, task, err)) {
            /* It is ours and we do not have it: taken over before anything else is tried. */
            err->verdict = err->verdict == VERDICT_STOP ? VERDICT_STOP : VERDICT_UNSURE;
            return false;
        }
    }
    return err_set(err, VERDICT_RETRY, "FENCED", "a task was taken over in mid-step");
}

/* So much that a slow machine might not be done before the store gives an idle transaction up. */
static bool encodes_before(const Attempt *attempt) {
    return attempt->said_count > ENCODED_INSIDE_MAX;
}

static bool write_all(Attempt *attempt, TaskCommit *commits, Err *err) {
    Step *step = attempt->step;
    const Service *service = step->options.service;
    bool all_found;
    if (encodes_before(attempt) && !encode_all(attempt, err)) {
        return false;
    }
    if (!tasks_begin(step->tasks, commits, attempt->work_count, attempt->arena, &all_found, err)) {
        return false;
    }
    if (!all_found) {
        return fenced(attempt, commits, err);
    }
    CRASH_POINT("after_claim");
    if (attempt->batch.count > 0 && !service->store(service->self, &attempt->batch, err)) {
        return false;
    }
    if ((attempt->intent_count > 0 || attempt->known_count > 0) &&
        !tasks_dispatch(step->tasks, attempt->intents, attempt->intent_count, attempt->known,
                        attempt->known_count, attempt->arena, err)) {
        return false;
    }
    CRASH_POINT("after_store");
    /* While the store works on what it was sent. */
    if (!encodes_before(attempt) && !encode_all(attempt, err)) {
        return false;
    }
    if (step->options.published && !attempt_compare(attempt, err)) {
        return false;
    }
    CRASH_POINT("before_commit");
    return tasks_finish(step->tasks, commits, attempt->work_count, attempt->rows,
                        attempt->said_count, attempt->arena, err);
}

static void publish_all(Attempt *attempt) {
    Step *step = attempt->step;
    if (step->options.published) {
        attempt_note_published(attempt);
        return;
    }
    (void)publisher_hand_out(step->publisher, INT_MAX); /* at most one commit waits */
    for (int i = 0; i < attempt->said_count; i++) {
        const OutboxRow *row = &attempt->rows[i];
        StreamId stream = {row->task, row->output, row->partition};
        if (row->seq == 1) {
            publisher_start(step->publisher, stream, 0);
        }
        publisher_add(step->publisher, stream, row->seq, row->key, row->value, attempt->headers[i],
                      attempt->header_counts[i]);
    }
}

/* The commit stands: from here on memory says so too. */
static void adopt_all(Attempt *attempt) {
    for (int i = 0; i < attempt->work_count; i++) {
        Work *work = &attempt->works[i];
        Owned *task = work->task;
        bool new_set = !task->now.has_policy_set ||
                       !hash_equals(task->now.policy_set, work->numbers.policy_set);
        task->deaths = deaths_after(work);
        task->careful_left = task->deaths ? task->careful_left - work->records : 0;
        task->must_note = task->must_note && work->records == 0;
        task_adopt(task, &work->numbers);
        task->rules = new_set ? NULL : task->rules;
        task->standing.set = task->standing.set && !work->mark_done;
        task->restart |= work->restart;
    }
    for (int i = 0; i < attempt->intent_count; i++) {
        attempt->step->owned[attempt->intents[i].task].under_way++;
    }
}

static bool commit_all(Attempt *attempt, Err *err) {
    const Service *service = attempt->step->options.service;
    CRASH_POINT("after_decode");
    if (attempt->batch.count > 0 && !service->load(service->self, &attempt->batch, err)) {
        return false;
    }
    CRASH_POINT("after_load");
    decide_all(attempt);
    CRASH_POINT("after_decide");
    number_all(attempt, clock_now());
    return write_all(attempt, commits_make(attempt), err);
}

bool attempt_commit(Attempt *attempt, Err *err) {
    Step *step = attempt->step;
    int64_t started_us = clock_monotonic_us();
    ahead_begin(step);
    bool is_committed = commit_all(attempt, err);
    ahead_end(step);
    if (!is_committed) {
        tasks_rollback(step->tasks);
        return false;
    }
    CRASH_POINT("after_commit");
    adopt_all(attempt);
    CRASH_POINT("before_publish");
    publish_all(attempt);
    CRASH_POINT("after_publish");
    metric_add(&METRICS[COMMITS], 0, 1);
    metric_observe(&METRICS[COMMIT_SECONDS], clock_monotonic_us() - started_us);
    return true;
}

bool commit_records(Step *step, int count, Err *err) {
    Attempt attempt = attempt_open(step, count);
    records_add(&attempt, step->taken, count);
    return attempt_commit(&attempt, err);
}

/* ---- acknowledgements alone */

static bool has_news(const Step *step, const Owned *task) {
    for (int i = 0; i < task->now.output_count; i++) {
        const TaskOutput *output = &task->now.outputs[i];
        if (publisher_acked(step->publisher, (StreamId){task->id, output->output,
                                                        output->partition}) > output->acked) {
            return true;
        }
    }
    return false;
}

static bool commit_acks_of(Step *step, int32_t first, int32_t end, Err *err) {
    Attempt attempt = attempt_open(step, 0);
    for (int32_t i = first; i < end; i++) {
        Owned *task = &step->owned[i];
        if (task->assigned && task->known && has_news(step, task)) {
            attempt_work(&attempt, task);
        }
    }
    if (attempt.work_count == 0) {
        return true;
    }
    return attempt_commit(&attempt, err);
}

bool commit_acks(Step *step, Err *err) {
    int32_t at_once = tasks_is_single(step->tasks) ? 1 : step->partitions;
    for (int32_t i = 0; i < step->partitions; i += at_once) {
        if (!commit_acks_of(step, i, i + at_once, err)) {
            return false;
        }
    }
    return true;
}

bool commit_last_acks(Step *step, int64_t until_ms, Err *err) {
    bool good = commit_acks(step, err);
    for (int32_t i = 0; i < step->partitions; i++) {
        Owned *task = &step->owned[i];
        if (task->assigned || !task->known || !has_news(step, task)) {
            continue;
        }
        if (clock_monotonic_ms() >= until_ms) {
            return err_set(err, VERDICT_RETRY, "NO_TIME_LEFT", "task %d and those after it",
                           (int)i);
        }
        Err why;
        Attempt attempt = attempt_open(step, 0); /* alone: an heir of one stops no other */
        attempt_work(&attempt, task);
        if (!attempt_commit(&attempt, &why) && task->known) {
            *err = why;
            good = false;
        }
    }
    return good;
}
