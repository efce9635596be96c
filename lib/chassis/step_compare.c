/* A rebuild decides again what was decided once: event by event it has to come to the same bytes.
 */
#include <inttypes.h>

#include "base/check.h"
#include "chassis/log.h"
#include "chassis/step_attempt.h"
#include "contract/base64.h"

/* Up to where the log holds the stream once this row is committed. Old dead letters may be gone
 * from it: what was said before the last event that is there was published too. */
static int64_t published_to(const Published *published, const PublishedStream *stream,
                            const OutboxRow *row) {
    int64_t last = published_last(stream);
    if (row->seq <= last) {
        return row->seq;
    }
    bool is_gone = stream->is_cut && last == 0 && row->ordinal <= published->last_order[row->task];
    return is_gone ? row->seq : last;
}

static Str cause_text(const Cause *cause, Arena *arena) {
    return cause->kind == CAUSE_RECORD
               ? str_format(arena, "%.*s [%d] offset %" PRId64, STR_ARGS(cause->topic),
                            (int)cause->partition, cause->offset)
               : str_format(arena, "the close of %.*s", STR_ARGS(date_print(arena, cause->day)));
}

static bool difference_tell(Attempt *attempt, int i, const PublishedEvent *event, Err *err) {
    const OutboxRow *row = &attempt->rows[i];
    Str topic = service_output_topic(attempt->step->options.service, row->output);
    attempt->step->difference =
        (Difference){true, {row->task, row->output, row->partition}, event->offset};
    LOG_ERROR("rebuild_differs", "decided now, and not what was published",
              log_int("task", row->task), log_text("topic", topic),
              log_int("partition", row->partition), log_int("offset", event->offset),
              log_int("number", row->seq), log_int("order", row->ordinal),
              log_text("decided_type", row->type),
              log_text("decided", base64_print(attempt->arena, row->value)));
    return err_set(
        err, VERDICT_STOP, "DIFFERENCE",
        "%.*s [%d] offset %" PRId64 ", number %" PRId64 " of task %d: decided now is %.*s "
        "of other bytes, from %.*s",
        STR_ARGS(topic), (int)row->partition, event->offset, row->seq, (int)row->task,
        STR_ARGS(row->type), STR_ARGS(cause_text(&attempt->said[i].cause, attempt->arena)));
}

bool attempt_compare(Attempt *attempt, Err *err) {
    const Published *published = attempt->step->options.published;
    for (int i = 0; i < attempt->said_count; i++) {
        const OutboxRow *row = &attempt->rows[i];
        const PublishedStream *stream =
            published_stream(published, (StreamId){row->task, row->output, row->partition});
        const PublishedEvent *event = published_find(stream, row->seq);
        if (event && !hash_equals(event->hash, hash_of_two(row->key, row->value))) {
            return difference_tell(attempt, i, event, err);
        }
        TaskNumbers *numbers = &attempt->said[i].work->numbers;
        TaskOutput *output = task_output(numbers, row->output, row->partition);
        int64_t to = published_to(published, stream, row);
        output->acked = to > output->acked ? to : output->acked;
    }
    return true;
}

void attempt_note_published(const Attempt *attempt) {
    for (int i = 0; i < attempt->work_count; i++) {
        const Work *work = &attempt->works[i];
        for (int o = 0; o < work->numbers.output_count; o++) {
            const TaskOutput *output = &work->numbers.outputs[o];
            publisher_note(attempt->step->publisher,
                           (StreamId){work->task->id, output->output, output->partition},
                           output->acked);
        }
    }
}
