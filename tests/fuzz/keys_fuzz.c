/* key_ring_parse and journal_keys_parse: 1 to 64 keys under different names, or 1 to 32 of which
 * each but the last ends after the one before; or one line that says what is wrong. */
#include "base/check.h"
#include "contract/journal_key.h"
#include "contract/seal.h"
#include "tests/fuzz/fuzz.h"

static void check_ring(const KeyRing *ring) {
    CHECK(ring->count >= 1 && ring->count <= 64);
    for (int i = 0; i < ring->count; i++) {
        Str id = ring->keys[i].id;
        CHECK(id.len >= 1 && id.len <= KEY_ID_MAX && str_is_text(id));
        for (int j = 0; j < i; j++) {
            CHECK(!str_equals(ring->keys[j].id, id));
        }
    }
}

static void check_journal(Str text) {
    JournalKeys keys;
    Err err = {0};
    if (!journal_keys_parse(text, &keys, &err)) {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
        return;
    }
    CHECK(keys.count >= 1 && keys.count <= JOURNAL_KEYS_MAX);
    for (int i = 0; i < keys.count; i++) {
        CHECK(date_is_none(keys.keys[i].until) == (i == keys.count - 1));
        CHECK(i == 0 || date_is_none(keys.keys[i].until) ||
              date_compare(keys.keys[i - 1].until, keys.keys[i].until) < 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    KeyRing ring = {0};
    Err err = {0};
    Str text = str_from(data, (ptrdiff_t)size);
    if (key_ring_parse(text, &arena, &ring, &err)) {
        check_ring(&ring);
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    check_journal(text);
    KeyPair pair;
    if (key_pair_parse(text, &pair)) {
        CHECK(size == 2 * SECRET_KEY_SIZE);
    }
    arena_close(&arena);
    return 0;
}
