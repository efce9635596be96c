/* `arrears topics apply`: makes the topics of the contract and keeps their settings. */
#include "contract/topics.h"

#include "base/check.h"
#include "chassis/kafka_admin.h"
#include "cli/out.h"
#include "cli/topics.h"

const CliOption TOPICS_APPLY_OPTIONS[] = {
    {"--partitions", "N", "Partitions of new keyed topics; fixed at install. Default 64."},
    {"--replicas", "N", "Replicas of new topics. Default 1."},
    {"--dry-run", NULL, "Print the difference, change nothing."},
    {NULL, NULL, NULL},
};

const CliOption TOPICS_LIST_OPTIONS[] = {
    {"--markdown", NULL, "As the table that proto/README.md holds."},
    {NULL, NULL, NULL},
};

enum { SETTINGS_A_TOPIC = 6, DEAD_LETTER_EXTRA_KIB = 64 };

static TopicSetting number(Arena *arena, const char *name, int64_t value) {
    return (TopicSetting){str_of(name), str_format(arena, "%lld", (long long)value)};
}

static int64_t days_ms(int days) {
    return (int64_t)days * 24 * 3600 * 1000;
}

static TopicPlan plan_of(TopicsApply *apply, const Topic *topic, const char *name,
                         bool dead_letters) {
    Arena *arena = &apply->cli->arena;
    TopicSetting *settings = ARENA_ARRAY(arena, TopicSetting, SETTINGS_A_TOPIC);
    int count = 0;
    bool compacted = topic->kept == TOPIC_KEPT_COMPACTED && !dead_letters;
    int days = dead_letters                     ? TOPIC_DEAD_LETTERS_DAYS
               : topic->kept == TOPIC_KEPT_DAYS ? topic->days
                                                : -1;
    int kib = topic->max_message_kib + (dead_letters ? DEAD_LETTER_EXTRA_KIB : 0);
    settings[count++] = (TopicSetting){S("cleanup.policy"), compacted ? S("compact") : S("delete")};
    settings[count++] = number(arena, "max.message.bytes", (int64_t)kib * 1024);
    if (compacted) {
        settings[count++] = number(arena, "min.compaction.lag.ms", days_ms(topic->lag_days));
    } else {
        settings[count++] = number(arena, "retention.ms", days < 0 ? -1 : days_ms(days));
        settings[count++] = number(arena, "retention.bytes", -1);
    }
    bool broker_time = topic->broker_time && !dead_letters;
    settings[count++] = (TopicSetting){S("message.timestamp.type"),
                                       broker_time ? S("LogAppendTime") : S("CreateTime")};
    return (TopicPlan){.topic = name,
                       .partitions = topic->key == TOPIC_KEY_HASH ? 1 : (int32_t)apply->partitions,
                       .replicas = (int32_t)apply->replicas,
                       .settings = settings,
                       .count = count};
}

static void change_print(TopicsApply *apply, const TopicPlan *plan, const TopicChange *change) {
    apply->changes += change->created + change->changed;
    bool differs = !change->created && change->partitions_found != plan->partitions;
    apply->different += differs;
    if (!apply->to) {
        return;
    }
    if (change->created) {
        fprintf(apply->to, "+ %s: %d partitions\n", plan->topic, (int)plan->partitions);
    } else if (differs) {
        fprintf(apply->to,
                "! %s: has %d partitions, not %d; the number never changes while running\n",
                plan->topic, (int)change->partitions_found, (int)plan->partitions);
    }
    for (int i = 0; i < change->changed; i++) {
        fprintf(apply->to, "~ %s: %.*s %.*s -> %.*s\n", plan->topic,
                STR_ARGS(change->before[i].name), STR_ARGS(change->before[i].value),
                STR_ARGS(change->after[i].value));
    }
}

static bool apply_one(TopicsApply *apply, const Topic *topic, const char *name, bool dead_letters,
                      Err *err) {
    TopicPlan plan = plan_of(apply, topic, name, dead_letters);
    TopicChange change;
    if (!kafka_topic_apply(apply->client, &plan, apply->dry, &apply->cli->arena, &change, err)) {
        return false;
    }
    change_print(apply, &plan, &change);
    return true;
}

bool topics_apply(TopicsApply *apply, Err *err) {
    for (int i = 0; i < TOPIC_COUNT; i++) {
        const Topic *topic = &TOPICS[i];
        if (!apply_one(apply, topic, topic->name, false, err)) {
            return false;
        }
        Arena *arena = &apply->cli->arena;
        Str dead = topic_dead_letters(arena, str_of(topic->name));
        if (topic->from_outside &&
            !apply_one(apply, topic, str_terminated(arena, dead), true, err)) {
            return false;
        }
    }
    return true;
}

int cli_topics_apply(Cli *cli) {
    TopicsApply apply = {.cli = cli,
                         .partitions = 64,
                         .replicas = 1,
                         .dry = cli_flag(cli, "--dry-run"),
                         .to = stdout};
    Str partitions = cli_option(cli, "--partitions");
    Str replicas = cli_option(cli, "--replicas");
    if ((partitions.ptr &&
         !cli_number(cli, "--partitions", partitions, 1, 1024, &apply.partitions)) ||
        (replicas.ptr && !cli_number(cli, "--replicas", replicas, 1, 100, &apply.replicas))) {
        return CLI_USAGE;
    }
    Err err;
    if (!kafka_client_open(&cli->settings.kafka, &apply.client, &err)) {
        return cli_fail(&err, "topics apply");
    }
    bool done = topics_apply(&apply, &err);
    kafka_client_close(apply.client);
    if (!done) {
        return cli_fail(&err, "topics apply");
    }
    return apply.different ? CLI_PARTLY : CLI_DONE;
}

/* ---- list */

static Str kept_print(Arena *arena, const Topic *topic) {
    switch (topic->kept) {
    case TOPIC_KEPT_FOR_EVER:
        return S("for ever");
    case TOPIC_KEPT_COMPACTED:
        return S("compacted");
    case TOPIC_KEPT_DAYS:
        return str_format(arena, "%d days", topic->days);
    }
    return S("");
}

static Str key_print(const Topic *topic) {
    switch (topic->key) {
    case TOPIC_KEY_ACCOUNT:
        return S("creditor/customer");
    case TOPIC_KEY_CREDITOR:
        return S("creditor");
    case TOPIC_KEY_HASH:
        return S("content hash");
    }
    return S("");
}

static void markdown_print(Cli *cli) {
    printf("| topic | message | key | written by | read by | kept |\n|---|---|---|---|---|---|\n");
    for (int i = 0; i < TOPIC_COUNT; i++) {
        const Topic *topic = &TOPICS[i];
        printf("| `%s` | `%s` | %.*s | %s | %s | %.*s |\n", topic->name, topic->message,
               STR_ARGS(key_print(topic)), topic->written_by, topic->read_by,
               STR_ARGS(kept_print(&cli->arena, topic)));
    }
}

int cli_topics_list(Cli *cli) {
    if (cli_flag(cli, "--markdown")) {
        markdown_print(cli);
        return CLI_DONE;
    }
    Out out =
        out_start(&cli->arena, "topic", "message", "key", "written by", "read by", "kept", NULL);
    for (int i = 0; i < TOPIC_COUNT; i++) {
        const Topic *topic = &TOPICS[i];
        out_cell(&out, str_of(topic->name));
        out_cell(&out, str_of(topic->message));
        out_cell(&out, key_print(topic));
        out_cell(&out, str_of(topic->written_by));
        out_cell(&out, str_of(topic->read_by));
        out_cell(&out, kept_print(&cli->arena, topic));
    }
    out_print(&out, cli->format);
    return CLI_DONE;
}
