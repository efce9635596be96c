/* JSON into a message. jansson reads the text (depth, UTF-8, names given twice); what is checked
 * here is that every member belongs to the message and fits its type. The first fault ends it. */
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#include "base/check.h"
#include "contract/base64.h"
#include "contract/json.h"
#include "contract/json_room.h"

enum {
    FAULT_ROOM = 4 << 10, /* kept free in the arena for saying what is wrong */
    NAMES_MAX = 1 << 10,  /* of a list of what would be allowed */
    FIELDS_MAX = 64,      /* of one message: they are marked in one number */
    SHOWN_MAX = 40,       /* bytes of a value or name that are repeated in a fault */
};

typedef struct Parsing {
    Arena *arena;
    Str *why;
    int depth;
} Parsing;

static bool parse_message(Parsing *parsing, const ProtobufCMessageDescriptor *descriptor,
                          const json_t *tree, const Path *path, ProtobufCMessage **message);

/* ---- faults and memory */

static bool fault(Parsing *parsing, const Path *path, const char *format, ...) PRINTF(3, 4);
static bool fault(Parsing *parsing, const Path *path, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str what = str_vformat(parsing->arena, format, args);
    va_end(args);
    Str where = path_print(path, parsing->arena);
    *parsing->why = str_format(parsing->arena, "%.*s: %.*s", STR_ARGS(where), STR_ARGS(what));
    return false;
}

/* NULL, with the fault said, when the arena has not enough room. */
static void *take(Parsing *parsing, const Path *path, ptrdiff_t size, ptrdiff_t count) {
    if (count > (arena_room(parsing->arena) - FAULT_ROOM) / size) {
        (void)fault(parsing, path, "the message is larger than there is memory for it.");
        return NULL;
    }
    return arena_get(parsing->arena, size, count);
}

/* ---- whole numbers */

/* The value as a person gave it, for a fault: short ones only. */
static Str shown(Parsing *parsing, const json_t *value) {
    Str text = str_of(json_string_value(value));
    if (json_is_string(value) && text.len <= SHOWN_MAX) {
        return str_format(parsing->arena, "\"%.*s\"", STR_ARGS(text));
    }
    return json_is_string(value)    ? S("a long text")
           : json_is_integer(value) ? S("this number")
           : json_is_real(value)    ? S("a number with a point or exponent")
           : json_is_boolean(value) ? S("true or false")
           : json_is_array(value)   ? S("a list")
           : json_is_object(value)  ? S("an object")
                                    : S("null");
}

static bool read_whole(const json_t *value, int64_t *number) {
    if (json_is_integer(value)) {
        *number = json_integer_value(value);
        return true;
    }
    return json_is_string(value) &&
           str_parse_i64(str_from(json_string_value(value), (ptrdiff_t)json_string_length(value)),
                         number);
}

static bool parse_int64(Parsing *parsing, const json_t *value, const Path *path, void *slot) {
    if (read_whole(value, slot)) {
        return true;
    }
    Str given = shown(parsing, value);
    return fault(parsing, path, "%.*s is not a whole number of 64 bits; send digits, as \"12345\".",
                 STR_ARGS(given));
}

static bool parse_int32(Parsing *parsing, const json_t *value, const Path *path, void *slot) {
    int64_t number = 0;
    if (read_whole(value, &number) && number >= INT32_MIN && number <= INT32_MAX) {
        *(int32_t *)slot = (int32_t)number;
        return true;
    }
    Str given = shown(parsing, value);
    return fault(parsing, path, "%.*s is not a whole number of 32 bits; send digits, as 123.",
                 STR_ARGS(given));
}

/* ---- flags, names, texts, bytes */

static bool parse_flag(Parsing *parsing, const json_t *value, const Path *path, void *slot) {
    if (!json_is_boolean(value)) {
        return fault(parsing, path, "send true or false.");
    }
    *(protobuf_c_boolean *)slot = json_is_true(value) ? 1 : 0;
    return true;
}

static bool fault_enum(Parsing *parsing, const ProtobufCEnumDescriptor *descriptor,
                       const json_t *value, const Path *path) {
    StrBuilder names = str_builder(parsing->arena, NAMES_MAX);
    for (unsigned i = 0; i < descriptor->n_values; i++) {
        str_addf(&names, "%s%s", i == 0 ? "" : ", ", descriptor->values[i].name);
    }
    Str given = shown(parsing, value);
    Str list = str_built(&names);
    return fault(parsing, path, "%.*s is none of %.*s.", STR_ARGS(given), STR_ARGS(list));
}

static bool parse_enum(Parsing *parsing, const ProtobufCEnumDescriptor *descriptor,
                       const json_t *value, const Path *path, void *slot) {
    if (json_is_integer(value)) {
        return parse_int32(parsing, value, path, slot);
    }
    const ProtobufCEnumValue *found =
        json_is_string(value)
            ? protobuf_c_enum_descriptor_get_value_by_name(descriptor, json_string_value(value))
            : NULL;
    if (found == NULL) {
        return fault_enum(parsing, descriptor, value, path);
    }
    *(int32_t *)slot = found->value;
    return true;
}

static bool parse_text(Parsing *parsing, const json_t *value, const Path *path, void *slot) {
    if (!json_is_string(value)) {
        return fault(parsing, path, "send a text in quotes.");
    }
    size_t len = json_string_length(value);
    char *copy = take(parsing, path, 1, (ptrdiff_t)len + 1);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, json_string_value(value), len); /* zeroed: the end is there */
    *(char **)slot = copy;
    return true;
}

static bool parse_bytes(Parsing *parsing, const json_t *value, const Path *path, void *slot) {
    Str text = json_is_string(value)
                   ? str_from(json_string_value(value), (ptrdiff_t)json_string_length(value))
                   : (Str){0};
    if ((ptrdiff_t)text.len > arena_room(parsing->arena) - FAULT_ROOM) {
        return fault(parsing, path, "the message is larger than there is memory for it.");
    }
    Str bytes = {0};
    if (!json_is_string(value) || !base64_parse(parsing->arena, text, &bytes)) {
        return fault(parsing, path, "send bytes as a text in base64.");
    }
    *(ProtobufCBinaryData *)slot =
        (ProtobufCBinaryData){.len = (size_t)bytes.len, .data = (uint8_t *)(uintptr_t)bytes.ptr};
    return true;
}

/* One value of the field into `slot`. */
static bool parse_value(Parsing *parsing, const ProtobufCFieldDescriptor *field,
                        const json_t *value, const Path *path, void *slot) {
    if (field->type == PROTOBUF_C_TYPE_INT32) {
        return parse_int32(parsing, value, path, slot);
    }
    if (field->type == PROTOBUF_C_TYPE_INT64) {
        return parse_int64(parsing, value, path, slot);
    }
    if (field->type == PROTOBUF_C_TYPE_BOOL) {
        return parse_flag(parsing, value, path, slot);
    }
    if (field->type == PROTOBUF_C_TYPE_ENUM) {
        return parse_enum(parsing, field->descriptor, value, path, slot);
    }
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        return parse_text(parsing, value, path, slot);
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES) {
        return parse_bytes(parsing, value, path, slot);
    }
    CHECK(field->type == PROTOBUF_C_TYPE_MESSAGE);
    return parse_message(parsing, field->descriptor, value, path, slot);
}

static bool parse_array(Parsing *parsing, const ProtobufCFieldDescriptor *field,
                        const json_t *value, const Path *path, ProtobufCMessage *message) {
    if (!json_is_array(value)) {
        return fault(parsing, path, "send a list in brackets.");
    }
    size_t count = json_array_size(value);
    char *elements = take(parsing, path, slot_size(field), (ptrdiff_t)count);
    if (elements == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        Path element = {.up = path, .index = (ptrdiff_t)i};
        if (!parse_value(parsing, field, json_array_get(value, i), &element,
                         elements + (ptrdiff_t)i * slot_size(field))) {
            return false;
        }
    }
    *(size_t *)slot_of(message, field->quantifier_offset) = count;
    *(char **)slot_of(message, field->offset) = count == 0 ? NULL : elements;
    return true;
}

/* ---- the members of an object */

/* By the name JSON uses, or the one proto/ writes. */
static const ProtobufCFieldDescriptor *field_find(const ProtobufCMessageDescriptor *descriptor,
                                                  const char *key) {
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        char name[JSON_NAME_SIZE];
        json_name(descriptor->fields[i].name, name);
        if (strcmp(key, name) == 0 || strcmp(key, descriptor->fields[i].name) == 0) {
            return &descriptor->fields[i];
        }
    }
    return NULL;
}

static bool fault_unknown(Parsing *parsing, const ProtobufCMessageDescriptor *descriptor,
                          const char *key, const Path *path) {
    StrBuilder names = str_builder(parsing->arena, NAMES_MAX);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        char name[JSON_NAME_SIZE];
        json_name(descriptor->fields[i].name, name);
        str_addf(&names, "%s%s", i == 0 ? "" : ", ", name);
    }
    Str list = str_built(&names);
    Str given = str_of(key).len <= SHOWN_MAX ? str_of(key) : S("(a long name)");
    return fault(parsing, path, "there is no field \"%.*s\"; %s has: %.*s.", STR_ARGS(given),
                 descriptor->short_name, STR_ARGS(list));
}

/* Marks which member of a oneof is set; a second one is a fault. */
static bool oneof_take(Parsing *parsing, const ProtobufCFieldDescriptor *field, const Path *path,
                       ProtobufCMessage *message) {
    uint32_t *chosen = slot_of(message, field->quantifier_offset);
    if (*chosen == 0) {
        *chosen = field->id;
        return true;
    }
    char first[JSON_NAME_SIZE];
    char second[JSON_NAME_SIZE];
    json_name(protobuf_c_message_descriptor_get_field(message->descriptor, *chosen)->name, first);
    json_name(field->name, second);
    return fault(parsing, path, "has both \"%s\" and \"%s\"; set one of them.", first, second);
}

static bool parse_member(Parsing *parsing, const ProtobufCFieldDescriptor *field,
                         const json_t *value, const Path *path, ProtobufCMessage *message) {
    Path below = {.up = path, .name = field->name};
    if (field_is_oneof(field) && !oneof_take(parsing, field, path, message)) {
        return false;
    }
    if (field->label == PROTOBUF_C_LABEL_REPEATED) {
        return parse_array(parsing, field, value, &below, message);
    }
    return parse_value(parsing, field, value, &below, slot_of(message, field->offset));
}

/* The members of the object into a message that was just initialized. */
static bool parse_members(Parsing *parsing, const json_t *tree, const Path *path,
                          ProtobufCMessage *message) {
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    uint64_t seen = 0; /* a field may come under either of its names, but once */
    CHECK(descriptor->n_fields <= FIELDS_MAX);
    json_t *object = (json_t *)(uintptr_t)tree; /* jansson iterates over what is not const */
    for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);
        const json_t *value = json_object_iter_value(at);
        const ProtobufCFieldDescriptor *field = field_find(descriptor, key);
        if (field == NULL) {
            return fault_unknown(parsing, descriptor, key, path);
        }
        uint64_t bit = UINT64_C(1) << (field - descriptor->fields);
        if ((seen & bit) != 0) {
            return fault(parsing, path, "\"%s\" is given under two names; send it once.", key);
        }
        seen |= bit;
        if (!json_is_null(value) && !parse_member(parsing, field, value, path, message)) {
            return false;
        }
    }
    return true;
}

static bool parse_message(Parsing *parsing, const ProtobufCMessageDescriptor *descriptor,
                          const json_t *tree, const Path *path, ProtobufCMessage **message) {
    if (!json_is_object(tree)) {
        return fault(parsing, path, "send an object in braces (%s).", descriptor->short_name);
    }
    CHECK(parsing->depth < JSON_DEPTH_MAX); /* the contract's messages do not hold themselves */
    ProtobufCMessage *made = take(parsing, path, (ptrdiff_t)descriptor->sizeof_message, 1);
    if (made == NULL) {
        return false;
    }
    protobuf_c_message_init(descriptor, made);
    parsing->depth++;
    if (!parse_members(parsing, tree, path, made)) {
        return false;
    }
    parsing->depth--;
    *message = made;
    return true;
}

/* ---- the text */

static json_t *load(Parsing *parsing, Str json) {
    Path root = {0};
    if (json.len > JSON_TEXT_MAX) {
        (void)fault(parsing, &root, "the text has more than 4 MiB.");
        return NULL;
    }
    json_error_t error;
    json_t *tree = json_loadb(json.ptr == NULL ? "" : json.ptr, (size_t)json.len,
                              JSON_REJECT_DUPLICATES, &error);
    if (tree == NULL) {
        (void)fault(parsing, &root, "line %d, column %d: %s.", error.line, error.column,
                    error.text);
    }
    return tree;
}

bool json_parse(const ProtobufCMessageDescriptor *descriptor, Str json, Arena *arena,
                ProtobufCMessage **message, Str *why) {
    Parsing parsing = {.arena = arena, .why = why};
    CHECK(arena_room(arena) >= 2 * FAULT_ROOM);
    json_t *tree = load(&parsing, json);
    if (tree == NULL) {
        return false;
    }
    Path root = {0};
    ProtobufCMessage *made = NULL;
    bool good = parse_message(&parsing, descriptor, tree, &root, &made);
    json_decref(tree);
    if (good) {
        *message = made;
    }
    return good;
}
