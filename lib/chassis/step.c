/* The turn: take what is there, try it, settle what went wrong. */
#include "chassis/step.h"

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/crash.h"
#include "chassis/log.h"
#include "chassis/step_room.h"

enum {
    BACKOFF_MOST_MS = 5000,
    MAINTAIN_MS = 3600 * 1000,
    OUTBOX_WAIT_MS = 5, /* with messages on the wire, reports are looked for this often */
};

/* ---- trying and settling */

/* After a takeover: what was committed after all, or is not ours any more, is not decided again;
 * nor is what comes again with the records before it. */
static void drop_stale(Step *step) {
    int kept = 0;
    for (int i = 0; i < step->taken_count; i++) {
        const Record *record = &step->taken[i].record;
        if (task_wants(&step->owned[record->partition], record)) {
            step->taken[kept++] = step->taken[i];
        }
    }
    step->taken_count = kept;
}

/* A takeover may find a day whose rule set is not here yet. Its records are read again when it is.
 */
static void drop_unruled(Step *step) {
    int kept = 0;
    for (int i = 0; i < step->taken_count; i++) {
        Owned *task = &step->owned[step->taken[i].record.partition];
        if (day_has_rules(step, task)) {
            step->taken[kept++] = step->taken[i];
        } else {
            task->restart = true;
        }
    }
    step->taken_count = kept;
}

static void back_off(Step *step, const Err *err) {
    if (step->backoff_ms == 0) {
        log_failure(LOG_LEVEL_WARNING, "step_waits",
                    "the step could not be committed; trying again", err);
    }
    step->backoff_ms = step->backoff_ms ? 2 * step->backoff_ms : step->options.limits.backoff_ms;
    step->backoff_ms = step->backoff_ms < BACKOFF_MOST_MS ? step->backoff_ms : BACKOFF_MOST_MS;
    step->retry_at_ms = clock_monotonic_ms() + step->backoff_ms;
}

static void went_well(Step *step) {
    if (step->backoff_ms > 0) {
        LOG_INFO("step_goes_on", "the store takes commits again");
    }
    step->backoff_ms = 0;
}

/* The store refuses this batch as a whole. Halve it until one record is left; that one is at fault.
 */
static bool find_culprit(Step *step, int count, const Err *err) {
    if (count > 1) {
        step->try_at_most = count / 2;
        return true;
    }
    Taken *culprit = &step->taken[0];
    Str sentence = str_format(&step->batch, "The database refuses it: %s", err->text);
    if (step->options.service->inputs[culprit->record.topic].kind == INPUT_OUTSIDE &&
        culprit->fate == FATE_APPLY) {
        intake_refuse(culprit, S("STORE_REFUSES"), sentence);
        return true;
    }
    task_stop(&step->owned[culprit->record.partition], "STORE_REFUSES", sentence);
    drop_stale(step);
    return true;
}

static bool settle(Step *step, int count, const Err *err) {
    switch (err->verdict) {
    case VERDICT_RETRY:
        drop_stale(step);
        back_off(step, err);
        return true;
    case VERDICT_UNSURE:
        step->unsettled = !BROKEN("no_takeover");
        back_off(step, err);
        return true;
    case VERDICT_POISON:
        return find_culprit(step, count, err);
    case VERDICT_NONE:
    case VERDICT_STOP:
        return false;
    }
    return false;
}

/* Those at the front that one commit may hold: tasks follow each other as they were taken. */
static int records_together(const Step *step) {
    int most = step->taken_count < step->try_at_most ? step->taken_count : step->try_at_most;
    if (!tasks_is_single(step->tasks)) {
        return most;
    }
    int count = 1;
    while (count < most && step->taken[count].record.partition == step->taken[0].record.partition) {
        count++;
    }
    return count;
}

bool step_try_records(Step *step, Err *err) {
    while (step->taken_count > 0 && clock_monotonic_ms() >= step->retry_at_ms && !step->unsettled) {
        drop_unruled(step);
        int count = records_together(step);
        if (step->taken_count == 0) {
            break;
        }
        if (!commit_records(step, count, err)) {
            if (!settle(step, count, err)) {
                return false;
            }
            continue;
        }
        went_well(step);
        step->taken_count -= count;
        memmove(step->taken, step->taken + count, (size_t)step->taken_count * sizeof(Taken));
        if (step->taken_count == 0) {
            step->try_at_most = step->options.limits.events;
        }
    }
    return true;
}

/* A close that the store refuses has no record to set aside: that task stops, the others go on. */
static bool try_days_one_by_one(Step *step, Err *err) {
    for (int32_t i = 0; i < step->partitions; i++) {
        if (commit_days(step, &step->owned[i], err)) {
            continue;
        }
        if (err->verdict != VERDICT_POISON) {
            return settle(step, 0, err);
        }
        task_stop(&step->owned[i], "STORE_REFUSES", str_of(err->text));
    }
    return true;
}

static bool try_days(Step *step, Err *err) {
    if (step->taken_count > 0 || step->unsettled || clock_monotonic_ms() < step->retry_at_ms) {
        return true;
    }
    if (commit_days(step, NULL, err)) {
        return true;
    }
    return err->verdict == VERDICT_POISON ? try_days_one_by_one(step, err) : settle(step, 0, err);
}

static bool try_outcomes(Step *step, Err *err) {
    bool due = step->options.service->dispatch && step->taken_count == 0 && !step->unsettled &&
               clock_monotonic_ms() >= step->retry_at_ms;
    return !due || outcomes_commit(step, err) || settle(step, 0, err);
}

static bool settle_unknown(Step *step, Err *err) {
    if (!step->unsettled || clock_monotonic_ms() < step->retry_at_ms) {
        return true;
    }
    if (task_take_over_all(step, err)) {
        step->unsettled = false;
        went_well(step);
        drop_stale(step);
        return true;
    }
    if (err->verdict == VERDICT_STOP) {
        return false;
    }
    back_off(step, err);
    return true;
}

/* ---- the turn */

static bool restart_if_due(Step *step, Err *err) {
    if (step->taken_count > 0 || step->unsettled) {
        return true;
    }
    bool due = false;
    for (int32_t i = 0; i < step->partitions; i++) {
        due |= step->owned[i].restart;
    }
    return !due || kafka_restart(step->consumer, err);
}

static bool keep_tasks(Step *step, Err *err) {
    for (int32_t i = 0; i < step->partitions; i++) {
        if (step->owned[i].assigned && step->owned[i].known &&
            !tasks_keep(step->tasks, i, step->publisher, err)) {
            return false;
        }
    }
    return true;
}

/* Where the inputs stand, once a second, for the lag figures of dashboards. */
static void note_offsets(Step *step) {
    for (int32_t i = 0; i < step->partitions; i++) {
        Owned *task = &step->owned[i];
        for (int input = 0; input < step->options.service->input_count; input++) {
            int64_t next = task->now.inputs[input].next;
            if (task->assigned && task->known && next != task->shown[input]) {
                kafka_note_offset(step->consumer, input, i, next);
                task->shown[input] = next;
            }
        }
    }
}

static bool keep_house(Step *step, Err *err) {
    int64_t now_ms = clock_monotonic_ms();
    if (step->unsettled || now_ms < step->retry_at_ms) {
        return true;
    }
    if (!keep_tasks(step, err)) {
        return settle(step, 0, err);
    }
    if (now_ms - step->acks_stored_ms >= step->options.limits.ack_store_ms) {
        step->acks_stored_ms = now_ms;
        if (!commit_acks(step, err)) {
            return settle(step, 0, err);
        }
        CRASH_POINT("after_acks_stored");
        note_offsets(step);
    }
    return true;
}

/* Every hour, and at once when the calendar has moved on (a machine that slept wakes days later):
 * the outbox is kept by days of the wall clock. */
static bool maintain_if_due(Step *step, Err *err) {
    int64_t now_ms = clock_monotonic_ms();
    Date today = instant_utc_date(clock_now());
    bool due = now_ms - step->maintained_ms >= MAINTAIN_MS ||
               date_compare(today, step->maintained_on) != 0;
    if (!due || step->unsettled || now_ms < step->retry_at_ms) {
        return true;
    }
    if (!tasks_maintain(step->tasks, err)) {
        return settle(step, 0, err);
    }
    step->maintained_ms = now_ms;
    step->maintained_on = today;
    return true;
}

/* How long nothing can be done but wait for the broker: 0 when there is work. */
static int idle_ms(const Step *step, int wait_ms) {
    int64_t retry_ms = step->retry_at_ms - clock_monotonic_ms();
    if (retry_ms > 0) {
        return retry_ms < wait_ms ? (int)retry_ms : wait_ms;
    }
    if (step->taken_count > 0 || step->ahead.count > 0 || step->unsettled) {
        return 0;
    }
    for (int32_t i = 0; i < step->partitions; i++) {
        const Owned *task = &step->owned[i];
        if (task->standing.set && task->assigned && !task->stopped && !task->waiting) {
            return 0;
        }
    }
    bool on_the_wire = publisher_held_bytes(step->publisher) > 0 || step->under_way > 0;
    return on_the_wire && wait_ms > OUTBOX_WAIT_MS ? OUTBOX_WAIT_MS : wait_ms;
}

/* Takes only when nothing is left of the last time. */
static bool take_if_due(Step *step, bool *took, Err *err) {
    *took = step->taken_count > 0;
    if (*took || step->unsettled || clock_monotonic_ms() < step->retry_at_ms) {
        return true;
    }
    if (!take_batch(step, err) && !settle(step, 0, err)) {
        return false;
    }
    *took = step->taken_count > 0;
    return true;
}

/* What was just committed is handed out while the next commit is under way, if there is one. */
static bool publish(Step *step, Err *err) {
    int64_t now_ms = clock_monotonic_ms();
    return step->ahead.count > 0 ? publisher_settle(step->publisher, now_ms, err)
                                 : publisher_serve(step->publisher, now_ms, err);
}

bool step_turn(Step *step, int wait_ms, Err *err) {
    bool took;
    step->moved_ms = clock_monotonic_ms();
    if (!kafka_poll(step->consumer, err) || !rules_serve(step->rules, err) ||
        !settle_unknown(step, err) || !maintain_if_due(step, err) ||
        !take_if_due(step, &took, err) || !step_try_records(step, err) || !try_days(step, err) ||
        !try_outcomes(step, err) || !restart_if_due(step, err) || !keep_house(step, err) ||
        !publish(step, err)) {
        return false;
    }
    int idle = took && step->taken_count == 0 ? 0 : idle_ms(step, wait_ms);
    watch_update(step, !took || step->taken_count > 0);
    if (idle > 0) {
        kafka_wait(step->consumer, idle);
    }
    return true;
}
