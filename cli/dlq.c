/* `arrears dlq list|show|resend`: records that could not be read. */
#include <errno.h>
#include <inttypes.h>

#include "base/check.h"
#include "base/id.h"
#include "cli/cli.h"
#include "cli/out.h"
#include "cli/send.h"
#include "contract/json.h"
#include "contract/messages.h"
#include "contract/topics.h"
#include "contract/wire.h"

const CliOption DLQ_RESEND_OPTIONS[] = {
    {"--event", "FILE",
     "Send this event (JSON) under the record's key instead of the record as it was."},
    {NULL, NULL, NULL},
};

enum { RECORD_BYTES = 24 << 20, TAKE_MS = 10000, LIST_MAX = 100000 };

static Str header_of(const Record *record, const char *name) {
    for (int i = record->header_count - 1; i >= 0; i--) {
        if (str_equals(record->headers[i].name, str_of(name))) {
            return record->headers[i].value;
        }
    }
    return S("");
}

/* Control characters of outside bytes do not reach the terminal. */
static Str shown(Arena *arena, Str text) {
    for (ptrdiff_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20) {
            return str_hex(arena, text);
        }
    }
    return str_is_text(text) ? text : str_hex(arena, text);
}

/* ---- list */

typedef struct Listing {
    Arena *arena;
    Out *out;
    const char *topic;
} Listing;

static void row_add(void *self, const Record *record) {
    Listing *listing = self;
    Out *out = listing->out;
    if (out->count / out->columns >= LIST_MAX) {
        return;
    }
    out_cell(out, str_of(listing->topic));
    out_number(out, record->partition);
    out_number(out, record->offset);
    out_cell(out, shown(listing->arena, record->key));
    out_cell(out, shown(listing->arena, header_of(record, "kafka_dlt-original-offset")));
    out_cell(out, shown(listing->arena, header_of(record, "__connect.errors.exception.message")));
}

static bool topic_list(Cli *cli, KafkaClient *client, const char *topic, Out *out, Err *err) {
    int32_t partitions;
    Listing listing = {&cli->arena, out, topic};
    if (!kafka_partition_count(client, topic, &partitions, err)) {
        return false;
    }
    return partitions == 0 || kafka_tails(&cli->settings.kafka, (KafkaTopics){&topic, 1},
                                          partitions, LIST_MAX, row_add, &listing, err);
}

static bool all_list(Cli *cli, KafkaClient *client, Out *out, Err *err) {
    for (int i = 0; i < TOPIC_COUNT; i++) {
        Str dead = topic_dead_letters(&cli->arena, str_of(TOPICS[i].name));
        if (TOPICS[i].from_outside &&
            !topic_list(cli, client, str_terminated(&cli->arena, dead), out, err)) {
            return false;
        }
    }
    return true;
}

int cli_dlq_list(Cli *cli) {
    Err err;
    KafkaClient *client;
    Out out =
        out_start(&cli->arena, "topic", ">partition", ">offset", "key", ">was at", "reason", NULL);
    if (!kafka_client_open(&cli->settings.kafka, &client, &err)) {
        return cli_fail(&err, "dlq list");
    }
    bool done = all_list(cli, client, &out, &err);
    kafka_client_close(client);
    if (!done) {
        return cli_fail(&err, "dlq list");
    }
    out_print(&out, cli->format);
    return CLI_DONE;
}

/* ---- one record */

typedef struct Letter {
    const Topic *topic; /* where it came from */
    int32_t partition;
    int64_t offset;
    Record record;
} Letter;

static bool letter_read(Cli *cli, const char *name, Letter *letter, Err *err) {
    KafkaReader *reader;
    KafkaTake took = KAFKA_TAKE_NOTHING;
    KafkaSpan span = {name, letter->partition, 1, letter->offset};
    if (!kafka_reader_open(&cli->settings.kafka, span, &reader, err)) {
        return false;
    }
    bool read = kafka_reader_take(reader, TAKE_MS, &cli->arena, &letter->record, &took, err);
    kafka_reader_close(reader);
    if (!read) {
        return false;
    }
    bool found = took == KAFKA_TAKE_RECORD && letter->record.offset == letter->offset;
    return found ||
           err_set(err, VERDICT_POISON, "NO_RECORD", "%s [%d] holds no record at offset %" PRId64,
                   name, (int)letter->partition, letter->offset);
}

/* CLI_DONE with the record, or the exit code after saying what is wrong. */
static int letter_find(Cli *cli, Letter *letter) {
    Err err;
    int64_t partition;
    Str name = cli->arguments[0];
    *letter = (Letter){.topic = topic_find(name)};
    if (!letter->topic || !topic_is_dead_letters(name)) {
        cli_say("%.*s is not a dead-letter topic; `arrears dlq list` names them", STR_ARGS(name));
        return CLI_USAGE;
    }
    if (!cli_number(cli, "PARTITION", cli->arguments[1], 0, INT32_MAX, &partition) ||
        !cli_number(cli, "OFFSET", cli->arguments[2], 0, INT64_MAX, &letter->offset)) {
        return CLI_USAGE;
    }
    letter->partition = (int32_t)partition;
    return letter_read(cli, str_terminated(&cli->arena, name), letter, &err)
               ? CLI_DONE
               : cli_fail(&err, "dlq");
}

static void value_show(const Letter *letter, Arena *arena) {
    Err err;
    Str json;
    const ProtobufCMessageDescriptor *descriptor = message_of_topic(str_of(letter->topic->name));
    const ProtobufCMessage *message =
        wire_unpack(descriptor, letter->record.value, arena, RECORD_BYTES / 4);
    if (message && json_print(message, arena, &json, &err)) {
        printf("event    %.*s\n", STR_ARGS(json));
    } else {
        printf("bytes    %.*s\n", STR_ARGS(str_hex(arena, letter->record.value)));
    }
}

int cli_dlq_show(Cli *cli) {
    Letter letter;
    int code = letter_find(cli, &letter);
    if (code != CLI_DONE) {
        return code;
    }
    const Record *record = &letter.record;
    printf("key      %.*s\n", STR_ARGS(shown(&cli->arena, record->key)));
    for (int i = 0; i < record->header_count; i++) {
        printf("header   %.*s: %.*s\n", STR_ARGS(shown(&cli->arena, record->headers[i].name)),
               STR_ARGS(shown(&cli->arena, record->headers[i].value)));
    }
    value_show(&letter, &cli->arena);
    return CLI_DONE;
}

/* ---- resend */

static bool event_read(Cli *cli, const Letter *letter, Str path, Str *value, Err *err) {
    Str text;
    Str why;
    ProtobufCMessage *message;
    if (!cli_read_file(&cli->arena, str_terminated(&cli->arena, path), &text, err)) {
        return false;
    }
    if (!json_parse(message_of_topic(str_of(letter->topic->name)), str_trim(text), &cli->arena,
                    &message, &why)) {
        return err_set(err, VERDICT_POISON, "EVENT", "%.*s: %.*s", STR_ARGS(path), STR_ARGS(why));
    }
    *value = wire_pack(message, &cli->arena);
    return true;
}

static bool resend(Cli *cli, const Letter *letter, Str value, Err *err) {
    Sender *sender;
    KafkaClient *client;
    int32_t partitions;
    const char *topic = letter->topic->name;
    if (!kafka_client_open(&cli->settings.kafka, &client, err)) {
        return false;
    }
    bool found = kafka_partition_count(client, topic, &partitions, err);
    kafka_client_close(client);
    if (!found || !sender_open(cli, (KafkaTopics){&topic, 1}, &sender, err)) {
        return false;
    }
    bool sent = sender_put(sender, 0, -1, partitions, letter->record.key, value, err) &&
                sender_finish(sender, err);
    sender_close(sender);
    return sent;
}

int cli_dlq_resend(Cli *cli) {
    Err err;
    Letter letter;
    int code = letter_find(cli, &letter);
    if (code != CLI_DONE) {
        return code;
    }
    Account account;
    bool by_account = letter.topic->key == TOPIC_KEY_ACCOUNT;
    if (by_account ? !account_parse(letter.record.key, &account) : !id_is_part(letter.record.key)) {
        cli_say("the record has no sound key: send the right event with `arrears events send`");
        return CLI_PARTLY;
    }
    Str path = cli_option(cli, "--event");
    Str value = letter.record.value;
    if (path.ptr && !event_read(cli, &letter, path, &value, &err)) {
        return cli_fail(&err, "dlq resend");
    }
    if (!resend(cli, &letter, value, &err)) {
        return cli_fail(&err, "dlq resend");
    }
    cli_say("sent to %s; when its account is on hold, `arrears hold clear` ends that",
            letter.topic->name);
    return CLI_DONE;
}
