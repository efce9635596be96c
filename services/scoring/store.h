#pragma once

#include "base/arena.h"
#include "chassis/service.h"
#include "chassis/truth.h"
#include "scoring/core/profile.h"

/* The states a batch touches, each once. Nothing is written here: a state is kept by saying it on
 * arrears.credit.v1, and what is said and what Redis holds are the same bytes. */
typedef struct StoreVisit {
    Account account;
    Str state; /* its record as after the last commit; ptr NULL: a new customer */
    Profile profile;
} StoreVisit;

typedef struct StoreVisits {
    StoreVisit *rows;
    int count;
    int *of_event; /* index of the visit, by event; -1: the event touches none */
} StoreVisits;

/* The owner's memory holds the states of its tasks: nobody is asked. */
StoreVisits store_load(const States *states, const Event *events, int count, Arena *arena);
