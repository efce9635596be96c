/* A message as JSON. jansson holds the tree and writes the text; the fields come in the order of
 * their numbers, so that the same message is the same line. */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "base/check.h"
#include "contract/base64.h"
#include "contract/json.h"
#include "contract/json_room.h"

enum { PATH_MAX_BYTES = 1 << 10 };

/* ---- shared with json_parse.c */

void json_name(const char *name, char made[JSON_NAME_SIZE]) {
    CHECK(strlen(name) < JSON_NAME_SIZE);
    bool raise = false;
    ptrdiff_t len = 0;
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '_') {
            raise = true;
            continue;
        }
        made[len++] = raise && *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
        raise = false;
    }
    made[len] = '\0';
}

static void path_add(const Path *path, StrBuilder *text) {
    if (path->up != NULL) {
        path_add(path->up, text);
    }
    if (path->name != NULL) {
        char name[JSON_NAME_SIZE];
        json_name(path->name, name);
        str_addf(text, "%s%s", text->len == 0 ? "" : ".", name);
    } else if (path->up != NULL) {
        str_addf(text, "[%td]", path->index);
    }
}

Str path_print(const Path *path, Arena *arena) {
    StrBuilder text = str_builder(arena, PATH_MAX_BYTES);
    path_add(path, &text);
    return text.len == 0 ? S("message") : str_built(&text);
}

ptrdiff_t slot_size(const ProtobufCFieldDescriptor *field) {
    if (field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_ENUM) {
        return (ptrdiff_t)sizeof(int32_t);
    }
    if (field->type == PROTOBUF_C_TYPE_INT64) {
        return (ptrdiff_t)sizeof(int64_t);
    }
    if (field->type == PROTOBUF_C_TYPE_BOOL) {
        return (ptrdiff_t)sizeof(protobuf_c_boolean);
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES) {
        return (ptrdiff_t)sizeof(ProtobufCBinaryData);
    }
    CHECK(field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE);
    return (ptrdiff_t)sizeof(void *);
}

/* ---- printing: functions give NULL after a fault, which err holds */

typedef struct Printing {
    Arena *arena;
    Err *err;
    int depth;
} Printing;

static json_t *message_tree(Printing *printing, const ProtobufCMessage *message, const Path *path);

static json_t *fault(Printing *printing, const Path *path, const char *what) {
    Str where = path_print(path, printing->arena);
    (void)err_set(printing->err, VERDICT_POISON, "JSON", "%.*s: %s", STR_ARGS(where), what);
    return NULL;
}

static json_t *text_tree(Printing *printing, const char *text, const Path *path) {
    json_t *tree = json_string(text == NULL ? "" : text);
    return tree == NULL ? fault(printing, path, "is no UTF-8 text") : tree;
}

static json_t *int64_tree(int64_t number) {
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    return json_string(digits);
}

static json_t *bytes_tree(Printing *printing, const ProtobufCBinaryData *bytes, const Path *path) {
    if ((ptrdiff_t)bytes->len > arena_room(printing->arena) / 2 - 8) { /* base64 is a third more */
        return fault(printing, path, "is larger than there is memory");
    }
    Str text = base64_print(printing->arena, str_from(bytes->data, (ptrdiff_t)bytes->len));
    return json_stringn(text.ptr == NULL ? "" : text.ptr, (size_t)text.len);
}

/* A number that has no name yet comes from a newer writer. */
static json_t *enum_tree(const ProtobufCEnumDescriptor *descriptor, int number) {
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(descriptor, number);
    return value == NULL ? json_integer(number) : json_string(value->name);
}

/* One value of the field, at `slot`. */
static json_t *value_tree(Printing *printing, const ProtobufCFieldDescriptor *field,
                          const void *slot, const Path *path) {
    if (field->type == PROTOBUF_C_TYPE_INT32) {
        return json_integer(*(const int32_t *)slot);
    }
    if (field->type == PROTOBUF_C_TYPE_INT64) {
        return int64_tree(*(const int64_t *)slot);
    }
    if (field->type == PROTOBUF_C_TYPE_BOOL) {
        return json_boolean(*(const protobuf_c_boolean *)slot);
    }
    if (field->type == PROTOBUF_C_TYPE_ENUM) {
        return enum_tree(field->descriptor, *(const int32_t *)slot);
    }
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        return text_tree(printing, *(char *const *)slot, path);
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES) {
        return bytes_tree(printing, slot, path);
    }
    CHECK(field->type == PROTOBUF_C_TYPE_MESSAGE);
    return message_tree(printing, *(ProtobufCMessage *const *)slot, path);
}

static bool text_is_default(const char *text) {
    return text == NULL || text[0] == '\0';
}

static bool is_default(const ProtobufCFieldDescriptor *field, const void *slot) {
    if (field->type == PROTOBUF_C_TYPE_INT64) {
        return *(const int64_t *)slot == 0;
    }
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        return text_is_default(*(char *const *)slot);
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES) {
        return ((const ProtobufCBinaryData *)slot)->len == 0;
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        return *(ProtobufCMessage *const *)slot == NULL;
    }
    return *(const int32_t *)slot == 0; /* numbers, flags, enums */
}

static bool is_printed(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    if (field_is_oneof(field)) {
        return *(const uint32_t *)slot_of_const(message, field->quantifier_offset) == field->id;
    }
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        return *(const size_t *)slot_of_const(message, field->quantifier_offset) > 0;
    }
    return !is_default(field, slot_of_const(message, field->offset));
}

static json_t *array_tree(Printing *printing, const ProtobufCMessage *message,
                          const ProtobufCFieldDescriptor *field, const Path *path) {
    size_t count = *(const size_t *)slot_of_const(message, field->quantifier_offset);
    const char *elements = *(char *const *)slot_of_const(message, field->offset);
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        Path element = {.up = path, .index = (ptrdiff_t)i};
        json_t *value =
            value_tree(printing, field, elements + (ptrdiff_t)i * slot_size(field), &element);
        if (json_array_append_new(array, value) != 0) { /* also for a NULL value */
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *field_tree(Printing *printing, const ProtobufCMessage *message,
                          const ProtobufCFieldDescriptor *field, const Path *path) {
    return field->label == PROTOBUF_C_LABEL_REPEATED
               ? array_tree(printing, message, field, path)
               : value_tree(printing, field, slot_of_const(message, field->offset), path);
}

static json_t *message_tree(Printing *printing, const ProtobufCMessage *message, const Path *path) {
    CHECK(message != NULL && printing->depth < JSON_DEPTH_MAX);
    printing->depth++;
    json_t *object = json_object();
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (!is_printed(message, field)) {
            continue;
        }
        Path below = {.up = path, .name = field->name};
        char name[JSON_NAME_SIZE];
        json_name(field->name, name);
        json_t *value = field_tree(printing, message, field, &below);
        if (json_object_set_new(object, name, value) != 0) { /* also for a NULL value */
            json_decref(object);
            return NULL;
        }
    }
    printing->depth--;
    return object;
}

static bool tree_print(const json_t *tree, Arena *arena, Str *json, Err *err) {
    size_t size = json_dumpb(tree, NULL, 0, JSON_COMPACT);
    CHECK(size > 0);
    if ((ptrdiff_t)size > arena_room(arena)) {
        return err_set(err, VERDICT_POISON, "JSON", "the message is larger than there is memory");
    }
    char *text = arena_get(arena, 1, (ptrdiff_t)size);
    CHECK(json_dumpb(tree, text, size, JSON_COMPACT) == size);
    *json = str_from(text, (ptrdiff_t)size);
    return true;
}

bool json_print(const ProtobufCMessage *message, Arena *arena, Str *json, Err *err) {
    Err found = {.verdict = VERDICT_STOP, .code = "JSON", .text = "no memory"};
    Printing printing = {.arena = arena, .err = &found};
    Path root = {0};
    json_t *tree = message_tree(&printing, message, &root);
    if (tree == NULL) {
        *err = found;
        return false;
    }
    bool good = tree_print(tree, arena, json, err);
    json_decref(tree);
    return good;
}
