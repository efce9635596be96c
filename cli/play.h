#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "cli/day.h"

/* Playing events day by day: they are collected in a temporary file, sorted outside our memory,
 * then sent; each day is closed and the line waited for before the next one begins.
 *
 *     play_start(&play, &door, &err); play_add(&play, day, key, value, &err) ...; play_run(&play,
 * &err); play_end(&play) */
typedef struct Play {
    DayDoor *door;
    char path[64];
    FILE *spool;
    int64_t events;
    int64_t days; /* closed */
    Date first;
    Date last;
} Play;

bool play_start(Play *play, DayDoor *door, Err *err) MUST_USE;
/* Events of one day are sent in the order they were added. */
bool play_add(Play *play, Date day, Str key, Str value, Err *err) MUST_USE;
/* Opens the first day (simulated) when none is open, and closes every day up to the last one. */
bool play_run(Play *play, Err *err) MUST_USE;
void play_end(Play *play);
