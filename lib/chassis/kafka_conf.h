#pragma once

#include <librdkafka/rdkafka.h>

#include "base/err.h"
#include "chassis/kafka.h"

/* Inside kafka*.c only: configuration of librdkafka handles, and its codes as verdicts. */

typedef struct KafkaProperty {
    const char *name;
    const char *value;
} KafkaProperty;

/* A conf with the connection settings, the log callback and the properties given; NULL and err
 * otherwise. */
rd_kafka_conf_t *kafka_conf_make(const KafkaSettings *settings, const KafkaProperty *properties,
                                 int count, Err *err);
/* Frees conf when it fails, as rd_kafka_new does not. */
rd_kafka_t *kafka_handle_open(rd_kafka_type_t type, rd_kafka_conf_t *conf, Err *err);

/* Fills err from a code of librdkafka; returns false. */
bool kafka_err(Err *err, rd_kafka_resp_err_t code, const char *what);
/* Copies a message; headers too. */
void kafka_record_copy(const rd_kafka_message_t *message, int topic, Arena *arena, Record *record);
/* The handle of a client, for requests to the admin API. */
rd_kafka_t *kafka_client_handle(KafkaClient *client);
