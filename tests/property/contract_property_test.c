/* Any message of the contract, whatever its values, is the same after a way through bytes or JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contract/base64.h"
#include "contract/json.h"
#include "contract/json_room.h"
#include "contract/messages.h"
#include "contract/seal.h"
#include "contract/topics.h"
#include "contract/wire.h"
#include "tests/harness/chance.h"

enum { ROUNDS = 10000, ARENA_BYTES = 64 << 20, ELEMENTS_MAX = 4, TEXT_MAX = 40 };

static Chance chance;
static Arena arena;

/* ---- any message */

static void any_message(const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage *message);

static char *any_text(void) {
    static const char *const characters[] = {
        "a",  "Z",    " ",    "\"",       "\\",           "/",
        "\n", "\x01", "\x7f", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x92\xb0"};
    StrBuilder text = str_builder(&arena, 4 * TEXT_MAX);
    for (int64_t i = chance_between(&chance, 0, TEXT_MAX); i > 0; i--) {
        str_add(&text, str_of(characters[chance_next(&chance) % COUNT_OF(characters)]));
    }
    return wire_put_text(&arena, str_built(&text));
}

static Str any_bytes(void) {
    ptrdiff_t len = (ptrdiff_t)chance_between(&chance, 0, TEXT_MAX);
    char *bytes = arena_get(&arena, 1, len);
    for (ptrdiff_t i = 0; i < len; i++) {
        bytes[i] = (char)chance_next(&chance);
    }
    return str_from(bytes, len);
}

static int32_t any_enum(const ProtobufCEnumDescriptor *descriptor) {
    unsigned drawn = (unsigned)(chance_next(&chance) % (descriptor->n_values + 1));
    return drawn < descriptor->n_values ? descriptor->values[drawn].value
                                        : (int32_t)chance_edge(&chance);
}

static void any_value(const ProtobufCFieldDescriptor *field, void *slot) {
    if (field->type == PROTOBUF_C_TYPE_INT32) {
        *(int32_t *)slot = (int32_t)chance_edge(&chance);
    } else if (field->type == PROTOBUF_C_TYPE_INT64) {
        *(int64_t *)slot = chance_edge(&chance);
    } else if (field->type == PROTOBUF_C_TYPE_BOOL) {
        *(protobuf_c_boolean *)slot = (int)(chance_next(&chance) % 2);
    } else if (field->type == PROTOBUF_C_TYPE_ENUM) {
        *(int32_t *)slot = any_enum(field->descriptor);
    } else if (field->type == PROTOBUF_C_TYPE_STRING) {
        *(char **)slot = any_text();
    } else if (field->type == PROTOBUF_C_TYPE_BYTES) {
        Str bytes = any_bytes();
        *(ProtobufCBinaryData *)slot = (ProtobufCBinaryData){
            .len = (size_t)bytes.len, .data = (uint8_t *)(uintptr_t)bytes.ptr};
    } else {
        const ProtobufCMessageDescriptor *descriptor = field->descriptor;
        ProtobufCMessage *below = arena_get(&arena, (ptrdiff_t)descriptor->sizeof_message, 1);
        any_message(descriptor, below);
        *(ProtobufCMessage **)slot = below;
    }
}

static void any_elements(const ProtobufCFieldDescriptor *field, ProtobufCMessage *message) {
    ptrdiff_t count = (ptrdiff_t)chance_between(&chance, 0, ELEMENTS_MAX);
    char *elements = arena_get(&arena, slot_size(field), count);
    for (ptrdiff_t i = 0; i < count; i++) {
        any_value(field, elements + i * slot_size(field));
    }
    *(size_t *)slot_of(message, field->quantifier_offset) = (size_t)count;
    *(char **)slot_of(message, field->offset) = elements;
}

static void any_field(const ProtobufCFieldDescriptor *field, ProtobufCMessage *message) {
    if (chance_next(&chance) % 3 == 0) {
        return;
    }
    if (field_is_oneof(field)) {
        uint32_t *chosen = slot_of(message, field->quantifier_offset);
        if (*chosen != 0) {
            return;
        }
        *chosen = field->id;
    }
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        any_elements(field, message);
    } else {
        any_value(field, slot_of(message, field->offset));
    }
}

/* The fields in turn from any of them, so that each member of a oneof has its chance. */
static void any_message(const ProtobufCMessageDescriptor *descriptor, ProtobufCMessage *message) {
    protobuf_c_message_init(descriptor, message);
    unsigned first = (unsigned)(chance_next(&chance) % descriptor->n_fields);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        any_field(&descriptor->fields[(first + i) % descriptor->n_fields], message);
    }
}

static ProtobufCMessage *any_event(void) {
    const Topic *topic = &TOPICS[chance_between(&chance, 0, TOPIC_COUNT - 1)];
    const ProtobufCMessageDescriptor *descriptor = message_of_topic(str_of(topic->name));
    ProtobufCMessage *message = arena_get(&arena, (ptrdiff_t)descriptor->sizeof_message, 1);
    any_message(descriptor, message);
    return message;
}

/* ---- the ways */

static void bytes_keep_every_message(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        arena_reset(&arena);
        const ProtobufCMessage *event = any_event();
        Str bytes = wire_pack(event, &arena);
        const ProtobufCMessage *read = wire_unpack(event->descriptor, bytes, &arena, 1 << 20);
        assert_non_null(read);
        assert_true(str_equals(wire_pack(read, &arena), bytes));
    }
}

static void json_keeps_every_message(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        arena_reset(&arena);
        const ProtobufCMessage *event = any_event();
        Str json = {0};
        Err err = {0};
        assert_true(json_print(event, &arena, &json, &err));
        ProtobufCMessage *read = NULL;
        Str why = {0};
        if (!json_parse(event->descriptor, json, &arena, &read, &why)) {
            fail_msg("%.*s\n%.*s", STR_ARGS(json), STR_ARGS(why));
        }
        assert_true(str_equals(wire_pack(read, &arena), wire_pack(event, &arena)));
        Str again = {0};
        assert_true(json_print(read, &arena, &again, &err));
        assert_true(str_equals(again, json));
    }
}

/* Bytes that are nearly a message are read, or refused; they never take more than the cap. */
static void damaged_bytes_do_no_harm(void **state) {
    (void)state;
    enum { CAP = 16 << 10 };
    for (int round = 0; round < ROUNDS; round++) {
        arena_reset(&arena);
        const ProtobufCMessage *event = any_event();
        Str bytes = wire_pack(event, &arena);
        char *damaged = (char *)(uintptr_t)bytes.ptr;
        for (int i = 0; i < 3 && bytes.len > 0; i++) {
            damaged[chance_between(&chance, 0, bytes.len - 1)] = (char)chance_next(&chance);
        }
        ptrdiff_t before = arena.used;
        const ProtobufCMessage *read = wire_unpack(event->descriptor, bytes, &arena, CAP);
        assert_true(arena.used - before <= CAP);
        if (read != NULL) {
            (void)wire_pack(read, &arena);
        }
    }
}

static void ticks_keep_their_day(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        arena_reset(&arena);
        Hash hash = hash_of(any_bytes());
        DayMark mark = {.opened = chance_next(&chance) % 2 == 0,
                        .day = {(int32_t)chance_between(&chance, -25567, 84005)},
                        .policy_set = hash_hex(&arena, hash)};
        mark.simulated = mark.opened && chance_next(&chance) % 2 == 0;
        DayMark read = {0};
        Str why = {0};
        assert_true(tick_decode(tick_encode(&mark, &arena), &arena, &read, &why));
        assert_int_equal(read.day.days, mark.day.days);
        assert_true(read.opened == mark.opened && read.simulated == mark.simulated);
        assert_true(str_equals(read.policy_set, mark.policy_set));
    }
}

static void base64_keeps_all_bytes(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        arena_reset(&arena);
        Str bytes = any_bytes();
        Str read = {0};
        assert_true(base64_parse(&arena, base64_print(&arena, bytes), &read));
        assert_true(str_equals(read, bytes));
    }
}

/* Moving the border between the two changes the hash, what they are made of does not. */
static void a_pair_is_not_its_join(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        arena_reset(&arena);
        Str whole = any_bytes();
        ptrdiff_t at = (ptrdiff_t)chance_between(&chance, 0, whole.len);
        ptrdiff_t other = (ptrdiff_t)chance_between(&chance, 0, whole.len);
        Hash a = hash_of_two(str_slice(whole, 0, at), str_slice(whole, at, whole.len));
        Hash b = hash_of_two(str_slice(whole, 0, other), str_slice(whole, other, whole.len));
        assert_int_equal(hash_equals(a, b), at == other);
    }
}

static void only_the_signed_bytes_verify(void **state) {
    (void)state;
    KeyPair pair = key_pair_new();
    PublicKey key = {.id = S("anna")};
    memcpy(key.bytes, pair.public_key, sizeof key.bytes);
    KeyRing ring = {.keys = &key, .count = 1};
    for (int round = 0; round < ROUNDS / 10; round++) {
        arena_reset(&arena);
        Str payload = any_bytes();
        Str signature = seal_sign(&arena, &pair, S("type"), payload);
        assert_true(seal_verify(&ring, S("anna"), S("type"), payload, signature, &arena));
        Str other = any_bytes();
        assert_int_equal(seal_verify(&ring, S("anna"), S("type"), other, signature, &arena),
                         str_equals(other, payload));
    }
}

int main(void) {
    chance = chance_start();
    arena = arena_open("test", ARENA_BYTES);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_keep_every_message),     cmocka_unit_test(json_keeps_every_message),
        cmocka_unit_test(damaged_bytes_do_no_harm),     cmocka_unit_test(ticks_keep_their_day),
        cmocka_unit_test(base64_keeps_all_bytes),       cmocka_unit_test(a_pair_is_not_its_join),
        cmocka_unit_test(only_the_signed_bytes_verify),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
