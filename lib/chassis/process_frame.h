#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "chassis/process.h"
#include "chassis/step.h"

/* Inside process*.c only: the part of a process that depends on where its service keeps its state.
 * process_pg.c and process_redis.c; a service links one, as with tasks.h. */
typedef struct StoreFrame StoreFrame;

/* Lives in the arena. */
StoreFrame *frame_new(const Process *process, Arena *arena);
enum { FRAME_TABLES = 2 };
/* Its tables of settings, at most FRAME_TABLES; returns how many. frame NULL: for printing. */
int frame_settings(const Process *process, StoreFrame *frame, SettingsTable *tables);
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

/* Begins to act in the world outside, where the service does (dispatcher.h). */
void frame_act(StoreFrame *frame, Step *step, const Service *service, const KafkaSettings *kafka);
/* Nothing new begins; true when nothing is under way in this process any more. */
bool frame_act_end(StoreFrame *frame);

/* There is a schema to migrate to, by `migrate`; its exit code. */
bool frame_has_schema(void);
int frame_migrate(StoreFrame *frame);
