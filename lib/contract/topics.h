#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* The topics of the contract, one row each: name, key, who writes and reads, how long it is kept.
 * What `arrears topics apply` sets, `doctor` checks, `events` decodes and proto/README.md prints.
 */
typedef enum TopicKey {
    TOPIC_KEY_ACCOUNT,  /* creditor/customer */
    TOPIC_KEY_CREDITOR, /* creditor */
    TOPIC_KEY_HASH,     /* content hash; one partition */
} TopicKey;

typedef enum TopicKept {
    TOPIC_KEPT_FOR_EVER,
    TOPIC_KEPT_COMPACTED,
    TOPIC_KEPT_DAYS, /* `days` of the row */
} TopicKept;

typedef struct Topic {
    const char *name;
    TopicKey key;
    TopicKept kept;
    int days;
    int lag_days;      /* compacted: no record is dropped before it is this old */
    bool from_outside; /* what cannot be read goes to its dead-letter topic */
    bool broker_time;  /* LogAppendTime: a day tick is judged by the broker's clock */
    int max_message_kib;
    const char *message; /* full protobuf name */
    const char *written_by;
    const char *read_by;
} Topic;

extern const Topic TOPICS[];
extern const int TOPIC_COUNT;

extern const char TOPIC_BILLING[];
extern const char TOPIC_CONTACTS[];
extern const char TOPIC_LEDGER[];
extern const char TOPIC_POLICIES[];
extern const char TOPIC_APPROVAL_REQUESTS[];
extern const char TOPIC_DECISIONS[];
extern const char TOPIC_APPROVALS[];
extern const char TOPIC_CREDIT[];
extern const char TOPIC_WARNINGS[];
extern const char TOPIC_DUNNING[];
extern const char TOPIC_TRANSFERS[];

/* NULL: not a topic of ours. Dead-letter topics ("<topic>.dlq") are found under their topic's name.
 */
const Topic *topic_find(Str name);

/* Dead letters are kept this long, whatever the topic they come from. */
enum { TOPIC_DEAD_LETTERS_DAYS = 30 };

/* "arrears.billing.v1.dlq" of "arrears.billing.v1". */
Str topic_dead_letters(Arena *arena, Str name);
bool topic_is_dead_letters(Str name);
