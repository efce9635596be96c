#include "chassis/task.h"

#include "base/check.h"

TaskNumbers task_copy(const TaskNumbers *numbers, Arena *arena, int more_marks, int more_outputs) {
    TaskNumbers copy = *numbers;
    copy.marks = ARENA_ARRAY(arena, TaskMark, (ptrdiff_t)numbers->mark_count + more_marks + 1);
    for (int i = 0; i < numbers->mark_count; i++) {
        copy.marks[i] = numbers->marks[i];
        copy.marks[i].service = str_copy(arena, numbers->marks[i].service);
    }
    copy.outputs =
        ARENA_ARRAY(arena, TaskOutput, (ptrdiff_t)numbers->output_count + more_outputs + 1);
    for (int i = 0; i < numbers->output_count; i++) {
        copy.outputs[i] = numbers->outputs[i];
    }
    return copy;
}

TaskMark *task_mark(TaskNumbers *numbers, int input, Str service, int32_t source_task) {
    for (int i = 0; i < numbers->mark_count; i++) {
        TaskMark *mark = &numbers->marks[i];
        if (mark->input == input && mark->source_task == source_task &&
            str_equals(mark->service, service)) {
            return mark;
        }
    }
    TaskMark *mark = &numbers->marks[numbers->mark_count++];
    *mark = (TaskMark){.input = input, .service = service, .source_task = source_task};
    return mark;
}

TaskOutput *task_output(TaskNumbers *numbers, int output, int32_t partition) {
    for (int i = 0; i < numbers->output_count; i++) {
        if (numbers->outputs[i].output == output && numbers->outputs[i].partition == partition) {
            return &numbers->outputs[i];
        }
    }
    TaskOutput *added = &numbers->outputs[numbers->output_count++];
    *added = (TaskOutput){.output = output, .partition = partition};
    return added;
}

bool task_is_acked(const TaskNumbers *numbers, int output, int32_t partition, int64_t seq) {
    for (int i = 0; i < numbers->output_count; i++) {
        const TaskOutput *one = &numbers->outputs[i];
        if (one->output == output && one->partition == partition) {
            return seq <= one->acked;
        }
    }
    return false;
}
