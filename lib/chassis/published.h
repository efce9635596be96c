#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "chassis/kafka.h"
#include "chassis/publish.h"
#include "chassis/service.h"
#include "contract/seal.h"

/* What the output topics hold of a service: every event it has published, by its number, without
 * the bytes (64 bytes of memory an event). For a rebuild, which compares with it what it decides.
 *
 * Numbers of a stream follow each other; what was published twice counts once. Topics of events
 * keep everything; dead letters are kept for a time, so a stream of theirs may begin later. */
typedef struct PublishedEvent {
    int64_t order;        /* over all outputs of the task; 0: a dead letter, which does not say */
    int64_t offset;       /* where it stands in its topic partition */
    int64_t cause_offset; /* of the record that caused it */
    int cause_input;      /* index in the service's inputs; -1: a day or an act caused it */
    bool is_crash;        /* a dead letter of a record that killed processes */
    Hash hash;            /* of key and value */
} PublishedEvent;

typedef struct PublishedStream {
    StreamId id;
    int64_t first; /* number of events[0]; 0: nothing is there */
    int64_t count;
    int64_t room;
    bool is_cut; /* the topic has lost records at its beginning */
    PublishedEvent *events;
} PublishedStream;

typedef struct Published {
    const Service *service;
    int32_t partitions;
    PublishedStream *streams; /* task by task, in each by output, in each by partition */
    int per_task;
    int64_t *last_order; /* by task: the highest that an event of its says */
    int64_t events;      /* in all */
    int64_t crashes;     /* dead letters of records that killed processes, in all */
} Published;

/* Reads all output topics to the ends they have now. False: also when a number is missing. */
bool published_read(const KafkaSettings *settings, const Service *service, int32_t partitions,
                    Published *published, Err *err) MUST_USE;
void published_release(Published *published);

PublishedStream *published_stream(const Published *published, StreamId id);
/* 0: nothing of it was published. */
int64_t published_last(const PublishedStream *stream);
/* NULL: never published, or cut. */
const PublishedEvent *published_find(const PublishedStream *stream, int64_t seq);
