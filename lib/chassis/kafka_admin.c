#include "chassis/kafka_admin.h"

#include "base/check.h"
#include "chassis/kafka_conf.h"

enum { ADMIN_TIMEOUT_MS = 15000, CONFIGS_MAX = 128 };

/* One admin request and its answer. */
typedef struct Ask {
    rd_kafka_t *handle;
    rd_kafka_queue_t *queue;
    rd_kafka_AdminOptions_t *options;
    rd_kafka_event_t *answer;
} Ask;

static Ask ask_open(KafkaClient *client, rd_kafka_admin_op_t operation) {
    Ask ask = {.handle = kafka_client_handle(client)};
    char why[256];
    ask.queue = rd_kafka_queue_new(ask.handle);
    ask.options = rd_kafka_AdminOptions_new(ask.handle, operation);
    CHECK(ask.queue && ask.options);
    rd_kafka_AdminOptions_set_request_timeout(ask.options, ADMIN_TIMEOUT_MS, why, sizeof why);
    return ask;
}

static bool ask_wait(Ask *ask, const char *what, Err *err) {
    ask->answer = rd_kafka_queue_poll(ask->queue, ADMIN_TIMEOUT_MS + 1000);
    if (!ask->answer) {
        return err_set(err, VERDICT_RETRY, "KAFKA_TIMEOUT", "%s: the broker does not answer", what);
    }
    rd_kafka_resp_err_t code = rd_kafka_event_error(ask->answer);
    return code ? kafka_err(err, code, what) : true;
}

static void ask_close(Ask *ask) {
    if (ask->answer) {
        rd_kafka_event_destroy(ask->answer);
    }
    rd_kafka_AdminOptions_destroy(ask->options);
    rd_kafka_queue_destroy(ask->queue);
}

/* ---- creating */

static bool create_answer(const Ask *ask, const char *topic, Err *err) {
    size_t count;
    const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(
        rd_kafka_event_CreateTopics_result(ask->answer), &count);
    CHECK(count == 1);
    rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[0]);
    /* Somebody else made it in between: that is what we wanted. */
    if (!code || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        return true;
    }
    const char *text = rd_kafka_topic_result_error_string(results[0]);
    return err_set(err, VERDICT_STOP, rd_kafka_err2name(code), "creating %s: %s", topic,
                   text ? text : rd_kafka_err2str(code));
}

static bool create(KafkaClient *client, const TopicPlan *plan, Arena *arena, Err *err) {
    char why[256];
    rd_kafka_NewTopic_t *topic =
        rd_kafka_NewTopic_new(plan->topic, plan->partitions, plan->replicas, why, sizeof why);
    if (!topic) {
        return err_set(err, VERDICT_STOP, "TOPIC_PLAN", "%s: %s", plan->topic, why);
    }
    for (int i = 0; i < plan->count; i++) {
        rd_kafka_NewTopic_set_config(topic, str_terminated(arena, plan->settings[i].name),
                                     str_terminated(arena, plan->settings[i].value));
    }
    Ask ask = ask_open(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_CreateTopics(ask.handle, &topic, 1, ask.options, ask.queue);
    bool done = ask_wait(&ask, plan->topic, err) && create_answer(&ask, plan->topic, err);
    ask_close(&ask);
    rd_kafka_NewTopic_destroy(topic);
    return done;
}

/* ---- comparing */

typedef struct Found {
    TopicSetting settings[CONFIGS_MAX]; /* those set on the topic itself, not inherited */
    int count;
} Found;

static void found_read(const rd_kafka_ConfigResource_t *resource, Arena *arena, Found *found) {
    size_t count;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &count);
    for (size_t i = 0; i < count; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);
        if (rd_kafka_ConfigEntry_source(entries[i]) ==
                RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG &&
            value) {
            CHECK(found->count < CONFIGS_MAX);
            found->settings[found->count++] =
                (TopicSetting){str_copy(arena, str_of(rd_kafka_ConfigEntry_name(entries[i]))),
                               str_copy(arena, str_of(value))};
        }
    }
}

static bool describe(KafkaClient *client, const char *topic, Arena *arena, Found *found, Err *err) {
    rd_kafka_ConfigResource_t *resource =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    Ask ask = ask_open(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_DescribeConfigs(ask.handle, &resource, 1, ask.options, ask.queue);
    bool done = ask_wait(&ask, topic, err);
    if (done) {
        size_t count;
        const rd_kafka_ConfigResource_t **answers = rd_kafka_DescribeConfigs_result_resources(
            rd_kafka_event_DescribeConfigs_result(ask.answer), &count);
        CHECK(count == 1);
        rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(answers[0]);
        done = code ? kafka_err(err, code, topic) : true;
        if (done) {
            found_read(answers[0], arena, found);
        }
    }
    ask_close(&ask);
    rd_kafka_ConfigResource_destroy(resource);
    return done;
}

static TopicSetting *setting_find(Found *found, Str name) {
    for (int i = 0; i < found->count; i++) {
        if (str_equals(found->settings[i].name, name)) {
            return &found->settings[i];
        }
    }
    return NULL;
}

/* Lists what differs and merges ours into what is there. */
static void compare(const TopicPlan *plan, Found *found, Arena *arena, TopicChange *change) {
    change->before = ARENA_ARRAY(arena, TopicSetting, plan->count + 1);
    change->after = ARENA_ARRAY(arena, TopicSetting, plan->count + 1);
    for (int i = 0; i < plan->count; i++) {
        const TopicSetting *wanted = &plan->settings[i];
        TopicSetting *have = setting_find(found, wanted->name);
        if (have && str_equals(have->value, wanted->value)) {
            continue;
        }
        change->before[change->changed] = (TopicSetting){wanted->name, have ? have->value : S("")};
        change->after[change->changed++] = *wanted;
        if (have) {
            have->value = wanted->value;
        } else {
            CHECK(found->count < CONFIGS_MAX);
            found->settings[found->count++] = *wanted;
        }
    }
}

static bool alter(KafkaClient *client, const char *topic, const Found *found, Arena *arena,
                  Err *err) {
    rd_kafka_ConfigResource_t *resource =
        rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
    for (int i = 0; i < found->count; i++) {
        rd_kafka_ConfigResource_set_config(resource, str_terminated(arena, found->settings[i].name),
                                           str_terminated(arena, found->settings[i].value));
    }
    Ask ask = ask_open(client, RD_KAFKA_ADMIN_OP_ALTERCONFIGS);
    rd_kafka_AlterConfigs(ask.handle, &resource, 1, ask.options, ask.queue);
    bool done = ask_wait(&ask, topic, err);
    if (done) {
        size_t count;
        const rd_kafka_ConfigResource_t **answers = rd_kafka_AlterConfigs_result_resources(
            rd_kafka_event_AlterConfigs_result(ask.answer), &count);
        CHECK(count == 1);
        rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(answers[0]);
        done = code ? kafka_err(err, code, topic) : true;
    }
    ask_close(&ask);
    rd_kafka_ConfigResource_destroy(resource);
    return done;
}

bool kafka_topic_apply(KafkaClient *client, const TopicPlan *plan, bool dry, Arena *arena,
                       TopicChange *change, Err *err) {
    *change = (TopicChange){0};
    if (!kafka_partition_count(client, plan->topic, &change->partitions_found, err)) {
        return false;
    }
    if (change->partitions_found == 0) {
        change->created = true;
        return dry || create(client, plan, arena, err);
    }
    Found *found = ARENA_NEW(arena, Found);
    if (!describe(client, plan->topic, arena, found, err)) {
        return false;
    }
    compare(plan, found, arena, change);
    return dry || change->changed == 0 || alter(client, plan->topic, found, arena, err);
}
