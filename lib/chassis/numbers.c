#include "chassis/numbers.h"

#include <inttypes.h>

#include "base/check.h"

enum { TEXT_MAX = 16 << 20, WORDS = 6 };

static Str day_text(Date day, Arena *arena) {
    return date_is_none(day) ? S("-") : date_print(arena, day);
}

Str numbers_print(const Service *service, const TaskNumbers *numbers, Arena *arena) {
    StrBuilder out = str_builder(arena, TEXT_MAX);
    Str set = numbers->has_policy_set ? hash_hex(arena, numbers->policy_set) : S("-");
    Str day = day_text(numbers->day, arena);
    str_addf(&out, "day %.*s %d %d %.*s\norder %" PRId64 "\n", STR_ARGS(day), (int)numbers->phase,
             numbers->simulated, STR_ARGS(set), numbers->order);
    for (int i = 0; i < service->input_count; i++) {
        Str hash = hash_hex(arena, numbers->inputs[i].last_hash);
        str_addf(&out, "in %s %" PRId64 " %.*s\n", service->inputs[i].topic,
                 numbers->inputs[i].next, STR_ARGS(hash));
    }
    for (int i = 0; i < numbers->mark_count; i++) {
        const TaskMark *mark = &numbers->marks[i];
        str_addf(&out, "mark %s %.*s %" PRId32 " %" PRId64 "\n", service->inputs[mark->input].topic,
                 STR_ARGS(mark->service), mark->source_task, mark->seq);
    }
    for (int i = 0; i < numbers->output_count; i++) {
        const TaskOutput *output = &numbers->outputs[i];
        Str topic = service_output_topic(service, output->output);
        str_addf(&out, "out %.*s %" PRId32 " %" PRId64 " %" PRId64 "\n", STR_ARGS(topic),
                 output->partition, output->seq, output->acked);
    }
    CHECK(!out.full);
    return str_built(&out);
}

/* ---- reading */

static int output_of(const Service *service, Str topic) {
    for (int i = 0; i < service_output_count(service); i++) {
        if (str_equals(service_output_topic(service, i), topic)) {
            return i;
        }
    }
    return -1;
}

static bool number(Str word, int64_t most, int64_t *value) {
    return str_parse_i64(word, value) && *value >= 0 && *value <= most;
}

static bool day_read(const Str *words, TaskNumbers *numbers) {
    int64_t phase;
    int64_t simulated;
    numbers->day = DATE_NONE;
    bool no_day = str_equals(words[1], S("-"));
    bool no_set = str_equals(words[4], S("-"));
    bool good = (no_day || date_parse(words[1], &numbers->day)) &&
                number(words[2], TASK_CLOSING, &phase) && number(words[3], 1, &simulated) &&
                (no_set || hash_parse(words[4], &numbers->policy_set));
    if (good) {
        numbers->phase = (TaskPhase)phase;
        numbers->simulated = simulated == 1;
        numbers->has_policy_set = !no_set;
    }
    return good;
}

static bool input_read(const Service *service, const Str *words, TaskNumbers *numbers) {
    int input = service_find_input(service, words[1]);
    return input >= 0 && number(words[2], INT64_MAX, &numbers->inputs[input].next) &&
           hash_parse(words[3], &numbers->inputs[input].last_hash);
}

static bool mark_read(const Service *service, const Str *words, TaskNumbers *numbers) {
    TaskMark *mark = &numbers->marks[numbers->mark_count++];
    int64_t task;
    *mark = (TaskMark){.input = service_find_input(service, words[1]), .service = words[2]};
    bool good = mark->input >= 0 && number(words[3], INT32_MAX, &task) &&
                number(words[4], INT64_MAX, &mark->seq);
    mark->source_task = good ? (int32_t)task : 0;
    return good;
}

static bool output_read(const Service *service, const Str *words, TaskNumbers *numbers) {
    TaskOutput *output = &numbers->outputs[numbers->output_count++];
    int64_t partition;
    *output = (TaskOutput){.output = output_of(service, words[1])};
    bool good = output->output >= 0 && number(words[2], INT32_MAX, &partition) &&
                number(words[3], INT64_MAX, &output->seq) &&
                number(words[4], INT64_MAX, &output->acked);
    output->partition = good ? (int32_t)partition : 0;
    return good;
}

static bool line_read(const Service *service, Str line, TaskNumbers *numbers) {
    Str words[WORDS] = {{0}};
    for (int i = 0; i < WORDS; i++) {
        StrCut cut = str_cut(line, ' ');
        words[i] = cut.head;
        line = cut.tail;
    }
    if (str_equals(words[0], S("day"))) {
        return day_read(words, numbers);
    }
    if (str_equals(words[0], S("order"))) {
        return number(words[1], INT64_MAX, &numbers->order);
    }
    if (str_equals(words[0], S("in"))) {
        return input_read(service, words, numbers);
    }
    if (str_equals(words[0], S("mark"))) {
        return mark_read(service, words, numbers);
    }
    return str_equals(words[0], S("out")) && output_read(service, words, numbers);
}

static int lines_of(Str text) {
    int lines = 1;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        lines += text.ptr[i] == '\n';
    }
    return lines;
}

bool numbers_parse(const Service *service, Str text, Arena *arena, TaskNumbers *numbers, Err *err) {
    int lines = lines_of(text);
    *numbers = (TaskNumbers){.day = DATE_NONE,
                             .marks = ARENA_ARRAY(arena, TaskMark, lines),
                             .outputs = ARENA_ARRAY(arena, TaskOutput, lines)};
    Str rest = str_copy(arena, text);
    while (!str_is_empty(rest)) {
        StrCut cut = str_cut(rest, '\n');
        if (!line_read(service, cut.head, numbers)) {
            return err_set(err, VERDICT_STOP, "NUMBERS_UNKNOWN",
                           "the store has numbers this program does not know: \"%.*s\"; an older "
                           "program on a newer store?",
                           STR_ARGS(cut.head));
        }
        rest = cut.tail;
    }
    return true;
}
