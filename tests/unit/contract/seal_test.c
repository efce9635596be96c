/* Hashes, keys and signatures, against published values. */
#include "contract/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Arena arena;

/* RFC 8032, section 7.1, tests 1 and 2. */
#define SEED_1   "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define PUBLIC_1 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define SEED_2   "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
#define PUBLIC_2 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"

/* The example of the DSSE protocol, and its signature under key 1 as OpenSSL makes it. */
#define TYPE    S("http://example.com/HelloWorld")
#define PAYLOAD S("hello world")
#define SIGNATURE_1                                                                                \
    "e031d7dd99f8aa904abc48fb99a13c3bdbbd6e35c49cf2cb9f25d5509d8f5c94"                             \
    "7c0d22dc2f7403a45bdf24e8f7a41fd23c7b25e898386e8c6c31be8abee60007"

static Str bytes_of_hex(const char *hex) {
    Str bytes = {0};
    assert_true(str_parse_hex(&arena, str_of(hex), &bytes));
    return bytes;
}

static KeyRing ring_of(const char *text) {
    KeyRing ring = {0};
    Err err = {0};
    if (!key_ring_parse(str_of(text), &arena, &ring, &err)) {
        fail_msg("%s", err.text);
    }
    return ring;
}

static KeyPair pair_of(const char *hex) {
    KeyPair pair = {0};
    assert_true(key_pair_parse(str_of(hex), &pair));
    return pair;
}

/* ---- hashes */

static void hashes_are_sha_256(void **state) {
    (void)state;
    static const struct {
        Str bytes;
        const char *hex;
    } rows[] = {
        /* FIPS 180-4 examples */
        {S(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {S("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Hash hash = hash_of(rows[i].bytes);
        assert_string_equal(str_terminated(&arena, hash_hex(&arena, hash)), rows[i].hex);
        Hash parsed;
        assert_true(hash_parse(str_of(rows[i].hex), &parsed));
        assert_true(hash_equals(hash, parsed));
    }
    assert_false(hash_equals(hash_of(S("a")), hash_of(S("b"))));
    assert_true(hash_equals(hash_of((Str){0}), hash_of(S(""))));
}

/* Values made by another implementation: length as 8 bytes big-endian, then the bytes, twice. */
static void a_pair_has_one_hash(void **state) {
    (void)state;
    static const struct {
        Str a;
        Str b;
        const char *hex;
    } rows[] = {
        {S("ab"), S("c"), "601d5476e2ccfe2c87a2bba7a322659734a05749d5b5aa781f513e4912db0d5f"},
        {S("a"), S("bc"), "3fafa1cf2f19a7c1129beb20cf0983f73a489a221fc0dd2f16d1be292d089205"},
        {S(""), {NULL, 0}, "374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str hex = hash_hex(&arena, hash_of_two(rows[i].a, rows[i].b));
        assert_string_equal(str_terminated(&arena, hex), rows[i].hex);
    }
}

static void a_hash_has_one_spelling(void **state) {
    (void)state;
    static const Str rows[] = {
        S(""),
        S("9d61"),
        S(SEED_1 "00"),
        S("9D61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
        S(" d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
        S("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f6g"),
        S("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f6\0"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Hash hash;
        assert_false(hash_parse(rows[i], &hash));
    }
}

/* ---- keys */

static void a_key_file_has_comments_and_empty_lines(void **state) {
    (void)state;
    KeyRing ring = ring_of("# operators\n\nanna " PUBLIC_1 "\r\n  ben@acme   " PUBLIC_2 "  \n\t\n");
    assert_int_equal(ring.count, 2);
    assert_true(str_equals(ring.keys[0].id, S("anna")));
    assert_true(str_equals(ring.keys[1].id, S("ben@acme")));
    assert_memory_equal(ring.keys[0].bytes, bytes_of_hex(PUBLIC_1).ptr, PUBLIC_KEY_SIZE);
    assert_memory_equal(ring.keys[1].bytes, bytes_of_hex(PUBLIC_2).ptr, PUBLIC_KEY_SIZE);
}

#define EIGHT_AS "aaaaaaaa"
#define LONG_ID  EIGHT_AS EIGHT_AS EIGHT_AS EIGHT_AS EIGHT_AS EIGHT_AS EIGHT_AS EIGHT_AS

static void a_faulty_key_file_says_where(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *fault;
    } rows[] = {
        {"", "the key file holds no key."},
        {"# nobody\n", "the key file holds no key."},
        {"anna", "line 1 of the key file: write an id of 1 to 64 bytes, one blank and the key's 64 "
                 "hex digits."},
        {"\n" LONG_ID "a " PUBLIC_1, "line 2 of the key file: write an id of 1 to 64 bytes, one "
                                     "blank and the key's 64 hex digits."},
        {"a\xff " PUBLIC_1, "line 1 of the key file: write an id of 1 to 64 bytes, one blank and "
                            "the key's 64 hex digits."},
        {"anna d75a", "line 1 of the key file: a public key is 64 hex digits."},
        {"anna " PUBLIC_1 "0", "line 1 of the key file: a public key is 64 hex digits."},
        {"anna " PUBLIC_1 " x", "line 1 of the key file: a public key is 64 hex digits."},
        {"a " PUBLIC_1 "\n#\na " PUBLIC_2,
         "line 3 of the key file: the id of this key stands on a line above already."},
        /* the neutral element: a signature for it can be made by anybody */
        {"a 0100000000000000000000000000000000000000000000000000000000000000",
         "line 1 of the key file: these 64 hex digits are no Ed25519 public key; copy it again."},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        KeyRing ring = {.count = -1};
        Err err = {0};
        assert_false(key_ring_parse(str_of(rows[i].text), &arena, &ring, &err));
        assert_string_equal(err.text, rows[i].fault);
        assert_int_equal(err.verdict, VERDICT_STOP);
        assert_int_equal(ring.count, -1);
    }
}

static void a_ring_has_64_keys_at_most(void **state) {
    (void)state;
    StrBuilder text = str_builder(&arena, 1 << 14);
    for (int i = 0; i < 64; i++) {
        str_addf(&text, "key%d " PUBLIC_1 "\n", i);
    }
    KeyRing ring = {0};
    Err err = {0};
    assert_true(key_ring_parse(str_built(&text), &arena, &ring, &err));
    assert_int_equal(ring.count, 64);
    str_addf(&text, "one " PUBLIC_2);
    assert_false(key_ring_parse(str_built(&text), &arena, &ring, &err));
    assert_string_equal(err.text, "line 65 of the key file: more than 64 keys.");
}

static void a_secret_key_comes_with_its_own_public_half(void **state) {
    (void)state;
    KeyPair pair = pair_of(SEED_1 PUBLIC_1);
    assert_memory_equal(pair.public_key, bytes_of_hex(PUBLIC_1).ptr, PUBLIC_KEY_SIZE);
    assert_memory_equal(pair.secret_key, bytes_of_hex(SEED_1 PUBLIC_1).ptr, SECRET_KEY_SIZE);
    KeyPair made = key_pair_new();
    KeyPair read;
    Str hex = str_hex(&arena, str_from(made.secret_key, SECRET_KEY_SIZE));
    assert_true(key_pair_parse(hex, &read));
    assert_memory_equal(made.public_key, read.public_key, PUBLIC_KEY_SIZE);
    assert_false(key_pair_parse(S(SEED_1), &read));
    assert_false(key_pair_parse(S(SEED_1 PUBLIC_2), &read));
    assert_false(key_pair_parse(S(SEED_1 PUBLIC_1 "00"), &read));
}

/* ---- signatures */

static void the_encoding_is_that_of_dsse(void **state) {
    (void)state;
    Str encoding = seal_encoding(&arena, TYPE, PAYLOAD);
    assert_string_equal(str_terminated(&arena, encoding),
                        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    assert_true(str_equals(seal_encoding(&arena, S("t"), S("")), S("DSSEv1 1 t 0 ")));
    assert_true(str_equals(seal_encoding(&arena, S("t"), S("\0x")), S("DSSEv1 1 t 2 \0x")));
}

static void a_signature_is_that_of_others(void **state) {
    (void)state;
    KeyPair pair = pair_of(SEED_1 PUBLIC_1);
    Str signature = seal_sign(&arena, &pair, TYPE, PAYLOAD);
    assert_true(str_equals(signature, bytes_of_hex(SIGNATURE_1)));
    KeyRing ring = ring_of("anna " PUBLIC_1);
    assert_true(seal_verify(&ring, S("anna"), TYPE, PAYLOAD, signature, &arena));
}

static void nothing_else_is_signed_by_it(void **state) {
    (void)state;
    KeyRing ring = ring_of("anna " PUBLIC_1 "\nben " PUBLIC_2);
    Str signature = bytes_of_hex(SIGNATURE_1);
    assert_false(seal_verify(&ring, S("ben"), TYPE, PAYLOAD, signature, &arena));
    assert_false(seal_verify(&ring, S("carla"), TYPE, PAYLOAD, signature, &arena));
    assert_false(seal_verify(&ring, S(""), TYPE, PAYLOAD, signature, &arena));
    assert_false(seal_verify(&ring, S("anna"), TYPE, S("hello worle"), signature, &arena));
    assert_false(seal_verify(&ring, S("anna"), TYPE, S(""), signature, &arena));
    assert_false(seal_verify(&ring, S("anna"), S("http://example.com/HelloWorle"), PAYLOAD,
                             signature, &arena));
    assert_false(seal_verify(&ring, S("anna"), TYPE, PAYLOAD, (Str){0}, &arena));
    assert_false(seal_verify(&ring, S("anna"), TYPE, PAYLOAD, str_slice(signature, 0, 63), &arena));
}

static void no_bit_of_a_signature_may_change(void **state) {
    (void)state;
    KeyRing ring = ring_of("anna " PUBLIC_1);
    for (int bit = 0; bit < 8 * SIGNATURE_SIZE; bit++) {
        Str signature = bytes_of_hex(SIGNATURE_1);
        char tampered[SIGNATURE_SIZE];
        memcpy(tampered, signature.ptr, sizeof tampered);
        tampered[bit / 8] = (char)(tampered[bit / 8] ^ (1 << bit % 8));
        Str forged = str_from(tampered, SIGNATURE_SIZE);
        assert_false(seal_verify(&ring, S("anna"), TYPE, PAYLOAD, forged, &arena));
    }
}

/* RFC 8032, section 7.1, test 1: the signature over nothing. */
static void a_bare_signature_is_the_published_one(void **state) {
    (void)state;
    KeyPair pair = pair_of(SEED_1 PUBLIC_1);
    Str signature = signature_make(&arena, &pair, (Str){0});
    assert_true(str_equals(str_hex(&arena, signature),
                           S("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                             "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")));
    PublicKey key = {.id = S("key")};
    memcpy(key.bytes, pair.public_key, PUBLIC_KEY_SIZE);
    assert_true(signature_verify(&key, S(""), signature));
    assert_false(signature_verify(&key, S("a"), signature));
    assert_false(signature_verify(&key, S(""), str_slice(signature, 0, 63)));
}

int main(void) {
    arena = arena_open("test", 4 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_sha_256),
        cmocka_unit_test(a_pair_has_one_hash),
        cmocka_unit_test(a_hash_has_one_spelling),
        cmocka_unit_test(a_key_file_has_comments_and_empty_lines),
        cmocka_unit_test(a_faulty_key_file_says_where),
        cmocka_unit_test(a_ring_has_64_keys_at_most),
        cmocka_unit_test(a_secret_key_comes_with_its_own_public_half),
        cmocka_unit_test(the_encoding_is_that_of_dsse),
        cmocka_unit_test(a_signature_is_that_of_others),
        cmocka_unit_test(nothing_else_is_signed_by_it),
        cmocka_unit_test(no_bit_of_a_signature_may_change),
        cmocka_unit_test(a_bare_signature_is_the_published_one),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
