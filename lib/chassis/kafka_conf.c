#include "chassis/kafka_conf.h"

#include <errno.h>

#include "chassis/log.h"

/* Every connection setting of librdkafka that is about reaching and trusting a broker passes
 * through. Defaults are librdkafka's: an empty value leaves the property alone. */
static const char *const SECURITY_PROPERTIES[] = {
    "security.protocol",       "sasl.mechanisms",      "sasl.username",
    "sasl.password",           "ssl.ca.location",      "ssl.certificate.location",
    "ssl.key.location",        "ssl.key.password",     "ssl.endpoint.identification.algorithm",
    "ssl.cipher.suites",       "ssl.crl.location",     "sasl.kerberos.service.name",
    "sasl.kerberos.principal", "sasl.kerberos.keytab", "sasl.oauthbearer.config",
    "broker.address.family",
};

#define SECURITY(index, variable, secret, help)                                                    \
    {                                                                                              \
        (variable), SETTING_TYPE_TEXT, offsetof(KafkaSettings, security[index]), "", 0, 4096,      \
            (secret), (help)                                                                       \
    }

const Setting KAFKA_SETTINGS[] = {
    SETTING_TEXT(KafkaSettings, bootstrap_servers, "ARREARS_KAFKA_BOOTSTRAP_SERVERS", NULL, 1, 4096,
                 "Brokers to ask first, `host:port` separated by commas."),
    SETTING_TEXT(
        KafkaSettings, group_instance_id, "ARREARS_GROUP_INSTANCE_ID", "", 0, 128,
        "Static member id, unique per replica (the pod's name): a restart within the session "
        "time-out moves no partition."),
    SETTING_NUMBER(KafkaSettings, session_timeout_ms, "ARREARS_KAFKA_SESSION_TIMEOUT_MS", "6000",
                   1000, 1800000,
                   "After this long without a heartbeat another replica takes over."),
    SETTING_NUMBER(KafkaSettings, memory_kib, "ARREARS_KAFKA_MEMORY_KIB", "32768", 1024, 4194304,
                   "Budget for records fetched ahead, over all partitions."),
    SECURITY(0, "ARREARS_KAFKA_SECURITY_PROTOCOL", false, "librdkafka `security.protocol`."),
    SECURITY(1, "ARREARS_KAFKA_SASL_MECHANISMS", false, "librdkafka `sasl.mechanisms`."),
    SECURITY(2, "ARREARS_KAFKA_SASL_USERNAME", false, "librdkafka `sasl.username`."),
    SECURITY(3, "ARREARS_KAFKA_SASL_PASSWORD", true, "librdkafka `sasl.password`."),
    SECURITY(4, "ARREARS_KAFKA_SSL_CA_LOCATION", false, "librdkafka `ssl.ca.location`."),
    SECURITY(5, "ARREARS_KAFKA_SSL_CERTIFICATE_LOCATION", false,
             "librdkafka `ssl.certificate.location`."),
    SECURITY(6, "ARREARS_KAFKA_SSL_KEY_LOCATION", false, "librdkafka `ssl.key.location`."),
    SECURITY(7, "ARREARS_KAFKA_SSL_KEY_PASSWORD", true, "librdkafka `ssl.key.password`."),
    SECURITY(8, "ARREARS_KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", false,
             "librdkafka `ssl.endpoint.identification.algorithm`."),
    SECURITY(9, "ARREARS_KAFKA_SSL_CIPHER_SUITES", false, "librdkafka `ssl.cipher.suites`."),
    SECURITY(10, "ARREARS_KAFKA_SSL_CRL_LOCATION", false, "librdkafka `ssl.crl.location`."),
    SECURITY(11, "ARREARS_KAFKA_SASL_KERBEROS_SERVICE_NAME", false,
             "librdkafka `sasl.kerberos.service.name`."),
    SECURITY(12, "ARREARS_KAFKA_SASL_KERBEROS_PRINCIPAL", false,
             "librdkafka `sasl.kerberos.principal`."),
    SECURITY(13, "ARREARS_KAFKA_SASL_KERBEROS_KEYTAB", false, "librdkafka `sasl.kerberos.keytab`."),
    SECURITY(14, "ARREARS_KAFKA_SASL_OAUTHBEARER_CONFIG", true,
             "librdkafka `sasl.oauthbearer.config`."),
    SECURITY(15, "ARREARS_KAFKA_BROKER_ADDRESS_FAMILY", false,
             "librdkafka `broker.address.family`."),
};
const ptrdiff_t KAFKA_SETTINGS_COUNT = COUNT_OF(KAFKA_SETTINGS);

/* librdkafka says much that mends itself; what is lasting shows in readiness and in failed
 * deliveries. */
static void on_log(const rd_kafka_t *handle, int level, const char *facility, const char *text) {
    (void)handle;
    LogLevel ours = level <= 3 ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG;
    log_write(ours, "kafka_client", text, LOG_FIELDS(log_text("facility", str_of(facility))), 1);
}

static bool conf_set(rd_kafka_conf_t *conf, const char *name, const char *value, Err *err) {
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK) {
        return true;
    }
    return err_set(err, VERDICT_STOP, "KAFKA_SETTING", "librdkafka refuses %s: %s", name, why);
}

static bool conf_set_str(rd_kafka_conf_t *conf, const char *name, Str value, Err *err) {
    if (str_is_empty(value)) {
        return true;
    }
    Arena scratch = arena_open("kafka setting", 64 << 10);
    bool done = conf_set(conf, name, str_terminated(&scratch, value), err);
    arena_close(&scratch);
    return done;
}

static bool conf_fill(rd_kafka_conf_t *conf, const KafkaSettings *settings,
                      const KafkaProperty *properties, int count, Err *err) {
    if (!conf_set_str(conf, "bootstrap.servers", settings->bootstrap_servers, err) ||
        !conf_set_str(conf, "client.id", settings->client_id, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < COUNT_OF(SECURITY_PROPERTIES); i++) {
        if (!conf_set_str(conf, SECURITY_PROPERTIES[i], settings->security[i], err)) {
            return false;
        }
    }
    /* Nagle's algorithm holds small requests back for an acknowledgement; 2.0.2 leaves it on. */
    if (!conf_set(conf, "socket.nagle.disable", "true", err) ||
        /* A broker that comes back is found within a second, not ten. */
        !conf_set(conf, "reconnect.backoff.max.ms", "1000", err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!conf_set(conf, properties[i].name, properties[i].value, err)) {
            return false;
        }
    }
    return true;
}

rd_kafka_conf_t *kafka_conf_make(const KafkaSettings *settings, const KafkaProperty *properties,
                                 int count, Err *err) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (!conf_fill(conf, settings, properties, count, err)) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    return conf;
}

rd_kafka_t *kafka_handle_open(rd_kafka_type_t type, rd_kafka_conf_t *conf, Err *err) {
    char why[256];
    rd_kafka_t *handle = rd_kafka_new(type, conf, why, sizeof why);
    if (!handle) {
        rd_kafka_conf_destroy(conf);
        err_set(err, VERDICT_STOP, "KAFKA_OPEN", "librdkafka does not start: %s", why);
    }
    return handle;
}

/* The one place where librdkafka's codes become verdicts. What ends a client for good is said by
 * its error callback. */
static Verdict verdict_of(rd_kafka_resp_err_t code) {
    switch ((int)code) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
        return VERDICT_STOP;
    default:
        return VERDICT_RETRY;
    }
}

bool kafka_err(Err *err, rd_kafka_resp_err_t code, const char *what) {
    return err_set(err, verdict_of(code), rd_kafka_err2name(code), "%s: %s", what,
                   rd_kafka_err2str(code));
}

static void headers_copy(const rd_kafka_headers_t *headers, Arena *arena, Record *record) {
    int count = (int)rd_kafka_header_cnt(headers);
    KafkaHeader *copy = ARENA_ARRAY(arena, KafkaHeader, count);
    for (int i = 0; i < count; i++) {
        const char *name;
        const void *value;
        size_t size;
        if (rd_kafka_header_get_all(headers, (size_t)i, &name, &value, &size)) {
            break;
        }
        copy[i].name = str_copy(arena, str_of(name));
        copy[i].value = value ? str_copy(arena, str_from(value, (ptrdiff_t)size)) : (Str){NULL, 0};
    }
    record->headers = copy;
    record->header_count = count;
}

void kafka_record_copy(const rd_kafka_message_t *message, int topic, Arena *arena, Record *record) {
    *record = (Record){
        .topic = topic,
        .partition = message->partition,
        .offset = message->offset,
        .has_key = message->key != NULL,
        .has_value = message->payload != NULL,
    };
    if (message->key) {
        record->key = str_copy(arena, str_from(message->key, (ptrdiff_t)message->key_len));
    }
    if (message->payload) {
        record->value = str_copy(arena, str_from(message->payload, (ptrdiff_t)message->len));
    }
    rd_kafka_timestamp_type_t kind;
    int64_t ms = rd_kafka_message_timestamp(message, &kind);
    record->timestamp = (Instant){ms * 1000};
    record->broker_time = kind == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    rd_kafka_headers_t *headers;
    if (!rd_kafka_message_headers(message, &headers)) {
        headers_copy(headers, arena, record);
    }
}
