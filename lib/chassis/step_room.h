#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "chassis/intake.h"
#include "chassis/publish.h"
#include "chassis/rules.h"
#include "chassis/step.h"
#include "chassis/tasks.h"

/* Inside step*.c only: what a worker remembers, and how its rooms meet.
 *   step.c         the turn: take, try, settle
 *   step_open.c    a worker's beginning and end
 *   step_take.c    which records are for us, and what they are
 *   step_task.c    tasks come and go: takeover, revoke, adopting committed numbers
 *   step_day.c     which day mark counts, and the rules of the day
 *   step_close.c   what a day mark that counts does
 *   step_commit.c  one batch: load, decide, number, commit, publish
 *   step_outcome.c what became of acts in the world outside
 *   step_behind.c  is the store as new as what it has said
 *   step_compare.c is it what was published: only in a rebuild
 *   step_watch.c   the snapshot that other threads read */

enum {
    DEATHS_CAREFUL = 3, /* from here on records are taken one by one, each noted first */
    DEATHS_FATAL = 4,   /* outside input that was noted then goes to the dead letters */
    CAREFUL_STEPS = 2,  /* of records of each input: a process held as many when it died */
};

/* A day mark the task's position stands on until it is done; nothing else is taken meanwhile. */
typedef struct Standing {
    bool set;
    Taken taken; /* copied into the arena below, since a close outlives the batch it came with */
    Arena arena;
} Standing;

/* What a standing day mark is worth, by the task's numbers. */
typedef enum DayJudgement {
    DAY_EFFECT, /* opens or closes */
    DAY_PASSES, /* a repetition, a day gone by, a number that was applied or that comes too early */
    DAY_REFUSED, /* outside input that must not count: dead letter, see the taken's refusal */
} DayJudgement;

/* One task as its owner knows it. */
typedef struct Owned {
    int32_t id;
    bool assigned; /* the group says it is ours */
    bool known;    /* `now` was true after our last commit, under `epoch` */
    int64_t epoch;
    TaskNumbers now;
    Arena numbers[2]; /* one holds `now`, the other takes the next */
    int at;           /* which */
    int deaths;
    int careful_left; /* records still to be taken one by one, after deaths */
    bool must_note;   /* nothing was committed since the takeover */
    char killer_topic[256];
    int64_t killer_offset;            /* of outside input that killed four processes; -1: none */
    int64_t reading[TASK_INPUTS_MAX]; /* next offset expected from the broker */
    bool checked[TASK_INPUTS_MAX]; /* the record before `next` was read again and is the one we know
                                    */
    int64_t shown[TASK_INPUTS_MAX];    /* position last told to the broker, for dashboards */
    int64_t end_seen[TASK_INPUTS_MAX]; /* where the log ended when there was nothing more */
    Standing standing;
    bool restart;    /* records from `next` on are in no list any more: read them again */
    bool ahead_ends; /* the last of its records that were read ahead may stop it: none follows */
    const void *rules;
    const char *waiting; /* why nothing is taken: a word for /v1/progress; NULL: not waiting */
    bool stopped;        /* until an operator acts or the process is replaced */
    Err stop;
    int64_t gap_since_ms; /* a number is missing since; 0: none */
    int64_t under_way; /* attempts in the world outside that are not done or not known here; after
                          a takeover at least 1 until the store was asked */
} Owned;

/* Records that were read and decoded while a commit was under way. What they are to their task is
 * judged when it is their turn. */
typedef struct Ahead {
    Arena arena;
    Taken *taken;
    int count;
    bool is_open;      /* a commit is under way that does not touch the tasks' positions */
    int32_t passed;    /* tasks that were looked at meanwhile */
    int inputs_passed; /* of the task that is being looked at */
} Ahead;

/* The first event that a rebuild decides otherwise than it was published. */
typedef struct Difference {
    bool found;
    StreamId stream;
    int64_t offset; /* of what was published */
} Difference;

struct Step {
    StepOptions options;
    Difference difference; /* only in a rebuild */
    int32_t partitions;
    KafkaConsumer *consumer;
    KafkaClient *client;
    Publisher *publisher;
    Rules *rules;
    Tasks *tasks;
    Intake intake;
    Owned *owned; /* partitions of them */
    Arena batch;  /* records taken, until they are committed or given up */
    Arena work;   /* one attempt: loaded, decided, encoded */
    Taken *taken;
    int taken_count;
    Ahead ahead;      /* what is taken next */
    int64_t turns;    /* of taking, so far: they say which task and which input come first */
    int take_at_most; /* records in this step */
    int try_at_most;  /* records in the next attempt: halved while the store refuses a batch */
    int64_t retry_at_ms;
    bool unsettled; /* an outcome is unknown: take over before anything else */
    int backoff_ms;
    int64_t acks_stored_ms;
    int64_t maintained_ms;
    Date maintained_on;
    int64_t watched_ms;
    int64_t outcomes_asked_ms;
    char **topics;
    /* read by other threads */
    _Atomic int64_t moved_ms;
    _Atomic int64_t under_way;  /* of all tasks */
    _Atomic bool outcome_noted; /* the store holds an outcome that is not known here */
    pthread_mutex_t lock;
    char *progress;       /* malloc'ed JSON, under lock */
    char *faults;         /* malloc'ed lines, under lock; empty: ready */
    StepTask *tasks_seen; /* under lock; room for all partitions */
    int tasks_seen_count;
};

/* ---- step_take.c */
/* Fills step->taken from what the tasks have; the batch arena begins anew. */
bool take_batch(Step *step, Err *err) MUST_USE;
/* The record that a rebuild takes next, which lies in the batch arena: among the taken, or the task
 * stands on it, or stops. is_killer: four processes died on it. */
bool take_given(Step *step, Owned *task, const Record *record, bool is_killer, Err *err) MUST_USE;
/* While an attempt is under way, and the store works: what the one before has said is handed out,
 * and the records of the one after are read, piece by piece. */
void ahead_begin(Step *step);
void ahead_end(Step *step);
bool step_meanwhile(void *step);

/* ---- step.c */
/* Commits what was taken, as far as the store takes it; what it refuses for good is set aside. */
bool step_try_records(Step *step, Err *err) MUST_USE;

/* ---- step_task.c */
bool task_assigned(void *self, KafkaPartition *partitions, int count, Err *err);
void task_revoked(void *self);
bool task_take_over(Step *step, Owned *task, Err *err) MUST_USE;
/* After an unknown outcome: takes everything of ours over again, so that it is settled, and forgets
 * what the group has taken away since. */
bool task_take_over_all(Step *step, Err *err) MUST_USE;
/* The numbers of a commit become the task's. */
void task_adopt(Owned *task, const TaskNumbers *numbers);
void task_stop(Owned *task, const char *code, Str sentence);
bool task_may_take(const Owned *task);
/* Not after a takeover or a stop by which it was committed, or is not ours any more. */
bool task_wants(const Owned *task, const Record *record);
Hash task_record_hash(const Record *record);
/* What was read ahead is read again from the stored positions. */
void ahead_drop(Step *step);

/* Whether an event of ours is the next one of its writer; moves the mark when it is. */
typedef enum NumberAnswer { NUMBER_NEXT, NUMBER_DUPLICATE, NUMBER_GAP } NumberAnswer;
NumberAnswer task_apply_number(TaskNumbers *numbers, const Event *event);

/* ---- step_day.c */
/* The task stands on this mark from now on. */
void day_stand(Owned *task, const Taken *taken);
DayJudgement day_judge(Owned *task);
/* Finds the task's rule set; false while it has none. */
bool day_has_rules(Step *step, Owned *task);

/* ---- step_commit.c */
/* Tries the first `count` taken records. */
bool commit_records(Step *step, int count, Err *err) MUST_USE;
/* step_close.c: goes on with the tasks that stand on a day mark: all of them, or only `only`. */
bool commit_days(Step *step, Owned *only, Err *err) MUST_USE;
void commit_metrics(void);
/* Stores acknowledgements without a step. */
bool commit_acks(Step *step, Err *err) MUST_USE;
/* On the way out: also those of tasks that the group has just taken away, as far as nobody else has
 * taken them over, and until then. The last failure is the one that is told. */
bool commit_last_acks(Step *step, int64_t until_ms, Err *err) MUST_USE;

/* ---- step_outcome.c */
/* Takes the outcomes that the store holds and the service does not know; now and then, and at once
 * when the dispatcher says that there is one. */
bool outcomes_commit(Step *step, Err *err) MUST_USE;

/* ---- step_behind.c */
/* Refuses to run on a database that is older than the topics it has written. */
bool behind_check(Step *step, Err *err) MUST_USE;

/* ---- step_watch.c */
void watch_open(Step *step);
void watch_close(Step *step);
void watch_update(Step *step, bool idle);
