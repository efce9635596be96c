#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "chassis/kafka.h"
#include "chassis/service.h"
#include "chassis/tasks.h"

/* The Kafka headers of what a service writes, made from the outbox row alone, so that a second
 * publication has the same bytes.
 *
 * Events carry CloudEvents 1.0 in binary mode (ce_id = service/task/topic/partition/seq). Dead
 * letters carry the headers of the record as they were, then why it is here in the two families
 * that consoles know (Kafka Connect's and Spring's), then our own number. */
enum { HEADERS_OF_EVENT = 6, HEADERS_OF_DEAD_LETTER = 8, HEADERS_KEPT_MAX = 16 };

/* At most HEADERS_OF_EVENT, or what the row's packed headers hold. */
int headers_make(const Service *service, const OutboxRow *row, Arena *arena, KafkaHeader **headers);

/* For the outbox row of a dead letter: the record's own headers (the first HEADERS_KEPT_MAX) and
 * the reasons. */
Str headers_pack_dead_letter(const Service *service, int input, const Record *record,
                             Refusal refusal, Arena *arena);

/* The number a record of ours carries in its headers. */
typedef struct RecordNumber {
    Str service;
    int32_t task;
    int64_t seq;
} RecordNumber;

bool headers_find_number(const Record *record, RecordNumber *number) MUST_USE;
