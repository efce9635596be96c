#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/err.h"
#include "cli/cli.h"

/* The topics of the contract, compared with the broker's. */
typedef struct TopicsApply {
    Cli *cli;
    KafkaClient *client;
    int64_t partitions;
    int64_t replicas;
    bool dry;      /* change nothing */
    FILE *to;      /* a line for each difference; NULL: count only */
    int changes;   /* topics to make, settings to set */
    int different; /* partition counts that are not what they should be */
} TopicsApply;

bool topics_apply(TopicsApply *apply, Err *err) MUST_USE;
