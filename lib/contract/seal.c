/* Keys and signatures by libsodium. Secret keys are wiped from what the stack held of them;
 * what an arena holds of a signature or an encoding is public. */
#include "contract/seal.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/check.h"

static_assert(SIGNATURE_SIZE == crypto_sign_BYTES, "Ed25519");
static_assert(PUBLIC_KEY_SIZE == crypto_sign_PUBLICKEYBYTES, "Ed25519");
static_assert(SECRET_KEY_SIZE == crypto_sign_SECRETKEYBYTES,
              "Ed25519: the seed, then the public key");

static void library_start(void) {
    CHECK(sodium_init() >= 0); /* fails only without any source of randomness */
}

static void library_use(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CHECK(pthread_once(&once, library_start) == 0);
}

static const unsigned char *bytes_of(Str str) {
    return (const unsigned char *)(str.ptr == NULL ? "" : str.ptr);
}

/* Exactly `size` bytes, written as 2 * size hex digits of either case. */
static bool parse_hex(Str hex, uint8_t *bytes, ptrdiff_t size) {
    size_t parsed = 0;
    const char *end = NULL;
    if (hex.len != 2 * size) {
        return false;
    }
    if (sodium_hex2bin(bytes, (size_t)size, hex.ptr, (size_t)hex.len, NULL, &parsed, &end) != 0) {
        return false;
    }
    return parsed == (size_t)size && end == hex.ptr + hex.len;
}

/* ---- keys */

enum { KEYS_MAX = 64 };

static const PublicKey *key_find(const PublicKey *keys, int count, Str id) {
    for (int i = 0; i < count; i++) {
        if (str_equals(keys[i].id, id)) {
            return &keys[i];
        }
    }
    return NULL;
}

/* 1 to KEY_ID_MAX bytes of text; no blanks, since the first one ends the id. */
static bool key_id_is_good(Str id) {
    return id.len >= 1 && id.len <= KEY_ID_MAX && str_is_text(id);
}

KeyLines key_lines(Str text) {
    return (KeyLines){.rest = text, .more = true};
}

bool key_lines_next(KeyLines *lines) {
    while (lines->more) {
        StrCut cut = str_cut(lines->rest, '\n');
        lines->rest = cut.tail;
        lines->more = cut.found;
        lines->text = str_trim(cut.head);
        lines->line++;
        if (!str_is_empty(lines->text) && !str_starts_with(lines->text, S("#"))) {
            return true;
        }
    }
    return false;
}

bool key_lines_fault(const KeyLines *lines, Err *err, const char *what) {
    return err_set(err, VERDICT_STOP, "KEY_FILE", "line %d of the key file: %s", lines->line, what);
}

static bool key_parse(const KeyLines *at, Arena *arena, PublicKey *key, Err *err) {
    StrCut cut = str_cut(at->text, ' ');
    if (!cut.found || !key_id_is_good(cut.head)) {
        return key_lines_fault(
            at, err, "write an id of 1 to 64 bytes, one blank and the key's 64 hex digits.");
    }
    if (!parse_hex(str_trim(cut.tail), key->bytes, PUBLIC_KEY_SIZE)) {
        return key_lines_fault(at, err, "a public key is 64 hex digits.");
    }
    if (crypto_core_ed25519_is_valid_point(key->bytes) != 1) { /* small order: anybody could sign */
        return key_lines_fault(at, err,
                               "these 64 hex digits are no Ed25519 public key; copy it again.");
    }
    key->id = str_copy(arena, cut.head);
    return true;
}

static bool key_add(const KeyLines *at, Arena *arena, PublicKey *keys, int *count, Err *err) {
    PublicKey key;
    if (!key_parse(at, arena, &key, err)) {
        return false;
    }
    if (key_find(keys, *count, key.id) != NULL) {
        return key_lines_fault(at, err, "the id of this key stands on a line above already.");
    }
    if (*count == KEYS_MAX) {
        return key_lines_fault(at, err, "more than 64 keys.");
    }
    keys[(*count)++] = key;
    return true;
}

bool key_ring_parse(Str text, Arena *arena, KeyRing *ring, Err *err) {
    library_use();
    PublicKey *keys = ARENA_ARRAY(arena, PublicKey, KEYS_MAX);
    int count = 0;
    for (KeyLines lines = key_lines(text); key_lines_next(&lines);) {
        if (!key_add(&lines, arena, keys, &count, err)) {
            return false;
        }
    }
    if (count == 0) {
        return err_set(err, VERDICT_STOP, "KEY_FILE", "the key file holds no key.");
    }
    *ring = (KeyRing){.keys = keys, .count = count};
    return true;
}

Str nonce_new(Arena *arena) {
    library_use();
    void *bytes = arena_get(arena, 1, NONCE_SIZE);
    randombytes_buf(bytes, NONCE_SIZE);
    return str_from(bytes, NONCE_SIZE);
}

KeyPair key_pair_new(void) {
    library_use();
    KeyPair pair;
    CHECK(crypto_sign_keypair(pair.public_key, pair.secret_key) == 0);
    return pair;
}

/* The public half is made from the seed again: a signature under a half that does not fit gives the
 * secret away. */
bool key_pair_parse(Str hex, KeyPair *pair) {
    library_use();
    uint8_t given[SECRET_KEY_SIZE];
    KeyPair made;
    bool good = parse_hex(hex, given, SECRET_KEY_SIZE);
    if (good) {
        crypto_sign_seed_keypair(made.public_key, made.secret_key, given);
        good = sodium_memcmp(made.secret_key, given, SECRET_KEY_SIZE) == 0;
    }
    if (good) {
        *pair = made;
    }
    sodium_memzero(given, sizeof given);
    sodium_memzero(&made, sizeof made);
    return good;
}

bool key_file_parse(Str text, Str *id, KeyPair *pair) {
    StrCut line = str_cut(str_trim(text), ' ');
    if (!line.found || !key_id_is_good(line.head) || !key_pair_parse(str_trim(line.tail), pair)) {
        return false;
    }
    *id = line.head;
    return true;
}

/* ---- signatures */

Str signature_make(Arena *arena, const KeyPair *pair, Str message) {
    library_use();
    unsigned char *signature = arena_get(arena, 1, SIGNATURE_SIZE);
    CHECK(crypto_sign_detached(signature, NULL, bytes_of(message), (size_t)message.len,
                               pair->secret_key) == 0);
    return str_from(signature, SIGNATURE_SIZE);
}

bool signature_verify(const PublicKey *key, Str message, Str signature) {
    library_use();
    return signature.len == SIGNATURE_SIZE &&
           crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), (size_t)message.len,
                                       key->bytes) == 0;
}

Str seal_encoding(Arena *arena, Str payload_type, Str payload) {
    Str head = str_format(arena, "DSSEv1 %td %.*s %td ", payload_type.len, STR_ARGS(payload_type),
                          payload.len);
    char *bytes = arena_get(arena, 1, head.len + payload.len);
    memcpy(bytes, head.ptr, (size_t)head.len);
    if (payload.len > 0) {
        memcpy(bytes + head.len, payload.ptr, (size_t)payload.len);
    }
    return str_from(bytes, head.len + payload.len);
}

Str seal_sign(Arena *arena, const KeyPair *pair, Str payload_type, Str payload) {
    return signature_make(arena, pair, seal_encoding(arena, payload_type, payload));
}

bool seal_verify(const KeyRing *ring, Str key_id, Str payload_type, Str payload, Str signature,
                 Arena *arena) {
    const PublicKey *key = key_find(ring->keys, ring->count, key_id);
    return key != NULL &&
           signature_verify(key, seal_encoding(arena, payload_type, payload), signature);
}

bool seal_verify_by(const uint8_t *public_key, Str payload_type, Str payload, Str signature,
                    Arena *arena) {
    PublicKey key = {.id = S("")};
    memcpy(key.bytes, public_key, PUBLIC_KEY_SIZE);
    return signature_verify(&key, seal_encoding(arena, payload_type, payload), signature);
}
