#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "chassis/process.h"

/* Inside process*.c only: the part of a process that depends on where its service keeps its state.
 * process_pg.c and process_redis.c; a service links one, as with tasks.h. */
typedef struct StoreFrame StoreFrame;

/* Lives in the arena. */
StoreFrame *frame_new(const Process *process, Arena *arena);
/* Its table of settings; frame NULL: for printing. */
SettingsTable frame_settings(StoreFrame *frame);
/* The settings are loaded. */
void frame_ready(StoreFrame *frame, const KafkaSettings *kafka);
/* For tasks_open and tasks_skip. */
const void *frame_store(const StoreFrame *frame);
/* Most records in a step. */
int frame_events(const StoreFrame *frame);
/* The store is as this program needs it. */
bool frame_check(StoreFrame *frame, Err *err) MUST_USE;
QueryDoor *frame_door(StoreFrame *frame);
void frame_close(StoreFrame *frame);

/* There is a schema to migrate to, by `migrate`; its exit code. */
bool frame_has_schema(void);
int frame_migrate(StoreFrame *frame);
