#include "chassis/headers.h"

#include <inttypes.h>

#include "base/check.h"

static const char DEAD_LETTER_ID[] = "arrears_dead_letter_id";

static Str row_id(const Service *service, const OutboxRow *row, Arena *arena) {
    Str topic = service_output_topic(service, row->output);
    return str_format(arena, "%s/%d/%.*s/%d/%" PRId64, service->name, (int)row->task,
                      STR_ARGS(topic), (int)row->partition, row->seq);
}

/* ---- packing: each header is its name's length (2 bytes), name, value's length (4 bytes), value
 */

static void put_length(StrBuilder *out, ptrdiff_t length, int size) {
    char bytes[4];
    for (int i = 0; i < size; i++) {
        bytes[i] = (char)((uint64_t)length >> (8 * (size - 1 - i)));
    }
    str_add(out, str_from(bytes, size));
}

static void pack(StrBuilder *out, Str name, Str value) {
    put_length(out, name.len, 2);
    str_add(out, name);
    put_length(out, value.len, 4);
    str_add(out, value);
}

static Str take(Str *rest, int length_size) {
    CHECK(rest->len >= length_size);
    ptrdiff_t length = 0;
    for (int i = 0; i < length_size; i++) {
        length = length << 8 | (uint8_t)rest->ptr[i];
    }
    CHECK(rest->len >= length_size + length);
    Str part = str_slice(*rest, length_size, length_size + length);
    *rest = str_slice(*rest, length_size + length, rest->len);
    return part;
}

static int unpack(Str packed, Arena *arena, KafkaHeader *headers, int room) {
    int count = 0;
    while (packed.len > 0) {
        CHECK(count < room);
        Str name = take(&packed, 2);
        /* librdkafka takes names with a length, but terminated is what its copy expects. */
        headers[count].name = str_copy(arena, name);
        headers[count++].value = take(&packed, 4);
    }
    return count;
}

Str headers_pack_dead_letter(const Service *service, int input, const Record *record,
                             Refusal refusal, Arena *arena) {
    StrBuilder out = str_builder(arena, 256 << 10);
    for (int i = 0; i < record->header_count && i < HEADERS_KEPT_MAX; i++) {
        if (record->headers[i].name.len + record->headers[i].value.len < (8 << 10)) {
            pack(&out, record->headers[i].name, record->headers[i].value);
        }
    }
    Str topic = str_of(service->inputs[input].topic);
    Str partition = str_format(arena, "%d", (int)record->partition);
    Str offset = str_format(arena, "%" PRId64, record->offset);
    pack(&out, S("__connect.errors.topic"), topic);
    pack(&out, S("__connect.errors.partition"), partition);
    pack(&out, S("__connect.errors.offset"), offset);
    pack(&out, S("__connect.errors.exception.message"),
         str_format(arena, "%.*s: %.*s", STR_ARGS(refusal.code), STR_ARGS(refusal.sentence)));
    pack(&out, S("kafka_dlt-original-topic"), topic);
    pack(&out, S("kafka_dlt-original-partition"), partition);
    pack(&out, S("kafka_dlt-original-offset"), offset);
    CHECK(!out.full);
    return str_built(&out);
}

int headers_make(const Service *service, const OutboxRow *row, Arena *arena,
                 KafkaHeader **headers) {
    enum { ROOM = HEADERS_KEPT_MAX + HEADERS_OF_DEAD_LETTER };
    bool is_dead = row->headers.ptr;
    KafkaHeader *list = ARENA_ARRAY(arena, KafkaHeader, is_dead ? ROOM : HEADERS_OF_EVENT);
    *headers = list;
    Str id = row_id(service, row, arena);
    if (is_dead) {
        int count = unpack(row->headers, arena, list, ROOM - 1);
        list[count] = (KafkaHeader){str_of(DEAD_LETTER_ID), id};
        return count + 1;
    }
    list[0] = (KafkaHeader){S("ce_specversion"), S("1.0")};
    list[1] = (KafkaHeader){S("ce_id"), id};
    list[2] = (KafkaHeader){S("ce_type"), row->type};
    list[3] = (KafkaHeader){S("ce_source"), str_format(arena, "/arrears/%s", service->name)};
    list[4] = (KafkaHeader){S("ce_time"), instant_print(arena, row->at)};
    list[5] = (KafkaHeader){S("content-type"), S("application/protobuf")};
    return HEADERS_OF_EVENT;
}

/* "ledger/3/arrears.ledger.v1/3/17" */
static bool number_parse(Str id, RecordNumber *number) {
    StrCut service = str_cut(id, '/');
    StrCut task = str_cut(service.tail, '/');
    StrCut seq = str_cut_last(task.tail, '/');
    int64_t task_number;
    if (!service.found || !task.found || !seq.found || !str_parse_i64(task.head, &task_number) ||
        task_number < 0 || task_number > INT32_MAX || !str_parse_i64(seq.tail, &number->seq)) {
        return false;
    }
    number->service = service.head;
    number->task = (int32_t)task_number;
    return true;
}

bool headers_find_number(const Record *record, RecordNumber *number) {
    for (int i = record->header_count - 1; i >= 0; i--) {
        Str name = record->headers[i].name;
        if (str_equals(name, S("ce_id")) || str_equals(name, str_of(DEAD_LETTER_ID))) {
            return number_parse(record->headers[i].value, number);
        }
    }
    return false;
}
