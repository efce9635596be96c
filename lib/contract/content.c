#include "contract/content.h"

#include <string.h>

#include "contract/wire.h"

enum { IDENTITY_LAST = 3 /* creditor, customer, number */ };

static void drop_unknown(ProtobufCMessage *message);

/* Fields of protobuf-c's structs are found by their offsets. */
static void *place_of(const ProtobufCMessage *message, unsigned offset) {
    union {
        const void *read;
        void *write;
    } place = {.read = (const char *)message + offset};
    return place.write;
}

static void drop_unknown_of(const ProtobufCMessage *message,
                            const ProtobufCFieldDescriptor *field) {
    bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    bool of_oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    const void *place = place_of(message, field->offset);
    if (of_oneof && *(const uint32_t *)place_of(message, field->quantifier_offset) != field->id) {
        return;
    }
    size_t count =
        repeated ? *(const size_t *)place_of(message, field->quantifier_offset) : (size_t)1;
    ProtobufCMessage *const *parts = repeated ? *(ProtobufCMessage * *const *)place : place;
    for (size_t i = 0; i < count; i++) {
        if (parts[i] != NULL) {
            drop_unknown(parts[i]);
        }
    }
}

/* As deep as the contract's messages are nested; none of them holds itself. */
static void drop_unknown(ProtobufCMessage *message) {
    message->n_unknown_fields = 0;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            drop_unknown_of(message, field);
        }
    }
}

Hash content_hash(ProtobufCMessage *document, Arena *arena) {
    drop_unknown(document);
    size_t size = document->descriptor->sizeof_message;
    ProtobufCMessage *copy = arena_get(arena, 1, (ptrdiff_t)size);
    memcpy(copy, document, size);
    for (uint32_t id = 1; id <= IDENTITY_LAST; id++) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(document->descriptor, id);
        *(const char **)place_of(copy, field->offset) = protobuf_c_empty_string;
    }
    return hash_of(wire_pack(copy, arena));
}
