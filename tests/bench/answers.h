#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "chassis/kafka.h"

/* What the ledger answered: reads its topic and notes when each input had its first answer.
 *
 * An input is known by its place, which an answer names as its cause. Inputs are told partition by
 * partition, in the order in which they are written: the first one stands at `base`. */
enum { ANSWERS_PARTITIONS = 8 };

typedef struct AnswersWanted {
    int64_t base[ANSWERS_PARTITIONS];  /* offset of the first input */
    int64_t count[ANSWERS_PARTITIONS]; /* how many follow each other from there */
    int64_t total;
} AnswersWanted;

typedef struct Answers {
    AnswersWanted wanted;
    int64_t *at_us[ANSWERS_PARTITIONS]; /* of each input; 0: none yet */
    int64_t seq[ANSWERS_PARTITIONS];    /* last number seen of the partition; 0: none yet */
    int64_t found;
    int64_t again; /* published a second time */
    int64_t bytes; /* of keys and values read */
    KafkaReader *reader;
    int ends;          /* partitions whose end was reached once */
    const char *fault; /* what an answer broke; NULL: nothing */
} Answers;

/* Reads from where the topic ends now: returns when what is written later will be seen. */
bool answers_open(Answers *answers, const KafkaSettings *settings, const AnswersWanted *wanted,
                  Err *err) MUST_USE;
/* Until each input has its answer. False when `fault` is set, or nothing came for patience_ms. */
bool answers_read(Answers *answers, int64_t patience_ms, Err *err) MUST_USE;
void answers_close(Answers *answers);
