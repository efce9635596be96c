/* SHA-256 by nettle. */
#include "contract/hash.h"

#include <assert.h>
#include <nettle/sha2.h>
#include <string.h>

static_assert(HASH_SIZE == SHA256_DIGEST_SIZE, "SHA-256");

typedef struct sha256_ctx Hashing;

static void hash_add(Hashing *hashing, Str part) {
    sha256_update(hashing, (size_t)part.len, (const uint8_t *)part.ptr);
}

static void hash_add_sized(Hashing *hashing, Str part) {
    uint8_t length[8];
    for (int i = 0; i < 8; i++) {
        length[i] = (uint8_t)((uint64_t)part.len >> (8 * (7 - i)));
    }
    sha256_update(hashing, sizeof length, length);
    hash_add(hashing, part);
}

static Hash hash_end(Hashing *hashing) {
    Hash hash;
    sha256_digest(hashing, HASH_SIZE, hash.bytes);
    return hash;
}

Hash hash_of(Str bytes) {
    Hashing hashing;
    sha256_init(&hashing);
    hash_add(&hashing, bytes);
    return hash_end(&hashing);
}

Hash hash_of_two(Str a, Str b) {
    Hashing hashing;
    sha256_init(&hashing);
    hash_add_sized(&hashing, a);
    hash_add_sized(&hashing, b);
    return hash_end(&hashing);
}

Hash hash_of_kind(uint8_t kind, Str a, Str b) {
    Hashing hashing;
    sha256_init(&hashing);
    sha256_update(&hashing, 1, &kind);
    hash_add(&hashing, a);
    hash_add(&hashing, b);
    return hash_end(&hashing);
}

bool hash_equals(Hash a, Hash b) {
    return memcmp(a.bytes, b.bytes, HASH_SIZE) == 0;
}

/* ---- as text */

Str hash_hex(Arena *arena, Hash hash) {
    return str_hex(arena, str_from(hash.bytes, HASH_SIZE));
}

static bool has_upper_case(Str text) {
    for (ptrdiff_t i = 0; i < text.len; i++) {
        if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') {
            return true;
        }
    }
    return false;
}

bool hash_parse(Str hex, Hash *hash) {
    Hash parsed;
    if (has_upper_case(hex) || !str_read_hex(hex, parsed.bytes, HASH_SIZE)) {
        return false;
    }
    *hash = parsed;
    return true;
}
