#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "contract/hash.h"

/* Signatures: Ed25519 over DSSE's pre-authentication encoding. seal.c alone
 * knows libsodium.
 *
 * A key id is a hint for finding the key, never a proof. Verify first, then parse exactly the bytes
 * that were verified. Source: DSSE protocol, https://github.com/secure-systems-lab/dsse
 * (protocol.md). */
enum { SIGNATURE_SIZE = 64, PUBLIC_KEY_SIZE = 32, SECRET_KEY_SIZE = 64, KEY_ID_MAX = 64 };

/* A public key under its name: one line "id hex" of a key file. */
typedef struct PublicKey {
    Str id;
    uint8_t bytes[PUBLIC_KEY_SIZE];
} PublicKey;

typedef struct KeyRing {
    const PublicKey *keys;
    int count;
} KeyRing;

/* The lines of a key file that say something, one after the other: '#' begins a comment. */
typedef struct KeyLines {
    Str rest;
    bool more;
    Str text; /* of the line, without blanks around it */
    int line; /* its number, from 1 */
} KeyLines;

KeyLines key_lines(Str text);
/* False when there is none any more. */
bool key_lines_next(KeyLines *lines);
/* Says what is wrong with the line; returns false. */
bool key_lines_fault(const KeyLines *lines, Err *err, const char *what);

/* Lines "id hex"; 1 to 64 keys, ids unique. */
bool key_ring_parse(Str text, Arena *arena, KeyRing *ring, Err *err) MUST_USE;

/* 16 random bytes that nobody can foresee: what makes a signed message one of its kind. */
enum { NONCE_SIZE = 16 };
Str nonce_new(Arena *arena);

typedef struct KeyPair {
    uint8_t public_key[PUBLIC_KEY_SIZE];
    uint8_t secret_key[SECRET_KEY_SIZE];
} KeyPair;

KeyPair key_pair_new(void);
/* The secret key from its 128 hex digits, with its public half. */
bool key_pair_parse(Str hex, KeyPair *pair) MUST_USE;
/* The one line "id hex" of a secret key's file, as `arrears keys new` writes it. */
bool key_file_parse(Str text, Str *id, KeyPair *pair) MUST_USE;

/* Ed25519 over the message as it is. Whoever signs with a key more than one kind of message says in
 * each of them which kind it is. The same message has the same signature. */
Str signature_make(Arena *arena, const KeyPair *pair, Str message);
bool signature_verify(const PublicKey *key, Str message, Str signature) MUST_USE;

/* "DSSEv1 29 type 5 payload" */
Str seal_encoding(Arena *arena, Str payload_type, Str payload);
Str seal_sign(Arena *arena, const KeyPair *pair, Str payload_type, Str payload);
bool seal_verify(const KeyRing *ring, Str key_id, Str payload_type, Str payload, Str signature,
                 Arena *arena) MUST_USE;
/* By the key itself, where whoever asks has found it. */
bool seal_verify_by(const uint8_t *public_key, Str payload_type, Str payload, Str signature,
                    Arena *arena) MUST_USE;
