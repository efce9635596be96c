#include "scoring/store.h"

/* Visits by account: slots of index + 1, at most half of them taken. */
typedef struct Finder {
    StoreVisits visits;
    int *slots;
    uint32_t slot_count; /* a power of two */
} Finder;

static Finder finder_open(int events, Arena *arena) {
    Finder finder = {.visits = {.rows = ARENA_ARRAY(arena, StoreVisit, events + 1),
                                .of_event = ARENA_ARRAY(arena, int, events + 1)},
                     .slot_count = 16};
    while (finder.slot_count < 2 * (uint32_t)events) {
        finder.slot_count *= 2;
    }
    finder.slots = ARENA_ARRAY(arena, int, (ptrdiff_t)finder.slot_count);
    return finder;
}

static int visit_of(Finder *finder, const States *states, Account account, Arena *arena) {
    StoreVisits *visits = &finder->visits;
    Str key = account_key(arena, account);
    uint32_t slot = str_hash(key) & (finder->slot_count - 1);
    while (finder->slots[slot] > 0) {
        int found = finder->slots[slot] - 1;
        if (account_equals(visits->rows[found].account, account)) {
            return found;
        }
        slot = (slot + 1) & (finder->slot_count - 1);
    }
    visits->rows[visits->count] =
        (StoreVisit){.account = account, .state = states_find(states, key)};
    finder->slots[slot] = ++visits->count;
    return visits->count - 1;
}

StoreVisits store_load(const States *states, const Event *events, int count, Arena *arena) {
    Finder finder = finder_open(count, arena);
    for (int i = 0; i < count; i++) {
        bool touches = events[i].kind == EVENT_INPUT && !str_is_empty(events[i].account.customer);
        finder.visits.of_event[i] =
            touches ? visit_of(&finder, states, events[i].account, arena) : -1;
    }
    return finder.visits;
}
