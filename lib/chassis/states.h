#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "chassis/truth.h"

/* Inside states.c and tasks_redis*.c: the states of one task in its owner's memory, each beside the
 * last record of its key that was seen in the topic.
 *
 * The states of a task fit the memory of its owner: a few hundred bytes a customer, thousands of
 * customers a task. So load asks nobody, and the repair of the topic knows what it should hold. */
typedef struct Place {
    int64_t epoch;
    int64_t version;
} Place;

typedef struct State State;
struct State {
    State *next; /* in its slot */
    Str key;
    Str value;      /* ptr NULL: none held; only seen in the topic */
    ptrdiff_t room; /* bytes that value may grow to where it lies */
    bool placed;    /* held says where value stands; else nobody has asked yet */
    Place held;     /* of value */
    Place tail;     /* of the last record by offset, as the takeover read it */
    bool seen;      /* there was one */
    bool low;       /* it is below what is held: the topic has to be repaired */
    int64_t round;  /* the last one that met it */
};

struct States {
    State **slots;
    int32_t slot_count; /* a power of two */
    int32_t count;
    int32_t low_count; /* of those that are low: with none there is nothing to be repaired */
    int64_t round;
};

int place_compare(Place a, Place b);

States *states_open(void);
void states_close(States *states);
State *states_get(States *states, Str key);        /* made when absent */
State *states_look(const States *states, Str key); /* NULL: none */
void state_set(State *state, Str value, Place place);
void state_set_unplaced(State *state, Str value);
void state_clear(State *state);
/* A round meets each state once: state_meet is true the first time. */
void states_begin_round(States *states);
bool state_meet(const States *states, State *state);
void states_mark_low(States *states, State *state, bool low);
/* All of them: begin with NULL. In no order. */
State *states_next(const States *states, const State *state);
