#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* Protobuf's canonical JSON form of the contract's messages, over protobuf-c's descriptors (the
 * library has none): lowerCamelCase names, 64-bit numbers as texts, bytes in base64, enum values by
 * name, defaults and absent fields left out, one line.
 *
 * A reader also takes the names as proto/ writes them, numbers as numbers, enum values as numbers,
 * and null for absent. It refuses what it does not know, by its path:
 *
 *     invoiceIssued.amount.minor: "12.5" is no whole number; send minor units (cents).
 *
 * Messages have the types of the contract: whole numbers, flags, texts, bytes, enums, messages.
 * Never a floating-point number. */
enum {
    JSON_DEPTH_MAX = 16,     /* messages within messages; the contract has 5 */
    JSON_TEXT_MAX = 4 << 20, /* bytes of text that are read */
};

/* False when a text of the message is no UTF-8, or the arena has no room. */
bool json_print(const ProtobufCMessage *message, Arena *arena, Str *json, Err *err) MUST_USE;

/* The message, made in the arena; false with one line for a person in `why`. */
bool json_parse(const ProtobufCMessageDescriptor *descriptor, Str json, Arena *arena,
                ProtobufCMessage **message, Str *why) MUST_USE;
