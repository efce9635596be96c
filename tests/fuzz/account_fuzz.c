/* account_parse: a key has one spelling, within its limits, and its parts are parts. */
#include "base/check.h"
#include "base/id.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_from(data, (ptrdiff_t)size);
    CHECK(!id_is_part(text) || id_is_number(text));
    Account account;
    if (!account_parse(text, &account)) {
        return 0;
    }
    Arena arena = arena_open("fuzz", 1 << 12);
    CHECK(text.len <= ID_KEY_MAX);
    CHECK(id_is_part(account.creditor) && id_is_part(account.customer));
    CHECK(str_equals(account_key(&arena, account), text));
    arena_close(&arena);
    return 0;
}
