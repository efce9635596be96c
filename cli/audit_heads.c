/* The signed heads of arrears.ledger.v1, and what they say of each other. */
#include <inttypes.h>

#include "arrears/ledger/v1/ledger.pb-c.h"
#include "cli/audit.h"
#include "contract/topics.h"
#include "contract/wire.h"

typedef Arrears__Ledger__V1__LedgerEvent LedgerEvent;

enum { EVENT_BYTES = 1 << 20, FIRST_ROOM = 64 };
static const int64_t WHOLE_TOPIC = (int64_t)1 << 40; /* records of a partition */

/* ---- reading */

static void head_keep(Audit *audit, AuditTask *task, AuditHead head) {
    bool again =
        task->head_count > 0 && str_equals(task->heads[task->head_count - 1].note, head.note);
    if (again) {
        return; /* published a second time, as it was */
    }
    if (task->head_count == task->head_room) {
        task->head_room = task->head_room == 0 ? FIRST_ROOM : 2 * task->head_room;
        AuditHead *moved = ARENA_ARRAY(&audit->cli->arena, AuditHead, task->head_room);
        if (task->head_count > 0) {
            memcpy(moved, task->heads, (size_t)task->head_count * sizeof head);
        }
        task->heads = moved;
    }
    task->heads[task->head_count++] = head;
}

static void note_take(Audit *audit, const Record *record, Str note, Arena *scratch) {
    int32_t partition = record->partition;
    AuditHead read = {.offset = record->offset};
    if (!journal_head_verify(note, &audit->ring, scratch)) {
        audit_find(audit, partition, "forged",
                   "the head at offset %" PRId64 " of %s is signed by none of the known keys: it "
                   "was forged, or its key is missing in --key",
                   record->offset, TOPIC_LEDGER);
        return;
    }
    if (!journal_head_parse(note, scratch, &read.head) || read.head.task != partition) {
        audit_find(audit, partition, "forged",
                   "the head at offset %" PRId64 " of %s is signed, and is no head of this task",
                   record->offset, TOPIC_LEDGER);
        return;
    }
    read.note = str_copy(&audit->cli->arena, note);
    head_keep(audit, &audit->tasks[partition], read);
}

/* Days and heads have no key; everything else is passed over without a look. */
static void record_visit(void *self, const Record *record) {
    Audit *audit = self;
    if (record->has_key || !record->has_value) {
        return;
    }
    Arena scratch = arena_open("head", EVENT_BYTES);
    const LedgerEvent *event = (const LedgerEvent *)wire_unpack(
        &arrears__ledger__v1__ledger_event__descriptor, record->value, &scratch, EVENT_BYTES / 4);
    if (event != NULL &&
        event->event_case == ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_JOURNAL_SEALED) {
        note_take(audit, record, str_of(event->journal_sealed->note), &scratch);
    }
    arena_close(&scratch);
}

static bool partitions_find(Audit *audit, Err *err) {
    KafkaClient *client;
    if (!kafka_client_open(&audit->cli->settings.kafka, &client, err)) {
        return false;
    }
    bool found = kafka_partition_count(client, TOPIC_LEDGER, &audit->task_count, err);
    kafka_client_close(client);
    return found;
}

bool audit_read_heads(Audit *audit, Err *err) {
    const char *topic = TOPIC_LEDGER;
    if (!partitions_find(audit, err)) {
        return false;
    }
    audit->tasks = ARENA_ARRAY(&audit->cli->arena, AuditTask, audit->task_count + 1);
    for (int32_t i = 0; i < audit->task_count; i++) {
        audit->tasks[i] = (AuditTask){.task = i, .last = -1};
    }
    return audit->task_count == 0 ||
           kafka_tails(&audit->cli->settings.kafka, (KafkaTopics){&topic, 1}, audit->task_count,
                       WHOLE_TOPIC, record_visit, audit, err);
}

/* ---- the chain */

static Str day_of(const Audit *audit, const AuditHead *head) {
    return date_print(&audit->cli->arena, head->head.day);
}

static bool follows(const AuditHead *head, const AuditHead *before) {
    return head->head.has_previous && hash_equals(head->head.previous, hash_of(before->note));
}

static void first_check(Audit *audit, const AuditTask *task) {
    if (task->heads[0].head.has_previous) {
        audit_find(audit, task->task, "head",
                   "the first published head, of %.*s, names one before it, which is not in the "
                   "topic: heads were removed",
                   STR_ARGS(day_of(audit, &task->heads[0])));
    }
}

void audit_check_chain(Audit *audit, const AuditTask *task) {
    if (task->head_count > 0) {
        first_check(audit, task);
    }
    for (int i = 1; i < task->head_count; i++) {
        const AuditHead *head = &task->heads[i];
        const AuditHead *before = &task->heads[i - 1];
        Str day = day_of(audit, head);
        Str earlier = day_of(audit, before);
        if (!follows(head, before)) {
            audit_find(audit, task->task, "head",
                       "the head of %.*s does not name that of %.*s, which was published before "
                       "it: a head between them was removed, or one of them is not the ledger's",
                       STR_ARGS(day), STR_ARGS(earlier));
        }
        if (head->head.size < before->head.size ||
            date_compare(head->head.day, before->head.day) <= 0) {
            audit_find(audit, task->task, "head",
                       "the head of %.*s (%" PRId64 " entries) follows that of %.*s (%" PRId64
                       " entries): days and sizes only grow",
                       STR_ARGS(day), head->head.size, STR_ARGS(earlier), before->head.size);
        }
    }
}

/* ---- what the ledger stores of them */

static const AuditHead *head_find(const AuditTask *task, Date day) {
    for (int i = 0; i < task->head_count; i++) {
        if (date_compare(task->heads[i].head.day, day) == 0) {
            return &task->heads[i];
        }
    }
    return NULL;
}

static Date last_day(const AuditTask *task) {
    return task->head_count > 0 ? task->heads[task->head_count - 1].head.day : DATE_NONE;
}

/* A head of a later day may be on its way to the topic. */
static void stored_check(Audit *audit, const AuditTask *task, const json_t *row) {
    Date day;
    Str text = json_text(row, "day");
    if (!date_parse(text, &day)) {
        return;
    }
    const AuditHead *published = head_find(task, day);
    if (published == NULL && date_compare(day, last_day(task)) < 0) {
        audit_find(audit, task->task, "head",
                   "the ledger has a head of %.*s that was never published", STR_ARGS(text));
    } else if (published != NULL && !str_equals(published->note, json_text(row, "note"))) {
        audit_find(audit, task->task, "head",
                   "the ledger's head of %.*s is not the one that was published: its row was "
                   "changed",
                   STR_ARGS(text));
    }
}

static bool is_stored(const json_t *rows, Str day) {
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) {
        if (str_equals(json_text(row, "day"), day)) {
            return true;
        }
    }
    return false;
}

static void published_check(Audit *audit, const AuditTask *task, const json_t *rows) {
    for (int i = 0; i < task->head_count; i++) {
        Str day = day_of(audit, &task->heads[i]);
        if (!is_stored(rows, day)) {
            audit_find(audit, task->task, "head",
                       "the ledger no longer has its head of %.*s: the row was removed",
                       STR_ARGS(day));
        }
    }
}

int audit_check_stored(Audit *audit, const AuditTask *task) {
    size_t i;
    json_t *row;
    Answer answer;
    Cli *cli = audit->cli;
    Str pairs[] = {S("task"), str_format(&cli->arena, "%d", (int)task->task)};
    int code = ask(cli, "ARREARS_LEDGER_URL", cli->settings.ledger_url, S("/v1/audit/heads"), pairs,
                   COUNT_OF(pairs), &answer);
    if (code != CLI_DONE) {
        return code;
    }
    const json_t *rows = json_object_get(answer.json, "heads");
    json_array_foreach(rows, i, row) {
        stored_check(audit, task, row);
    }
    published_check(audit, task, rows);
    ask_end(&answer);
    return CLI_DONE;
}
