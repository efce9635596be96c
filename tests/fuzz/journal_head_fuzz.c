/* Notes from a topic that anybody may have written to: what parses has one form, and who has no
 * key of the ring signs nothing. */
#include "base/check.h"
#include "contract/journal_head.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str note = str_from(data, (ptrdiff_t)size);
    Arena arena = arena_open("fuzz", 1 << 20);
    static const PublicKey nobodys = {.id = {"nobody", 6}, .bytes = {1}};
    JournalHead head;
    JournalHead again;
    if (journal_head_parse(note, &arena, &head)) {
        KeyPair key = key_pair_new();
        Str printed = journal_head_sign(&head, &key, &arena);
        CHECK(journal_head_parse(printed, &arena, &again));
        CHECK(again.size == head.size && hash_equals(again.root, head.root));
    }
    CHECK(!journal_head_verify(note, &(KeyRing){&nobodys, 1}, &arena));
    arena_close(&arena);
    return 0;
}
