#pragma once

#include "chassis/states.h"
#include "chassis/tasks.h"
#include "chassis/tasks_redis.h"

/* Inside tasks_redis*.c only. */

/* A bundle of Redis's outbox, to be taken away when the broker has all of it. */
typedef struct OutboxPlace {
    int output;
    int32_t partition;
    int64_t seq; /* of its last row */
} OutboxPlace;

/* What a commit says on one output partition, in the order of its numbers. */
typedef struct Bundle {
    OutboxPlace place;
    Str packed;
} Bundle;

typedef struct Bundles {
    Bundle *list;
    int count;
} Bundles;

/* A commit whose checkpoint is to be published. */
typedef struct Waiting {
    bool set;
    int64_t commit_no;
    Arena arena;
    TaskNumbers numbers;
} Waiting;

/* What is kept of a task that is ours. */
typedef struct Holding {
    bool known;
    int64_t epoch;
    int64_t commit_no;
    int64_t commit_epoch; /* of the last commit */
    States *states;
    KafkaReader *reader; /* of our own partition */
    bool at_end;
    int64_t asked_ms;      /* when Redis last confirmed us */
    int64_t checkpoint_ms; /* when the last checkpoint went out */
    Waiting waiting;       /* the next one to go out; stays until it does */
    Waiting latest;        /* the last commit */
    OutboxPlace *places;   /* malloc'ed */
    ptrdiff_t place_count;
    ptrdiff_t place_room;
} Holding;

typedef struct TruthMessage TruthMessage;

struct Tasks {
    const RedisStore *options;
    const Service *service;
    const Truth *truth;
    Redis *redis; /* NULL: lost */
    Meanwhile meanwhile;
    KafkaClient *client;
    KafkaProducer *producer; /* of claims, repairs and checkpoints; NULL: none yet, or failed */
    TruthMessage *messages;  /* on their way */
    bool producer_failed;
    Holding *held; /* by task */
    int32_t partitions;
};

/* ---- tasks_redis.c */
enum { KEY_TASK, KEY_STATES, KEY_OUTBOX };
Str tasks_key(const Tasks *tasks, int32_t task, int key, Arena *arena);
/* FCALL function with the first `keys` keys of the task; arguments follow. */
RedisCommand tasks_function(const Tasks *tasks, const char *function, int32_t task, int keys,
                            Arena *arena);
/* redis_run; a server that lost our functions is connected to anew. */
bool tasks_call(Tasks *tasks, const RedisCommand *command, RedisValue *value, Err *err) MUST_USE;
void held_note_commit(Holding *held, const TaskNumbers *numbers);
void held_release(Holding *held);

/* ---- tasks_redis_outbox.c */
/* "output/partition/seq" */
Str outbox_field(const OutboxPlace *place, Arena *arena);
bool outbox_field_parse(Str field, OutboxPlace *place) MUST_USE;
Bundles bundles_make(const OutboxRow *rows, int count, Arena *arena);
/* The next row of a bundle; its texts point into it. */
bool outbox_take_row(const OutboxPlace *place, Str *rest, OutboxRow *row) MUST_USE;
void held_place_add(Holding *held, OutboxPlace place);
/* The fields that may go, by what these numbers say is acknowledged. */
void held_drops(const Holding *held, const TaskNumbers *numbers, Arena *arena,
                RedisCommand *fields);
/* After the commit: those are gone, the new ones stand. */
void held_renew(Holding *held, const TaskNumbers *numbers, const Bundles *added);

/* ---- tasks_redis_truth.c */
const char *truth_topic(const Tasks *tasks);
bool truth_producer_open(Tasks *tasks, Err *err) MUST_USE;
void truth_producer_close(Tasks *tasks);
/* Copies both; ends up in partition `task` of the truth. */
bool truth_send(Tasks *tasks, int32_t task, Str key, Str value, Err *err) MUST_USE;
/* Until the broker has all that was sent. */
bool truth_flush(Tasks *tasks, Err *err) MUST_USE;
/* A record of our own partition, decoded; false: err. `state`: also counts as its key's last. */
bool truth_decode(Tasks *tasks, const Record *record, Arena *arena, TruthRecord *truth,
                  Err *err) MUST_USE;
/* The last record of its key, so far. */
void truth_see(Tasks *tasks, States *states, State *state, Place place);
/* Says again what is too low in the topic. */
bool truth_repair(Tasks *tasks, int32_t task, int64_t *count, Err *err) MUST_USE;
/* One turn: reads on, repairs, sends the checkpoint that is due. */
bool truth_serve(Tasks *tasks, int32_t task, const Publisher *publisher, Err *err) MUST_USE;
