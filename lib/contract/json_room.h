#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

#include "base/str.h"

/* What json_print.c and json_parse.c share: where they are in a message, and its memory. Private to
 * these two. */
typedef struct Path {
    const struct Path *up; /* NULL: the message itself */
    const char *name;      /* of the field, as proto/ writes it; NULL: an element */
    ptrdiff_t index;
} Path;

/* "invoiceIssued.amount.minor", "items[3].open"; "message" for the message itself. */
Str path_print(const Path *path, Arena *arena);

enum { JSON_NAME_SIZE = 64 };
/* "invoice_issued" becomes "invoiceIssued", terminated. */
void json_name(const char *name, char made[JSON_NAME_SIZE]);

/* Places inside a message's struct, as the descriptor gives them. */
static inline void *slot_of(ProtobufCMessage *message, unsigned offset) {
    return (char *)message + offset;
}

static inline const void *slot_of_const(const ProtobufCMessage *message, unsigned offset) {
    return (const char *)message + offset;
}

/* Bytes that one value of the field takes. */
ptrdiff_t slot_size(const ProtobufCFieldDescriptor *field);

static inline bool field_is_oneof(const ProtobufCFieldDescriptor *field) {
    return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}
