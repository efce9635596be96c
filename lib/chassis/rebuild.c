/* Tasks one after the other: each takes its inputs again until all that it has published is there.
 */
#include "chassis/rebuild.h"

#include <inttypes.h>
#include <poll.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/rebuild_room.h"
#include "contract/base64.h"

enum {
    RULES_WAIT_MS = 30000,
    RULES_LOOK_MS = 20,
    TELL_EVERY_MS = 5000,
    SESSION_SLACK_MS = 5000, /* until the broker has noticed */
    GROUP_LOOK_MS = 500,
    DIFFERENCE_WAIT_MS = 5000,
};

typedef struct Rebuild {
    Step *step;
    const Published *published;
    Owned *task;
    Feeds feeds;
    int64_t records; /* taken, of this task */
    int64_t begun_ms;
    int64_t told_ms;
} Rebuild;

bool rebuild_can(const Service *service) {
    int outside = 0;
    for (int i = 0; i < service->input_count; i++) {
        if (service->inputs[i].kind == INPUT_STATES) {
            return false;
        }
        outside += service->inputs[i].kind == INPUT_OUTSIDE;
    }
    return outside == 1 && !service->dispatch && !service->truth;
}

/* ---- committing what was taken */

static bool rules_wait(Rebuild *rebuild, Err *err) {
    int64_t until_ms = clock_monotonic_ms() + RULES_WAIT_MS;
    while (rules_serve(rebuild->step->rules, err)) {
        if (day_has_rules(rebuild->step, rebuild->task)) {
            return true;
        }
        if (clock_monotonic_ms() > until_ms) {
            return err_set(err, VERDICT_STOP, "RULES_MISSING", "task %d stands on a day whose %s",
                           (int)rebuild->task->id, rebuild->task->waiting);
        }
        poll(NULL, 0, RULES_LOOK_MS);
    }
    return false;
}

static bool still_goes(const Rebuild *rebuild, Err *err) {
    if (rebuild->task->stopped) {
        *err = rebuild->task->stop;
        return false;
    }
    if (rebuild->step->taken_count > 0 || rebuild->step->unsettled || !rebuild->task->known) {
        return err_set(err, VERDICT_RETRY, "STORE_AWAY",
                       "the database did not take a step; run the command again, it goes on from "
                       "there");
    }
    return true;
}

static bool days_flush(Rebuild *rebuild, Err *err) {
    Step *step = rebuild->step;
    while (rebuild->task->standing.set) {
        if (!rules_wait(rebuild, err) || !commit_days(step, rebuild->task, err) ||
            !still_goes(rebuild, err)) {
            return false;
        }
    }
    /* Before the first day records waited for it; the caller reads them from there. */
    rebuild->task->restart = false;
    return true;
}

static bool flush(Rebuild *rebuild, Err *err) {
    Step *step = rebuild->step;
    if (step->taken_count > 0 &&
        (!rules_wait(rebuild, err) || !step_try_records(step, err) || !still_goes(rebuild, err))) {
        return false;
    }
    if (!days_flush(rebuild, err)) {
        return false;
    }
    arena_reset(&step->batch);
    return true;
}

static void progress_tell(Rebuild *rebuild) {
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms - rebuild->told_ms >= TELL_EVERY_MS) {
        rebuild->told_ms = now_ms;
        LOG_INFO("rebuilding", "the task is being rebuilt", log_int("task", rebuild->task->id),
                 log_int("records", rebuild->records), log_int("order", rebuild->task->now.order),
                 log_int("of", rebuild->published->last_order[rebuild->task->id]));
    }
}

/* ---- taking */

/* The next record of an input joins the batch; a full batch and a day are committed. */
static bool record_take(Rebuild *rebuild, int input, bool *ended, Err *err) {
    Step *step = rebuild->step;
    Owned *task = rebuild->task;
    Record record;
    if (!feed_take(&rebuild->feeds, input, &step->batch, &record, ended, err)) {
        return false;
    }
    if (*ended) {
        return true;
    }
    bool is_killer = plan_is_crash(rebuild->published, task->id, input, record.offset);
    if (!take_given(step, task, &record, is_killer, err)) {
        return false;
    }
    rebuild->records++;
    progress_tell(rebuild);
    bool is_full = step->taken_count == step->options.limits.events ||
                   step->batch.used >= step->options.limits.bytes;
    return is_full || task->standing.set || task->stopped ? flush(rebuild, err) : true;
}

static bool input_too_short(const Rebuild *rebuild, int input, int64_t offset, Err *err) {
    return err_set(err, VERDICT_STOP, "INPUT_CUT",
                   "%s [%d] ends before offset %" PRId64 ", which caused what was published",
                   rebuild->published->service->inputs[input].topic, (int)rebuild->task->id,
                   offset);
}

static bool take_to(Rebuild *rebuild, const PlanItem *item, Err *err) {
    while (rebuild->feeds.feeds[item->input].next <= item->offset) {
        bool ended;
        if (!record_take(rebuild, item->input, &ended, err)) {
            return false;
        }
        if (ended) {
            return input_too_short(rebuild, item->input, item->offset, err);
        }
    }
    return true;
}

/* The first day was opened while what lies before it waited. */
static bool take_first_day(Rebuild *rebuild, const PlanItem *item, Err *err) {
    const Owned *task = rebuild->task;
    return feed_seek(&rebuild->feeds, item->input, item->offset, err) &&
           take_to(rebuild, item, err) && flush(rebuild, err) &&
           feed_seek(&rebuild->feeds, item->input, task->now.inputs[item->input].next, err);
}

static int outside_input(const Service *service) {
    int input = 0;
    while (service->inputs[input].kind != INPUT_OUTSIDE) {
        input++;
    }
    return input;
}

static int day_input(const Service *service) {
    int input = 0;
    while (!service->inputs[input].brings_day) {
        input++;
    }
    return input;
}

static bool unexplained(const Rebuild *rebuild, int64_t order, Err *err) {
    return err_set(err, VERDICT_STOP, "DIFFERENCE",
                   "task %d has published order %" PRId64 ", and comes to %" PRId64
                   " with all that it may have read",
                   (int)rebuild->task->id, order, rebuild->task->now.order);
}

/* Dead letters do not say their order: where it leaves one out, records from outside were refused.
 */
static bool take_refused(Rebuild *rebuild, int64_t order, Err *err) {
    if (!flush(rebuild, err)) {
        return false;
    }
    int input = outside_input(rebuild->published->service);
    while (rebuild->task->now.order < order) {
        bool ended;
        if (!record_take(rebuild, input, &ended, err) || !flush(rebuild, err)) {
            return false;
        }
        if (ended) {
            return unexplained(rebuild, order, err);
        }
    }
    return true;
}

static bool plan_follow(Rebuild *rebuild, const Plan *plan, Err *err) {
    int64_t before = rebuild->task->now.order;
    for (int64_t i = 0; i < plan->count; i++) {
        const PlanItem *item = &plan->items[i];
        if (item->order > before + 1 && !take_refused(rebuild, item->order - 1, err)) {
            return false;
        }
        before = item->order;
        if (item->input < 0) {
            continue; /* the tick that closes the day caused what is said last */
        }
        bool is_first_day = rebuild->task->now.phase == TASK_UNOPENED;
        if (!(is_first_day ? take_first_day : take_to)(rebuild, item, err)) {
            return false;
        }
    }
    return flush(rebuild, err);
}

/* ---- the end: a close that was under way, a dead letter that came last */

static int64_t given(const TaskNumbers *numbers, StreamId id) {
    for (int i = 0; i < numbers->output_count; i++) {
        const TaskOutput *output = &numbers->outputs[i];
        if (output->output == id.output && output->partition == id.partition) {
            return output->seq;
        }
    }
    return 0;
}

static const PublishedStream *stream_ahead(const Rebuild *rebuild) {
    const Published *published = rebuild->published;
    ptrdiff_t first = (ptrdiff_t)rebuild->task->id * published->per_task;
    for (int i = 0; i < published->per_task; i++) {
        const PublishedStream *stream = &published->streams[first + i];
        if (published_last(stream) > given(&rebuild->task->now, stream->id)) {
            return stream;
        }
    }
    return NULL;
}

static bool not_decided(const Rebuild *rebuild, const PublishedStream *stream, Err *err) {
    Str topic = service_output_topic(rebuild->published->service, stream->id.output);
    int64_t number = given(&rebuild->task->now, stream->id) + 1;
    const PublishedEvent *event = published_find(stream, number);
    return err_set(err, VERDICT_STOP, "DIFFERENCE",
                   "%.*s [%d] offset %" PRId64 ", number %" PRId64
                   " of task %d, was published, and "
                   "nothing that was read makes it",
                   STR_ARGS(topic), (int)stream->id.partition, event ? event->offset : -1, number,
                   (int)stream->id.task);
}

static bool tail_take(Rebuild *rebuild, const Plan *plan, Err *err) {
    const Service *service = rebuild->published->service;
    bool in_close = plan->count > 0 && plan->items[plan->count - 1].input < 0;
    int input = in_close ? day_input(service) : outside_input(service);
    const PublishedStream *stream;
    while ((stream = stream_ahead(rebuild)) != NULL) {
        bool ended;
        if (!record_take(rebuild, input, &ended, err) || !flush(rebuild, err)) {
            return false;
        }
        if (ended) {
            return not_decided(rebuild, stream, err);
        }
    }
    return true;
}

/* ---- a task */

static bool begin(Rebuild *rebuild, Err *err) {
    const Service *service = rebuild->published->service;
    Owned *task = rebuild->task;
    task->assigned = true;
    if (!task_take_over(rebuild->step, task, err)) {
        return false;
    }
    for (int i = 0; i < task->now.output_count; i++) {
        const TaskOutput *output = &task->now.outputs[i];
        StreamId id = {task->id, output->output, output->partition};
        int64_t last = published_last(published_stream(rebuild->published, id));
        publisher_note(rebuild->step->publisher, id, last < output->seq ? last : output->seq);
    }
    for (int input = 0; input < service->input_count; input++) {
        if (!feed_seek(&rebuild->feeds, input, task->now.inputs[input].next, err)) {
            return false;
        }
    }
    return true;
}

static bool task_rebuild(Rebuild *rebuild, Err *err) {
    Plan plan = {0};
    int64_t stood = 0;
    rebuild->records = 0;
    rebuild->begun_ms = clock_monotonic_ms();
    bool good = begin(rebuild, err);
    if (good) {
        stood = rebuild->task->now.order;
        plan_open(rebuild->published, rebuild->task->id, stood, &plan);
        good = plan_follow(rebuild, &plan, err) && tail_take(rebuild, &plan, err) &&
               commit_acks(rebuild->step, err);
    }
    if (good) {
        LOG_INFO("task_rebuilt", "the task stands where its topics end",
                 log_int("task", rebuild->task->id), log_int("records", rebuild->records),
                 log_int("stood", stood), log_int("order", rebuild->task->now.order),
                 log_int("ms", clock_monotonic_ms() - rebuild->begun_ms));
    }
    plan_close(&plan);
    feeds_close(&rebuild->feeds);
    rebuild->task->assigned = false;
    return good;
}

/* What was published stands in the log beside what was decided, for who compares them. */
static void published_tell(const Rebuild *rebuild, const Difference *difference) {
    const StreamId *id = &difference->stream;
    Arena arena = arena_open("difference", 16 << 20);
    Str topic = service_output_topic(rebuild->published->service, id->output);
    KafkaSpan span = {str_terminated(&arena, topic), id->partition, 1, difference->offset};
    KafkaReader *reader = NULL;
    Record record;
    KafkaTake took = KAFKA_TAKE_NOTHING;
    Err err;
    if (kafka_reader_open(rebuild->feeds.settings, span, &reader, &err) &&
        kafka_reader_take(reader, DIFFERENCE_WAIT_MS, &arena, &record, &took, &err) &&
        took == KAFKA_TAKE_RECORD) {
        LOG_ERROR("rebuild_published", "published then", log_text("topic", topic),
                  log_int("partition", record.partition), log_int("offset", record.offset),
                  log_text("published", base64_print(&arena, record.value)));
    }
    kafka_reader_close(reader);
    arena_close(&arena);
}

static bool tasks_rebuild(Step *step, Err *err) {
    Rebuild rebuild = {.step = step,
                       .published = step->options.published,
                       .feeds = {.settings = step->options.kafka,
                                 .client = step->client,
                                 .service = step->options.service}};
    for (int32_t i = 0; i < step->partitions; i++) {
        rebuild.task = &step->owned[i];
        rebuild.feeds.task = i;
        if (!task_rebuild(&rebuild, err)) {
            if (step->difference.found) {
                published_tell(&rebuild, &step->difference);
            }
            return err_context(err, "task %d, after order %" PRId64, (int)i,
                               rebuild.task->now.order);
        }
    }
    return true;
}

/* ---- the whole */

/* A worker that was killed, or has a name of its own in the group, counts as a member until its
 * session is over; one that lives has a new session again and again. */
static bool nobody_works(KafkaClient *client, const StepOptions *options, Err *err) {
    const char *group = options->service->name;
    int64_t wait_ms = options->kafka->session_timeout_ms + SESSION_SLACK_MS;
    int64_t until_ms = clock_monotonic_ms() + wait_ms;
    int members;
    bool said = false;
    while (kafka_group_members(client, group, &members, err)) {
        if (members == 0) {
            return true;
        }
        if (clock_monotonic_ms() > until_ms) {
            return err_set(err, VERDICT_STOP, "STILL_RUNNING",
                           "the consumer group %s has had %d members for %d s: end all workers of "
                           "this service first",
                           group, members, (int)(wait_ms / 1000));
        }
        if (!said) {
            LOG_INFO("rebuild_waits", "for the sessions of workers to be over",
                     log_int("members", members), log_int("most_ms", wait_ms));
        }
        said = true;
        poll(NULL, 0, GROUP_LOOK_MS);
    }
    return false;
}

static bool look_around(const StepOptions *options, int32_t *partitions, Err *err) {
    KafkaClient *client;
    if (!kafka_client_open(options->kafka, &client, err)) {
        return false;
    }
    bool good = nobody_works(client, options, err) &&
                kafka_partition_count(client, options->service->inputs[0].topic, partitions, err);
    if (good && *partitions == 0) {
        good = err_set(err, VERDICT_STOP, "TOPIC_MISSING", "there is no topic %s",
                       options->service->inputs[0].topic);
    }
    kafka_client_close(client);
    return good;
}

bool rebuild_run(const StepOptions *given_options, Err *err) {
    StepOptions options = *given_options;
    Published published = {0};
    Step *step = NULL;
    int32_t partitions;
    CHECK(rebuild_can(options.service));
    bool good = look_around(&options, &partitions, err);
    int64_t begun_ms = clock_monotonic_ms();
    good = good && published_read(options.kafka, options.service, partitions, &published, err);
    if (good) {
        LOG_INFO("published_read", "what the topics hold is known",
                 log_int("events", published.events),
                 log_int("ms", clock_monotonic_ms() - begun_ms));
        options.published = &published;
        good = step_open(&options, &step, err) && tasks_rebuild(step, err);
    }
    step_close(step, 0);
    published_release(&published);
    return good;
}
