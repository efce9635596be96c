/* `arrears doctor`: is everything there that the line needs, and what to do if not. */
#include <jansson.h>

#include "cli/cli.h"
#include "cli/http.h"
#include "cli/line.h"
#include "cli/tick.h"
#include "cli/topics.h"
#include "contract/topics.h"

typedef struct Visit {
    Cli *cli;
    int faults;
} Visit;

static void told(Visit *visit, bool good, const char *what, const char *remedy) {
    visit->faults += !good;
    printf("%s  %s%s%s\n", good ? "ok  " : "FAIL", what, good ? "" : ": ", good ? "" : remedy);
}

static void look_at_topics(Visit *visit, KafkaClient *client) {
    Err err;
    int32_t partitions = 0;
    bool found = kafka_partition_count(client, TOPIC_BILLING, &partitions, &err);
    told(visit, found, "the broker answers", found ? "" : err.text);
    if (!found) {
        return;
    }
    TopicsApply apply = {.cli = visit->cli,
                         .client = client,
                         .partitions = partitions ? partitions : 64,
                         .replicas = 1,
                         .dry = true};
    bool compared = topics_apply(&apply, &err);
    told(visit, compared && apply.changes == 0,
         "topics and their settings are as the contract says",
         compared ? "run `arrears topics apply --dry-run` to see the difference" : err.text);
    told(visit, compared && apply.different == 0,
         "all keyed topics have the same number of partitions",
         compared ? "the number is fixed at install; a larger one is a stopped migration"
                  : err.text);
}

static void look_at_ticks(Visit *visit) {
    Err err;
    TickLine line = {0};
    bool open = tick_line_open(visit->cli, &line, &err);
    told(visit, open, "a rule set is published and the operator's key can sign",
         open ? "" : err.text);
    tick_line_close(&line);
}

/* What a service says of its tasks, in a word. */
static const char *trouble_of(const json_t *root) {
    size_t i;
    json_t *task;
    const json_t *tasks = json_object_get(root, "tasks");
    if ((json_int_t)json_array_size(tasks) <
        json_integer_value(json_object_get(root, "partitions"))) {
        return "some tasks have no owner here: are all replicas named, is a rebalance going on?";
    }
    json_array_foreach(tasks, i, task) {
        const char *waiting = json_string_value(json_object_get(task, "waiting"));
        const char *phase = json_string_value(json_object_get(task, "phase"));
        if (waiting) {
            return strcmp(waiting, "stopped") == 0
                       ? "a task is stopped: its log and /readyz?verbose say why"
                       : "a task waits for a rule set: run `arrears policy publish`";
        }
        if (phase && strcmp(phase, "unopened") == 0) {
            return "no business day is open: run `arrears day open`";
        }
    }
    return NULL;
}

static void look_at_service(Visit *visit, const char *name, const char *variable, Str url) {
    Err err;
    HttpReply reply;
    Arena *arena = &visit->cli->arena;
    if (str_is_empty(url)) {
        printf("--    %s: %s is not set, not looked at\n", name, variable);
        return;
    }
    Str first = str_cut(url, ',').head;
    bool answers = http_get(arena, first, S("/v1/progress"), &reply, &err);
    json_t *root = answers ? json_loadb(reply.body.ptr, (size_t)reply.body.len, 0, NULL) : NULL;
    const char *what =
        str_terminated(arena, str_format(arena, "%s answers and its tasks work", name));
    const char *trouble = !answers ? err.text
                          : reply.status != 200 || !root
                              ? "it is starting or waits for its store: its log says for what"
                              : trouble_of(root);
    told(visit, trouble == NULL, what, trouble ? trouble : "");
    json_decref(root);
}

static void look_at_mail_server(Visit *visit) {
    Err err = {0};
    Str url = visit->cli->settings.smtp_url;
    if (str_is_empty(url)) {
        printf("--    mail server: ARREARS_SMTP_URL is not set, not looked at\n");
        return;
    }
    bool answers = http_greet_mail_server(&visit->cli->arena, url, &err);
    told(visit, answers, "the mail server answers", err.text);
}

int cli_doctor(Cli *cli) {
    Err err;
    KafkaClient *client;
    Visit visit = {.cli = cli};
    if (!kafka_client_open(&cli->settings.kafka, &client, &err)) {
        return cli_fail(&err, "doctor");
    }
    look_at_topics(&visit, client);
    kafka_client_close(client);
    look_at_ticks(&visit);
    look_at_service(&visit, "ledger", "ARREARS_LEDGER_URL", cli->settings.ledger_url);
    look_at_service(&visit, "scoring", "ARREARS_SCORING_URL", cli->settings.scoring_url);
    look_at_service(&visit, "dunning", "ARREARS_DUNNING_URL", cli->settings.dunning_url);
    look_at_mail_server(&visit);
    look_at_service(&visit, "approvals", "ARREARS_APPROVALS_URL", cli->settings.approvals_url);
    return visit.faults ? CLI_PARTLY : CLI_DONE;
}
