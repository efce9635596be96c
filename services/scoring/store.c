#include "scoring/store.h"

static int visit_of(StoreVisits *visits, const States *states, Account account, Arena *arena) {
    for (int i = 0; i < visits->count; i++) {
        if (account_equals(visits->rows[i].account, account)) {
            return i;
        }
    }
    StoreVisit *visit = &visits->rows[visits->count];
    *visit =
        (StoreVisit){.account = account, .state = states_find(states, account_key(arena, account))};
    return visits->count++;
}

StoreVisits store_load(const States *states, const Event *events, int count, Arena *arena) {
    StoreVisits visits = {.rows = ARENA_ARRAY(arena, StoreVisit, count + 1),
                          .of_event = ARENA_ARRAY(arena, int, count + 1)};
    for (int i = 0; i < count; i++) {
        bool touches = events[i].kind == EVENT_INPUT && !str_is_empty(events[i].account.customer);
        visits.of_event[i] = touches ? visit_of(&visits, states, events[i].account, arena) : -1;
    }
    return visits;
}
