#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "chassis/dispatch.h"
#include "chassis/kafka.h"
#include "chassis/pg.h"
#include "contract/envelope.h"

/* The one table that makes a service: what it reads, what it writes, and how it decodes, loads,
 * decides, stores and encodes. The step loop (step.h) does the rest and knows no business word.
 *
 * One step: records are decoded one by one, `load` reads what the whole batch touches, `decide` is
 * called for each event in the order of its task and only computes (on copies, in the batch arena),
 * `store` writes what was decided inside the transaction of the step. A step that fails is tried
 * again from load; nothing a failed step decided may be kept outside the batch arena. */

typedef enum InputKind {
    INPUT_OUTSIDE, /* anybody writes: checked, refused, dead-lettered */
    INPUT_OURS,    /* numbered by one of our services: strict, applied in number order */
    INPUT_STATES,  /* our own, not numbered: states by key; the service knows which of two is later.
                      A record that decode gives no customer is passed over */
} InputKind;

typedef enum KeyKind {
    KEY_ACCOUNT,  /* creditor/customer */
    KEY_CREDITOR, /* creditor */
} KeyKind;

typedef struct ServiceInput {
    const char *topic;
    InputKind kind;
    KeyKind key;
    bool brings_day;          /* exactly one input of a service does */
    const char *dead_letters; /* topic for what cannot be read; NULL for INPUT_OURS */
} ServiceInput;

typedef struct ServiceOutput {
    const char *topic;
    KeyKind key;
} ServiceOutput;

/* What decode makes of a record, or the step loop of a day. */
typedef enum EventKind {
    EVENT_INPUT, /* body: the service's own struct */
    EVENT_TICK, /* body: const Signed *; from outside, verified by the loop, never seen by decide */
    EVENT_NOTICE, /* body: const Signed *; from outside and about the task: verified by the loop as
                     a tick is, then read by the service's `notice`; decide gets EVENT_INPUT */
    EVENT_DAY_OPENED, /* body: const DayMark *; decode gives it for an upstream's day, decide gets
                         it when it takes effect */
    EVENT_DAY_CLOSED, /* body: const DayMark *; likewise */
    EVENT_DUE,        /* the account has something due on the open day; from the service's `due` */
    EVENT_HELD,       /* body: const Held *; a record of this account went to the dead letters */
    EVENT_OUTCOME,    /* body: const Outcome *; an act in the world outside came to an end */
} EventKind;

typedef struct Event {
    EventKind kind;
    Account account; /* empty on events about a task; KEY_CREDITOR: only the creditor */
    Origin origin;   /* decode fills it for INPUT_OURS */
    const void *body;
    int32_t task; /* filled by the loop, like what follows */
    Cause cause;
    int input; /* index in the service's inputs; -1: none */
} Event;

/* What decode refuses with: the record goes to the dead letters (INPUT_OUTSIDE) or stops the task
 * (INPUT_OURS). */
typedef struct Refusal {
    Str code;     /* "DATE_UNREAL" */
    Str sentence; /* what is wrong and what to do */
} Refusal;

/* The states a Redis store holds of a service's accounts: truth.h. */
typedef struct States States;

typedef struct Batch {
    Pg *pg;         /* autocommit during load; the step's transaction during store */
    States *states; /* of the task of this batch; one of these two is NULL */
    Arena *arena;   /* lives until the step is committed or given up */
    Event *events;  /* grouped by task, in order */
    int count;
    void *state; /* the service's own, from load */
} Batch;

/* An event to be written. The body stays readable until the step ends. */
typedef struct Emission {
    int output;        /* index in the service's outputs */
    Account account;   /* for the key; empty with `partition` for events about a task */
    int32_t partition; /* -1: by the key */
    const char *type;  /* ce_type: "arrears.ledger.v1.InvoicePosted" */
    const void *body;  /* the service's own struct, for encode */
} Emission;

/* One event's turn: what decide may know and where it puts its answers. */
typedef struct Turn Turn;
struct Turn {
    int32_t task;
    Date day;          /* the task's open day */
    const void *rules; /* the service's compiled rule set in force */
    Arena *arena;
    void *emitter; /* the loop's; see turn_emit */
};

void turn_emit(Turn *turn, Emission emission);

/* Keeps the record of this event in its dead-letter topic as well: for input from outside that was
 * understood, was refused, and should be looked at. The account is not held. */
void turn_dead_letter(Turn *turn, Refusal refusal);

/* Something is to be done in the world outside, once this step is committed: dispatch.h. */
void turn_intend(Turn *turn, Intent intent);

/* A document of a rule set, as published. */
typedef struct RuleDocument {
    Str path;
    Str hash; /* 64 hex digits */
    Str yaml;
} RuleDocument;

typedef struct Service {
    const char *name;
    const ServiceInput *inputs;
    int input_count;
    const ServiceOutput *outputs;
    int output_count;
    void *self; /* given to every function below */

    /* Bytes into an event in the arena; false: refused, see Refusal. No I/O. */
    bool (*decode)(void *self, int input, const Record *record, Arena *arena, Event *event,
                   Refusal *refusal);
    /* What an operator signed, after its signature was verified, and when the broker got it: fills
     * event->body. Services whose decode gives EVENT_NOTICE have it, and the payload type. No I/O.
     */
    bool (*notice)(void *self, Str payload, Instant received_at, Arena *arena, Event *event,
                   Refusal *refusal);
    const char *notice_type;
    bool (*load)(void *self, Batch *batch, Err *err);
    /* Pure: no I/O, no clock. One event; its effects go to batch->state, its answers to turn_emit.
     */
    void (*decide)(void *self, Batch *batch, const Event *event, Turn *turn);
    bool (*store)(void *self, Batch *batch, Err *err);
    Str (*encode)(void *self, const Emission *emission, const Stamp *stamp, Arena *arena);
    /* Up to `limit` accounts of the task with something due up to `day`, in key order. A visit must
     * leave nothing due, so the next call finds the next ones. */
    bool (*due)(void *self, Pg *pg, int32_t task, Date day, int limit, Arena *arena,
                Account *accounts, int *count, Err *err);
    /* The rule set as the service's own struct, kept for the life of the process. */
    bool (*compile)(void *self, const RuleDocument *documents, int count, Arena *arena,
                    const void **rules, Err *err);
    const struct Truth *truth; /* where the store can be lost: truth.h; NULL: it is the truth */
    const Dispatch *dispatch;  /* how it acts in the world outside; NULL: it does not */
} Service;

/* Index of the input that reads this topic; -1: none. */
int service_find_input(const Service *service, Str topic);

/* Outputs are numbered through: first those of the table, then one dead-letter topic
 * ("<topic>.dlq") for each input from outside. */
int service_output_count(const Service *service);
Str service_output_topic(const Service *service, int output);
/* The output for dead letters of an input from outside. */
int service_dead_letter_output(const Service *service, int input);
