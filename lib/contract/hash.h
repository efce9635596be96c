#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* SHA-256. hash.c alone knows nettle, which uses the processor's own instructions: every posting is
 * hashed three times, as what came in, as a leaf and in a node of the tree. */
enum { HASH_SIZE = 32 };

typedef struct Hash {
    uint8_t bytes[HASH_SIZE];
} Hash;

Hash hash_of(Str bytes);
/* Over the length of a (8 bytes, big-endian), a, the length of b, b: a pair has one hash, wherever
 * the border between the two lies. */
Hash hash_of_two(Str a, Str b);
/* Over one byte that says what is hashed, then a, then b: what trees are made of. */
Hash hash_of_kind(uint8_t kind, Str a, Str b);
bool hash_equals(Hash a, Hash b);
Str hash_hex(Arena *arena, Hash hash);
/* 64 hex digits in lower case: a hash that is a key has one spelling. */
bool hash_parse(Str hex, Hash *hash) MUST_USE;
