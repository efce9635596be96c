/* The outbox in Redis: a bundle is a field, and goes when the broker has its last row. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chassis/tasks_redis_room.h"

enum { NUMBER_BYTES = 8, PARTS = 4 };

Str outbox_field(const OutboxPlace *place, Arena *arena) {
    return str_format(arena, "%d/%d/%" PRId64, place->output, (int)place->partition, place->seq);
}

/* ---- packing: a row is seq, ordinal, time, then type, key, headers and value, each a length and
 * bytes; numbers and lengths are 8 bytes, the highest first, and a length of -1 is no value */

static void put_number(char **at, int64_t number) {
    for (int i = 0; i < NUMBER_BYTES; i++) {
        (*at)[i] = (char)((uint64_t)number >> (8 * (NUMBER_BYTES - 1 - i)));
    }
    *at += NUMBER_BYTES;
}

static void put_part(char **at, Str part) {
    put_number(at, part.ptr ? part.len : -1);
    if (part.ptr && part.len > 0) {
        memcpy(*at, part.ptr, (size_t)part.len);
        *at += part.len;
    }
}

static ptrdiff_t packed_size(const OutboxRow *row) {
    return (3 + PARTS) * NUMBER_BYTES + row->type.len + row->key.len + row->headers.len +
           row->value.len;
}

static void put_row(char **at, const OutboxRow *row) {
    put_number(at, row->seq);
    put_number(at, row->ordinal);
    put_number(at, row->at.us);
    put_part(at, row->type);
    put_part(at, row->key);
    put_part(at, row->headers);
    put_part(at, row->value);
}

/* Of so many rows, in the order of their numbers; the last row names it. */
static Bundle bundle_make(const OutboxRow *rows, int count, Arena *arena) {
    const OutboxRow *last = &rows[count - 1];
    ptrdiff_t size = 0;
    for (int i = 0; i < count; i++) {
        size += packed_size(&rows[i]);
    }
    char *bytes = ARENA_ARRAY(arena, char, size);
    char *at = bytes;
    for (int i = 0; i < count; i++) {
        put_row(&at, &rows[i]);
    }
    CHECK(at == bytes + size);
    return (Bundle){.place = {last->output, last->partition, last->seq}, .packed = {bytes, size}};
}

Bundles bundles_make(const OutboxRow *rows, int count, Arena *arena) {
    OutboxRow *sorted = outbox_sort(rows, count, arena);
    Bundles bundles = {.list = ARENA_ARRAY(arena, Bundle, count + 1)};
    for (int from = 0, end; from < count; from = end) {
        end = outbox_bundle_end(sorted, count, from);
        bundles.list[bundles.count++] = bundle_make(&sorted[from], end - from, arena);
    }
    return bundles;
}

/* ---- unpacking */

static bool take_number(Str *rest, int64_t *number) {
    if (rest->len < NUMBER_BYTES) {
        return false;
    }
    uint64_t bits = 0;
    for (int i = 0; i < NUMBER_BYTES; i++) {
        bits = bits << 8 | (uint8_t)rest->ptr[i];
    }
    *number = (int64_t)bits;
    *rest = str_slice(*rest, NUMBER_BYTES, rest->len);
    return true;
}

static bool take_part(Str *rest, Str *part) {
    int64_t length;
    if (!take_number(rest, &length) || length < -1 || length > rest->len) {
        return false;
    }
    *part = length < 0 ? (Str){NULL, 0} : str_slice(*rest, 0, (ptrdiff_t)length);
    *rest = length < 0 ? *rest : str_slice(*rest, (ptrdiff_t)length, rest->len);
    return true;
}

bool outbox_field_parse(Str field, OutboxPlace *place) {
    StrCut output = str_cut(field, '/');
    StrCut partition = str_cut(output.tail, '/');
    int64_t numbers[2];
    if (!str_parse_i64(output.head, &numbers[0]) || !str_parse_i64(partition.head, &numbers[1]) ||
        !str_parse_i64(partition.tail, &place->seq) || numbers[0] < 0 || numbers[0] > INT32_MAX ||
        numbers[1] < 0 || numbers[1] > INT32_MAX) {
        return false;
    }
    place->output = (int)numbers[0];
    place->partition = (int32_t)numbers[1];
    return true;
}

bool outbox_take_row(const OutboxPlace *place, Str *rest, OutboxRow *row) {
    *row = (OutboxRow){.output = place->output, .partition = place->partition};
    return take_number(rest, &row->seq) && take_number(rest, &row->ordinal) &&
           take_number(rest, &row->at.us) && take_part(rest, &row->type) &&
           take_part(rest, &row->key) && take_part(rest, &row->headers) &&
           take_part(rest, &row->value);
}

/* ---- which bundles stand in Redis */

void held_place_add(Holding *held, OutboxPlace place) {
    if (held->place_count == held->place_room) {
        held->place_room = held->place_room ? 2 * held->place_room : 64;
        held->places = realloc(held->places, (size_t)held->place_room * sizeof(OutboxPlace));
        CHECK(held->places);
    }
    held->places[held->place_count++] = place;
}

static bool place_is_acked(const TaskNumbers *numbers, const OutboxPlace *place) {
    return task_is_acked(numbers, place->output, place->partition, place->seq);
}

void held_drops(const Holding *held, const TaskNumbers *numbers, Arena *arena,
                RedisCommand *fields) {
    for (ptrdiff_t i = 0; i < held->place_count; i++) {
        if (place_is_acked(numbers, &held->places[i])) {
            redis_add(fields, outbox_field(&held->places[i], arena));
        }
    }
}

void held_renew(Holding *held, const TaskNumbers *numbers, const Bundles *added) {
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < held->place_count; i++) {
        if (!place_is_acked(numbers, &held->places[i])) {
            held->places[kept++] = held->places[i];
        }
    }
    held->place_count = kept;
    for (int i = 0; i < added->count; i++) {
        held_place_add(held, added->list[i].place);
    }
}
