/* `arrears events send|play|tail`: the topics of the contract as JSON lines, protobuf's canonical
 * form.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>

#include "base/check.h"
#include "base/id.h"
#include "chassis/clock.h"
#include "cli/cli.h"
#include "cli/play.h"
#include "cli/send.h"
#include "contract/json.h"
#include "contract/messages.h"
#include "contract/topics.h"
#include "contract/wire.h"

const CliOption EVENTS_SEND_OPTIONS[] = {
    {"--topic", "TOPIC", "Default arrears.billing.v1."},
    {NULL, NULL, NULL},
};
const CliOption EVENTS_PLAY_OPTIONS[] = {
    {"--timeout", "SECONDS", "How long to wait for a day. Default 60."},
    {NULL, NULL, NULL},
};
const CliOption EVENTS_TAIL_OPTIONS[] = {
    {"--from", "start|end", "Where to begin. Default end."},
    {"--until-end", NULL, "Stop where the topic ends now, instead of waiting for more."},
    {"--count", "N", "Stop after N records."},
    {"--key", "KEY", "Only records of this key: creditor/customer."},
    {NULL, NULL, NULL},
};

enum { EVENT_MEMORY = 16 << 20, LINE_MAX_BYTES = 1 << 20 };

/* ---- whose event it is */

static Str text_field(const ProtobufCMessage *message, const char *name) {
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
    if (!field || field->type != PROTOBUF_C_TYPE_STRING ||
        field->label == PROTOBUF_C_LABEL_REPEATED) {
        return S("");
    }
    return str_of(*(const char *const *)((const char *)message + field->offset));
}

/* The member of the oneof that is set; events are messages with one of them. */
static const ProtobufCMessage *event_of(const ProtobufCMessage *message) {
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        bool is_oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
        if (!is_oneof || field->type != PROTOBUF_C_TYPE_MESSAGE) {
            continue;
        }
        uint32_t chosen =
            *(const uint32_t *)(const void *)((const char *)message + field->quantifier_offset);
        if (chosen == field->id) {
            return *(const ProtobufCMessage *const *)(const void *)((const char *)message +
                                                                    field->offset);
        }
    }
    return NULL;
}

static bool key_of(const ProtobufCMessage *message, TopicKey kind, Arena *arena, Str *key,
                   Str *why) {
    const ProtobufCMessage *event = event_of(message);
    if (!event) {
        *why = S("no event is given");
        return false;
    }
    Account account = {text_field(event, "creditor"), text_field(event, "customer")};
    bool by_account = kind == TOPIC_KEY_ACCOUNT;
    if (!id_is_part(account.creditor) || (by_account && !id_is_part(account.customer))) {
        *why = S("creditor (and customer) of 1 to 64 characters [A-Za-z0-9._~-] are needed: they "
                 "are the key");
        return false;
    }
    *key = by_account ? account_key(arena, account) : account.creditor;
    return true;
}

/* ---- send */

typedef struct Sending {
    Cli *cli;
    const Topic *topic;
    Sender *sender;
    int32_t partitions;
    Arena line;
    int64_t number;
    int faulty;
} Sending;

/* False only when the broker is the trouble; a faulty line is said and passed over. */
static bool line_send(Sending *sending, Str text, Err *err) {
    ProtobufCMessage *message;
    Str key;
    Str why;
    Arena *arena = &sending->line;
    sending->number++;
    if (str_is_empty(text)) {
        return true;
    }
    if (!json_parse(message_of_topic(str_of(sending->topic->name)), text, arena, &message, &why) ||
        !key_of(message, sending->topic->key, arena, &key, &why)) {
        cli_say("line %" PRId64 ": %.*s", sending->number, STR_ARGS(why));
        sending->faulty++;
        return true;
    }
    return sender_put(sending->sender, 0, -1, sending->partitions, key, wire_pack(message, arena),
                      err);
}

static bool file_send(Sending *sending, FILE *file, Err *err) {
    char *line = NULL;
    size_t room = 0;
    bool good = true;
    for (ssize_t length; good && (length = getline(&line, &room, file)) >= 0;) {
        arena_reset(&sending->line);
        good = length <= LINE_MAX_BYTES
                   ? line_send(sending, str_trim(str_from(line, length)), err)
                   : err_set(err, VERDICT_POISON, "LINE", "line %" PRId64 " is longer than 1 MiB",
                             sending->number + 1);
    }
    free(line);
    return good && sender_finish(sending->sender, err);
}

static bool partitions_of(Cli *cli, const char *topic, int32_t *count, Err *err) {
    KafkaClient *client;
    if (!kafka_client_open(&cli->settings.kafka, &client, err)) {
        return false;
    }
    bool found = kafka_partition_count(client, topic, count, err);
    kafka_client_close(client);
    return found &&
           (*count > 0 || err_set(err, VERDICT_POISON, "TOPIC_MISSING",
                                  "there is no topic %s: run `arrears topics apply`", topic));
}

static int send_file(Sending *sending, FILE *file) {
    Err err;
    const char *name = sending->topic->name;
    if (!partitions_of(sending->cli, name, &sending->partitions, &err) ||
        !sender_open(sending->cli, (KafkaTopics){&name, 1}, &sending->sender, &err)) {
        return cli_fail(&err, "events send");
    }
    sending->line = arena_open("line", EVENT_MEMORY);
    bool done = file_send(sending, file, &err);
    SendCount count = sender_count(sending->sender);
    printf("sent %" PRId64 ", unknown %" PRId64 ", faulty %d\n", count.sent,
           count.given - count.sent - count.failed, sending->faulty);
    sender_close(sending->sender);
    arena_close(&sending->line);
    if (!done) {
        return cli_fail(&err, "events send");
    }
    return sending->faulty ? CLI_PARTLY : CLI_DONE;
}

int cli_events_send(Cli *cli) {
    Str name = cli_option(cli, "--topic").ptr ? cli_option(cli, "--topic") : str_of(TOPIC_BILLING);
    Sending sending = {.cli = cli, .topic = topic_find(name)};
    if (!sending.topic || topic_is_dead_letters(name) || sending.topic->key == TOPIC_KEY_HASH) {
        cli_say("--topic: %.*s is not a topic that events are sent to", STR_ARGS(name));
        return CLI_USAGE;
    }
    const char *path = str_terminated(&cli->arena, cli->arguments[0]);
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) {
        cli_say("%s: %s", path, strerror(errno));
        return CLI_PARTLY;
    }
    int code = send_file(&sending, file);
    fclose(file);
    return code;
}

/* ---- play */

typedef struct Playing {
    Play play;
    Arena line;
    int64_t number;
    int faulty;
} Playing;

/* {"on":"2026-01-05","event":{"invoiceIssued":{...}}} */
static bool played_line_read(Playing *playing, Str text, Date *on, Str *key, Str *value, Str *why) {
    json_error_t fault;
    json_t *root = json_loadb(text.ptr, (size_t)text.len, 0, &fault);
    const char *day = json_string_value(json_object_get(root, "on"));
    char *event = json_dumps(json_object_get(root, "event"), JSON_COMPACT);
    ProtobufCMessage *message = NULL;
    bool good = day && date_parse(str_of(day), on) && event;
    *why = S("each line is {\"on\": \"2026-01-05\", \"event\": {...}}");
    good = good &&
           json_parse(message_of_topic(str_of(TOPIC_BILLING)),
                      str_copy(&playing->line, str_of(event)), &playing->line, &message, why) &&
           key_of(message, TOPIC_KEY_ACCOUNT, &playing->line, key, why);
    if (good) {
        *value = wire_pack(message, &playing->line);
    }
    free(event);
    json_decref(root);
    return good;
}

static bool played_line_add(Playing *playing, Str text, Err *err) {
    Date on;
    Str key;
    Str value;
    Str why;
    playing->number++;
    arena_reset(&playing->line);
    if (str_is_empty(text)) {
        return true;
    }
    if (!played_line_read(playing, text, &on, &key, &value, &why)) {
        cli_say("line %" PRId64 ": %.*s", playing->number, STR_ARGS(why));
        playing->faulty++;
        return true;
    }
    return play_add(&playing->play, on, key, value, err);
}

static bool played_file_read(Playing *playing, FILE *file, Err *err) {
    char *line = NULL;
    size_t room = 0;
    bool good = true;
    for (ssize_t length; good && (length = getline(&line, &room, file)) >= 0;) {
        good = length <= LINE_MAX_BYTES
                   ? played_line_add(playing, str_trim(str_from(line, length)), err)
                   : err_set(err, VERDICT_POISON, "LINE", "line %" PRId64 " is longer than 1 MiB",
                             playing->number + 1);
    }
    free(line);
    return good;
}

static int play_file(DayDoor *door, FILE *file) {
    Err err;
    Playing playing = {.line = arena_open("line", EVENT_MEMORY)};
    bool done = play_start(&playing.play, door, &err) && played_file_read(&playing, file, &err) &&
                play_run(&playing.play, &err);
    play_end(&playing.play);
    arena_close(&playing.line);
    printf("events %" PRId64 ", days closed %" PRId64 ", faulty %d\n", playing.play.events,
           playing.play.days, playing.faulty);
    if (!done) {
        return cli_fail(&err, "events play");
    }
    return playing.faulty ? CLI_PARTLY : CLI_DONE;
}

int cli_events_play(Cli *cli) {
    Err err;
    DayDoor door;
    int64_t seconds = 60;
    Str timeout = cli_option(cli, "--timeout");
    if (timeout.ptr && !cli_number(cli, "--timeout", timeout, 1, 86400, &seconds)) {
        return CLI_USAGE;
    }
    const char *path = str_terminated(&cli->arena, cli->arguments[0]);
    FILE *file = fopen(path, "rb");
    if (!file) {
        cli_say("%s: %s", path, strerror(errno));
        return CLI_PARTLY;
    }
    int code;
    if (day_door_open(cli, (int)(seconds * 1000), &door, &err)) {
        code = play_file(&door, file);
        day_door_close(&door);
    } else {
        code = cli_fail(&err, "events play");
    }
    fclose(file);
    return code;
}

/* ---- tail */

typedef struct Tail {
    Cli *cli;
    const char *topic;
    const ProtobufCMessageDescriptor *descriptor;
    Str key;      /* ptr NULL: all */
    int64_t left; /* records still to print; -1: no limit */
    bool until_end;
    int32_t partitions;
    bool *ended;
    int32_t ended_count;
} Tail;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
    (void)signal_number;
    interrupted = 1;
}

static Str value_print(const Tail *tail, const Record *record, Arena *arena) {
    Err err;
    Str json;
    if (!record->has_value) {
        return S("null");
    }
    const ProtobufCMessage *message =
        wire_unpack(tail->descriptor, record->value, arena, EVENT_MEMORY / 2);
    if (message && json_print(message, arena, &json, &err)) {
        return json;
    }
    /* What cannot be read is shown as it is. */
    return str_format(arena, "{\"unreadable\":\"%.*s\"}", STR_ARGS(str_hex(arena, record->value)));
}

static Str text_print(Arena *arena, Str text) {
    Str plain = str_is_text(text) ? text : str_hex(arena, text);
    StrBuilder out = str_builder(arena, 8 * plain.len + 16);
    str_add(&out, S("\""));
    for (ptrdiff_t i = 0; i < plain.len; i++) {
        unsigned char byte = (unsigned char)plain.ptr[i];
        if (byte == '"' || byte == '\\' || byte < 0x20) {
            str_addf(&out, "\\u%04x", byte);
        } else {
            str_add(&out, str_slice(plain, i, i + 1));
        }
    }
    str_add(&out, S("\""));
    return str_built(&out);
}

static void record_print(Tail *tail, const Record *record, Arena *arena) {
    if (tail->key.ptr && !str_equals(tail->key, record->key)) {
        return;
    }
    Str key = record->has_key ? text_print(arena, record->key) : S("null");
    Str value = value_print(tail, record, arena);
    printf("{\"partition\":%d,\"offset\":%" PRId64
           ",\"time\":\"%.*s\",\"key\":%.*s,\"event\":%.*s}\n",
           (int)record->partition, record->offset,
           STR_ARGS(instant_print(arena, record->timestamp)), STR_ARGS(key), STR_ARGS(value));
    fflush(stdout);
    tail->left -= tail->left > 0;
}

static bool is_over(const Tail *tail) {
    return interrupted || tail->left == 0 ||
           (tail->until_end && tail->ended_count == tail->partitions);
}

static bool tail_read(Tail *tail, KafkaReader *reader, Arena *arena, Err *err) {
    while (!is_over(tail)) {
        Record record;
        KafkaTake took;
        arena_reset(arena);
        if (!kafka_reader_take(reader, 200, arena, &record, &took, err)) {
            return false;
        }
        if (took == KAFKA_TAKE_RECORD) {
            record_print(tail, &record, arena);
        } else if (took == KAFKA_TAKE_END && !tail->ended[record.partition]) {
            tail->ended[record.partition] = true;
            tail->ended_count++;
        }
    }
    return true;
}

static bool tail_options(Cli *cli, Tail *tail, int64_t *from) {
    Str name = cli->arguments[0];
    Str start = cli_option(cli, "--from");
    Str count = cli_option(cli, "--count");
    *tail = (Tail){.cli = cli,
                   .topic = str_terminated(&cli->arena, name),
                   .descriptor = message_of_topic(name),
                   .key = cli_option(cli, "--key"),
                   .left = -1,
                   .until_end = cli_flag(cli, "--until-end")};
    *from = start.ptr && str_equals(start, S("start")) ? KAFKA_FROM_START : KAFKA_FROM_END;
    if (!tail->descriptor) {
        cli_say("%s is not a topic of the contract", tail->topic);
        return false;
    }
    if (start.ptr && !str_equals(start, S("start")) && !str_equals(start, S("end"))) {
        cli_say("--from: \"%.*s\" is not start or end", STR_ARGS(start));
        return false;
    }
    return !count.ptr || cli_number(cli, "--count", count, 1, INT64_MAX, &tail->left);
}

int cli_events_tail(Cli *cli) {
    Err err;
    Tail tail;
    KafkaReader *reader;
    int64_t from;
    if (!tail_options(cli, &tail, &from)) {
        return CLI_USAGE;
    }
    struct sigaction action = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &action, NULL);
    if (!partitions_of(cli, tail.topic, &tail.partitions, &err)) {
        return cli_fail(&err, "events tail");
    }
    tail.ended = ARENA_ARRAY(&cli->arena, bool, tail.partitions);
    if (!kafka_reader_open(&cli->settings.kafka, (KafkaSpan){tail.topic, 0, tail.partitions, from},
                           &reader, &err)) {
        return cli_fail(&err, "events tail");
    }
    Arena arena = arena_open("record", EVENT_MEMORY);
    bool done = tail_read(&tail, reader, &arena, &err);
    arena_close(&arena);
    kafka_reader_close(reader);
    return done ? CLI_DONE : cli_fail(&err, "events tail");
}
