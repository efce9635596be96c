#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/kafka.h"
#include "chassis/service.h"

/* The rule sets published to arrears.policies.v1, compiled by the service when they are first in
 * force.
 *
 * The topic has one partition and is read whole by a reader of its own; a record whose key is not
 * the hash of its content is ignored and logged. Compiled sets stay for the life of the process. */
typedef struct Rules Rules;

bool rules_open(const KafkaSettings *settings, const Service *service, Rules **rules,
                Err *err) MUST_USE;
void rules_close(Rules *rules);

/* Takes what was published since the last call; never waits. */
bool rules_serve(Rules *rules, Err *err) MUST_USE;

typedef enum RulesAnswer {
    RULES_FOUND,
    RULES_ABSENT, /* the set or a document of it has not been read yet */
    RULES_FAULTY, /* the service cannot compile it: see err */
} RulesAnswer;

RulesAnswer rules_find(Rules *rules, Str set, const void **compiled, Err *err);
