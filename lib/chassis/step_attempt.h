#pragma once

#include "chassis/step_room.h"

/* Inside step_commit.c, step_close.c and step_outcome.c only: one batch on its way to a commit.
 *
 * An attempt lives in the step's work arena. It is opened, filled with events (of records, or of a
 * day), and committed: load, decide, number, write, and then memory follows. Nothing of a failed
 * attempt is kept. */

/* A task's part of an attempt. */
typedef struct Work {
    Owned *task;
    TaskNumbers numbers; /* as they will be */
    Date day;            /* open while the batch is decided */
    int records;
    bool mark_done; /* the standing mark is dealt with */
    bool restart;
} Work;

/* What decide said, or a dead letter of the loop's own. */
typedef struct Said {
    Emission emission;
    const Taken *dead; /* then the record itself goes out, byte by byte */
    Cause cause;
    int hops;
    Work *work;
} Said;

/* A record that goes to the dead letters in its turn: the order of what a task says is the order of
 * its inputs, wherever a batch ends. */
typedef struct Letter {
    const Taken *taken;
    Work *work;
    int before; /* the event that comes next */
} Letter;

typedef struct Attempt {
    Step *step;
    Arena *arena;
    Batch batch;
    Work **work_of;         /* by event */
    const Taken **taken_of; /* by event */
    const Taken *deciding;  /* the record of the event being decided; NULL: none */
    Letter *letters;
    int letter_count;
    int letters_said;
    Work *works;
    int work_count;
    Said *said;
    int said_count;
    int said_room;
    Said speaking;      /* cause, hops and work of the event being decided */
    IntentRow *intents; /* what is to be done in the world outside */
    int intent_count;
    int intent_room;
    const OutcomeRow *known; /* the outcomes that this attempt is about */
    int known_count;
    OutboxRow *rows;
    KafkaHeader **headers; /* of each row */
    int *header_counts;
} Attempt;

Attempt attempt_open(Step *step, int events);
/* The task's part, begun when it is first asked for. */
Work *attempt_work(Attempt *attempt, Owned *task);
/* `taken`: the record it came with; NULL for what the day brings. */
void attempt_event_add(Attempt *attempt, Work *work, Event event, const Taken *taken);
/* The record goes out as it came; its account, when the key was sound, is put on hold by the
 * service. */
void attempt_dead_letter_add(Attempt *attempt, Work *work, const Taken *taken);
bool attempt_commit(Attempt *attempt, Err *err) MUST_USE;

/* step_compare.c: what was decided is what the log holds, as far as it goes, and is acknowledged so
 * far. False at the first difference. */
bool attempt_compare(Attempt *attempt, Err *err) MUST_USE;
/* The commit stands: the publisher is told what the log holds. */
void attempt_note_published(const Attempt *attempt);
