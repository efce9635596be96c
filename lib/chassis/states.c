#include "chassis/states.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { SLOTS_FIRST = 1024 };

int place_compare(Place a, Place b) {
    if (a.epoch != b.epoch) {
        return a.epoch < b.epoch ? -1 : 1;
    }
    return a.version < b.version ? -1 : a.version > b.version;
}

States *states_open(void) {
    States *states = calloc(1, sizeof *states);
    CHECK(states);
    states->slot_count = SLOTS_FIRST;
    states->slots = calloc(SLOTS_FIRST, sizeof(State *));
    CHECK(states->slots);
    return states;
}

static void state_free(State *state) {
    state_clear(state);
    free(state);
}

void states_close(States *states) {
    if (!states) {
        return;
    }
    for (int32_t i = 0; i < states->slot_count; i++) {
        while (states->slots[i]) {
            State *state = states->slots[i];
            states->slots[i] = state->next;
            state_free(state);
        }
    }
    free(states->slots);
    free(states);
}

static State **slot_of(const States *states, Str key) {
    return &states->slots[str_hash(key) & (uint32_t)(states->slot_count - 1)];
}

State *states_look(const States *states, Str key) {
    State *state = *slot_of(states, key);
    while (state && !str_equals(state->key, key)) {
        state = state->next;
    }
    return state;
}

Str states_find(const States *states, Str key) {
    const State *state = states_look(states, key);
    return state ? state->value : (Str){NULL, 0};
}

static void grow(States *states) {
    States larger = {.slot_count = 2 * states->slot_count};
    larger.slots = calloc((size_t)larger.slot_count, sizeof(State *));
    CHECK(larger.slots);
    for (int32_t i = 0; i < states->slot_count; i++) {
        while (states->slots[i]) {
            State *state = states->slots[i];
            states->slots[i] = state->next;
            State **slot = slot_of(&larger, state->key);
            state->next = *slot;
            *slot = state;
        }
    }
    free(states->slots);
    states->slots = larger.slots;
    states->slot_count = larger.slot_count;
}

State *states_get(States *states, Str key) {
    State *state = states_look(states, key);
    if (state) {
        return state;
    }
    if (states->count == states->slot_count) {
        grow(states);
    }
    state = calloc(1, sizeof *state + (size_t)key.len + 1);
    CHECK(state);
    char *kept = (char *)(state + 1);
    memcpy(kept, key.ptr, (size_t)key.len);
    State **slot = slot_of(states, key);
    state->next = *slot;
    state->key = (Str){kept, key.len};
    *slot = state;
    states->count++;
    return state;
}

void state_clear(State *state) {
    free((char *)state->value.ptr);
    state->value = (Str){NULL, 0};
    state->room = 0;
    state->placed = false;
}

/* A state is replaced by one of its own size again and again; what has shrunk gives back. */
static bool fits_well(const State *state, ptrdiff_t length) {
    return state->value.ptr && length <= state->room && length >= state->room / 2;
}

void state_set_unplaced(State *state, Str value) {
    char *kept = (char *)state->value.ptr;
    if (!fits_well(state, value.len)) {
        state_clear(state);
        state->room = value.len + value.len / 8 + 1;
        kept = malloc((size_t)state->room);
        CHECK(kept);
    }
    memcpy(kept, value.ptr, (size_t)value.len);
    state->value = (Str){kept, value.len};
    state->placed = false;
}

void state_set(State *state, Str value, Place place) {
    state_set_unplaced(state, value);
    state->placed = true;
    state->held = place;
}

void states_begin_round(States *states) {
    states->round++;
}

bool state_meet(const States *states, State *state) {
    bool first = state->round < states->round;
    state->round = states->round;
    return first;
}

void states_mark_low(States *states, State *state, bool low) {
    states->low_count += (int32_t)low - (int32_t)state->low;
    state->low = low;
}

State *states_next(const States *states, const State *state) {
    if (state && state->next) {
        return state->next;
    }
    int32_t slot = state ? (int32_t)(slot_of(states, state->key) - states->slots) + 1 : 0;
    while (slot < states->slot_count && !states->slots[slot]) {
        slot++;
    }
    return slot < states->slot_count ? states->slots[slot] : NULL;
}
