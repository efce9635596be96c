#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "chassis/service.h"
#include "contract/seal.h"

/* From a record to an event, with every check that does not need the task's numbers: the key, the
 * partition it belongs to, what the service's decode says, the signature of a day tick. Pure. */
typedef enum Fate {
    FATE_APPLY, /* the event goes to the service */
    FATE_DEAD,  /* outside input that cannot be read: dead letter; its account, when known, is held
                 */
    FATE_STOP, /* input of our own that cannot be read: the task stops, a newer producer wrote it */
    FATE_PASS, /* nothing to do: a duplicate, a gap's later number, a tick without effect, told to
                  skip */
} Fate;

typedef struct Taken {
    Record record;
    Event event;
    Fate fate;
    Refusal refusal; /* FATE_DEAD, FATE_STOP */
} Taken;

typedef struct Intake {
    const Service *service;
    int32_t partitions;
    KeyRing operators; /* whose day ticks count */
} Intake;

/* taken->record is given; the rest is filled. Everything is in the arena. */
void intake_decode(const Intake *intake, Arena *arena, Taken *taken);

/* Turns a taken record of outside input into a dead letter. */
void intake_refuse(Taken *taken, Str code, Str sentence);
