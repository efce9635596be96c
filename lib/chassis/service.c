#include "chassis/service.h"

#include "base/check.h"

int service_find_input(const Service *service, Str topic) {
    for (int i = 0; i < service->input_count; i++) {
        if (str_equals(str_of(service->inputs[i].topic), topic)) {
            return i;
        }
    }
    return -1;
}

static bool has_dead_letters(const Service *service, int input) {
    return service->inputs[input].dead_letters != NULL;
}

int service_output_count(const Service *service) {
    int count = service->output_count;
    for (int i = 0; i < service->input_count; i++) {
        count += has_dead_letters(service, i);
    }
    return count;
}

int service_dead_letter_output(const Service *service, int input) {
    CHECK(has_dead_letters(service, input));
    int output = service->output_count;
    for (int i = 0; i < input; i++) {
        output += has_dead_letters(service, i);
    }
    return output;
}

Str service_output_topic(const Service *service, int output) {
    if (output < service->output_count) {
        return str_of(service->outputs[output].topic);
    }
    for (int i = 0; i < service->input_count; i++) {
        if (has_dead_letters(service, i) && service_dead_letter_output(service, i) == output) {
            return str_of(service->inputs[i].dead_letters);
        }
    }
    CHECK(!"no such output");
    return S("");
}
