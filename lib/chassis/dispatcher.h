#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "chassis/dispatch.h"
#include "chassis/kafka.h"
#include "chassis/pg.h"
#include "chassis/settings.h"
#include "chassis/step.h"

/* The thread that acts in the world outside for the tasks of this process, one attempt after the
 * other. What it promises, and by which rule, stands in dispatch.h.
 *
 * It begins nothing for a task whose reading of its first input (the facts) is not at the end of
 * the topic, as the broker says it less than a minute before: a mail must not be overtaken by a
 * payment that has only not been read yet. A claim names the owner's epoch, so a process that was
 * replaced claims nothing. */
typedef struct DispatcherSettings {
    int64_t retry_ms;     /* before the second try; doubled for each further one */
    int64_t uncertain_ms; /* an attempt without outcome is uncertain after this */
} DispatcherSettings;

extern const Setting DISPATCHER_SETTINGS[];
extern const ptrdiff_t DISPATCHER_SETTINGS_COUNT;

typedef struct DispatcherOptions {
    const Dispatch *dispatch;
    const char *facts; /* the topic that has to be read to its end */
    const PgOptions *store;
    const KafkaSettings *kafka;
    Step *step;
    DispatcherSettings settings;
} DispatcherOptions;

typedef struct Dispatcher Dispatcher;

Dispatcher *dispatcher_open(const DispatcherOptions *options);
/* No new attempt begins; the one that has begun goes on. */
void dispatcher_stop(Dispatcher *dispatcher);
bool dispatcher_has_stopped(const Dispatcher *dispatcher);
/* Of one that has stopped. Else the process has to end without: its thread uses what is freed, and
 * its attempt becomes uncertain. */
void dispatcher_close(Dispatcher *dispatcher);
